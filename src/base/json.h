/* Reading and writing JSON, for the rooms that meet it: thin helpers over
 * cJSON that check types, and a writer that appends to a GString without
 * building a tree. cJSON never leaves the file that includes this one. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cJSON, cJSON_Delete)

/* Parses exactly one value of `length` bytes (trailing white space allowed);
 * USHER_ERROR_PROTOCOL names what it was (`what`) and the offset. */
cJSON *json_parse(const char *text, gsize length, const char *what, GError **error);

/* Members by exact name; NULL, FALSE or 0 when absent, null or of another
 * type. Lent for as long as the tree lives. */
const cJSON *json_member(const cJSON *object, const char *name);
const char *json_string(const cJSON *object, const char *name);
gboolean json_bool(const cJSON *object, const char *name);
gint64 json_int(const cJSON *object, const char *name, gint64 fallback);
/* The member, if it is an array or object, else NULL. */
const cJSON *json_array(const cJSON *object, const char *name);
const cJSON *json_object(const cJSON *object, const char *name);

/* Appends `text` as a JSON string with its quotes; invalid UTF-8 becomes
 * U+FFFD, NULL becomes null. */
void json_append_string(GString *out, const char *text);
/* Appends `"name":`, with a comma before it unless `out` ends with '{'. */
void json_append_key(GString *out, const char *name);
