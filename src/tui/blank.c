/* The broken and the empty states, each with its way out. */
#include "tui/blank.h"

#include "base/error.h"
#include "base/i18n.h"

#define WIDEST     66
#define LEAST_HINT 3 /* rows */

void
blank_clear(Blank *blank)
{
  g_free(blank->title);
  g_free(blank->text);
  g_free(blank->hint);
  *blank = (Blank){0};
}

static const struct {
  UsherErrorCode code;
  const char *title, *action, *hint; /* %s in the hint: the key of the action */
} states[] = {
    {USHER_ERROR_SIGN_IN, N_("Not signed in."), "login", N_("%s signs in.")},
    {USHER_ERROR_KEYRING, N_("The keyring gives no secret."), "login",
     N_("%s signs in and opens it.")},
    {USHER_ERROR_UNREACHABLE, N_("The service cannot be reached."), "refresh",
     N_("%s tries again; : doctor finds out what is in the way.")},
    {USHER_ERROR_THROTTLED, N_("The service is busy."), "refresh", N_("%s tries again.")},
    {USHER_ERROR_CONFIG, N_("The configuration is not complete."), "refresh",
     N_(": doctor says what is missing.")},
    {USHER_ERROR_NOT_FOUND, N_("It is not there."), "refresh",
     N_(": doctor checks the group of the roster.")},
};

/* Names what is missing (the error does) and who can grant it. */
static void
of_missing_permission(Blank *blank, const Console *console)
{
  g_autofree char *refresh = keymap_key(console->keymap, "refresh");
  blank->title = g_strdup(_("A permission is missing."));
  blank->hint = g_strdup_printf(
      _("An administrator of the tenant grants it (Privileged Role Administrator or Global "
        "Administrator): app registration, API permissions, grant admin consent. : doctor lists "
        "what is granted and needed; %s tries again."),
      refresh);
}

void
blank_of_error(Blank *blank, const Console *console, const GError *error, const char *what)
{
  blank->style = STYLE_BAD;
  blank->text = error_describe(error);
  if (g_error_matches(error, USHER_ERROR, USHER_ERROR_REFUSED) && error_http_status(error) == 403) {
    of_missing_permission(blank, console);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
    if (g_error_matches(error, USHER_ERROR, (int)states[i].code)) {
      g_autofree char *key = keymap_key(console->keymap, states[i].action);
      blank->title = g_strdup(_(states[i].title));
      blank->hint = *key != '\0' ? g_strdup_printf(_(states[i].hint), key) : NULL;
      return;
    }
  g_autofree char *refresh = keymap_key(console->keymap, "refresh");
  blank->title = g_strdup(what);
  blank->hint = g_strdup_printf(_("%s tries again."), refresh);
}

static int
draw_paragraph(const Draw *draw, int y, Rect room, Style style, const char *text)
{
  int rows = room.y + room.rows - y;
  if (text == NULL || *text == '\0' || rows <= 0)
    return 0;
  if (draw_width(draw->theme, text) > room.cols)
    return draw_wrapped(draw, y, room.x, room.cols, rows, style, text);
  draw_centered(draw, y, room.x, room.cols, style, text);
  return 1;
}

static int
rows_of(const Theme *theme, const Blank *blank, int cols)
{
  int rows = blank->total > 0 ? 2 : 0;
  const char *const parts[] = {blank->title, blank->text, blank->hint};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    rows += parts[i] != NULL ? draw_wrapped_rows(theme, cols, parts[i]) : 0;
  return rows;
}

void
blank_draw(const Blank *blank, const Draw *draw, const Rect *area, View *view)
{
  int cols = MIN(area->cols - (area->cols > 44 ? 6 : 2), WIDEST);
  Rect room = {area->y, area->x + (area->cols - cols) / 2, area->rows, cols};
  int spare = area->rows - rows_of(draw->theme, blank, cols);
  int gap = spare >= 6; /* air between the parts where there is room for it */
  int y = area->y + MAX(spare - 2 * gap, 0) * 2 / 5;
  view->cursor_y = MIN(y, area->y + area->rows - 1);
  view->cursor_x = room.x;
  y += draw_paragraph(draw, y, room, blank->style, blank->title);
  if (blank->total > 0) {
    int bar = MIN(cols, 40);
    draw_progress(draw, y + gap, room.x + (cols - bar) / 2, bar, blank->done, blank->total);
    y += 1 + gap;
  }
  if (blank->text != NULL) {
    /* What to do is not pushed out by a long reason. */
    int hint = blank->hint == NULL ? 0 : draw_wrapped_rows(draw->theme, cols, blank->hint);
    Rect above = room;
    above.rows -= spare < 0 ? MIN(hint, LEAST_HINT) : 0;
    y += gap + draw_paragraph(draw, y + gap, above, STYLE_NORMAL, blank->text);
  }
  if (blank->hint != NULL)
    draw_paragraph(draw, y + gap, room, STYLE_DIM, blank->hint);
}
