/* JSON read in one pass and in place, for the pages of a long list: no tree, no
 * copies, strings unescaped where they stand. Everything else in this room reads
 * trees through base/json.h. */
#pragma once

#include <glib.h>

typedef struct {
  char *at;
  char *start, *end; /* *end is NUL */
  guint depth;
  gboolean failed;
} Reader;

typedef enum {
  READER_END, /* nothing, or malformed: reader_failed() tells */
  READER_NULL,
  READER_FALSE,
  READER_TRUE,
  READER_NUMBER,
  READER_STRING,
  READER_ARRAY,
  READER_OBJECT
} ReaderKind;

/* Over `length` bytes followed by a NUL; they are changed while they are read. */
void reader_init(Reader *reader, char *text, gsize length);
/* What comes next. */
ReaderKind reader_peek(Reader *reader);
/* Steps into the array or object that comes next; FALSE if it is something else
 * (which is skipped). */
gboolean reader_enter(Reader *reader, ReaderKind kind);
/* In an object: the next member's name (NUL-terminated), TRUE until there is none. Each
 * value must be taken or skipped before the next call. */
gboolean reader_member(Reader *reader, char **ret_name, gsize *ret_length);
/* In an array: TRUE while there is a next item. */
gboolean reader_item(Reader *reader);
/* The string that comes next, valid UTF-8 without NUL, inside the text; NULL if it is something
 * else (which is skipped). */
char *reader_string(Reader *reader, gsize *ret_length);
/* TRUE for true; anything else is skipped. */
gboolean reader_bool(Reader *reader);
void reader_skip(Reader *reader);
/* Only white space is left. */
gboolean reader_at_end(Reader *reader);

/* The value of a string member of the outermost object, found without changing or
 * checking the text: NULL if it is not there. The caller owns it. */
char *reader_find_string(const char *text, gsize length, const char *name);
/* The same of a text of which more may come: only what stands before the first array or object
 * in it is looked at. `ret_more` (may be NULL) is set when it may still be found in a longer one.
 */
char *reader_find_early(const char *text, gsize length, const char *name, gboolean *ret_more);
