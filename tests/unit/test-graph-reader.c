/* The JSON reader that works in place: what it takes, what it refuses, and
 * that no text makes it read beyond its end. */
#include "graph/reader-private.h"
#include <string.h>

/* Walks a value and writes it down again, in a plain form. */
static void
dump(Reader *reader, GString *out)
{
  char *name;
  gsize length;
  ReaderKind kind = reader_peek(reader);
  if (kind == READER_STRING) {
    const char *text = reader_string(reader, &length);
    g_string_append_printf(out, "'%s'", text ? text : "?");
    if (text)
      g_assert_cmpuint(strlen(text), ==, length);
  } else if (kind == READER_ARRAY && reader_enter(reader, kind)) {
    g_string_append_c(out, '[');
    while (reader_item(reader)) {
      dump(reader, out);
      g_string_append_c(out, ';');
    }
    g_string_append_c(out, ']');
  } else if (kind == READER_OBJECT && reader_enter(reader, kind)) {
    g_string_append_c(out, '{');
    while (reader_member(reader, &name, &length)) {
      g_string_append_printf(out, "%s:", name);
      dump(reader, out);
      g_string_append_c(out, ';');
    }
    g_string_append_c(out, '}');
  } else {
    g_string_append_printf(out, "%d", kind);
    reader_skip(reader);
  }
}

/* The dump, or NULL if the text is refused. In memory of exactly its size, so that a
 * sanitizer sees every step beyond. */
static char *
dump_text(const char *text, gsize length)
{
  char *copy = g_malloc(length + 1);
  memcpy(copy, text, length);
  copy[length] = '\0';
  Reader reader;
  GString *out = g_string_new(NULL);
  reader_init(&reader, copy, length);
  dump(&reader, out);
  gboolean ok = reader_at_end(&reader);
  g_free(copy);
  return g_string_free(out, !ok);
}

static void
test_good(void)
{
  static const struct {
    const char *text, *dump;
  } cases[] = {
      {" { \"a\" : [ 1 , -2.5e+3 , true , false , null ] , \"b\" : { } } ",
       "{a:[4;4;3;2;1;];b:{};}"},
      {"[]", "[]"},
      {"[[],[[]],{}]", "[[];[[];];{};]"},
      {"\"\"", "''"},
      {"[\"a\",\"\",\"b\"]", "['a';'';'b';]"},
      {"\"q\\\"b\\\\s\\/b\\bf\\fn\\nr\\rt\\t\"", "'q\"b\\s/b\bf\fn\nr\rt\t'"},
      {"\"\\u00e9\\u20ac\\ud83d\\ude00\"", "'é€😀'"},
      {"\"\\ud83d x \\ude00\"", "'\357\277\275 x \357\277\275'"},
      {"\"a\\u0000b\"", "'a\357\277\275b'"},
      {"\"Jürgen 名\"", "'Jürgen 名'"},
      {"\"bad \xff\xc3 end\"", "'bad ?? end'"},
      {"{\"k\\u0065y\":\"v\"}", "{key:'v';}"},
      {"{\"[\":\"{\",\"}\":\"]\"}", "{[:'{';}:']';}"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = dump_text(cases[i].text, strlen(cases[i].text));
    g_assert_cmpstr(got, ==, cases[i].dump);
  }
}

static void
test_bad(void)
{
  static const char *const cases[] = {
      "",         " ",          "{",         "[",
      "\"",       "{\"a\"",     "{\"a\":",   "{\"a\":1",
      "[1",       "[1,",        "[1,]",      "[,1]",
      "[1 2]",    "{,}",        "{\"a\"1}",  "{a:1}",
      "{\"a\":}", "{\"a\":1,}", "nul",       "nullx",
      "tru",      "+1",         "-",         ".5",
      "\"\n\"",   "\"\\x\"",    "\"\\u12\"", "\"\\u12g4\"",
      "[1]]",     "[1}",        "{\"a\":1]", "[\"a\"\"b\"]",
      "[] []",    "\"\\",       "x",
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = dump_text(cases[i], strlen(cases[i]));
    if (got)
      g_error("%s was taken as %s", cases[i], got);
  }
  /* NUL bytes and nesting without end. */
  g_assert_null(dump_text("[1,\0 2]", 7));
  g_assert_null(dump_text("\"a\0b\"", 5));
  g_autofree char *deep = g_strnfill(100000, '[');
  g_assert_null(dump_text(deep, 100000));
}

/* Every beginning of a good text is refused, and every skip agrees with every read. */
static void
test_cut_off(void)
{
  static const char text[] = "{\"value\":[{\"id\":\"a\\u00e9\\\"b\",\"list\":[\"x\",\"y\"],"
                             "\"o\":{\"n\":null,\"t\":true,\"i\":12}},{}],\"z\":\"\\\\\"}";
  for (gsize i = 0; i < strlen(text); i++) {
    g_assert_null(dump_text(text, i));
    char *copy = g_strndup(text, i);
    Reader reader;
    reader_init(&reader, copy, i);
    reader_skip(&reader);
    g_assert_false(reader_at_end(&reader));
    g_free(copy);
  }
  g_autofree char *whole = dump_text(text, strlen(text));
  g_assert_nonnull(whole);
  g_autofree char *copy = g_strdup(text);
  Reader reader;
  reader_init(&reader, copy, strlen(copy));
  reader_skip(&reader);
  g_assert_true(reader_at_end(&reader));
}

/* Bytes changed at random: refused or taken, but never a step outside. */
static void
test_garbled(void)
{
  static const char text[] = "{\"value\":[{\"id\":\"a\\u00e9\\ud83d\\ude00\",\"l\":[1,\"y\"]}]}";
  for (int i = 0; i < 200000; i++) {
    char copy[sizeof text];
    memcpy(copy, text, sizeof text);
    for (int n = g_test_rand_int_range(1, 4); n; n--)
      copy[g_test_rand_int_range(0, sizeof text - 1)] = "\"\\{}[],:u\0\xff"
                                                        "1a "[g_test_rand_int_range(0, 14)];
    g_free(dump_text(copy, sizeof text - 1));
    g_free(reader_find_string(copy, sizeof text - 1, "value"));
  }
}

static void
test_find(void)
{
  static const struct {
    const char *text, *found;
  } cases[] = {
      {"{\"@odata.nextLink\":\"https://x/?a=1\\u0026b=2\",\"value\":[]}", "https://x/?a=1&b=2"},
      {"{\"value\":[{\"@odata.nextLink\":\"inner\"}],\"@odata.nextLink\" : \"outer\"}", "outer"},
      {"{\"value\":[{\"a\":\"\\\\\"},{\"b\":\"\\\"\"}],\"@odata.nextLink\":\"x\"}", "x"},
      {"{\"value\":[{\"@odata.nextLink\":\"inner\"}]}", NULL},
      {"{\"value\":{\"@odata.nextLink\":\"inner\"}}", NULL},
      {"{\"value\":\"\\\"@odata.nextLink\\\":\\\"inner\"}", NULL},
      {"{\"value\":\"\\\\\",\"@odata.nextLink\":\"x\"} \n", "x"},
      {"{\"value\":[\"@odata.nextLink\"]}", NULL},
      {"{\"a\":\"@odata.nextLink\",\"b\":\"c\"}", NULL},
      {"{\"@odata.nextLink\":null,\"value\":\"v\"}", NULL},
      {"{\"@odata.nextLink\":{\"a\":\"b\"}}", NULL},
      {"{\"@odata.nextLink\":\"cut", NULL},
      {"{\"@odata.nextLink\"", NULL},
      {"", NULL},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *found =
        reader_find_string(cases[i].text, strlen(cases[i].text), "@odata.nextLink");
    g_assert_cmpstr(found, ==, cases[i].found);
  }
}

/* Never anything that more text could change. */
static void
test_find_early(void)
{
  static const struct {
    const char *text, *found;
    gboolean more;
  } cases[] = {
      {"{\"@odata.nextLink\":\"x\",", "x", FALSE},
      {"{\"@odata.context\":\"c\",\"@odata.count\":7,\"@odata.nextLink\":\"x\\/y\",\"value\":[{",
       "x/y", FALSE},
      {"{\"@odata.nextLink\":\"x\"", NULL, TRUE},
      {"{\"@odata.nextLink\":\"x", NULL, TRUE},
      {"{\"@odata.nextLink\":", NULL, TRUE},
      {"{\"@odata.con", NULL, TRUE},
      {"{", NULL, TRUE},
      {"", NULL, TRUE},
      {"{\"value\":[{\"@odata.nextLink\":\"inner\"},", NULL, FALSE},
      {"{\"value\":[{}],\"@odata.nextLink\":\"late\"}", NULL, FALSE},
      {"{\"a\":{\"@odata.nextLink\":\"inner\"},", NULL, FALSE},
      {"{\"a\":\"@odata.nextLink\",\"b\":\"x\",\"value\":[1", NULL, FALSE},
      {"{\"@odata.nextLink\":null,\"value\":[1", NULL, FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    gboolean more = !cases[i].more;
    g_autofree char *found =
        reader_find_early(cases[i].text, strlen(cases[i].text), "@odata.nextLink", &more);
    g_assert_cmpstr(found, ==, cases[i].found);
    g_assert_cmpint(more, ==, cases[i].more);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/reader/good", test_good);
  g_test_add_func("/reader/bad", test_bad);
  g_test_add_func("/reader/cut-off", test_cut_off);
  g_test_add_func("/reader/garbled", test_garbled);
  g_test_add_func("/reader/find", test_find);
  g_test_add_func("/reader/find-early", test_find_early);
  return g_test_run();
}
