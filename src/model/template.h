/* Mail templates: a first line "Subject: …", a blank line, then text with
 * {placeholders}. Which file is used is for others to decide. */
#pragma once

#include <glib.h>

/* Replaces {name} by the value of `values` (char * → char *, may hold NULL for
 * "leave the line out"). A brace that is no placeholder is text. An unknown placeholder is
 * USHER_ERROR_CONFIG and names the line and the nearest known one. The result has no secret in it
 * unless `values` had. Both results are the caller's. */
gboolean template_render(const char *template_text, GHashTable *values, char **ret_subject,
                         char **ret_body, GError **error);
