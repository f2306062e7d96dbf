# The lib ring.
