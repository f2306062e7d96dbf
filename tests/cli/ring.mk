# The cli ring.
