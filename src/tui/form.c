/* Forms. An error stands beside its field, in words. */
#include "tui/form.h"

#include "base/i18n.h"

#define LABEL_COLS  17
#define VALUE_LEAST 18
#define VALUE_COLS  32 /* when something must stand beside it */

EntryForm *
entry_form_new(guint count)
{
  EntryForm *form = g_new0(EntryForm, 1);
  form->fields = g_new0(EntryField, count);
  form->count = count;
  return form;
}

void
entry_form_free(EntryForm *form)
{
  if (form == NULL)
    return;
  for (guint i = 0; i < form->count; i++) {
    line_free(form->fields[i].line);
    g_free(form->fields[i].hint);
    g_free(form->fields[i].error);
  }
  g_free(form->fields);
  g_free(form);
}

void
entry_form_set(EntryForm *form, guint index, const char *label, const char *text, guint limit,
               gboolean required)
{
  EntryField *field = &form->fields[index];
  line_free(field->line);
  field->label = label;
  field->line = line_new(text, limit);
  field->required = required;
}

static void
replace(char **slot, const char *text)
{
  g_free(*slot);
  *slot = g_strdup(text);
}

void
entry_form_set_error(EntryForm *form, guint index, const char *error)
{
  replace(&form->fields[index].error, error);
}

void
entry_form_set_hint(EntryForm *form, guint index, const char *hint)
{
  replace(&form->fields[index].hint, hint);
}

void
entry_form_move(EntryForm *form, int by)
{
  form->focus = (guint)(((gint64)form->focus + by + form->count) % form->count);
}

gboolean
entry_form_key(EntryForm *form, KeyCode code, gboolean *ret_edited)
{
  return line_key(form->fields[form->focus].line, code, ret_edited);
}

static void
draw_field(EntryField *field, const Draw *draw, int y, Rect area, gboolean focus, int *ret_x)
{
  int x = area.x, right = area.x + area.cols, labels = MIN(LABEL_COLS, area.cols / 3);
  draw_text(draw, y, x, labels - 1, focus ? STYLE_STRONG : STYLE_DIM, field->label);
  x += labels;
  int cols = right - x;
  if (field->error != NULL && cols > VALUE_COLS + 12)
    cols = CLAMP(draw_width(draw->theme, line_text(field->line)) + 2, VALUE_LEAST, VALUE_COLS);
  else if (field->error != NULL && !focus)
    cols /= 2;
  Style style = focus ? STYLE_FIELD_FOCUS : STYLE_FIELD;
  int column = line_draw(field->line, draw, y, x, cols, style);
  if (focus)
    *ret_x = column;
  if (*line_text(field->line) == '\0' && field->hint != NULL)
    draw_text(draw, y, x, cols, STYLE_DIM, field->hint);
  if (field->error != NULL && x + cols < right)
    draw_textf(draw, y, x + cols + 1, right - x - cols - 1, STYLE_BAD, "%s", field->error);
}

void
entry_form_draw(EntryForm *form, const Draw *draw, Rect area, int *ret_y, int *ret_x)
{
  guint rows = (guint)MAX(area.rows, 1);
  if (form->focus < form->top)
    form->top = form->focus;
  if (form->focus >= form->top + rows)
    form->top = form->focus - rows + 1;
  form->top = MIN(form->top, form->count > rows ? form->count - rows : 0);
  for (guint i = 0; i < rows && form->top + i < form->count; i++) {
    guint index = form->top + i;
    gboolean focus = index == form->focus;
    if (focus)
      *ret_y = area.y + (int)i;
    draw_field(&form->fields[index], draw, area.y + (int)i, area, focus, ret_x);
  }
  if (form->count > rows)
    draw_scroll(draw, area.y, area.x + area.cols + 1, area.rows, form->top, rows, form->count,
                STYLE_BORDER_FOCUS);
}

gboolean
entry_form_at(const EntryForm *form, int row, guint *ret_index)
{
  if (row < 0 || form->top + (guint)row >= form->count)
    return FALSE;
  *ret_index = form->top + (guint)row;
  return TRUE;
}
