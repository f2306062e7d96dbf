/* The table of rungs, the ladder that a profile climbs, and what doctor shows of
 * it. Each rung's own ways are in its file; here is only who comes when. */
#include "auth/ladder.h"

#include "auth/credentials-private.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- the rungs --- */

static Credentials *
make_keyring(const CredentialsOptions *options)
{
  return credentials_new_keyring(options->profile);
}

static Credentials *
make_command(const CredentialsOptions *options)
{
  return credentials_new_command(options->command ? options->command : "", options->save_command,
                                 options->clear_command);
}

static Credentials *
make_kernel(const CredentialsOptions *options)
{
  return credentials_new_kernel(options->profile, options->timeout);
}

static Credentials *
make_sealed(const CredentialsOptions *options)
{
  if (options->file)
    return credentials_new_sealed(options->file, options->profile, options->timeout);
  g_autofree char *folder = file_state_dir();
  g_autofree char *name = g_strconcat(options->profile, ".sealed", NULL);
  g_strdelimit(name, "/", '_');
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return credentials_new_sealed(path, options->profile, options->timeout);
}

static Credentials *
make_environment(const CredentialsOptions *options)
{
  return credentials_new_environment(options->variable ? options->variable : "");
}

static Credentials *
make_descriptor(const CredentialsOptions *options)
{
  return credentials_new_descriptor(options->fd);
}

/* `offered`: shown as a possibility even where the profile does not name it. */
static const struct {
  const char *name, *title;
  Credentials *(*make)(const CredentialsOptions *options);
  gboolean offered;
} rungs[] = {
    {"keyring", N_("keyring (Secret Service)"), make_keyring, TRUE},
    {"command", N_("command"), make_command, FALSE},
    {"kernel-keyring", N_("kernel keyring of this login"), make_kernel, TRUE},
    {"sealed-file", N_("sealed file"), make_sealed, TRUE},
    {"environment", N_("environment variable"), make_environment, FALSE},
    {"file-descriptor", N_("file descriptor"), make_descriptor, FALSE},
};

static int
find_rung(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(rungs); i++)
    if (g_str_equal(rungs[i].name, name))
      return (int)i;
  return -1;
}

gboolean
ladder_knows(const char *name)
{
  return find_rung(name) >= 0;
}

/* --- several as one --- */

/* The state of each rung, from the first on, until `wanted` says that it is the one. Absent
 * ones are passed by, and said in the log; any other trouble ends the climb with an error. */
static gboolean
may_use(Credentials *rung, RungState *ret_state, GCancellable *cancellable, GError **error)
{
  g_auto(CredentialsState) state = {0};
  credentials_probe(rung, &state, cancellable);
  *ret_state = state.state;
  switch (state.state) {
  case RUNG_READY:
  case RUNG_EMPTY:
    return TRUE;
  case RUNG_ABSENT:
    g_info("credentials: %s is passed by: %s", credentials_kind(rung), state.text);
    return TRUE;
  case RUNG_LOCKED:
  case RUNG_SILENT:
  case RUNG_BROKEN:
    break;
  }
  credentials_state_error(&state, error);
  return FALSE;
}

static void
none_there(const Credentials *credentials, GError **error)
{
  g_autofree char *kinds = NULL;
  for (guint i = 0; i < credentials->rungs->len; i++) {
    const char *kind = credentials_kind(credentials->rungs->pdata[i]);
    char *longer = kinds ? g_strconcat(kinds, ", ", kind, NULL) : g_strdup(kind);
    g_free(kinds);
    kinds = longer;
  }
  g_set_error(error, USHER_ERROR, USHER_ERROR_KEYRING,
              _("None of the profile's places for secrets is there: %s. 'usher doctor' says why."),
              kinds);
}

static Secret *
ladder_load(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) missing = NULL;
  for (guint i = 0; i < credentials->rungs->len; i++) {
    Credentials *rung = credentials->rungs->pdata[i];
    RungState state;
    if (!may_use(rung, &state, cancellable, error))
      return NULL;
    if (state == RUNG_ABSENT)
      continue;
    g_autoptr(GError) failure = NULL;
    Secret *secret = credentials_load(rung, name, cancellable, &failure);
    if (secret) {
      g_info("credentials: %s comes from %s", name, credentials_kind(rung));
      return secret;
    }
    if (!g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND)) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return NULL;
    }
    if (!missing)
      missing = g_steal_pointer(&failure);
  }
  if (missing)
    g_propagate_error(error, g_steal_pointer(&missing));
  else
    none_there(credentials, error);
  return NULL;
}

/* The first that is there and can be written. */
static Credentials *
rung_to_write(Credentials *credentials, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < credentials->rungs->len; i++) {
    Credentials *rung = credentials->rungs->pdata[i];
    RungState state;
    if (!credentials_can_save(rung))
      continue;
    if (!may_use(rung, &state, cancellable, error))
      return NULL;
    if (state != RUNG_ABSENT)
      return rung;
  }
  none_there(credentials, error);
  return NULL;
}

static gboolean
ladder_save(Credentials *credentials, const char *name, const Secret *secret,
            GCancellable *cancellable, GError **error)
{
  Credentials *rung = rung_to_write(credentials, cancellable, error);
  if (!rung || !credentials_save(rung, name, secret, cancellable, error))
    return FALSE;
  g_info("credentials: %s is kept in %s", name, credentials_kind(rung));
  return TRUE;
}

/* Everywhere: a copy that stayed behind would come back one day. */
static gboolean
ladder_forget(Credentials *credentials, const char *name, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < credentials->rungs->len; i++) {
    Credentials *rung = credentials->rungs->pdata[i];
    RungState state;
    if (!credentials_can_save(rung))
      continue;
    if (!may_use(rung, &state, cancellable, error) ||
        (state == RUNG_READY && !credentials_forget(rung, name, cancellable, error)))
      return FALSE;
  }
  return TRUE;
}

/* The first that is not absent speaks for all; the last one if all are. */
static Credentials *
speaker(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  Credentials *rung = NULL;
  for (guint i = 0; i < credentials->rungs->len; i++) {
    rung = credentials->rungs->pdata[i];
    credentials_probe(rung, ret_state, cancellable);
    if (ret_state->state != RUNG_ABSENT)
      break;
  }
  return rung;
}

static void
ladder_probe_rung(Credentials *credentials, CredentialsState *ret_state, GCancellable *cancellable)
{
  speaker(credentials, ret_state, cancellable);
}

static gboolean
ladder_unlock(Credentials *credentials, const Secret *password, GCancellable *cancellable,
              GError **error)
{
  g_auto(CredentialsState) state = {0};
  Credentials *rung = speaker(credentials, &state, cancellable);
  return credentials_unlock(rung, password, cancellable, error);
}

static gboolean
ladder_can_save(const Credentials *credentials)
{
  for (guint i = 0; i < credentials->rungs->len; i++)
    if (credentials_can_save(credentials->rungs->pdata[i]))
      return TRUE;
  return FALSE;
}

static const CredentialsKind several = {.kind = "ladder",
                                        .load = ladder_load,
                                        .save = ladder_save,
                                        .forget = ladder_forget,
                                        .probe = ladder_probe_rung,
                                        .unlock = ladder_unlock,
                                        .can_save = ladder_can_save};

Credentials *
credentials_new_ladder(const CredentialsOptions *options)
{
  g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func((GDestroyNotify)credentials_free);
  for (const char *const *name = options->order; name && *name; name++) {
    int i = find_rung(*name);
    if (i >= 0)
      g_ptr_array_add(made, rungs[i].make(options));
  }
  if (made->len == 0)
    g_ptr_array_add(made, make_keyring(options));
  if (made->len == 1)
    return g_ptr_array_steal_index(made, 0);
  Credentials *credentials = credentials_new(&several, options->profile);
  credentials->rungs = g_steal_pointer(&made);
  return credentials;
}

/* --- for doctor --- */

static void
clear_rung(gpointer data)
{
  LadderRung *rung = data;
  credentials_state_clear(&rung->found);
}

/* A descriptor is looked at and left open: it is not ours to take here. */
static void
probe_descriptor(const CredentialsOptions *options, LadderRung *rung)
{
  Credentials *credentials = make_descriptor(options);
  credentials_probe(credentials, &rung->found, NULL);
  credentials->fd = -1;
  credentials_free(credentials);
}

static void
add_rung(Ladder *ladder, int i, gboolean configured, const CredentialsOptions *options,
         GCancellable *cancellable)
{
  LadderRung rung = {.name = rungs[i].name, .title = _(rungs[i].title), .configured = configured};
  if (rungs[i].make == make_descriptor) {
    probe_descriptor(options, &rung);
  } else {
    g_autoptr(Credentials) credentials = rungs[i].make(options);
    rung.can_save = credentials_can_save(credentials);
    credentials_probe(credentials, &rung.found, cancellable);
  }
  g_array_append_val(ladder->rungs, rung);
}

static gboolean
has_rung(const Ladder *ladder, const char *name)
{
  for (guint i = 0; i < ladder->rungs->len; i++)
    if (g_str_equal(g_array_index(ladder->rungs, LadderRung, i).name, name))
      return TRUE;
  return FALSE;
}

static void
choose(Ladder *ladder)
{
  LadderRung *first = NULL, *used = NULL;
  for (guint i = 0; i < ladder->rungs->len && !used; i++) {
    LadderRung *rung = &g_array_index(ladder->rungs, LadderRung, i);
    if (!rung->configured)
      break;
    first = first ? first : rung;
    if (rung->found.state == RUNG_ABSENT)
      continue;
    used = rung;
    used->in_use = TRUE;
    ladder->in_use = (int)i;
  }
  if (!used)
    ladder->why = g_strdup(_("None of the places that the profile names is there."));
  else if (used == first)
    ladder->why = g_strdup_printf(_("It is the first that the profile names: %s."), used->title);
  else
    ladder->why =
        g_strdup_printf(_("What the profile names before it is not there: %s"), first->found.text);
}

Ladder *
ladder_probe(const CredentialsOptions *options, GCancellable *cancellable)
{
  static const char *const usual[] = {"keyring", NULL};
  Ladder *ladder = g_new0(Ladder, 1);
  ladder->in_use = -1;
  ladder->rungs = g_array_new(FALSE, TRUE, sizeof(LadderRung));
  g_array_set_clear_func(ladder->rungs, clear_rung);
  const char *const *order = options->order && options->order[0] ? options->order : usual;
  for (const char *const *name = order; *name; name++)
    if (ladder_knows(*name) && !has_rung(ladder, *name))
      add_rung(ladder, find_rung(*name), TRUE, options, cancellable);
  for (guint i = 0; i < G_N_ELEMENTS(rungs); i++)
    if (rungs[i].offered && !has_rung(ladder, rungs[i].name))
      add_rung(ladder, (int)i, FALSE, options, cancellable);
  choose(ladder);
  return ladder;
}

void
ladder_free(Ladder *ladder)
{
  if (!ladder)
    return;
  g_array_unref(ladder->rungs);
  g_free(ladder->why);
  g_free(ladder);
}

const LadderRung *
ladder_in_use(const Ladder *ladder)
{
  return ladder->in_use < 0 ? NULL
                            : &g_array_index(ladder->rungs, LadderRung, (guint)ladder->in_use);
}
