/* doctor: looks at everything that usher needs, in the order in which one
 * thing needs the other, and says of each whether it is well and what to do.
 * Nothing is changed. */
#include "app/app-private.h"
#include "app/permissions.h"
#include "auth/credentials.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "graph/organization.h"
#include "graph/users.h"
#include "net/http.h"
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* More than this between our clock and the service's breaks tokens. */
#define SKEW_WARN 60
#define SKEW_FAIL (5 * 60)

const RecordColumn doctor_columns[] = {
    {"check", N_("CHECK"), RECORD_TEXT, FALSE},
    {"status", N_("STATUS"), RECORD_TEXT, FALSE},
    {"detail", N_("WHAT"), RECORD_TEXT, FALSE},
    {"advice", N_("WHAT TO DO"), RECORD_TEXT, FALSE},
    {NULL},
};

typedef enum { WELL, WARN, FAIL } Verdict;

typedef struct {
  App *app;
  Records *records;
  GCancellable *cancellable;
  GraphClient *graph; /* NULL: what needs the service is left out */
  gboolean signed_in;
  int exit_status;
} Doctor;

/* Takes detail and advice. */
static void
say(Doctor *doctor, const char *check, Verdict verdict, char *detail, char *advice)
{
  static const char *const names[] = {"ok", "warn", "fail"};
  records_add_row(doctor->records);
  records_put(doctor->records, 0, check);
  records_put(doctor->records, 1, names[verdict]);
  records_put(doctor->records, 2, detail);
  records_put(doctor->records, 3, advice);
  g_free(detail);
  g_free(advice);
}

/* The status of the first failure, since what follows often comes from it. */
static void
say_failed(Doctor *doctor, const char *check, const GError *error, char *advice)
{
  const char *usual =
      error->domain == USHER_ERROR ? error_info((UsherErrorCode)error->code)->advice : NULL;
  if (doctor->exit_status == 0)
    doctor->exit_status = error_exit_status(error);
  say(doctor, check, FAIL, error_describe(error),
      advice != NULL ? advice : g_strdup(usual == NULL ? NULL : _(usual)));
}

/* --- this machine --- */

static void
check_config(Doctor *doctor)
{
  const Config *config = app_config(doctor->app);
  if (config->path == NULL)
    say(doctor, "config", WARN, g_strdup(_("there is no configuration file")),
        g_strdup(_("“usher setup” makes one, “usher demo” needs none")));
  else
    say(doctor, "config", WELL, g_strdup(config->path), NULL);
  for (guint i = 0; i < config->unknown->len; i++)
    say(doctor, "config", WARN, g_strdup(config->unknown->pdata[i]),
        g_strdup(_("correct it or take it out; it has no effect")));
}

static void
check_config_mode(Doctor *doctor)
{
  struct stat status;
  const char *path = app_config(doctor->app)->path;
  if (path == NULL || stat(path, &status) != 0)
    return;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    say(doctor, "files", WARN, g_strdup_printf(_("%s can be changed by others"), path),
        g_strdup_printf("chmod go-w %s", path));
  else
    say(doctor, "files", WELL, g_strdup_printf(_("%s belongs to you alone"), path), NULL);
}

static void
check_terminal(Doctor *doctor)
{
  const char *term = g_getenv("TERM");
  if (text_locale_is_utf8())
    say(doctor, "terminal", WELL,
        g_strdup_printf(_("UTF-8, TERM is %s"), term == NULL ? _("not set") : term), NULL);
  else
    say(doctor, "terminal", WARN, g_strdup(_("the locale is not UTF-8: names show in ASCII")),
        g_strdup(_("set LANG to a UTF-8 locale, for instance C.UTF-8")));
}

static void
check_store(Doctor *doctor)
{
  g_autoptr(GError) error = NULL;
  Store *store = app_store(doctor->app, &error);
  g_autofree char *dir = file_state_dir();
  if (store != NULL && store_check_writable(store, &error)) {
    g_autoptr(GArray) open = app_unfinished(doctor->app, NULL);
    guint n = open == NULL ? 0 : open->len;
    say(doctor, "store", n > 0 ? WARN : WELL,
        n > 0 ? g_strdup_printf(ngettext("%u plan is unfinished", "%u plans are unfinished", n), n)
              : g_strdup_printf(_("the journal in %s can be written"), dir),
        n > 0 ? g_strdup(_("“usher repair” finishes or rolls back")) : NULL);
  } else {
    say_failed(doctor, "store", error, NULL);
  }
}

static void
check_keyring(Doctor *doctor)
{
  const Profile *profile = app_profile(doctor->app);
  if (profile == NULL || !g_str_equal(profile->credentials, "keyring")) {
    say(doctor, "keyring", WELL,
        g_strdup_printf(_("not used: the secret comes from %s"),
                        profile == NULL ? _("nowhere yet") : profile->credentials),
        NULL);
    return;
  }
  KeyringState state = keyring_probe(doctor->cancellable);
  const char *label = keyring_state_label(state);
  if (state == KEYRING_READY) {
    say(doctor, "keyring", WELL, g_strdup(label), NULL);
    return;
  }
  g_autoptr(GError) error = g_error_new_literal(USHER_ERROR, USHER_ERROR_KEYRING, label);
  say_failed(doctor, "keyring", error,
             g_strdup(_("or keep the secret elsewhere: credentials = command, environment or "
                        "file-descriptor")));
}

/* --- the way to the service --- */

/* Any answer will do: it shows that name, route and certificate are right. */
static gboolean
reach(Doctor *doctor, const char *check, const char *url, gint64 *ret_date)
{
  g_autoptr(GError) error = NULL;
  HttpRequest request = {.method = "GET", .url = url, .body_length = -1};
  g_autoptr(HttpResponse) response =
      http_send(app_http(doctor->app), &request, NULL, doctor->cancellable, &error);
  if (response == NULL) {
    say_failed(doctor, check, error, NULL);
    return FALSE;
  }
  say(doctor, check, WELL, g_strdup_printf(_("%s answers"), url), NULL);
  *ret_date = response->date;
  return TRUE;
}

static void
check_clock(Doctor *doctor, gint64 date)
{
  if (date == 0)
    return;
  gint64 skew = date - clock_now();
  g_autofree char *span = clock_format_span(ABS(skew));
  if (ABS(skew) < SKEW_WARN)
    say(doctor, "clock", WELL, g_strdup_printf(_("%s off the service's"), span), NULL);
  else
    say(doctor, "clock", ABS(skew) < SKEW_FAIL ? WARN : FAIL,
        g_strdup_printf(_("%s off the service's"), span),
        g_strdup(_("set the clock (timedatectl set-ntp true)")));
  if (ABS(skew) >= SKEW_FAIL && doctor->exit_status == 0)
    doctor->exit_status = 1;
}

static gboolean
check_connection(Doctor *doctor)
{
  const Profile *profile = app_profile(doctor->app);
  gint64 date = 0;
  g_autoptr(GError) error = NULL;
  doctor->graph = app_graph(doctor->app, &error);
  if (doctor->graph == NULL) {
    say_failed(doctor, "profile", error, NULL);
    return FALSE;
  }
  gboolean login = reach(doctor, "sign-in service", profile->login_url, &date);
  gboolean graph = reach(doctor, "graph", profile->graph_url, &date);
  check_clock(doctor, date);
  return login && graph;
}

static gboolean
check_token(Doctor *doctor)
{
  g_autoptr(GError) error = NULL;
  TokenSource *tokens = app_tokens(doctor->app);
  g_autoptr(Secret) token = token_source_get(tokens, NULL, doctor->cancellable, &error);
  if (token == NULL) {
    say_failed(doctor, "sign-in", error, NULL);
    return FALSE;
  }
  g_autofree char *left = clock_format_span(MAX(token_source_expires(tokens) - clock_now(), 0));
  say(doctor, "sign-in", WELL,
      g_strdup_printf(_("signed in by %s; the token holds for %s"),
                      app_profile(doctor->app)->sign_in, left),
      NULL);
  return TRUE;
}

/* What each action needs, and who lacks it: one line for each permission that is missing. */
static void
check_permissions(Doctor *doctor)
{
  g_autofree char *text = token_source_granted(app_tokens(doctor->app));
  g_autoptr(GHashTable) missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (text == NULL) {
    say(doctor, "permissions", WARN, g_strdup(_("the token does not tell what was granted")), NULL);
    return;
  }
  for (const Action *const *row = actions(); *row != NULL; row++) {
    if ((*row)->permissions == NULL)
      continue;
    g_auto(GStrv) needed = g_strsplit((*row)->permissions, " ", -1);
    for (char **one = needed; *one != NULL; one++) {
      const char *known = g_hash_table_lookup(missing, *one);
      gboolean app_only =
          !graph_client_is_delegated(doctor->graph) && g_str_equal(*one, "User.Read");
      if (!app_only && !permission_is_granted(text, *one))
        g_hash_table_replace(missing, g_strdup(*one),
                             known == NULL ? g_strdup((*row)->name)
                                           : g_strdup_printf("%s, %s", known, (*row)->name));
    }
  }
  GHashTableIter iter;
  gpointer permission, users;
  g_hash_table_iter_init(&iter, missing);
  while (g_hash_table_iter_next(&iter, &permission, &users))
    say(doctor, "permissions", WARN,
        g_strdup_printf(_("%s is not granted; it is needed for: %s"), (char *)permission,
                        (char *)users),
        g_strdup(_("an administrator grants it in the app registration, under API permissions")));
  if (g_hash_table_size(missing) == 0)
    say(doctor, "permissions", WELL, g_strdup(_("all that usher needs are granted")), NULL);
}

/* --- the tenant and the roster --- */

static void
check_domain(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphOrganization) tenant =
      graph_organization_get(doctor->graph, doctor->cancellable, &error);
  if (tenant == NULL) {
    say_failed(doctor, "tenant", error, NULL);
    return;
  }
  say(doctor, "tenant", WELL, g_strdup_printf("%s (%s)", tenant->name, tenant->default_domain),
      NULL);
  if (roster->kind == ROSTER_GUEST)
    return;
  for (char **domain = tenant->domains; domain != NULL && *domain != NULL; domain++)
    if (g_ascii_strcasecmp(*domain, roster->domain) == 0) {
      say(doctor, "domain", WELL, g_strdup_printf(_("%s is verified"), roster->domain), NULL);
      return;
    }
  if (doctor->exit_status == 0)
    doctor->exit_status = 2;
  g_autofree char *known = g_strjoinv(", ", tenant->domains);
  say(doctor, "domain", FAIL,
      g_strdup_printf(_("%s is no verified domain of the tenant"), roster->domain),
      g_strdup_printf(_("[roster %s] domain: one of %s"), roster->name, known));
}

static void
check_seats(Doctor *doctor, const GraphGroup *group)
{
  g_autoptr(GError) error = NULL;
  if (group->sku_ids == NULL || group->sku_ids[0] == NULL) {
    say(doctor, "licence", WELL, g_strdup(_("the group carries no licence")), NULL);
    return;
  }
  g_autoptr(GPtrArray) skus = graph_skus(doctor->graph, doctor->cancellable, &error);
  if (skus == NULL) {
    say(doctor, "licence", WARN, error_describe(error), NULL);
    return;
  }
  for (guint i = 0; i < skus->len; i++) {
    const GraphSku *sku = skus->pdata[i];
    if (!g_strv_contains((const char *const *)group->sku_ids, sku->sku_id))
      continue;
    gint64 left = MAX(sku->seats - sku->used, 0);
    say(doctor, "licence", left > 0 ? WELL : WARN,
        g_strdup_printf(_("%s: %" PRId64 " of %" PRId64 " seats left"), sku->part_number, left,
                        sku->seats),
        left > 0 ? NULL : g_strdup(_("buy seats or free one before creating accounts")));
  }
}

static void
check_group(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GraphGroup) group = app_group(doctor->app, roster, doctor->cancellable, &error);
  if (group == NULL) {
    say_failed(
        doctor, "group", error,
        g_strdup_printf(_("[roster %s] group: its display name or object id"), roster->name));
    return;
  }
  if (group->dynamic || group->synced)
    say(doctor, "group", WARN,
        g_strdup_printf(group->dynamic ? _("the members of %s follow a rule")
                                       : _("%s comes from on-premises"),
                        group->name),
        g_strdup(_("accounts can be listed, not added; use a group with assigned members")));
  else
    say(doctor, "group", WELL, g_strdup_printf("%s (%s)", group->name, group->id), NULL);
  check_seats(doctor, group);
}

static void
check_mail(Doctor *doctor, const Roster *roster)
{
  g_autoptr(GError) error = NULL;
  const GraphReading reading = {.fields = 0};
  if (roster->kind == ROSTER_GUEST)
    return;
  if (roster->mail_from == NULL) {
    say(doctor, "mail", WARN, g_strdup(_("no sender is set")),
        g_strdup_printf(_("[roster %s] mail_from: the mailbox to send from"), roster->name));
    return;
  }
  if (roster->mail_via == MAIL_VIA_SMTP) {
    gboolean set = app_config(doctor->app)->smtp_url != NULL;
    say(doctor, "mail", set ? WELL : FAIL,
        g_strdup_printf(_("%s through SMTP %s"), roster->mail_from,
                        set ? app_config(doctor->app)->smtp_url : ""),
        set ? NULL : g_strdup(_("[smtp] url: the mail server")));
    return;
  }
  g_autoptr(Account) sender =
      graph_users_get(doctor->graph, roster->mail_from, &reading, doctor->cancellable, &error);
  if (sender != NULL)
    say(doctor, "mail", WELL, g_strdup_printf(_("%s through Graph"), roster->mail_from), NULL);
  else
    say_failed(
        doctor, "mail", error,
        g_strdup_printf(_("[roster %s] mail_from: an account with a mailbox"), roster->name));
}

static void
check_service(Doctor *doctor)
{
  const Roster *roster = app_roster(doctor->app);
  if (!check_connection(doctor) || !check_token(doctor))
    return;
  check_permissions(doctor);
  if (roster == NULL) {
    say(doctor, "roster", WARN, g_strdup(_("the profile has no roster")),
        g_strdup(_("add a [roster NAME] section")));
    return;
  }
  check_domain(doctor, roster);
  check_group(doctor, roster);
  check_mail(doctor, roster);
}

gboolean
doctor_run(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  Doctor doctor = {.app = app,
                   .records = records_new("doctor", doctor_columns, FALSE),
                   .cancellable = cancellable};
  check_config(&doctor);
  check_config_mode(&doctor);
  check_terminal(&doctor);
  check_store(&doctor);
  check_keyring(&doctor);
  if (app_profile(app) == NULL)
    say(&doctor, "profile", WARN, g_strdup(_("no profile is configured")),
        g_strdup(_("“usher setup” makes one, “usher demo” needs none")));
  else
    check_service(&doctor);
  result->kind = RESULT_RECORDS;
  result->records = doctor.records;
  result->exit_status = doctor.exit_status;
  return TRUE;
}
