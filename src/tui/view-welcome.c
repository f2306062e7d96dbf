/* Two ways, chosen by cursor or letter; the caller of the console goes them. */
#include "tui/view-welcome.h"

#include "base/i18n.h"
#include "tui/console.h"
#include "tui/list.h"

typedef struct {
  View view;
  List list;
} Welcome;

static const struct {
  KeyCode key;
  const char *title, *text;
  int status;
} ways[] = {
    {'t', N_("Try it on a simulated tenant"),
     N_("Made-up people on this machine; nothing leaves it and nothing can break."),
     CONSOLE_WANTS_DEMO},
    {'s', N_("Set up a real tenant"),
     N_("A few questions in the shell: tenant, sign-in, group, naming rule."), CONSOLE_WANTS_SETUP},
};

static int
draw_way(const Draw *draw, int y, int x, int cols, guint index, gboolean here, gboolean words)
{
  Style style = here ? STYLE_CURSOR : STYLE_STRONG;
  g_autofree char *key = keycode_name(ways[index].key);
  draw_fill(draw, y, x, cols, here ? style : STYLE_NORMAL);
  draw_text(draw, y, x, 1, style, here ? ">" : " ");
  draw_text(draw, y, x + 2, 2, here ? style : STYLE_KEY, key);
  draw_text(draw, y, x + 5, cols - 5, style, _(ways[index].title));
  return 1 + (!words
                  ? 0
                  : draw_wrapped(draw, y + 1, x + 5, cols - 5, 3, STYLE_DIM, _(ways[index].text)));
}

static void
welcome_draw(View *view, const Draw *draw)
{
  Welcome *welcome = (Welcome *)view;
  int cols = MIN(draw->cols - 6, 66), x = (draw->cols - cols) / 2;
  int y = MAX((draw->rows - 12) / 3, 0);
  gboolean words = draw->rows >= 14;
  draw_frame(draw, STYLE_BORDER, NULL);
  draw_text(draw, ++y, x, cols, STYLE_TITLE, _("Welcome to usher"));
  y++;
  y += draw_wrapped(draw, y, x, cols, words ? 3 : 2, STYLE_NORMAL,
                    words ? _("It looks after the accounts of external people in a Microsoft Entra "
                              "ID tenant. Nothing is configured yet; there are two ways to begin:")
                          : _("Nothing is configured yet; there are two ways to begin:"));
  for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
    gboolean here = i == welcome->list.cursor;
    y += words;
    if (here) {
      view->cursor_y = y;
      view->cursor_x = x;
    }
    y += draw_way(draw, y, x, cols, i, here, words);
  }
}

static void
act_open(View *view)
{
  Welcome *welcome = (Welcome *)view;
  console_leave(view->console, ways[welcome->list.cursor].status);
}

static gboolean
welcome_key(View *view, KeyCode code)
{
  for (guint i = 0; i < G_N_ELEMENTS(ways); i++)
    if (ways[i].key == code) {
      console_leave(view->console, ways[i].status);
      return TRUE;
    }
  return FALSE;
}

static gboolean
welcome_act(View *view, const char *action)
{
  Welcome *welcome = (Welcome *)view;
  gboolean used = list_act(&welcome->list, action);
  if (!used && (g_str_equal(action, "next-pane") || g_str_equal(action, "previous-pane"))) {
    list_to(&welcome->list, 1 - welcome->list.cursor);
    used = TRUE;
  }
  console_changed(view->console, CHANGED_TOP);
  return used;
}

static const ViewAction welcome_actions[] = {{"open", act_open}, {NULL, NULL}};

static const ViewOps welcome_ops = {
    .title = N_("Welcome"),
    .scope = SCOPE_GLOBAL,
    .changed = CHANGED_ALL,
    .draw = welcome_draw,
    .key = welcome_key,
    .act = welcome_act,
    .actions = welcome_actions,
};

View *
view_welcome_new(void)
{
  Welcome *welcome = g_new0(Welcome, 1);
  welcome->view.ops = &welcome_ops;
  welcome->list = (List){.count = G_N_ELEMENTS(ways), .page = G_N_ELEMENTS(ways)};
  return &welcome->view;
}
