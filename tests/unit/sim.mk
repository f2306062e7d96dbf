# Unit tests of sim.
check_PROGRAMS += tests/unit/test-sim
TESTS += tests/unit/test-sim
tests_unit_test_sim_SOURCES = tests/unit/test-sim.c
tests_unit_test_sim_CFLAGS = $(src_sim_libsim_a_CFLAGS)
tests_unit_test_sim_LDADD = $(SIM_LIBS)
