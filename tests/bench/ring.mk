# The bench ring: measures, never part of "make check" (./dev bench runs it).
bench_tools =
