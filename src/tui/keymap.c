/* Names of keys and the map from keys to actions, one table per scope. */
#include "tui/keymap.h"

#include "base/i18n.h"
#include "base/text.h"
#include <ncurses.h>
#include <string.h>

struct Keymap {
  const Action *const *rows;
  GHashTable *scopes[SCOPE_N]; /* KeyCode → const Action * */
  GHashTable *keys;            /* action name → keys in use */
};

static const struct {
  const char *name;
  KeyCode code;
} key_names[] = {
    {"Up", KEY_UP | KEYCODE_SPECIAL},
    {"Down", KEY_DOWN | KEYCODE_SPECIAL},
    {"Left", KEY_LEFT | KEYCODE_SPECIAL},
    {"Right", KEY_RIGHT | KEYCODE_SPECIAL},
    {"PgUp", KEY_PPAGE | KEYCODE_SPECIAL},
    {"PgDn", KEY_NPAGE | KEYCODE_SPECIAL},
    {"Home", KEY_HOME | KEYCODE_SPECIAL},
    {"End", KEY_END | KEYCODE_SPECIAL},
    {"Insert", KEY_IC | KEYCODE_SPECIAL},
    {"Delete", KEY_DC | KEYCODE_SPECIAL},
    {"S-Tab", KEY_BTAB | KEYCODE_SPECIAL},
    {"Tab", '\t'},
    {"Enter", KEYCODE_ENTER},
    {"Esc", KEYCODE_ESC},
    {"Space", ' '},
    {"Backspace", KEYCODE_BACK},
};

gboolean
keycode_parse(const char *name, KeyCode *ret_code)
{
  if (g_str_has_prefix(name, "M-") && name[2] != '\0') {
    KeyCode rest;
    if (!keycode_parse(name + 2, &rest))
      return FALSE;
    *ret_code = rest | KEYCODE_ALT;
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(key_names); i++)
    if (g_ascii_strcasecmp(key_names[i].name, name) == 0) {
      *ret_code = key_names[i].code;
      return TRUE;
    }
  if (name[0] == '^' && g_ascii_isprint(name[1]) && name[2] == '\0') {
    *ret_code = (KeyCode)(g_ascii_toupper(name[1]) & 0x1F);
    return TRUE;
  }
  if (g_ascii_toupper(name[0]) == 'F' && g_ascii_isdigit(name[1])) {
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(name + 1, 10, 1, 24, &number, NULL))
      return FALSE;
    *ret_code = (KeyCode)KEY_F((int)number) | KEYCODE_SPECIAL;
    return TRUE;
  }
  if (g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) == 1 &&
      g_unichar_isgraph(g_utf8_get_char(name))) {
    *ret_code = g_utf8_get_char(name);
    return TRUE;
  }
  return FALSE;
}

char *
keycode_name(KeyCode code)
{
  if (code & KEYCODE_ALT) {
    g_autofree char *rest = keycode_name(code & ~KEYCODE_ALT);
    return g_strconcat("M-", rest, NULL);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(key_names); i++)
    if (key_names[i].code == code)
      return g_strdup(key_names[i].name);
  if (code & KEYCODE_SPECIAL) {
    int key = (int)(code & ~KEYCODE_SPECIAL);
    if (key >= KEY_F(1) && key <= KEY_F(24))
      return g_strdup_printf("F%d", key - KEY_F0);
    return g_strdup("?");
  }
  if (code < 0x20)
    return g_strdup_printf("^%c", (char)(code + 0x40));
  char utf8[8] = {0};
  g_unichar_to_utf8(code, utf8);
  return g_strdup(utf8);
}

gboolean
keycode_is_text(KeyCode code)
{
  return (code & (KEYCODE_SPECIAL | KEYCODE_ALT)) == 0 && code >= 0x20 && code != KEYCODE_BACK &&
         !(code >= 0x80 && code < 0xA0);
}

static void
problem(GPtrArray *problems, char *text)
{
  if (problems != NULL)
    g_ptr_array_add(problems, text);
  else
    g_free(text);
}

static gboolean
bind(Keymap *keymap, const Action *action, const char *keys, GPtrArray *problems)
{
  g_auto(GStrv) names = g_strsplit(keys, " ", -1);
  GHashTable *scope = keymap->scopes[action->scope];
  for (char **name = names; *name != NULL; name++) {
    KeyCode code;
    if (**name == '\0')
      continue;
    if (!keycode_parse(*name, &code)) {
      problem(problems,
              g_strdup_printf(_("keys: %s = %s: there is no key “%s”"), action->name, keys, *name));
      return FALSE;
    }
    const Action *other = g_hash_table_lookup(scope, GUINT_TO_POINTER(code));
    if (other != NULL && other != action) {
      problem(problems, g_strdup_printf(_("keys: %s = %s: “%s” already means %s"), action->name,
                                        keys, *name, other->name));
      return FALSE;
    }
  }
  for (char **name = names; *name != NULL; name++) {
    KeyCode code;
    if (**name != '\0' && keycode_parse(*name, &code))
      g_hash_table_insert(scope, GUINT_TO_POINTER(code), (gpointer)action);
  }
  g_hash_table_insert(keymap->keys, (gpointer)action->name, g_strdup(keys));
  return TRUE;
}

static void
check_names(const Action *const *rows, GHashTable *changes, GPtrArray *problems)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  for (const Action *const *row = rows; *row != NULL; row++)
    g_ptr_array_add(known, (gpointer)(*row)->name);
  g_ptr_array_add(known, NULL);
  GHashTableIter iter;
  gpointer name;
  g_hash_table_iter_init(&iter, changes);
  while (g_hash_table_iter_next(&iter, &name, NULL)) {
    if (g_strv_contains((const char *const *)known->pdata, name))
      continue;
    const char *near = text_nearest(name, (const char *const *)known->pdata);
    problem(problems, near != NULL
                          ? g_strdup_printf(_("keys: there is no action “%s”; did you mean “%s”?"),
                                            (char *)name, near)
                          : g_strdup_printf(_("keys: there is no action “%s”"), (char *)name));
  }
}

Keymap *
keymap_new(const Action *const *rows, GHashTable *changes, GPtrArray *problems)
{
  Keymap *keymap = g_new0(Keymap, 1);
  keymap->rows = rows;
  keymap->keys = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  for (int i = 0; i < SCOPE_N; i++)
    keymap->scopes[i] = g_hash_table_new(NULL, NULL);
  if (changes != NULL)
    check_names(rows, changes, problems);
  /* What was asked for goes first; a default gives way to it key by key. */
  for (const Action *const *row = rows; *row != NULL; row++) {
    const char *change = changes == NULL ? NULL : g_hash_table_lookup(changes, (*row)->name);
    if (change != NULL && ((*row)->flags & ACTION_TUI))
      bind(keymap, *row, change, problems);
  }
  for (const Action *const *row = rows; *row != NULL; row++) {
    if ((*row)->keys == NULL || !((*row)->flags & ACTION_TUI) ||
        g_hash_table_contains(keymap->keys, (*row)->name))
      continue;
    g_auto(GStrv) names = g_strsplit((*row)->keys, " ", -1);
    g_autoptr(GString) left = g_string_new(NULL);
    for (char **name = names; *name != NULL; name++) {
      KeyCode code;
      if (keycode_parse(*name, &code) &&
          g_hash_table_lookup(keymap->scopes[(*row)->scope], GUINT_TO_POINTER(code)) == NULL)
        g_string_append_printf(left, "%s%s", left->len > 0 ? " " : "", *name);
    }
    bind(keymap, *row, left->str, problems);
  }
  return keymap;
}

void
keymap_free(Keymap *keymap)
{
  if (keymap == NULL)
    return;
  for (int i = 0; i < SCOPE_N; i++)
    g_hash_table_unref(keymap->scopes[i]);
  g_hash_table_unref(keymap->keys);
  g_free(keymap);
}

ActionScope
keymap_outer(ActionScope scope)
{
  switch (scope) {
  case SCOPE_ACCOUNTS:
  case SCOPE_REVIEWS:
  case SCOPE_JOURNAL:
    return SCOPE_LIST;
  case SCOPE_PLAN: /* it is searched like a text */
    return SCOPE_PAGER;
  default:
    return SCOPE_GLOBAL;
  }
}

const Action *
keymap_action(const Keymap *keymap, ActionScope scope, KeyCode code)
{
  const Action *action = g_hash_table_lookup(keymap->scopes[scope], GUINT_TO_POINTER(code));
  if (action != NULL || scope == SCOPE_GLOBAL)
    return action;
  return keymap_action(keymap, keymap_outer(scope), code);
}

const char *
keymap_keys(const Keymap *keymap, const char *action)
{
  const char *keys = g_hash_table_lookup(keymap->keys, action);
  return keys != NULL ? keys : "";
}

char *
keymap_key(const Keymap *keymap, const char *action)
{
  const char *keys = keymap_keys(keymap, action);
  const char *end = strchr(keys, ' ');
  return end != NULL ? g_strndup(keys, (gsize)(end - keys)) : g_strdup(keys);
}

const Action *
keymap_find(const Keymap *keymap, const char *name)
{
  for (const Action *const *row = keymap->rows; *row != NULL; row++)
    if (g_str_equal((*row)->name, name))
      return *row;
  return NULL;
}

const Action *const *
keymap_rows(const Keymap *keymap)
{
  return keymap->rows;
}
