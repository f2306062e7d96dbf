/* usher-json(5): the shapes that commands answer with beside accounts. */
#include "app/actions.h"
#include "cli/output.h"
#include "docgen/docgen.h"

static const char *const type_names[] = {
    [RECORD_TEXT] = "string",           [RECORD_NUMBER] = "number",
    [RECORD_BOOL] = "boolean",          [RECORD_MOMENT] = "string, a moment",
    [RECORD_LIST] = "array of strings",
};

static void
append_columns(GString *out, const RecordColumn *columns)
{
  g_string_append(out, ".Bl -tag -width Ds -compact\n");
  for (const RecordColumn *column = columns; column->key; column++) {
    g_string_append_printf(out, ".It Va \"%s\" Pq %s\n", column->key, type_names[column->type]);
    if (column->text)
      mdoc_text(out, column->text);
    if (column->wide)
      g_string_append(out, "Not in tables.\n");
  }
  g_string_append(out, ".El\n");
}

/* What several commands answer with is described once. */
static gboolean
is_first(const Action *const *action)
{
  for (const Action *const *other = actions(); other != action; other++)
    if ((*other)->columns == (*action)->columns)
      return FALSE;
  return TRUE;
}

/* The option without which an action answers with something else. */
static const char *
option_of(const char *action)
{
  if (g_str_equal(action, "show"))
    return " \\-\\-timeline";
  return g_str_equal(action, "create") ? " \\-\\-from, when rows are wrong" : "";
}

/* All that answer with these columns, as the heading. */
static void
append_heading(GString *out, const RecordColumn *columns)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (const Action *const *action = actions(); *action; action++)
    if ((*action)->columns == columns)
      g_string_append_printf(names, "%s%s%s", names->len > 0 ? ", " : "", (*action)->name,
                             option_of((*action)->name));
  g_string_append_printf(out, ".Ss usher %s\n", names->str);
}

gboolean
doc_record_shapes(GString *out, const char *argument)
{
  for (const Action *const *action = actions(); *action; action++) {
    if (!(*action)->columns || g_str_equal((*action)->name, "doctor") || !is_first(action))
      continue;
    append_heading(out, (*action)->columns);
    append_columns(out, (*action)->columns);
  }
  return TRUE;
}

gboolean
doc_plan_columns(GString *out, const char *argument)
{
  append_columns(out, output_plan_columns());
  return TRUE;
}
