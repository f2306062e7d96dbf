/* Requests about groups and their members; contract 5. */
#pragma once

#include "sim/call.h"

/* Handlers of /groups and /groups/{id}: each answers its call. */
void groups_list(Call *call);
void groups_count(Call *call);
void groups_get(Call *call);
void groups_create(Call *call);
void groups_update(Call *call);
void groups_delete(Call *call);

/* Handlers of /groups/{id}/members and /transitiveMembers. */
void members_list(Call *call);
void members_list_users(Call *call);
void members_count(Call *call);
void members_list_transitive(Call *call);
void members_list_transitive_users(Call *call);
void members_list_errors(Call *call);
void members_list_references(Call *call);
void members_bad_cast(Call *call);
void members_add(Call *call);
void members_add_without_ref(Call *call);
void members_patch_ref(Call *call);
void members_remove(Call *call);
/* DELETE without /$ref: the user itself, as in Graph. */
void members_delete_user(Call *call);
/* Up to 20 by PATCH of the group; FALSE after answering. */
gboolean members_bind(Call *call, guint32 group, const cJSON *urls);
