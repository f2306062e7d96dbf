# Unit tests of auth.
