/* Reads a frame and fills in the parts, or prints the example configuration or
 * a completion script. Fails when a frame asks for what is not there, or when
 * a section of the settings is in no page. */
#include "cli/completion-script.h"
#include "cli/settings-text.h"
#include "docgen/docgen.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  DocPart append;
} parts[] = {
    {"commands", doc_commands},
    {"global-options", doc_global_options},
    {"change-options", doc_change_options},
    {"keys", doc_keys},
    {"errors", doc_errors},
    {"fields", doc_fields},
    {"account-shape", doc_account_shape},
    {"record-shapes", doc_record_shapes},
    {"plan-columns", doc_plan_columns},
    {"people-columns", doc_people_columns},
    {"settings", doc_settings},
};

/* Fills in one line "@part argument@". */
static gboolean
append_part(GString *out, const char *line, GHashTable *sections)
{
  g_autofree char *inner = g_strndup(line + 1, strlen(line) - 2);
  char *argument = strchr(inner, ' ');
  if (argument)
    *argument++ = '\0';
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    if (!g_str_equal(parts[i].name, inner))
      continue;
    if (parts[i].append == doc_settings && argument)
      g_hash_table_add(sections, g_strdup(argument));
    if (parts[i].append(out, argument ? argument : ""))
      return TRUE;
    break;
  }
  g_printerr("usher-docgen: nothing to put in place of %s\n", line);
  return FALSE;
}

static gboolean
fill_frame(GString *out, const char *frame)
{
  g_autoptr(GHashTable) sections = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) lines = g_strsplit(frame, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    gsize length = strlen(lines[i]);
    if (length > 2 && lines[i][0] == '@' && lines[i][length - 1] == '@') {
      if (!append_part(out, lines[i], sections))
        return FALSE;
    } else if (length > 0 || lines[i + 1]) {
      g_string_append_printf(out, "%s\n", lines[i]);
    }
  }
  return g_hash_table_size(sections) == 0 || doc_settings_complete(sections);
}

static gboolean
write_page(GString *out, const char *path)
{
  g_autofree char *frame = NULL;
  g_autoptr(GError) error = NULL;
  if (g_file_get_contents(path, &frame, NULL, &error))
    return fill_frame(out, frame);
  g_printerr("usher-docgen: %s\n", error->message);
  return FALSE;
}

static gboolean
write_example(GString *out)
{
  g_autofree char *text = settings_example();
  g_string_append(out, text);
  return TRUE;
}

static gboolean
write_completion(GString *out, const char *shell)
{
  const char *script = completion_script(shell);
  if (script)
    g_string_append(out, script);
  return script != NULL;
}

int
main(int argc, char **argv)
{
  g_autoptr(GString) out = g_string_new(NULL);
  gboolean ok = FALSE;
  if (argc == 3 && g_str_equal(argv[1], "page"))
    ok = write_page(out, argv[2]);
  else if (argc == 3 && g_str_equal(argv[1], "completion"))
    ok = write_completion(out, argv[2]);
  else if (argc == 2 && g_str_equal(argv[1], "example"))
    ok = write_example(out);
  else
    g_printerr("usage: usher-docgen page FRAME | completion SHELL | example\n");
  if (ok && (fwrite(out->str, 1, out->len, stdout) != out->len || fflush(stdout) != 0))
    ok = FALSE;
  return ok ? 0 : 1;
}
