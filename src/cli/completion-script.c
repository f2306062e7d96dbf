/* Three small scripts. Each sends the words up to the cursor to 'usher
 * __complete' and takes lines "candidate<TAB>text"; the line ":file" asks the
 * shell for file names. */
#include "cli/completion-script.h"

#include <glib.h>

/* bash breaks words at = : and @ (COMP_WORDBREAKS), so the line is split here by blanks
 * alone, and what bash already has of the word is taken off the candidates. */
static const char bash[] =
    "# usher(1) completion for bash\n"
    "_usher() {\n"
    "  local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} word candidate\n"
    "  local -a words=()\n"
    "  read -ra words <<<\"$line\"\n"
    "  [[ $line == *[[:space:]] ]] && words+=('')\n"
    "  word=${words[${#words[@]}-1]}\n"
    "  [[ $cur == [=:@] ]] && cur=\n"
    "  local head=${word%\"$cur\"}\n"
    "  COMPREPLY=()\n"
    "  while IFS= read -r candidate; do\n"
    "    candidate=${candidate%%$'\\t'*}\n"
    "    if [[ $candidate == :file ]]; then\n"
    "      compopt -o filenames 2>/dev/null\n"
    "      while IFS= read -r candidate; do COMPREPLY+=(\"$candidate\"); done \\\n"
    "        < <(compgen -f -- \"$cur\")\n"
    "    else\n"
    "      candidate=${candidate#\"$head\"}\n"
    "      [[ $candidate == *= ]] && compopt -o nospace 2>/dev/null\n"
    "      COMPREPLY+=(\"$candidate\")\n"
    "    fi\n"
    "  done < <(\"${words[0]}\" __complete \"${words[@]:1}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _usher usher\n";

static const char zsh[] =
    "#compdef usher\n"
    "# usher(1) completion for zsh\n"
    "_usher() {\n"
    "  local line name\n"
    "  local -a lines described\n"
    "  lines=(\"${(@f)$(\"$words[1]\" __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
    "  for line in $lines; do\n"
    "    if [[ $line == :file ]]; then\n"
    "      _files\n"
    "      continue\n"
    "    fi\n"
    "    name=${line%%$'\\t'*}\n"
    "    described+=(\"${name//:/\\\\:}:${line#*$'\\t'}\")\n"
    "  done\n"
    "  (( $#described )) && _describe -V usher described\n"
    "}\n"
    "if [[ $funcstack[1] == _usher ]]; then\n"
    "  _usher \"$@\"\n"
    "else\n"
    "  compdef _usher usher\n"
    "fi\n";

static const char fish[] =
    "# usher(1) completion for fish\n"
    "function __usher_complete\n"
    "  set -l words (commandline -opc)\n"
    "  set -l current (commandline -ct)\n"
    "  for line in ($words[1] __complete $words[2..-1] \"$current\" 2>/dev/null)\n"
    "    if test \"$line\" = :file\n"
    "      __fish_complete_path \"$current\"\n"
    "    else\n"
    "      echo $line\n"
    "    end\n"
    "  end\n"
    "end\n"
    "complete -c usher -f -a '(__usher_complete)'\n";

const char *
completion_script(const char *shell)
{
  if (g_str_equal(shell, "bash"))
    return bash;
  if (g_str_equal(shell, "zsh"))
    return zsh;
  return g_str_equal(shell, "fish") ? fish : NULL;
}
