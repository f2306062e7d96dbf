/* What creating one and creating many share: the questions to the tenant, each
 * about one person, and what was found out for all of them at once. */
#pragma once

#include "graph/organization.h"
#include "work/create.h"

/* What is known of the tenant for several persons. */
typedef struct {
  const Work *work;
  GHashTable *emails;   /* asked for: addresses in lower case; NULL: nothing was read ahead */
  GHashTable *stems;    /* asked for: user names in lower case without their digits */
  GHashTable *taken;    /* of those that are in use: lower case → GPtrArray of Taken (lent) */
  GPtrArray *all;       /* Taken, owned */
  GHashTable *reserved; /* user names that earlier persons get, lower case; NULL: there are none */
  GHashTable *sponsors; /* text → what was found; NULL: asked for each time */
  GraphOrganization
      *organization; /* with the verified domains; NULL: not asked for yet, or refused */
  gboolean organization_asked;
} CreateTenant;

/* For one person: asks for everything. */
#define CREATE_TENANT_FOR_ONE(w)                                                                   \
  {                                                                                                \
    .work = (w)                                                                                    \
  }
/* For several (NULL among them is left out): the directory is read once if that takes fewer
 * requests than asking for each. */
gboolean create_tenant_open(CreateTenant *tenant, const Work *work, Person *const *persons, guint n,
                            GCancellable *cancellable, GError **error);
void create_tenant_clear(CreateTenant *tenant);
/* As graph_users_find_taken(), for one of both. */
GPtrArray *create_tenant_find(CreateTenant *tenant, const char *user_name, const char *email,
                              GCancellable *cancellable, GError **error);
/* Whether an earlier person gets this user name; and that this one does. */
gboolean create_tenant_is_reserved(const CreateTenant *tenant, const char *user_name);
void create_tenant_reserve(CreateTenant *tenant, const char *user_name);

/* FALSE and USAGE when the address is in a verified domain of the tenant; nothing is said when the
 * domains may not be read. */
gboolean create_tenant_check_external(CreateTenant *tenant, const char *email,
                                      GCancellable *cancellable, GError **error);

/* FALSE and CONFIG when the roster hands over by mail and has no mailbox to send from. */
gboolean create_check_sender(const Roster *roster, GError **error);
/* Of the roster as a whole. `n`: how many seats are needed. */
gboolean create_check_roster(const Work *work, GError **error);
gboolean create_check_group(const Work *work, CreatePreview *preview, GraphGroup **ret_group,
                            GCancellable *cancellable, GError **error);
gboolean create_check_seats(const Work *work, const GraphGroup *group, guint n,
                            CreatePreview *preview, GCancellable *cancellable, GError **error);

/* Of one person. What is wrong about them begins with the option ("--email: …"). */
gboolean create_check_address(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                              GCancellable *cancellable, GError **error);
gboolean create_check_user_name(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                                GCancellable *cancellable, GError **error);
gboolean create_check_sponsor(CreateTenant *tenant, const Person *person, CreatePreview *preview,
                              GCancellable *cancellable, GError **error);

/* Appends the operations of one person. */
void create_plan_add(Plan *plan, const Work *work, const Person *person,
                     const CreatePreview *preview);
/* A plan without operations yet, of this profile, tenant and roster. */
Plan *create_plan_empty(const Work *work, const char *title, gint64 now);
