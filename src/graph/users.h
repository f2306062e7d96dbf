/* Users: list, read, create, change, remove, restore. Every call names its
 * place in the contract (sections 4, 9). */
#pragma once

#include "graph/request.h"
#include "model/snapshot.h"

/* How accounts are read: which fields, and which property holds the end date. */
typedef struct {
  guint64 fields;              /* bit set by FieldId; 0: all that are not costly */
  const char *expiry_property; /* "extensionAttribute15", "employeeLeaveDateTime" or NULL */
  const char *group_id;        /* licence state is judged by this group's licences; may be NULL */
  const char *const
      *sku_ids;       /* those licences, NULL-terminated; NULL: the group is asked for them */
  const char *roster; /* put into FIELD_GROUP; may be NULL */
} GraphReading;

/* Called after each page is parsed with what is there so far; FALSE stops. On the
 * calling thread. `total` is -1 until known. */
typedef gboolean (*GraphPageDone)(SnapshotBuilder *builder, guint so_far, gint64 total,
                                  gpointer data);

/* All users that are members of a group, all pages, the next one requested
 * while this one is parsed. Contract 3.2, 5. */
gboolean graph_users_list_members(GraphClient *client, const char *group_id,
                                  const GraphReading *reading, SnapshotBuilder *builder,
                                  GraphPageDone page_done, gpointer data, GCancellable *cancellable,
                                  GError **error);
/* By object id or user name; USHER_ERROR_NOT_FOUND. Fields that `reading` asks for,
 * with sign-in activity and sponsors by requests of their own when asked. */
Account *graph_users_get(GraphClient *client, const char *id_or_name, const GraphReading *reading,
                         GCancellable *cancellable, GError **error);
/* The signed-in person; USHER_ERROR_REFUSED for an app. */
Account *graph_users_me(GraphClient *client, GCancellable *cancellable, GError **error);

/* Where an address or name is already in use. */
typedef enum {
  TAKEN_USER_NAME,
  TAKEN_MAIL,
  TAKEN_OTHER_MAIL,
  TAKEN_PROXY,
  TAKEN_DELETED /* in the deleted container: could be restored */
} TakenWhere;
typedef struct {
  TakenWhere where;
  char *id, *user_name, *display_name, *address;
  gint64 created, deleted;
} Taken;
void taken_free(Taken *taken);
/* All accounts, live and deleted, that use `user_name` (may be NULL) or `email` (may
 * be NULL) in one of the five places: GPtrArray of Taken, empty when free. Contract 4.1, 4.4. */
GPtrArray *graph_users_find_taken(GraphClient *client, const char *user_name, const char *email,
                                  GCancellable *cancellable, GError **error);
/* The same for very many at once, by one reading of the directory: TRUE from `wanted` keeps an
 * address (or user name) that is in use, one Taken for each. The moments are not set. Contract
 * 4.1, 4.4. */
typedef gboolean (*GraphWanted)(const char *address, gpointer data);
GPtrArray *graph_users_scan(GraphClient *client, GraphWanted wanted, gpointer data,
                            GCancellable *cancellable, GError **error);
/* How many requests graph_users_scan() would take now; two requests. */
gboolean graph_users_scan_cost(GraphClient *client, guint *ret_requests, GCancellable *cancellable,
                               GError **error);
/* Candidates by user name, id, external address or beginning of the display name:
 * GPtrArray of Account (at most `limit`). */
GPtrArray *graph_users_search(GraphClient *client, const char *text, guint limit,
                              const GraphReading *reading, GCancellable *cancellable,
                              GError **error);

/* The properties of POST and PATCH: name → value pairs in order. Names as in Graph;
 * "accountEnabled" takes "true"/"false", "otherMails" and "businessPhones" take '\n'-separated
 * lists, "extensionAttributeN" is put where Graph wants it, a NULL value clears. */
typedef struct {
  const char *name;
  const char *value;
} GraphProperty;

/* POST /users. `password` may not be NULL. The id is the caller's. Not repeated after
 * a lost answer: trace->maybe_processed. Contract 4.2. USHER_ERROR_CONFLICT when taken. */
char *graph_users_create(GraphClient *client, const GraphProperty *properties, guint n,
                         const Secret *password, gboolean change_at_next_sign_in, GraphTrace *trace,
                         GCancellable *cancellable, GError **error);
/* PATCH /users/{id}; `password` may be NULL. Contract 4.3. */
gboolean graph_users_update(GraphClient *client, const char *id, const GraphProperty *properties,
                            guint n, const Secret *password, GraphTrace *trace,
                            GCancellable *cancellable, GError **error);
/* DELETE /users/{id}; 404 is TRUE. Contract 4.4. */
gboolean graph_users_remove(GraphClient *client, const char *id, GraphTrace *trace,
                            GCancellable *cancellable, GError **error);
/* POST restore; `new_user_name` may be NULL. Contract 4.4. */
gboolean graph_users_restore(GraphClient *client, const char *id, const char *new_user_name,
                             GraphTrace *trace, GCancellable *cancellable, GError **error);
/* DELETE deletedItems/{id}. Contract 4.4. */
gboolean graph_users_purge(GraphClient *client, const char *id, GraphTrace *trace,
                           GCancellable *cancellable, GError **error);
gboolean graph_users_revoke_sessions(GraphClient *client, const char *id, GraphTrace *trace,
                                     GCancellable *cancellable, GError **error);

/* The same calls built but not sent, for a batch. The caller owns them. */
GraphRequest *graph_users_update_request(const char *id, const GraphProperty *properties, guint n,
                                         const Secret *password);
GraphRequest *graph_users_remove_request(const char *id);
GraphRequest *graph_users_restore_request(const char *id, const char *new_user_name);
GraphRequest *graph_users_purge_request(const char *id);
GraphRequest *graph_users_revoke_sessions_request(const char *id);
GraphRequest *graph_users_reprocess_licences_request(const char *id);
GraphRequest *graph_users_set_manager_request(const GraphClient *client, const char *id,
                                              const char *manager_id);
/* Reads the properties of these names (their values do not matter): graph_answer_value(). */
GraphRequest *graph_users_read_request(const char *id, const GraphProperty *properties, guint n);

/* Sponsors' ids and names; contract 9. GPtrArray of Account. */
GPtrArray *graph_users_sponsors(GraphClient *client, const char *id, GCancellable *cancellable,
                                GError **error);
gboolean graph_users_add_sponsor(GraphClient *client, const char *id, const char *sponsor_id,
                                 GraphTrace *trace, GCancellable *cancellable, GError **error);
gboolean graph_users_remove_sponsor(GraphClient *client, const char *id, const char *sponsor_id,
                                    GraphTrace *trace, GCancellable *cancellable, GError **error);
/* Built but not sent. 400 to adding may mean: is one already. graph_answer_lists() tells. */
GraphRequest *graph_users_add_sponsor_request(const GraphClient *client, const char *id,
                                              const char *sponsor_id);
GraphRequest *graph_users_sponsors_request(const char *id);

/* A Temporary Access Pass; the value appears only here. Contract 8. */
Secret *graph_users_issue_pass(GraphClient *client, const char *id, guint lifetime_minutes,
                               GraphTrace *trace, GCancellable *cancellable, GError **error);
/* Takes back every pass of the account. Contract 8. */
gboolean graph_users_remove_passes(GraphClient *client, const char *id, GraphTrace *trace,
                                   GCancellable *cancellable, GError **error);

/* The manager: an account without an id when there is none. Contract 9. */
Account *graph_users_manager(GraphClient *client, const char *id, GCancellable *cancellable,
                             GError **error);
/* PUT manager/$ref, or DELETE when `manager_id` is NULL; none to remove is TRUE. Contract 9. */
gboolean graph_users_set_manager(GraphClient *client, const char *id, const char *manager_id,
                                 GraphTrace *trace, GCancellable *cancellable, GError **error);
/* POST reprocessLicenseAssignment. Contract 6. */
gboolean graph_users_reprocess_licences(GraphClient *client, const char *id, GraphTrace *trace,
                                        GCancellable *cancellable, GError **error);

/* Many accounts by their ids, fifteen in a request, twenty requests in a batch; those that are not
 * there are left out, as are costly fields. `deleted`: among the deleted ones. Contract 3.3, 4.4.
 */
gboolean graph_users_read_ids(GraphClient *client, const char *const *ids, guint n,
                              const GraphReading *reading, gboolean deleted,
                              SnapshotBuilder *builder, GCancellable *cancellable, GError **error);
/* State, sign-in activity and sponsors of accounts, in the same way; what the service refuses is
 * left out. `ret_sponsors`: FALSE when that were the sponsors. Contract 3.3, 4.1, 9. */
gboolean graph_users_read_evidence(GraphClient *client, const char *const *ids, guint n,
                                   SnapshotBuilder *builder, gboolean *ret_sponsors,
                                   GCancellable *cancellable, GError **error);
/* All deleted users that could still be restored. Contract 4.4. */
gboolean graph_users_list_deleted(GraphClient *client, const GraphReading *reading,
                                  SnapshotBuilder *builder, GCancellable *cancellable,
                                  GError **error);
