/* Moments and spans: reading, writing and saying them. A moment is seconds
 * since 1970 in UTC (gint64), a span is seconds. Only clock_now() looks at
 * the clock; everything else is told what "now" is. */
#pragma once

#include <glib.h>

#define CLOCK_DAY (24 * 60 * 60)
/* Midnight of 9999-12-31: a later moment can be neither written nor kept. */
#define CLOCK_LAST G_GINT64_CONSTANT(253402214400)

/* The present moment. */
gint64 clock_now(void);

/* Reads "2027-01-31" (midnight UTC), "2027-01-31T14:02Z" and Graph's
 * "2027-01-31T14:02:11.1234567Z". USHER_ERROR_USAGE names the text. */
gboolean clock_parse_moment(const char *text, gint64 *ret_moment, GError **error);

/* Reads "90d", "12h", "2w", "6mo" (30 days each), "1y" (365 days), "45m",
 * "30s", up to 3000 years. USHER_ERROR_USAGE names the text. */
gboolean clock_parse_span(const char *text, gint64 *ret_span, GError **error);

/* Reads a moment, or a span counted from `now` ("90d", "+90d", "-3d"),
 * or "today", "tomorrow". */
gboolean clock_parse_date(const char *text, gint64 now, gint64 *ret_moment, GError **error);

char *clock_format_date(gint64 moment); /* "2027-01-31" */
char *clock_format_iso(gint64 moment);  /* "2027-01-31T14:02:11Z" */
char *clock_format_time(gint64 moment); /* "14:02:11", local time */

/* Short and translated: "in 12 d", "today", "3 d ago", "92 d ago". */
char *clock_format_relative(gint64 moment, gint64 now);

/* Short and translated span: "12 s", "3 min", "2 h", "5 d". */
char *clock_format_span(gint64 seconds);
