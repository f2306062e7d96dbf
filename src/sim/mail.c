/* sendMail as JSON and as MIME; every message ends in the outbox; contract 10. */
#include "sim/mail.h"

#include <gmime/gmime.h>
#include <string.h>

#include "sim/out.h"
#include "sim/pack.h"
#include "sim/tenant.h"

#define RECIPIENT_LIMIT 500
#define OUTBOX_KEPT     20000

static void
write_addresses(GString *out, const char *name, const GPtrArray *list)
{
  out_key(out, name);
  g_string_append_c(out, '[');
  for (guint i = 0; list && i < list->len; i++) {
    out_comma(out);
    out_string(out, g_ptr_array_index(list, i), -1);
  }
  g_string_append_c(out, ']');
}

void
mail_deliver(Call *call, const MailMessage *message)
{
  Tenant *tenant = call->sim->tenant;
  GString *out = g_string_new("{");
  g_autofree char *body = g_utf8_make_valid(message->body ? message->body : "", -1);

  out_pair_date(out, "time", call->now / 1000);
  out_pair(out, "from", message->from);
  out_pair(out, "recipient", message->to->len ? g_ptr_array_index(message->to, 0) : NULL);
  write_addresses(out, "to", message->to);
  write_addresses(out, "cc", message->cc);
  out_pair(out, "subject", message->subject);
  out_pair(out, "contentType", message->content_type);
  out_pair(out, "body", body);
  out_pair(out, "messageId", message->message_id);
  out_pair_bool(out, "mime", message->mime);
  g_string_append_c(out, '}');
  g_ptr_array_add(tenant->outbox, g_string_free(out, FALSE));
  if (tenant->outbox->len > OUTBOX_KEPT)
    g_ptr_array_remove_index(tenant->outbox, 0);
  tenant_touch(tenant);
}

/* The user whose mailbox sends; NONE after answering. */
static guint32
find_sender(Call *call)
{
  Tenant *tenant = call->sim->tenant;
  guint32 slot = call_user(call, call->args[0]);
  gsize length;

  if (slot == NONE)
    return NONE;
  if (call_delegated(call) && tenant_find_user(tenant, call->claims.user) != slot) {
    call_error(call, 403, "ErrorAccessDenied",
               "Access is denied. Check credentials and try "
               "again.");
    return NONE;
  }
  const User *user = tenant_user(tenant, slot);
  if (!pack_get(tenant, user, UF_MAIL, &length) || user->flags & USER_GUEST) {
    call_error(call, 404, "MailboxNotEnabledForRESTAPI",
               "The mailbox is either inactive, soft-deleted, or is hosted on-premise.");
    return NONE;
  }
  return slot;
}

static gboolean
is_own_address(const Tenant *tenant, guint32 slot, const char *address)
{
  static const int fields[] = {UF_MAIL, UF_USER_PRINCIPAL_NAME};

  for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_autofree char *own = pack_dup(tenant, tenant_user(tenant, slot), fields[i]);
    if (own && g_ascii_strcasecmp(own, address) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_from(Call *call, guint32 slot, const char *from)
{
  if (!from || is_own_address(call->sim->tenant, slot, from))
    return TRUE;
  call_error(call, 403, "ErrorSendAsDenied",
             "The user account which was used to submit this request does not have the right to "
             "send mail on behalf of the specified sending account.");
  return FALSE;
}

static const char *
address_of(const cJSON *recipient)
{
  const cJSON *mail = cJSON_GetObjectItemCaseSensitive(recipient, "emailAddress");

  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(mail, "address"));
}

static gboolean
bad_recipients(Call *call)
{
  call_error(call, 400, "ErrorInvalidRecipients", "At least one recipient isn't valid.");
  return FALSE;
}

static gboolean
take_recipients(Call *call, const cJSON *message, const char *name, GPtrArray *list)
{
  const cJSON *recipients = cJSON_GetObjectItemCaseSensitive(message, name), *entry;

  if (recipients && !cJSON_IsArray(recipients) && !cJSON_IsNull(recipients))
    return bad_recipients(call);
  cJSON_ArrayForEach(entry, recipients)
  {
    const char *address = address_of(entry);
    if (!address || !strchr(address, '@') || list->len >= RECIPIENT_LIMIT)
      return bad_recipients(call);
    g_ptr_array_add(list, g_strdup(address));
  }
  return TRUE;
}

static const cJSON *
either(const cJSON *object, const char *name)
{
  return cJSON_GetObjectItem(object, name); /* both spellings, "message" and "Message" */
}

static void
send_json(Call *call, guint32 slot)
{
  const cJSON *request = call_json(call, FALSE);
  const cJSON *message = either(request, "message");
  const cJSON *body = cJSON_GetObjectItemCaseSensitive(message, "body");
  g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) cc = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *own = pack_dup(call->sim->tenant, tenant_user(call->sim->tenant, slot), UF_MAIL);

  if (!request)
    return;
  if (!cJSON_IsObject(message) || (body && !cJSON_IsObject(body))) {
    call_error(call, 400, "ErrorInvalidRequest", "The request has no message.");
    return;
  }
  if (!take_recipients(call, message, "toRecipients", to) ||
      !take_recipients(call, message, "ccRecipients", cc) ||
      !take_recipients(call, message, "bccRecipients", cc) ||
      !check_from(call, slot, address_of(cJSON_GetObjectItemCaseSensitive(message, "from"))))
    return;
  if (!to->len && !cc->len) {
    bad_recipients(call);
    return;
  }
  const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "contentType"));
  const MailMessage mail = {
      .from = own,
      .to = to,
      .cc = cc,
      .subject = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "subject")),
      .body = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "content")),
      .content_type = kind && g_ascii_strcasecmp(kind, "html") == 0 ? "text/html" : "text/plain",
      .message_id =
          cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "internetMessageId")),
  };
  mail_deliver(call, &mail);
  call_empty(call, 202);
}

static guchar *
decode_strictly(const char *text, gsize length, gsize *ret_length)
{
  GString *plain = g_string_sized_new(length);
  guchar *bytes = NULL;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace(text[i]))
      g_string_append_c(plain, text[i]);
  gsize body =
      strspn(plain->str, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  gsize pad = strspn(plain->str + body, "=");
  if (body && body + pad == plain->len && plain->len % 4 == 0 && pad < 3)
    bytes = g_base64_decode(plain->str, ret_length);
  g_string_free(plain, TRUE);
  return bytes;
}

static void
take_internet_addresses(InternetAddressList *list, GPtrArray *into)
{
  for (int i = 0; list && i < internet_address_list_length(list); i++) {
    InternetAddress *address = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_MAILBOX(address))
      g_ptr_array_add(
          into, g_strdup(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address))));
  }
}

typedef struct {
  GMimePart *plain, *html;
} Parts;

static void
look_at_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
  Parts *parts = data;

  if (!GMIME_IS_PART(part))
    return;
  GMimeContentType *type = g_mime_object_get_content_type(part);
  if (!parts->plain && g_mime_content_type_is_type(type, "text", "plain"))
    parts->plain = GMIME_PART(part);
  else if (!parts->html && g_mime_content_type_is_type(type, "text", "html"))
    parts->html = GMIME_PART(part);
}

static char *
message_text(GMimeMessage *message, const char **ret_type)
{
  Parts parts = {0};

  g_mime_message_foreach(message, look_at_part, &parts);
  *ret_type = parts.plain || !parts.html ? "text/plain" : "text/html";
  GMimePart *part = parts.plain ? parts.plain : parts.html;
  return part && GMIME_IS_TEXT_PART(part) ? g_mime_text_part_get_text(GMIME_TEXT_PART(part)) : NULL;
}

static void
deliver_mime(Call *call, guint32 slot, GMimeMessage *message)
{
  g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) cc = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *own = pack_dup(call->sim->tenant, tenant_user(call->sim->tenant, slot), UF_MAIL);
  const char *type;

  take_internet_addresses(g_mime_message_get_from(message), from);
  take_internet_addresses(g_mime_message_get_to(message), to);
  take_internet_addresses(g_mime_message_get_cc(message), cc);
  take_internet_addresses(g_mime_message_get_bcc(message), cc);
  if (!to->len && !cc->len) {
    bad_recipients(call);
    return;
  }
  if (from->len && !check_from(call, slot, g_ptr_array_index(from, 0)))
    return;
  g_autofree char *body = message_text(message, &type);
  const MailMessage mail = {.from = own,
                            .to = to,
                            .cc = cc,
                            .subject = g_mime_message_get_subject(message),
                            .body = body,
                            .content_type = type,
                            .message_id = g_mime_message_get_message_id(message),
                            .mime = TRUE};
  mail_deliver(call, &mail);
  call_empty(call, 202);
}

static void
send_mime(Call *call, guint32 slot)
{
  gsize length = 0;
  g_autofree guchar *bytes = decode_strictly(call->body, call->body_length, &length);

  if (!bytes) {
    call_error(call, 400, "ErrorMimeContentInvalidBase64String",
               "Invalid base64 string for MIME "
               "content.");
    return;
  }
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, length);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  if (message)
    deliver_mime(call, slot, message);
  else
    call_error(call, 400, "ErrorMimeContentInvalid", "The MIME content is invalid.");
  g_clear_object(&message);
  g_object_unref(parser);
  g_object_unref(stream);
}

void
mail_send(Call *call)
{
  guint32 slot = find_sender(call);

  if (slot == NONE)
    return;
  if (call->content_type && g_str_has_prefix(call->content_type, "text/plain"))
    send_mime(call, slot);
  else
    send_json(call, slot);
}
