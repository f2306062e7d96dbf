/* Looking once more before a plan makes accounts: it may come out of a file, or have
 * been looked at for long, and somebody may have made the same people meanwhile. The
 * service refuses a user name that is taken, but not an external address. */
#include "base/error.h"
#include "base/i18n.h"
#include "work/create-private.h"
#include <string.h>

/* Seconds for which what was found when the plan was made holds. */
#define FRESH 60

static gboolean
is_new(const Operation *operation)
{
  return g_str_equal(operation->kind, "user.create") && operation->state == OPERATION_PLANNED &&
         operation_to(operation, "otherMails") != NULL;
}

/* Those whom the plan is to make, as far as they are looked for. */
static GPtrArray *
persons_of(const Plan *plan)
{
  GPtrArray *persons = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
  for (guint i = 0; i < plan->operations->len; i++) {
    const Operation *operation = plan->operations->pdata[i];
    if (!is_new(operation))
      continue;
    const char *mails = operation_to(operation, "otherMails");
    g_autofree char *first = g_strndup(mails, strcspn(mails, "\n"));
    Person *person = person_new();
    person_set(person, PERSON_EMAIL, first);
    g_ptr_array_add(persons, person);
  }
  return persons;
}

static gboolean
is_free(CreateTenant *tenant, const char *email, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) found = create_tenant_find(tenant, NULL, email, cancellable, error);
  if (found == NULL)
    return FALSE;
  g_ptr_array_set_free_func(found, (GDestroyNotify)taken_free);
  for (guint i = 0; i < found->len; i++) {
    const Taken *taken = found->pdata[i];
    if (taken->where == TAKEN_DELETED)
      continue;
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                _("%s is in use by %s since; nothing was sent, make the plan anew"), email,
                taken->user_name);
    return FALSE;
  }
  return TRUE;
}

gboolean
create_look_again(const Work *work, const Plan *plan, gint64 now, GCancellable *cancellable,
                  GError **error)
{
  CreateTenant tenant;
  if (plan->made_at <= now && now - plan->made_at < FRESH)
    return TRUE;
  g_autoptr(GPtrArray) persons = persons_of(plan);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  if (persons->len == 0)
    return TRUE;
  gboolean ok = create_tenant_open(&tenant, work, (Person *const *)persons->pdata, persons->len,
                                   cancellable, error);
  for (guint i = 0; ok && i < persons->len; i++) {
    const char *email = ((const Person *)persons->pdata[i])->value[PERSON_EMAIL];
    if (email == NULL)
      continue;
    if (!g_hash_table_add(seen, g_ascii_strdown(email, -1))) {
      g_set_error(error, USHER_ERROR, USHER_ERROR_CONFLICT,
                  _("%s stands in the plan twice; nothing was sent"), email);
      ok = FALSE;
    } else
      ok = is_free(&tenant, email, cancellable, error);
  }
  create_tenant_clear(&tenant);
  return ok;
}
