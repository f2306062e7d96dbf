#!/bin/sh
# Calls that have a better one, and calls that a room has no right to. Looks at
# the code without its comments.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir/src" || exit 99

# The code of rooms as "file:line:text", without comments and what is in quotes.
for file in */*.[ch]; do
  $CC -fpreprocessed -dD -E -x c "$file" 2>/dev/null | awk -v file="$file" '
    /^# [0-9]+ "/ { line = $2 - 1; next }
    { line++; text = $0; gsub(/"([^"\\]|\\.)*"/, "\"\"", text) }
    NF { print file ":" line ":" text }'
done >"$HOME/code"

used() { # pattern [rooms]
  grep -E "^(${2:-[a-z]+})/" "$HOME/code" | grep -E ":.*(^|[^A-Za-z0-9_>.])($1)[[:space:]]*\("
}

LIBRARY='base|model|net|auth|graph|store|mail|work|app'

[ "$(wc -l <"$HOME/code")" -gt 100 ] && pass "there is code to look at" || fail "there is code to look at"
empty "no unbounded string calls" "$(used 'strcpy|strcat|sprintf|vsprintf|gets|stpcpy|strncpy|strncat')"
empty "no calls with hidden state" "$(used 'strtok|strerror|localtime|gmtime|ctime|asctime|rand|srand')"
empty "no shell" "$(used 'system|popen|g_spawn_command_line_sync|g_spawn_command_line_async')"
empty "no guessable temporary files" "$(used 'tmpnam|tempnam|mktemp')"
empty "no numbers read without a check" "$(used 'atoi|atol|atoll|atof|sscanf|scanf')"
empty "no alloca" "$(used 'alloca|g_alloca|g_newa')"
empty "library rooms print nothing" \
  "$(used 'printf|vprintf|puts|putchar|perror|g_print|g_printerr|fprintf[[:space:]]*\([[:space:]]*std(err|out)|fputs' "$LIBRARY")"
# g_error() is left for what GLib itself ends a program for: no memory.
empty "library rooms do not end the program" "$(used 'exit|_exit|abort' "$LIBRARY")"
empty "the time of day comes from base/clock alone" \
  "$(used 'time|gettimeofday|g_get_real_time|g_date_time_new_now_utc|g_date_time_new_now_local' |
    grep -vE '^(base/clock\.c|sim/)')"
empty "random numbers for secrets come from the system" \
  "$(used 'g_random_int|g_random_int_range|g_rand_new|g_rand_int|random|drand48' 'auth|model|work|store')"
done_testing
