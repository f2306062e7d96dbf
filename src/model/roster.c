/* A roster as plain values. What may stand in them is checked by who reads the
 * configuration. */
#include "model/roster.h"

Roster *
roster_new(void)
{
  Roster *roster = g_new0(Roster, 1);
  roster->user_name = g_strdup("{first}.{last}");
  roster->display_name = g_strdup("{first} {last}");
  roster->warn = g_array_new(FALSE, FALSE, sizeof(gint64));
  roster->remove_after = -1;
  return roster;
}

void
roster_free(Roster *roster)
{
  if (!roster)
    return;
  g_free(roster->name);
  g_free(roster->title);
  g_free(roster->group);
  g_free(roster->domain);
  g_free(roster->user_name);
  g_free(roster->display_name);
  g_free(roster->usage_location);
  if (roster->warn)
    g_array_unref(roster->warn);
  g_free(roster->mail_from);
  g_free(roster->mail_template);
  g_free(roster);
}

char *
roster_expiry_property(const Roster *roster)
{
  if (roster->expiry_attribute == EXPIRY_LEAVE_DATE)
    return g_strdup("employeeLeaveDateTime");
  if (roster->expiry_attribute >= 1 && roster->expiry_attribute <= 15)
    return g_strdup_printf("extensionAttribute%d", roster->expiry_attribute);
  return NULL;
}

const char *
roster_mail_template(const Roster *roster)
{
  return roster->mail_template != NULL ? roster->mail_template : "specialist";
}
