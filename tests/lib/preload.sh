# shellcheck shell=sh
# For usher with tests/lib/kill-at-sync.so preloaded, to be sourced after sim.sh:
#
#   $preload     the value for LD_PRELOAD
preload=$top_builddir/tests/lib/kill-at-sync.so
[ -f "$preload" ] || skip_all "kill-at-sync.so is not built"
# The sanitizers want to be first among what is loaded.
if ldd "$usher_program" | grep -q libasan; then
  preload=$(ldd "$usher_program" | sed -n 's/.*=> \(.*libasan[^ ]*\).*/\1/p'):$preload
fi
