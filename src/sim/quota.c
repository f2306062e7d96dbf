/* Token buckets per app: resource units by the tenant's size, writes, and the
 * slow quota of authentication methods. */
#include "sim/quota.h"

#include <math.h>
#include <string.h>

#include "sim/out.h"
#include "sim/tenant.h"

#define WRITES        3000
#define WRITE_SECONDS 150
#define UNIT_SECONDS  10
#define SLOW          5

typedef struct {
  double left; /* below 0: refused requests count too */
  gint64 at;   /* milliseconds */
  double used;
} Bucket;

typedef struct {
  Bucket units, writes, slow;
} AppQuota;

struct Quota {
  GHashTable *apps; /* client id → AppQuota */
  double used_units, used_writes;
};

Quota *
quota_new(void)
{
  Quota *quota = g_new0(Quota, 1);

  quota->apps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return quota;
}

void
quota_free(Quota *quota)
{
  g_hash_table_unref(quota->apps);
  g_free(quota);
}

void
quota_reset(Quota *quota)
{
  g_hash_table_remove_all(quota->apps);
  quota->used_units = quota->used_writes = 0;
}

static double
unit_limit(guint users)
{
  return users < 50 ? 3500 : users <= 500 ? 5000 : 8000;
}

/* Seconds to wait, 0: it was taken. */
static double
take(Bucket *bucket, double cost, double limit, double seconds, gint64 now)
{
  double rate = limit / seconds;

  if (!bucket->at)
    bucket->left = limit;
  else
    bucket->left = MIN(limit, bucket->left + rate * (double)MAX(0, now - bucket->at) / 1000);
  bucket->at = now;
  if (bucket->left >= cost) {
    bucket->left -= cost;
    bucket->used = 1 - bucket->left / limit;
    return 0;
  }
  bucket->left = MAX(bucket->left - cost, -limit / 10);
  return MAX(1, ceil((cost - bucket->left) / rate));
}

static AppQuota *
find(Quota *quota, const char *app)
{
  AppQuota *found = g_hash_table_lookup(quota->apps, app);

  if (!found) {
    found = g_new0(AppQuota, 1);
    g_hash_table_insert(quota->apps, g_strdup(app), found);
  }
  return found;
}

static int
request_cost(const Call *call, const Route *route)
{
  const char *top = call_query(call, "$top");
  int cost = route->cost ? (int)route->cost : 1;

  if (strcmp(call->method, "GET") != 0)
    return cost;
  cost -= call_query(call, "$select") != NULL;
  cost -= top && g_ascii_strtoll(top, NULL, 10) < 20;
  cost += call_query(call, "$expand") != NULL;
  return MAX(1, cost);
}

static gboolean
refuse(Call *call, double wait, const char *information)
{
  call_error(call, 429, "TooManyRequests", "Too many requests from this application.");
  call_header(call, "Retry-After", "%d", (int)wait);
  call_header(call, "x-ms-throttle-scope", "Tenant_Application/%s/%s/%s",
              strcmp(call->method, "GET") == 0 ? "Read" : "ReadWrite", call->claims.app, TENANT_ID);
  call_header(call, "x-ms-throttle-information", "%s", information);
  return FALSE;
}

gboolean
quota_charge(Call *call, const Route *route)
{
  Quota *quota = call->sim->quota;
  AppQuota *app = find(quota, call->claims.app ? call->claims.app : "");
  int cost = request_cost(call, route);
  gboolean writes = strcmp(call->method, "GET") != 0 && !g_str_has_suffix(route->pattern, "$batch");
  double wait;

  if (g_str_has_suffix(route->pattern, "$batch"))
    return TRUE; /* its items are charged */
  if (call->sim->options.no_quota)
    return TRUE;
  if (route->slow_quota && (wait = take(&app->slow, 1, SLOW, UNIT_SECONDS, call->now)) > 0)
    return refuse(call, wait, "ResourceUnitLimitExceeded");
  wait = take(&app->units, cost, unit_limit(call->sim->tenant->n_live), UNIT_SECONDS, call->now);
  if (wait > 0)
    return refuse(call, wait, "ResourceUnitLimitExceeded");
  if (writes && (wait = take(&app->writes, 1, WRITES, WRITE_SECONDS, call->now)) > 0)
    return refuse(call, wait, "WriteLimitExceeded");
  quota->used_units += cost;
  quota->used_writes += writes;
  call_header(call, "x-ms-resource-unit", "%d", cost);
  double share = MAX(app->units.used, writes ? app->writes.used : 0);
  if (share > 0.8)
    call_header(call, "x-ms-throttle-limit-percentage", "%.1f", share);
  return TRUE;
}

void
quota_write(const Quota *quota, GString *out, guint users)
{
  out_key(out, "quota");
  g_string_append_c(out, '{');
  out_pair_int(out, "units", (gint64)quota->used_units);
  out_pair_int(out, "writes", (gint64)quota->used_writes);
  out_pair_int(out, "units_per_10_s", (gint64)unit_limit(users));
  out_pair_int(out, "writes_per_150_s", WRITES);
  g_string_append_c(out, '}');
}
