# Unit tests of work.
