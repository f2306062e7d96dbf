# The meta ring.
