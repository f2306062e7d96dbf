# The bench ring: measures, never part of "make check" (./dev bench runs it).
bench_tools =
# Built on request (make tests/bench/bench-model): figures, not checks.
EXTRA_PROGRAMS += tests/bench/bench-model
CLEANFILES += tests/bench/bench-model
tests_bench_bench_model_SOURCES = tests/bench/bench-model.c
tests_bench_bench_model_LDADD = $(MODEL_LIBS)
