# The fault ring.
