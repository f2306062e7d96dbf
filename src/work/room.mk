noinst_LIBRARIES += src/work/libwork.a
src_work_libwork_a_CFLAGS = $(AM_CFLAGS) 
src_work_libwork_a_SOURCES =
