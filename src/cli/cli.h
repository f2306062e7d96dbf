/* The command line: arguments in, exit status out. */
#pragma once

/* The whole program after main(); returns the exit status. */
int cli_main(int argc, char **argv);
