/* The state file: JSON lines, first what the tenant was seeded with, then each
 * user and group that is not as seeded, and the outbox. Written whole beside the
 * old one and renamed over it, by a thread of its own, soon after each change. */
#include "sim/state-private.h"

#include <cjson/cJSON.h>
#include <string.h>

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
    if (line > 1 && *at && !state_read_line(sim, at)) {
      g_set_error(error, SIM_ERROR, 0, "%s:%u: the line is damaged", sim->options.state_file, line);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
write_file(const Sim *sim, const GString *text, GError **error)
{
  return g_file_set_contents_full(sim->options.state_file, text->str, (gssize)text->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* Once at the start: that it cannot be kept is said before anybody relies on it. */
static gboolean
try_to_save(const Sim *sim, GError **error)
{
  GString *text = write_all(sim);
  gboolean written = write_file(sim, text, error);

  g_string_free(text, TRUE);
  return written;
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
    if (!write_file(sim, out, &error))
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
  if (!load_file(sim, error) || !try_to_save(sim, error))
    return FALSE;
  Saver *saver = sim->saver = g_new0(Saver, 1);
  saver->sim = sim;
  saver->saved_tenant = sim->tenant;
  saver->saved_version = sim->tenant->version;
  saver->saved_offset = sim->clock_offset;
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
