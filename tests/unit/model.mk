# Unit tests of model.
model_tests = \
  tests/unit/test-model \
  tests/unit/test-model-snapshot \
  tests/unit/test-model-query \
  tests/unit/test-model-listing \
  tests/unit/test-model-naming \
  tests/unit/test-model-people \
  tests/unit/test-model-person \
  tests/unit/test-model-plan-file \
  tests/unit/test-model-review
check_PROGRAMS += $(model_tests)
TESTS += $(model_tests)
tests_unit_test_model_LDADD = $(MODEL_LIBS)
tests_unit_test_model_snapshot_LDADD = $(MODEL_LIBS)
tests_unit_test_model_query_LDADD = $(MODEL_LIBS)
tests_unit_test_model_listing_LDADD = $(MODEL_LIBS)
tests_unit_test_model_naming_LDADD = $(MODEL_LIBS)
tests_unit_test_model_person_LDADD = $(MODEL_LIBS)
tests_unit_test_model_people_LDADD = $(MODEL_LIBS)
tests_unit_test_model_review_LDADD = $(MODEL_LIBS)
tests_unit_test_model_plan_file_LDADD = $(MODEL_LIBS)
