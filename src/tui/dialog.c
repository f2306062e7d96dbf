/* Dialogs: a text with keys, a text with a secret, a question with a line. */
#include "tui/dialog.h"

#include "base/i18n.h"
#include "base/secret.h"
#include "tui/line.h"
#include "tui/path-line.h"
#include <string.h>

#define TEXT_COLS 64

typedef struct {
  View view;
  char *title, *text;
  char *secret;
  gboolean keep;
  const char *escape; /* what Esc does; NULL: the usual */
  const DialogKey *keys;
  DialogAnswer answer;
  gpointer data;
  GDestroyNotify data_free;
} Dialog;

Rect
dialog_place(Rect room, int rows, int cols)
{
  rows = MIN(rows, room.rows);
  cols = MIN(cols, room.cols);
  return (Rect){room.y + (room.rows - rows) * 2 / 5, room.x + (room.cols - cols) / 2, rows, cols};
}

/* A word that would be cut off to next to nothing is left out: the key stands for it. */
#define LEAST_LABEL 12

static int
draw_one_key(const Draw *draw, int y, int x, const char *key, const char *label)
{
  x += draw_text(draw, y, x, draw->cols - x - 2, STYLE_KEY, key) + 1;
  int room = draw->cols - x - 2;
  if (label != NULL && (room >= LEAST_LABEL || draw_width(draw->theme, label) <= room))
    x += draw_text(draw, y, x, room, STYLE_NORMAL, label) + 3;
  else
    x += 1;
  return x;
}

static int
add_key(View *view, const Draw *draw, int x, KeyCode code, const char *label)
{
  g_autofree char *name = keycode_name(code);
  int next = draw_one_key(draw, view->keys_y, x, name, label);
  if (view->n_keys < VIEW_KEYS)
    view->keys[view->n_keys++] = (ViewKey){x, MAX(next - x - 3, 1), code};
  return next;
}

static void
begin_keys(View *view, const Draw *draw)
{
  view->n_keys = 0;
  view->keys_y = draw->rows - 2;
}

void
dialog_draw_keys(View *view, const Draw *draw, const DialogKey *keys, gboolean escape,
                 const char *escape_label)
{
  int x = 2;
  begin_keys(view, draw);
  for (; keys != NULL && keys->key != 0; keys++)
    x = add_key(view, draw, x, keys->key, _(keys->label));
  if (escape)
    add_key(view, draw, x, KEYCODE_ESC, escape_label);
}

void
dialog_draw_actions(View *view, const Draw *draw, const ActionKey *actions, gboolean escape,
                    const char *escape_label)
{
  int x = 2;
  begin_keys(view, draw);
  for (; actions->action != NULL; actions++) {
    KeyCode code;
    g_autofree char *key = keymap_key(view->console->keymap, actions->action);
    if (keycode_parse(key, &code))
      x = add_key(view, draw, x, code, _(actions->label));
  }
  if (escape)
    add_key(view, draw, x, KEYCODE_ESC, escape_label);
}

static int
inner_cols(const Dialog *dialog, Rect room)
{
  int wide = dialog->secret != NULL ? (int)strlen(dialog->secret) : 0;
  return CLAMP(MAX(TEXT_COLS, wide), 1, MAX(room.cols - 6, 1));
}

static Rect
dialog_rect(View *view, Rect room)
{
  Dialog *dialog = (Dialog *)view;
  int cols = inner_cols(dialog, room);
  int rows = draw_wrapped_rows(screen_theme(view->console->screen), cols, dialog->text);
  if (dialog->secret != NULL)
    rows += 2;
  return dialog_place(room, rows + 4, cols + 4);
}

static void
dialog_draw(View *view, const Draw *draw)
{
  Dialog *dialog = (Dialog *)view;
  draw_frame(draw, STYLE_BORDER_FOCUS, dialog->title);
  int y = 1 + draw_wrapped(draw, 1, 2, draw->cols - 4, draw->rows - 4, STYLE_NORMAL, dialog->text);
  view->cursor_y = 1;
  view->cursor_x = 2;
  if (dialog->secret != NULL) {
    view->cursor_y = MIN(y + 1, draw->rows - 3); /* in little room not under the keys */
    draw_text(draw, view->cursor_y, 2, draw->cols - 4, STYLE_STRONG, dialog->secret);
  }
  const char *escape = dialog->escape != NULL ? dialog->escape
                       : dialog->keys != NULL ? _("back")
                                              : _("close");
  dialog_draw_keys(view, draw, dialog->keys, !dialog->keep, escape);
}

static void
dialog_end(Dialog *dialog, KeyCode key)
{
  Console *console = dialog->view.console;
  console_close(console, &dialog->view);
  if (dialog->answer != NULL)
    dialog->answer(console, key, dialog->data);
}

static gboolean
dialog_key(View *view, KeyCode code)
{
  Dialog *dialog = (Dialog *)view;
  for (const DialogKey *key = dialog->keys; key != NULL && key->key != 0; key++)
    if (key->key == code) {
      if (!key->stays)
        dialog_end(dialog, code);
      else if (dialog->answer != NULL)
        dialog->answer(view->console, code, dialog->data);
      return TRUE;
    }
  gboolean closes = code == KEYCODE_ESC || (dialog->keys == NULL && code == KEYCODE_ENTER) ||
                    code == ('C' & 0x1F);
  closes = closes && !dialog->keep;
  if (closes)
    dialog_end(dialog, KEYCODE_ESC);
  /* Redrawing and suspending still work; all else is held back. */
  return closes || (code != ('L' & 0x1F) && code != ('Z' & 0x1F));
}

static void
dialog_free(View *view)
{
  Dialog *dialog = (Dialog *)view;
  if (dialog->data_free != NULL)
    dialog->data_free(dialog->data);
  secret_free_string(dialog->secret);
  g_free(dialog->title);
  g_free(dialog->text);
}

static const ViewOps dialog_ops = {
    .title = N_("A question"),
    .scope = SCOPE_GLOBAL,
    .modal = TRUE,
    .place = dialog_rect,
    .draw = dialog_draw,
    .key = dialog_key,
    .free = dialog_free,
};

View *
dialog_new(const char *title, const char *text, const DialogKey *keys, DialogAnswer answer,
           gpointer data, GDestroyNotify data_free)
{
  Dialog *dialog = g_new0(Dialog, 1);
  dialog->view.ops = &dialog_ops;
  dialog->title = g_strdup(title);
  dialog->text = g_strdup(text);
  dialog->keys = keys;
  dialog->answer = answer;
  dialog->data = data;
  dialog->data_free = data_free;
  return &dialog->view;
}

void
dialog_set_text(View *view, const char *text)
{
  Dialog *dialog = (Dialog *)view;
  g_free(dialog->text);
  dialog->text = g_strdup(text);
  if (view->console != NULL)
    console_changed(view->console, CHANGED_ALL);
}

void
dialog_set_secret(View *view, const char *text)
{
  Dialog *dialog = (Dialog *)view;
  secret_free_string(dialog->secret);
  dialog->secret = g_strdup(text);
  if (view->console != NULL)
    console_changed(view->console, CHANGED_ALL);
}

const char *
dialog_secret(View *view)
{
  return ((Dialog *)view)->secret;
}

void
dialog_keep(View *view)
{
  ((Dialog *)view)->keep = TRUE;
}

void
dialog_set_escape(View *view, const char *label)
{
  ((Dialog *)view)->escape = label;
}

void
dialog_say(Console *console, const char *title, const char *text)
{
  console_push(console, dialog_new(title, text, NULL, NULL, NULL, NULL));
}

/* --- a question with a line --- */

typedef struct {
  View view;
  char *title, *label, *wrong;
  char *choices; /* of a path: what Tab found */
  gboolean is_path;
  Line *line;
  PromptCheck check;
  PromptDone done;
  gpointer data;
  GDestroyNotify data_free;
} Prompt;

static Rect
prompt_rect(View *view, Rect room)
{
  int cols = MIN(72, room.cols - 2);
  Prompt *prompt = (Prompt *)view;
  int label = draw_wrapped_rows(screen_theme(view->console->screen), cols - 4, prompt->label);
  return dialog_place(room, 6 + CLAMP(label, 1, room.rows - 6), cols);
}

static void
prompt_draw(View *view, const Draw *draw)
{
  static const DialogKey keys[] = {{KEYCODE_ENTER, N_("go on")}, {0, NULL}};
  static const DialogKey path_keys[] = {
      {KEYCODE_ENTER, N_("go on")}, {'\t', N_("complete the name")}, {0, NULL}};
  Prompt *prompt = (Prompt *)view;
  draw_frame(draw, STYLE_BORDER_FOCUS, prompt->title);
  int y = 1 + draw_wrapped(draw, 1, 2, draw->cols - 4, MAX(draw->rows - 6, 1), STYLE_DIM,
                           prompt->label);
  view->cursor_y = y;
  view->cursor_x = line_draw(prompt->line, draw, y, 2, draw->cols - 4, STYLE_FIELD_FOCUS);
  if (prompt->choices != NULL)
    draw_text(draw, y + 1, 2, draw->cols - 4, STYLE_DIM, prompt->choices);
  else
    draw_text(draw, y + 1, 2, draw->cols - 4, STYLE_BAD, prompt->wrong);
  dialog_draw_keys(view, draw, prompt->is_path ? path_keys : keys, TRUE, _("back"));
}

static void
prompt_edited(Prompt *prompt)
{
  g_clear_pointer(&prompt->choices, g_free);
  g_clear_pointer(&prompt->wrong, g_free);
  if (prompt->check != NULL)
    prompt->wrong = prompt->check(prompt->view.console, line_text(prompt->line), prompt->data);
}

static void
complete(Prompt *prompt)
{
  g_autofree char *choices = NULL;
  g_autofree char *path = path_complete(line_text(prompt->line), &choices);
  if (path == NULL)
    return;
  line_set(prompt->line, path);
  prompt_edited(prompt);
  prompt->choices = g_steal_pointer(&choices);
}

static gboolean
prompt_key(View *view, KeyCode code)
{
  Prompt *prompt = (Prompt *)view;
  Console *console = view->console;
  gboolean edited = FALSE;
  if (line_key(prompt->line, code, &edited)) {
    if (edited)
      prompt_edited(prompt);
    return TRUE;
  }
  if (code == KEYCODE_ESC || code == ('C' & 0x1F)) {
    console_close(console, view);
    return TRUE;
  }
  if (code == '\t' && prompt->is_path) {
    complete(prompt);
    return TRUE;
  }
  if (code == KEYCODE_ENTER && prompt->wrong == NULL) {
    console_close(console, view);
    prompt->done(console, line_text(prompt->line), prompt->data);
    return TRUE;
  }
  return code != ('L' & 0x1F) && code != ('Z' & 0x1F);
}

static void
prompt_paste(View *view, const char *text)
{
  Prompt *prompt = (Prompt *)view;
  line_insert(prompt->line, text);
  prompt_edited(prompt);
}

static void
prompt_free(View *view)
{
  Prompt *prompt = (Prompt *)view;
  g_free(prompt->title);
  g_free(prompt->label);
  g_free(prompt->wrong);
  g_free(prompt->choices);
  line_free(prompt->line);
  if (prompt->data_free != NULL)
    prompt->data_free(prompt->data);
}

static gboolean
prompt_typing(const View *view)
{
  return TRUE;
}

static const ViewOps prompt_ops = {
    .title = N_("A question"),
    .scope = SCOPE_GLOBAL,
    .modal = TRUE,
    .place = prompt_rect,
    .draw = prompt_draw,
    .key = prompt_key,
    .typing = prompt_typing,
    .paste = prompt_paste,
    .free = prompt_free,
};

View *
prompt_new(const char *title, const char *label, const char *text, PromptCheck check,
           PromptDone done, gpointer data, GDestroyNotify data_free)
{
  Prompt *prompt = g_new0(Prompt, 1);
  prompt->view.ops = &prompt_ops;
  prompt->title = g_strdup(title);
  prompt->label = g_strdup(label);
  prompt->line = line_new(text, 0);
  prompt->check = check;
  prompt->done = done;
  prompt->data = data;
  prompt->data_free = data_free;
  return &prompt->view;
}

View *
prompt_new_path(const char *title, const char *label, const char *text, PromptCheck check,
                PromptDone done, gpointer data, GDestroyNotify data_free)
{
  View *view = prompt_new(title, label, text, check, done, data, data_free);
  ((Prompt *)view)->is_path = TRUE;
  return view;
}
