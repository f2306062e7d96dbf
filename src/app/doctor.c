/* doctor: looks at everything that usher needs, in the order in which one
 * thing needs the other, and says of each whether it is well and what to do.
 * Nothing is changed. The checks are in doctor-machine.c, doctor-network.c and
 * doctor-tenant.c; this file runs them and keeps their verdicts. */
#include "app/doctor-private.h"

#include "base/error.h"
#include "base/i18n.h"

const RecordColumn doctor_columns[] = {
    {"check", N_("CHECK"), RECORD_TEXT, FALSE},
    {"status", N_("STATUS"), RECORD_TEXT, FALSE},
    {"detail", N_("WHAT"), RECORD_TEXT, FALSE},
    {"advice", N_("WHAT TO DO"), RECORD_TEXT, FALSE},
    {NULL},
};

/* --- what a check says --- */

static void
add_row(Doctor *doctor, DoctorVerdict verdict, char *detail, char *advice)
{
  static const char *const names[] = {
      [DOCTOR_OK] = "ok",
      [DOCTOR_NOT_CHECKED] = "not-checked",
      [DOCTOR_WARN] = "warn",
      [DOCTOR_FAILED] = "failed",
  };
  gpointer before = g_hash_table_lookup(doctor->verdicts, doctor->check);
  if (GPOINTER_TO_INT(before) < (int)verdict)
    g_hash_table_replace(doctor->verdicts, (gpointer)doctor->check, GINT_TO_POINTER(verdict));
  records_add_row(doctor->records);
  records_put(doctor->records, 0, doctor->check);
  records_put(doctor->records, 1, names[verdict]);
  records_put(doctor->records, 2, detail);
  records_put(doctor->records, 3, advice);
  g_free(detail);
  g_free(advice);
}

void
doctor_ok(Doctor *doctor, char *detail)
{
  add_row(doctor, DOCTOR_OK, detail, NULL);
}

void
doctor_warn(Doctor *doctor, char *detail, char *advice)
{
  add_row(doctor, DOCTOR_WARN, detail, advice);
}

/* The status of the first failure: what stands further up hinders more, and is often the cause
 * of what follows. */
void
doctor_failed(Doctor *doctor, int exit_status, char *detail, char *advice)
{
  if (doctor->exit_status == 0)
    doctor->exit_status = exit_status;
  add_row(doctor, DOCTOR_FAILED, detail, advice);
}

void
doctor_failed_by(Doctor *doctor, const GError *error, char *advice)
{
  const char *usual = error_advice(error);
  doctor_failed(doctor, error_exit_status(error), error_describe(error),
                advice != NULL ? advice : g_strdup(usual == NULL ? NULL : _(usual)));
}

void
doctor_not_checked(Doctor *doctor, char *why)
{
  add_row(doctor, DOCTOR_NOT_CHECKED, g_strdup_printf(_("not checked because %s"), why), NULL);
  g_free(why);
}

/* --- running them --- */

/* The check that is to blame when `check` makes no sense: the first that it needs and that did
 * not go well, or what was to blame for that one. NULL: none. Lent. */
static const char *
to_blame(Doctor *doctor, const DoctorCheck *check)
{
  g_auto(GStrv) needs = g_strsplit(check->needs == NULL ? "" : check->needs, " ", -1);
  for (char **need = needs; *need != NULL; need++) {
    gpointer name, verdict;
    if (!g_hash_table_lookup_extended(doctor->verdicts, *need, &name, &verdict) ||
        (GPOINTER_TO_INT(verdict) != DOCTOR_FAILED &&
         GPOINTER_TO_INT(verdict) != DOCTOR_NOT_CHECKED))
      continue;
    const char *deeper = g_hash_table_lookup(doctor->blamed, name);
    return deeper != NULL ? deeper : name;
  }
  return NULL;
}

static void
run_check(Doctor *doctor, const DoctorCheck *check)
{
  const char *cause = to_blame(doctor, check);
  doctor->check = check->name;
  if (g_cancellable_is_cancelled(doctor->cancellable)) {
    doctor_not_checked(doctor, g_strdup(_("it was stopped")));
    return;
  }
  if (cause == NULL) {
    check->run(doctor);
    return;
  }
  gpointer verdict = g_hash_table_lookup(doctor->verdicts, cause);
  g_hash_table_insert(doctor->blamed, (gpointer)check->name, (gpointer)cause);
  doctor_not_checked(doctor, g_strdup_printf(GPOINTER_TO_INT(verdict) == DOCTOR_FAILED
                                                 ? _("“%s” failed")
                                                 : _("“%s” was not checked"),
                                             cause));
}

gboolean
doctor_run(App *app, const ActionRequest *request, ActionResult *result, GCancellable *cancellable,
           GError **error)
{
  static const DoctorCheck *const tables[] = {doctor_machine, doctor_network, doctor_tenant};
  g_autoptr(GHashTable) verdicts = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) blamed = g_hash_table_new(g_str_hash, g_str_equal);
  Doctor doctor = {.app = app,
                   .roster = action_option(request, "roster"),
                   .records = records_new("doctor", doctor_columns, FALSE),
                   .verdicts = verdicts,
                   .blamed = blamed,
                   .cancellable = cancellable};
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    for (const DoctorCheck *check = tables[i]; check->name != NULL; check++)
      run_check(&doctor, check);
  result->kind = RESULT_RECORDS;
  result->records = doctor.records;
  result->exit_status = doctor.exit_status;
  return TRUE;
}
