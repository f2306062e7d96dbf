# shellcheck shell=sh
# TAP for the shell tests, to be sourced: . "$top_srcdir/tests/lib/tap.sh".
# It counts, prints and waits; what is tested is left to the test.

tap_count=0

pass() { # what
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1"
}

# The second argument is shown as diagnostics.
fail() { # what [why]
  tap_count=$((tap_count + 1))
  echo "not ok $tap_count - $1"
  [ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

skip() { # what why
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

# Passes when the command succeeds; shows what it said when it does not.
ok() { # what command...
  tap_what=$1
  shift
  if tap_said=$("$@" 2>&1); then pass "$tap_what"; else fail "$tap_what" "$tap_said"; fi
}

# Passes when the command ends with exactly this status.
status() { # what status command...
  tap_what=$1 tap_wanted=$2
  shift 2
  tap_said=$("$@" 2>&1) && tap_got=0 || tap_got=$?
  if [ "$tap_got" -eq "$tap_wanted" ]; then
    pass "$tap_what"
  else
    fail "$tap_what" "status $tap_got instead of $tap_wanted
$tap_said"
  fi
}

same() { # what expected actual
  if [ "$2" = "$3" ]; then
    pass "$1"
  else
    fail "$1" "expected: $2
got:      $3"
  fi
}

contains() { # what needle haystack
  case $3 in
    *"$2"*) pass "$1" ;;
    *) fail "$1" "no \"$2\" in:
$3" ;;
  esac
}

# Passes when there is no text: for checks that list what is wrong.
empty() { # what text
  if [ -z "$2" ]; then pass "$1"; else fail "$1" "$2"; fi
}

# Waits until the command succeeds, at most so many seconds.
wait_for() { # seconds command...
  tap_end=$(($(date +%s) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt "$tap_end" ] || return 1
    sleep 0.05
  done
}

skip_all() { # why
  echo "1..0 # SKIP $1"
  exit 0
}

# The last line of every test.
done_testing() {
  echo "1..$tap_count"
}
