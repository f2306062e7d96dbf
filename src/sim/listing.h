/* Pages of users: from all of them, from a group, from the deleted container. */
#pragma once

#include "sim/query.h"

typedef struct {
  const GArray *targets; /* guint32 as in Group.members; NULL: all users */
  gboolean deleted;      /* those in the deleted container */
  gboolean typed;        /* write @odata.type, and groups too */
  gboolean bare;         /* only id and type: the rest may not be read */
  const char *context;   /* "users" */
  guint64 total;         /* how many there are without a filter; G_MAXUINT64: count them */
} ListSource;

/* Answers the page that the query asks for. */
void listing_answer(Call *call, const ListSource *source, const Query *query);
/* Answers …/$count: a number as plain text. */
void listing_answer_count(Call *call, const ListSource *source, const Query *query);
/* One user or group as an object. */
void listing_write_user(Call *call, GString *out, guint32 user, guint64 select, gboolean typed);
void listing_write_group_reference(Call *call, GString *out, guint32 group);
/* The relations of a user that are to be expanded. */
void listing_write_expansions(Call *call, GString *out, guint32 user, const Query *query);

/* Sorted lists that were made a moment ago, so that the next page is quick. */
Lists *lists_new(void);
void lists_free(Lists *lists);
