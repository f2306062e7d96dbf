/* Text: what is shown, how wide it is, how it folds; CSV and JSON cells. */
#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include <locale.h>
#include <string.h>

static void
test_visible(void)
{
  static const struct {
    const char *raw, *shown;
  } cases[] = {
      {"Ada Lovelace", "Ada Lovelace"},
      {"", ""},
      {"Zoë Müller", "Zoë Müller"},
      {"\x1b]52;c;cm0=\a", "␛]52;c;cm0=␇"},
      {"a\nb\tc", "a␊b␉c"},
      {"\u202Egnp.exe", "<RLO>gnp.exe"},
      {"x\u2066y\u2069", "x<LRI>y<PDI>"},
      {"a\x7f", "a␡"},
      {"\xc2\x85", "<U+0085>"},
      {"bad\xff"
       "end",
       "bad\uFFFDend"},
      {"cut\xe2\x82", "cut\uFFFD\uFFFD"},
      {"\u200Bzero", "<ZWSP>zero"},
      {"👩\u200D🔬", "👩\u200D🔬"},
      {"\ue000", "<U+E000>"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *shown = text_visible(cases[i].raw);
    g_assert_cmpstr(shown, ==, cases[i].shown);
    g_assert_cmpint(text_is_visible(cases[i].raw), ==, strcmp(cases[i].raw, shown) == 0);
    g_assert_true(g_utf8_validate(shown, -1, NULL));
  }
}

static void
test_width_and_clip(void)
{
  g_assert_cmpint(text_width("abc"), ==, 3);
  g_assert_cmpint(text_width("山田"), ==, 4);
  g_assert_cmpint(text_width("e\u0301"), ==, 1);
  static const struct {
    const char *text;
    int cells;
    gboolean ascii;
    const char *clipped;
  } cases[] = {
      {"Lovelace", 8, FALSE, "Lovelace"}, {"Lovelace", 7, FALSE, "Lovela…"},
      {"Lovelace", 7, TRUE, "Love..."},   {"山田太郎", 5, FALSE, "山田…"},
      {"山田太郎", 4, FALSE, "山…"},      {"Lovelace", 1, FALSE, "…"},
      {"Lovelace", 0, FALSE, ""},         {"Lovelace", 2, TRUE, "Lo"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *clipped = text_clip(cases[i].text, cases[i].cells, cases[i].ascii);
    g_assert_cmpstr(clipped, ==, cases[i].clipped);
    g_assert_cmpint(text_width(clipped), <=, cases[i].cells);
  }
}

static void
test_fold(void)
{
  static const struct {
    const char *text, *folded;
  } cases[] = {
      {"ADA", "ada"},
      {"Zoë MÜLLER", "zoe muller"},
      {"Straße", "strasse"},
      {"Łukasz", "lukasz"},
      {"Ørsted", "orsted"},
      {"Ελένη", "ελενη"},
      {"Йорк", "иорк"},
      {"ﬁne", "fine"},
      {"ＡＢＣ", "abc"},
      {"e\u0301e\u0300", "ee"},
      {"がぎ", "かき"},
      {"", ""},
      {"a\xff"
       "b",
       "a\uFFFDb"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *folded = text_fold(cases[i].text);
    g_assert_cmpstr(folded, ==, cases[i].folded);
  }
  g_autoptr(GString) out = g_string_new("has ");
  text_fold_append(out, "ÄB");
  text_fold_append(out, "CD");
  g_assert_cmpstr(out->str, ==, "has abcd");
}

static void
test_squeeze(void)
{
  g_autofree char *a = text_squeeze("  Ada\t\u00a0 King \n");
  g_assert_cmpstr(a, ==, "Ada King");
  g_autofree char *b = text_squeeze(" \t ");
  g_assert_cmpstr(b, ==, "");
  g_autofree char *c = text_squeeze("x\xfe y");
  g_assert_cmpstr(c, ==, "x\uFFFD y");
}

static void
test_nearest(void)
{
  const char *known[] = {"expires", "company", "sponsor", "state", NULL};
  g_assert_cmpstr(text_nearest("expire", known), ==, "expires");
  g_assert_cmpstr(text_nearest("comapny", known), ==, "company");
  g_assert_cmpstr(text_nearest("SPONSOR", known), ==, "sponsor");
  g_assert_cmpstr(text_nearest("sta", known), ==, "state");
  g_assert_null(text_nearest("zzzzzz", known));
  g_assert_null(text_nearest("", known));
}

static void
test_csv(void)
{
  g_autoptr(GString) line = g_string_new(NULL);
  csv_append_cell(line, "plain", ',', TRUE, TRUE);
  csv_append_cell(line, "a,\"b\"", ',', FALSE, TRUE);
  csv_append_cell(line, "=1+1", ',', FALSE, TRUE);
  csv_append_cell(line, "+49 151", ',', FALSE, FALSE);
  csv_append_cell(line, NULL, ',', FALSE, TRUE);
  csv_append_cell(line, "two\nlines", ',', FALSE, TRUE);
  g_assert_cmpstr(line->str, ==, "plain,\"a,\"\"b\"\"\",\"'=1+1\",+49 151,,\"two\nlines\"");
  g_string_truncate(line, 0);
  csv_append_cell(line, "\uff1d1", ',', TRUE, TRUE);
  csv_append_cell(line, "a;=1", ',', FALSE, TRUE);
  csv_append_cell(line, "\uff1e", ',', FALSE, TRUE);
  g_assert_cmpstr(line->str, ==, "\"'\uff1d1\",\"a;=1\",\uff1e");
  g_autoptr(GString) tsv = g_string_new(NULL);
  csv_append_tsv_cell(tsv, "a\tb\\", TRUE);
  csv_append_tsv_cell(tsv, "c\nd", FALSE);
  csv_append_tsv_cell(tsv, NULL, FALSE);
  g_assert_cmpstr(tsv->str, ==, "a\\tb\\\\\tc\\nd\t");
}

static void
test_json_write(void)
{
  g_autoptr(GString) out = g_string_new("{");
  json_append_key(out, "a\"b");
  json_append_string(out, "line\nbell\a\\ü");
  json_append_key(out, "n");
  json_append_string(out, NULL);
  g_string_append_c(out, '}');
  g_assert_cmpstr(out->str, ==, "{\"a\\\"b\":\"line\\nbell\\u0007\\\\ü\",\"n\":null}");
}

static void
test_json_read(void)
{
  g_autoptr(GError) error = NULL;
  const char good[] =
      "{\"s\":\"x\",\"n\":7,\"b\":true,\"a\":[1],\"o\":{},\"z\":null,\"big\":1e300} \n";
  g_autoptr(cJSON) tree = json_parse(good, strlen(good), "answer", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(json_string(tree, "s"), ==, "x");
  g_assert_null(json_string(tree, "n"));
  g_assert_cmpint(json_int(tree, "n", -1), ==, 7);
  g_assert_cmpint(json_int(tree, "s", -1), ==, -1);
  g_assert_cmpint(json_int(tree, "big", -1), ==, -1);
  g_assert_true(json_bool(tree, "b"));
  g_assert_nonnull(json_array(tree, "a"));
  g_assert_null(json_array(tree, "o"));
  g_assert_nonnull(json_object(tree, "o"));
  g_assert_null(json_member(tree, "z"));
  const char *const bad[] = {"", "{", "{\"a\":1}x", "[1,", "\xff", "{\"a\":\"unended"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) wrong = NULL;
    g_assert_null(json_parse(bad[i], strlen(bad[i]), "answer", &wrong));
    g_assert_error(wrong, USHER_ERROR, USHER_ERROR_PROTOCOL);
  }
  static const char hidden[] = "{\"a\":1}\0{\"b\":2}";
  g_assert_null(json_parse(hidden, sizeof hidden - 1, "answer", NULL));
}

static void
test_redact(void)
{
  static const char *const planted[] = {"Authorization: Bearer abc.DEF-123",
                                        "refresh_token=s3cr3t-value&x=1",
                                        "{\"password\":\"s3cr3t-value\"}",
                                        "{\"password\":\"a,b}&c\\\"d s3cr3t\",\"id\":1}",
                                        "got eyJhbGciOiJub25lIn0.eyJzdWIiOiJzM2NyM3QifQ.sig",
                                        "https://login.example/redeem?rd=s3cr3t-value"};
  for (gsize i = 0; i < G_N_ELEMENTS(planted); i++) {
    g_autofree char *clean = log_redact(planted[i]);
    g_assert_nonnull(strstr(clean, "[redacted]"));
    g_assert_null(strstr(clean, "s3cr3t"));
    g_assert_null(strstr(clean, "DEF-123"));
  }
  g_autofree char *same = log_redact("GET /users 200");
  g_assert_cmpstr(same, ==, "GET /users 200");
}

static gpointer
redact_often(gpointer data)
{
  for (guint i = 0; i < 500; i++) {
    g_autofree char *clean = log_redact("Authorization: Bearer abcdefghijklmnop.qrst");
    if (!g_str_has_suffix(clean, "earer [redacted]"))
      return GINT_TO_POINTER(1);
  }
  return NULL;
}

/* The expressions are made once, whoever comes first. */
static void
test_redact_threads(void)
{
  GThread *threads[8];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("redact", redact_often, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_assert_null(g_thread_join(threads[i]));
}

/* --- what somebody typed, in messages --- */

static void
test_quoted(void)
{
  g_autofree char *plain = text_quoted("ada");
  g_assert_cmpstr(plain, ==, "ada");
  g_autofree char *long_one = g_strnfill(100000, 'a');
  g_autofree char *cut = text_quoted(long_one);
  g_assert_cmpint(text_width(cut), ==, 80);
  g_assert_true(g_str_has_suffix(cut, "…"));
  g_autofree char *lines = text_quoted("a\nb\033[2J");
  g_assert_true(text_is_visible(lines));
  g_assert_null(strchr(lines, '\n'));
}

static void
test_cut_long(void)
{
  g_autofree char *word = g_strnfill(301, 'b');
  g_autofree char *path = g_strnfill(300, 'p');
  g_autofree char *message = g_strdup_printf("no “%s”:\n  try %s", word, path);
  g_autofree char *cut = text_cut_long(message);
  g_assert_true(g_str_has_prefix(cut, "no “bbb"));
  g_assert_nonnull(strstr(cut, "b…b"));
  g_assert_nonnull(strstr(cut, "”:\n  try p"));
  g_assert_true(g_str_has_suffix(cut, path));
  GString *many = g_string_new(NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append(many, "ü ");
  g_autofree char *all = g_string_free(many, FALSE);
  g_autofree char *short_one = text_cut_long(all);
  g_assert_cmpuint(strlen(short_one), <, 9000);
  g_assert_true(g_utf8_validate(short_one, -1, NULL));
  g_assert_true(g_str_has_suffix(short_one, "…"));
  g_autofree char *bad = text_cut_long("a\xff\xfe b");
  g_assert_true(g_utf8_validate(bad, -1, NULL));
  g_autofree char *same = text_cut_long("as it is\n  and the second line");
  g_assert_cmpstr(same, ==, "as it is\n  and the second line");
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "C.UTF-8");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/text/visible", test_visible);
  g_test_add_func("/base/text/width-and-clip", test_width_and_clip);
  g_test_add_func("/base/text/fold", test_fold);
  g_test_add_func("/base/text/squeeze", test_squeeze);
  g_test_add_func("/base/text/nearest", test_nearest);
  g_test_add_func("/base/csv/cells", test_csv);
  g_test_add_func("/base/json/write", test_json_write);
  g_test_add_func("/base/json/read", test_json_read);
  g_test_add_func("/base/log/redact-threads", test_redact_threads);
  g_test_add_func("/base/log/redact", test_redact);
  g_test_add_func("/text/quoted", test_quoted);
  g_test_add_func("/text/cut-long", test_cut_long);
  return g_test_run();
}
