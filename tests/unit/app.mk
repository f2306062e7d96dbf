# Unit tests of app, and of the engine through it.
APP_TESTS = tests/unit/test-app tests/unit/test-app-review tests/unit/test-app-config tests/unit/test-app-sim
check_PROGRAMS += $(APP_TESTS)
TESTS += $(APP_TESTS)
tests_unit_test_app_SOURCES = tests/unit/test-app.c
tests_unit_test_app_LDADD = $(APP_LIBS)
tests_unit_test_app_config_SOURCES = tests/unit/test-app-config.c
tests_unit_test_app_config_LDADD = $(APP_LIBS)
tests_unit_test_app_sim_SOURCES = tests/unit/test-app-sim.c
tests_unit_test_app_sim_LDADD = $(APP_LIBS)
tests_unit_test_app_review_SOURCES = tests/unit/test-app-review.c
tests_unit_test_app_review_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS)
tests_unit_test_app_review_LDADD = $(APP_LIBS)
