/* sendMail, into the outbox; contract 10. */
#pragma once

#include "sim/call.h"

void mail_send(Call *call);
/* Puts a message into the outbox. */
typedef struct {
  const char *from;
  GPtrArray *to, *cc; /* char * */
  const char *subject, *body, *content_type, *message_id;
  gboolean mime;
} MailMessage;
void mail_deliver(Call *call, const MailMessage *message);
