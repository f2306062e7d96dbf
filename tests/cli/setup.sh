#!/bin/sh
# usher setup: asks and tries out as it goes, writes a file of its own mode that
# explains itself, can be run again, never shows a secret, and leaves everything as
# it was when it is not answered to the end.
. "$top_srcdir/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/sim.sh"
start_sim
unset USHER_CONFIG
cd "$HOME" || exit 99
conf=$HOME/.config/usher/usher.conf
app=51515151-0000-4000-8000-0000000000aa
device=51515151-0000-4000-8000-0000000000dc
where="--cloud custom --login-url $sim_url --graph-url $sim_url"
SECRET=simulated-secret
export SECRET

# Lines to the questions; $out, $err, $code.
setup() { # lines option...
  setup_lines=$1
  shift
  code=0
  printf "$setup_lines" | "$usher_program" setup "$@" >"$work/out" 2>"$work/err" || code=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}
set_keys() {
  grep -v '^#' "$conf" | grep '='
}

# --- asked ---

# shellcheck disable=SC2086
setup "contoso\nno-such-tenant.example\ncontoso.com\nnot-an-id\n$app\nclient-sekret\nclient-secret\n\
environment\nSECRET\n\nSpecialits\nn\nSpecialists\nfabrikam.com\ncontoso.com\n{first}.{nobody}\n{l}{first}\n\
n\n{first}.{last}.x\n\n\n\nDEU\nDE\nit-service@contoso.com\nops@contoso.com\n\n" $where
same "setup succeeds" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
empty "nothing goes to standard output" "$out"
contains "a tenant that is not there is said" "There is no tenant “no-such-tenant.example”" "$err"
contains "one that is there is found" "Found: tenant 51515151-0000-4000-8000-000000000001" "$err"
contains "a wrong client id is asked for again" "a client id looks like" "$err"
contains "a wrong choice is asked for again" "did you mean “client-secret”" "$err"
contains "the places for secrets are shown" "sealed-file: " "$err"
contains "the sign-in is tried out" "Signed in to Contoso" "$err"
contains "a group that is not there can be made" "There is no group “Specialits”. Make it" "$err"
contains "after those that begin like it" "Groups that begin like it: Specialists" "$err"
contains "one that is there is found" "Found: Specialists, with a licence" "$err"
contains "the domains of the tenant are shown" "Verified domains: contoso.com, " "$err"
contains "another one is refused" "fabrikam.com is no verified domain" "$err"
contains "a wrong rule is said" "{nobody}" "$err"
contains "names are shown by the rule" "zoe.mueller-luedenscheidt.x@contoso.com" "$err"
contains "and display names" "Müller-Lüdenscheidt, Zoë (External)" "$err"
contains "a wrong country is said" "no country code" "$err"
contains "a mail is sent" "Sent to ops@contoso.com" "$err"
same "once" 1 "$(sim_get /sim/outbox | jq -r 'select(.recipient == "ops@contoso.com") | .from' | grep -c it-service@contoso.com)"
empty "the tenant is not changed by it" "$(sim_changes | grep -v sendMail)"
same "the file is for its owner alone" 600 "$(stat -c %a "$conf")"
same "and so is its folder" 700 "$(stat -c %a "${conf%/*}")"
contains "the tenant is written" "tenant = contoso.com" "$(set_keys)"
contains "the rule that was agreed to is" "user_name = {first}.{last}.x" "$(set_keys)"
contains "the group is written" "group = Specialists" "$(set_keys)"
contains "what was not asked stands there as a comment" "#lifetime" "$(cat "$conf")"
contains "every key is explained" "# " "$(grep -B3 '^domain' "$conf")"
empty "the secret is not in it" "$(grep -r simulated-secret "$HOME/.config" "$HOME/.local" 2>/dev/null)"
exits "what was written works" 0 list --live --format json
exits "and doctor finds nothing to say" 0 doctor --format json
empty "but well" "$(printf '%s' "$out" | jq -r '.[] | select(.status == "failed" or .status == "warn") | .detail')"

# --- again ---

sed -e 's|^#url = smtp:.*|# our relay\nurl = smtp://relay.example:25|' \
  -e 's/^title = .*/  & # for the board\nshoe_size = 43/' "$conf" >conf
cp conf "$conf"
setup '\n\n\n\n\n\nContractors of ours\n\n\n\n\n\n\n\n\n\n\n\n\n'
same "setup can be run again" 0 "$code"
contains "empty answers keep what was there" "tenant = contoso.com" "$(set_keys)"
contains "what was typed is changed" "title = Contractors of ours" "$(set_keys)"
contains "other sections stay" "url = smtp://relay.example:25" "$(cat "$conf")"
contains "with their comments" "# our relay" "$(cat "$conf")"
contains "and keys that are not known" "shoe_size = 43" "$(cat "$conf")"
contains "and the comment behind what was changed" "  title = Contractors of ours  # for the board" \
  "$(cat "$conf")"
same "still for its owner alone" 600 "$(stat -c %a "$conf")"
same "the file before is beside it" "" "$(diff conf "$conf.bak")"
same "for its owner alone, too" 600 "$(stat -c %a "$conf.bak")"
setup '\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n'
contains "answers that change nothing write nothing" "says all this already" "$err"

setup '\n\n\n\n\n\n\n\n\n\n\n\n\n\n-\n\n'
same "a dash is none" 0 "$code"
contains "and puts the key behind a #" "#mail_from = it-service@contoso.com" "$(cat "$conf")"
empty "so that it is set no more" "$(set_keys | grep mail_from)"
cp "$conf.bak" "$conf"

# --- as it was ---

cp "$conf" before
unchanged() {
  cmp -s before "$conf" && [ "$(find "$HOME/.config" -type f | wc -l)" -eq 2 ]
}
for answers in '' 'contoso\n' 'contoso\nother.example\n' '\n\n\n\n\n\nOther\n' '\n\n\n\n\n\nOther\n\n\n\n\n\n\n\n\n\n'; do
  setup "$answers"
  case $code in 1 | 2) ;; *) fail "an input that ends early" "status $code" ;; esac
  ok "an input that ends early leaves everything as it was ($answers)" unchanged
done
setup '\n\n\n\n\n\nOther\n\n\n\n\n\n\n\n\n\nn\n'
same "so does a no at the end" 1 "$code"
ok "really" unchanged
sim_before=$(sim_changes | grep -vc sendMail)

# --- a second tenant ---

# shellcheck disable=SC2086
setup "n\n" --yes --profile fabrikam $where --tenant contoso.onmicrosoft.com --client-id $app \
  --sign-in client-secret --credentials environment --credentials-variable SECRET --group "Contractors Ltd" \
  --make-group --domain contoso.com --user-name '{f}{last}'
same "a second profile, without questions" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
contains "is another section" "[profile fabrikam]" "$(cat "$conf")"
contains "with a roster of its own" "[roster fabrikam-specialists]" "$(cat "$conf")"
contains "that is explained" "# The rule for the user name" "$(sed -n '/roster fabrikam/,$p' "$conf")"
contains "the first one stays the default" "profile = contoso" "$(sed -n '/^\[usher\]/,/^\[/p' "$conf")"
contains "and keeps its own roster" "rosters = specialists" "$(sed -n '/^\[profile contoso\]/,/^\[/p' "$conf")"
same "the group was made" 1 "$(sim_graph GET '/groups?$filter=displayName%20eq%20%27Contractors%20Ltd%27' | jq '.value | length')"
same "by one request" 1 "$(($(sim_changes | grep -vc sendMail) - sim_before))"
exits "which is in the journal" 0 --profile fabrikam journal list --format json
contains "of its profile" "Make the group Contractors Ltd" "$out"
exits "both can be asked" 0 --profile all whoami --format json
setup '' --yes --profile fabrikam
same "without questions again" 0 "$code"
contains "changes nothing" "says all this already" "$err"

# --- what is wrong without questions ---

cp "$conf" before
fails() { # what status text option...
  fails_what=$1 fails_status=$2 fails_text=$3
  shift 3
  setup '' --yes --profile third "$@"
  same "$fails_what" "$fails_status" "$code"
  contains "$fails_what: says which" "$fails_text" "$err"
  ok "$fails_what: writes nothing" cmp -s before "$conf"
}
given="$where --client-id $app --sign-in client-secret --credentials environment --credentials-variable SECRET"
made=$(sim_changes | wc -l)
# shellcheck disable=SC2086
{
  fails "a tenant is needed" 2 "--tenant" $given
  fails "one that is there" 6 "There is no tenant" $given --tenant nowhere.example
  fails "a wrong form" 2 "--client-id" $where --tenant contoso.com --client-id 12
  fails "a group that is not there" 6 "--make-group" $given --tenant contoso.com --group Nobodies
  fails "a domain of somebody else" 2 "no verified domain" $given --tenant contoso.com --group Specialists --domain fabrikam.com
  SECRET=wrong fails "a wrong secret" 3 "secret" $given --tenant contoso.com
  fails "a sender that is not there" 6 "nobody@contoso.com" $given --tenant contoso.com --group Specialists --domain contoso.com --mail-from nobody@contoso.com
  fails "a group that may not be made" 5 "Group.ReadWrite.All" $where --client-id ${app%a}b --sign-in client-secret --credentials environment --credentials-variable SECRET --tenant contoso.com --group "New ones" --make-group --domain contoso.com
  fails "a group in read-only mode" 5 "read-only" --read-only $given --tenant contoso.com --group "New ones" --make-group --domain contoso.com
  fails "a mail in read-only mode" 5 "read-only" --read-only $given --tenant contoso.com --group Specialists --domain contoso.com --mail-from it-service@contoso.com --test-mail x@y.example
  fails "a rule that is none" 2 "{nobody}" $given --tenant contoso.com --group Specialists --domain contoso.com --user-name '{nobody}'
}
same "nothing was made or sent" "$made" "$(sim_changes | wc -l)"
sim_faults none
setup '' --yes --no-check --profile third --tenant somewhere.example --client-id $app --group Some \
  --domain somewhere.example --credentials keyring
same "without looking it can be written all the same" 0 "$code"
contains "and says what is next" "usher login" "$err"

# --- a file that cannot be used ---

broken() { # what text: a file with this as well
  cp before "$conf"
  printf '%s\n' "$2" >>"$conf"
  cp "$conf" broken
  setup '\n'
  same "$1" 2 "$code"
  contains "$1: is said with its line" "$conf:" "$err"
  empty "$1: before anything is asked" "$(printf '%s\n' "$err" | grep Tenant)"
  ok "$1: is left as it is" cmp -s broken "$conf"
}
broken "a line that is none" "hello"
broken "what is wrong in another section" "[roster others]
kind = membre"
cp before "$conf"
chmod 666 "$conf"
setup '\n'
same "a file that others may write" 2 "$code"
contains "comes with what mends it" "chmod go-w" "$err"
chmod 600 "$conf"
sed -e '/^\[profile contoso\]/,/^\[roster/s/^sign_in = .*/sign_in = clientsecret/' before >"$conf"
setup '' --yes --profile contoso --sign-in client-secret --title Mended
same "what is wrong in its own section can be mended" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
mv "$conf" "$HOME/dotfile.conf"
ln -s ../../dotfile.conf "$conf"
setup '' --yes --profile contoso --title 'In a dotfile'
same "a link" 0 "$code"
ok "stays one" test -L "$conf"
contains "and what it names is changed" "title = In a dotfile" "$(cat "$HOME/dotfile.conf")"
rm "$conf"
cp before "$conf"
chmod 644 "$conf"
setup '' --yes --profile contoso --title 'For all'
same "a file that all may read stays one" 644 "$(stat -c %a "$conf")"

# --- what is not granted ---

rm -rf "$HOME/.config"
# shellcheck disable=SC2086
setup "lab\nNew ones\ny\nn\nSpecialists\ncontoso.com\n\n\n\n\n\nnobody@contoso.com\nit-service@contoso.com\n\
ops@contoso.com\nn\nsvc-usher@contoso.com\nops@contoso.com\nn\n-\ny\n" $where --tenant contoso.com --client-id "${app%a}b" \
  --sign-in client-secret --credentials environment --credentials-variable SECRET --title Externals
same "an application that may only read is told so" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
contains "with what it lacks" "Not granted, and needed for some of it: User.ReadWrite.All" "$err"
contains "and where that is granted" "/adminconsent?client_id=${app%a}b" "$err"
contains "before the last question it is said that it cannot make a group" \
  "lacks the permission Group.ReadWrite.All" "$err"
contains "a sender that is not there is said at once" "nobody@contoso.com" "$err"
same "a mail that is refused leads back to the sender" 4 \
  "$(printf '%s\n' "$err" | grep -o 'Mailbox that sends' | wc -l)"
empty "and none is written where none is wanted" "$(set_keys | grep mail_from)"
contains "but the group that is there" "group = Specialists" "$(set_keys)"

# shellcheck disable=SC2086
setup "lab\n" $where --tenant contoso.com --client-id "${app%a}c" --sign-in client-secret \
  --credentials environment --credentials-variable SECRET
contains "an application without any is sent to the consent at once" \
  "/adminconsent?client_id=${app%a}c" "$err"

# An answer that turns out to be wrong when it is tried can be changed, also one of an option.
rm -rf "$HOME/.config"
WRONG=wrong
export WRONG
# shellcheck disable=SC2086
setup "lab\nn\n\n\n\nSECRET\nSpecialists\ncontoso.com\n\n\n\n\n\n-\ny\n" $where --tenant contoso.com \
  --client-id $app --sign-in client-secret --credentials environment --credentials-variable WRONG --title Externals
same "a sign-in that fails leads back to its answers" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
contains "which can be changed" "credentials_variable = SECRET" "$(set_keys)"
contains "and then it signs in" "Signed in to Contoso" "$err"
# shellcheck disable=SC2086
setup "\n\n\nn\n\nclient-secret\n\n\n\n\n\n\n\n\n\n\n-\ny\n" --profile lab --roster lab $where \
  --tenant contoso.com --client-id $app --sign-in client-certificate --certificate nowhere.pem
same "another way to sign in, too" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
empty "and what was answered for the first is forgotten" "$(set_keys | grep nowhere)"

# A roster of guests has no names of ours.
sed -e 's/^domain = .*/kind = guest/' -e '/^user_name/d' "$conf" >conf
cp conf "$conf"
setup '\n\n\n\n\n\nOther guests\n\n\n'
same "a roster of guests is asked for its title and group alone" 0 "$code"
[ "$code" -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
contains "which are written" "title = Other guests" "$(set_keys)"
empty "and for no domain" "$(printf '%s\n' "$err" | grep "Domain of")"

# A certificate as it is typed, which is read from elsewhere later.
if command -v openssl >/dev/null; then
  (umask 077
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=usher -days 2 -keyout k -out c 2>/dev/null
    cat k c >own.pem)
  sim_post /sim/certificate "$(cat c)" >/dev/null
  rm -rf "$HOME/.config"
  # shellcheck disable=SC2086
  setup '' --yes --profile third $where --tenant contoso.com --client-id $app \
    --sign-in client-certificate --certificate own.pem --group Specialists --domain contoso.com
  same "a certificate by its name from here" 0 "$code"
  empty "which needs no place for a secret" "$(set_keys | grep credentials)"
  contains "is written by its whole name" "certificate = $HOME/own.pem" "$(set_keys)"
else
  skip "a certificate" "openssl is not installed"
fi

# --- a person at a terminal ---

if command -v python3 >/dev/null; then
  terminal() {
    python3 "$top_srcdir/tests/lib/terminal.py" "$@" >"$work/screen" 2>&1
  }
  rm -rf "$HOME/.config" "$HOME/.local"
  cat >keep.sh <<'EOF'
#!/bin/sh
umask 077
case $1 in put) cat >"$HOME/kept" ;; get) cat "$HOME/kept" ;; esac
EOF
  chmod 700 keep.sh
  # shellcheck disable=SC2086
  terminal --expect 'profile' 'lab\r' --expect 'Tenant' 'contoso.com\r' \
    --expect 'Client id' "$app\\r" --expect 'Sign-in' 'client-secret\r' --expect 'secrets are kept' 'command\r' \
    --expect 'prints the secret' "$HOME/keep.sh get\\r" --expect 'keeps it' "$HOME/keep.sh put\\r" \
    --expect 'Client secret' 'quite-a-wrong-one\r' --expect 'without looking' 'n\r' \
    --expect 'Change the application' 'n\r' --expect 'Client secret' 'simulated-secret\r' \
    --expect 'Title' '\r' --expect 'group' '\r' --expect 'Domain' '\r' --expect 'user names' '\r' \
    --expect 'like these' '\r' --expect 'display names' '\r' --expect 'like these' '\r' --expect 'Country' '\r' \
    --expect 'Mailbox' '\r' --expect 'Write' 'y\r' \
    -- "$usher_program" setup $where
  same "a person makes a profile" 0 $?
  contains "a wrong secret is said" "the client secret is wrong" "$(cat "$work/screen")"
  contains "a right one signs in" "Signed in to Contoso" "$(cat "$work/screen")"
  empty "neither is shown" "$(grep -e simulated-secret -e quite-a-wrong "$work/screen")"
  empty "nor written to the file" "$(grep -r simulated-secret "$HOME/.config" 2>/dev/null)"
  same "it is kept where it was to be" simulated-secret "$(cat kept)"
  exits "and works" 0 --profile lab list --live --format json
  cp "$conf" before
  rm kept
  for last in profile Tenant 'Client id' 'secrets are kept' 'Client secret' Title Write; do
    # shellcheck disable=SC2086
    set -- 'profile' '\r' 'Tenant' '\r' 'Client id' '\r' 'Sign-in' '\r' 'secrets are kept' '\r' \
      'prints the secret' '\r' 'keeps it' '\r' 'Client secret' 'simulated-secret\r' 'Title' 'Other\r' \
      'group' '\r' 'Domain' '\r' 'user names' '\r' 'like these' '\r' 'display names' '\r' 'like these' '\r' \
      'Country' '\r' 'Mailbox' '\r' 'Write' '\r'
    typed=
    while [ $# -gt 0 ]; do
      if [ "$1" = "$last" ]; then
        typed="$typed --expect '$1' '\\003'"
        break
      fi
      typed="$typed --expect '$1' '$2'"
      shift 2
    done
    eval "terminal $typed -- \"\$usher_program\" setup"
    same "^C at “$last” ends it" 1 $?
    ok "and leaves everything as it was" test ! -e kept -a ! -e "$conf.bak"
    ok "the file, too" cmp -s before "$conf"
  done

  # As a person, with a code; the simulator is told to approve at once.
  rm -rf "$HOME/.config" "$HOME/.local"
  # shellcheck disable=SC2086
  terminal --expect 'profile' '\r' --expect 'Tenant' 'contoso.com\r' \
    --expect 'Client id' "$device\\r" --expect 'Sign-in' '\r' --expect 'secrets are kept' 'command\r' \
    --expect 'prints the secret' "$HOME/keep.sh get\\r" --expect 'keeps it' "$HOME/keep.sh put\\r" \
    --expect 'Title' '\r' --expect 'group' '\r' --expect 'Domain' '\r' --expect 'user names' '\r' \
    --expect 'like these' '\r' --expect 'display names' '\r' --expect 'like these' '\r' --expect 'Country' '\r' \
    --expect 'Mailbox' '\r' --expect 'Write' 'y\r' \
    -- env TERM=dumb "$usher_program" setup $where
  same "with a code, on a dumb terminal" 0 $?
  contains "the code is shown" "enter the code" "$(cat "$work/screen")"
  ok "the sign-in is kept" test -s kept
  exits "and works" 0 list --live --format json
else
  skip "a person at a terminal" "no python3"
fi

# --- nobody answers ---

rm -rf "$HOME/.config"
stop_sim
# shellcheck disable=SC2086
setup "lab\ncontoso.com\nn\ncontoso.com\ny\n$app\nclient-secret\nenvironment\nSECRET\n\n\ncontoso.com\n\n\n\n\n\n\n\n" $where
same "without the service it goes on when it is told to" 0 "$code"
contains "after saying so" "127.0.0.1" "$err"
contains "and asks whether" "Go on without looking?" "$err"
contains "the answers are written" "tenant = contoso.com" "$(set_keys)"
done_testing
