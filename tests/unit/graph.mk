# Unit tests of graph.
check_PROGRAMS += tests/unit/test-graph-reader tests/unit/test-graph
TESTS += tests/unit/test-graph-reader tests/unit/test-graph
tests_unit_test_graph_reader_SOURCES = tests/unit/test-graph-reader.c
tests_unit_test_graph_reader_LDADD = $(GRAPH_LIBS) $(BASE_LIBS)
tests_unit_test_graph_SOURCES = tests/unit/test-graph.c $(SCRIPT_SERVER)
tests_unit_test_graph_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_graph_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)
check_PROGRAMS += tests/unit/test-graph-sim
TESTS += tests/unit/test-graph-sim
tests_unit_test_graph_sim_SOURCES = tests/unit/test-graph-sim.c
tests_unit_test_graph_sim_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_graph_sim_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)
