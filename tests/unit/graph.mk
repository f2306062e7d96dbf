# Unit tests of graph.
check_PROGRAMS += tests/unit/test-graph-reader tests/unit/test-graph tests/unit/test-graph-list
TESTS += tests/unit/test-graph-reader tests/unit/test-graph tests/unit/test-graph-list
GRAPH_SERVICE = tests/unit/graph-service.c tests/unit/graph-service.h $(SCRIPT_SERVER)
tests_unit_test_graph_reader_SOURCES = tests/unit/test-graph-reader.c
tests_unit_test_graph_reader_LDADD = $(GRAPH_LIBS) $(BASE_LIBS)
tests_unit_test_graph_SOURCES = tests/unit/test-graph.c $(GRAPH_SERVICE)
tests_unit_test_graph_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_graph_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)
tests_unit_test_graph_list_SOURCES = tests/unit/test-graph-list.c $(GRAPH_SERVICE)
tests_unit_test_graph_list_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_graph_list_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)
check_PROGRAMS += tests/unit/test-graph-sim
TESTS += tests/unit/test-graph-sim
tests_unit_test_graph_sim_SOURCES = tests/unit/test-graph-sim.c
tests_unit_test_graph_sim_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_graph_sim_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)
