/* What the engine works with. Borrowed from the app's one context for one run;
 * plain values, no front end. */
#pragma once

#include "graph/groups.h"
#include "graph/users.h"
#include "mail/send.h"
#include "model/person.h"
#include "model/plan.h"
#include "store/journal.h"

typedef struct {
  GraphClient *graph;
  Store *store;
  MailSender *mail; /* may be NULL: mail steps fail with what to configure */
  const Roster *roster;
  const char *profile, *tenant;
  const char *templates_dir; /* looked up before the built-in ones */
  const char *language;      /* "de", "en" … of mails when nobody said */
  const char *sign_in_url;   /* where the person signs in, for the mail; may be NULL */
  /* The [guard] section, each NULL-terminated or NULL; roles: "any", "none" or names. */
  const char *const *guard_accounts, *const *guard_groups, *const *guard_roles;
  guint licence_wait;     /* seconds to wait for a licence; 0: 60 */
  guint replication_wait; /* seconds to wait out 404 after our own creation; 0: 120 */
} Work;

/* Told after every change of an operation's state, on one of the run's threads, one call at a
 * time. The plan may be read only during the call; the run waits for it to return. */
typedef void (*WorkProgress)(const Plan *plan, const Operation *operation, gpointer data);
