/* The reach of a plan in words. */
#include "model/impact.h"

#include "base/clock.h"
#include "base/i18n.h"

static void
action_free(gpointer data)
{
  ImpactAction *action = data;
  g_free(action->label);
  g_free(action->kind);
  g_free(action);
}

Impact *
impact_new(void)
{
  Impact *impact = g_new0(Impact, 1);
  impact->actions = g_ptr_array_new_with_free_func(action_free);
  impact->cannot_undo = g_ptr_array_new_with_free_func(g_free);
  return impact;
}

void
impact_free(Impact *impact)
{
  if (impact == NULL)
    return;
  g_ptr_array_unref(impact->actions);
  g_ptr_array_unref(impact->cannot_undo);
  g_free(impact);
}

static char *
actions_line(const Impact *impact)
{
  g_autoptr(GString) line = g_string_new(NULL);
  for (guint i = 0; i < impact->actions->len; i++) {
    const ImpactAction *action = impact->actions->pdata[i];
    g_string_append_printf(line, "%s%s %u", i > 0 ? " · " : "", action->label, action->count);
  }
  return g_string_free(g_steal_pointer(&line), FALSE);
}

/* "3 accounts · 2 enabled · 1 signed in this week · without sponsor: not known". */
static char *
accounts_line(const Impact *impact)
{
  g_autoptr(GString) line = g_string_new(NULL);
  g_string_append_printf(line, ngettext("%u account", "%u accounts", impact->accounts),
                         impact->accounts);
  g_string_append_printf(line, _(" · %u enabled"), impact->enabled);
  if (impact->accounts > 0 && impact->unknown_sign_in == impact->accounts)
    g_string_append(line, _(" · signed in this week: not known"));
  else
    g_string_append_printf(line, _(" · %u signed in this week"), impact->active);
  if (impact->accounts > 0 && impact->unknown_sponsor == impact->accounts)
    g_string_append(line, _(" · without sponsor: not known"));
  else
    g_string_append_printf(line, _(" · %u without sponsor"), impact->without_sponsor);
  return g_string_free(g_steal_pointer(&line), FALSE);
}

static char *
cost_line(const Impact *impact)
{
  g_autofree char *time = clock_format_span(impact->seconds);
  g_autofree char *requests = g_strdup_printf(
      ngettext("about %u request", "about %u requests", impact->requests), impact->requests);
  return impact->seconds < 2 ? g_steal_pointer(&requests)
                             : g_strdup_printf(_("%s, at least %s"), requests, time);
}

static char *
undo_line(const Impact *impact)
{
  g_autoptr(GString) line = g_string_new(_("cannot be undone: "));
  for (guint i = 0; i < impact->cannot_undo->len; i++)
    g_string_append_printf(line, "%s%s", i > 0 ? ", " : "",
                           (const char *)impact->cannot_undo->pdata[i]);
  g_string_append_printf(line, " (%u)", impact->irreversible);
  return g_string_free(g_steal_pointer(&line), FALSE);
}

GPtrArray *
impact_lines(const Impact *impact)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
  if (impact->operations > 0)
    g_ptr_array_add(lines, actions_line(impact));
  g_ptr_array_add(lines, accounts_line(impact));
  if (impact->requests > 0)
    g_ptr_array_add(lines, cost_line(impact));
  if (impact->irreversible > 0)
    g_ptr_array_add(lines, undo_line(impact));
  return lines;
}
