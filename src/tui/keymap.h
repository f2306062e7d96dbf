/* Keys: their names, as the action table and the configuration write them, and
 * which action a key means in a scope. */
#pragma once

#include "app/actions.h"

/* A character, or one of ncurses' KEY_ codes with KEYCODE_SPECIAL; with KEYCODE_ALT when ESC
 * came in one breath with it. */
typedef guint32 KeyCode;
#define KEYCODE_SPECIAL 0x80000000u
#define KEYCODE_ALT     0x40000000u
#define KEYCODE_ESC     27u
#define KEYCODE_ENTER   '\n'
#define KEYCODE_BACK    127u

/* "a", "^R", "F5", "PgUp", "S-Tab", "Space", "M-x"; FALSE if it is none. */
gboolean keycode_parse(const char *name, KeyCode *ret_code);
/* The name; the caller owns it. */
char *keycode_name(KeyCode code);
/* TRUE for characters that are text in a field. */
gboolean keycode_is_text(KeyCode code);

typedef struct Keymap Keymap;

/* Over rows (as actions() gives them) with the configuration's changes (action name → keys, may
 * be NULL). What cannot be used (unknown action or key, or a key that means something else
 * in that scope) is left at its default and told in `problems` (char *, may be NULL). */
Keymap *keymap_new(const Action *const *rows, GHashTable *changes, GPtrArray *problems);
void keymap_free(Keymap *keymap);
/* The scope around a scope: every list around the list of accounts; SCOPE_GLOBAL is around all. */
ActionScope keymap_outer(ActionScope scope);
/* What the key means in the scope, or else in those around it; NULL: nothing. */
const Action *keymap_action(const Keymap *keymap, ActionScope scope, KeyCode code);
/* The action's keys as a person reads them ("k Up"), "" for none. Lent. */
const char *keymap_keys(const Keymap *keymap, const char *action);
/* The first of them, "" for none; the caller owns it. */
char *keymap_key(const Keymap *keymap, const char *action);
/* The row of that name, the action table's or another that the keymap was made of; NULL: none. */
const Action *keymap_find(const Keymap *keymap, const char *name);
const Action *const *keymap_rows(const Keymap *keymap);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)
