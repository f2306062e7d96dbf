/* Requests about users; contract 4. */
#pragma once

#include "sim/call.h"

/* Handlers of /users and /users/{id}. */
void users_list(Call *call);
void users_count(Call *call);
void users_get(Call *call);
void users_create(Call *call);
void users_update(Call *call);
void users_delete(Call *call);
void users_revoke_sessions(Call *call);
/* Frees the name: the object's id without dashes goes in front of it. */
void users_delete_slot(Call *call, guint32 user);

/* The deleted container. */
void deleted_list(Call *call);
void deleted_list_without_cast(Call *call);
void deleted_get(Call *call);
void deleted_restore(Call *call);
void deleted_purge(Call *call);

/* Manager and sponsors; contract 9. */
void relations_get_manager(Call *call);
void relations_put_manager(Call *call);
void relations_delete_manager(Call *call);
void relations_list_sponsors(Call *call);
void relations_add_sponsor(Call *call);
void relations_delete_sponsor(Call *call);
void relations_list_roles(Call *call);
void relations_role_members(Call *call);
void relations_member_of(Call *call);
void relations_transitive_member_of(Call *call);
void relations_check_groups(Call *call);
