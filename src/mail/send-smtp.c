/* Mail over SMTP with libcurl: one connection a mail, never repeated by itself,
 * woken at once when cancelled. Its one difficult question is whether a mail
 * whose connection broke may have been accepted: only if all of it, with the
 * final dot, had left and the server had not answered yet. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "mail/send-private.h"
#include "net/curl.h"
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS (10 * 1000L)
#define TOTAL_MS   (100 * 1000L)
#define LINE_LIMIT 400                  /* of a server's answer that is kept for a message */
#define GOODBYE_US (2 * G_USEC_PER_SEC) /* how long an answer to QUIT is waited for */

typedef struct {
  MailSender base;
  char *url, *user, *ca_bundle;
  char *host; /* for messages */
  Secret *password;
  gboolean loopback;
} SmtpSender;

/* One mail on its way. */
typedef struct {
  const char *mime;
  gsize length, read;
  gboolean all_read; /* libcurl asked on after the last byte: the final dot follows */
  int verdict;       /* the server's answer to the dot; 0: none yet */
  gint64 verdict_at; /* monotonic */
  GCancellable *cancellable;
  char line[LINE_LIMIT + 1];
  char curl_error[CURL_ERROR_SIZE];
} Transfer;

static size_t
give(char *buffer, size_t size, size_t count, void *data)
{
  Transfer *transfer = data;
  gsize n = MIN(size * count, transfer->length - transfer->read);
  memcpy(buffer, transfer->mime + transfer->read, n);
  transfer->read += n;
  transfer->all_read = n == 0;
  return n;
}

/* Keeps the server's last refusal, and its answer to the final dot; challenges of the sign-in are
 * of no interest. */
static size_t
hear(char *buffer, size_t size, size_t count, void *data)
{
  Transfer *transfer = data;
  gsize n = size * count;
  if (n < 3)
    return n;
  if (buffer[0] == '4' || buffer[0] == '5') {
    gsize kept = MIN(n, LINE_LIMIT);
    memcpy(transfer->line, buffer, kept);
    transfer->line[kept] = '\0';
    g_strchomp(transfer->line);
  }
  gboolean last_line = n == 3 || buffer[3] != '-';
  if (transfer->all_read && transfer->verdict == 0 && last_line) {
    char digits[4] = {buffer[0], buffer[1], buffer[2], '\0'};
    transfer->verdict = (int)g_ascii_strtoll(digits, NULL, 10);
    transfer->verdict_at = g_get_monotonic_time();
  }
  return n;
}

/* libcurl waits for the answers to the dot and to QUIT without giving way to us; it only asks
 * here, about once a second, whether to go on. */
static int
go_on(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  const Transfer *transfer = data;
  if (transfer->verdict != 0)
    return g_get_monotonic_time() - transfer->verdict_at > GOODBYE_US;
  return g_cancellable_is_cancelled(transfer->cancellable);
}

static size_t
drop(char *buffer, size_t size, size_t count, void *data)
{
  return size * count;
}

/* On the machine itself nobody listens in; elsewhere only over TLS. */
static long
tls_rule(const SmtpSender *sender)
{
  if (!sender->loopback)
    return CURLUSESSL_ALL;
  /* Local mail servers often offer a certificate that nobody signed. */
  return sender->user != NULL || sender->ca_bundle != NULL ? CURLUSESSL_TRY : CURLUSESSL_NONE;
}

static void
set_options(CURL *easy, const SmtpSender *sender, Transfer *transfer, const char *from,
            struct curl_slist *to)
{
  curl_easy_setopt(easy, CURLOPT_URL, sender->url);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, tls_rule(sender));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (sender->ca_bundle != NULL) { /* and no others, as for the service itself */
    curl_easy_setopt(easy, CURLOPT_CAINFO, sender->ca_bundle);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  }
  if (sender->user != NULL)
    curl_easy_setopt(easy, CURLOPT_USERNAME, sender->user);
  if (sender->password != NULL)
    curl_easy_setopt(easy, CURLOPT_PASSWORD, secret_peek(sender->password));
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  /* No size beforehand: then libcurl asks until nothing is left, and we know when the dot goes. */
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_error);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, TOTAL_MS / 1000);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TOTAL_MS);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static void
wake(GCancellable *cancellable, gpointer multi)
{
  curl_multi_wakeup(multi);
}

/* Runs the transfer; CURLE_ABORTED_BY_CALLBACK when cancelled. */
static CURLcode
perform(CURL *easy, GCancellable *cancellable)
{
  CURLM *multi = curl_multi_init();
  curl_multi_add_handle(multi, easy);
  gulong handler =
      cancellable != NULL ? g_cancellable_connect(cancellable, G_CALLBACK(wake), multi, NULL) : 0;
  CURLcode code = CURLE_OK;
  int running = 1;
  while (running > 0) {
    if (g_cancellable_is_cancelled(cancellable)) {
      code = CURLE_ABORTED_BY_CALLBACK;
      break;
    }
    if (curl_multi_perform(multi, &running) != CURLM_OK ||
        (running > 0 && curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK)) {
      code = CURLE_FAILED_INIT;
      break;
    }
  }
  int left;
  for (CURLMsg *done; (done = curl_multi_info_read(multi, &left)) != NULL;)
    if (done->msg == CURLMSG_DONE)
      code = done->data.result;
  g_cancellable_disconnect(cancellable, handler);
  curl_multi_remove_handle(multi, easy);
  curl_multi_cleanup(multi);
  return code;
}

/* How libcurl's troubles are told. */
static const struct {
  CURLcode code;
  UsherErrorCode error;
  const char *text; /* host, libcurl's words */
} troubles[] = {
    {CURLE_ABORTED_BY_CALLBACK, USHER_ERROR_CANCELLED, N_("Sending the mail by %s was stopped.")},
    {CURLE_URL_MALFORMAT, USHER_ERROR_CONFIG,
     N_("The mail server %s has a wrong url in [smtp]: %s")},
    {CURLE_UNSUPPORTED_PROTOCOL, USHER_ERROR_CONFIG,
     N_("The mail server %s has a wrong url in [smtp], it begins with smtp:// or smtps://: %s")},
    {CURLE_USE_SSL_FAILED, USHER_ERROR_CONFIG,
     N_("The mail server %s offers no encryption (STARTTLS), so nothing was sent: %s")},
    {CURLE_PEER_FAILED_VERIFICATION, USHER_ERROR_UNREACHABLE,
     N_("The certificate of the mail server %s is not trusted, so nothing was sent: %s")},
    {CURLE_SSL_CACERT_BADFILE, USHER_ERROR_CONFIG,
     N_("The certificates for the mail server %s cannot be read: %s")},
    {CURLE_LOGIN_DENIED, USHER_ERROR_SIGN_IN,
     N_("The mail server %s refused the sign-in: %s. Check user and password of [smtp].")},
    {CURLE_OK, USHER_ERROR_UNREACHABLE, N_("The mail server %s could not be reached: %s")},
};

static void
set_trouble(const SmtpSender *sender, const Transfer *transfer, CURLcode code, GError **error)
{
  guint i = 0;
  while (troubles[i].code != CURLE_OK && troubles[i].code != code)
    i++;
  const char *words = *transfer->line != '\0'         ? transfer->line
                      : *transfer->curl_error != '\0' ? transfer->curl_error
                                                      : curl_easy_strerror(code);
  g_autofree char *visible = text_visible(words);
  g_autofree char *safe = log_redact(visible);
  g_set_error(error, USHER_ERROR, troubles[i].error, _(troubles[i].text), sender->host, safe);
}

/* The server itself said no: 5xx for good, 4xx for now. */
static void
set_refusal(const SmtpSender *sender, const Transfer *transfer, const char *to, int status,
            GError **error)
{
  g_autofree char *visible = text_visible(transfer->line);
  g_autofree char *safe = log_redact(visible);
  GError *refusal =
      status >= 500
          ? g_error_new(USHER_ERROR, USHER_ERROR_SERVICE,
                        _("The mail server %s refused the mail to %s: %s"), sender->host, to, safe)
          : g_error_new(USHER_ERROR, USHER_ERROR_THROTTLED,
                        _("The mail server %s does not take the mail to %s now: %s. Try again "
                          "later."),
                        sender->host, to, safe);
  error_set_service(refusal, status, NULL, NULL, -1);
  g_propagate_error(error, refusal);
}

static void
set_unknown(const SmtpSender *sender, const char *to, CURLcode code, GError **error)
{
  g_set_error(error, USHER_ERROR,
              code == CURLE_ABORTED_BY_CALLBACK ? USHER_ERROR_CANCELLED : USHER_ERROR_UNREACHABLE,
              _("The mail server %s did not say whether it took the mail to %s: it may be on its "
                "way. Ask the receiver before you send it again."),
              sender->host, to);
}

static gboolean
judge(const SmtpSender *sender, const Transfer *transfer, CURL *easy, CURLcode code, const char *to,
      GraphTrace *trace, GError **error)
{
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (transfer->verdict != 0)
    status = transfer->verdict;
  trace->http_status = (int)status;
  trace->maybe_processed = transfer->all_read && transfer->verdict == 0;
  /* What happens after the verdict, such as a server that ignores QUIT, changes nothing. */
  if (transfer->verdict >= 200 && transfer->verdict < 300)
    return TRUE;
  if (trace->maybe_processed) {
    set_unknown(sender, to, code, error);
  } else if (status >= 400 && code != CURLE_LOGIN_DENIED && code != CURLE_USE_SSL_FAILED &&
             code != CURLE_ABORTED_BY_CALLBACK)
    set_refusal(sender, transfer, to, (int)status, error);
  else
    set_trouble(sender, transfer, code, error);
  return FALSE;
}

static gboolean
send_smtp(MailSender *base, const char *from, const char *to, const Secret *mime, GraphTrace *trace,
          GCancellable *cancellable, GError **error)
{
  SmtpSender *sender = (SmtpSender *)base;
  Transfer transfer = {
      .mime = secret_peek(mime), .length = secret_length(mime), .cancellable = cancellable};
  CURL *easy = curl_easy_init();
  g_autofree char *envelope_from = g_strdup_printf("<%s>", from);
  g_autofree char *envelope_to = g_strdup_printf("<%s>", to);
  struct curl_slist *recipients = curl_slist_append(NULL, envelope_to);
  set_options(easy, sender, &transfer, envelope_from, recipients);
  CURLcode code = perform(easy, cancellable);
  gboolean ok = judge(sender, &transfer, easy, code, to, trace, error);
  curl_easy_cleanup(easy);
  curl_slist_free_all(recipients);
  return ok;
}

static void
free_smtp(MailSender *base)
{
  SmtpSender *sender = (SmtpSender *)base;
  g_free(sender->url);
  g_free(sender->user);
  g_free(sender->ca_bundle);
  g_free(sender->host);
  g_clear_pointer(&sender->password, secret_unref);
  g_free(sender);
}

static const MailSenderClass smtp_class = {free_smtp, send_smtp};

static gboolean
is_loopback(const char *host)
{
  if (g_ascii_strcasecmp(host, "localhost") == 0)
    return TRUE;
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
  return address != NULL && g_inet_address_get_is_loopback(address);
}

MailSender *
mail_sender_new_smtp(const char *url, const char *user, const Secret *password,
                     const char *ca_bundle)
{
  SmtpSender *sender = g_new0(SmtpSender, 1);
  sender->base.class = &smtp_class;
  sender->url = g_strdup(url);
  sender->user = user != NULL && *user != '\0' ? g_strdup(user) : NULL;
  sender->ca_bundle = g_strdup(ca_bundle);
  sender->password = password != NULL ? secret_ref((Secret *)password) : NULL;
  /* A url that cannot be read is told when the first mail is sent. */
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
  sender->host = g_strdup(host != NULL ? host : url);
  sender->loopback = host != NULL && is_loopback(host);
  return &sender->base;
}
