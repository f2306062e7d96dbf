/* Groups, their members, and the licences that they carry. Contract 5 and 6. */
#pragma once

#include "graph/request.h"
#include "model/fields.h"

typedef struct {
  char *id, *name;
  gboolean dynamic, synced; /* members cannot be changed by hand */
  char **sku_ids;           /* licences that it gives, NULL-terminated */
} GraphGroup;
void graph_group_free(GraphGroup *group);

/* By object id or exact display name; NOT_FOUND, AMBIGUOUS. */
GraphGroup *graph_groups_find(GraphClient *client, const char *id_or_name,
                              GCancellable *cancellable, GError **error);
/* Names of groups that begin like `name`, at most `limit`, for who wrote one that is not there:
 * GPtrArray of char *. */
GPtrArray *graph_groups_like(GraphClient *client, const char *name, guint limit,
                             GCancellable *cancellable, GError **error);
/* POST /groups: a security group with assigned members, without a mailbox. The id, the caller's;
 * not to be sent twice: names need not be unique. */
char *graph_groups_create(GraphClient *client, const char *name, const char *nickname,
                          const char *description, GraphTrace *trace, GCancellable *cancellable,
                          GError **error);
/* POST members/$ref. Being a member already is TRUE; 404 is NOT_FOUND (perhaps not yet). */
gboolean graph_groups_add(GraphClient *client, const char *group_id, const char *user_id,
                          GraphTrace *trace, GCancellable *cancellable, GError **error);
/* DELETE members/{id}/$ref; not being a member is TRUE. */
gboolean graph_groups_remove(GraphClient *client, const char *group_id, const char *user_id,
                             GraphTrace *trace, GCancellable *cancellable, GError **error);
gboolean graph_groups_is_member(GraphClient *client, const char *group_id, const char *user_id,
                                gboolean *ret_member, GCancellable *cancellable, GError **error);
/* The same calls built but not sent, for a batch. 400 to adding may mean: is a member already.
 * Checking is transitive, sees changes at once, and graph_answer_lists() the group's id. */
GraphRequest *graph_groups_add_request(const GraphClient *client, const char *group_id,
                                       const char *user_id);
GraphRequest *graph_groups_remove_request(const char *group_id, const char *user_id);
GraphRequest *graph_groups_check_request(const char *group_id, const char *user_id);
/* Display names of the groups a user is in: GPtrArray of char *. */
GPtrArray *graph_groups_of(GraphClient *client, const char *user_id, GCancellable *cancellable,
                           GError **error);

typedef struct {
  char *sku_id, *part_number; /* "O365_BUSINESS_ESSENTIALS" */
  gint64 seats, used;
} GraphSku;
void graph_sku_free(GraphSku *sku);
/* GET /subscribedSkus: GPtrArray of GraphSku. */
GPtrArray *graph_skus(GraphClient *client, GCancellable *cancellable, GError **error);

/* Whether the licences of `group` have reached the user. `ret_detail` gets Graph's error
 * ("CountViolation") or NULL; the caller owns it. */
gboolean graph_licence_state(GraphClient *client, const char *user_id, const GraphGroup *group,
                             LicenceState *ret_state, char **ret_detail, GCancellable *cancellable,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphGroup, graph_group_free)
