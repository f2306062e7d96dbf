/* Single keys of a configuration that a person wrote: read, set and taken out as
 * a careful hand would, every other line and every comment as it was. */
#include "app/config.h"
#include "cli/settings-text.h"

#include <string.h>

/* Whether the lines are of this section from here on; `line` begins one or is any other. */
static gboolean
enters(const char *line, const char *group, gboolean inside)
{
  g_autofree char *section = config_section_of(line);
  return section ? g_str_equal(section, group) : inside;
}

/* What follows "key =" in a line, or NULL. `commented`: a # stands before it. */
static const char *
value_in_line(const char *line, const char *key, gboolean commented)
{
  while (g_ascii_isspace(*line) || (commented && *line == '#'))
    line++;
  if (!g_str_has_prefix(line, key))
    return NULL;
  line += strlen(key);
  while (*line == ' ' || *line == '\t')
    line++;
  return *line == '=' ? line + 1 : NULL;
}

char *
settings_get(const char *text, const char *group, const char *key)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  gboolean inside = FALSE;
  char *found = NULL;
  for (guint i = 0; lines[i]; i++) {
    inside = enters(lines[i], group, inside);
    const char *value = inside ? value_in_line(lines[i], key, FALSE) : NULL;
    if (!value)
      continue;
    g_free(found);
    found = config_value(value);
  }
  return found;
}

/* Where a key goes. */
typedef struct {
  gint set;       /* the line that sets it, the last one: that is the one that counts */
  gint commented; /* the first that has it behind a # */
  gint last;      /* the section's last line; a comment behind an empty one may be of the next */
} Place;

static Place
place_of(char **lines, const char *group, const char *key)
{
  Place place = {-1, -1, -1};
  gboolean inside = FALSE, attached = FALSE;
  for (gint i = 0; lines[i]; i++) {
    const char *start = lines[i] + strspn(lines[i], " \t\r");
    inside = enters(lines[i], group, inside);
    if (!inside)
      continue;
    if (value_in_line(lines[i], key, FALSE))
      place.set = i;
    else if (place.commented < 0 && value_in_line(lines[i], key, TRUE))
      place.commented = i;
    attached = *start && (*start != '#' || attached);
    if (attached)
      place.last = i;
  }
  return place;
}

/* The line with another value, and the comment behind it kept. */
static char *
changed_line(const char *line, const char *key, const char *value)
{
  const char *before = value_in_line(line, key, FALSE);
  g_autofree char *pair = settings_pair(key, value);
  g_autofree char *comment = g_strdup(before ? config_value_end(before) : "");
  g_strchomp(comment);
  return g_strdup_printf("%.*s%s%s%s", before ? (int)strspn(line, " \t") : 0, line, pair,
                         *comment ? "  " : "", comment);
}

/* `lines` with number `at` replaced, or followed by `line`. The caller owns it. */
static char *
with_line(char **lines, gint at, gboolean replace, const char *line)
{
  GString *out = g_string_new(NULL);
  for (gint i = 0; lines[i]; i++) {
    if (i != at || !replace)
      g_string_append_printf(out, "%s%s", lines[i], lines[i + 1] || i == at ? "\n" : "");
    if (i == at)
      g_string_append_printf(out, "%s\n", line);
  }
  return g_string_free(out, FALSE);
}

char *
settings_set(const char *text, const char *group, const char *key, const char *value)
{
  const char *ending = strstr(text, "\r\n") ? "\r" : "";
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  Place place = place_of(lines, group, key);
  gint at = place.set >= 0 ? place.set : place.commented >= 0 ? place.commented : place.last;
  if (at < 0) {
    g_autofree char *pair = settings_pair(key, value);
    return g_strdup_printf("%s%s\n[%s]%s\n%s%s\n", text, ending, group, ending, pair, ending);
  }
  gboolean replace = at == place.set || at == place.commented;
  g_autofree char *line = changed_line(at == place.set ? lines[at] : "", key, value);
  g_autofree char *ended = g_strconcat(line, ending, NULL);
  return with_line(lines, at, replace, ended);
}

char *
settings_unset(const char *text, const char *group, const char *key)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  gboolean inside = FALSE;
  for (guint i = 0; lines[i]; i++) {
    inside = enters(lines[i], group, inside);
    if (!inside || !value_in_line(lines[i], key, FALSE))
      continue;
    char *behind = g_strconcat("#", lines[i], NULL);
    g_free(lines[i]);
    lines[i] = behind;
  }
  return g_strjoinv("\n", lines);
}
