# USHER_LATE(NAME, LIBS, BEGINNING OF THE SONAME, TEXT)
# Defines LATE_NAME as the soname under which the library would be linked, so that
# it can be loaded when it is first needed. Where that cannot be found out, it
# is linked as usual.
AC_DEFUN([USHER_LATE], [
  AC_REQUIRE([AC_PROG_CC])
  AC_CHECK_TOOL([READELF], [readelf])
  AS_IF([test "x$enable_late_libraries" = xyes && test -n "$READELF"], [
    AC_MSG_CHECKING([for the soname of $4])
    usher_late_libs=$LIBS
    usher_late_flags=$LDFLAGS
    LIBS=$2
    LDFLAGS="$LDFLAGS -Wl,--no-as-needed"
    usher_soname=
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [usher_soname=$($READELF -d conftest$EXEEXT | grep NEEDED | tr '@<:@@:>@' '  ' |
         grep -o ' $3@<:@^ @:>@*' | tr -d ' ' | sed 1q)])
    LIBS=$usher_late_libs
    LDFLAGS=$usher_late_flags
    AS_IF([test -n "$usher_soname"],
      [AC_MSG_RESULT([$usher_soname])
       AC_DEFINE_UNQUOTED([LATE_$1], ["$usher_soname"], [Loaded when it is first needed: $4.])],
      [AC_MSG_RESULT([not found, linked as usual])])
  ])
])
