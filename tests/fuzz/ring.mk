# The fuzz ring. Each target is one fuzz-NAME.c that defines
# LLVMFuzzerTestOneInput(). Under --enable-fuzzer libFuzzer drives it; otherwise
# replay.c runs it over its seeds in tests/data/fuzz/NAME/, as a test.
fuzz_targets =
