/* The handler of "create --from": a file of people, what is wrong in it, and the
 * plan for the others. */
#include "app/actions-private.h"
#include "app/app-import.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* What a person alone has, and a file has in its rows. */
static gboolean
check_options(const ActionRequest *request, GError **error)
{
  static const PersonField own[] = {PERSON_FIRST, PERSON_LAST, PERSON_MOBILE, PERSON_EMAIL,
                                    PERSON_USER};
  for (guint i = 0; i < G_N_ELEMENTS(own); i++)
    if (action_option(request, person_info(own[i])->name) != NULL) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
                  _("--%s is for one person, and --from for many: it stands in the file"),
                  person_info(own[i])->name);
      return FALSE;
    }
  const char *from = action_option(request, "from"), *bad = action_option(request, "bad");
  g_autofree char *whole_from = g_canonicalize_filename(from, NULL);
  g_autofree char *whole_bad = bad == NULL ? NULL : g_canonicalize_filename(bad, NULL);
  if (g_strcmp0(whole_from, whole_bad) != 0)
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE,
                      _("--bad: name another file than --from, which would lose its good rows"));
  return FALSE;
}

static Person *
defaults_of(const ActionRequest *request)
{
  static const PersonField common[] = {PERSON_COMPANY, PERSON_SPONSOR, PERSON_EXPIRES,
                                       PERSON_LANGUAGE};
  Person *person = person_new();
  for (guint i = 0; i < G_N_ELEMENTS(common); i++)
    person_set(person, common[i], action_option(request, person_info(common[i])->name));
  return person;
}

/* It holds what the file itself holds: nobody else may read it. */
static gboolean
save_bad(const ActionRequest *request, const AppImport *import, GError **error)
{
  const char *path = action_option(request, "bad");
  if (path == NULL || import->bad_rows == NULL)
    return TRUE;
  if (!file_replace(path, import->bad_rows, strlen(import->bad_rows), 0600, error))
    return FALSE;
  g_ptr_array_add(import->notes, g_strdup_printf(_("%s has the rows that are wrong, each with its "
                                                   "errors: mend them there and load that file"),
                                                 path));
  return TRUE;
}

static char *
summary_of(const AppImport *import, gboolean skips)
{
  return g_strdup_printf(
      skips ? _("wrong rows, which are left out: %u of %u")
            : _("nothing was sent, wrong rows: %u of %u (--skip-bad leaves them out, --bad FILE "
                "saves them)"),
      import->bad, import->rows);
}

/* Why a row has no operation is kept with the plan. */
static void
note_left_out(Plan *plan, const Records *problems)
{
  for (guint i = 0; i < records_count(problems); i++) {
    g_autofree char *note =
        g_strdup_printf(_("left out: line %" PRId64 ", %s: %s"), records_number(problems, i, 0),
                        records_text(problems, i, 1), records_text(problems, i, 2));
    plan_add_note(plan, note);
  }
}

gboolean
import_check(App *app, const ActionRequest *request, GError **error)
{
  g_autoptr(GError) local = NULL;
  GString *complaints = NULL;
  const char *from = action_option(request, "from");
  check_options(request, &local);
  error_gather(&complaints, &local);
  if (!g_str_equal(from, "-") && access(from, R_OK) != 0) {
    g_set_error(&local, USHER_ERROR, USHER_ERROR_USAGE, _("--from: cannot read %s: %s"), from,
                g_strerror(errno));
    error_gather(&complaints, &local);
  }
  return error_gathered(complaints, USHER_ERROR_USAGE, error);
}

gboolean
import_run(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  g_autoptr(Person) defaults = defaults_of(request);
  g_autoptr(AppImport) import =
      app_import_check(app, action_option(request, "from"), action_option(request, "roster"),
                       defaults, cancellable, error);
  if (import == NULL || !save_bad(request, import, error))
    return FALSE;
  gboolean skips = action_option(request, "skip-bad") != NULL && import->plan != NULL;
  if (import->bad > 0)
    g_ptr_array_add(import->notes, summary_of(import, skips));
  result->notes = g_steal_pointer(&import->notes);
  if (import->bad > 0 && !skips) {
    result->kind = RESULT_RECORDS;
    result->records = g_steal_pointer(&import->problems);
    result->exit_status = 2;
    return TRUE;
  }
  result->kind = RESULT_PLAN;
  result->plan = g_steal_pointer(&import->plan);
  result->plan->reason = g_strdup(action_option(request, "reason"));
  note_left_out(result->plan, import->problems);
  return TRUE;
}
