/* The style table and its translation into ncurses attributes. Colours are few
 * and calm, and each meaning has an attribute or a word beside its colour. */
#include "tui/theme.h"

typedef struct {
  short fg256, bg256; /* -1: the terminal's own */
  short fg8, bg8;
  attr_t attr256, attr8, mono;
} StyleInfo;

static const StyleInfo style_table[STYLE_N] = {
    [STYLE_NORMAL] = {-1, -1, -1, -1, A_NORMAL, A_NORMAL, A_NORMAL},
    [STYLE_DIM] = {245, -1, -1, -1, A_NORMAL, A_DIM, A_DIM},
    [STYLE_STRONG] = {-1, -1, -1, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_BAR] = {252, 236, -1, -1, A_NORMAL, A_REVERSE, A_REVERSE},
    [STYLE_BAR_STRONG] = {231, 236, -1, -1, A_BOLD, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD},
    [STYLE_BAR_WARN] = {222, 236, COLOR_YELLOW, -1, A_BOLD, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD},
    [STYLE_TENANT] = {231, 236, -1, -1, A_BOLD, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD},
    [STYLE_KEY] = {110, -1, COLOR_CYAN, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_HEAD] = {245, -1, -1, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_BORDER] = {240, -1, -1, -1, A_NORMAL, A_DIM, A_NORMAL},
    [STYLE_BORDER_FOCUS] = {110, -1, COLOR_CYAN, -1, A_NORMAL, A_NORMAL, A_BOLD},
    [STYLE_TITLE] = {-1, -1, -1, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_CURSOR] = {231, 24, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_BOLD, A_REVERSE},
    [STYLE_CURSOR_IDLE] = {255, 238, -1, -1, A_NORMAL, A_BOLD, A_UNDERLINE},
    [STYLE_TAG] = {222, -1, COLOR_YELLOW, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_GOOD] = {108, -1, COLOR_GREEN, -1, A_NORMAL, A_NORMAL, A_NORMAL},
    [STYLE_WARN] = {179, -1, COLOR_YELLOW, -1, A_NORMAL, A_NORMAL, A_BOLD},
    [STYLE_BAD] = {174, -1, COLOR_RED, -1, A_BOLD, A_BOLD, A_BOLD},
    [STYLE_FIELD] = {-1, -1, -1, -1, A_NORMAL, A_NORMAL, A_NORMAL},
    [STYLE_FIELD_FOCUS] = {231, 237, -1, -1, A_NORMAL, A_UNDERLINE, A_UNDERLINE},
    [STYLE_MATCH] = {16, 179, COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_NORMAL, A_REVERSE},
    [STYLE_WRONG] = {174, -1, COLOR_RED, -1, A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE,
                     A_BOLD | A_UNDERLINE},
    [STYLE_HERE] = {-1, -1, -1, -1, A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE,
                    A_BOLD | A_UNDERLINE},
};

static const char *const mark_table[MARK_N][2] = {
    [MARK_ELLIPSIS] = {"…", "..."},   [MARK_HLINE] = {"─", "-"},
    [MARK_VLINE] = {"│", "|"},        [MARK_TOP_LEFT] = {"┌", "+"},
    [MARK_TOP_RIGHT] = {"┐", "+"},    [MARK_BOTTOM_LEFT] = {"└", "+"},
    [MARK_BOTTOM_RIGHT] = {"┘", "+"}, [MARK_TEE_LEFT] = {"├", "+"},
    [MARK_TEE_RIGHT] = {"┤", "+"},    [MARK_TEE_TOP] = {"┬", "+"},
    [MARK_TEE_BOTTOM] = {"┴", "+"},   [MARK_DOT] = {"·", "-"},
    [MARK_ARROW] = {"→", "->"},       [MARK_BAR_FULL] = {"█", "#"},
    [MARK_BAR_EMPTY] = {"░", "."},    [MARK_THUMB] = {"┃", "#"},
    [MARK_ASCENDING] = {"↑", "^"},    [MARK_DESCENDING] = {"↓", "v"},
};

static void
set_style(Theme *theme, Style style, ThemeColours colours)
{
  const StyleInfo *info = &style_table[style];
  theme->pairs[style] = 0;
  if (colours == THEME_MONO) {
    theme->attributes[style] = info->mono;
    return;
  }
  short fg = colours == THEME_256 ? info->fg256 : info->fg8;
  short bg = colours == THEME_256 ? info->bg256 : info->bg8;
  theme->attributes[style] = colours == THEME_256 ? info->attr256 : info->attr8;
  if (fg < 0 && bg < 0)
    return;
  short pair = (short)(style + 1);
  if (init_pair(pair, fg, bg) != ERR)
    theme->pairs[style] = pair;
}

void
theme_init(Theme *theme, ThemeColours colours, gboolean ascii)
{
  theme->ascii = ascii;
  theme->colours = colours;
  for (int style = 0; style < STYLE_N; style++)
    set_style(theme, (Style)style, colours);
}

void
theme_set_tenant(Theme *theme, const char *colour)
{
  static const struct {
    const char *name;
    short in256, in8;
  } table[] = {
      {"red", 203, COLOR_RED},         {"green", 114, COLOR_GREEN}, {"yellow", 221, COLOR_YELLOW},
      {"blue", 111, COLOR_BLUE},       {"cyan", 80, COLOR_CYAN},    {"white", 231, COLOR_WHITE},
      {"magenta", 176, COLOR_MAGENTA},
  };
  short pair = (short)(STYLE_TENANT + 1);
  set_style(theme, STYLE_TENANT, (ThemeColours)theme->colours);
  for (gsize i = 0; colour != NULL && theme->colours != THEME_MONO && i < G_N_ELEMENTS(table); i++)
    if (g_str_equal(table[i].name, colour) &&
        init_pair(pair, theme->colours == THEME_256 ? table[i].in256 : table[i].in8,
                  theme->colours == THEME_256 ? style_table[STYLE_TENANT].bg256 : -1) != ERR)
      theme->pairs[STYLE_TENANT] = pair;
}

const char *
theme_mark(const Theme *theme, Mark mark)
{
  return mark_table[mark][theme->ascii];
}
