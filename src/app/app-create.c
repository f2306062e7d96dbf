/* Creating an account as both front ends do it: what would be made while
 * somebody types, the plan once it is checked, the mail as it would be sent. */
#include "app/app-private.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "work/create.h"

void
create_view_free(CreateView *view)
{
  if (view == NULL)
    return;
  g_free(view->user_name);
  g_free(view->display_name);
  g_free(view->group);
  g_free(view->licence);
  g_free(view->sponsor);
  g_free(view->mail_to);
  g_free(view->warning);
  g_free(view);
}

static char *
warning_of(const CreatePreview *preview)
{
  for (guint i = 0; preview->taken != NULL && i < preview->taken->len; i++) {
    const Taken *taken = preview->taken->pdata[i];
    if (taken->where == TAKEN_DELETED)
      return g_strdup_printf(_("A deleted account of that address could be restored instead: %s"),
                             taken->user_name);
    return g_strdup_printf(_("The address is already in use by %s"), taken->user_name);
  }
  return NULL;
}

/* With what else is to be looked at. */
static char *
warnings_of(const CreatePreview *preview)
{
  g_autofree char *taken = warning_of(preview);
  if (!preview->guessed || preview->user_name == NULL)
    return g_steal_pointer(&taken);
  g_autofree char *guess = g_strdup_printf(
      _("The user name %s is a guess at how the name is read: check it"), preview->user_name);
  return taken == NULL ? g_steal_pointer(&guess) : g_strconcat(taken, ". ", guess, NULL);
}

static CreateView *
view_of(const CreatePreview *preview, const Person *person)
{
  CreateView *view = g_new0(CreateView, 1);
  view->user_name = g_strdup(preview->user_name);
  view->display_name = g_strdup(preview->display_name);
  view->group = g_strdup(preview->group_name);
  view->licence = g_strdup(preview->licence);
  view->sponsor = g_strdup(preview->sponsor_name);
  view->mail_to = g_strdup(person->value[PERSON_EMAIL]);
  view->expires = preview->expires;
  view->seats_left = preview->seats_left;
  view->guessed = preview->guessed;
  view->warning = warnings_of(preview);
  return view;
}

CreateView *
app_create_preview(App *app, const Person *person)
{
  const Roster *roster = app_roster(app);
  if (roster == NULL) {
    CreateView *view = g_new0(CreateView, 1);
    view->seats_left = -1;
    return view;
  }
  g_autoptr(CreatePreview) preview = create_preview_offline(person, roster, clock_now());
  return view_of(preview, person);
}

/* Errors of creating begin with the option that they are about. */
static PersonField
field_of(const GError *error)
{
  for (guint i = 0; i < PERSON_N; i++) {
    g_autofree char *prefix = g_strdup_printf("--%s:", person_info(i)->name);
    if (g_str_has_prefix(error->message, prefix))
      return i;
  }
  return PERSON_N;
}

static gboolean
roster_needed(App *app, GError **error)
{
  return app_roster(app) != NULL || app_use_roster(app, NULL, error);
}

static Plan *
check_and_plan(App *app, const Person *person, CreateView **ret_view, GCancellable *cancellable,
               GError **error)
{
  g_auto(AppWork) work = {0};
  g_autoptr(CreatePreview) preview = NULL;
  gint64 now = clock_now();
  if (!app_may_change(app, error) || !roster_needed(app, error) ||
      !person_check_all(person, app_roster(app), now, error) ||
      !app_work_fill(app, app_roster(app), &work, cancellable, error))
    return NULL;
  gboolean free_to_go = create_check(&work.work, person, now, &preview, cancellable, error);
  if (ret_view != NULL && preview != NULL)
    *ret_view = view_of(preview, person);
  return free_to_go ? create_plan(&work.work, person, preview, now) : NULL;
}

Plan *
app_create_plan(App *app, const Person *person, CreateView **ret_view, PersonField *ret_field,
                GCancellable *cancellable, GError **error)
{
  GError *local = NULL;
  Plan *plan = check_and_plan(app, person, ret_view, cancellable, &local);
  if (plan != NULL) {
    app_sign_plan(app, plan);
    return plan;
  }
  if (ret_field != NULL)
    *ret_field = field_of(local);
  g_propagate_error(error, local);
  return NULL;
}

gboolean
app_create_mail(App *app, const Person *person, char **ret_subject, char **ret_body, GError **error)
{
  g_autofree char *dir = file_config_dir();
  g_autofree char *templates = g_build_filename(dir, "templates", NULL);
  g_autofree char *language = app_language();
  if (!roster_needed(app, error))
    return FALSE;
  /* No network and no store: the text alone. */
  Work work = {.roster = app_roster(app),
               .profile = app_profile(app)->name,
               .tenant = app_profile(app)->tenant,
               .templates_dir = templates,
               .language = language,
               .sign_in_url = app_profile(app)->sign_in_url};
  g_autoptr(CreatePreview) preview = create_preview_offline(person, work.roster, clock_now());
  return create_mail_preview(&work, person, preview, ret_subject, ret_body, error);
}
