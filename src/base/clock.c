/* Moments and spans in and out. */
#include "base/clock.h"

#include "base/error.h"
#include "base/i18n.h"
#include <string.h>

gint64
clock_now(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

static gboolean
bad_date(const char *text, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("“%s” is no date: write 2027-01-31, or a time from now such as 90d"), text);
  return FALSE;
}

/* Reads exactly `digits` digits. */
static gboolean
read_digits(const char **at, int digits, int *ret_number)
{
  int number = 0;
  for (int i = 0; i < digits; i++, (*at)++) {
    if (!g_ascii_isdigit(**at))
      return FALSE;
    number = number * 10 + (**at - '0');
  }
  *ret_number = number;
  return TRUE;
}

static gboolean
read_mark(const char **at, char mark)
{
  if (**at != mark)
    return FALSE;
  (*at)++;
  return TRUE;
}

/* [:SS[.fraction]][Z|+HH:MM], nothing behind it. */
static gboolean
read_rest(const char *at, int *ret_second, int *ret_offset)
{
  int hours = 0, minutes = 0;
  *ret_second = *ret_offset = 0;
  if (read_mark(&at, ':')) {
    if (!read_digits(&at, 2, ret_second) || *ret_second > 59)
      return FALSE;
    if (read_mark(&at, '.')) {
      const char *fraction = at;
      while (g_ascii_isdigit(*at))
        at++;
      if (at == fraction)
        return FALSE;
    }
  }
  if (*at == '+' || *at == '-') {
    int sign = *at++ == '-' ? -1 : 1;
    if (!read_digits(&at, 2, &hours) || !read_mark(&at, ':') || !read_digits(&at, 2, &minutes))
      return FALSE;
    *ret_offset = sign * (hours * 3600 + minutes * 60);
  } else {
    (void)read_mark(&at, 'Z');
  }
  return *at == '\0';
}

/* Days from 1970-01-01 of a date in the proleptic Gregorian calendar. */
static gint64
days_of(int year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = y / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static gboolean
read_date(const char **at, gint64 *ret_days)
{
  int year, month, day;
  if (!read_digits(at, 4, &year) || !read_mark(at, '-') || !read_digits(at, 2, &month) ||
      !read_mark(at, '-') || !read_digits(at, 2, &day))
    return FALSE;
  if (year < 1 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  *ret_days = days_of(year, month, day);
  return TRUE;
}

gboolean
clock_parse_moment(const char *text, gint64 *ret_moment, GError **error)
{
  const char *at = text;
  gint64 days;
  if (!read_date(&at, &days))
    return bad_date(text, error);
  if (*at == '\0') {
    *ret_moment = days * CLOCK_DAY;
    return TRUE;
  }
  int hour, minute, second, offset;
  if (!(read_mark(&at, 'T') || read_mark(&at, ' ')) || !read_digits(&at, 2, &hour) ||
      !read_mark(&at, ':') || !read_digits(&at, 2, &minute) || hour > 23 || minute > 59 ||
      !read_rest(at, &second, &offset))
    return bad_date(text, error);
  *ret_moment = days * CLOCK_DAY + hour * 3600 + minute * 60 + second - offset;
  return TRUE;
}

static const struct {
  const char *unit;
  gint64 seconds;
} units[] = {
    {"s", 1},
    {"m", 60},
    {"min", 60},
    {"h", 3600},
    {"d", CLOCK_DAY},
    {"w", 7 * CLOCK_DAY},
    {"mo", 30 * CLOCK_DAY},
    {"y", 365 * CLOCK_DAY},
};

/* So that now and a span still is a moment that can be written. */
#define LONGEST_SPAN ((gint64)3000 * 365 * CLOCK_DAY)

gboolean
clock_parse_span(const char *text, gint64 *ret_span, GError **error)
{
  char *unit = NULL;
  guint64 number = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &unit, 10) : 0;
  for (gsize i = 0; unit && i < G_N_ELEMENTS(units); i++)
    if (strcmp(unit, units[i].unit) == 0 && number <= (guint64)(LONGEST_SPAN / units[i].seconds)) {
      *ret_span = (gint64)number * units[i].seconds;
      return TRUE;
    }
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("“%s” is no span of time: write a number and s, m, h, d, w, mo or y, as in 90d"),
              text);
  return FALSE;
}

gboolean
clock_parse_date(const char *text, gint64 now, gint64 *ret_moment, GError **error)
{
  gint64 midnight = now - now % CLOCK_DAY;
  if (g_ascii_strcasecmp(text, "today") == 0) {
    *ret_moment = midnight;
    return TRUE;
  }
  if (g_ascii_strcasecmp(text, "tomorrow") == 0) {
    *ret_moment = midnight + CLOCK_DAY;
    return TRUE;
  }
  gint64 span;
  const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
  if (clock_parse_span(digits, &span, NULL)) {
    *ret_moment = *text == '-' ? now - span : now + span;
    return TRUE;
  }
  return clock_parse_moment(text, ret_moment, error);
}

/* By hand, because GLib does not fill up years before 1000. */
char *
clock_format_date(gint64 moment)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(moment);
  if (!time)
    return g_strdup("");
  return g_strdup_printf("%04d-%02d-%02d", g_date_time_get_year(time), g_date_time_get_month(time),
                         g_date_time_get_day_of_month(time));
}

char *
clock_format_iso(gint64 moment)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(moment);
  if (!time)
    return g_strdup("");
  g_autofree char *date = clock_format_date(moment);
  g_autofree char *rest = g_date_time_format(time, "T%H:%M:%SZ");
  return g_strconcat(date, rest, NULL);
}

char *
clock_format_time(gint64 moment)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(moment);
  return time ? g_date_time_format(time, "%H:%M:%S") : g_strdup("");
}

char *
clock_format_relative(gint64 moment, gint64 now)
{
  gint64 difference = moment - now;
  gint64 days = difference / CLOCK_DAY;
  if (days == 0 && moment / CLOCK_DAY == now / CLOCK_DAY)
    return g_strdup(_("today"));
  if (difference > 0)
    return g_strdup_printf(_("in %d d"), (int)MAX(days, 1));
  return g_strdup_printf(_("%d d ago"), (int)MAX(-days, 1));
}

char *
clock_format_span(gint64 seconds)
{
  if (seconds < 60)
    return g_strdup_printf(_("%d s"), (int)MAX(seconds, 0));
  if (seconds < 3600)
    return g_strdup_printf(_("%d min"), (int)(seconds / 60));
  if (seconds < CLOCK_DAY)
    return g_strdup_printf(_("%d h"), (int)(seconds / 3600));
  return g_strdup_printf(_("%d d"), (int)(seconds / CLOCK_DAY));
}
