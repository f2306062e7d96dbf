/* What the two files of the sheet share. */
#pragma once

#include "base/sheet.h"

/* The text as UTF-8 without BOM and NUL bytes. Lent out of `bytes` where that is possible,
 * else kept in `ret_own`, which the caller owns. NULL and USHER_ERROR_USAGE otherwise. */
const char *sheet_decode(const char *bytes, gsize length, char **ret_own, gsize *ret_length,
                         SheetEncoding *ret_encoding, GError **error);

/* Sets USHER_ERROR_USAGE as "line 7: …". */
void sheet_fail(GError **error, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);
