#!/bin/sh
# What is loaded when it is needed is not linked: one call that goes past the list
# of functions would bring the whole library back into every start.
. "$top_srcdir/tests/lib/tap.sh"
grep -q '^#define LATE_' "$top_builddir/config.h" || skip_all "every library is linked in this build"
command -v readelf >/dev/null || skip_all "there is no readelf"

for soname in $(sed -n 's/^#define LATE_[A-Z]* "\(.*\)"$/\1/p' "$top_builddir/config.h"); do
  empty "usher is not linked with $soname" \
    "$(readelf -d "$top_builddir/src/usher/usher" | grep -F "[$soname]")"
done
done_testing
