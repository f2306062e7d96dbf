/* Plans that change what an account says: its end date, its properties, who answers
 * for it. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/person.h"
#include "work/lifecycle-private.h"
#include <string.h>

/* --- extending --- */

/* Without a rule the calendar's end: a date that cannot be written would clear the end date. */
static gint64
cap_of(const Work *work, gint64 now)
{
  gint64 span = work->roster->max_lifetime;
  return span > 0 ? planning_day(now + span) : CLOCK_LAST;
}

static gboolean
fail_usage(GError **error, char *message)
{
  g_set_error_literal(error, USHER_ERROR, USHER_ERROR_USAGE, message);
  g_free(message);
  return FALSE;
}

gboolean
check_extend(const Work *work, const LifecycleRequest *request, GError **error)
{
  gint64 cap = cap_of(work, request->now);
  g_autofree char *limit = clock_format_date(cap);
  if (work->roster->expiry_attribute == 0) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_CONFIG,
                _("[roster %s] expiry_attribute is none: its accounts have no end date"),
                work->roster->name);
    return FALSE;
  }
  if (request->to == 0 && request->span <= 0)
    return fail_usage(error, g_strdup(_("--to: a date or a span is needed: 2027-01-31, 90d")));
  if (request->to != 0 && planning_day(request->to) < planning_day(request->now))
    return fail_usage(error, g_strdup(_("--to: is in the past")));
  if (request->to != 0 && planning_day(request->to) > cap)
    return fail_usage(error,
                      g_strdup_printf(_("--to: is later than the roster allows (%s)"), limit));
  return TRUE;
}

void
plan_extend(Planning *planning, Subject *subject)
{
  const LifecycleRequest *request = planning->request;
  gint64 today = planning_day(request->now), cap = cap_of(planning->work, request->now);
  gint64 ends = planning_number(planning, subject, FIELD_EXPIRES);
  gint64 to = planning_day(request->to != 0 ? request->to : MAX(ends, today) + request->span);
  g_autofree char *from = ends > 0 ? clock_format_date(ends) : NULL;
  g_autofree char *text = clock_format_date(MIN(to, cap));
  if (ends > 0 && planning_day(ends) == MIN(to, cap)) {
    g_autofree char *because = g_strdup_printf(_("already ends on %s"), text);
    planning_skip(planning, subject, because);
    return;
  }
  if (to > cap && ends > cap) {
    planning_skip(planning, subject, _("already ends later than the roster allows"));
    return;
  }
  if (!planning_allows(planning, subject, "user.set"))
    return;
  operation_add_value(planning_add(planning, subject, "user.set"), "expires",
                      from != NULL          ? from
                      : ends == MOMENT_NONE ? ""
                                            : NULL,
                      text);
  if (to > cap) {
    g_autofree char *note = g_strdup_printf(_("note: %s: until %s, which is as far as the roster "
                                              "allows"),
                                            subject->user_name, text);
    plan_add_note(planning->plan, note);
  }
}

/* --- properties --- */

static const struct {
  const char *field, *property;
  guint most; /* characters; contract 4.5 */
} settable[] = {
    {"name", "displayName", 256},
    {"first", "givenName", 64},
    {"last", "surname", 64},
    {"company", "companyName", 64},
    {"department", "department", 64},
    {"title", "jobTitle", 128},
    {"employee", "employeeId", 16},
    {"mobile", "mobilePhone", 64},
    {"external", "otherMails", 250},
    {"city", "city", 128},
    {"country", "country", 128},
    {"location", "usageLocation", 2},
    {"language", "preferredLanguage", 10},
    {"sponsor", "sponsor", 250},
    {"manager", "manager", 250},
};

static gsize
find_settable(const char *name)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS(settable) && g_ascii_strcasecmp(settable[i].field, name) != 0 &&
         g_ascii_strcasecmp(settable[i].property, name) != 0)
    i++;
  return i;
}

const char *
lifecycle_property(const char *field)
{
  gsize i = find_settable(field);
  return i < G_N_ELEMENTS(settable) ? settable[i].property : NULL;
}

const char *const *
lifecycle_fields(void)
{
  static const char *names[G_N_ELEMENTS(settable) + 1];
  static gsize filled;
  if (g_once_init_enter(&filled)) {
    for (gsize i = 0; i < G_N_ELEMENTS(settable); i++)
      names[i] = settable[i].field;
    g_once_init_leave(&filled, 1);
  }
  return names;
}

static gboolean
fail_field(const char *field, GError **error)
{
  const char *nearest = text_nearest(field, lifecycle_fields());
  g_autofree char *known = g_strjoinv(", ", (char **)lifecycle_fields());
  if (nearest != NULL)
    return fail_usage(error,
                      g_strdup_printf(_("“%s” cannot be set; did you mean “%s”?"), field, nearest));
  return fail_usage(error, g_strdup_printf(_("“%s” cannot be set (these can: %s)"), field, known));
}

/* A list has one item a line; nothing else has lines. */
static gboolean
can_be_shown(const char *field, const char *value)
{
  if (!g_str_equal(field, "external"))
    return text_is_visible(value);
  g_auto(GStrv) items = g_strsplit(value, "\n", -1);
  for (char **item = items; *item != NULL; item++)
    if (!text_is_visible(*item))
      return FALSE;
  return TRUE;
}

static gboolean
check_addresses(const char *value, GError **error)
{
  g_auto(GStrv) items = g_strsplit(value, "\n", -1);
  for (char **item = items; *item != NULL; item++)
    if (**item != '\0' && !person_email_ok(*item))
      return fail_usage(error, g_strdup_printf(_("external: “%s” is no e-mail address"), *item));
  return TRUE;
}

static gboolean
check_value(gsize i, const char *value, GError **error)
{
  const char *field = settable[i].field;
  if (!can_be_shown(field, value))
    return fail_usage(error, g_strdup_printf(_("%s: has characters that cannot be shown"), field));
  if (g_utf8_strlen(value, -1) > settable[i].most)
    return fail_usage(
        error, g_strdup_printf(_("%s: has more than %u characters"), field, settable[i].most));
  if (g_str_equal(field, "location") && *value != '\0' &&
      (strlen(value) != 2 || !g_ascii_isupper(value[0]) || !g_ascii_isupper(value[1])))
    return fail_usage(error, g_strdup(_("location: two capital letters, as in DE")));
  if (g_str_equal(field, "name") && *value == '\0')
    return fail_usage(error, g_strdup(_("name: cannot be empty")));
  if (g_str_equal(field, "mobile") && *value != '\0' && !person_mobile_ok(value))
    return fail_usage(error, g_strdup(_("mobile: write it like +49 151 2345678")));
  return !g_str_equal(field, "external") || check_addresses(value, error);
}

/* One FIELD=VALUE beside those before it. */
static gboolean
check_one(const Work *work, const LifecycleRequest *request, guint i, GError **error)
{
  gsize row = find_settable(request->fields[i]);
  if (row == G_N_ELEMENTS(settable))
    return fail_field(request->fields[i], error);
  for (guint j = 0; j < i; j++)
    if (find_settable(request->fields[j]) == row)
      return fail_usage(error, g_strdup_printf(_("%s is given twice"), settable[row].field));
  if (!check_value(row, request->values[i], error))
    return FALSE;
  if (g_str_equal(settable[row].field, "sponsor") && *request->values[i] == '\0' &&
      work->roster->sponsor_required)
    return fail_usage(error, g_strdup(_("sponsor: is needed in this roster")));
  return TRUE;
}

gboolean
check_set(const Work *work, const LifecycleRequest *request, GError **error)
{
  g_autoptr(GError) local = NULL;
  GString *wrong = NULL;
  if (request->fields == NULL || request->fields[0] == NULL)
    return fail_usage(error, g_strdup(_("What is to be set? FIELD=VALUE is needed")));
  for (guint i = 0; request->fields[i] != NULL; i++)
    if (!check_one(work, request, i, &local))
      error_gather(&wrong, &local);
  return error_gathered(wrong, USHER_ERROR_USAGE, error);
}

/* One PATCH for all properties that differ. */
static void
plan_properties(Planning *planning, Subject *subject)
{
  const LifecycleRequest *request = planning->request;
  Operation *operation = NULL;
  for (guint i = 0; request->fields[i] != NULL; i++) {
    FieldId field;
    const char *property = lifecycle_property(request->fields[i]);
    if (!field_lookup(property, &field) || field == FIELD_SPONSOR)
      continue;
    const char *now = planning_text(planning, subject, field);
    if (g_strcmp0(now == NULL ? "" : now, request->values[i]) == 0)
      continue;
    if (operation == NULL)
      operation = planning_add(planning, subject, "user.set");
    operation_add_value(operation, property, now == NULL ? "" : now, request->values[i]);
  }
}

static gboolean
is_somebody_else(Planning *planning, const Subject *subject, const char *id)
{
  if (id == NULL || g_ascii_strcasecmp(id, subject->id) != 0)
    return TRUE;
  planning_skip(planning, subject, _("nobody answers for themselves"));
  return FALSE;
}

/* The sponsor that is there is replaced, when it is known. */
static void
plan_sponsor(Planning *planning, Subject *subject, gboolean clear)
{
  const LifecycleRequest *request = planning->request;
  const char *old = planning_text(planning, subject, FIELD_SPONSOR_ID);
  const char *to = clear ? "" : request->sponsor_id;
  if (g_strcmp0(old == NULL ? "" : old, to) == 0 || !is_somebody_else(planning, subject, to))
    return;
  Operation *operation = planning_add(planning, subject, "sponsor.set");
  operation_add_value(operation, "sponsor", planning_text(planning, subject, FIELD_SPONSOR),
                      clear ? "" : request->sponsor_name);
  operation_add_value(operation, "sponsorId", old, to);
}

static void
plan_manager(Planning *planning, Subject *subject, gboolean clear)
{
  const LifecycleRequest *request = planning->request;
  if (!clear && !is_somebody_else(planning, subject, request->manager_id))
    return;
  Operation *operation = planning_add(planning, subject, "manager.set");
  operation_add_value(operation, "manager", NULL, clear ? "" : request->manager_name);
  operation_add_value(operation, "managerId", NULL, clear ? "" : request->manager_id);
}

void
plan_set(Planning *planning, Subject *subject)
{
  const LifecycleRequest *request = planning->request;
  guint before = planning->plan->operations->len;
  gboolean properties = FALSE;
  for (guint i = 0; request->fields[i] != NULL; i++) {
    const char *property = lifecycle_property(request->fields[i]);
    const char *kind = g_str_equal(property, "sponsor")   ? "sponsor.set"
                       : g_str_equal(property, "manager") ? "manager.set"
                                                          : "user.set";
    if (!planning_allows(planning, subject, kind))
      return;
    properties = properties || g_str_equal(kind, "user.set");
  }
  if (properties)
    plan_properties(planning, subject);
  for (guint i = 0; request->fields[i] != NULL; i++) {
    gboolean clear = *request->values[i] == '\0';
    const char *property = lifecycle_property(request->fields[i]);
    if (g_str_equal(property, "sponsor"))
      plan_sponsor(planning, subject, clear);
    else if (g_str_equal(property, "manager"))
      plan_manager(planning, subject, clear);
  }
  if (planning->plan->operations->len == before)
    planning_skip(planning, subject, _("already so"));
}
