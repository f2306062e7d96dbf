/* Results on standard output or in a file, in the five formats. What is shown
 * was decided before; this decides only how. JSON shapes: usher-json(5). */
#pragma once

#include "app/records.h"
#include "model/plan.h"
#include "model/snapshot.h"

typedef enum { FORMAT_TABLE, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_TSV } OutputFormat;

/* The version of the JSON shapes; a change that breaks a reader raises it. */
#define OUTPUT_JSON_VERSION 1

typedef struct {
  OutputFormat format;
  gboolean no_header;
  gboolean visible; /* goes to a terminal: nothing from outside may reach it raw */
  gboolean bold;    /* the terminal takes attributes and nobody said NO_COLOR */
  gboolean ascii;
  int width;           /* cells of a line, 0: no limit */
  const char *path;    /* --output; NULL: standard output */
  const char *columns; /* --columns as written, for records; NULL: the usual */
  const char *sort;    /* --sort as written, for records */
  gint64 now;
} OutputStyle;

typedef struct Output Output;

/* TRUE if there is such a format. */
gboolean output_format(const char *name, OutputFormat *ret_format);

/* Copies the style. `fd` is where it goes unless the style names a file. */
Output *output_new(const OutputStyle *style, int fd);
void output_free(Output *output);
const OutputStyle *output_style(const Output *output);

/* What will be written: append to it, then call output_spill() now and then. */
GString *output_buffer(Output *output);
/* Appends the text, which it takes, and does as output_spill(). */
gboolean output_take(Output *output, GString *text);
/* Writes when a good deal has gathered; nothing is written to a file before the end.
 * FALSE: nobody reads any more, stop. */
gboolean output_spill(Output *output);
/* Writes the rest; a file appears at once and whole (0600: it may hold personal data). A
 * reader that went away is no error. USHER_ERROR_FILE. */
gboolean output_finish(Output *output, GError **error);

/* Accounts: `rows` of guint32 in order (NULL: all), `fields` of FieldId: the columns.
 * `chosen`: the person chose the columns, so JSON holds just these. */
void output_accounts(Output *output, const Snapshot *snapshot, const GArray *rows,
                     const GArray *fields, gboolean chosen, gboolean single);

/* The first account of a snapshot in full; `timeline` (may be NULL) is a member of it in
 * JSON, follows it in a table, and is all there is in csv and tsv. */
gboolean output_account(Output *output, const Snapshot *snapshot, const GArray *fields,
                        gboolean chosen, const Records *timeline, GError **error);

/* Whether records with these columns can be put in this order ("plan,-dateTime"); all that is wrong
 * is told. USHER_ERROR_USAGE. */
gboolean output_check_sort(const RecordColumn *columns, const char *sort, GError **error);

/* USHER_ERROR_USAGE for a column that is none. */
gboolean output_records(Output *output, const Records *records, GError **error);

/* A plan before it is applied (`result` FALSE) or after. Table: the lines of a plan file, or
 * step by step what became of it. USHER_ERROR_USAGE for a column that is none. */
gboolean output_plan(Output *output, const Plan *plan, gboolean result, GError **error);
/* After, with the passwords to be shown once (AppShown, may be NULL): JSON has them as a member. */
gboolean output_plan_shown(Output *output, const Plan *plan, const GPtrArray *shown,
                           GError **error);
/* The columns of a plan in csv, tsv and tables, for the manual. */
const RecordColumn *output_plan_columns(void);

/* One line in the words of a plan file: "a -> b, c" of an operation. The caller owns it. */
char *output_operation_values(const Operation *operation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)
