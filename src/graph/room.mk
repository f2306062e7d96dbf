noinst_LIBRARIES += src/graph/libgraph.a
src_graph_libgraph_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
src_graph_libgraph_a_SOURCES =
