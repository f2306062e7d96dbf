/* Accounts in the five formats, straight from the rows of a snapshot. JSON
 * is written by a short program of prefixes and fields made once from the
 * field table, so that a hundred thousand rows cost little more than copying. */
#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/output-private.h"

#include <string.h>

/* So many rows are a piece, and so many pieces may be ready before it is their turn. */
#define PIECE 512
#define AHEAD 16
#define SOON  4 /* rows from the one that is written */

/* --- JSON --- */

/* One member: what comes before its value (names, braces of the objects that
 * open or close here), and the field it is made from. */
typedef struct {
  char *prefix;
  gsize length;
  const FieldInfo *info;
} Member;

typedef struct {
  GArray *members;
  gboolean in_usher; /* the last member is one of the object "usher" */
  const char *end;
} Shape;

static void
member_clear(gpointer data)
{
  g_free(((Member *)data)->prefix);
}

/* The path of a field in JSON, parts separated by '/': Graph's own, or below usher. */
static char *
json_path(const FieldInfo *info)
{
  return info->graph ? g_strdup(info->graph) : g_strconcat("usher/", info->own, NULL);
}

/* Is the value of a field there in at least one row? Fields that cost requests of their
 * own are left out when nobody asked for them. */
static gboolean
is_known(const Snapshot *snapshot, const GArray *rows, FieldId field)
{
  guint n = rows ? rows->len : snapshot_count(snapshot);
  FieldKind kind = field_info(field)->kind;
  for (guint i = 0; i < n; i++) {
    guint row = rows ? g_array_index(rows, guint32, i) : i;
    if (kind == FIELD_KIND_MOMENT ? snapshot_number(snapshot, row, field) != MOMENT_UNKNOWN
                                  : snapshot_text(snapshot, row, field) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
append_fields_of(GArray *out, const GArray *fields, const char *object)
{
  for (guint i = 0; i < fields->len; i++) {
    FieldId id = g_array_index(fields, FieldId, i);
    g_autofree char *path = json_path(field_info(id));
    const char *slash = strchr(path, '/');
    g_autofree char *parent = slash ? g_strndup(path, slash - path) : g_strdup("");
    if (g_str_equal(parent, object))
      g_array_append_val(out, id);
  }
}

/* The fields in the order of JSON: plain members first, then the members of each object
 * together, usher last. */
static GArray *
json_order(const GArray *fields)
{
  GArray *order = g_array_new(FALSE, FALSE, sizeof(FieldId));
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  append_fields_of(order, fields, "");
  g_hash_table_add(seen, g_strdup("usher"));
  for (guint i = 0; i < fields->len; i++) {
    g_autofree char *path = json_path(field_info(g_array_index(fields, FieldId, i)));
    char *slash = strchr(path, '/');
    if (!slash)
      continue;
    *slash = '\0';
    if (g_hash_table_add(seen, g_strdup(path)))
      append_fields_of(order, fields, path);
  }
  append_fields_of(order, fields, "usher");
  return order;
}

static void
shape_clear(Shape *shape)
{
  g_array_unref(shape->members);
}

static void
shape_init(Shape *shape, const GArray *fields)
{
  g_autoptr(GArray) order = json_order(fields);
  g_autofree char *open = g_strdup("");
  shape->members = g_array_new(FALSE, FALSE, sizeof(Member));
  g_array_set_clear_func(shape->members, member_clear);
  for (guint i = 0; i < order->len; i++) {
    const FieldInfo *info = field_info(g_array_index(order, FieldId, i));
    g_autofree char *path = json_path(info);
    char *slash = strchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *object = "";
    if (slash) {
      *slash = '\0';
      object = path;
    }
    g_autoptr(GString) prefix = g_string_new(i == 0 ? "{" : "");
    gboolean same = g_str_equal(open, object);
    if (!same && *open)
      g_string_append_c(prefix, '}');
    if (i > 0)
      g_string_append_c(prefix, ',');
    if (!same && *object)
      g_string_append_printf(prefix, "\"%s\":{", object);
    g_string_append_printf(prefix, "\"%s\":", name);
    g_free(open);
    open = g_strdup(object);
    Member member = {g_strdup(prefix->str), prefix->len, info};
    g_array_append_val(shape->members, member);
  }
  shape->end = order->len == 0 ? "{}" : *open ? "}}" : "}";
  shape->in_usher = g_str_equal(open, "usher");
}

/* Graph's own value where the field has one (true, "Member"), else the choice by its name;
 * number 0 is "unknown". */
static void
append_choice(GString *out, const FieldInfo *info, gint64 number)
{
  guint n = g_strv_length((char **)info->choices);
  if (number < 0 || number >= n || (!info->json && number == 0))
    g_string_append(out, "null");
  else if (info->json)
    g_string_append(out, info->json[number]);
  else
    append_json_text(out, info->choices[number], FALSE);
}

static void
append_number(GString *out, const FieldInfo *info, gint64 number)
{
  if (info->kind == FIELD_KIND_CHOICE)
    append_choice(out, info, number);
  else if (number <= 0 && number >= MOMENT_UNLICENSED)
    g_string_append(out, "null");
  else
    append_json_moment(out, number);
}

static void
append_account(GString *out, const Snapshot *snapshot, guint row, const Shape *shape,
               gboolean visible)
{
  for (guint i = 0; i < shape->members->len; i++) {
    const Member *member = &g_array_index(shape->members, Member, i);
    FieldId id = member->info->id;
    memcpy(append_room(out, member->length), member->prefix, member->length);
    if (member->info->kind == FIELD_KIND_TEXT)
      append_json_text(out, snapshot_text(snapshot, row, id), visible);
    else if (member->info->kind == FIELD_KIND_LIST)
      append_json_list(out, snapshot_text(snapshot, row, id), visible);
    else
      append_number(out, member->info, snapshot_number(snapshot, row, id));
  }
  g_string_append(out, shape->end);
}

static GArray *
json_fields(const Snapshot *snapshot, const GArray *rows, const GArray *fields, gboolean chosen)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(FieldId));
  guint64 seen = 0;
  for (guint i = 0; chosen && i < fields->len; i++) {
    FieldId id = g_array_index(fields, FieldId, i);
    if (!(seen & G_GUINT64_CONSTANT(1) << id)) /* an object has each member once */
      g_array_append_val(all, id);
    seen |= G_GUINT64_CONSTANT(1) << id;
  }
  if (chosen)
    return all;
  for (FieldId id = 0; id < FIELD_N; id++) {
    const FieldInfo *info = field_info(id);
    gboolean usual = !info->costly && info->width_want > 0;
    if (usual || is_known(snapshot, rows, id))
      g_array_append_val(all, id);
  }
  return all;
}

/* The timeline becomes a member of usher, which is open last, if it is there. */
static void
append_timeline(Output *output, const Shape *shape, const Records *timeline)
{
  GString *out = output_buffer(output);
  g_string_truncate(out, out->len - strlen(shape->end));
  if (shape->members->len == 0)
    g_string_append(out, "{\"usher\":{");
  else
    g_string_append(out, shape->in_usher ? "," : ",\"usher\":{");
  g_string_append(out, "\"timeline\":");
  append_records_json(output, timeline);
  g_string_append(out, "}}");
}

/* What is the same for all rows of a list. */
typedef struct {
  const Snapshot *snapshot;
  const GArray *rows; /* NULL: all */
  const Shape *shape;
  gboolean visible, lines;
} Listed;

static guint
row_of(const Listed *listed, guint i)
{
  return listed->rows ? g_array_index(listed->rows, guint32, i) : i;
}

static void
append_rows(GString *out, const Listed *listed, guint begin, guint end)
{
  for (guint i = begin; i < end; i++) {
    if (!listed->lines)
      g_string_append(out, i == 0 ? "\n" : ",\n");
    if (i + SOON < end)
      snapshot_will_read(listed->snapshot, row_of(listed, i + SOON));
    append_account(out, listed->snapshot, row_of(listed, i), listed->shape, listed->visible);
    if (listed->lines)
      g_string_append_c(out, '\n');
  }
}

/* A list in pieces, which two threads take in turn: when the list is long and new, the other
 * processor has nothing to do. Neither waits for the other before it is AHEAD pieces ahead. */
typedef struct {
  const Listed *listed;
  guint n;
  GMutex lock; /* of what follows */
  GCond changed;
  guint taken, written;  /* pieces */
  GString *ready[AHEAD]; /* by the piece's number, modulo */
} Pieces;

static guint
count_pieces(const Pieces *pieces)
{
  return (pieces->n + PIECE - 1) / PIECE;
}

/* Fills one piece; FALSE when none may be begun now. With the lock held, but for the work. */
static gboolean
fill_piece(Pieces *pieces)
{
  if (pieces->taken >= count_pieces(pieces) || pieces->taken >= pieces->written + AHEAD)
    return FALSE;
  guint number = pieces->taken++, begin = number * PIECE, end = MIN(begin + PIECE, pieces->n);
  g_mutex_unlock(&pieces->lock);
  GString *out = g_string_sized_new((gsize)PIECE * 1024);
  append_rows(out, pieces->listed, begin, end);
  g_mutex_lock(&pieces->lock);
  pieces->ready[number % AHEAD] = out;
  g_cond_broadcast(&pieces->changed);
  return TRUE;
}

static gpointer
fill_pieces(gpointer data)
{
  Pieces *pieces = data;
  g_mutex_lock(&pieces->lock);
  while (pieces->taken < count_pieces(pieces))
    if (!fill_piece(pieces))
      g_cond_wait(&pieces->changed, &pieces->lock);
  g_mutex_unlock(&pieces->lock);
  return NULL;
}

/* Hands on what is ready and has its turn. With the lock held, but for the writing. */
static void
hand_on(Pieces *pieces, Output *output)
{
  GString *piece;
  while ((piece = g_steal_pointer(&pieces->ready[pieces->written % AHEAD]))) {
    g_mutex_unlock(&pieces->lock);
    gboolean more = output_take(output, piece);
    g_mutex_lock(&pieces->lock);
    pieces->written++;
    if (!more) /* nobody reads it any more */
      pieces->n = MIN(pieces->n, pieces->taken * PIECE);
    g_cond_broadcast(&pieces->changed);
  }
}

static void
write_pieces(Output *output, const Listed *listed, guint n)
{
  Pieces pieces = {.listed = listed, .n = n};
  g_mutex_init(&pieces.lock);
  g_cond_init(&pieces.changed);
  GThread *helper = n > PIECE ? g_thread_try_new("rows", fill_pieces, &pieces, NULL) : NULL;
  g_mutex_lock(&pieces.lock);
  while (hand_on(&pieces, output), pieces.written < count_pieces(&pieces))
    if (!fill_piece(&pieces))
      g_cond_wait(&pieces.changed, &pieces.lock);
  g_mutex_unlock(&pieces.lock);
  g_clear_pointer(&helper, g_thread_join);
  g_cond_clear(&pieces.changed);
  g_mutex_clear(&pieces.lock);
}

static void
write_one(Output *output, const Snapshot *snapshot, guint row, const Shape *shape,
          const Records *timeline)
{
  GString *out = output_buffer(output);
  append_account(out, snapshot, row, shape, output_style(output)->visible);
  if (timeline)
    append_timeline(output, shape, timeline);
  g_string_append_c(out, '\n');
}

static void
write_json(Output *output, const Snapshot *snapshot, const GArray *rows, const GArray *fields,
           gboolean chosen, gboolean single, const Records *timeline)
{
  const OutputStyle *style = output_style(output);
  GString *out = output_buffer(output);
  gboolean lines = style->format == FORMAT_JSONL;
  guint n = rows ? rows->len : snapshot_count(snapshot);
  g_autoptr(GArray) members = json_fields(snapshot, rows, fields, chosen);
  Shape shape;
  shape_init(&shape, members);
  if (single) {
    write_one(output, snapshot, rows ? g_array_index(rows, guint32, 0) : 0, &shape, timeline);
  } else {
    g_string_append(out, lines ? "" : "[");
    const Listed listed = {snapshot, rows, &shape, style->visible, lines};
    write_pieces(output, &listed, n);
    g_string_append(out, lines ? "" : n == 0 ? "]\n" : "\n]\n");
  }
  shape_clear(&shape);
}

/* --- csv and tsv --- */

static void
append_value(Output *output, const Snapshot *snapshot, guint row, FieldId field, gboolean first)
{
  GString *out = output_buffer(output);
  FieldKind kind = field_info(field)->kind;
  gint64 number = kind >= FIELD_KIND_MOMENT ? snapshot_number(snapshot, row, field) : 0;
  if (kind == FIELD_KIND_TEXT) {
    append_cell_text(output, out, snapshot_text(snapshot, row, field), first);
  } else if (kind == FIELD_KIND_MOMENT && number > 0) {
    if (!first)
      g_string_append_c(out, output_style(output)->format == FORMAT_CSV ? ',' : '\t');
    append_moment(out, number);
  } else {
    const char *text = kind == FIELD_KIND_LIST ? snapshot_text(snapshot, row, field) : NULL;
    g_autofree char *plain = field_plain(field, text, number);
    append_cell_text(output, out, plain, first);
  }
}

/* A column is headed as it was asked for: by the field's name in JSON, else by its short one. */
static const char *
heading(const OutputStyle *style, FieldId id)
{
  const FieldInfo *info = field_info(id);
  const char *json = info->graph ? info->graph : info->own;
  g_auto(GStrv) asked = g_strsplit_set(style->columns ? style->columns : "", ", ", -1);
  for (guint i = 0; asked[i]; i++)
    if (g_str_equal(asked[i], json) ||
        (g_ascii_strcasecmp(asked[i], json) == 0 && g_ascii_strcasecmp(asked[i], info->name) != 0))
      return json;
  return info->name;
}

static void
write_separated(Output *output, const Snapshot *snapshot, const GArray *rows, const GArray *fields)
{
  const OutputStyle *style = output_style(output);
  GString *out = output_buffer(output);
  const char *end = style->format == FORMAT_CSV ? "\r\n" : "\n";
  guint n = rows ? rows->len : snapshot_count(snapshot);
  if (!style->no_header) {
    for (guint i = 0; i < fields->len; i++)
      append_cell_text(output, out, heading(style, g_array_index(fields, FieldId, i)), i == 0);
    g_string_append(out, end);
  }
  for (guint i = 0; i < n && output_spill(output); i++) {
    guint row = rows ? g_array_index(rows, guint32, i) : i;
    for (guint f = 0; f < fields->len; f++)
      append_value(output, snapshot, row, g_array_index(fields, FieldId, f), f == 0);
    g_string_append(out, end);
  }
}

/* --- tables --- */

static char *
display(const Output *output, const Snapshot *snapshot, guint row, FieldId field)
{
  FieldKind kind = field_info(field)->kind;
  gboolean text = kind == FIELD_KIND_TEXT || kind == FIELD_KIND_LIST;
  return field_display(field, text ? snapshot_text(snapshot, row, field) : NULL,
                       text ? 0 : snapshot_number(snapshot, row, field), output_style(output)->now);
}

static void
write_table(Output *output, const Snapshot *snapshot, const GArray *rows, const GArray *fields)
{
  const OutputStyle *style = output_style(output);
  guint n = rows ? rows->len : snapshot_count(snapshot);
  g_autoptr(Table) table = output_table(output);
  for (guint f = 0; f < fields->len; f++) {
    const FieldInfo *info = field_info(g_array_index(fields, FieldId, f));
    table_column(table, _(info->title), info->width_min);
  }
  for (guint i = 0; i < n; i++)
    for (guint f = 0; f < fields->len; f++)
      table_take_cell(table, display(output, snapshot, rows ? g_array_index(rows, guint32, i) : i,
                                     g_array_index(fields, FieldId, f)));
  table_print(table, output_buffer(output), !style->no_header, style->bold);
}

/* One account in full: a line for each field that says something. Moments both as people
 * say them and as they are. */
static void
write_detail(Output *output, const Snapshot *snapshot, guint row, const GArray *fields)
{
  g_autoptr(Table) table = table_new(0, output_style(output)->ascii); /* nothing is cut */
  table_column(table, "", 8);
  table_column(table, "", 20);
  for (guint f = 0; f < fields->len; f++) {
    const FieldInfo *info = field_info(g_array_index(fields, FieldId, f));
    char *text = display(output, snapshot, row, info->id);
    if (info->kind == FIELD_KIND_MOMENT && snapshot_number(snapshot, row, info->id) > 0) {
      g_autofree char *plain =
          field_plain(info->id, NULL, snapshot_number(snapshot, row, info->id));
      g_autofree char *said = text;
      text = g_strdup_printf("%s (%s)", plain, said);
    }
    if (*text) {
      table_cell(table, _(info->label));
      table_take_cell(table, text);
    } else {
      g_free(text);
    }
  }
  table_print(table, output_buffer(output), FALSE, FALSE);
}

void
output_accounts(Output *output, const Snapshot *snapshot, const GArray *rows, const GArray *fields,
                gboolean chosen, gboolean single)
{
  switch (output_style(output)->format) {
  case FORMAT_JSON:
  case FORMAT_JSONL:
    write_json(output, snapshot, rows, fields, chosen, single, NULL);
    break;
  case FORMAT_CSV:
  case FORMAT_TSV:
    write_separated(output, snapshot, rows, fields);
    break;
  default:
    if (single)
      write_detail(output, snapshot, rows ? g_array_index(rows, guint32, 0) : 0, fields);
    else
      write_table(output, snapshot, rows, fields);
  }
}

gboolean
output_account(Output *output, const Snapshot *snapshot, const GArray *fields, gboolean chosen,
               const Records *timeline, GError **error)
{
  const OutputStyle *style = output_style(output);
  if (style->format == FORMAT_JSON || style->format == FORMAT_JSONL) {
    write_json(output, snapshot, NULL, fields, chosen, TRUE, timeline);
    return TRUE;
  }
  if (!timeline || style->format == FORMAT_TABLE)
    output_accounts(output, snapshot, NULL, fields, chosen, TRUE);
  if (timeline && style->format == FORMAT_TABLE)
    g_string_append_c(output_buffer(output), '\n');
  return !timeline || output_timeline(output, timeline, error);
}
