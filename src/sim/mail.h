/* sendMail, into the outbox; contract 10. */
#pragma once

#include "sim/call.h"

/* Handler of sendMail. */
void mail_send(Call *call);
/* A message, all lent. */
typedef struct {
  const char *from;
  GPtrArray *to, *cc; /* char * */
  const char *subject, *body, *content_type, *message_id;
  gboolean mime;
} MailMessage;
/* Puts a message into the outbox. */
void mail_deliver(Call *call, const MailMessage *message);
