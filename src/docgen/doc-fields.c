/* usher-query(7): the fields by name; usher-json(5): an account as JSON. */
#include "docgen/docgen.h"
#include "model/fields.h"

#include <string.h>

static const char *const kind_names[] = {
    [FIELD_KIND_TEXT] = "text",
    [FIELD_KIND_LIST] = "a list of texts",
    [FIELD_KIND_MOMENT] = "a moment",
    [FIELD_KIND_CHOICE] = "a choice",
};

static void
append_choices(GString *out, const FieldInfo *info)
{
  g_autofree char *names = g_strjoinv(", ", (char **)info->choices);
  g_autofree char *text = g_strdup_printf("One of: %s.", names);
  mdoc_text(out, text);
}

gboolean
doc_fields(GString *out, const char *argument)
{
  g_string_append(out, ".Bl -tag -width Ds\n");
  for (FieldId id = 0; id < FIELD_N; id++) {
    const FieldInfo *info = field_info(id);
    const char *json = info->graph ? info->graph : info->own;
    g_string_append_printf(out, ".It Cm \"%s\"", info->name);
    if (!g_str_equal(info->name, json))
      g_string_append_printf(out, " , Cm \"%s\"", json);
    g_string_append_c(out, '\n');
    mdoc_text(out, info->help);
    if (info->kind == FIELD_KIND_CHOICE)
      append_choices(out, info);
    else
      g_string_append_printf(out, "It is %s.\n", kind_names[info->kind]);
    if (info->search)
      g_string_append(out, "Plain words look here.\n");
    if (info->costly)
      mdoc_text(out, "It costs requests of its own, so it is only asked for when a column, an "
                     "order or a query names it.");
  }
  g_string_append(out, ".El\n");
  return TRUE;
}

static const char *
json_type(const FieldInfo *info)
{
  if (info->kind == FIELD_KIND_LIST)
    return "array of strings";
  if (info->kind == FIELD_KIND_MOMENT)
    return "string, a moment";
  if (info->kind == FIELD_KIND_CHOICE && info->json && strchr("tf", info->json[1][0]))
    return "boolean";
  return "string";
}

gboolean
doc_account_shape(GString *out, const char *argument)
{
  g_string_append(out, ".Bl -tag -width Ds\n");
  for (guint nested = 0; nested < 2; nested++)
    for (FieldId id = 0; id < FIELD_N; id++) {
      const FieldInfo *info = field_info(id);
      if ((info->graph == NULL) != (nested == 1))
        continue;
      g_string_append_printf(out, ".It Va \"%s%s\" Pq %s\n", nested ? "usher." : "",
                             info->graph ? info->graph : info->own, json_type(info));
      mdoc_text(out, info->help);
      if (info->costly)
        g_string_append(out, "Left out unless it was asked for.\n");
    }
  g_string_append(out, ".El\n");
  return TRUE;
}
