/* Setup's questions to the service. Nothing here changes anything but the plan
 * that makes a group, and that goes through the engine. */
#include "app/app-setup.h"

#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/json.h"
#include "graph/organization.h"
#include "graph/users.h"
#include "mail/message.h"
#include "mail/send.h"
#include "model/naming.h"
#include "net/http.h"
#include "net/url.h"
#include <string.h>

/* --- the tenant --- */

void
setup_tenant_clear(SetupTenant *tenant)
{
  g_clear_pointer(&tenant->id, g_free);
}

/* The segment behind the host: "https://login.example/{id}/v2.0". */
static char *
id_of_issuer(const char *issuer)
{
  g_auto(GStrv) parts = g_strsplit(issuer == NULL ? "" : issuer, "/", 5);
  return g_strv_length(parts) >= 4 ? g_strdup(parts[3]) : NULL;
}

static gboolean
read_discovery(const HttpResponse *response, const char *tenant, SetupTenant *ret_tenant,
               GError **error)
{
  cJSON *tree =
      json_parse(response->body, response->length, _("What the tenant says of itself"), error);
  if (tree == NULL)
    return FALSE;
  char *id = id_of_issuer(json_string(tree, "issuer"));
  if (id != NULL) {
    ret_tenant->id = id;
    ret_tenant->cloud = config_cloud_of(json_string(tree, "msgraph_host"));
  } else {
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("What the sign-in service says about %s cannot be read."), tenant);
  }
  cJSON_Delete(tree);
  return id != NULL;
}

/* A person waits for it, in the middle of the first question. */
#define DISCOVER_MS 15000

gboolean
app_setup_discover(const char *login_url, const char *ca_bundle, const char *tenant,
                   SetupTenant *ret_tenant, GCancellable *cancellable, GError **error)
{
  HttpOptions options = {.ca_bundle = ca_bundle,
                         .user_agent = "usher/" USHER_VERSION,
                         .total_timeout_ms = DISCOVER_MS};
  g_autoptr(HttpSession) http = http_session_new(&options);
  g_autofree char *name = url_encode(tenant);
  g_autofree char *url =
      g_strdup_printf("%s/%s/v2.0/.well-known/openid-configuration", login_url, name);
  HttpRequest request = {.method = "GET", .url = url, .body_length = -1};
  g_autoptr(HttpResponse) response = http_send(http, &request, NULL, cancellable, error);
  if (response == NULL)
    return FALSE;
  if (response->status == 200)
    return read_discovery(response, tenant, ret_tenant, error);
  if (response->status == 400 || response->status == 404)
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND,
                _("There is no tenant “%s”; a domain of it or its id is needed"), tenant);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_SERVICE,
                _("The sign-in service answers %d when it is asked for the tenant “%s”"),
                response->status, tenant);
  return FALSE;
}

/* --- places for secrets --- */

void
setup_place_free(SetupPlace *place)
{
  if (place == NULL)
    return;
  g_free(place->name);
  g_free(place->text);
  g_free(place);
}

GPtrArray *
app_setup_places(const char *profile, GCancellable *cancellable)
{
  static const char *const order[] = {"keyring", "sealed-file", "kernel-keyring", NULL};
  const CredentialsOptions options = {.profile = profile, .order = order, .fd = -1};
  GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify)setup_place_free);
  g_autoptr(Ladder) ladder = ladder_probe(&options, cancellable);
  for (guint i = 0; i < ladder->rungs->len; i++) {
    const LadderRung *rung = &g_array_index(ladder->rungs, LadderRung, i);
    SetupPlace *place = g_new0(SetupPlace, 1);
    place->name = g_strdup(rung->name);
    place->text = g_strdup(rung->found.text);
    place->good = rung->found.state == RUNG_READY || rung->found.state == RUNG_EMPTY;
    place->can_save = rung->can_save;
    g_ptr_array_add(places, place);
  }
  return places;
}

/* --- domains and groups --- */

char **
app_setup_domains(App *app, char **ret_name, GCancellable *cancellable, GError **error)
{
  GraphClient *graph = app_graph(app, error);
  g_autoptr(GraphOrganization) tenant =
      graph == NULL ? NULL : graph_organization_get(graph, cancellable, error);
  if (tenant == NULL)
    return NULL;
  g_autoptr(GStrvBuilder) domains = g_strv_builder_new();
  if (tenant->default_domain != NULL)
    g_strv_builder_add(domains, tenant->default_domain);
  for (char **domain = tenant->domains; domain != NULL && *domain != NULL; domain++)
    if (g_strcmp0(*domain, tenant->default_domain) != 0)
      g_strv_builder_add(domains, *domain);
  *ret_name = g_strdup(tenant->name);
  return g_strv_builder_end(domains);
}

void
setup_group_clear(SetupGroup *group)
{
  g_clear_pointer(&group->id, g_free);
  g_clear_pointer(&group->name, g_free);
}

gboolean
app_setup_group(App *app, const char *name, SetupGroup *ret_group, GCancellable *cancellable,
                GError **error)
{
  GraphClient *graph = app_graph(app, error);
  g_autoptr(GraphGroup) group =
      graph == NULL ? NULL : graph_groups_find(graph, name, cancellable, error);
  if (group == NULL)
    return FALSE;
  *ret_group = (SetupGroup){.id = g_strdup(group->id),
                            .name = g_strdup(group->name),
                            .dynamic = group->dynamic,
                            .synced = group->synced,
                            .licensed = group->sku_ids != NULL && group->sku_ids[0] != NULL};
  return TRUE;
}

/* More would not help. */
#define MOST_LIKE 8

char **
app_setup_groups_like(App *app, const char *name, GCancellable *cancellable)
{
  GraphClient *graph = app_graph(app, NULL);
  g_autoptr(GPtrArray) names =
      graph == NULL ? NULL : graph_groups_like(graph, name, MOST_LIKE, cancellable, NULL);
  if (names == NULL || names->len == 0)
    return NULL;
  g_autoptr(GStrvBuilder) list = g_strv_builder_new();
  for (guint i = 0; i < names->len; i++)
    g_strv_builder_add(list, names->pdata[i]);
  return g_strv_builder_end(list);
}

/* Letters, digits and dashes: what mailNickname allows. */
static char *
nickname_of(const char *name)
{
  g_autofree char *latin = naming_transliterate(name, NULL);
  char *nickname = g_strdelimit(g_steal_pointer(&latin), " ", '-');
  if (*nickname != '\0' && strlen(nickname) <= 64)
    return nickname;
  g_free(nickname);
  return g_strdup("usher-roster");
}

Plan *
app_setup_group_plan(App *app, const char *name, GError **error)
{
  if (!app_may_change(app, error))
    return NULL;
  g_autofree char *title = g_strdup_printf(_("Make the group %s"), name);
  g_autofree char *nickname = nickname_of(name);
  Plan *plan = plan_new(title);
  Operation *create = plan_add(plan, "group.create", NULL, name);
  operation_add_value(create, "displayName", NULL, name);
  operation_add_value(create, "mailNickname", NULL, nickname);
  operation_add_value(create, "description", NULL, _("External people, looked after with usher"));
  app_sign_plan(app, plan);
  return plan;
}

/* --- the mail --- */

gboolean
app_setup_sender(App *app, GCancellable *cancellable, GError **error)
{
  const GraphReading reading = {.fields = 0};
  const Roster *roster = app_roster(app);
  if (roster == NULL || roster->mail_from == NULL || roster->mail_via == MAIL_VIA_SMTP)
    return TRUE;
  GraphClient *graph = app_graph(app, error);
  g_autoptr(Account) sender =
      graph == NULL ? NULL
                    : graph_users_get(graph, roster->mail_from, &reading, cancellable, error);
  return sender != NULL;
}

gboolean
app_setup_test_mail(App *app, const char *to, GCancellable *cancellable, GError **error)
{
  g_auto(AppWork) work = {0};
  const Roster *roster = app_roster(app);
  if (!app_may_change(app, error))
    return FALSE;
  if (roster == NULL || roster->mail_from == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG, _("no sender is set"));
    return FALSE;
  }
  if (!app_work_fill(app, roster, &work, cancellable, error))
    return FALSE;
  if (work.mail == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG, _("[smtp] url: the mail server"));
    return FALSE;
  }
  g_autofree char *unique = g_uuid_string_random();
  g_autofree char *id = mail_message_id(unique, roster->mail_from);
  g_autofree char *body =
      g_strdup_printf(_("This mail was sent by usher setup, to see that mails from %s arrive. "
                        "There is nothing to do.\n"),
                      roster->mail_from);
  const MailDraft draft = {.from = roster->mail_from,
                           .to = to,
                           .subject = _("Test of usher's mail"),
                           .body = body,
                           .message_id = id,
                           .date = clock_now()};
  g_autoptr(Secret) mime = mail_message_build(&draft, error);
  return mime != NULL &&
         mail_send(work.mail, roster->mail_from, to, mime, NULL, cancellable, error);
}

/* --- secrets --- */

gboolean
app_setup_hand_over(App *trial, App *real, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) failure = NULL;
  const char *name = app_login_keeps(trial);
  if (name == NULL || app_credentials(trial) == NULL)
    return TRUE;
  g_autoptr(Secret) secret = credentials_load(app_credentials(trial), name, cancellable, &failure);
  if (secret != NULL)
    return app_keep_secret(real, name, secret, cancellable, error);
  if (g_error_matches(failure, USHER_ERROR, USHER_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failure));
  return FALSE;
}
