/* The bounds of a change, asked for when a file is read and once more before anything
 * is sent. What an account is, apart from its values, is the guard's and check.c's. */
#include "work/bounds.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "work/lifecycle.h"
#include <string.h>

/* Sponsor and manager are operations of their own. */
static gboolean
may_be_set(const char *name, const char *expiry)
{
  if (g_str_equal(name, "expires") || g_strcmp0(name, expiry) == 0)
    return TRUE;
  const char *property = lifecycle_property(name);
  return property != NULL && g_str_equal(property, name) && !g_str_equal(name, "sponsor") &&
         !g_str_equal(name, "manager");
}

static gboolean
check_end(const Operation *operation, const OperationValue *value, const Roster *roster,
          GError **error)
{
  gint64 to, from, last = clock_now() + roster->max_lifetime;
  if (roster->max_lifetime <= 0 || value->to == NULL || *value->to == '\0')
    return TRUE;
  if (!clock_parse_moment(value->to, &to, error))
    return FALSE;
  /* Nearer than it was is no extension. */
  gboolean nearer = value->from != NULL && *value->from != '\0' &&
                    clock_parse_moment(value->from, &from, NULL) && to <= from;
  if (nearer || to / CLOCK_DAY <= last / CLOCK_DAY)
    return TRUE;
  g_autofree char *limit = clock_format_date(last);
  g_set_error(error, USHER_ERROR, USHER_ERROR_REFUSED,
              _("%s: the end date %s is later than the roster allows (%s)"),
              operation->target_name == NULL ? "" : operation->target_name, value->to, limit);
  return FALSE;
}

static gboolean
refuse_name(const Operation *operation, const char *name, GError **error)
{
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("%s: “%s” cannot be set"),
              operation->target_name == NULL ? "" : operation->target_name, name);
  return FALSE;
}

/* What a form for a new account fills in, and what may be changed later. */
static gboolean
may_be_created_with(const char *name, const char *expiry)
{
  static const char *const names[] = {"userPrincipalName", "displayName",   "givenName",
                                      "surname",           "otherMails",    "mailNickname",
                                      "usageLocation",     "accountEnabled"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], name))
      return TRUE;
  return may_be_set(name, expiry);
}

/* The name that is looked up after a lost answer is the name that is made. */
static gboolean
check_creation(const Operation *operation, GError **error)
{
  const char *name = operation_to(operation, "userPrincipalName");
  if (name == NULL || operation->target_name == NULL ||
      g_ascii_strcasecmp(name, operation->target_name) == 0)
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE,
              _("%s: the account that is made has another name: %s"), operation->target_name, name);
  return FALSE;
}

gboolean
bounds_check(const Operation *operation, const Roster *roster, GError **error)
{
  g_autofree char *expiry = roster == NULL ? NULL : roster_expiry_property(roster);
  gboolean creates = g_str_equal(operation->kind, "user.create");
  if (!creates && !g_str_equal(operation->kind, "user.set"))
    return TRUE;
  for (guint i = 0; i < operation->values->len; i++) {
    const OperationValue *value = operation->values->pdata[i];
    gboolean is_end = g_str_equal(value->name, "expires") || g_strcmp0(value->name, expiry) == 0;
    if (!(creates ? may_be_created_with : may_be_set)(value->name, expiry))
      return refuse_name(operation, value->name, error);
    if (is_end && roster != NULL && !check_end(operation, value, roster, error))
      return FALSE;
  }
  return !creates || check_creation(operation, error);
}
