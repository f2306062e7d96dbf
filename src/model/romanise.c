/* Writing names in plain Latin letters. Stated rules, in this order:
 *   Latin     ä ö ü become ae oe ue and ß ss, whatever the language (a German reader
 *             expects it, others recognise it); å → a, ø → o, æ → ae, ł → l, ı → i,
 *             đ ð → d, þ → th; every other mark is dropped.
 *   Greek     ELOT 743, as in Greek passports.
 *   Cyrillic  like BGN without its finer signs; Ukrainian, Bulgarian, Serbian and
 *             Macedonian by their own rules when a letter tells them apart.
 *   Kana      Hepburn, long vowels written short as in Japanese passports.
 *   Hangul    Revised Romanisation; frequent surnames as their bearers write them.
 *   others    by ICU; a guess where the script leaves out vowels or, as with Han,
 *             says nothing about the reading, which is then taken as Chinese. */
#include "model/romanise.h"

#include <string.h>
#include <unicode/uscript.h>

/* Nobody's name is longer; a hostile one costs no more than this. */
#define MAX_LETTERS 1024

typedef struct {
  gunichar letter;
  const char *latin;
} Letter;

static const Letter latin_letters[] = {
    {0x00DF, "ss"}, {0x00E6, "ae"}, {0x0153, "oe"}, {0x00F8, "o"}, {0x0142, "l"}, {0x0111, "d"},
    {0x00F0, "d"},  {0x00FE, "th"}, {0x0131, "i"},  {0x014B, "n"}, {0x0127, "h"}, {0x0167, "t"},
    {0x0138, "k"},  {0x0259, "e"},  {0x025B, "e"},  {0x0254, "o"}, {0x0253, "b"}, {0x0257, "d"},
    {0x0199, "k"},  {0x01B4, "y"},  {0x0268, "i"},  {0x0289, "u"}, {0x019A, "l"}, {0, NULL},
};

static const Letter greek_letters[] = {
    {0x03B1, "a"}, {0x03B2, "v"},  {0x03B3, "g"}, {0x03B4, "d"}, {0x03B5, "e"},  {0x03B6, "z"},
    {0x03B7, "i"}, {0x03B8, "th"}, {0x03B9, "i"}, {0x03BA, "k"}, {0x03BB, "l"},  {0x03BC, "m"},
    {0x03BD, "n"}, {0x03BE, "x"},  {0x03BF, "o"}, {0x03C0, "p"}, {0x03C1, "r"},  {0x03C2, "s"},
    {0x03C3, "s"}, {0x03C4, "t"},  {0x03C5, "y"}, {0x03C6, "f"}, {0x03C7, "ch"}, {0x03C8, "ps"},
    {0x03C9, "o"}, {0, NULL},
};

static const Letter cyrillic_letters[] = {
    {0x0430, "a"},  {0x0431, "b"},    {0x0432, "v"},  {0x0433, "g"},  {0x0434, "d"},
    {0x0435, "e"},  {0x0451, "e"},    {0x0436, "zh"}, {0x0437, "z"},  {0x0438, "i"},
    {0x0439, "y"},  {0x043A, "k"},    {0x043B, "l"},  {0x043C, "m"},  {0x043D, "n"},
    {0x043E, "o"},  {0x043F, "p"},    {0x0440, "r"},  {0x0441, "s"},  {0x0442, "t"},
    {0x0443, "u"},  {0x0444, "f"},    {0x0445, "kh"}, {0x0446, "ts"}, {0x0447, "ch"},
    {0x0448, "sh"}, {0x0449, "shch"}, {0x044A, ""},   {0x044B, "y"},  {0x044C, ""},
    {0x044D, "e"},  {0x044E, "yu"},   {0x044F, "ya"}, {0x0456, "i"},  {0x0457, "i"},
    {0x0454, "ie"}, {0x0491, "g"},    {0x045E, "u"},  {0x0452, "dj"}, {0x0458, "j"},
    {0x0459, "lj"}, {0x045A, "nj"},   {0x045B, "c"},  {0x045F, "dz"}, {0x0453, "gj"},
    {0x045C, "kj"}, {0x0455, "dz"},   {0x04D9, "a"},  {0x0493, "g"},  {0x049B, "k"},
    {0x04A3, "n"},  {0x04E9, "o"},    {0x04B1, "u"},  {0x04AF, "u"},  {0x04BB, "h"},
    {0x04B3, "h"},  {0x04B7, "j"},    {0x04E3, "i"},  {0x04EF, "u"},  {0, NULL},
};

/* Where these differ from the table above. */
static const Letter ukrainian_letters[] = {{0x0433, "h"},  {0x0438, "y"},  {0x0439, "i"},
                                           {0x044E, "iu"}, {0x044F, "ia"}, {0, NULL}};
static const Letter ukrainian_initials[] = {{0x0454, "ye"}, {0x0457, "yi"}, {0x0439, "y"},
                                            {0x044E, "yu"}, {0x044F, "ya"}, {0, NULL}};
static const Letter bulgarian_letters[] = {
    {0x0449, "sht"}, {0x044A, "a"}, {0x0445, "h"}, {0x044C, "y"}, {0, NULL}};
static const Letter serbian_letters[] = {{0x0436, "z"}, {0x0445, "h"}, {0x0446, "c"},
                                         {0x0447, "c"}, {0x0448, "s"}, {0, NULL}};

/* Surnames of one syllable that hardly anybody writes by the rule. */
static const Letter korean_surnames[] = {
    {0xAE40, "kim"},  {0xC774, "lee"},  {0xBC15, "park"}, {0xCD5C, "choi"}, {0xC815, "jung"},
    {0xAC15, "kang"}, {0xC870, "cho"},  {0xC724, "yoon"}, {0xC784, "lim"},  {0xC624, "oh"},
    {0xC2E0, "shin"}, {0xAD8C, "kwon"}, {0xC548, "ahn"},  {0xC720, "yoo"},  {0xACE0, "ko"},
    {0xBB38, "moon"}, {0xAD6C, "koo"},  {0xC6B0, "woo"},  {0xC8FC, "joo"},  {0xC2EC, "shim"},
    {0xB178, "noh"},  {0, NULL},
};

static const char *
find_letter(const Letter *letters, gunichar letter)
{
  for (; letters->latin; letters++)
    if (letters->letter == letter)
      return letters->latin;
  return NULL;
}

/* A letter without its accents. */
static gunichar
base_letter(gunichar letter)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  return g_unichar_fully_decompose(letter, FALSE, parts, G_N_ELEMENTS(parts)) > 0 ? parts[0]
                                                                                  : letter;
}

static gboolean
has_mark(gunichar letter, gunichar mark)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = g_unichar_fully_decompose(letter, FALSE, parts, G_N_ELEMENTS(parts));
  for (gsize i = 1; i < n; i++)
    if (parts[i] == mark)
      return TRUE;
  return FALSE;
}

#define DIAERESIS 0x0308

/* --- one letter at a time: Latin, digits, and what stands between words --- */

static const gunichar hyphens[] = {'-', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0x30A0};

static gboolean
is_hyphen(gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS(hyphens); i++)
    if (hyphens[i] == c)
      return TRUE;
  return FALSE;
}

static gboolean
is_blank(gunichar c)
{
  return g_unichar_isspace(c) || c == '_' || c == '.' || c == ',' || c == '/' || c == '&' ||
         c == '+' || c == 0x00B7 || c == 0x30FB;
}

static gboolean
ends_in_umlaut_vowel(const GString *out)
{
  return out->len > 0 && strchr("aou", out->str[out->len - 1]);
}

/* Latin letters and everything that belongs to no script. */
static void
append_latin(GString *out, gunichar letter)
{
  letter = g_unichar_tolower(letter);
  if (letter == DIAERESIS && ends_in_umlaut_vowel(out)) {
    g_string_append_c(out, 'e');
    return;
  }
  gunichar base = base_letter(letter);
  const char *latin = find_letter(latin_letters, base);
  if (latin)
    g_string_append(out, latin);
  else if (base < 0x80 && g_ascii_isalnum((char)base)) {
    g_string_append_c(out, g_ascii_tolower((char)base));
    if (has_mark(letter, DIAERESIS) && ends_in_umlaut_vowel(out))
      g_string_append_c(out, 'e');
  } else if (is_hyphen(letter))
    g_string_append_c(out, '-');
  else if (is_blank(letter))
    g_string_append_c(out, ' ');
  else if (g_unichar_isdigit(letter))
    g_string_append_c(out, (char)('0' + g_unichar_digit_value(letter)));
}

/* --- Greek --- */

static gboolean
greek_voiceless(gunichar letter)
{
  static const gunichar letters[] = {0x03B8, 0x03BA, 0x03BE, 0x03C0, 0x03C2,
                                     0x03C3, 0x03C4, 0x03C6, 0x03C7, 0x03C8};
  for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
    if (letters[i] == letter)
      return TRUE;
  return FALSE;
}

static gboolean
is_letter_at(const gunichar *run, glong n, glong i)
{
  return i >= 0 && i < n && g_unichar_isalpha(run[i]);
}

/* Two letters that are read together; NULL if they are not. */
static const char *
greek_pair(const gunichar *run, glong n, glong i)
{
  if (i + 1 >= n)
    return NULL;
  gunichar a = run[i], b = run[i + 1], plain = base_letter(b);
  if (plain == 0x03C5 && !has_mark(b, DIAERESIS)) {
    gboolean hard = !is_letter_at(run, n, i + 2) || greek_voiceless(base_letter(run[i + 2]));
    if (a == 0x03B1)
      return hard ? "af" : "av";
    if (a == 0x03B5)
      return hard ? "ef" : "ev";
    if (a == 0x03B7)
      return hard ? "if" : "iv";
    if (a == 0x03BF)
      return "ou";
  }
  if (a == 0x03B3 && b == 0x03B3)
    return "ng";
  if (a == 0x03B3 && b == 0x03BE)
    return "nx";
  if (a == 0x03B3 && b == 0x03C7)
    return "nch";
  if (a == 0x03BC && b == 0x03C0)
    return is_letter_at(run, n, i - 1) && is_letter_at(run, n, i + 2) ? "mp" : "b";
  return NULL;
}

static void
append_greek(GString *out, const gunichar *run, glong n)
{
  for (glong i = 0; i < n; i++) {
    const char *pair = greek_pair(run, n, i);
    const char *latin = pair ? pair : find_letter(greek_letters, base_letter(run[i]));
    g_string_append(out, latin ? latin : "");
    i += pair != NULL;
  }
}

/* --- Cyrillic --- */

typedef struct {
  const Letter *letters;  /* over the common table; may be NULL */
  const Letter *initials; /* over both, at the start of a word; may be NULL */
} CyrillicRule;

static CyrillicRule
cyrillic_rule(const gunichar *run, glong n)
{
  static const gunichar ukrainian[] = {0x0456, 0x0457, 0x0454, 0x0491, 0x045E};
  static const gunichar serbian[] = {0x0452, 0x0458, 0x0459, 0x045A, 0x045B,
                                     0x045F, 0x0453, 0x045C, 0x0455};
  for (glong i = 0; i < n; i++) {
    for (guint k = 0; k < G_N_ELEMENTS(ukrainian); k++)
      if (run[i] == ukrainian[k])
        return (CyrillicRule){ukrainian_letters, ukrainian_initials};
    for (guint k = 0; k < G_N_ELEMENTS(serbian); k++)
      if (run[i] == serbian[k])
        return (CyrillicRule){serbian_letters, NULL};
    /* Зеленський: a soft sign before к is Ukrainian; Russian writes ск. */
    if (i >= 1 && i + 1 < n && run[i] == 0x044C && run[i + 1] == 0x043A &&
        (run[i - 1] == 0x0441 || run[i - 1] == 0x0446))
      return (CyrillicRule){ukrainian_letters, ukrainian_initials};
    /* In Russian the hard sign stands before a soft vowel only; elsewhere it is a
     * Bulgarian vowel. */
    gunichar next = i + 1 < n ? run[i + 1] : 0;
    if (run[i] == 0x044A && next != 0x0435 && next != 0x0451 && next != 0x044E && next != 0x044F)
      return (CyrillicRule){bulgarian_letters, NULL};
  }
  return (CyrillicRule){NULL, NULL};
}

static void
append_cyrillic(GString *out, const gunichar *run, glong n)
{
  CyrillicRule rule = cyrillic_rule(run, n);
  for (glong i = 0; i < n; i++) {
    const char *latin =
        rule.initials && !is_letter_at(run, n, i - 1) ? find_letter(rule.initials, run[i]) : NULL;
    if (!latin && rule.letters)
      latin = find_letter(rule.letters, run[i]);
    if (!latin)
      latin = find_letter(cyrillic_letters, run[i]);
    if (!latin)
      latin = find_letter(cyrillic_letters, base_letter(run[i]));
    /* Белый: one y is enough. */
    if (latin && strcmp(latin, "y") == 0 && g_str_has_suffix(out->str, "y"))
      continue;
    g_string_append(out, latin ? latin : "");
  }
}

/* --- what ICU reads --- */

static gboolean
is_vowel(char c)
{
  return c != '\0' && strchr("aeiou", c) != NULL;
}

/* "satou" → "sato", "yuuko" → "yuko"; but "inoue", where the u is read. */
static void
shorten_kana(GString *text)
{
  g_autofree char *source = g_strdup(text->str);
  g_string_truncate(text, 0);
  for (const char *p = source; *p; p++) {
    g_string_append_c(text, *p);
    gboolean repeated = (p[0] == 'o' || p[0] == 'u') && p[1] == p[0];
    gboolean drawn_out = p[0] == 'o' && p[1] == 'u' && !is_vowel(p[2]);
    if (repeated || drawn_out)
      p++;
  }
}

static void
replace_all(char **text, const char *from, const char *to)
{
  GString *out = g_string_new(*text);
  g_string_replace(out, from, to, 0);
  g_free(*text);
  *text = g_string_free(out, FALSE);
}

/* Spellings that a mark carries and dropping it would lose. */
static const struct {
  UScriptCode script;
  const char *from, *to;
} spellings[] = {
    {USCRIPT_DEVANAGARI, "c", "ch"},
    {USCRIPT_DEVANAGARI, "chh", "chh"},
    {USCRIPT_DEVANAGARI, "ś", "sh"},
    {USCRIPT_DEVANAGARI, "ṣ", "sh"},
    {USCRIPT_DEVANAGARI, "ṛ", "ri"},
    {USCRIPT_DEVANAGARI, "r̥", "ri"},
    {USCRIPT_DEVANAGARI, "ṁ", "n"},
    {USCRIPT_DEVANAGARI, "ṃ", "n"},
    {USCRIPT_HAN, "ü", "yu"},
    {USCRIPT_HAN, "ǖ", "yu"},
    {USCRIPT_HAN, "ǘ", "yu"},
    {USCRIPT_HAN, "ǚ", "yu"},
    {USCRIPT_HAN, "ǜ", "yu"},
    {USCRIPT_ARABIC, "š", "sh"},
    {USCRIPT_ARABIC, "ḫ", "kh"},
    {USCRIPT_ARABIC, "ġ", "gh"},
    {USCRIPT_ARABIC, "ǧ", "j"},
    {USCRIPT_ARABIC, "ṯ", "th"},
    {USCRIPT_ARABIC, "ḏ", "dh"},
    {USCRIPT_HEBREW, "š", "sh"},
    {USCRIPT_HEBREW, "ş", "sh"},
    {USCRIPT_HEBREW, "ẕ", "ts"},
    {USCRIPT_HEBREW, "ẖ", "ch"},
    {USCRIPT_ARMENIAN, "’", ""},
    /* ヴァ comes as "vu~a". */
    {USCRIPT_KATAKANA, "u~", ""},
    {USCRIPT_KATAKANA, "o~", ""},
    {USCRIPT_KATAKANA, "e~", ""},
    {USCRIPT_KATAKANA, "i~", ""},
};

/* Hindi is read without the short a at the end of a word: rāma is Ram. */
static void
drop_final_a(char **text)
{
  g_auto(GStrv) words = g_strsplit(*text, " ", -1);
  for (char **word = words; *word; word++) {
    gsize n = strlen(*word);
    if (n > 2 && (*word)[n - 1] == 'a' && g_ascii_isalpha((*word)[n - 2]) &&
        !is_vowel((*word)[n - 2]))
      (*word)[n - 1] = '\0';
  }
  g_free(*text);
  *text = g_strjoinv(" ", words);
}

static void
append_by_icu(GString *out, const gunichar *run, glong n, UScriptCode script)
{
  g_autofree char *source = g_ucs4_to_utf8(run, n, NULL, NULL, NULL);
  g_autofree char *read = source ? romanise_with_icu(source, script) : NULL;
  if (!read)
    return;
  char *composed = g_utf8_normalize(read, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  for (guint i = 0; i < G_N_ELEMENTS(spellings); i++)
    if (spellings[i].script == script)
      replace_all(&composed, spellings[i].from, spellings[i].to);
  if (script == USCRIPT_DEVANAGARI)
    drop_final_a(&composed);
  GString *latin = g_string_new(NULL);
  for (const char *p = composed; *p; p = g_utf8_next_char(p)) {
    gunichar letter = base_letter(g_utf8_get_char(p));
    /* What ICU left in another script is not Latin by being written again. */
    append_latin(latin, letter);
  }
  if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA)
    shorten_kana(latin);
  g_string_append_len(out, latin->str, (gssize)latin->len);
  g_string_free(latin, TRUE);
  g_free(composed);
}

static void
append_hangul(GString *out, const gunichar *run, glong n)
{
  const char *surname = n == 1 ? find_letter(korean_surnames, run[0]) : NULL;
  if (surname)
    g_string_append(out, surname);
  else
    append_by_icu(out, run, n, USCRIPT_HANGUL);
}

/* --- runs --- */

/* Scripts that do not say how a name is read. */
static gboolean
is_guess(UScriptCode script)
{
  static const UScriptCode scripts[] = {USCRIPT_HAN,    USCRIPT_ARABIC, USCRIPT_HEBREW,
                                        USCRIPT_SYRIAC, USCRIPT_THAI,   USCRIPT_LAO,
                                        USCRIPT_KHMER,  USCRIPT_MYANMAR};
  for (guint i = 0; i < G_N_ELEMENTS(scripts); i++)
    if (scripts[i] == script)
      return TRUE;
  return FALSE;
}

static UScriptCode
script_of(gunichar letter)
{
  return (UScriptCode)romanise_script(letter);
}

/* The long-vowel mark of kana and marks of any script belong to what stands before. */
static gboolean
continues(gunichar letter, UScriptCode script)
{
  return script == USCRIPT_INHERITED || letter == 0x30FC ||
         g_unichar_type(letter) == G_UNICODE_NON_SPACING_MARK;
}

static void
append_run(GString *out, const gunichar *run, glong n, UScriptCode script, gboolean *ret_guessed)
{
  switch (script) {
  case USCRIPT_LATIN:
  case USCRIPT_COMMON:
  case USCRIPT_INHERITED:
    for (glong i = 0; i < n; i++)
      append_latin(out, run[i]);
    return;
  case USCRIPT_GREEK:
    append_greek(out, run, n);
    return;
  case USCRIPT_CYRILLIC:
    append_cyrillic(out, run, n);
    return;
  case USCRIPT_HANGUL:
    append_hangul(out, run, n);
    return;
  default:
    append_by_icu(out, run, n, script);
    if (is_guess(script))
      *ret_guessed = TRUE;
  }
}

/* Single blanks and hyphens, none at the ends. */
static char *
tidy(const GString *text)
{
  GString *out = g_string_sized_new(text->len);
  for (gsize i = 0; i < text->len; i++) {
    char c = text->str[i], before = out->len > 0 ? out->str[out->len - 1] : ' ';
    if (g_ascii_isalnum(c))
      g_string_append_c(out, c);
    else if (before == ' ' || before == '-') {
      if (c == '-' && before == ' ' && out->len > 0)
        out->str[out->len - 1] = '-';
    } else
      g_string_append_c(out, c);
  }
  while (out->len > 0 && !g_ascii_isalnum(out->str[out->len - 1]))
    g_string_truncate(out, out->len - 1);
  return g_string_free(out, FALSE);
}

char *
romanise(const char *text, gboolean *ret_guessed)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE);
  glong n = 0;
  g_autofree gunichar *letters = g_utf8_to_ucs4_fast(normal, -1, &n);
  n = MIN(n, MAX_LETTERS);
  GString *out = g_string_new(NULL);
  for (glong start = 0; start < n;) {
    UScriptCode script = script_of(letters[start]);
    glong end = start;
    for (; end < n; end++) {
      UScriptCode here = script_of(letters[end]);
      if (here != script && !(end > start && continues(letters[end], here)))
        break;
      letters[end] = g_unichar_tolower(letters[end]);
    }
    append_run(out, letters + start, end - start, script, ret_guessed);
    start = end;
  }
  char *tidied = tidy(out);
  g_string_free(out, TRUE);
  return tidied;
}
