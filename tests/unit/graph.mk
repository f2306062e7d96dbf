# Unit tests of graph.
