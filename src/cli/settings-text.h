/* A configuration file as text, with every key of the settings table and a
 * comment for each: the example file, and what 'usher setup' writes. */
#pragma once

#include <glib.h>

/* A value that is set; all others are written as comments. */
typedef struct {
  const char *section; /* of the settings table: "profile" */
  const char *key;
  const char *value;
} SettingValue;

/* Names of the sections that have one: "profile contoso". */
typedef struct {
  const char *profile, *roster;
} SettingNames;

/* The whole file. `values` is ended by a NULL section. The caller owns it. */
char *settings_text(const SettingNames *names, const SettingValue *values);
/* One section with all its keys explained, to be put behind what there is. The caller owns it. */
char *settings_section(const char *section, const SettingNames *names, const SettingValue *values);
/* The example of the manual: the keys that nearly everybody sets, set. The caller owns it. */
char *settings_example(void);

/* What a file sets: `group` is "profile contoso". NULL: not set. The caller owns it. */
char *settings_get(const char *text, const char *group, const char *key);
/* "key = value", quoted where a # would end it. The caller owns it. */
char *settings_pair(const char *key, const char *value);
/* The file with the key put behind a #, wherever it is set. The caller owns it. */
char *settings_unset(const char *text, const char *group, const char *key);
/* The file with one key set: in its place (also where it is behind a #), else at the end of
 * its section, else in a section of its own; all else stays as it was, with every comment. The
 * caller owns it. */
char *settings_set(const char *text, const char *group, const char *key, const char *value);
