/* usher-json(5): the shapes that commands answer with beside accounts. */
#include "cli/output.h"
#include "docgen/docgen.h"

static const char *const type_names[] = {
    [RECORD_TEXT] = "string",           [RECORD_NUMBER] = "number",
    [RECORD_BOOL] = "boolean",          [RECORD_MOMENT] = "string, a moment",
    [RECORD_LIST] = "array of strings",
};

static void
append_shape(GString *out, const char *name, const RecordColumn *columns)
{
  g_string_append_printf(out, ".Ss %s\n.Bl -tag -width Ds -compact\n", name);
  for (const RecordColumn *column = columns; column->key; column++) {
    g_string_append_printf(out, ".It Va \"%s\" Pq %s\n", column->key, type_names[column->type]);
    if (column->wide)
      g_string_append(out, "Not in tables unless it is named in\n.Fl -columns .\n");
  }
  g_string_append(out, ".El\n");
}

gboolean
doc_record_shapes(GString *out, const char *argument)
{
  append_shape(out, "plan (csv and tsv)", output_plan_columns());
  return TRUE;
}
