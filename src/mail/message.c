/* Making the message. Its headers come from GMime; the body, which may hold a
 * password, is encoded straight into one buffer that is wiped, so that no copy
 * of it stays behind in a library's memory. */
#include "mail/message.h"

#include "base/error.h"
#include "base/i18n.h"
#include "mail/gmime.h"
#include <string.h>

#define ADDRESS_LIMIT 254 /* RFC 5321 4.5.3.1, less the brackets */
#define LOCAL_LIMIT   64

static void
start_gmime(void)
{
  static gsize started = 0;
  if (g_once_init_enter(&started)) {
    g_mime_init();
    g_once_init_leave(&started, 1);
  }
}

/* Dots separate, and neither begin, end nor follow each other. */
static gboolean
dots_ok(const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == '.' && (i == 0 || i + 1 == length || text[i + 1] == '.'))
      return FALSE;
  return length > 0;
}

gboolean
mail_address_ok(const char *address)
{
  const char *at = address != NULL ? strchr(address, '@') : NULL;
  if (at == NULL || strlen(address) > ADDRESS_LIMIT || at - address > LOCAL_LIMIT)
    return FALSE;
  gsize local = (gsize)(at - address);
  const char *domain = at + 1;
  return strspn(address, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'*+-/=?^_`{|}~.") == local &&
         dots_ok(address, local) &&
         strspn(domain, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.") == strlen(domain) &&
         dots_ok(domain, strlen(domain));
}

char *
mail_message_id(const char *client_request_id, const char *from)
{
  g_autofree char *id = g_strdup(client_request_id);
  g_strcanon(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-", '-');
  return g_strdup_printf("usher.%s@%s", id,
                         mail_address_ok(from) ? strchr(from, '@') + 1 : "usher.invalid");
}

static gboolean
check(const char *address, const char *what, GError **error)
{
  if (mail_address_ok(address))
    return TRUE;
  g_autofree char *shown = address != NULL ? g_strescape(address, NULL) : g_strdup("");
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, what, shown);
  return FALSE;
}

static gboolean
check_draft(const MailDraft *draft, GError **error)
{
  if (!check(draft->from, _("A mail cannot be sent from “%s”: that is no e-mail address."),
             error) ||
      !check(draft->to, _("A mail cannot be sent to “%s”: that is no e-mail address."), error) ||
      !check(draft->message_id, _("“%s” is no Message-ID."), error))
    return FALSE;
  if (g_utf8_validate(draft->subject, -1, NULL) && g_utf8_validate(draft->body, -1, NULL))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("The text of the mail is not UTF-8."));
  return FALSE;
}

/* A subject is one line, whatever is in the names that it was made from. */
static char *
one_line(const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    gboolean breaks = g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029;
    g_string_append_unichar(out, breaks ? ' ' : c);
  }
  return g_string_free(out, FALSE);
}

/* All headers and the empty line after them, CRLF. */
static char *
headers(const MailDraft *draft)
{
  start_gmime();
  g_autofree char *subject = one_line(draft->subject);
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(draft->date);
  GMimeMessage *message = g_mime_message_new(TRUE);
  GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NULL, draft->from);
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, draft->to);
  g_mime_message_set_subject(message, subject, "utf-8");
  g_mime_message_set_date(message, date);
  g_mime_message_set_message_id(message, draft->message_id);
  /* So that no out-of-office answer comes back (RFC 3834). */
  g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
  g_mime_text_part_set_charset(part, "utf-8");
  g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
  GMimeFormatOptions *options = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
  g_autofree char *text = g_mime_object_get_headers(GMIME_OBJECT(message), options);
  g_mime_format_options_free(options);
  g_object_unref(part);
  g_object_unref(message);
  return g_strconcat(text, "\r\n", NULL);
}

/* Quoted-printable with LF line ends; wiped and freed by the caller, `capacity` bytes. */
static char *
encode(const char *body, gsize *ret_length, gsize *ret_capacity)
{
  GMimeEncoding encoding;
  g_mime_encoding_init_encode(&encoding, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  gsize length = strlen(body);
  *ret_capacity = g_mime_encoding_outlen(&encoding, length) + 16;
  char *out = g_malloc0(*ret_capacity);
  *ret_length = g_mime_encoding_flush(&encoding, body, length, out);
  secret_wipe(&encoding, sizeof encoding);
  return out;
}

Secret *
mail_message_build(const MailDraft *draft, GError **error)
{
  if (!check_draft(draft, error))
    return NULL;
  g_autofree char *head = headers(draft);
  gsize length, capacity;
  char *encoded = encode(draft->body, &length, &capacity);
  /* Every line end may become two bytes. */
  gsize size = strlen(head) + 2 * length + 3;
  char *whole = g_malloc0(size);
  char *at = g_stpcpy(whole, head);
  for (gsize i = 0; i < length; i++) {
    if (encoded[i] == '\r')
      continue;
    if (encoded[i] == '\n')
      *at++ = '\r';
    *at++ = encoded[i];
  }
  if (at[-1] != '\n')
    at = g_stpcpy(at, "\r\n");
  Secret *mime = secret_new(whole, at - whole);
  secret_wipe(encoded, capacity);
  secret_wipe(whole, size);
  g_free(encoded);
  g_free(whole);
  return mime;
}
