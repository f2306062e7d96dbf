# The fuzz ring. Each target is one fuzz-NAME.c that defines
# LLVMFuzzerTestOneInput(). Under --enable-fuzzer libFuzzer drives it; otherwise
# replay.c runs it over its seeds in tests/data/fuzz/NAME/, as a test.
fuzz_targets = \
  tests/fuzz/fuzz-challenge \
  tests/fuzz/fuzz-clock \
  tests/fuzz/fuzz-json \
  tests/fuzz/fuzz-naming \
  tests/fuzz/fuzz-plan-file \
  tests/fuzz/fuzz-query \
  tests/fuzz/fuzz-reader \
  tests/fuzz/fuzz-sheet \
  tests/fuzz/fuzz-snapshot \
  tests/fuzz/fuzz-template \
  tests/fuzz/fuzz-text \
  tests/fuzz/fuzz-url
if FUZZER
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
EXTRA_PROGRAMS += $(fuzz_targets)
else
fuzz_driver = tests/fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
check_PROGRAMS += $(fuzz_targets)
TESTS += $(fuzz_targets)
endif
EXTRA_DIST += tests/fuzz/run

tests_fuzz_fuzz_clock_SOURCES = tests/fuzz/fuzz-clock.c $(fuzz_driver)
tests_fuzz_fuzz_clock_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_clock_LDADD = $(BASE_LIBS)

tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz-json.c $(fuzz_driver)
tests_fuzz_fuzz_json_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_fuzz_fuzz_json_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_json_LDADD = $(BASE_LIBS)

tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz-text.c $(fuzz_driver)
tests_fuzz_fuzz_text_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_text_LDADD = $(BASE_LIBS)

tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz-url.c $(fuzz_driver)
tests_fuzz_fuzz_url_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_url_LDADD = $(NET_LIBS) $(BASE_LIBS)

tests_fuzz_fuzz_naming_SOURCES = tests/fuzz/fuzz-naming.c $(fuzz_driver)
tests_fuzz_fuzz_naming_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_naming_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_query_SOURCES = tests/fuzz/fuzz-query.c $(fuzz_driver)
tests_fuzz_fuzz_query_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_query_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_reader_SOURCES = tests/fuzz/fuzz-reader.c $(fuzz_driver)
tests_fuzz_fuzz_reader_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_fuzz_fuzz_reader_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_reader_LDADD = $(GRAPH_LIBS) $(MODEL_LIBS)

tests_fuzz_fuzz_snapshot_SOURCES = tests/fuzz/fuzz-snapshot.c $(fuzz_driver)
tests_fuzz_fuzz_snapshot_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_snapshot_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz-template.c $(fuzz_driver)
tests_fuzz_fuzz_template_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_template_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_sheet_SOURCES = tests/fuzz/fuzz-sheet.c $(fuzz_driver)
tests_fuzz_fuzz_sheet_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_sheet_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_plan_file_SOURCES = tests/fuzz/fuzz-plan-file.c $(fuzz_driver)
tests_fuzz_fuzz_plan_file_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_plan_file_LDADD = $(MODEL_LIBS)

tests_fuzz_fuzz_challenge_SOURCES = tests/fuzz/fuzz-challenge.c $(fuzz_driver)
tests_fuzz_fuzz_challenge_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_fuzz_fuzz_challenge_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_challenge_LDADD = $(AUTH_LIBS) $(BASE_LIBS)
