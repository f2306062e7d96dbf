/* Writing JSON straight into a growing buffer, without a tree: pages of 999
 * people are answered this way. */
#pragma once

#include <glib.h>

/* Appends `length` bytes (-1: up to the NUL) of valid UTF-8 as a JSON string with its
 * quotes; NULL becomes null. */
void out_string(GString *out, const char *text, gssize length);
/* Appends `"name":`, with a comma before it unless `out` ends with '{' or '['. */
void out_key(GString *out, const char *name);
/* A comma unless `out` ends with '{' or '['. */
void out_comma(GString *out);
/* Key and value. */
void out_pair(GString *out, const char *name, const char *value);
void out_pair_bool(GString *out, const char *name, gboolean value);
void out_pair_int(GString *out, const char *name, gint64 value);
/* "2027-01-31T14:02:11Z"; 0 becomes null. Seconds. */
void out_date(GString *out, gint64 seconds);
void out_pair_date(GString *out, const char *name, gint64 seconds);
/* The same 20 characters and a NUL into `buffer`. */
void out_format_date(gint64 seconds, char buffer[21]);
