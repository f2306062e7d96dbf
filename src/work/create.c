/* Creating a specialist, before anything is made: what the person would get,
 * and everything at the tenant that stands in the way, said about the option
 * that it concerns. The plan is made in create-plan.c. */
#include "work/create.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/naming.h"
#include "work/create-private.h"
#include <inttypes.h>
#include <string.h>

/* User names tried before giving up: ada.lovelace, ada.lovelace2 … */
#define NAME_ATTEMPTS 100

void
create_preview_free(CreatePreview *preview)
{
  if (preview == NULL)
    return;
  g_free(preview->user_name);
  g_free(preview->display_name);
  g_free(preview->mail_nickname);
  g_free(preview->sponsor_id);
  g_free(preview->sponsor_name);
  g_free(preview->group_id);
  g_free(preview->group_name);
  g_free(preview->licence);
  g_free(preview->deleted_id);
  g_clear_pointer(&preview->taken, g_ptr_array_unref);
  g_free(preview);
}

static void
put(char **field, char *value)
{
  g_free(*field);
  *field = value;
}

CreatePreview *
create_preview_offline(const Person *person, const Roster *roster, gint64 now)
{
  CreatePreview *preview = g_new0(CreatePreview, 1);
  gboolean first = FALSE, last = FALSE;
  preview->seats_left = -1;
  preview->taken = g_ptr_array_new_with_free_func((GDestroyNotify)taken_free);
  preview->user_name = naming_user_name(person, roster, 0, NULL);
  preview->display_name = naming_display_name(person, roster);
  if (preview->user_name != NULL)
    preview->mail_nickname = naming_mail_nickname(preview->user_name);
  if (person->value[PERSON_FIRST] != NULL)
    g_free(naming_transliterate(person->value[PERSON_FIRST], &first));
  if (person->value[PERSON_LAST] != NULL)
    g_free(naming_transliterate(person->value[PERSON_LAST], &last));
  preview->guessed = (first || last) && person->value[PERSON_USER] == NULL;
  preview->group_name = g_strdup(roster->group);
  preview->sponsor_name = g_strdup(person->value[PERSON_SPONSOR]);
  if (!person_expires(person, roster, now, &preview->expires, NULL))
    preview->expires = MOMENT_UNKNOWN;
  return preview;
}

/* --- the roster's own rules --- */

gboolean
create_check_sender(const Roster *roster, GError **error)
{
  if (roster->mail_from != NULL || roster->password == PASSWORD_SHOWN)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
              _("[roster %s] mail_from is missing: the mailbox that the sign-in details are sent "
                "from (or password = show)"),
              roster->name);
  return FALSE;
}

gboolean
create_check_roster(const Work *work, GError **error)
{
  const Roster *roster = work->roster;
  if (roster->kind == ROSTER_GUEST) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("The accounts of the roster “%s” are guests: they are invited, not created"),
                roster->title);
    return FALSE;
  }
  if (!create_check_sender(roster, error))
    return FALSE;
  if (roster->mail_from != NULL && work->mail == NULL) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("[roster %s] mails through SMTP, but [smtp] url is not set"), roster->name);
    return FALSE;
  }
  return TRUE;
}

gboolean
create_check_group(const Work *work, CreatePreview *preview, GraphGroup **ret_group,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr(GraphGroup) group =
      graph_groups_find(work->graph, work->roster->group, cancellable, error);
  if (group == NULL)
    return FALSE;
  put(&preview->group_id, g_strdup(group->id));
  put(&preview->group_name, g_strdup(group->name));
  if (group->dynamic || group->synced) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                group->dynamic
                    ? _("The members of the group “%s” follow a rule; nobody can be added by hand")
                    : _("The group “%s” comes from on-premises; nobody can be added here"),
                group->name);
    return FALSE;
  }
  *ret_group = g_steal_pointer(&group);
  return TRUE;
}

/* --- licences --- */

static gboolean
check_seats(const GraphSku *sku, guint n, CreatePreview *preview, GError **error)
{
  gint64 left = MAX(sku->seats - sku->used, 0);
  if (preview->seats_left < 0 || left < preview->seats_left)
    preview->seats_left = left;
  if (left >= n)
    return TRUE;
  if (n == 1)
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("No seat of the licence %s is left (%" PRId64 " of %" PRId64
                  " in use); nothing was made"),
                sku->part_number, sku->used, sku->seats);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
                _("%u accounts need a seat of the licence %s each, and %" PRId64
                  " are left (%" PRId64 " of %" PRId64 " in use); nothing was made"),
                n, sku->part_number, left, sku->used, sku->seats);
  return FALSE;
}

gboolean
create_check_seats(const Work *work, const GraphGroup *group, guint n, CreatePreview *preview,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local = NULL;
  put(&preview->licence, g_strdup(""));
  if (group->sku_ids == NULL || group->sku_ids[0] == NULL)
    return TRUE;
  g_autoptr(GPtrArray) skus = graph_skus(work->graph, cancellable, &local);
  if (skus == NULL) {
    /* Without the permission to see seats the account can still be made. */
    put(&preview->licence, g_strjoinv(", ", group->sku_ids));
    if (g_error_matches(local, USHER_ERROR, USHER_ERROR_REFUSED))
      return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
  }
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  gboolean ok = TRUE;
  for (guint i = 0; i < skus->len; i++) {
    const GraphSku *sku = skus->pdata[i];
    if (!g_strv_contains((const char *const *)group->sku_ids, sku->sku_id))
      continue;
    g_ptr_array_add(names, sku->part_number);
    ok = ok && check_seats(sku, n, preview, error);
  }
  g_ptr_array_add(names, NULL);
  put(&preview->licence, g_strjoinv(", ", (char **)names->pdata));
  return ok;
}

/* --- names and addresses --- */

static const char *
place_label(TakenWhere where)
{
  static const char *const labels[] = {
      [TAKEN_USER_NAME] = N_("its user name"),
      [TAKEN_MAIL] = N_("its mail address"),
      [TAKEN_OTHER_MAIL] = N_("its external address"),
      [TAKEN_PROXY] = N_("one of its proxy addresses"),
      [TAKEN_DELETED] = N_("a deleted account"),
  };
  return _(labels[where]);
}

gboolean
create_check_address(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                     GCancellable *cancellable, GError **error)
{
  const char *email = person->value[PERSON_EMAIL];
  if (!create_tenant_check_external(tenant, email, cancellable, error))
    return FALSE;
  g_autoptr(GPtrArray) found = create_tenant_find(tenant, NULL, email, cancellable, error);
  if (found == NULL)
    return FALSE;
  g_ptr_array_unref(preview->taken);
  preview->taken = g_steal_pointer(&found);
  g_ptr_array_set_free_func(preview->taken, (GDestroyNotify)taken_free);
  for (guint i = 0; i < preview->taken->len; i++) {
    const Taken *taken = preview->taken->pdata[i];
    if (taken->where == TAKEN_DELETED) {
      put(&preview->deleted_id, g_strdup(taken->id));
      continue;
    }
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("--email: %s is already in use by %s (%s)"), email, taken->user_name,
                place_label(taken->where));
    return FALSE;
  }
  return TRUE;
}

/* A deleted namesake keeps its name: it could not be restored otherwise. Unless it is the
 * same person, who then gets the old name again. */
static gboolean
is_free(const CreatePreview *preview, const GPtrArray *found)
{
  for (guint i = 0; i < found->len; i++) {
    const Taken *taken = found->pdata[i];
    if (taken->where != TAKEN_DELETED || g_strcmp0(taken->id, preview->deleted_id) != 0)
      return FALSE;
  }
  return TRUE;
}

gboolean
create_check_user_name(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                       GCancellable *cancellable, GError **error)
{
  const char *option = person->value[PERSON_USER] != NULL ? "--user" : "--last";
  guint attempts = person->value[PERSON_USER] != NULL ? 1 : NAME_ATTEMPTS;
  for (guint attempt = 0; attempt < attempts; attempt++) {
    g_autoptr(GError) local = NULL;
    g_autofree char *name = naming_user_name(person, tenant->work->roster, attempt, &local);
    if (name == NULL) {
      g_propagate_prefixed_error(error, g_steal_pointer(&local), "%s: ", option);
      return FALSE;
    }
    if (create_tenant_is_reserved(tenant, name))
      continue;
    g_autoptr(GPtrArray) found = create_tenant_find(tenant, name, NULL, cancellable, error);
    if (found == NULL)
      return FALSE;
    g_ptr_array_set_free_func(found, (GDestroyNotify)taken_free);
    if (is_free(preview, found)) {
      put(&preview->mail_nickname, naming_mail_nickname(name));
      put(&preview->user_name, g_steal_pointer(&name));
      return TRUE;
    }
  }
  g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
              _("%s: the user name %s is taken; name another one with --user"), option,
              preview->user_name);
  return FALSE;
}

/* --- the sponsor --- */

static gboolean
is_named(const Account *account, const char *text)
{
  const FieldId fields[] = {FIELD_ID, FIELD_USER, FIELD_MAIL};
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
    const char *value = account_text(account, fields[i]);
    if (value != NULL && g_ascii_strcasecmp(value, text) == 0)
      return TRUE;
  }
  return FALSE;
}

static const Account *
choose_sponsor(const GPtrArray *found, const char *text, GError **error)
{
  for (guint i = 0; i < found->len; i++)
    if (is_named(found->pdata[i], text))
      return found->pdata[i];
  if (found->len == 1)
    return found->pdata[0];
  if (found->len == 0)
    g_set_error(error, USHER_ERROR, USHER_ERROR_NOT_FOUND, _("--sponsor: there is no account “%s”"),
                text);
  else
    g_set_error(error, USHER_ERROR, USHER_ERROR_AMBIGUOUS,
                _("--sponsor: “%s” is more than one account (%s, %s …); give the user name"), text,
                account_text(found->pdata[0], FIELD_USER),
                account_text(found->pdata[1], FIELD_USER));
  return NULL;
}

static gboolean
check_sponsor(const Work *work, const Person *person, CreatePreview *preview,
              GCancellable *cancellable, GError **error)
{
  const char *text = person->value[PERSON_SPONSOR];
  const GraphReading reading = {.fields = 0};
  put(&preview->sponsor_name, NULL);
  if (text == NULL && work->roster->sponsor_required) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                        _("--sponsor: is needed: who answers for the account"));
    return FALSE;
  }
  if (text == NULL)
    return TRUE;
  g_autoptr(GPtrArray) found =
      graph_users_search(work->graph, text, 5, &reading, cancellable, error);
  const Account *sponsor = found == NULL ? NULL : choose_sponsor(found, text, error);
  if (sponsor == NULL)
    return FALSE;
  const char *name = account_text(sponsor, FIELD_NAME);
  put(&preview->sponsor_id, g_strdup(account_text(sponsor, FIELD_ID)));
  put(&preview->sponsor_name, g_strdup(name != NULL ? name : account_text(sponsor, FIELD_USER)));
  if (account_number(sponsor, FIELD_STATE) != STATE_DISABLED)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("--sponsor: %s is disabled and cannot answer for anybody"),
              account_text(sponsor, FIELD_USER));
  return FALSE;
}

/* Many persons have few sponsors: each is asked for once. */
gboolean
create_check_sponsor(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                     GCancellable *cancellable, GError **error)
{
  const char *text = person->value[PERSON_SPONSOR];
  if (text == NULL || tenant->sponsors == NULL)
    return check_sponsor(tenant->work, person, preview, cancellable, error);
  const CreatePreview *known = g_hash_table_lookup(tenant->sponsors, text);
  if (known != NULL) {
    put(&preview->sponsor_id, g_strdup(known->sponsor_id));
    put(&preview->sponsor_name, g_strdup(known->sponsor_name));
    return TRUE;
  }
  if (!check_sponsor(tenant->work, person, preview, cancellable, error))
    return FALSE;
  CreatePreview *found = g_new0(CreatePreview, 1);
  found->sponsor_id = g_strdup(preview->sponsor_id);
  found->sponsor_name = g_strdup(preview->sponsor_name);
  g_hash_table_insert(tenant->sponsors, g_strdup(text), found);
  return TRUE;
}

gboolean
create_check(const Work *work, const Person *person, gint64 now, CreatePreview **ret_preview,
             GCancellable *cancellable, GError **error)
{
  CreatePreview *preview = create_preview_offline(person, work->roster, now);
  CreateTenant tenant = CREATE_TENANT_FOR_ONE(work);
  g_autoptr(GraphGroup) group = NULL;
  *ret_preview = preview;
  gboolean good = create_check_roster(work, error) &&
                  create_check_group(work, preview, &group, cancellable, error) &&
                  create_check_address(&tenant, person, preview, cancellable, error) &&
                  create_check_user_name(&tenant, person, preview, cancellable, error) &&
                  create_check_sponsor(&tenant, person, preview, cancellable, error) &&
                  create_check_seats(work, group, 1, preview, cancellable, error);
  create_tenant_clear(&tenant);
  return good;
}
