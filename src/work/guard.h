/* Who may not be changed: the [guard] section, holders of directory roles, oneself
 * and accounts synced from on-premises. Asked for when a plan is made and once
 * more before each operation is sent, so that no front end and no file gets past. */
#pragma once

#include "model/account.h"
#include "work/work.h"

typedef struct Guard Guard;

/* Reads members of the guarded groups and holders of directory roles, and who is signed in; a
 * handful of requests however many accounts. A guarded group that is not there is CONFIG. Roles
 * that may not be read (RoleManagement.Read.Directory) are no error: guard_note() says so. */
Guard *guard_new(const Work *work, GCancellable *cancellable, GError **error);
/* The same from what is known already, for tests and plans without the network: nobody is guarded
 * but the accounts of the section. */
Guard *guard_new_offline(const Work *work);
void guard_free(Guard *guard);
/* What could not be found out, translated, or NULL. Lent. */
const char *guard_note(const Guard *guard);

/* The account as far as a guard must know it. */
typedef struct {
  const char *id, *user_name, *mail;
  const char *proxies; /* "SMTP:a@b", a line each; NULL: not known */
  AccountKind kind;
  gboolean synced;
} GuardTarget;

/* Why this kind of operation may not be done to the account, translated; NULL: it may. `bulk`: more
 * than one account is changed. The caller owns it. */
char *guard_refuses(const Guard *guard, const char *kind, const GuardTarget *target, gboolean bulk);
/* Why nobody may be put into this group or taken out of it; NULL: it is not a guarded one. The
 * caller owns it. */
char *guard_refuses_group(const Guard *guard, const char *group_id);
/* The display name of the group if it is a guarded one, or NULL. Lent. */
const char *guard_group(const Guard *guard, const char *group_id);
/* TRUE if operations of this kind are guarded at all. */
gboolean guard_covers(const char *kind);

/* Adds a member of a guarded group, or a holder of roles; for tests. */
void guard_add_member(Guard *guard, const char *group, const char *id);
void guard_add_holder(Guard *guard, const char *role, const char *id);
void guard_set_self(Guard *guard, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Guard, guard_free)
