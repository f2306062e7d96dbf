# Unit tests of cli.
check_PROGRAMS += tests/unit/test-cli-args tests/unit/test-cli-output tests/unit/test-cli-docgen \
  tests/unit/test-cli-settings
TESTS += tests/unit/test-cli-args tests/unit/test-cli-output tests/unit/test-cli-docgen \
  tests/unit/test-cli-settings
tests_unit_test_cli_args_SOURCES = tests/unit/test-cli-args.c
tests_unit_test_cli_args_LDADD = src/cli/libcli.a $(MODEL_LIBS)
tests_unit_test_cli_output_SOURCES = tests/unit/test-cli-output.c
tests_unit_test_cli_output_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_cli_output_LDADD = src/cli/libcli.a $(APP_LIBS)
tests_unit_test_cli_docgen_SOURCES = tests/unit/test-cli-docgen.c src/docgen/mdoc.c
tests_unit_test_cli_docgen_LDADD = $(BASE_LIBS)
tests_unit_test_cli_settings_SOURCES = tests/unit/test-cli-settings.c
tests_unit_test_cli_settings_LDADD = src/cli/libcli.a $(APP_LIBS)
