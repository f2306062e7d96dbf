/* What the files about users share: reading JSON into accounts, and judging
 * licences. */
#pragma once

#include "graph/client-private.h"
#include "graph/groups.h"
#include "graph/users.h"

/* Whether the licences of a group have reached a user. Contract 6. */
typedef struct {
  const char *group_id;       /* NULL: any licence will do */
  const char *const *sku_ids; /* of the group; NULL: not known */
  guint64 found;              /* bit i: sku_ids[i] is active through the group */
  gboolean by_group, active;
  char error[48];
} LicenceJudge;

/* Forgets the user before. */
void licence_judge_begin(LicenceJudge *judge);
/* One entry of licenseAssignmentStates; any text may be NULL. */
void licence_judge_add(LicenceJudge *judge, const char *sku_id, const char *by_group,
                       const char *state, const char *problem);
LicenceState licence_judge_end(const LicenceJudge *judge);

/* Reads accounts one after the other into the same Account. */
typedef struct UsersReader UsersReader;

/* `reading` may be NULL and is lent, as is `sku_ids` (may be NULL: not known). What is
 * known about sign-in dates that are absent: MOMENT_NONE, _UNKNOWN or _UNLICENSED. */
UsersReader *users_reader_new(const GraphReading *reading, const char *const *sku_ids,
                              gint64 absent_sign_in);
void users_reader_free(UsersReader *reader);
/* A page of a listing into `builder`; its body is used up. USHER_ERROR_PROTOCOL. */
gboolean users_reader_page(UsersReader *reader, HttpResponse *response, const char *what,
                           SnapshotBuilder *builder, GError **error);
/* A single user, or each of a page (GPtrArray of Account). */
Account *users_reader_one(UsersReader *reader, HttpResponse *response, const char *what,
                          GError **error);
gboolean users_reader_append(UsersReader *reader, HttpResponse *response, const char *what,
                             GPtrArray *accounts, guint limit, GError **error);

/* The fields that are read: those asked for, or all that are not costly. */
guint64 users_fields(const GraphReading *reading);
gboolean users_wants(guint64 fields, FieldId field);
/* "$select=id,…" for these fields. The caller owns it. */
char *users_select(guint64 fields, const GraphReading *reading);

/* How accounts are asked for; what was refused is left out in the next attempt. */
typedef struct {
  guint64 fields;
  gboolean expand, sign_in;
  guint page_size;
  gint64 absent_sign_in; /* what is known about sign-in dates that are absent */
} UsersManner;
UsersManner users_manner(const GraphReading *reading);
/* "$select=…", with "&$expand=…" where that is asked for. The caller owns it. */
char *users_manner_query(const UsersManner *manner, const GraphReading *reading);
/* After a refusal: TRUE if there is another manner to try. */
gboolean users_manner_change(UsersManner *manner, const GError *failure);
/* TRUE if the refusal means that the tenant lacks the licence for sign-in dates. */
gboolean users_is_unlicensed(const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UsersReader, users_reader_free)
