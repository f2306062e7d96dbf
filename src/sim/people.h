/* Names of people in the scripts of the world, for the seeded tenant. */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;  /* as the person writes it */
  const char *ascii; /* for the user name; lower case */
} NamePart;

typedef struct {
  guint weight;
  gboolean family_first;
  const char *country, *city, *phone;
  const NamePart *given, *family; /* each ended by a NULL name */
} NameSet;

extern const NameSet people_sets[];
extern const guint people_n_sets;

/* Names that break programs: put at fixed places among the specialists. */
typedef struct {
  const char *given, *family, *display, *ascii_given, *ascii_family;
} HostileName;
extern const HostileName people_hostile[];
extern const guint people_n_hostile;

extern const char *const people_companies[];
extern const guint people_n_companies;
extern const char *const people_company_domains[];
extern const char *const people_jobs[];
extern const guint people_n_jobs;
extern const char *const people_departments[];
extern const guint people_n_departments;
