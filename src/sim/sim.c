/* The simulator's context: built from the options, reset, waited in. */
#include "sim/sim.h"

#include <string.h>

#include "sim/deltas.h"
#include "sim/devices.h"
#include "sim/faults.h"
#include "sim/listing.h"
#include "sim/quota.h"
#include "sim/record.h"
#include "sim/seed.h"
#include "sim/signin.h"
#include "sim/state.h"
#include "sim/tenant.h"
#include "sim/users-file.h"

#define DAY_MS (86400 * G_GINT64_CONSTANT(1000))

G_DEFINE_QUARK(sim - error - quark, sim_error)

gint64
sim_now(const Sim *sim)
{
  return g_get_real_time() / 1000 + sim->clock_offset;
}

guint64
sim_random(Sim *sim)
{
  sim->random += 0x9e3779b97f4a7c15ull;
  guint64 x = sim->random;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

void
sim_fresh_id(Sim *sim, char id[37])
{
  guint8 raw[16];

  tenant_make_id(sim_random(sim), 7, sim_random(sim), raw);
  tenant_format_id(raw, id);
}

gboolean
sim_wait(Sim *sim, gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time() + milliseconds * 1000;

  g_mutex_lock(&sim->stop_lock);
  while (!sim->stopping && milliseconds > 0 &&
         g_cond_wait_until(&sim->stop_cond, &sim->stop_lock, until))
    ;
  gboolean runs = !sim->stopping;
  g_mutex_unlock(&sim->stop_lock);
  return runs;
}

void
sim_stop_waiting(Sim *sim)
{
  g_mutex_lock(&sim->stop_lock);
  sim->stopping = TRUE;
  g_cond_broadcast(&sim->stop_cond);
  g_mutex_unlock(&sim->stop_lock);
}

/* The key follows from the seed, so that tokens outlive a restart. */
static void
make_key(Sim *sim)
{
  g_autofree char *text = g_strdup_printf("usher-sim %" G_GUINT64_FORMAT, sim->options.seed);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize length = sizeof sim->key;

  g_checksum_update(sum, (const guchar *)text, -1);
  g_checksum_get_digest(sum, sim->key, &length);
}

/* The login host as at start. */
static gboolean
register_certificate(Sim *sim, GError **error)
{
  g_autofree char *pem = NULL;

  signin_free(sim->signin);
  sim->signin = signin_new();
  if (!sim->options.certificate)
    return TRUE;
  if (!g_file_get_contents(sim->options.certificate, &pem, NULL, error))
    return FALSE;
  if (signin_add_certificates(sim->signin, pem))
    return TRUE;
  g_set_error(error, SIM_ERROR, 0, "--certificate: there is no PEM certificate in %s",
              sim->options.certificate);
  return FALSE;
}

static gboolean
build(Sim *sim, GError **error)
{
  gint64 today = sim_now(sim) / DAY_MS * DAY_MS / 1000;

  sim->tenant = seed_tenant(&sim->options, sim->born ? sim->born : today);
  return !sim->options.users_file || users_file_read(sim->tenant, sim->options.users_file, error);
}

gboolean
sim_reset(Sim *sim, GError **error)
{
  sim->clock_offset = sim->born = 0;
  g_clear_pointer(&sim->tenant, tenant_free);
  lists_free(sim->lists);
  sim->lists = lists_new();
  deltas_free(sim->deltas);
  sim->deltas = deltas_new();
  record_clear(sim->record);
  quota_reset(sim->quota);
  faults_set(sim->faults, "none", NULL);
  return register_certificate(sim, error) && build(sim, error) &&
         (!sim->options.faults || faults_set(sim->faults, sim->options.faults, error));
}

Sim *
sim_new(const SimOptions *options, GError **error)
{
  Sim *sim = g_new0(Sim, 1);

  sim->options = *options;
  g_mutex_init(&sim->lock);
  g_mutex_init(&sim->stop_lock);
  g_cond_init(&sim->stop_cond);
  sim->faults = faults_new();
  sim->quota = quota_new();
  sim->record = record_new();
  sim->devices = devices_new();
  sim->lists = lists_new();
  sim->deltas = deltas_new();
  /* Request ids and codes differ from run to run, unlike the tenant. */
  sim->random = (guint64)g_get_real_time();
  if ((!options->faults || faults_set(sim->faults, options->faults, error)) &&
      register_certificate(sim, error) && state_prepare(sim, error) && build(sim, error) &&
      state_load(sim, error)) {
    make_key(sim);
    return sim;
  }
  sim_free(sim);
  return NULL;
}

void
sim_free(Sim *sim)
{
  state_finish(sim);
  tenant_free(sim->tenant);
  faults_free(sim->faults);
  quota_free(sim->quota);
  record_free(sim->record);
  devices_free(sim->devices);
  signin_free(sim->signin);
  lists_free(sim->lists);
  deltas_free(sim->deltas);
  g_mutex_clear(&sim->lock);
  g_mutex_clear(&sim->stop_lock);
  g_cond_clear(&sim->stop_cond);
  g_free(sim->url);
  g_free(sim);
}
