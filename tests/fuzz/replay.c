/* Stands in for libFuzzer in an ordinary build: runs a fuzz target over its
 * seeds and over simple mutations of each, always the same ones, and says in
 * TAP how it went. What libFuzzer finds is added to the seeds. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

#define MUTATIONS 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each change is one that parsers trip over: cut, doubled, flipped, foreign. */
static void
mutate(GByteArray *bytes, GRand *rand)
{
  static const guint8 foreign[] = {0, '\n', '"', '\\', '{', '}', '%', ':', ',', 0x1b, 0x80, 0xff};
  guint at = bytes->len ? (guint)g_rand_int_range(rand, 0, (gint32)bytes->len) : 0;

  switch (g_rand_int_range(rand, 0, 4)) {
  case 0:
    g_byte_array_set_size(bytes, at);
    break;
  case 1: {
    /* A copy, because appending may move what is appended. */
    guint length = MIN(bytes->len - at, 64);
    g_autofree guint8 *again = g_memdup2(bytes->data + at, length);
    g_byte_array_append(bytes, again, length);
    break;
  }
  case 2:
    if (bytes->len)
      bytes->data[at] ^= (guint8)(1u << g_rand_int_range(rand, 0, 8));
    break;
  default:
    if (bytes->len)
      bytes->data[at] = foreign[g_rand_int_range(rand, 0, (gint32)G_N_ELEMENTS(foreign))];
  }
}

static void
run(const char *seed, gsize length)
{
  LLVMFuzzerTestOneInput((const uint8_t *)seed, length);
  for (guint32 n = 0; n < MUTATIONS; n++) {
    GRand *rand = g_rand_new_with_seed(n);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)seed, (guint)length);
    for (int changes = 1 + (int)(n % 5); changes > 0; changes--)
      mutate(bytes, rand);
    g_rand_free(rand);
    /* A copy of the exact size, so that the sanitizer sees one byte too many. */
    g_autofree guint8 *exact = g_memdup2(bytes->data, bytes->len);
    LLVMFuzzerTestOneInput(exact ? exact : (const uint8_t *)"", bytes->len);
  }
}

int
main(int argc, char **argv)
{
  const char *source = g_getenv("top_srcdir");
  g_autofree char *program = g_path_get_basename(argv[0]);
  const char *name = g_str_has_prefix(program, "fuzz-") ? program + 5 : program;
  g_autofree char *path = g_build_filename(source ? source : ".", "tests/data/fuzz", name, NULL);
  g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
  int count = 0;

  if (!folder) {
    printf("Bail out! no seeds in %s\n", path);
    return 1;
  }
  for (const char *file; (file = g_dir_read_name(folder));) {
    g_autofree char *seed_path = g_build_filename(path, file, NULL);
    g_autofree char *seed = NULL;
    gsize length = 0;
    if (!g_file_get_contents(seed_path, &seed, &length, NULL)) {
      printf("not ok %d - %s cannot be read\n", ++count, file);
      continue;
    }
    run(seed, length);
    printf("ok %d - %s and %d mutations\n", ++count, file, MUTATIONS);
  }
  printf("1..%d\n", count);
  return count ? 0 : 1;
}
