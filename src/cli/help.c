/* --help: the same table that reads the command line explains it. */
#include "cli/help.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

void
help_wrap(GString *out, const char *text, int column, int indent, int width)
{
  g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
  gboolean first = TRUE;
  for (guint i = 0; words[i]; i++) {
    if (!*words[i])
      continue;
    int cells = text_width(words[i]);
    if (!first && column + 1 + cells > width) {
      g_string_append_printf(out, "\n%*s", indent, "");
      column = indent;
    } else if (!first) {
      g_string_append_c(out, ' ');
      column++;
    }
    g_string_append(out, words[i]);
    column += cells;
    first = FALSE;
  }
  g_string_append_c(out, '\n');
}

/* A term and its text in two columns; a long term gets a line of its own. */
static void
append_entry(GString *out, const char *term, const char *text, int indent, int width)
{
  int column = 2 + text_width(term);
  g_string_append_printf(out, "  %s", term);
  if (column + 2 > indent) {
    g_string_append_c(out, '\n');
    column = 0;
  }
  for (; column < indent; column++)
    g_string_append_c(out, ' ');
  help_wrap(out, text, indent, indent, width);
}

static gboolean
is_among(const ActionOption *options, const char *name)
{
  for (; options && options->name; options++)
    if (g_str_equal(options->name, name))
      return TRUE;
  return FALSE;
}

/* But for those that the command has in its own way (`own`, may be NULL). */
static void
append_options(GString *out, const ActionOption *options, const ActionOption *own, int width)
{
  for (const ActionOption *option = options; option->name; option++) {
    if (own != options && is_among(own, option->name))
      continue;
    g_autofree char *letter =
        option->letter ? g_strdup_printf("-%c, ", option->letter) : g_strdup("    ");
    g_autofree char *term =
        option->argument ? g_strconcat(letter, "--", option->name, " ", _(option->argument), NULL)
                         : g_strconcat(letter, "--", option->name, NULL);
    append_entry(out, term, _(option->text), 28, width);
  }
}

static void
append_command(GString *out, const Action *action, int width)
{
  g_autofree char *term = g_strjoin(action->arguments ? " " : "", action->name,
                                    action->arguments ? action->arguments : "", NULL);
  append_entry(out, term, _(action->summary), 28, width);
}

static void
append_commands(GString *out, const ArgumentTables *tables, const char *group, int width)
{
  g_string_append_printf(out, "\n%s\n", _(group));
  for (guint i = 0; tables->actions[i]; i++) {
    const Action *action = tables->actions[i];
    if (action->flags & ACTION_CLI && g_str_equal(action->group, group))
      append_command(out, action, width);
  }
}

static char *
help_all(const ArgumentTables *tables, int width)
{
  GString *out = g_string_new(NULL);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_string_append(out, _("usher: external people in a Microsoft Entra ID tenant\n\n"
                         "  usher [OPTIONS]                 opens the console\n"
                         "  usher COMMAND [OPTIONS] [...]   does one thing\n"));
  for (guint i = 0; tables->actions[i]; i++) {
    const Action *action = tables->actions[i];
    if (action->flags & ACTION_CLI && g_hash_table_add(seen, (gpointer)action->group))
      append_commands(out, tables, action->group, width);
  }
  g_string_append_printf(out, "\n%s\n", _("Options"));
  append_options(out, tables->global, NULL, width);
  g_string_append_printf(out, "\n%s\n",
                         _("'usher COMMAND --help' says more; the manual is usher(1)."));
  return g_string_free(out, FALSE);
}

static void
append_paragraphs(GString *out, const char *text, int width)
{
  g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
  for (guint i = 0; paragraphs[i]; i++) {
    g_string_append_c(out, '\n');
    help_wrap(out, paragraphs[i], 0, 0, width);
  }
}

static char *
help_one(const ArgumentTables *tables, const Action *action, int width)
{
  GString *out = g_string_new(NULL);
  const ActionOption *lists[4];
  g_string_append_printf(out, "usher %s%s%s%s\n\n", action->name,
                         action->options || action->flags & ACTION_CHANGES ? _(" [OPTIONS]") : "",
                         action->arguments ? " " : "", action->arguments ? action->arguments : "");
  help_wrap(out, _(action->summary), 0, 0, width);
  if (action->text)
    append_paragraphs(out, _(action->text), width);
  if (action->permissions) {
    g_autofree char *line = g_strdup_printf(_("Permissions: %s"), action->permissions);
    g_string_append_c(out, '\n');
    help_wrap(out, line, 0, 2, width);
  }
  arguments_option_tables(tables, action, lists);
  for (guint i = 0; lists[i]; i++) {
    const char *title = lists[i] == tables->global   ? _("Options of every command")
                        : lists[i] == tables->change ? _("Options of what changes the tenant")
                                                     : _("Options");
    g_string_append_printf(out, "\n%s\n", title);
    append_options(out, lists[i], action->options, width);
  }
  return g_string_free(out, FALSE);
}

char *
help_text(const ArgumentTables *tables, const Action *action, int width)
{
  return action ? help_one(tables, action, width) : help_all(tables, width);
}

char *
help_group(const ArgumentTables *tables, const char *word, int width)
{
  GString *out = g_string_new(NULL);
  g_autofree char *prefix = g_strconcat(word, " ", NULL);
  g_string_append_printf(out, _("usher %s COMMAND [OPTIONS] [...]\n\n"), word);
  for (guint i = 0; tables->actions[i]; i++) {
    const Action *action = tables->actions[i];
    if (action->flags & ACTION_CLI && g_str_has_prefix(action->name, prefix))
      append_command(out, action, width);
  }
  g_string_append_printf(out, _("\n'usher %s COMMAND --help' says more.\n"), word);
  return g_string_free(out, FALSE);
}
