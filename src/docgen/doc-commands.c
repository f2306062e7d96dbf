/* usher(1): commands, options and keys out of the action table, exit statuses
 * out of the error table. */
#include "app/actions.h"
#include "base/error.h"
#include "docgen/docgen.h"

#include <string.h>

static void
append_options(GString *out, const ActionOption *options)
{
  g_string_append(out, ".Bl -tag -width Ds\n");
  for (const ActionOption *option = options; option->name; option++) {
    g_string_append(out, ".It ");
    if (option->letter)
      g_string_append_printf(out, "Fl %c , ", option->letter);
    g_string_append_printf(out, "Fl -%s", option->name);
    if (option->argument) {
      g_string_append(out, " Ar \"");
      mdoc_argument(out, option->argument);
      g_string_append_c(out, '"');
    }
    g_string_append_c(out, '\n');
    mdoc_text(out, option->text);
  }
  g_string_append(out, ".El\n");
}

gboolean
doc_global_options(GString *out, const char *argument)
{
  append_options(out, action_global_options());
  return TRUE;
}

gboolean
doc_change_options(GString *out, const char *argument)
{
  append_options(out, action_change_options());
  return TRUE;
}

/* "[QUERY]" as an optional argument, "ACCOUNT..." as one or more. */
static void
append_arguments(GString *out, const char *arguments)
{
  g_auto(GStrv) parts = g_strsplit(arguments, " ", -1);
  for (guint i = 0; parts[i]; i++) {
    gsize length = strlen(parts[i]);
    gboolean optional = length > 2 && parts[i][0] == '[' && parts[i][length - 1] == ']';
    if (optional)
      parts[i][length - 1] = '\0';
    /* Op would take all the rest of the line. */
    g_string_append(out, optional ? " Oo Ar \"" : " Ar \"");
    mdoc_argument(out, parts[i] + (optional ? 1 : 0));
    g_string_append(out, optional ? "\" Oc" : "\"");
  }
}

static void
append_command(GString *out, const Action *action)
{
  g_string_append_printf(out, ".It Cm %s", action->name);
  if (action->arguments)
    append_arguments(out, action->arguments);
  g_string_append_c(out, '\n');
  mdoc_text(out, action->summary);
  if (action->text) {
    g_string_append(out, ".Pp\n");
    mdoc_text(out, action->text);
  }
  if (action->flags & ACTION_CHANGES)
    g_string_append(out,
                    ".Pp\nChanges the tenant, see\n.Sx Options of what changes the tenant .\n");
  if (action->permissions) {
    g_autofree char *line = g_strconcat("Permissions: ", action->permissions, NULL);
    g_string_append(out, ".Pp\n");
    mdoc_text(out, line);
  }
  if (action->options)
    append_options(out, action->options);
}

gboolean
doc_commands(GString *out, const char *argument)
{
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  const Action *const *all = actions();
  for (guint i = 0; all[i]; i++)
    if (all[i]->flags & ACTION_CLI &&
        !g_ptr_array_find_with_equal_func(groups, all[i]->group, g_str_equal, NULL))
      g_ptr_array_add(groups, (gpointer)all[i]->group);
  for (guint g = 0; g < groups->len; g++) {
    g_string_append(out, ".Ss ");
    mdoc_argument(out, groups->pdata[g]);
    g_string_append(out, "\n.Bl -tag -width Ds\n");
    for (guint i = 0; all[i]; i++)
      if (all[i]->flags & ACTION_CLI && g_str_equal(all[i]->group, groups->pdata[g]))
        append_command(out, all[i]);
    g_string_append(out, ".El\n");
  }
  return TRUE;
}

/* --- keys --- */

static const char *const scope_titles[SCOPE_N] = {
    [SCOPE_GLOBAL] = "Keys everywhere",
    [SCOPE_LIST] = "Keys in every list",
    [SCOPE_ACCOUNTS] = "Keys in the list of accounts",
    [SCOPE_REVIEWS] = "Keys in the list of reviews",
    [SCOPE_JOURNAL] = "Keys in the journal",
    [SCOPE_FORM] = "Keys in a form",
    [SCOPE_LOG] = "Keys in the log",
    [SCOPE_PAGER] = "Keys in a text",
    [SCOPE_PLAN] = "Keys in a plan and while it is applied",
    [SCOPE_REVIEW] = "Keys in a review",
};

static void
append_key(GString *out, const Action *action)
{
  g_string_append(out, ".It ");
  if (action->keys) {
    g_auto(GStrv) keys = g_strsplit(action->keys, " ", -1);
    for (guint i = 0; keys[i]; i++) {
      g_string_append(out, i > 0 ? " , Ic \"" : "Ic \"\\&");
      mdoc_argument(out, keys[i]);
      g_string_append_c(out, '"');
    }
  } else {
    g_string_append(out, "Ic \"(palette)\"");
  }
  g_string_append_printf(out, "\n.Sy \"%s\" :\n", action->name);
  mdoc_text(out, action->summary);
}

gboolean
doc_keys(GString *out, const char *argument)
{
  const Action *const *all = actions();
  for (guint scope = 0; scope < SCOPE_N; scope++) {
    gboolean any = FALSE;
    for (guint i = 0; all[i]; i++) {
      if (!(all[i]->flags & ACTION_TUI) || all[i]->scope != scope)
        continue;
      if (!any)
        g_string_append_printf(out, ".Ss %s\n.Bl -tag -width Ds -compact\n", scope_titles[scope]);
      any = TRUE;
      append_key(out, all[i]);
    }
    if (any)
      g_string_append(out, ".El\n");
  }
  return TRUE;
}

/* --- errors --- */

/* The kinds of trouble behind one exit status: "unreachable, protocol, throttled". */
gboolean
doc_errors(GString *out, const char *argument)
{
  gboolean first = TRUE;
  for (guint code = 0; code < USHER_ERROR_N; code++) {
    const ErrorInfo *info = error_info(code);
    if (info->exit_status != g_ascii_strtoll(argument, NULL, 10))
      continue;
    if (!first)
      g_string_append(out, ", ");
    g_string_append(out, first ? "Kinds of error: " : "");
    mdoc_argument(out, info->name);
    first = FALSE;
  }
  g_string_append(out, first ? "" : ".\n");
  return !first;
}
