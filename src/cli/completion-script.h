/* The scripts that connect a shell to 'usher __complete'. They hold no command
 * and no option: the program answers from its tables. */
#pragma once

/* For "bash", "zsh" or "fish"; NULL for others. */
const char *completion_script(const char *shell);
