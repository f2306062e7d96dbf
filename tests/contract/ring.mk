# The contract ring.
