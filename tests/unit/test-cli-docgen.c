/* Text as mdoc: nothing in it may become a macro or an escape. */
#include "docgen/docgen.h"

static void
check(void (*append)(GString *, const char *), const char *text, const char *expected)
{
  g_autoptr(GString) out = g_string_new(NULL);
  append(out, text);
  g_assert_cmpstr(out->str, ==, expected);
}

static void
test_text(void)
{
  check(mdoc_text, "One. Two", "One.\nTwo\n");
  check(mdoc_text, "e.g. one", "e.g. one\n");
  check(mdoc_text, "a\n\nb", "a\n.Pp\nb\n");
  check(mdoc_text, ".Dd is no macro", "\\&.Dd is no macro\n");
  check(mdoc_text, "'quoted'", "\\&'quoted'\n");
  check(mdoc_text, "a\\b", "a\\eb\n");
  check(mdoc_text, "→ … ü", "\\[u2192] \\[u2026] \\[u00FC]\n");
  check(mdoc_text, "two\nlines", "two lines\n");
}

static void
test_argument(void)
{
  check(mdoc_argument, "[QUERY]", "[QUERY]");
  check(mdoc_argument, "ID", "\\&ID");
  check(mdoc_argument, "say \"x\" .", "say \\(dqx\\(dq \\&.");
  check(mdoc_argument, "Op Ar name", "\\&Op \\&Ar name");
  check(mdoc_argument, "/", "/");
  check(mdoc_argument, "?", "\\&?");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/docgen/mdoc/text", test_text);
  g_test_add_func("/docgen/mdoc/argument", test_argument);
  return g_test_run();
}
