/* Many persons against one tenant. Who brings a user name along goes first, so
 * that nobody else gets it by the rule. */
#include "work/create-many.h"

#include "base/error.h"
#include "base/i18n.h"
#include "work/create-private.h"
#include <string.h>

CreateRow *
create_rows_new(guint n)
{
  CreateRow *rows = g_new0(CreateRow, n);
  for (guint i = 0; i < n; i++)
    rows[i].problems = g_ptr_array_new_with_free_func(g_free);
  return rows;
}

void
create_rows_free(CreateRow *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    create_preview_free(rows[i].preview);
    g_ptr_array_unref(rows[i].problems);
  }
  g_free(rows);
}

static gboolean
is_good(const CreateRow *row)
{
  return !row->broken && row->problems->len == 0;
}

/* What is about the person begins with an option; all else ends the checking. */
static gboolean
note_problem(CreateRow *row, GError *failure, GError **error)
{
  if (!g_str_has_prefix(failure->message, "--")) {
    g_propagate_error(error, failure);
    return FALSE;
  }
  g_ptr_array_add(row->problems, g_strdup(failure->message));
  g_error_free(failure);
  return TRUE;
}

static gboolean
check_email(CreateTenant *tenant, CreateRow *row, GCancellable *cancellable, GError **error)
{
  const char *email = row->person->value[PERSON_EMAIL];
  GError *failure = NULL;
  if (email == NULL || !person_email_ok(email) ||
      create_check_address(tenant, row->person, row->preview, cancellable, &failure))
    return TRUE;
  return note_problem(row, failure, error);
}

static gboolean
check_sponsor(CreateTenant *tenant, CreateRow *row, GCancellable *cancellable, GError **error)
{
  GError *failure = NULL;
  if ((row->broken && row->person->value[PERSON_SPONSOR] == NULL) ||
      create_check_sponsor(tenant, row->person, row->preview, cancellable, &failure))
    return TRUE;
  return note_problem(row, failure, error);
}

static gboolean
check_name(CreateTenant *tenant, CreateRow *row, GCancellable *cancellable, GError **error)
{
  GError *failure = NULL;
  if (row->preview->user_name == NULL && row->broken)
    return TRUE;
  if (!create_check_user_name(tenant, row->person, row->preview, cancellable, &failure))
    return note_problem(row, failure, error);
  if (is_good(row))
    create_tenant_reserve(tenant, row->preview->user_name);
  return TRUE;
}

static gboolean
check_row(CreateTenant *tenant, CreateRow *row, gint64 now, GCancellable *cancellable,
          GError **error)
{
  row->preview = create_preview_offline(row->person, tenant->work->roster, now);
  return check_email(tenant, row, cancellable, error) &&
         check_sponsor(tenant, row, cancellable, error) &&
         check_name(tenant, row, cancellable, error);
}

static gboolean
check_rows(CreateTenant *tenant, CreateRow *rows, guint n, gint64 now, GCancellable *cancellable,
           GError **error)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++) {
      gboolean brings = rows[i].person->value[PERSON_USER] != NULL;
      if (brings == (pass == 0) && !check_row(tenant, &rows[i], now, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* What is the same for all. */
static void
spread(CreateRow *rows, guint n, const CreatePreview *common)
{
  for (guint i = 0; i < n; i++) {
    CreatePreview *preview = rows[i].preview;
    g_free(preview->group_id);
    g_free(preview->group_name);
    g_free(preview->licence);
    preview->group_id = g_strdup(common->group_id);
    preview->group_name = g_strdup(common->group_name);
    preview->licence = g_strdup(common->licence);
    preview->seats_left = common->seats_left;
  }
}

static guint
count_good(const CreateRow *rows, guint n)
{
  guint good = 0;
  for (guint i = 0; i < n; i++)
    good += is_good(&rows[i]);
  return good;
}

/* A password that is shown once is shown to somebody who looks; a list of them would be kept. */
static gboolean
check_delivery(const Work *work, guint n, GError **error)
{
  if (n < 2 || work->roster->password != PASSWORD_SHOWN)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("The roster “%s” shows each password once, which works for one account at a time: "
                "set password = mail, separate-mail or pass"),
              work->roster->title);
  return FALSE;
}

gboolean
create_many_check(const Work *work, CreateRow *rows, guint n, gint64 now, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(CreatePreview) common = g_new0(CreatePreview, 1);
  g_autoptr(GraphGroup) group = NULL;
  g_autofree Person **persons = g_new0(Person *, n);
  CreateTenant tenant = {0};
  common->seats_left = -1;
  for (guint i = 0; i < n; i++)
    persons[i] = rows[i].person;
  if (!create_check_roster(work, error) || !check_delivery(work, n, error) ||
      !create_check_group(work, common, &group, cancellable, error))
    return FALSE;
  gboolean ok = create_tenant_open(&tenant, work, persons, n, cancellable, error) &&
                check_rows(&tenant, rows, n, now, cancellable, error);
  create_tenant_clear(&tenant);
  if (!ok || !create_check_seats(work, group, count_good(rows, n), common, cancellable, error))
    return FALSE;
  spread(rows, n, common);
  return TRUE;
}

Plan *
create_many_plan(const Work *work, const CreateRow *rows, guint n, gint64 now)
{
  guint good = count_good(rows, n);
  g_autofree char *title =
      g_strdup_printf(ngettext("Create %u account", "Create %u accounts", good), good);
  Plan *plan = create_plan_empty(work, title, now);
  for (guint i = 0; i < n; i++)
    if (is_good(&rows[i]))
      create_plan_add(plan, work, rows[i].person, rows[i].preview);
  return plan;
}
