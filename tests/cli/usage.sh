#!/bin/sh
# What bad usage gets, and what needs no tenant: help, version, configuration
# mistakes, the console without a terminal.
. "$top_srcdir/tests/lib/tap.sh"
usher_program=$top_builddir/src/usher/usher
work=$HOME
cd "$HOME" || exit 99

# Runs usher; $out, $err, $code.
run() {
  code=0
  "$usher_program" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}
refuses() { # what text argument...
  refuses_what=$1 refuses_text=$2
  shift 2
  run "$@"
  if [ "$code" -eq 2 ] && [ -z "$out" ]; then
    contains "$refuses_what" "$refuses_text" "$err"
  else
    fail "$refuses_what" "status $code, out: $out, err: $err"
  fi
}

run --version
same "--version says which" 0 "$code"
contains "the version of the program" "usher 0." "$out"
contains "the version of the JSON shapes" "json 1" "$out"

run --help
same "--help succeeds" 0 "$code"
for word in list show create journal setup demo doctor completion --profile --format; do
  contains "--help knows $word" "$word" "$out"
done
run create --help
same "create --help succeeds" 0 "$code"
for word in --first --last --mobile --email --sponsor --expires --dry-run --yes; do
  contains "create --help knows $word" "$word" "$out"
done
run review report --help
same "an option that a command has in its own way is told once" 1 \
  "$(printf '%s\n' "$out" | grep -c -e --format)"
long=$("$usher_program" --help | awk 'length > 100')
empty "no line of the help is wider than 100" "$long"

refuses "a wrong option names the nearest" "did you mean --format" list --fromat json
refuses "a wrong format names the nearest" "did you mean “json”" list --format jsno
refuses "a wrong command names the nearest" "did you mean “list”" lsit
refuses "a command that needs a second word" "needs one of" journal
refuses "a wrong second word names the nearest" "“journal list”" journal lits
refuses "an option without its value" "needs a value" list --format
refuses "an option whose value is empty" "--profile needs a value" list --profile=
refuses "or is an empty argument" "--output needs a value" list --output ''
refuses "a switch with a value" "takes no value" list --quiet=yes
refuses "an argument too many" "one too many" whoami me
refuses "a missing argument" "usher show ACCOUNT" show
refuses "a change option where nothing changes" "--dry-run" list --dry-run
refuses "an unknown shell" "bash" completion tcsh
refuses "the console without a terminal" "terminal"
refuses "the demo without a terminal" "terminal" demo
refuses "options of the demo" "--accounts" demo --accounts x --seed y
contains "all of them" "--seed" "$err"
refuses "errors begin with the name and the command" "usher: list: " list --nonsense

run list --fromat --format jsno --colunms name
same "several mistakes are refused" 2 "$code"
for word in --format json --columns; do contains "all of them at once: $word" "did you mean" "$err"; done
same "each on a line" 3 "$(printf '%s\n' "$err" | wc -l)"
run --fromat json list
same "without a command only what is certain" 1 "$(printf '%s\n' "$err" | wc -l)"

refuses "an argument that is no UTF-8" "UTF-8" list "$(printf 'a\377b')"

# --- configuration ---

refuses "nothing is configured" "usher setup" list
contains "and the demo is offered" "usher demo" "$err"

printf '[usher\nbroken\n' >broken.conf
chmod 600 broken.conf
refuses "a broken file is named" "broken.conf" --config broken.conf list
refuses "a missing file is named" "nowhere.conf" --config nowhere.conf list
if [ "$(id -u)" -ne 0 ]; then
  printf '[usher]\n' >closed.conf
  chmod 000 closed.conf
  refuses "an unreadable file is named" "closed.conf" --config closed.conf list
else
  mkdir folder.conf
  refuses "an unreadable file is named" "folder.conf" --config folder.conf list
fi

profile() { # key=value...
  printf '[usher]\nprofile = a\n[profile a]\ntenant = contoso.com\n'
  printf 'client_id = 00000000-0000-0000-0000-000000000000\nrosters = s\n'
  printf '[roster s]\ngroup = Specialists\ndomain = contoso.com\n'
  for line in "$@"; do printf '%s\n' "$line"; done
}
profile 'lifetime = ninety' >span.conf
chmod 600 span.conf
refuses "a wrong value names the key" "lifetime" --config span.conf list
contains "and the text" "ninety" "$err"
profile 'lifetime = ninety' 'password = mial' >two.conf
chmod 600 two.conf
refuses "two wrong values" "ninety" --config two.conf list
contains "are told at once" "mial" "$err"
contains "each with its line" "two.conf:10:" "$err"
profile >good.conf
chmod 600 good.conf
refuses "a wrong profile is named" "nobody" --config good.conf --profile nobody list
refuses "a wrong roster is named" "nowhere" --config good.conf --roster nowhere list
profile 'lifetiem = 90d' >unknown.conf
chmod 600 unknown.conf
run --config unknown.conf doctor --format tsv
contains "doctor reports an unknown key" "lifetiem" "$out"
contains "with the nearest" "lifetime" "$out"
# --- the manual says what the program knows ---

page=$top_builddir/man/usher.1
[ -f "$page" ] || page=$top_srcdir/man/usher.1
missing=
for command in $("$usher_program" __complete '' | cut -f 1); do
  grep -q "^\.It Cm $command" "$page" || missing="$missing $command"
  for option in $("$usher_program" __complete "$command" -- | cut -f 1); do
    grep -q "Fl -${option#--}\( \|\$\)" "$page" || missing="$missing $command:$option"
  done
done
empty "usher(1) has every command and option" "$missing"
example=$top_builddir/data/usher.conf.example
[ -f "$example" ] || example=$top_srcdir/data/usher.conf.example
cp "$example" example.conf
chmod 600 example.conf
run --config example.conf doctor --format tsv
empty "the example configuration has no unknown key" "$(printf '%s\n' "$out" | grep -i unknown.key)"
contains "and can be read" "configuration	ok" "$out"
done_testing
