/* Sending a mail: one vtable, through Graph or SMTP. */
#pragma once

#include "graph/mail.h"
#include "mail/message.h"

typedef struct MailSender MailSender;

MailSender *mail_sender_new_graph(GraphClient *client);
/* smtp://host:port or smtps://; user and password may be NULL; STARTTLS is required
 * unless the host is loopback. */
MailSender *mail_sender_new_smtp(const char *url, const char *user, const Secret *password,
                                 const char *ca_bundle);
void mail_sender_free(MailSender *sender);

/* TRUE: accepted. FALSE with trace->maybe_processed: may have been accepted (Graph: answer
 * lost; SMTP: broken after the final dot): never repeat by itself. */
gboolean mail_send(MailSender *sender, const char *from, const char *to, const Secret *mime,
                   GraphTrace *trace, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailSender, mail_sender_free)
