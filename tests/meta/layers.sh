#!/bin/sh
# Who may include whom: the table of doc/architecture.md, held against every
# #include in src/. A room may always include itself and its own rows below.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir/src" || exit 99

# room | rooms or headers it may include | outside libraries it may include
table() {
  cat <<'TABLE'
base||glib gio cjson csv dl
model|base|glib unicode
net|base|glib gio curl
auth|net base|glib gio libsecret openssl sodium keyutils
graph|auth net model base|glib gio
store|model base|glib gio sqlite3
mail|graph net base|glib gio gmime
work|graph store mail model net base|glib gio
app|work graph store mail auth net model base|glib gio
cli|app model base tui/console.h|glib gio glib-unix
tui|app model base|glib gio glib-unix ncurses panel
usher|cli|
docgen|cli app model base|glib gio
sim||glib gio microhttpd cjson gmime openssl
TABLE
}

# "file:line room/header.h" of every include in quotes, "file:line <header>" of others.
includes() { # room
  find "$1" -name '*.[ch]' -exec grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null {} + |
    sed -n 's/^\([^:]*:[0-9]*\):.*include *\(["<].*[">]\).*/\1 \2/p'
}

wrong_rooms() { # room allowed...
  room=$1
  shift
  includes "$room" | grep '"$' | tr -d '"' | while read -r place header; do
    case $header in
      "$room"/* | config.h) continue ;;
      */*) ;;
      *) echo "$place includes \"$header\", not written from src/"; continue ;;
    esac
    found=
    for allowed in "$@"; do
      case $header in
        "$allowed" | "$allowed"/*) found=yes ;;
      esac
    done
    [ "$found" ] || echo "$place includes $header"
  done
}

# The C library's own headers are free, except those that mean input and output.
library_of() { # header
  case $1 in
    glib.h | glib-object.h | glib/*) echo glib ;;
    glib-unix.h) echo glib-unix ;;
    gio/*) echo gio ;;
    cjson/*) echo cjson ;;
    unicode/*) echo unicode ;;
    csv.h) echo csv ;;
    dlfcn.h) echo dl ;;
    curl/*) echo curl ;;
    libsecret/*) echo libsecret ;;
    openssl/*) echo openssl ;;
    sodium.h) echo sodium ;;
    keyutils.h) echo keyutils ;;
    sqlite3.h) echo sqlite3 ;;
    gmime/*) echo gmime ;;
    microhttpd.h) echo microhttpd ;;
    curses.h | ncurses.h | ncursesw/curses.h | term.h) echo ncurses ;;
    panel.h | ncursesw/panel.h) echo panel ;;
    stdio.h | unistd.h | fcntl.h | time.h) echo "system:$1" ;;
    config.h) ;; # what configure found out
    assert.h | ctype.h | errno.h | float.h | inttypes.h | langinfo.h | limits.h | locale.h | \
      malloc.h | math.h | poll.h | pwd.h | signal.h | stdarg.h | stdatomic.h | stdbool.h | stddef.h | \
      stdint.h | stdlib.h | string.h | strings.h | termios.h | wchar.h | wctype.h | \
      sys/* | arpa/inet.h | netdb.h | netinet/*) ;;
    *) echo "unknown:$1" ;;
  esac
}

wrong_libraries() { # room allowed...
  room=$1
  shift
  includes "$room" | grep '>$' | tr -d '<>' | while read -r place header; do
    library=$(library_of "$header")
    case $library in
      "") continue ;;
      system:*) [ "$room" = model ] && echo "$place includes <$header>: model does no I/O"; continue ;;
    esac
    case " $* " in
      *" $library "*) ;;
      *) echo "$place includes <$header>" ;;
    esac
  done
}

table_rooms=$(table | cut -d'|' -f1)
for room in */; do
  room=${room%/}
  printf '%s\n' "$table_rooms" | grep -qx "$room" || fail "$room has a row in the table"
done

# The same rows in the document for people.
in_words() {
  while IFS='|' read -r room rooms libraries; do
    echo "$room:$(echo "$rooms" | tr ' ' '\n' | sort | xargs)"
  done
}
table | in_words >"$HOME/here"
sed -n '/^## Rooms/,/^## Tables/s/^| *\([a-z]*\) *|[^|]*|\([^|]*\)|.*/\1|\2/p' \
  "$top_srcdir/doc/architecture.md" | grep -v '^room|' | sed 's/([^)]*)//g; s/,/ /g' | in_words >"$HOME/there"
same "doc/architecture.md has the same table" "$(cat "$HOME/here")" "$(cat "$HOME/there")"

table >"$HOME/table"
while IFS='|' read -r room rooms libraries; do
  [ -d "$room" ] || continue
  # shellcheck disable=SC2086
  empty "$room includes only rooms below it" "$(wrong_rooms "$room" $rooms)"
  # shellcheck disable=SC2086
  empty "$room includes only its libraries" "$(wrong_libraries "$room" $libraries)"
done <"$HOME/table"

empty "model sees no JSON, no files, no clock" \
  "$(grep -nE 'base/(json|file)\.h|clock_now|cJSON' model/*.[ch])"
empty "cJSON is not in the headers of graph" \
  "$(find graph -name '*.h' ! -name '*-private.h' -exec grep -nE 'cJSON[ _*]|cJSON\.h|base/json\.h' {} + | grep -v 'cJSON stays')"
done_testing
