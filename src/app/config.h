/* The configuration as typed values: profiles, rosters, smtp, store, guard,
 * keys. Read through the settings table, which knows every key, its type,
 * default and check. */
#pragma once

#include "model/roster.h"

typedef struct {
  char *name;
  char *cloud, *login_url, *graph_url;
  char *tenant, *client_id;
  char *sign_in;     /* device-code | client-secret */
  char *credentials; /* keyring | command | environment | file-descriptor */
  char *credentials_command, *credentials_variable;
  int credentials_fd;
  char *certificate;
  char *ca_bundle;
  gboolean read_only;
  GPtrArray *rosters; /* Roster, in the profile's order */
} Profile;

typedef struct {
  char *path; /* of the file that decided; NULL: none was found */
  char *default_profile;
  GPtrArray *profiles; /* Profile */
  char *smtp_url, *smtp_user;
  char *store_url;
  char *editor;
  GHashTable *keys; /* action name → key, as written */
  char **guard_accounts, **guard_groups, **guard_roles;
  gboolean mouse;
  GPtrArray *unknown; /* char *: "usher.conf:12: unknown key … did you mean …" */
} Config;

/* Reads `path`, or (NULL) USHER_CONFIG, the user's file over the system's. No file
 * is an empty configuration, not an error. USHER_ERROR_CONFIG names file, section,
 * key, and what is allowed. */
Config *config_load(const char *path, GError **error);
void config_free(Config *config);
/* By name; NULL name: USHER_PROFILE, then the default, then the only one. */
const Profile *config_profile(const Config *config, const char *name, GError **error);
const Roster *config_roster(const Profile *profile, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The settings table: parser, nearest-key hints, example file, usher.conf(5). */
typedef struct {
  const char *section; /* "usher", "profile", "roster", "smtp", … */
  const char *key;
  const char *type;     /* "text", "choice", "span", "spans", "list", "number", "url", "bool" */
  const char *fallback; /* default as it would be written, or NULL */
  const char *choices;  /* "a|b|c" */
  gboolean required, secret;
  const char *text; /* N_() one sentence */
  const char *example;
} Setting;
const Setting *settings(void); /* ended by a NULL section */
