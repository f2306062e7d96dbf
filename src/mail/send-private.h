/* The vtable behind mail/send.h. */
#pragma once

#include "mail/send.h"

typedef struct {
  void (*free)(MailSender *sender);
  gboolean (*send)(MailSender *sender, const char *from, const char *to, const Secret *mime,
                   GraphTrace *trace, GCancellable *cancellable, GError **error);
} MailSenderClass;

struct MailSender {
  const MailSenderClass *class;
};
