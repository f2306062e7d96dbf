/* A window with a few words and a few keys. Nothing else works while it is up,
 * and the key that confirms is never the one that led here. */
#pragma once

#include "tui/console-private.h"

typedef struct {
  KeyCode key;
  const char *label; /* N_() */
  gboolean stays;    /* the dialog is not closed by it */
} DialogKey;

/* Told which key was pressed, KEYCODE_ESC for Esc (also by ^C); the dialog is closed already,
 * unless the key is one that stays. */
typedef void (*DialogAnswer)(Console *console, KeyCode key, gpointer data);

/* `keys` is a static table ended by a 0 key; Esc works always. `answer` may be NULL. */
View *dialog_new(const char *title, const char *text, const DialogKey *keys, DialogAnswer answer,
                 gpointer data, GDestroyNotify data_free);
void dialog_set_text(View *view, const char *text);
/* A line that stands out; wiped when it is replaced and when the dialog closes. */
void dialog_set_secret(View *view, const char *text);
/* Lent; NULL: there is none yet. */
const char *dialog_secret(View *view);
/* Only its own keys close it, not Esc or Enter. */
void dialog_keep(View *view);
/* What Esc is said to do; a static text. */
void dialog_set_escape(View *view, const char *label);
/* Only says something. */
void dialog_say(Console *console, const char *title, const char *text);

/* A question with a line to type the answer into. `check` is told of every edit and gives what is
 * wrong (the caller's to free) or NULL; may be NULL. `data` is freed with the window. */
typedef void (*PromptDone)(Console *console, const char *text, gpointer data);
typedef char *(*PromptCheck)(Console *console, const char *text, gpointer data);
View *prompt_new(const char *title, const char *label, const char *text, PromptCheck check,
                 PromptDone done, gpointer data, GDestroyNotify data_free);

/* The same for the name of a file, which Tab completes; path_expand() is for `done`. */
View *prompt_new_path(const char *title, const char *label, const char *text, PromptCheck check,
                      PromptDone done, gpointer data, GDestroyNotify data_free);

/* Where a window of this size stands in the room: in its middle, a little above. */
Rect dialog_place(Rect room, int rows, int cols);
/* Keys and what they do, along the last line of a window; they can be clicked on. */
void dialog_draw_keys(View *view, const Draw *draw, const DialogKey *keys, gboolean escape,
                      const char *escape_label);
/* The same for actions, with the keys that they have; ended by a NULL action. */
typedef struct {
  const char *action, *label; /* N_() */
} ActionKey;
void dialog_draw_actions(View *view, const Draw *draw, const ActionKey *actions, gboolean escape,
                         const char *escape_label);
