/* Faults: reading their specification and drawing them, from a seed of their
 * own, so that a run can be repeated. Playing them is answer.c's. */
#include "sim/faults.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[FAULT_NONE] = {
    [FAULT_403] = "403",         [FAULT_429] = "429",       [FAULT_500] = "500",
    [FAULT_503] = "503",         [FAULT_504] = "504",       [FAULT_RESET] = "reset",
    [FAULT_LOST] = "lost",       [FAULT_SLOW] = "slow",     [FAULT_TRUNCATE] = "truncate",
    [FAULT_GARBAGE] = "garbage", [FAULT_EXPIRE] = "expire",
};

typedef struct {
  double share[FAULT_NONE];
  int retry_after;
  double replication;
  double hold; /* so many changes more, until answers are held back; negative: never */
  char path[256];
  guint64 random;
} FaultSet;

struct Faults {
  FaultSet set;
  guint times_set;
};

static void
clear(FaultSet *set)
{
  *set = (FaultSet){.retry_after = 1, .random = 1, .hold = -1};
}

Faults *
faults_new(void)
{
  Faults *faults = g_new0(Faults, 1);

  clear(&faults->set);
  return faults;
}

void
faults_free(Faults *faults)
{
  g_free(faults);
}

static gboolean
read_number(const char *name, const char *value, double max, double *ret, GError **error)
{
  char *end;
  double number = g_ascii_strtod(value, &end);
  gboolean percent = *end == '%' && max == 1;

  if (percent)
    number /= 100;
  if (end == value || end[percent] || !(number >= 0 && number <= max)) {
    g_set_error(error, SIM_ERROR, 0, "faults: %s=%s is not a number from 0 to %s", name, value,
                max == 1 ? "1 (or 100%)" : "86400");
    return FALSE;
  }
  *ret = number;
  return TRUE;
}

static gboolean
set_share(FaultSet *set, const char *name, const char *value, GError **error)
{
  for (int i = 0; i < FAULT_NONE; i++)
    if (strcmp(names[i], name) == 0)
      return read_number(name, value, 1, &set->share[i], error);
  g_set_error(
      error, SIM_ERROR, 0,
      "faults: '%s' is none of 403, 429, 500, 503, 504, reset, lost, slow, truncate, garbage, "
      "expire, retry-after, replication, hold, path, seed, none",
      name);
  return FALSE;
}

static gboolean
set_one(FaultSet *set, const char *name, const char *value, GError **error)
{
  double number;

  if (strcmp(name, "none") == 0) {
    clear(set);
    return TRUE;
  }
  if (!value) {
    g_set_error(error, SIM_ERROR, 0, "faults: '%s' has no value", name);
    return FALSE;
  }
  if (strcmp(name, "path") == 0) {
    g_autofree char *plain = call_unescape(value, -1, FALSE);
    g_strlcpy(set->path, plain, sizeof set->path);
    return TRUE;
  }
  if (strcmp(name, "seed") == 0)
    return g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &set->random, error);
  if (strcmp(name, "replication") == 0)
    return read_number(name, value, 86400, &set->replication, error);
  if (strcmp(name, "hold") == 0)
    return read_number(name, value, 86400, &set->hold, error);
  if (strcmp(name, "retry-after") == 0) {
    if (!read_number(name, value, 86400, &number, error))
      return FALSE;
    set->retry_after = (int)number;
    return TRUE;
  }
  return set_share(set, name, value, error);
}

gboolean
faults_set(Faults *faults, const char *spec, GError **error)
{
  FaultSet set = faults->set;
  double sum = 0;
  g_auto(GStrv) parts = g_strsplit(spec, ",", -1);

  for (guint i = 0; parts[i]; i++) {
    char *name = g_strstrip(parts[i]), *equals = strchr(name, '=');
    if (!*name)
      continue;
    if (equals)
      *equals++ = 0;
    if (!set_one(&set, name, equals, error))
      return FALSE;
  }
  for (int i = 0; i < FAULT_NONE; i++)
    sum += set.share[i];
  if (sum > 1.000001) {
    g_set_error(error, SIM_ERROR, 0, "faults: the shares add up to more than 100%%");
    return FALSE;
  }
  faults->set = set;
  faults->times_set++;
  return TRUE;
}

static double
draw(FaultSet *set)
{
  set->random += 0x9e3779b97f4a7c15ull;
  guint64 x = set->random;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return (double)((x ^ (x >> 31)) >> 11) / 9007199254740992.0;
}

/* Without a path only Graph itself has faults; a path is given with or without the
 * version, or is one of the login pages. */
static gboolean
concerns(const FaultSet *set, const Call *call)
{
  g_autofree char *plain = call_unescape(call->path, -1, FALSE);

  if (!*set->path)
    return g_str_has_prefix(plain, "/v1.0/");
  return g_str_has_prefix(plain, set->path) ||
         (g_str_has_prefix(plain, "/v1.0") && g_str_has_prefix(plain + 5, set->path));
}

FaultKind
faults_draw(Faults *faults, const Call *call, guint which)
{
  FaultSet *set = &faults->set;

  if (!concerns(set, call))
    return FAULT_NONE;
  double at = draw(set);
  for (int i = 0; i < FAULT_NONE; i++) {
    if (at < set->share[i])
      return which & 1u << i ? (FaultKind)i : FAULT_NONE;
    at -= set->share[i];
  }
  return FAULT_NONE;
}

void
faults_count_change(Faults *faults, const Call *call)
{
  if (faults->set.hold > 0 && concerns(&faults->set, call))
    faults->set.hold--;
}

gboolean
faults_hold(const Faults *faults, const Call *call, guint *ret_ticket)
{
  if (faults->set.hold != 0 || !concerns(&faults->set, call))
    return FALSE;
  *ret_ticket = faults->times_set;
  return TRUE;
}

gboolean
faults_holds(const Faults *faults, guint ticket)
{
  return faults->times_set == ticket;
}

int
faults_retry_after(const Faults *faults)
{
  return faults->set.retry_after;
}

gint64
faults_replication(const Faults *faults)
{
  return (gint64)(faults->set.replication * 1000);
}
