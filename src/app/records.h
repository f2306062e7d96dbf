/* A table of results: what a command found, before anybody decided how to show
 * it. Columns are named once, for table headers and JSON keys alike. */
#pragma once

#include <glib.h>

typedef enum { RECORD_TEXT, RECORD_NUMBER, RECORD_BOOL, RECORD_MOMENT, RECORD_LIST } RecordType;

typedef struct {
  const char *key;   /* JSON key in Graph's spelling; "usher.x" nests under usher */
  const char *title; /* N_() */
  RecordType type;
  gboolean wide; /* only in JSON and CSV, or when asked for by --columns */
  const char
      *text; /* what it says, for usher-json(5), which is in English; NULL: the name says it */
} RecordColumn;

typedef struct Records Records;

/* `shape` names the documented JSON shape ("journal-list"). `columns` is a static table
 * ended by a NULL key. `single`: one object, not a list. */
Records *records_new(const char *shape, const RecordColumn *columns, gboolean single);
void records_free(Records *records);
void records_add_row(Records *records);
/* Into the last row, by column index; a text is copied, lists are '\n'-separated. */
void records_put(Records *records, guint column, const char *text);
void records_put_number(Records *records, guint column, gint64 number);

/* What records_new() was told, and how many rows there are. Lent. */
const char *records_shape(const Records *records);
gboolean records_single(const Records *records);
const RecordColumn *records_columns(const Records *records, guint *ret_n);
guint records_count(const Records *records);
/* Lent; NULL: not set. */
const char *records_text(const Records *records, guint row, guint column);
gint64 records_number(const Records *records, guint row, guint column);
gboolean records_has(const Records *records, guint row, guint column);

/* The name of a column outside JSON: its key without "usher." before it. Lent. */
const char *record_column_name(const RecordColumn *column);
/* What a cell says to a program; "" when it is not set. The caller owns it. */
char *records_value(const Records *records, guint row, guint column);
/* One row as a JSON object, what is usher's own in an object "usher"; with the columns (guint) in
 * this order, NULL: with all. */
void records_append_json(GString *out, const Records *records, guint row, const GArray *columns);

/* A copy with these rows (guint) in this order; the caller owns it. */
Records *records_pick(const Records *records, const GArray *rows);

/* What several profiles answered, as one list with a first column "usher.profile" (unless there is
 * one already): `parts` are Records of one shape, NULL where there is none, `names` the profiles.
 * The caller owns it; NULL when there is no part. */
Records *records_join(const GPtrArray *parts, const GPtrArray *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Records, records_free)
