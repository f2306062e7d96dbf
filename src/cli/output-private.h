/* What the writers of the formats share. */
#pragma once

#include "cli/output.h"
#include "cli/table.h"

/* Makes room for `length` bytes at the end, to be filled at once; cheaper than
 * g_string_append_len() for the millions of small pieces of a long list. */
static inline char *
append_room(GString *out, gsize length)
{
  gsize at = out->len;
  g_string_set_size(out, at + length);
  return out->str + at;
}

/* A JSON string, number, moment; on a terminal also what cannot be seen is escaped. NULL:
 * null. */
void append_json_text(GString *out, const char *text, gboolean visible);
void append_json_moment(GString *out, gint64 moment);
/* Does the same to all JSON that was appended behind `from`. */
void escape_from(GString *out, gsize from);
/* '\n'-separated members as an array of strings. */
void append_json_list(GString *out, const char *list, gboolean visible);
/* 2027-01-31T14:02:11Z, without asking the system's calendar: a hundred thousand of them
 * take a few milliseconds. */
void append_moment(GString *out, gint64 moment);
/* One cell of csv or tsv, made visible when it goes to a terminal. */
void append_cell_text(const Output *output, GString *out, const char *text, gboolean first);
/* Records as an array, in one line. */
void append_records_json(Output *output, const Records *records);
/* Records with these columns (NULL: the usual) unless the person named others. */
gboolean output_some_records(Output *output, const Records *records, const char *columns,
                             GError **error);
/* Records with all their columns: --columns names those of the account. */
gboolean output_timeline(Output *output, const Records *records, GError **error);
/* `text` from column `indent` on, where the cursor is, wrapped at blanks; a word that is too long
 * stands out. `width` 0: not wrapped. */
void output_wrapped(GString *out, const char *text, int indent, int width);
/* What doctor found, as paragraphs for a person. */
void output_findings(Output *output, const Records *records);
Table *output_table(const Output *output);
