/* Temporary Access Passes: one per user, its value told once; contract 8. */
#include "sim/passes.h"

#include <string.h>

#include "sim/checks.h"
#include "sim/fields.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"

#define PASSWORD_METHOD "28c10230-6103-485e-b985-444c60001490"
#define MINUTES_DEFAULT 60
#define MINUTES_MIN     10
#define MINUTES_MAX     43200

static const char *
usability(const Pass *pass, gint64 now)
{
  if (now < pass->start)
    return "NotYetValid";
  return now >= pass->start + pass->minutes * 60 ? "Expired" : "EnabledByPolicy";
}

static void
write_pass(GString *out, const Pass *pass, gint64 now, const char *value)
{
  const char *reason = usability(pass, now);

  out_pair(out, "id", pass->id);
  out_pair_bool(out, "isUsable", strcmp(reason, "EnabledByPolicy") == 0);
  out_pair(out, "methodUsabilityReason", reason);
  out_pair(out, "temporaryAccessPass", value);
  out_pair_date(out, "createdDateTime", pass->created);
  out_pair_date(out, "startDateTime", pass->start);
  out_pair_int(out, "lifetimeInMinutes", pass->minutes);
  out_pair_bool(out, "isUsableOnce", pass->once);
  g_string_append_c(out, '}');
}

static int
find_pass(const Tenant *tenant, guint32 user)
{
  for (guint i = 0; i < tenant->passes->len; i++)
    if (g_array_index(tenant->passes, Pass, i).user == user)
      return (int)i;
  return -1;
}

void
passes_list(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  int found = slot == NONE ? -1 : find_pass(tenant, slot);

  if (slot == NONE)
    return;
  GString *out =
      call_begin_entity(call, 200, "users('id')/authentication/temporaryAccessPassMethods");
  g_string_append(out, ",\"value\":[");
  if (found >= 0) {
    g_string_append_c(out, '{');
    write_pass(out, &g_array_index(tenant->passes, Pass, found), call->now / 1000, NULL);
  }
  g_string_append(out, "]}");
}

void
passes_list_methods(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  int found = slot == NONE ? -1 : find_pass(tenant, slot);

  if (slot == NONE)
    return;
  GString *out = call_begin_entity(call, 200, "users('id')/authentication/methods");
  g_string_append(out, ",\"value\":[{\"@odata.type\":"
                       "\"#microsoft.graph.passwordAuthenticationMethod\"");
  out_pair(out, "id", PASSWORD_METHOD);
  out_pair(out, "password", NULL);
  out_pair_date(out, "createdDateTime", tenant_user(tenant, slot)->created);
  g_string_append_c(out, '}');
  if (found >= 0) {
    g_string_append(out, ",{\"@odata.type\":"
                         "\"#microsoft.graph.temporaryAccessPassAuthenticationMethod\"");
    write_pass(out, &g_array_index(tenant->passes, Pass, found), call->now / 1000, NULL);
  }
  g_string_append(out, "]}");
}

static gboolean
read_pass(Call *call, const cJSON *body, Pass *pass)
{
  const cJSON *minutes = cJSON_GetObjectItemCaseSensitive(body, "lifetimeInMinutes");
  const cJSON *once = cJSON_GetObjectItemCaseSensitive(body, "isUsableOnce");
  const char *start = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "startDateTime"));

  pass->minutes = MINUTES_DEFAULT;
  pass->start = pass->created = call->now / 1000;
  pass->once = cJSON_IsTrue(once);
  if (minutes && !cJSON_IsNull(minutes)) {
    if (!cJSON_IsNumber(minutes) || minutes->valuedouble < MINUTES_MIN ||
        minutes->valuedouble > MINUTES_MAX) {
      call_error(call, 400, "badRequest",
                 "Temporary access pass lifetime must be between %d and %d minutes.", MINUTES_MIN,
                 MINUTES_MAX);
      return FALSE;
    }
    pass->minutes = (guint)minutes->valueint;
  }
  if (start && !odata_parse_date(start, strlen(start), &pass->start)) {
    call_error(call, 400, "badRequest", "startDateTime is not a date and time.");
    return FALSE;
  }
  return TRUE;
}

void
passes_create(Call *call)
{
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789+*#&";
  Sim *sim = call->sim;
  guint32 slot = call_user(call, call->args[0]);
  const cJSON *body = slot == NONE ? NULL : call_json(call, TRUE);
  Pass pass = {.user = slot};
  char value[9] = "";

  if (!body || !read_pass(call, body, &pass))
    return;
  if (tenant_user(sim->tenant, slot)->flags & USER_GUEST) {
    call_error(call, 400, "badRequest",
               "Temporary Access Pass cannot be added for external "
               "guest users.");
    return;
  }
  int old = find_pass(sim->tenant, slot);
  if (old >= 0)
    g_array_remove_index(sim->tenant->passes, (guint)old);
  sim_fresh_id(sim, pass.id);
  g_array_append_val(sim->tenant->passes, pass);
  for (guint i = 0; i < 8; i++)
    value[i] = letters[sim_random(sim) % (sizeof letters - 1)];
  tenant_touch(sim->tenant);
  GString *out =
      call_begin_entity(call, 201, "users('id')/authentication/temporaryAccessPassMethods/$entity");
  write_pass(out, &pass, call->now / 1000, value);
}

static int
find_named(Call *call)
{
  const Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  int found = slot == NONE ? -1 : find_pass(tenant, slot);

  if (slot == NONE)
    return -1;
  if (found >= 0 &&
      g_ascii_strcasecmp(g_array_index(tenant->passes, Pass, found).id, call->args[1]) == 0)
    return found;
  call_error(call, 404, "resourceNotFound", "The requested authentication method was not found.");
  return -1;
}

void
passes_get(Call *call)
{
  int found = find_named(call);

  if (found < 0)
    return;
  GString *out =
      call_begin_entity(call, 200, "users('id')/authentication/temporaryAccessPassMethods/$entity");
  write_pass(out, &g_array_index(call->sim->tenant->passes, Pass, found), call->now / 1000, NULL);
}

void
passes_delete(Call *call)
{
  int found = find_named(call);

  if (found < 0)
    return;
  g_array_remove_index(call->sim->tenant->passes, (guint)found);
  tenant_touch(call->sim->tenant);
  call_empty(call, 204);
}

void
passes_reset_password(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  const cJSON *body = slot == NONE ? NULL : call_json(call, TRUE);
  const char *given = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "newPassword"));
  char date[21], id[37];

  if (!body)
    return;
  User *user = tenant_user(tenant, slot);
  if (!call_delegated(call) || strcmp(call->args[1], PASSWORD_METHOD) != 0 ||
      tenant_find_user(tenant, call->claims.user) == slot || user->flags & USER_GUEST) {
    call_denied(call);
    return;
  }
  if (given && checks_password(given, FALSE)) {
    call_bad(call, "%s", checks_password(given, FALSE));
    return;
  }
  out_format_date(call->now / 1000, date);
  pack_set(tenant, user, UF_PASSWORD_CHANGED, date, 20);
  pack_set(tenant, user, UF_FORCE_CHANGE, "1", 1);
  tenant_touch_user(tenant, slot);
  sim_fresh_id(call->sim, id);
  g_autofree char *root = call_root(call);
  call_header(call, "Location", "%s/users/%s/authentication/operations/%s", root, call->args[0],
              id);
  GString *out = call_begin_entity(call, 202, "microsoft.graph.passwordResetResponse");
  if (!given) {
    g_autofree char *made = g_strdup_printf("Sim-%08x-pw", (guint)sim_random(call->sim));
    out_pair(out, "newPassword", made);
  }
  g_string_append_c(out, '}');
}
