#!/bin/sh
# What the manual pages and the README show is run as it is written, in a tenant
# that has the people of the examples. What asks on a terminal gets --yes.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"
cat >"$work/people.csv" <<'END'
userPrincipalName,displayName,givenName,surname,accountEnabled,groups,companyName,otherMails,sponsors
c.babbage@contoso.com,Charles Babbage,Charles,Babbage,true,,,,
ada.lovelace.ext@contoso.com,"Lovelace, Ada (External)",Ada,Lovelace,true,Specialists,Analytical,ada1@partner.example,c.babbage@contoso.com
END
start_sim --users-file "$work/people.csv"
examples() {
  PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/tests/cli/examples.py" "$@"
}
pages=
for name in usher.1 usher-sim.1 usher.conf.5 usher-json.5 usher-plan.5 usher-query.7 usher-review.7 usher-auth.7; do
  page=$top_builddir/man/$name
  [ -f "$page" ] || page=$top_srcdir/man/$name
  pages="$pages $page"
done

# Where they are run: "usher" is that of this build, its configuration where it belongs.
folder=$work/there
mkdir -p "$folder/bin" "$HOME/.config/usher"
for program in "$usher_program" "$sim_program"; do
  case $program in /*) ;; *) program=$PWD/$program ;; esac
  ln -s "$program" "$folder/bin/${program##*/}"
done
cp "$USHER_CONFIG" "$HOME/.config/usher/usher.conf"
chmod 700 "$HOME/.config/usher"
printf 'First name,Last name,Mobile,E-mail,Sponsor\n%s\n%s\n' \
  'Joan,Clarke,+44 20 7946 0100,joan@partner.example,c.babbage@contoso.com' \
  'Nobody,,,,' >"$folder/people.csv"
sed -e '$d' -e 's/Joan,Clarke/Mary,Somerville/; s/joan@/mary@/; s/ 0100/ 0101/' "$folder/people.csv" >"$folder/more.csv"

# shellcheck disable=SC2086
examples $pages "$top_srcdir/README.md" >"$work/examples"
found=$(wc -l <"$work/examples")
[ "$found" -ge 20 ] && pass "there are examples" || fail "there are examples" "$found"
while IFS='	' read -r page command; do
  case $command in
  *…* | 'usher setup' | *'usher-sim '* | 'usher --config /tmp/'*) continue ;; # tests of their own
  *--yes* | *--dry-run* | *'plan edit'*) ;;
  'usher create'* | 'usher repair'* | 'usher journal resume'* | 'usher journal undo'* | 'usher plan apply'* | 'usher review apply'*) command="$command --yes" ;;
  esac
  code=0
  (cd "$folder" && unset USHER_CONFIG && PATH=$folder/bin:$PATH EDITOR=true sh -c "$command") \
    >"$work/out" 2>"$work/err" </dev/null || code=$?
  if [ "$code" -eq 0 ]; then
    pass "$page: $command"
  else
    fail "$page: $command" "status $code
$(cat "$work/err")"
  fi
done <"$work/examples"
for file in soon.csv mend.csv stale.plan q4.html; do
  [ -s "$folder/$file" ] && pass "$file was written" || fail "$file was written"
done

# --- settings ---

# Each line of a manual page alone, in a profile that has what it needs beside it.
AZURE_FEDERATED_TOKEN_FILE=$work/token
export AZURE_FEDERATED_TOKEN_FILE
examples --settings $pages >"$work/settings"
found=$(wc -l <"$work/settings")
[ "$found" -ge 10 ] && pass "there are settings" || fail "there are settings" "$found"
while IFS='	' read -r page line; do
  key=${line%% =*}
  {
    printf '[usher]\nprofile = a\n[profile a]\n%s\n' "$line"
    for other in 'tenant = contoso.com' 'client_id = 00000000-0000-0000-0000-000000000000' \
      'sign_in = client-secret' 'certificate = /etc/usher/contoso.pem' 'rosters = s'; do
      [ "${other%% =*}" = "$key" ] || printf '%s\n' "$other"
    done
    printf '[roster s]\ngroup = Specialists\ndomain = contoso.com\n'
  } >"$work/setting.conf"
  chmod 600 "$work/setting.conf"
  run --config "$work/setting.conf" doctor --format tsv
  contains "$page: $line" "configuration	ok" "$out"
done <"$work/settings"

# --- the README's configuration ---

sed -n '/^```ini/,/^```/p' "$top_srcdir/README.md" | grep -v '^```' >"$work/readme.conf"
chmod 600 "$work/readme.conf"
run --config "$work/readme.conf" doctor --format tsv
contains "the README's configuration is right" "configuration	ok" "$out"
done_testing
