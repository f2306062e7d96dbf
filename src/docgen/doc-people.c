/* usher(1): what the columns of a file of people may be called. */
#include "docgen/docgen.h"
#include "model/people-file.h"

/* "a, b and c" of blank-separated words. */
static void
append_names(GString *out, const char *names)
{
  g_auto(GStrv) words = g_strsplit(names, " ", -1);
  g_autofree char *list = g_strjoinv(", ", words);
  g_autofree char *text = g_strdup_printf("%s.", list);
  mdoc_text(out, text);
}

/* What creating reads; the others are of files about accounts and invitations. */
static gboolean
is_read(PeopleColumn column)
{
  return column != PEOPLE_ERROR && column != PEOPLE_ID && column != PEOPLE_PASSWORD &&
         column != PEOPLE_REDIRECT && column != PEOPLE_SEND && column != PEOPLE_MESSAGE;
}

gboolean
doc_people_columns(GString *out, const char *argument)
{
  guint n;
  const PeopleHeading *headings = people_headings(&n);
  g_string_append(out, ".Bl -tag -width Ds\n");
  for (guint i = 0; i < n; i++) {
    if (!is_read(headings[i].column))
      continue;
    if (i == 0 || headings[i].column != headings[i - 1].column) {
      g_string_append(out, ".It ");
      mdoc_argument(out, people_column_label(headings[i].column));
      g_string_append_c(out, '\n');
    } else
      g_string_append(out, "Where there is none of these:\n");
    append_names(out, headings[i].names);
  }
  g_string_append(out, ".El\n");
  return TRUE;
}
