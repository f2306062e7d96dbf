/* Choosing from a list. */
#include "tui/picker.h"

#include "base/i18n.h"
#include "base/text.h"
#include "tui/dialog.h"
#include "tui/line.h"
#include "tui/list.h"
#include <string.h>

/* In less room every row counts. */
#define TIGHT_ROWS 12

typedef struct {
  View view;
  char *title;
  PickerKind kind;
  PickerChosen chosen;
  GPtrArray *items; /* PickerItem */
  GPtrArray *shown; /* lent, in order of fitting */
  Line *line;       /* PICKER_TYPED */
  List list;
} Picker;

int
picker_score(const char *typed, const char *text)
{
  int score = 0;
  gboolean side_by_side = FALSE, beginning = TRUE;
  while (*typed != '\0') {
    if (*text == '\0')
      return -1;
    gunichar want = g_unichar_tolower(g_utf8_get_char(typed));
    gunichar have = g_unichar_tolower(g_utf8_get_char(text));
    if (want == have) {
      score += 1 + (beginning ? 8 : 0) + (side_by_side ? 4 : 0);
      side_by_side = TRUE;
      typed = g_utf8_next_char(typed);
    } else {
      side_by_side = FALSE;
    }
    beginning = !g_unichar_isalnum(have);
    text = g_utf8_next_char(text);
  }
  return score;
}

typedef struct {
  PickerItem *item;
  int score;
  guint order;
} Scored;

static int
by_score(gconstpointer a, gconstpointer b)
{
  const Scored *left = a, *right = b;
  if (left->score != right->score)
    return right->score - left->score;
  return left->order < right->order ? -1 : 1;
}

static void
narrow(Picker *picker)
{
  const char *typed = picker->line != NULL ? line_text(picker->line) : "";
  g_autofree char *folded = text_fold(typed);
  g_autoptr(GArray) scored = g_array_new(FALSE, FALSE, sizeof(Scored));
  for (guint i = 0; i < picker->items->len; i++) {
    PickerItem *item = g_ptr_array_index(picker->items, i);
    /* A name counts for more than the sentence that explains it, and of that only what stands
     * there as it was typed: scattered letters would find every sentence. */
    g_autofree char *note = text_fold(item->note);
    int name = picker_score(typed, item->text);
    int score = name >= 0 ? 1000 + name : strstr(note, folded) != NULL ? 0 : -1;
    if (score < 0)
      continue;
    Scored one = {item, *typed == '\0' ? 0 : score, i};
    g_array_append_val(scored, one);
  }
  g_array_sort(scored, by_score);
  g_ptr_array_set_size(picker->shown, 0);
  for (guint i = 0; i < scored->len; i++)
    g_ptr_array_add(picker->shown, g_array_index(scored, Scored, i).item);
  list_set_count(&picker->list, picker->shown->len);
}

static Rect
picker_place(View *view, Rect room)
{
  Picker *picker = (Picker *)view;
  int extra = picker->kind == PICKER_TYPED ? 5 : 4;
  int most = room.rows < TIGHT_ROWS ? room.rows : room.rows - 2;
  return dialog_place(room, MIN((int)picker->items->len + extra, most),
                      MIN(picker->kind == PICKER_TYPED ? 76 : 60, room.cols - 4));
}

static int
text_cells(const Picker *picker, const Theme *theme)
{
  int cells = 8;
  for (guint i = 0; i < picker->items->len; i++) {
    const PickerItem *item = g_ptr_array_index(picker->items, i);
    cells = MAX(cells, draw_width(theme, item->text));
  }
  return MIN(cells, 22);
}

static void
draw_item(const Picker *picker, const Draw *draw, int y, int cells, const PickerItem *item,
          gboolean here)
{
  Style style = here ? STYLE_CURSOR : STYLE_NORMAL;
  int x = 2, right = draw->cols - 2;
  draw_fill(draw, y, 1, draw->cols - 2, style);
  draw_text(draw, y, 1, 1, style, here ? ">" : " ");
  if (picker->kind == PICKER_MARKED) {
    draw_text(draw, y, x, 3, style, item->checked ? "[x]" : "[ ]");
    x += 4;
  }
  draw_text(draw, y, x, cells, here ? style : STYLE_STRONG, item->text);
  if (item->key != NULL && *item->key != '\0')
    right = draw_text_right(draw, y, right, 16, here ? style : STYLE_KEY, item->key) - 2;
  x += cells + 2;
  draw_text(draw, y, x, right - x, here ? style : STYLE_DIM, item->note);
}

static void
picker_draw(View *view, const Draw *draw)
{
  static const DialogKey plain_keys[] = {{KEYCODE_ENTER, N_("choose")}, {0, NULL}};
  static const DialogKey marked_keys[] = {
      {KEYCODE_ENTER, N_("use them")}, {' ', N_("show or hide")}, {0, NULL}};
  const DialogKey *keys[] = {plain_keys, plain_keys, marked_keys};
  Picker *picker = (Picker *)view;
  int first = picker->kind == PICKER_TYPED ? 2 : 1;
  draw_frame(draw, STYLE_BORDER_FOCUS, picker->title);
  int below = draw->rows < TIGHT_ROWS ? 2 : 3;
  list_layout(&picker->list, (guint)MAX(draw->rows - first - below, 1));
  int cells = text_cells(picker, draw->theme);
  view->cursor_x = 1;
  for (guint i = 0; i < picker->list.page; i++) {
    guint index = picker->list.top + i;
    if (index >= picker->list.count)
      break;
    gboolean here = index == picker->list.cursor;
    if (here)
      view->cursor_y = first + (int)i;
    draw_item(picker, draw, first + (int)i, cells, g_ptr_array_index(picker->shown, index), here);
  }
  draw_scroll(draw, first, draw->cols - 1, (int)picker->list.page, picker->list.top,
              picker->list.page, picker->list.count, STYLE_BORDER_FOCUS);
  if (picker->list.count == 0)
    draw_text(draw, first, 2, draw->cols - 4, STYLE_DIM, _("Nothing fits."));
  dialog_draw_keys(view, draw, keys[picker->kind], TRUE, _("back"));
  if (picker->line != NULL) {
    draw_text(draw, 1, 1, 1, STYLE_KEY, ":");
    view->cursor_y = 1;
    view->cursor_x = line_draw(picker->line, draw, 1, 2, draw->cols - 4, STYLE_FIELD_FOCUS);
  }
}

static PickerItem *
current(Picker *picker)
{
  return picker->list.count == 0 ? NULL : g_ptr_array_index(picker->shown, picker->list.cursor);
}

static void
choose(View *view)
{
  Picker *picker = (Picker *)view;
  PickerItem *item = current(picker);
  if (item == NULL)
    return;
  console_close(view->console, view);
  picker->chosen(view->console, item, picker->items);
}

static void
leave(View *view)
{
  console_close(view->console, view);
}

static void
toggle(Picker *picker)
{
  PickerItem *item = current(picker);
  if (item == NULL)
    return;
  item->checked = !item->checked;
  list_move(&picker->list, 1);
}

static void
shift(Picker *picker, int by)
{
  guint from = picker->list.cursor;
  gint64 to = (gint64)from + by;
  if (picker->list.count == 0 || to < 0 || to >= (gint64)picker->items->len)
    return;
  gpointer other = g_ptr_array_index(picker->items, (guint)to);
  g_ptr_array_index(picker->items, (guint)to) = g_ptr_array_index(picker->items, from);
  g_ptr_array_index(picker->items, from) = other;
  narrow(picker);
  list_to(&picker->list, (guint)to);
}

static gboolean
picker_key(View *view, KeyCode code)
{
  Picker *picker = (Picker *)view;
  gboolean edited = FALSE;
  if (code == KEYCODE_ESC || code == KEYCODE_ENTER) {
    (code == KEYCODE_ESC ? leave : choose)(view);
    return TRUE;
  }
  if (picker->kind == PICKER_MARKED && code == ' ') {
    toggle(picker);
    return TRUE;
  }
  if (picker->line == NULL || !line_key(picker->line, code, &edited))
    return FALSE;
  if (edited) {
    narrow(picker);
    list_to(&picker->list, 0);
  }
  return TRUE;
}

static gboolean
picker_act(View *view, const char *action)
{
  Picker *picker = (Picker *)view;
  gboolean used = list_act(&picker->list, action);
  if (!used && picker->kind == PICKER_MARKED &&
      (g_str_equal(action, "left") || g_str_equal(action, "right"))) {
    shift(picker, g_str_equal(action, "left") ? -1 : 1);
    used = TRUE;
  }
  console_changed(view->console, CHANGED_TOP);
  return used;
}

static void
picker_paste(View *view, const char *text)
{
  Picker *picker = (Picker *)view;
  if (picker->line == NULL)
    return;
  line_insert(picker->line, text);
  narrow(picker);
}

static void
picker_mouse(View *view, const Event *event)
{
  Picker *picker = (Picker *)view;
  int first = picker->kind == PICKER_TYPED ? 2 : 1;
  guint index = picker->list.top + (guint)MAX(event->y - first, 0);
  if (event->kind == EVENT_WHEEL)
    list_wheel(&picker->list, event->wheel * 3);
  else if (event->y >= first && index < picker->list.count && event->y < view->rect.rows - 2)
    list_to(&picker->list, index);
  if (event->kind == EVENT_DOUBLE_CLICK)
    choose(view);
  console_changed(view->console, CHANGED_TOP);
}

static void
item_free(gpointer data)
{
  PickerItem *item = data;
  g_free(item->text);
  g_free(item->note);
  g_free(item->key);
  g_free(item);
}

static void
picker_free(View *view)
{
  Picker *picker = (Picker *)view;
  g_free(picker->title);
  g_ptr_array_unref(picker->items);
  g_ptr_array_unref(picker->shown);
  line_free(picker->line);
}

static gboolean
picker_typing(const View *view)
{
  return ((const Picker *)view)->line != NULL;
}

static const ViewAction picker_actions[] = {
    {"back", leave}, {"quit", leave}, {"open", choose}, {NULL, NULL}};

static const ViewOps picker_ops = {
    .title = N_("Choosing"),
    .scope = SCOPE_GLOBAL,
    .modal = TRUE,
    .place = picker_place,
    .draw = picker_draw,
    .key = picker_key,
    .typing = picker_typing,
    .paste = picker_paste,
    .mouse = picker_mouse,
    .act = picker_act,
    .actions = picker_actions,
    .free = picker_free,
};

View *
picker_new(const char *title, PickerKind kind, PickerChosen chosen)
{
  Picker *picker = g_new0(Picker, 1);
  picker->view.ops = &picker_ops;
  picker->title = g_strdup(title);
  picker->kind = kind;
  picker->chosen = chosen;
  picker->items = g_ptr_array_new_with_free_func(item_free);
  picker->shown = g_ptr_array_new();
  picker->line = kind == PICKER_TYPED ? line_new(NULL, 100) : NULL;
  return &picker->view;
}

void
picker_add(View *view, guint id, const char *text, const char *note, const char *key,
           gboolean checked)
{
  Picker *picker = (Picker *)view;
  PickerItem *item = g_new0(PickerItem, 1);
  *item =
      (PickerItem){g_strdup(text), g_strdup(note != NULL ? note : ""), g_strdup(key), id, checked};
  g_ptr_array_add(picker->items, item);
  narrow(picker);
}

void
picker_select(View *view, guint id)
{
  Picker *picker = (Picker *)view;
  for (guint i = 0; i < picker->shown->len; i++)
    if (((PickerItem *)g_ptr_array_index(picker->shown, i))->id == id)
      list_to(&picker->list, i);
}
