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

/* The whole file. `values` is ended by a NULL section; NULL: the examples of the table. The
 * caller owns it. */
char *settings_text(const SettingNames *names, const SettingValue *values);
