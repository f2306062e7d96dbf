/* The state file: JSON lines, first what the tenant was seeded with, then each
 * user and group that is not as seeded, and the outbox. Written whole beside the
 * old one and renamed over it, by a thread of its own, soon after each change. */
#include "sim/state.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/licences.h"
#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"

struct Saver {
  Sim *sim;
  GThread *thread;
  GCond wake;
  gboolean stop;
  guint64 saved_version;
  gint64 saved_offset;
  gpointer saved_tenant;
};

static void
write_text(int field, const char *text, gsize length, gpointer data)
{
  GString *out = data;
  char name[12];
  g_autofree char *base64 = g_base64_encode((const guchar *)text, length);

  g_snprintf(name, sizeof name, "%d", field);
  out_pair(out, name, base64);
}

static void
write_numbers(GString *out, const Tenant *tenant, const char *name, guint32 head)
{
  guint32 target;

  out_key(out, name);
  g_string_append_c(out, '[');
  while (head != NONE) {
    head = tenant_next(tenant, head, &target);
    out_comma(out);
    g_string_append_printf(out, "%u", target);
  }
  g_string_append_c(out, ']');
}

static void
write_holdings(GString *out, const Tenant *tenant, const User *user)
{
  out_key(out, "holdings");
  g_string_append_c(out, '[');
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    out_comma(out);
    g_string_append_printf(out, "{\"sku\":%u,\"group\":%d,\"state\":%u,\"updated\":%u",
                           holding->sku, holding->group, holding->state, holding->updated);
    out_pair(out, "error", holding->error);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
}

static void
write_user(GString *out, const Tenant *tenant, guint32 slot)
{
  const User *user = tenant_user(tenant, slot);

  g_string_append_printf(out, "{\"user\":%u", slot);
  out_pair_int(out, "flags", user->flags & ~(guint32)USER_OWNED);
  out_pair_int(out, "created", user->created);
  out_pair_int(out, "deleted", user->deleted);
  out_pair_int(out, "signed_in", user->signed_in);
  out_pair_int(out, "signed_in_quietly", user->signed_in_quietly);
  out_pair_int(out, "manager", user->manager);
  write_numbers(out, tenant, "sponsors", user->sponsors);
  write_numbers(out, tenant, "groups", user->memberships);
  write_holdings(out, tenant, user);
  out_key(out, "text");
  g_string_append_c(out, '{');
  pack_each(tenant, user, write_text, out);
  g_string_append(out, "}}\n");
}

static void
write_group(GString *out, const Tenant *tenant, guint32 slot)
{
  const Group *group = tenant_group(tenant, slot);

  g_string_append_printf(out, "{\"group\":%u", slot);
  out_pair(out, "displayName", group->display_name);
  out_pair(out, "description", group->description);
  out_pair(out, "mailNickname", group->mail_nickname);
  out_pair_int(out, "created", group->created);
  out_pair_bool(out, "security", group->security);
  out_pair_bool(out, "mailEnabled", group->mail_enabled);
  out_pair_bool(out, "gone", group->gone);
  out_key(out, "skus");
  g_string_append_c(out, '[');
  for (guint i = 0; i < group->skus->len; i++)
    g_string_append_printf(out, "%s%u", i ? "," : "", g_array_index(group->skus, guint16, i));
  g_string_append_c(out, ']');
  out_key(out, "nested");
  g_string_append_c(out, '[');
  for (guint i = 0; i < group->members->len; i++) {
    guint32 target = g_array_index(group->members, guint32, i);
    if (target == NONE || !(target & TARGET_GROUP))
      continue;
    out_comma(out);
    g_string_append_printf(out, "%u", target & ~TARGET_GROUP);
  }
  g_string_append(out, "]}\n");
}

static void
write_passes(GString *out, const Tenant *tenant)
{
  for (guint i = 0; i < tenant->passes->len; i++) {
    const Pass *pass = &g_array_index(tenant->passes, Pass, i);
    g_string_append_printf(out, "{\"pass\":%u", pass->user);
    out_pair(out, "id", pass->id);
    out_pair_int(out, "created", pass->created);
    out_pair_int(out, "start", pass->start);
    out_pair_int(out, "minutes", pass->minutes);
    out_pair_bool(out, "once", pass->once);
    g_string_append(out, "}\n");
  }
}

static GString *
write_all(const Sim *sim)
{
  const Tenant *tenant = sim->tenant;
  GString *out = g_string_new("{\"usher-sim-state\":1");

  g_string_append_printf(out, ",\"seed\":\"%" G_GUINT64_FORMAT "\"", sim->options.seed);
  out_pair_int(out, "accounts", sim->options.accounts);
  out_pair_int(out, "specialists",
               sim->options.specialists_given ? (gint64)sim->options.specialists : -1);
  out_pair_int(out, "born", tenant->born);
  out_pair_int(out, "clock_offset", sim->clock_offset);
  g_string_append(out, "}\n");
  for (guint32 i = 0; i < tenant->groups->len; i++)
    if (tenant_group(tenant, i)->dirty)
      write_group(out, tenant, i);
  for (guint32 i = 0; i < tenant->users->len; i++)
    if (tenant_user(tenant, i)->flags & USER_DIRTY)
      write_user(out, tenant, i);
  write_passes(out, tenant);
  for (guint i = 0; i < tenant->outbox->len; i++)
    g_string_append_printf(out, "{\"mail\":%s}\n",
                           (const char *)g_ptr_array_index(tenant->outbox, i));
  return out;
}

static gint64
number(const cJSON *object, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

  return cJSON_IsNumber(item) ? (gint64)item->valuedouble : 0;
}

static void
load_text(Tenant *tenant, User *user, const cJSON *text)
{
  const cJSON *item;

  if (user->flags & USER_OWNED)
    g_free(user->packed);
  user->flags &= ~(guint32)USER_OWNED;
  user->packed = NULL;
  user->packed_length = 0;
  cJSON_ArrayForEach(item, text)
  {
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(item->valuestring, &length);
    pack_set(tenant, user, (int)g_ascii_strtoll(item->string, NULL, 10), (const char *)bytes,
             (gssize)length);
  }
}

static const char *
static_error(const char *error)
{
  static const char *const errors[] = {"CountViolation", "ProhibitedInUsageLocationViolation"};

  for (guint i = 0; error && i < G_N_ELEMENTS(errors); i++)
    if (strcmp(errors[i], error) == 0)
      return errors[i];
  return NULL;
}

/* As it was, whatever there are seats for now. */
static void
load_holding(Tenant *tenant, guint32 slot, const cJSON *item)
{
  int sku = (int)number(item, "sku"), group = (int)number(item, "group");

  if (sku < 0 || (guint)sku >= tenant->skus->len || group >= (int)tenant->groups->len)
    return;
  Sku *bought = &g_array_index(tenant->skus, Sku, sku);
  licences_give(tenant, slot, sku, group, number(item, "updated") * 1000);
  Holding *holding = &g_array_index(tenant->holdings, Holding, tenant_user(tenant, slot)->holding);
  gboolean was_active = holding->state == HOLDING_ACTIVE;
  holding->state = (guint8)number(item, "state");
  holding->error =
      static_error(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "error")));
  bought->consumed += (guint)(holding->state == HOLDING_ACTIVE) - (guint)was_active;
}

static void
load_relations(Tenant *tenant, guint32 slot, const cJSON *json, gint64 now)
{
  User *user = tenant_user(tenant, slot);
  const cJSON *item;

  while (user->memberships != NONE)
    tenant_leave(tenant, g_array_index(tenant->edges, Edge, user->memberships).target, slot);
  while (user->sponsors != NONE)
    tenant_unlink(tenant, &user->sponsors,
                  g_array_index(tenant->edges, Edge, user->sponsors).target);
  licences_drop_all(tenant, slot);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "sponsors"))
      tenant_link(tenant, &user->sponsors, (guint32)item->valuedouble);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(
                               json, "groups")) if (item->valuedouble < tenant->groups->len)
      tenant_join(tenant, (guint32)item->valuedouble, slot);
  const cJSON *holdings = cJSON_GetObjectItemCaseSensitive(json, "holdings");
  for (int i = cJSON_GetArraySize(holdings); i-- > 0;)
    load_holding(tenant, slot, cJSON_GetArrayItem(holdings, i));
  /* What was on its way when it was saved. */
  if (!(user->flags & USER_DELETED))
    licences_regain(tenant, slot, now);
  for (guint32 at = user->holding; at != NONE;) {
    const Holding *holding = &g_array_index(tenant->holdings, Holding, at);
    at = holding->next;
    if (holding->group >= 0 && !tenant_is_member(tenant, (guint32)holding->group, slot))
      licences_left(tenant, slot, (guint32)holding->group, now);
  }
}

static void
load_user(Sim *sim, const cJSON *json)
{
  Tenant *tenant = sim->tenant;
  guint32 slot = (guint32)number(json, "user");

  if (slot > tenant->users->len)
    return;
  gboolean fresh = slot == tenant->users->len;
  if (fresh)
    tenant_add_user(tenant);
  User *user = tenant_user(tenant, slot);
  if (!fresh && !(user->flags & USER_DELETED)) {
    tenant_unindex_name(tenant, slot);
    tenant->n_live--;
  }
  load_text(tenant, user, cJSON_GetObjectItemCaseSensitive(json, "text"));
  user->flags =
      (user->flags & USER_OWNED) | ((guint32)number(json, "flags") & ~(guint32)USER_OWNED);
  user->created = (guint32)number(json, "created");
  user->deleted = (guint32)number(json, "deleted");
  user->signed_in = (guint32)number(json, "signed_in");
  user->signed_in_quietly = (guint32)number(json, "signed_in_quietly");
  user->manager = (guint32)number(json, "manager");
  load_relations(tenant, slot, json, sim_now(sim));
  tenant_index_user(tenant, slot);
  if (user->flags & USER_DELETED)
    tenant_unindex_name(tenant, slot);
  else
    tenant->n_live++;
}

static void
replace(char **at, const cJSON *json, const char *name)
{
  g_free(*at);
  *at = g_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name)));
}

static void
load_group(Tenant *tenant, const cJSON *json)
{
  guint32 slot = (guint32)number(json, "group");
  const cJSON *item;

  if (slot > tenant->groups->len)
    return;
  if (slot == tenant->groups->len)
    tenant_add_group(tenant, NULL);
  Group *group = tenant_group(tenant, slot);
  replace(&group->display_name, json, "displayName");
  replace(&group->description, json, "description");
  replace(&group->mail_nickname, json, "mailNickname");
  group->created = number(json, "created");
  group->security = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "security"));
  group->mail_enabled = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "mailEnabled"));
  group->gone = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "gone"));
  group->dirty = TRUE;
  g_array_set_size(group->skus, 0);
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "skus"))
  {
    guint16 sku = (guint16)item->valueint;
    if (sku < tenant->skus->len)
      g_array_append_val(group->skus, sku);
  }
  for (guint i = group->members->len; i-- > 0;)
    if (g_array_index(group->members, guint32, i) != NONE &&
        g_array_index(group->members, guint32, i) & TARGET_GROUP)
      tenant_leave(tenant, slot, g_array_index(group->members, guint32, i));
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "nested"))
      tenant_join(tenant, slot, TARGET_GROUP | (guint32)item->valuedouble);
}

static void
load_pass(Tenant *tenant, const cJSON *json)
{
  Pass pass = {.user = (guint32)number(json, "pass"),
               .created = number(json, "created"),
               .start = number(json, "start"),
               .minutes = (guint)number(json, "minutes"),
               .once = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "once"))};
  const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "id"));

  g_strlcpy(pass.id, id ? id : "", sizeof pass.id);
  g_array_append_val(tenant->passes, pass);
}

static gboolean
load_line(Sim *sim, const char *line)
{
  cJSON *json = cJSON_Parse(line);
  const cJSON *mail = cJSON_GetObjectItemCaseSensitive(json, "mail");

  if (!cJSON_IsObject(json)) {
    cJSON_Delete(json);
    return FALSE;
  }
  if (cJSON_GetObjectItemCaseSensitive(json, "user"))
    load_user(sim, json);
  else if (cJSON_GetObjectItemCaseSensitive(json, "group"))
    load_group(sim->tenant, json);
  else if (cJSON_GetObjectItemCaseSensitive(json, "pass"))
    load_pass(sim->tenant, json);
  else if (mail) {
    char *text = cJSON_PrintUnformatted(mail);
    g_ptr_array_add(sim->tenant->outbox, g_strdup(text));
    cJSON_free(text);
  }
  cJSON_Delete(json);
  return TRUE;
}

static gboolean
differs(gboolean given, guint64 mine, guint64 theirs, const char *option, const char *path,
        GError **error)
{
  if (!given || mine == theirs)
    return FALSE;
  g_set_error(error, SIM_ERROR, 0,
              "%s was made with %s %" G_GUINT64_FORMAT
              "; leave the option out, or use another file",
              path, option, theirs);
  return TRUE;
}

static gboolean
take_head(Sim *sim, const cJSON *head, GError **error)
{
  SimOptions *options = &sim->options;
  const char *path = options->state_file;
  const char *seed = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(head, "seed"));
  guint64 number_of_seed = seed ? g_ascii_strtoull(seed, NULL, 10) : 0;
  gint64 specialists = number(head, "specialists");

  if (number(head, "usher-sim-state") != 1 || !seed) {
    g_set_error(error, SIM_ERROR, 0, "%s is no state file of usher-sim", path);
    return FALSE;
  }
  if (differs(options->seed_given, options->seed, number_of_seed, "--seed", path, error) ||
      differs(options->accounts_given, options->accounts, (guint64)number(head, "accounts"),
              "--accounts", path, error) ||
      differs(options->specialists_given, options->specialists, (guint64)specialists,
              "--specialists", path, error))
    return FALSE;
  options->seed = number_of_seed;
  options->accounts = (guint)number(head, "accounts");
  options->specialists_given = specialists >= 0;
  options->specialists = specialists >= 0 ? (guint)specialists : 0;
  sim->born = number(head, "born");
  sim->clock_offset = number(head, "clock_offset");
  return TRUE;
}

gboolean
state_prepare(Sim *sim, GError **error)
{
  g_autofree char *text = NULL;

  if (!sim->options.state_file || !g_file_test(sim->options.state_file, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents(sim->options.state_file, &text, NULL, error))
    return FALSE;
  cJSON *head = cJSON_ParseWithLength(text, strcspn(text, "\n"));
  gboolean good = take_head(sim, head, error);
  cJSON_Delete(head);
  return good;
}

static gboolean
load_file(Sim *sim, GError **error)
{
  g_autofree char *text = NULL;
  guint line = 1;

  if (!g_file_test(sim->options.state_file, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents(sim->options.state_file, &text, NULL, error))
    return FALSE;
  for (char *at = text, *end; *at; at = end, line++) {
    end = at + strcspn(at, "\n");
    if (*end)
      *end++ = 0;
    if (line > 1 && *at && !load_line(sim, at)) {
      g_set_error(error, SIM_ERROR, 0, "%s:%u: the line is damaged", sim->options.state_file, line);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_saved(const Saver *saver)
{
  const Sim *sim = saver->sim;

  return saver->saved_tenant == sim->tenant && saver->saved_version == sim->tenant->version &&
         saver->saved_offset == sim->clock_offset;
}

static gpointer
save_loop(gpointer data)
{
  Saver *saver = data;
  Sim *sim = saver->sim;

  g_mutex_lock(&sim->lock);
  for (;;) {
    while (is_saved(saver) && !saver->stop)
      g_cond_wait(&saver->wake, &sim->lock);
    if (is_saved(saver))
      break;
    g_autoptr(GError) error = NULL;
    GString *out = write_all(sim);
    saver->saved_tenant = sim->tenant;
    saver->saved_version = sim->tenant->version;
    saver->saved_offset = sim->clock_offset;
    g_mutex_unlock(&sim->lock);
    if (!g_file_set_contents_full(sim->options.state_file, out->str, (gssize)out->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
      g_printerr("usher-sim: the state cannot be kept: %s\n", error->message);
    g_string_free(out, TRUE);
    g_mutex_lock(&sim->lock);
  }
  g_mutex_unlock(&sim->lock);
  return NULL;
}

gboolean
state_load(Sim *sim, GError **error)
{
  if (!sim->options.state_file)
    return TRUE;
  if (!load_file(sim, error))
    return FALSE;
  Saver *saver = sim->saver = g_new0(Saver, 1);
  saver->sim = sim;
  g_cond_init(&saver->wake);
  saver->thread = g_thread_new("saver", save_loop, saver);
  return TRUE;
}

void
state_changed(Sim *sim)
{
  if (sim->saver && !is_saved(sim->saver))
    g_cond_signal(&sim->saver->wake);
}

void
state_finish(Sim *sim)
{
  Saver *saver = sim->saver;

  if (!saver)
    return;
  g_mutex_lock(&sim->lock);
  saver->stop = TRUE;
  g_cond_signal(&saver->wake);
  g_mutex_unlock(&sim->lock);
  g_thread_join(saver->thread);
  g_cond_clear(&saver->wake);
  g_clear_pointer(&sim->saver, g_free);
}
