/* The configuration as typed values: profiles, rosters, smtp, store, guard,
 * keys. Read through the settings table, which knows every key, its type,
 * default and check. */
#pragma once

#include "model/roster.h"

typedef struct {
  char *name;
  char *cloud, *login_url, *graph_url;
  char *sign_in_url; /* where a person signs in, for mails */
  char *tenant, *client_id;
  char *sign_in;           /* device-code | client-secret | client-certificate | federated-token */
  char *credentials;       /* the first place for secrets: keyring | command | … */
  char **credentials_list; /* all of them in their order, ended by NULL */
  char *credentials_command, *credentials_save_command, *credentials_clear_command;
  char *credentials_variable;
  char *credentials_file;     /* sealed file; NULL: in the state folder */
  gint64 credentials_timeout; /* seconds; 0: until the login ends; -1: none */
  int credentials_fd;
  char *certificate, *certificate_key;
  char *certificate_algorithm; /* ps256 | rs256 */
  char *token_file;
  char *ca_bundle;
  char *colour; /* of the tenant's name on the screen: "red" …; NULL: none. "auto" is resolved */
  gboolean read_only;
  GPtrArray *rosters; /* Roster, in the profile's order */
} Profile;

/* A saved view: how a list of accounts is narrowed down, shown and ordered. NULL: as usual. */
typedef struct {
  char *name, *query, *columns, *sort;
  char *key; /* of the console */
} SavedView;

typedef struct {
  char *path; /* of the file that decided; NULL: none was found */
  char *default_profile;
  GPtrArray *profiles; /* Profile */
  GPtrArray *views;    /* SavedView, in the order of the file */
  char *smtp_url, *smtp_user;
  char *store_url;
  char *editor;
  GHashTable *keys; /* action name → key, as written */
  char **guard_accounts, **guard_groups, **guard_roles;
  guint confirm_above; /* accounts: over so many a dangerous plan asks for the number */
  gboolean mouse;
  GPtrArray *wrong;   /* char *: what a tolerant reading passed over; else NULL */
  GPtrArray *unknown; /* char *: "usher.conf:12: unknown key … did you mean …" */
} Config;

/* Whether a file lies where the machine's configuration does (/etc, and below the prefix of this
 * build), so that it belongs to root by right. */
gboolean config_is_of_system(const char *path);

/* Reads `path`, or (NULL) USHER_CONFIG, each alone; else the user's file over the
 * system's, key by key. There no file is an empty configuration, not an error; a file that
 * was named must exist. A comment may follow a value: " #" and what comes after it is left
 * out, unless it is inside quotes ("Team #1"; quotes around a whole value are taken off).
 * USHER_ERROR_CONFIG names file, line, section, key, and what is allowed. */
Config *config_load(const char *path, GError **error);
/* The same, but what is wrong is told in `wrong` and passed over, as far as it reaches: a value, a
 * roster, a profile, a file. For who examines a configuration; nothing should be changed with
 * one that has something wrong. */
Config *config_load_tolerant(const char *path);
/* The same as config_load() from a text that is no file yet; `label` stands in messages. */
Config *config_load_text(const char *text, const char *label, GError **error);
/* The same from a list of files, ended by NULL, the later over the earlier; those that do
 * not exist are left out. */
Config *config_load_files(const char *const *paths, GError **error);
void config_free(Config *config);
/* By name; NULL name: USHER_PROFILE, then the default, then the only one. USHER_ERROR_CONFIG
 * names those that there are. */
const Profile *config_profile(const Config *config, const char *name, GError **error);
/* A saved view by its name; USHER_ERROR_USAGE names those that there are. */
const SavedView *config_view(const Config *config, const char *name, GError **error);
/* The cloud whose Microsoft Graph has this host ("graph.microsoft.us"), or NULL. Static. */
const char *config_cloud_of(const char *graph_host);
/* Its sign-in service; NULL for one that is not known, and for "custom". Static. */
const char *config_cloud_login(const char *cloud);
/* By name; NULL name: the profile's first. */
const Roster *config_roster(const Profile *profile, const char *name, GError **error);

/* --- lines of a file, as they are read --- */

/* "profile contoso", when the line begins a section. The caller owns it. */
char *config_section_of(const char *line);
/* Where the comment behind a value begins, or its end. */
const char *config_value_end(const char *value);
/* What stands behind a = without the comment and the quotes. The caller owns it. */
char *config_value(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The settings table: parser, nearest-key hints, example file, usher.conf(5). */
typedef struct {
  const char *section;  /* "usher", "profile", "roster", "smtp", … */
  const char *key;      /* NULL: any key is allowed ("keys": names of actions) */
  const char *type;     /* "text", "choice", "choices" (a list), "span", "spans", "list", "number",
                           "url", "url-smtp", "url-store", "path", "bool", "query", "fields" */
  const char *fallback; /* default as it would be written, or NULL */
  const char *choices;  /* "a|b|c"; for other types words that are allowed beside: "never" */
  gboolean required;
  const char *text; /* N_() one sentence */
  const char *example;
} Setting;
const Setting *settings(void); /* ended by a NULL section */
/* By section ("profile", without a name) and key; NULL if there is none. */
const Setting *setting_find(const char *section, const char *key);
/* TRUE if sections of this kind carry a name: [profile contoso]. */
gboolean settings_named(const char *section);
/* TRUE if `value` is allowed; else FALSE and USHER_ERROR_CONFIG says what is. */
gboolean setting_check(const Setting *setting, const char *value, GError **error);
/* A comma-separated list, trimmed, empty members left out; the caller owns it. */
char **setting_list(const char *value);
