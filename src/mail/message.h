/* A mail as MIME, made with GMime: UTF-8, headers encoded, a Message-ID of its
 * own so that a copy can be recognised. */
#pragma once

#include "base/secret.h"
#include <glib.h>

typedef struct {
  const char *from, *to, *subject, *body; /* plain text, UTF-8 */
  const char *message_id;                 /* without <>, from the intent */
  gint64 date;
} MailDraft;

/* The message, CRLF line ends. It may hold a password: hence a Secret.
 * USHER_ERROR_USAGE for an address that is none (no header can be smuggled in). */
Secret *mail_message_build(const MailDraft *draft, GError **error);
/* "<operation>.<random>@usher.invalid" style id derived from the client request id
 * and the sender's domain. The caller owns it. */
char *mail_message_id(const char *client_request_id, const char *from);
