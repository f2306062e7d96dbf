#!/bin/sh
# Completion: the scripts are valid, bash really completes, candidates come
# from the tables, the configuration and the cache, without the network.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim

for shell in bash zsh fish; do
  usher completion "$shell" >"$work/$shell"
  same "completion $shell" 0 $?
  if command -v "$shell" >/dev/null; then
    ok "$shell takes it" "$shell" -n "$work/$shell"
  else
    skip "$shell takes it" "no $shell"
  fi
done

completes() { # what expected word...
  completes_what=$1 completes_expected=$2
  shift 2
  completes_got=$(usher __complete "$@" | cut -f 1)
  case "
$completes_got
" in
    *"
$completes_expected
"*) pass "$completes_what" ;;
    *) fail "$completes_what" "no $completes_expected among: $completes_got" ;;
  esac
}
lacks() { # what unexpected word...
  lacks_what=$1 lacks_word=$2
  shift 2
  empty "$lacks_what" "$(usher __complete "$@" | cut -f 1 | grep -Fx -- "$lacks_word")"
}

completes "commands" list li
completes "first words of two" journal jo
completes "second words" verify journal ve
completes "options" --columns list --co
completes "global options" --profile --pro
lacks "no change options where nothing changes" --dry-run list --d
completes "change options" --dry-run create --d
completes "formats" jsonl list --format js
completes "formats after =" --format=jsonl list --format=js
completes "fields" expires list --columns exp
completes "fields in a list" name,-expires list --sort name,-exp
completes "fields of a query" expires: list exp
completes "shells" bash completion b
completes "profiles" contoso --profile con
sed -e '/^\[usher\]/,/^$/d' "$work/usher.conf" >"$work/two.conf"
sed -n '/^\[profile contoso\]/,/^\[roster/p' "$work/usher.conf" | sed -e '$d' \
  -e 's/^\[profile contoso\]/[profile fabrikam]/' >>"$work/two.conf"
chmod 600 "$work/two.conf"
one=$USHER_CONFIG
USHER_CONFIG=$work/two.conf
completes "profiles of which none is the default" fabrikam --profile fab
completes "all of them" all --profile al
completes "a second one" contoso,fabrikam --profile contoso,f
lacks "but none twice" contoso,contoso --profile contoso,
USHER_CONFIG=$one
completes "rosters" specialists list --roster spec
completes "files" :file list --output ''
lacks "nothing of the console's alone" sort so
same "nothing for nonsense" '' "$(usher __complete frobnicate x)"

usher list >/dev/null
user=$(usher list --columns user --no-header | grep -E '^[a-z.]+@contoso.com$' | head -1)
before=$(sim_requests | wc -l)
completes "accounts of the cache" "$user" show "$(printf %s "$user" | cut -c 1-3)"
same "without the network" "$before" "$(sim_requests | wc -l)"
empty "nothing raw" "$(usher __complete show '' | LC_ALL=C tr -d '\11\n\40-\176\200-\377')"
USHER_CONFIG=/nonexistent usher __complete show a >"$work/out" 2>"$work/err"
same "a broken configuration is no noise" "0" "$?"
empty "nothing is said" "$(cat "$work/err")"

mkdir "$work/bin"
ln -s "$usher_program" "$work/bin/usher"
if command -v bash >/dev/null; then
  cat >"$work/try.bash" <<'BASH'
script=$1 line=$2
source "$script"
COMP_LINE=$line COMP_POINT=${#line}
# As readline breaks it: at blanks and at = : @
mapfile -t COMP_WORDS < <(printf '%s\n' "$line" | sed -E 's/([=:@]+)/\n\1\n/g; s/ /\n/g' | sed '/^$/d')
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_usher
printf '%s\n' "${COMPREPLY[@]}"
BASH
  in_bash() { PATH=$work/bin:$PATH bash "$work/try.bash" "$work/bash" "$1"; }
  same "bash completes a command" "list" "$(in_bash 'usher lis')"
  same "bash completes after =" "jsonl" "$(in_bash 'usher list --format=jsonl')"
  contains "bash completes a second word" "verify" "$(in_bash 'usher journal ')"
  name=${user%@*}
  same "bash completes an account" "$user" "$(in_bash "usher show $name")"
  same "bash completes behind the @" "contoso.com" "$(in_bash "usher show $name@con")"
fi

if command -v fish >/dev/null; then
  in_fish() { PATH=$work/bin:$PATH fish -c "source '$work/fish'; complete -C '$1'" | cut -f 1; }
  same "fish completes a command" "list" "$(in_fish 'usher lis')"
  same "fish completes after =" "--format=jsonl" "$(in_fish 'usher list --format=jsonl')"
  same "fish completes an account" "$user" "$(in_fish "usher show ${user%@*}")"
fi

if command -v zsh >/dev/null; then
  # What zsh's own _describe is given, less what the word typed rules out.
  cat >"$work/try.zsh" <<'ZSH'
compdef() { :; }
_describe() { for match in "${(@P)3}"; do [[ $match == ${words[CURRENT]}* ]] && print -r -- "${match%%:*}"; done; }
script=$1
shift
source "$script"
words=("$@") CURRENT=$#
_usher
ZSH
  in_zsh() { PATH=$work/bin:$PATH zsh -f "$work/try.zsh" "$work/zsh" "$@"; }
  same "zsh completes a command" "list" "$(in_zsh usher lis)"
  same "zsh completes after =" "--format=jsonl" "$(in_zsh usher list --format=jsonl)"
  contains "zsh completes a second word" "verify" "$(in_zsh usher journal '')"
  same "zsh completes an account" "$user" "$(in_zsh usher show "${user%@*}")"
fi
done_testing
