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
/* "usher.<client request id>@<the sender's domain>": so that a copy of the mail can be
 * recognised from the journal's entry. The caller owns it. */
char *mail_message_id(const char *client_request_id, const char *from);
/* TRUE for a plain address that can stand in a header and in SMTP's envelope as it is:
 * one @, ASCII, nothing that needs quoting. */
gboolean mail_address_ok(const char *address);
