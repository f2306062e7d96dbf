/* Every view as text: drawn on a screen that nobody sees, read back cell by
 * cell, and compared with what is kept in tests/data/golden. With
 * --golden-write they are written anew; look at them before they are kept. */
#include "unit/tui-stage.h"

#include <locale.h>
#include <string.h>

static gboolean writing;

static const struct {
  int cols, rows;
} sizes[] = {{40, 10}, {80, 24}, {132, 43}};

static void
golden(Stage *stage, const char *name)
{
  g_autofree char *got = stage_shot(stage);
  g_autofree char *file = g_strconcat(name, ".txt", NULL);
  const char *source = g_getenv("top_srcdir");
  g_autofree char *path =
      g_build_filename(source != NULL ? source : "..", "tests", "data", "golden", file, NULL);
  if (writing) {
    g_assert_true(g_file_set_contents(path, got, -1, NULL));
    return;
  }
  g_autofree char *kept = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(path, &kept, NULL, &error);
  g_assert_no_error(error);
  if (!g_str_equal(got, kept)) {
    g_test_message("%s: drawn now:\n%s\nkept:\n%s", name, got, kept);
    g_test_fail();
  }
}

static void
test_golden(gconstpointer data)
{
  const Scene *scene = data;
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    for (int ascii = 0; ascii < 2; ascii++) {
      Stage stage;
      stage_open(&stage, sizes[i].rows, sizes[i].cols, ascii ? THEME_MONO : THEME_256, ascii);
      scene->show(&stage);
      g_autofree char *name = g_strdup_printf("%s-%dx%d%s", scene->name, sizes[i].cols,
                                              sizes[i].rows, ascii ? "-ascii" : "");
      golden(&stage, name);
      if (ascii) {
        g_autofree char *seen = screen_text(stage.screen);
        g_assert_true(g_str_is_ascii(seen));
      }
      stage_close(&stage);
    }
}

int
main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal(argv[i], "--golden-write")) {
      writing = TRUE;
      memmove(&argv[i], &argv[i + 1], (gsize)(argc - i) * sizeof *argv);
      argc--;
    }
  setlocale(LC_ALL, "");
  g_setenv("TZ", "UTC", TRUE);
  g_test_init(&argc, &argv, NULL);
  for (const Scene *scene = stage_scenes; scene->name != NULL; scene++) {
    g_autofree char *path = g_strdup_printf("/tui/golden/%s", scene->name);
    g_test_add_data_func(path, scene, test_golden);
  }
  return g_test_run();
}
