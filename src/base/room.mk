noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CFLAGS = $(AM_CFLAGS) $(CJSON_CFLAGS) $(ICU_CFLAGS)
src_base_libbase_a_SOURCES =
