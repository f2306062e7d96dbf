# What the rings share.
EXTRA_DIST += tests/lib/run-test tests/lib/tap.sh
