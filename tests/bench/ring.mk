# The bench ring.
