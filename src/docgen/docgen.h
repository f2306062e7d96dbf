/* usher-docgen: writes manual pages, the example configuration and completion
 * scripts from the tables, at build time. Not installed. A page is a frame
 * written by hand (man/NAME.in) with lines @part@ or @part argument@. */
#pragma once

#include <glib.h>

/* Appends one part to a page; `argument` is "" when there is none. FALSE: no such
 * argument. */
typedef gboolean (*DocPart)(GString *out, const char *argument);

/* The parts, out of the tables of app, base and model. */
gboolean doc_commands(GString *out, const char *argument);
gboolean doc_global_options(GString *out, const char *argument);
gboolean doc_change_options(GString *out, const char *argument);
gboolean doc_keys(GString *out, const char *argument);
gboolean doc_errors(GString *out, const char *argument);
gboolean doc_fields(GString *out, const char *argument);
gboolean doc_account_shape(GString *out, const char *argument);
gboolean doc_record_shapes(GString *out, const char *argument);
gboolean doc_people_columns(GString *out, const char *argument);
gboolean doc_plan_columns(GString *out, const char *argument);
/* The keys of one section ("profile"), and a check that no section was forgotten. */
gboolean doc_settings(GString *out, const char *argument);
gboolean doc_settings_complete(GHashTable *mentioned);

/* --- mdoc, safe to append anything to --- */

/* Running text: sentences begin on lines of their own, paragraphs with .Pp. */
void mdoc_text(GString *out, const char *text);
/* The same on one line, for arguments of macros. */
void mdoc_argument(GString *out, const char *text);
