/* What reading key files hands to the typed configuration. */
#pragma once

#include "app/config.h"

typedef struct {
  char *value;
  char *where; /* "usher.conf:12" */
} Entry;

typedef struct {
  GHashTable *entries; /* "section name\nkey" → Entry */
  GPtrArray *sections; /* "profile contoso", in order of appearance */
  GHashTable *lines;   /* section → "file:line" */
  GHashTable *keys;    /* section → GPtrArray of key names */
} Source;

void source_init(Source *source);
void source_clear(Source *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Source, source_clear)

/* Adds a file's entries over those that are there. USHER_ERROR_CONFIG names file and line. */
gboolean source_read(Source *source, const char *path, GError **error);
/* The same from a text; `label` stands where the file's name would. */
gboolean source_read_text(Source *source, const char *text, const char *label, GError **error);
/* As if the key had not been written. */
void source_forget(Source *source, const char *section, const char *key);
/* Lent; NULL when the key is not there. */
const Entry *source_entry(const Source *source, const char *section, const char *key);

/* A file's name as it was written there: ~/ is the home folder, and what does not begin at the root
 * begins where the configuration is, wherever usher is started. Addresses ("pkcs11:...") stay. The
 * caller owns it. */
char *config_path_of(const Entry *entry);

/* Fills config->views. */
void config_take_views(Config *config, const Source *source);

/* Sets USHER_ERROR_CONFIG as "where: what", and is FALSE. */
gboolean config_fail_at(const char *where, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Takes `failure`. TRUE if it is only noted, and reading goes on. */
gboolean config_put_up_with(Config *config, GError *failure, GError **error);
/* The kind of a section ("profile"), the caller's, and its name ("contoso", or NULL), lent. */
char *config_section_kind(const char *section, const char **ret_name);
/* A section against the settings table; what is wrong and put up with is taken out of `source`. */
gboolean config_check_section(Config *config, Source *source, const char *section, GError **error);

/* A cloud by its place among the choices of the setting; the custom one has no addresses. */
typedef struct {
  const char *name, *login_url, *graph_url, *sign_in_url;
} Cloud;
const Cloud *config_cloud(guint choice);
