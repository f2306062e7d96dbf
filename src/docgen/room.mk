# usher-docgen: the tables as man pages, completion and example configuration.
