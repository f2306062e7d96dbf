/* What setup asks of the service on the way to a profile: whether the tenant is
 * there, which domains and groups it has, whether a mail arrives; and making the
 * group, as a plan like every other change. */
#pragma once

#include "app/app.h"

/* What a tenant says about itself to anybody (OpenID discovery). */
typedef struct {
  char *id;
  const char *cloud; /* the one that it belongs to, if it is a known one; static */
} SetupTenant;
void setup_tenant_clear(SetupTenant *tenant);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SetupTenant, setup_tenant_clear)

/* Asks `login_url` for the tenant; no sign-in. NOT_FOUND: there is none of that name. */
gboolean app_setup_discover(const char *login_url, const char *ca_bundle, const char *tenant,
                            SetupTenant *ret_tenant, GCancellable *cancellable, GError **error);

/* One place for secrets as it is here and now. */
typedef struct {
  char *name, *text; /* "keyring", what it is found to be (translated) */
  gboolean good;     /* ready, or made when something is kept */
  gboolean can_save;
} SetupPlace;
void setup_place_free(SetupPlace *place);
/* All of them for a profile of this name, the most advisable first: GPtrArray of SetupPlace. */
GPtrArray *app_setup_places(const char *profile, GCancellable *cancellable);

/* The verified domains, the default one first, NULL-terminated; `ret_name` gets the name of the
 * tenant. The caller owns both. */
char **app_setup_domains(App *app, char **ret_name, GCancellable *cancellable, GError **error);

typedef struct {
  char *id, *name;
  gboolean dynamic, synced; /* nobody can be put into it */
  gboolean licensed;
} SetupGroup;
void setup_group_clear(SetupGroup *group);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SetupGroup, setup_group_clear)
/* The group by name or id; NOT_FOUND, AMBIGUOUS. */
gboolean app_setup_group(App *app, const char *name, SetupGroup *ret_group,
                         GCancellable *cancellable, GError **error);
/* Names that begin like it, NULL-terminated, for who mistyped; NULL: none, or not to be had. The
 * caller owns it. */
char **app_setup_groups_like(App *app, const char *name, GCancellable *cancellable);
/* The plan that makes it: a security group with assigned members. REFUSED in read-only mode. */
Plan *app_setup_group_plan(App *app, const char *name, GError **error);

/* Whether the roster's mailbox is there (mail_via graph), as far as that can be seen without
 * sending; NOT_FOUND. */
gboolean app_setup_sender(App *app, GCancellable *cancellable, GError **error);
/* Sends a short mail from the roster's mailbox, as the roster sends its mails. REFUSED in read-only
 * mode. */
gboolean app_setup_test_mail(App *app, const char *to, GCancellable *cancellable, GError **error);

/* What was got while trying out (in_memory) is kept where the profile keeps it. TRUE when there is
 * nothing. */
gboolean app_setup_hand_over(App *trial, App *real, GCancellable *cancellable, GError **error);
