# The tui ring.
