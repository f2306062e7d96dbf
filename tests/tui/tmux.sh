# shellcheck shell=sh
# The real program in a real terminal, to be sourced after sim.sh: a tmux server
# of the test's own, keys in, the screen out. Nothing waits longer than its
# limit, which is for machines that are slow or busy: no test is about it.
#
#   start_usher COLS ROWS [ARGUMENT...]   in a pane; env=… before it in $usher_env
#   keys KEY...                           as tmux names them: C-s, Enter, Tab, Escape
#   typed TEXT                            letter by letter, as it is
#   screen                                what is on it
#   sees WHAT TEXT [SECONDS]              a test: the text appears
#   gone WHAT TEXT [SECONDS]              a test: the text goes away
#   begins WHAT TEXT [SECONDS]            as sees; what follows makes no sense without it
#   shell_start COLS ROWS                 an interactive shell instead

command -v tmux >/dev/null || skip_all "tmux is not installed"

tmux_server=0
usher_env=

tm() {
  tmux -L "usher-test-$$-$tmux_server" -f /dev/null "$@"
}

tmux_cleanup() {
  tm kill-server 2>/dev/null
  sim_cleanup
}
trap tmux_cleanup EXIT

pane_start() { # cols rows command
  tm kill-server 2>/dev/null
  tmux_server=$((tmux_server + 1)) # a dying server would take the new session with it
  rm -f "$work/usher.pid"
  TERM=xterm-256color tm new-session -d -x "$1" -y "$2" "$3" \; set -g status off \; \
    set -s escape-time 0 \; set -g remain-on-exit on >/dev/null
}

start_usher() { # cols rows [argument...]
  start_cols=$1 start_rows=$2
  shift 2
  pane_start "$start_cols" "$start_rows" \
    "env $usher_env sh -c 'echo \$\$ >$work/usher.pid; exec $usher_program $*'"
}

shell_start() { # cols rows
  pane_start "$1" "$2" "env PS1='shell> ' ENV= sh -i"
}

keys() {
  tm send-keys "$@"
}

typed() {
  tm send-keys -l "$1"
}

screen() {
  tm capture-pane -p
}

# For a report: what is written on it.
screen_lines() {
  screen | grep -v '^ *$'
}

screen_has() {
  case $(screen) in *"$1"*) return 0 ;; *) return 1 ;; esac
}

screen_lacks() {
  ! screen_has "$1"
}

sees() { # what text [seconds]
  if wait_for "${3:-30}" screen_has "$2"; then pass "$1"; else fail "$1" "no \"$2\" in:
$(screen_lines)"; fi
}

begins() { # what text [seconds]
  sees "$@"
  screen_has "$2" || {
    echo "Bail out! $1: it did not begin"
    exit 99
  }
}

gone() { # what text [seconds]
  if wait_for "${3:-30}" screen_lacks "$2"; then pass "$1"; else fail "$1" "still \"$2\" in:
$(screen_lines)"; fi
}

usher_pid() {
  cat "$work/usher.pid" 2>/dev/null
}

# Ended, whether or not tmux has taken note of it.
usher_ended() {
  case $(ps -o stat= -p "$(usher_pid)") in "" | Z*) return 0 ;; *) return 1 ;; esac
}

resize() { # cols rows
  tm resize-window -x "$1" -y "$2"
}
