/* The scripts for which ICU knows the letters. Which of them are used, and what
 * is made of the result, is decided in romanise.c. */
#include "model/romanise.h"

#include "base/late.h"
#include <string.h>
#include <unicode/uscript.h>
#include <unicode/utrans.h>

/* --- the library --- */

typedef struct {
  __typeof__(utrans_openU) *open;
  __typeof__(utrans_close) *close;
  __typeof__(utrans_transUChars) *read;
  __typeof__(uscript_getScript) *script;
} Icu;

/* ICU's names carry its version, by macros of their own; the list is resolved with them. */
static const Icu *
icu(void)
{
#ifdef LATE_ICU
  static const char *const names[] = {G_STRINGIFY(utrans_openU), G_STRINGIFY(utrans_close),
                                      G_STRINGIFY(utrans_transUChars),
                                      G_STRINGIFY(uscript_getScript)};
  static Icu functions;
  static gsize bound;
  if (g_once_init_enter(&bound)) {
    late_bind(LATE_ICU, names, (gpointer *)(void *)&functions, G_N_ELEMENTS(names));
    g_once_init_leave(&bound, 1);
  }
#else
  static const Icu functions = {utrans_openU, utrans_close, utrans_transUChars, uscript_getScript};
#endif
  return &functions;
}

int
romanise_script(gunichar letter)
{
  UErrorCode status = U_ZERO_ERROR;
  UScriptCode script = icu()->script((UChar32)letter, &status);
  return U_SUCCESS(status) ? (int)script : (int)USCRIPT_COMMON;
}

/* --- readings --- */

/* Readings by script; whatever is not listed goes through "Any-Latin". */
static const struct {
  UScriptCode script;
  const char *id;
} readings[] = {
    {USCRIPT_HAN, "Han-Latin/Names"},
    {USCRIPT_HIRAGANA, "Hiragana-Latin"},
    {USCRIPT_KATAKANA, "Katakana-Latin"},
    {USCRIPT_HANGUL, "Hangul-Latin"},
    {USCRIPT_ARMENIAN, "Armenian-Latin/BGN"},
    {USCRIPT_GEORGIAN, "Georgian-Latin/BGN"},
    {USCRIPT_ETHIOPIC, "Amharic-Latin/BGN"},
    {USCRIPT_DEVANAGARI, "Devanagari-Latin"},
    {USCRIPT_THAI, "Thai-Latin"},
    {USCRIPT_ARABIC, "Arabic-Latin"},
    {USCRIPT_HEBREW, "Hebrew-Latin"},
    {USCRIPT_COMMON, "Any-Latin"},
};

typedef struct {
  UTransliterator *open[G_N_ELEMENTS(readings)];
} Readers;

static void
readers_free(gpointer data)
{
  Readers *readers = data;
  for (guint i = 0; i < G_N_ELEMENTS(readings); i++)
    if (readers->open[i])
      icu()->close(readers->open[i]);
  g_free(readers);
}

/* One set per thread: no lock, and nothing shared. */
static GPrivate own_readers = G_PRIVATE_INIT(readers_free);

static UTransliterator *
find_reader(int script)
{
  Readers *readers = g_private_get(&own_readers);
  if (!readers) {
    readers = g_new0(Readers, 1);
    g_private_set(&own_readers, readers);
  }
  guint i = 0;
  while (i + 1 < G_N_ELEMENTS(readings) && (int)readings[i].script != script)
    i++;
  if (!readers->open[i]) {
    UChar id[40] = {0};
    UErrorCode status = U_ZERO_ERROR;
    for (guint at = 0; readings[i].id[at] != '\0' && at + 1 < G_N_ELEMENTS(id); at++)
      id[at] = (UChar)readings[i].id[at]; /* ASCII, all of them */
    readers->open[i] = icu()->open(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
  }
  return readers->open[i];
}

char *
romanise_with_icu(const char *text, int script)
{
  UTransliterator *reader = find_reader(script);
  glong length = 0;
  g_autofree gunichar2 *source = g_utf8_to_utf16(text, -1, NULL, &length, NULL);
  if (!reader || !source)
    return NULL;
  /* The longest reading of one Han character is six letters and a blank. */
  for (int32_t room = (int32_t)length * 8 + 64; room < 1 << 20; room *= 2) {
    g_autofree UChar *units = g_new0(UChar, room);
    memcpy(units, source, (gsize)length * sizeof *units);
    UErrorCode status = U_ZERO_ERROR;
    int32_t used = (int32_t)length, limit = (int32_t)length;
    icu()->read(reader, units, &used, room, 0, &limit, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR)
      continue;
    return U_SUCCESS(status) ? g_utf16_to_utf8((const gunichar2 *)units, used, NULL, NULL, NULL)
                             : NULL;
  }
  return NULL;
}
