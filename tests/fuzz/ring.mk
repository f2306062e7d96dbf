# The fuzz ring.
