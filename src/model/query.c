/* Matching rows of a snapshot. A query with a plain word (or the beginning of a
 * searched field) looks for it in all rows' folded text at once and judges only
 * the rows where it stands; any other looks at every row, cheap terms first. */
#include "model/query.h"

#include "model/folding.h"
#include "model/query-private.h"
#include "model/snapshot-private.h"
#include <string.h>

typedef struct {
  const Query *query;
  const Snapshot *snapshot;
  QueryTagged tagged;
  gpointer data;
  Folder *folder;
  const Term *given; /* known to hold, because the search found it; may be NULL */
} Match;

gboolean
query_is_empty(const Query *query)
{
  return query->terms->len == 0;
}

guint64
query_fields(const Query *query)
{
  return query->fields;
}

/* The number in the folded row, or everywhere for a word that folds to nothing. */
static gboolean
match_word(const Match *match, guint row, const Term *term)
{
  gsize length;
  const char *folded = snapshot_folded_part(match->snapshot, row, &length);
  for (guint i = 0; i < term->alternatives->len; i++) {
    const Alternative *alternative = &g_array_index(term->alternatives, Alternative, i);
    if (alternative->folded->len == 0 || needle_find(&alternative->needle, folded, length))
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_member(const Match *match, const char *text, gsize length, FieldId field, const Term *term,
             const Alternative *alternative)
{
  if (folder_matches(match->folder, text, length, alternative->folded, term->exact))
    return TRUE;
  /* A list shows user names without the domain, so that may be what was typed. */
  const char *at = term->exact && field == FIELD_USER ? memchr(text, '@', length) : NULL;
  return at && folder_matches(match->folder, text, (gsize)(at - text), alternative->folded, TRUE);
}

static gboolean
match_field(const Match *match, guint row, FieldId field, const Term *term,
            const Alternative *alternative)
{
  const char *text = snapshot_text(match->snapshot, row, field);
  if (!text)
    return FALSE;
  if (field_info(field)->kind != FIELD_KIND_LIST)
    return match_member(match, text, strlen(text), field, term, alternative);
  for (;;) {
    const char *end = strchrnul(text, '\n');
    if (match_member(match, text, (gsize)(end - text), field, term, alternative))
      return TRUE;
    if (*end == '\0')
      return FALSE;
    text = end + 1;
  }
}

static gboolean
match_text(const Match *match, guint row, const Term *term)
{
  gboolean also_other = term->field == FIELD_MAIL;
  for (guint i = 0; i < term->alternatives->len; i++) {
    const Alternative *alternative = &g_array_index(term->alternatives, Alternative, i);
    if (alternative->folded->len == 0) {
      if (!snapshot_text(match->snapshot, row, term->field) &&
          !(also_other && snapshot_text(match->snapshot, row, FIELD_EXTERNAL)))
        return TRUE;
    } else if (match_field(match, row, term->field, term, alternative) ||
               (also_other && match_field(match, row, FIELD_EXTERNAL, term, alternative)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_moment(const Match *match, guint row, const Term *term)
{
  gint64 moment = snapshot_number(match->snapshot, row, term->field);
  gboolean is_none =
      moment == MOMENT_NONE || moment == MOMENT_UNKNOWN || moment == MOMENT_UNLICENSED;
  for (guint i = 0; i < term->alternatives->len; i++) {
    const Alternative *alternative = &g_array_index(term->alternatives, Alternative, i);
    if (alternative->is_constant
            ? moment == alternative->constant
            : !is_none && moment >= alternative->from && moment < alternative->to)
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_tag(const Match *match, guint row, const Term *term)
{
  const char *id = snapshot_text(match->snapshot, row, FIELD_ID);
  gboolean tagged = match->tagged && id && match->tagged(id, match->data);
  return (term->choices >> (tagged ? 1 : 0)) & 1;
}

static gboolean
match_term(const Match *match, guint row, const Term *term)
{
  switch (term->kind) {
  case TERM_CHOICE: {
    gint64 number = snapshot_number(match->snapshot, row, term->field);
    return number < 64 && ((term->choices >> number) & 1);
  }
  case TERM_MOMENT:
    return match_moment(match, row, term);
  case TERM_TAG:
    return match_tag(match, row, term);
  case TERM_WORD:
    return match_word(match, row, term);
  default:
    return match_text(match, row, term);
  }
}

static gboolean
match_row(const Match *match, guint row)
{
  const GArray *terms = match->query->terms;
  for (guint i = 0; i < terms->len; i++) {
    const Term *term = &g_array_index(terms, Term, i);
    if (term != match->given && match_term(match, row, term) == term->negated)
      return FALSE;
  }
  return TRUE;
}

gboolean
query_match(const Query *query, const Snapshot *snapshot, guint row, QueryTagged tagged,
            gpointer data)
{
  g_auto(Folder) folder;
  folder_init(&folder);
  Match match = {query, snapshot, tagged, data, &folder, NULL};
  return match_row(&match, row);
}

/* The term whose text must stand in the folded block of every match: the one with
 * the longest needle. NULL if there is none. */
static const Term *
find_driver(const Query *query)
{
  const Term *driver = NULL;
  gsize longest = 0;
  for (guint i = 0; i < query->terms->len; i++) {
    const Term *term = &g_array_index(query->terms, Term, i);
    gboolean searched =
        term->kind == TERM_WORD || (term->kind == TERM_TEXT && field_info(term->field)->search);
    if (!searched || term->negated || term->alternatives->len != 1)
      continue;
    gsize length = g_array_index(term->alternatives, Alternative, 0).folded->len;
    if (length > longest) {
      longest = length;
      driver = term;
    }
  }
  return driver;
}

/* Only the rows where the driver's text stands. */
static void
run_search(Match *match, const Term *driver, GArray *rows)
{
  const Needle *needle = &g_array_index(driver->alternatives, Alternative, 0).needle;
  gsize length;
  const char *all = snapshot_folded_all(match->snapshot, &length);
  const char *at = all, *end = all + length;
  guint32 row = 0;
  match->given = driver->kind == TERM_WORD ? driver : NULL;
  while ((at = needle_find(needle, at, (gsize)(end - at)))) {
    row = snapshot_folded_row_from(match->snapshot, row, (gsize)(at - all));
    if (match_row(match, row))
      g_array_append_val(rows, row);
    if (++row >= snapshot_count(match->snapshot))
      break;
    const char *next = snapshot_folded(match->snapshot, row);
    /* A damaged file may have rows out of order; go on in any case. */
    at = next > at ? next : at + 1;
  }
}

GArray *
query_run(const Query *query, const Snapshot *snapshot, QueryTagged tagged, gpointer data)
{
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_auto(Folder) folder;
  folder_init(&folder);
  Match match = {query, snapshot, tagged, data, &folder, NULL};
  guint32 count = snapshot_count(snapshot);
  const Term *driver = find_driver(query);
  if (driver) {
    run_search(&match, driver, rows);
    return rows;
  }
  for (guint32 row = 0; row < count; row++)
    if (match_row(&match, row))
      g_array_append_val(rows, row);
  return rows;
}
