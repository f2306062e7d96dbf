/* What the views share with the console: the stack of views, changes, messages,
 * and the things that are there once (feed, change, keys). Only the UI thread
 * touches any of it. */
#pragma once

#include "tui/change.h"
#include "tui/console.h"
#include "tui/feed.h"
#include "tui/keymap.h"
#include "tui/saved.h"
#include "tui/screen.h"
#include <panel.h>

typedef struct Console Console;
typedef struct View View;
typedef struct Search Search;

/* What has changed since the last paint. */
typedef enum {
  CHANGED_LIST = 1 << 0,
  CHANGED_DETAIL = 1 << 1,
  CHANGED_LOG = 1 << 2,
  CHANGED_STATUS = 1 << 3, /* the lines above and below */
  CHANGED_PLAN = 1 << 4,   /* the change that runs */
  CHANGED_TOP = 1 << 5,    /* the view on top */
  CHANGED_GRID = 1 << 6,   /* lists of records */
  CHANGED_ALL = (1 << 7) - 1,
} Changed;

typedef struct {
  const char *action;
  void (*run)(View *view);
} ViewAction;

typedef struct {
  const char *title; /* N_() in the help */
  ActionScope scope;
  gboolean modal; /* shows its own keys; the key bar is empty */
  guint room;     /* the number that leads to it; 0: it has none */
  guint changed;  /* the bits that mean drawing it again */
  /* Where it stands within `room`; NULL: all of it. */
  Rect (*place)(View *view, Rect room);
  void (*draw)(View *view, const Draw *draw);
  /* A key before the action table sees it (text fields); TRUE: used. May be NULL, as all below. */
  gboolean (*key)(View *view, KeyCode code);
  /* TRUE while letters go into a line: no key of the bar is a letter then. May be NULL: never. */
  gboolean (*typing)(const View *view);
  /* FALSE for an action that has nothing to act on now: the key bar leaves it out. May be NULL. */
  gboolean (*can)(const View *view, const char *action);
  void (*paste)(View *view, const char *text);
  void (*mouse)(View *view, const Event *event); /* in the view's own coordinates */
  /* An action that is not in `actions` (moving); TRUE: used. */
  gboolean (*act)(View *view, const char *action);
  const ViewAction *actions; /* ended by a NULL name */
  /* Object ids that an action on accounts applies to, NULL-terminated, the caller's; NULL: none. */
  char **(*targets)(View *view);
  void (*tick)(View *view);
  /* What it shows may have changed: a change was applied, a view over it was closed. */
  void (*reload)(View *view);
  void (*free)(View *view);
} ViewOps;

/* A key that is drawn in a window: clicking on it does what it does. */
typedef struct {
  int x, cols;
  KeyCode code;
} ViewKey;
#define VIEW_KEYS 6

/* The beginning of every view's own struct. */
struct View {
  const ViewOps *ops;
  Console *console;
  WINDOW *window;
  PANEL *panel;
  Rect rect;
  Search *search;          /* in its lines; freed with it. NULL: it has none */
  int cursor_y, cursor_x;  /* where the hardware cursor stands, set by draw */
  ViewKey keys[VIEW_KEYS]; /* set by dialog_draw_keys() */
  guint n_keys;
  int keys_y;
  gboolean unasked; /* it came up by itself while something was typed */
};

struct Console {
  App *app;
  Feed *feed;
  Change *change;     /* the plan that runs or ran last; NULL: none */
  gint64 log_read_at; /* while it runs; µs, monotonic */
  Screen *screen;
  Saved *saved; /* what the keymap is made of */
  Keymap *keymap;
  GPtrArray *views;  /* View, the lowest first */
  GPtrArray *closed; /* taken off the stack, freed after the event */
  WINDOW *bars;
  PANEL *bars_panel;
  char *message;
  Style message_style;
  guint changed;
  const ConsoleHooks *hooks;
  gboolean in_event; /* what is pushed now is the answer to a key */
  gint64 typed_at; /* the last letter that went into a line; µs, monotonic, 0: not the last key */
  View *login;     /* the dialog of a sign-in that runs */
  Job *login_job;
  GPtrArray *jobs;         /* short ones of the views; dropped at the end */
  Person *draft;           /* the form's, kept when it is left */
  gboolean draft_used;     /* a plan that came from the form was applied */
  struct ConsoleLoop *run; /* loop and sources; NULL in tests */
};

/* --- for views --- */

/* Puts a view on top; takes it. */
void console_push(Console *console, View *view);
/* Takes it off; it is freed once the event is dealt with. */
void console_close(Console *console, View *view);
/* Every view reads again what it shows, if it is one that does. */
void console_reload(Console *console);
View *console_top(const Console *console);
void console_changed(Console *console, guint changed);
/* One line below, until the next key. */
void console_say(Console *console, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Performs an action by its name, as if its key had been pressed. */
void console_perform(Console *console, const char *action);
/* TRUE while the keys of the view on top go into a line. */
gboolean console_is_typing(const Console *console);
/* TRUE if the view on top or the console itself can do it now. */
gboolean console_can(const Console *console, const Action *action);
/* Keeps a job of a view for as long as it runs; takes it. */
void console_start_job(Console *console, Job *job);
/* The change on screen: applies the plan, or goes on with a journalled one (id not 0). */
void console_start_change(Console *console, const Plan *plan, gint64 resume_id, AppResume how);
void console_leave(Console *console, int status);
/* The moment that everything on screen is compared with. */
gint64 console_now(const Console *console);

/* --- for the console itself and tests --- */

Console *console_new(App *app, Feed *feed, Screen *screen);
void console_free(Console *console);
/* What the terminal reported: keys, pastes, the mouse. */
void console_event(Console *console, const Event *event);
/* Draws what has changed. */
void console_paint(Console *console);
/* After the terminal's size has changed. */
void console_layout(Console *console);

/* The loop's part, in console.c; without effect in tests. */
void console_loop_paint_soon(Console *console);
void console_loop_quit(Console *console, int status);
void console_loop_suspend(Console *console);
/* Lends the terminal to a program; in tests there is none to lend. */
gboolean console_loop_run(Console *console, char **argv, GError **error);
void console_loop_busy(Console *console);
/* Leaves this console and begins a new one on `app`, on the same screen; takes the app. */
void console_loop_continue_on(Console *console, App *app);

/* Actions of the console as a whole (console-actions.c). */
extern const ViewAction console_actions[];
