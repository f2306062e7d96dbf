# The bench ring: measures, never part of "make check" (./dev bench runs it).
bench_tools = tests/bench/floor-curl tests/bench/floor-parse tests/bench/floor-batch \
  tests/bench/bench-model tests/bench/bench-journal
EXTRA_PROGRAMS += $(bench_tools)
CLEANFILES += $(bench_tools)
EXTRA_DIST += tests/bench/bench.py tests/bench/changes.py tests/bench/measure.py \
  tests/bench/terminal.py tests/bench/verdict.py

tests_bench_floor_curl_SOURCES = tests/bench/floor-curl.c tests/bench/floor-fetch.c
tests_bench_floor_curl_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_bench_floor_curl_LDADD = $(CURL_LIBS)
tests_bench_floor_parse_SOURCES = tests/bench/floor-parse.c tests/bench/floor-fetch.c
tests_bench_floor_parse_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(CJSON_CFLAGS)
tests_bench_floor_parse_LDADD = $(CURL_LIBS) $(CJSON_LIBS)
# The model alone, without files and processes around it.
tests_bench_bench_model_SOURCES = tests/bench/bench-model.c
tests_bench_bench_model_LDADD = $(MODEL_LIBS)
tests_bench_floor_batch_SOURCES = tests/bench/floor-batch.c
tests_bench_floor_batch_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_bench_floor_batch_LDADD = $(CURL_LIBS)
# The journal alone, in the folder for temporary files.
tests_bench_bench_journal_SOURCES = tests/bench/bench-journal.c
tests_bench_bench_journal_LDADD = $(STORE_LIBS) $(MODEL_LIBS)
