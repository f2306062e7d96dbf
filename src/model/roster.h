/* A roster: a population of accounts, one security group and its rules, as
 * the configuration gives them. Plain values; who reads files fills them. */
#pragma once

#include <glib.h>

typedef enum { ROSTER_MEMBER, ROSTER_GUEST } RosterKind;
typedef enum {
  PASSWORD_BY_MAIL,
  PASSWORD_BY_SEPARATE_MAIL,
  PASSWORD_SHOWN,
  PASSWORD_AS_PASS
} PasswordDelivery;
typedef enum { MAIL_VIA_GRAPH, MAIL_VIA_SMTP } MailVia;

typedef struct {
  char *name;  /* the section's name: "specialists" */
  char *title; /* "Specialists" */
  char *group; /* display name or object id */
  RosterKind kind;
  char *domain;
  char *user_name;    /* rule: "{first}.{last}.ext" */
  char *display_name; /* rule: "{last}, {first} (External)" */
  char *usage_location;
  gint64 lifetime;     /* span; 0: no end date by default */
  gint64 max_lifetime; /* span; 0: no cap */
  GArray *warn;        /* spans (gint64) before the end, longest first */
  gint64 remove_after; /* span after the end; -1: never */
  gboolean sponsor_required;
  int expiry_attribute; /* 1 to 15, 0: none, EXPIRY_LEAVE_DATE */
  PasswordDelivery password;
  char *mail_from;
  MailVia mail_via;
  char *mail_template;
  int approvals; /* 0, 1, 2 */
} Roster;

#define EXPIRY_LEAVE_DATE (-1)

/* A member roster that never removes, with "{first}.{last}" and "{first} {last}" as its
 * rules; everything else NULL, 0 or empty. */
Roster *roster_new(void);
void roster_free(Roster *roster);
/* The Graph property that holds the end date ("extensionAttribute15",
 * "employeeLeaveDateTime"), or NULL. The caller owns it. */
char *roster_expiry_property(const Roster *roster);
/* The name of the template that its mails are made from; that of the mail with the password alone
 * has "-password" behind it. Lent. */
const char *roster_mail_template(const Roster *roster);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roster, roster_free)
