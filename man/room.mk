# Pages that are written by hand, and those made by usher-docgen.
