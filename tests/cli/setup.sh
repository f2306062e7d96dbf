#!/bin/sh
# usher setup: asks, checks, writes a file of its own mode that explains
# itself, can be run again, and never shows a secret.
. "$top_srcdir/tests/lib/tap.sh"
usher_program=$top_builddir/src/usher/usher
cd "$HOME" || exit 99
conf=$HOME/.config/usher/usher.conf

answers() {
  printf '%s\n' contoso contoso.onmicrosoft.com not-an-id \
    51515151-0000-4000-8000-0000000000dc device-kode device-code environment '' \
    '' Externals contoso.com '' '' '' it@contoso.com
}

answers | "$usher_program" setup >out 2>err
same "setup succeeds" 0 $?
empty "nothing goes to standard output" "$(cat out)"
same "the file is for its owner alone" 600 "$(stat -c %a "$conf")"
same "and so is its folder" 700 "$(stat -c %a "${conf%/*}")"
contains "a wrong client id is asked for again" "a client id looks like" "$(cat err)"
contains "a wrong choice is asked for again" "one of: device-code" "$(cat err)"
contains "the tenant is written" "tenant = contoso.onmicrosoft.com" "$(cat "$conf")"
contains "the group is written" "group = Externals" "$(cat "$conf")"
contains "what was not asked stands there as a comment" "#lifetime" "$(cat "$conf")"
contains "every key is explained" "# " "$(grep -B3 '^domain' "$conf")"
ok "the configuration can be read" "$usher_program" list --help
"$usher_program" whoami >out 2>err
case $(cat err) in
  *usher.conf*) fail "the configuration is accepted" "$(cat err)" ;;
  *) pass "the configuration is accepted" ;;
esac

sed 's|^#url = smtp:.*|# our relay\nurl = smtp://relay.example:25|' "$conf" >conf
cp conf "$conf"
printf '\n\n\n\n\n\n\nContractors\n\n\n\n\n\n\n' | "$usher_program" setup >out 2>err
same "setup can be run again" 0 $?
contains "empty answers keep what was there" "tenant = contoso.onmicrosoft.com" "$(cat "$conf")"
contains "what was typed is changed" "Contractors" "$(cat "$conf")"
contains "other sections stay" "url = smtp://relay.example:25" "$(cat "$conf")"
contains "with their comments" "# our relay" "$(cat "$conf")"
same "still for its owner alone" 600 "$(stat -c %a "$conf")"

before=$(cat "$conf")
printf 'contoso\nother.example\n' | "$usher_program" setup >out 2>err
same "an input that ends early is wrong usage" 2 $?
same "and leaves the file as it was" "$before" "$(cat "$conf")"

if command -v python3 >/dev/null; then
  rm "$conf"
  python3 "$top_srcdir/tests/lib/terminal.py" \
    --expect 'profile' 'lab\r' --expect 'Tenant' 'contoso.com\r' \
    --expect 'Client id' '51515151-0000-4000-8000-0000000000aa\r' \
    --expect 'Sign-in' 'client-secret\r' --expect 'secrets' 'keyring\r' \
    --expect 'Title' '\r' --expect 'group' '\r' --expect 'Domain' '\r' \
    --expect 'user names' '\r' --expect 'display names' '\r' --expect 'Country' '\r' \
    --expect 'Mailbox' '\r' --expect 'Client secret' 'quite-a-secret\r' \
    -- "$usher_program" setup >screen 2>&1
  contains "the secret is asked for" "Client secret" "$(cat screen)"
  empty "and never shown" "$(grep quite-a-secret screen)"
  empty "nor written to the file" "$(grep -r quite-a-secret "$HOME/.config" 2>/dev/null)"
  python3 "$top_srcdir/tests/lib/terminal.py" --expect 'profile' '\003' \
    -- "$usher_program" setup >screen 2>&1
  same "^C ends it" 1 $?
else
  skip "the secret is never shown" "no python3"
fi
done_testing
