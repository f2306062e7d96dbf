/* Creating a specialist: what would be made, what stands in the way, and the
 * plan. The steps themselves are rows of work/step. */
#pragma once

#include "work/work.h"

typedef struct {
  char *user_name, *display_name, *mail_nickname;
  gboolean guessed; /* the romanisation is a guess: show it */
  gint64 expires;
  char *sponsor_id, *sponsor_name;
  char *group_id, *group_name;
  char *licence;     /* part numbers, ", " between; "" when the group has none */
  gint64 seats_left; /* the scarcest; -1: not limited or not known */
  GPtrArray *taken;  /* Taken: where the external address is already in use */
  char *deleted_id;  /* a deleted namesake that could be restored */
} CreatePreview;
void create_preview_free(CreatePreview *preview);

/* Asks the tenant everything that must be known before anything is made: a free user
 * name, the address in five places, sponsor there and enabled, group found and not dynamic,
 * seats left. What forbids the creation is an error (CONFLICT, NOT_FOUND, USAGE,
 * REFUSED) that names the field; `ret_preview` is set as far as it got, even then. */
gboolean create_check(const Work *work, const Person *person, gint64 now,
                      CreatePreview **ret_preview, GCancellable *cancellable, GError **error);
/* The same without asking anybody: for the live preview while typing. */
CreatePreview *create_preview_offline(const Person *person, const Roster *roster, gint64 now);

/* The plan: user.create, user.set (end date), sponsor.set, group.add, licence.await, mail.send
 * (and pass.issue, a second mail.send, by the roster's password rule). */
Plan *create_plan(const Work *work, const Person *person, const CreatePreview *preview, gint64 now);

/* Whether the addresses of those whom an older plan makes are still nobody's; CONFLICT names the
 * first that is not. A plan of the last minute is not asked about. */
gboolean create_look_again(const Work *work, const Plan *plan, gint64 now,
                           GCancellable *cancellable, GError **error);

/* Gives a mail.send its values. `what`: "nothing", "password" or "pass" is handed over. Of the
 * preview names, end date and sponsor count. */
void create_fill_mail(Operation *mail, const Work *work, const Person *person,
                      const CreatePreview *preview, const char *template_name, const char *what);

/* The mail as it would be sent, with the password replaced by dots. */
gboolean create_mail_preview(const Work *work, const Person *person, const CreatePreview *preview,
                             char **ret_subject, char **ret_body, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CreatePreview, create_preview_free)
