/* Sending a mail: one vtable, through Graph or SMTP. */
#pragma once

#include "graph/mail.h"
#include "mail/message.h"

typedef struct MailSender MailSender;

/* Through the mailbox of the sender; `client` is lent. */
MailSender *mail_sender_new_graph(GraphClient *client);
/* smtp://host:port or smtps://; user and password may be NULL; STARTTLS is required
 * unless the host is loopback (there it is used when offered and `user` or `ca_bundle` is given).
 * `ca_bundle` NULL: the system's. A wrong url is told by the first mail_send(). */
MailSender *mail_sender_new_smtp(const char *url, const char *user, const Secret *password,
                                 const char *ca_bundle);
void mail_sender_free(MailSender *sender);

/* Sends one message to one receiver; takes up to 100 s, less when cancelled. `trace` gets the
 * status (SMTP: the server's last, 250, 451, 550 …); may be NULL. Errors: USAGE (an address),
 * CONFIG, SIGN_IN, UNREACHABLE, SERVICE (refused for good), THROTTLED (later), CANCELLED.
 * TRUE: accepted. FALSE with trace->maybe_processed: may have been accepted (Graph: answer
 * lost; SMTP: broken after the final dot): never repeat by itself. */
gboolean mail_send(MailSender *sender, const char *from, const char *to, const Secret *mime,
                   GraphTrace *trace, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailSender, mail_sender_free)
