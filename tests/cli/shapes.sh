#!/bin/sh
# The shapes of usher-json(5), held against what each command answers.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"
page=$top_builddir/man/usher-json.5
[ -f "$page" ] || page=$top_srcdir/man/usher-json.5
start_sim
shapes=$work/shapes
mkdir "$shapes"

# Saves an answer, whatever the status; what cannot be read as JSON is found by the reader.
save() { # file argument...
  save_file=$shapes/$1
  shift
  case $save_file in *.csv) save_format=csv ;; *) save_format=json ;; esac
  "$usher_program" "$@" --format "$save_format" --quiet >"$save_file" </dev/null 2>"$work/err" || true
  [ -s "$save_file" ] || { echo "Bail out! no answer: usher $*: $(cat "$work/err")"; exit 99; }
}

sed '/^\[roster specialists\]/,/^password/s/^password = .*/password = show/' "$USHER_CONFIG" \
  >"$work/show.conf"
{
  sed '/^\[roster /,$d; s/^\[profile contoso\]/[profile second]/; /^\[usher\]/d; /^profile =/d' "$USHER_CONFIG"
} >>"$work/show.conf"
chmod 600 "$work/show.conf"
USHER_CONFIG=$work/show.conf
# shellcheck disable=SC2046
set -- $(usher list state:enabled --live --columns user --no-header --quiet | head -3)

save plan.json disable "$1" --dry-run
save plan-2.json disable "$1" --yes --reason 'TICKET-1'
save plan-3.json enable "$1" --yes
save plan-4.json reset "$2" --yes --print-password
save plan-columns.csv disable "$2" --dry-run
save account.json list --live
save account-2.json show "$1" --timeline
save account-3.json list --profile all
cp "$shapes/account-2.json" "$shapes/timeline.json"
save timeline.csv show "$1" --timeline
printf 'First name,Last name,E-mail\nAda,,ada\n' >"$work/people.csv"
save problems.json create --from "$work/people.csv" --yes
save problems.csv create --from "$work/people.csv" --yes
save reviews.json review new first state:enabled
save reviews-2.json review decide first "$3" disable
save report.json review report first
usher review apply first --partial --yes --quiet >/dev/null 2>&1 </dev/null
save reviews-3.json review close first
save reviews-4.json review list
save reviews.csv review list
save review.json review show first
save review.csv review show first
save report-2.json review report first
save journal.json journal list
save journal.csv journal list
save operations.json journal show 1
save operations-2.json journal export
save operations.csv journal show 1
save verify.json journal verify
save verify.csv journal verify
save whoami.json whoami
save whoami-2.json whoami --profile all
save whoami.csv whoami
save findings.json doctor
save findings.csv doctor

PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/cli/shapes.py" "$page" "$shapes"
