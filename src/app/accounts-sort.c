/* The order of a list by several fields. The console's list, which has one field
 * and a hundred thousand rows to a key, keeps its own (model/listing); the rules
 * are the same. */
#include "app/actions-private.h"
#include "base/text.h"
#include <string.h>

typedef struct {
  const Snapshot *snapshot;
  const GArray *fields;     /* FieldId */
  const GArray *descending; /* gboolean */
  char ***folded;           /* per text field of `fields`: the folded text of each row, or NULL */
} Sorting;

static int
compare_numbers(gint64 left, gint64 right, FieldKind kind, gboolean descending)
{
  /* What is no moment comes last either way. */
  if (kind == FIELD_KIND_MOMENT && (left <= 0 || right <= 0))
    return left <= 0 && right <= 0 ? 0 : left <= 0 ? 1 : -1;
  int order = left < right ? -1 : left > right;
  return descending ? -order : order;
}

/* A text that is not set comes last either way. */
static int
compare_texts(const char *left, const char *right, gboolean descending)
{
  if (left == NULL || right == NULL)
    return left == right ? 0 : left == NULL ? 1 : -1;
  int order = strcmp(left, right);
  return descending ? -order : order;
}

static int
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
  const Sorting *sorting = data;
  guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;
  for (guint i = 0; i < sorting->fields->len; i++) {
    FieldId field = g_array_index(sorting->fields, FieldId, i);
    gboolean descending = g_array_index(sorting->descending, gboolean, i);
    FieldKind kind = field_info(field)->kind;
    int order =
        sorting->folded[i] != NULL
            ? compare_texts(sorting->folded[i][left], sorting->folded[i][right], descending)
            : compare_numbers(snapshot_number(sorting->snapshot, left, field),
                              snapshot_number(sorting->snapshot, right, field), kind, descending);
    if (order != 0)
      return order;
  }
  return left < right ? -1 : left > right;
}

static char **
fold_column(const Snapshot *snapshot, const GArray *rows, FieldId field)
{
  char **column = g_new0(char *, snapshot_count(snapshot) + 1);
  for (guint i = 0; i < rows->len; i++) {
    guint32 row = g_array_index(rows, guint32, i);
    const char *text = snapshot_text(snapshot, row, field);
    column[row] = text == NULL || *text == '\0' ? NULL : text_fold(text);
  }
  return column;
}

void
accounts_sort_fields(const Snapshot *snapshot, GArray *rows, const GArray *fields,
                     const GArray *descending)
{
  Sorting sorting = {snapshot, fields, descending, g_new0(char **, fields->len)};
  for (guint i = 0; i < fields->len; i++) {
    FieldKind kind = field_info(g_array_index(fields, FieldId, i))->kind;
    if (kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST)
      sorting.folded[i] = fold_column(snapshot, rows, g_array_index(fields, FieldId, i));
  }
  g_array_sort_with_data(rows, compare_rows, &sorting);
  for (guint i = 0; i < fields->len; i++) {
    for (guint row = 0; sorting.folded[i] != NULL && row < snapshot_count(snapshot); row++)
      g_free(sorting.folded[i][row]);
    g_free(sorting.folded[i]);
  }
  g_free(sorting.folded);
}

gboolean
accounts_sort(const Snapshot *snapshot, GArray *rows, const char *order, GError **error)
{
  g_autoptr(GArray) sort = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GArray) descending = g_array_new(FALSE, FALSE, sizeof(gboolean));
  if (!field_parse_list(order, sort, descending, error))
    return FALSE;
  accounts_sort_fields(snapshot, rows, sort, descending);
  return TRUE;
}
