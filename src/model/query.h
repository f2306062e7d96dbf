/* The query language: one implementation for the console's filter, `usher
 * list`, saved views and review scopes. See usher-query(7). */
#pragma once

#include "model/snapshot.h"

typedef struct Query Query;

/* Parses; moments are compared with `now`. USHER_ERROR_USAGE: the message says
 * what, and the nearest valid word; `ret_position` (may be NULL) gets where,
 * in bytes from the start. An empty text matches everything. */
Query *query_parse(const char *text, gint64 now, gsize *ret_position, GError **error);
/* The same for who can show the message alone: it says at which character of what. */
Query *query_read(const char *text, gint64 now, GError **error);
void query_free(Query *query);

/* TRUE if it matches everything. */
gboolean query_is_empty(const Query *query);
/* The fields it looks at, as a bit set by FieldId, so that a caller knows what
 * the service must be asked for. */
guint64 query_fields(const Query *query);

/* TRUE if one row matches. `tagged` (may be NULL) tells whether an id is
 * tagged, for tag: terms. */
typedef gboolean (*QueryTagged)(const char *id, gpointer data);
gboolean query_match(const Query *query, const Snapshot *snapshot, guint row, QueryTagged tagged,
                     gpointer data);

/* All matching rows in ascending order: a GArray of guint32 that the caller
 * owns. Fast: a plain word searches all rows' folded text at once. */
GArray *query_run(const Query *query, const Snapshot *snapshot, QueryTagged tagged, gpointer data);

/* The language by example, for usher-query(7) and the help: ended by a NULL form. Which
 * fields there are is in the field table. */
typedef struct {
  const char *form; /* "field<30d" */
  const char *text; /* N_() what it matches */
} QueryForm;

/* The forms of terms. */
const QueryForm *query_forms(void);

/* The words that stand for a moment that is none or for a part of time: "never", "none",
 * "unknown", "unlicensed", "past", "today" …; ended by a NULL form. */
const QueryForm *query_moment_words(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)
