/* Requests over HTTP, on libcurl. Each call borrows a connection (an easy and
 * a multi handle that stay together, so that the kept-alive connection stays
 * with them), drives it with curl_multi_poll, and is woken at once when it is
 * cancelled. The way to the service (proxies, authorities, what goes wrong there)
 * is http-network.c's, repeating net/retry's, meaning the rooms' above. */
#include "net/http-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "net/curl.h"
#include "net/url.h"
#include <malloc.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000
#define TOTAL_TIMEOUT_MS   100000
#define MAX_BODY           ((gsize)64 * 1024 * 1024)
#define MAX_HEADERS        256
#define MAX_HEADER_BYTES   (256 * 1024)
#define MAX_IDLE           16
#define FIRST_CAPACITY     (32 * 1024)
/* A body of up to this size may be one with a token in it: wiped. */
#define WIPED_BODY  (256 * 1024)
#define BUFFER_SIZE (256 * 1024L)

/* Handles that stay together between calls. */
typedef struct {
  CURL *easy;
  CURLM *multi;
} Connection;

/* libcurl holds tokens and passwords while it sends them; what it frees is wiped. */
static void
wiping_free(void *memory)
{
  if (memory)
    secret_wipe(memory, malloc_usable_size(memory));
  free(memory);
}

static void *
wiping_realloc(void *memory, size_t size)
{
  if (!memory)
    return malloc(size);
  size_t before = malloc_usable_size(memory);
  void *moved = malloc(size);
  if (!moved)
    return NULL;
  memcpy(moved, memory, MIN(before, size));
  wiping_free(memory);
  return moved;
}

static gpointer
start_libcurl(gpointer data)
{
  return GINT_TO_POINTER(curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
                                              wiping_realloc, strdup, calloc) == CURLE_OK);
}

static void
share_lock(CURL *easy, curl_lock_data data, curl_lock_access access, void *user)
{
  g_mutex_lock(&((HttpSession *)user)->share_locks[data]);
}

static void
share_unlock(CURL *easy, curl_lock_data data, void *user)
{
  g_mutex_unlock(&((HttpSession *)user)->share_locks[data]);
}

HttpSession *
http_session_new(const HttpOptions *options)
{
  static GOnce once = G_ONCE_INIT;
  g_once(&once, start_libcurl, NULL);
  HttpSession *session = g_new0(HttpSession, 1);
  session->options = *options;
  HttpOptions *o = &session->options;
  http_choose_authorities(session, options->ca_bundle);
  o->user_agent = session->user_agent =
      g_strdup(options->user_agent ? options->user_agent : "usher");
  o->connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : CONNECT_TIMEOUT_MS;
  o->total_timeout_ms = o->total_timeout_ms ? o->total_timeout_ms : TOTAL_TIMEOUT_MS;
  o->max_body = o->max_body ? o->max_body : MAX_BODY;
  g_mutex_init(&session->lock);
  g_queue_init(&session->idle);
  for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
    g_mutex_init(&session->share_locks[i]);
  session->share = curl_share_init();
  curl_share_setopt(session->share, CURLSHOPT_LOCKFUNC, share_lock);
  curl_share_setopt(session->share, CURLSHOPT_UNLOCKFUNC, share_unlock);
  curl_share_setopt(session->share, CURLSHOPT_USERDATA, session);
  curl_share_setopt(session->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(session->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return session;
}

static void
connection_free(gpointer data)
{
  Connection *connection = data;
  curl_easy_cleanup(connection->easy);
  curl_multi_cleanup(connection->multi);
  g_free(connection);
}

void
http_session_free(HttpSession *session)
{
  if (!session)
    return;
  g_queue_clear_full(&session->idle, connection_free);
  curl_share_cleanup(session->share);
  g_mutex_clear(&session->lock);
  for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
    g_mutex_clear(&session->share_locks[i]);
  g_free(session->ca_bundle);
  g_free(session->ca_folder);
  g_free(session->user_agent);
  g_free(session);
}

static Connection *
connection_take(HttpSession *session)
{
  g_mutex_lock(&session->lock);
  Connection *connection = g_queue_pop_head(&session->idle);
  g_mutex_unlock(&session->lock);
  if (connection)
    return connection;
  connection = g_new0(Connection, 1);
  connection->easy = curl_easy_init();
  connection->multi = curl_multi_init();
  return connection;
}

static void
connection_give_back(HttpSession *session, Connection *connection)
{
  curl_easy_reset(connection->easy); /* forgets the request, keeps the connection */
  g_mutex_lock(&session->lock);
  g_queue_push_head(&session->idle, connection);
  Connection *coldest = session->idle.length > MAX_IDLE ? g_queue_pop_tail(&session->idle) : NULL;
  g_mutex_unlock(&session->lock);
  if (coldest)
    connection_free(coldest);
}

/* Grows by doubling, so that a page is copied less than once on average. */
static gboolean
make_room(Transfer *transfer, gsize wanted)
{
  HttpResponse *response = transfer->response;
  if (wanted > transfer->options->max_body) {
    transfer->too_large = TRUE;
    return FALSE;
  }
  if (wanted < transfer->capacity)
    return TRUE;
  gsize capacity = MAX(MAX(transfer->capacity * 2, FIRST_CAPACITY), wanted + 1);
  char *body = g_malloc(capacity);
  if (response->length)
    memcpy(body, response->body, response->length);
  if (response->length && response->length <= WIPED_BODY)
    secret_wipe(response->body, response->length);
  g_free(response->body);
  response->body = body;
  transfer->capacity = capacity;
  return TRUE;
}

static size_t
on_body(char *data, size_t size, size_t n, void *user)
{
  Transfer *transfer = user;
  HttpResponse *response = transfer->response;
  gsize length = size * n;
  if (length > transfer->options->max_body || !make_room(transfer, response->length + length)) {
    transfer->too_large = TRUE;
    return length + 1; /* stops the transfer */
  }
  memcpy(response->body + response->length, data, length);
  response->length += length;
  if (transfer->request->arriving && http_transfer_status(transfer) < 300)
    transfer->request->arriving(response->body, response->length, transfer->request->arriving_data);
  return length;
}

static void
keep_header(Transfer *transfer, const char *line, gsize length)
{
  const char *colon = memchr(line, ':', length);
  if (!colon || colon == line)
    return;
  char *name = g_ascii_strdown(line, colon - line);
  char *value = g_strstrip(g_strndup(colon + 1, length - (gsize)(colon + 1 - line)));
  if (strcmp(name, "date") == 0) {
    time_t moment = curl_getdate(value, NULL);
    transfer->response->date = moment == (time_t)-1 ? 0 : moment;
  } else if (strcmp(name, "content-length") == 0) {
    /* Of the encoded body, so only a hint; it saves the copies of growing. */
    guint64 announced = g_ascii_strtoull(value, NULL, 10);
    if (announced < transfer->options->max_body && announced > FIRST_CAPACITY)
      make_room(transfer, (gsize)announced);
  }
  /* Several challenges may come, each in a header of its own. */
  const char *before = strcmp(name, "www-authenticate") == 0
                           ? g_hash_table_lookup(transfer->response->headers, name)
                           : NULL;
  if (before) {
    char *joined = g_strconcat(before, ", ", value, NULL);
    g_free(value);
    value = joined;
  }
  g_hash_table_replace(transfer->response->headers, name, value);
}

static size_t
on_header(char *data, size_t size, size_t n, void *user)
{
  Transfer *transfer = user;
  gsize length = size * n;
  if (length >= 5 && memcmp(data, "HTTP/", 5) == 0) {
    /* The next answer begins: what came before was "100 Continue". */
    g_hash_table_remove_all(transfer->response->headers);
    return length;
  }
  transfer->header_bytes += length;
  if (++transfer->headers > MAX_HEADERS || transfer->header_bytes > MAX_HEADER_BYTES) {
    transfer->too_large = TRUE;
    return length + 1;
  }
  keep_header(transfer, data, length);
  return length;
}

/* Called before each sending, also those that libcurl decides on by itself after
 * a kept-alive connection broke. */
static int
on_sending(void *user, char *primary_ip, char *local_ip, int primary_port, int local_port)
{
  Transfer *transfer = user;
  transfer->sendings++;
  if (transfer->sendings > 1 && transfer->request->once) {
    transfer->refused_repeat = TRUE;
    return CURL_PREREQFUNC_ABORT;
  }
  /* What a broken first answer left must not stand before the second. */
  transfer->response->length = 0;
  return CURL_PREREQFUNC_OK;
}

static struct curl_slist *
build_headers(const HttpRequest *request)
{
  struct curl_slist *list = NULL;
  for (guint i = 0; request->headers && i < request->headers->len; i++)
    list = curl_slist_append(list, request->headers->pdata[i]);
  list = curl_slist_append(list, "Expect:"); /* no round trip before a long body */
  if (!request->body)
    list = curl_slist_append(list, "Content-Type:"); /* libcurl would call nothing a form */
  if (request->bearer) {
    char *line = g_strconcat("Authorization: Bearer ", secret_peek(request->bearer), NULL);
    list = curl_slist_append(list, line);
    secret_free_string(line);
  }
  return list;
}

static void
set_method(CURL *easy, const HttpRequest *request)
{
  gboolean post = strcmp(request->method, "POST") == 0;
  if (request->body || post) {
    const char *body = request->body ? request->body : "";
    curl_off_t length = request->body_length >= 0 && request->body ? request->body_length
                                                                   : (curl_off_t)strlen(body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  }
  if (!post && strcmp(request->method, "GET") != 0)
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void
set_options(Transfer *transfer, HttpSession *session, struct curl_slist *headers)
{
  CURL *easy = transfer->easy;
  const HttpOptions *options = &session->options;
  const char *url = transfer->request->url;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_SHARE, session->share);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  http_set_network(easy, session, url);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->total_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a hanging resolver is left behind */
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_sending);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
  set_method(easy, transfer->request);
}

static void
wake(GCancellable *cancellable, gpointer multi)
{
  curl_multi_wakeup(multi);
}

/* Drives the transfer to its end; FALSE when cancelled. */
static gboolean
perform(CURLM *multi, GCancellable *cancellable, CURLcode *ret_code)
{
  for (;;) {
    int running = 0;
    if (g_cancellable_is_cancelled(cancellable))
      return FALSE;
    CURLMcode code = curl_multi_perform(multi, &running);
    if (code == CURLM_OK && running)
      code = curl_multi_poll(multi, NULL, 0, 1000, NULL);
    if (code != CURLM_OK) {
      *ret_code = CURLE_FAILED_INIT;
      return TRUE;
    }
    if (!running) {
      int left;
      CURLMsg *message = curl_multi_info_read(multi, &left);
      *ret_code = message ? message->data.result : CURLE_FAILED_INIT;
      return TRUE;
    }
  }
}

/* The answer, completed. */
static HttpResponse *
finish(Transfer *transfer)
{
  HttpResponse *response = transfer->response;
  response->status = http_transfer_status(transfer);
  if (!response->body)
    response->body = g_malloc(1);
  response->body[response->length] = '\0';
  transfer->response = NULL;
  return response;
}

static HttpResponse *
response_new(void)
{
  HttpResponse *response = g_new0(HttpResponse, 1);
  response->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return response;
}

static HttpResponse *
send_on(HttpSession *session, Connection *connection, Transfer *transfer, GCancellable *cancellable,
        GError **error)
{
  HttpResponse *response = NULL;
  CURLcode code = CURLE_OK;
  struct curl_slist *headers = build_headers(transfer->request);
  transfer->easy = connection->easy;
  set_options(transfer, session, headers);
  curl_multi_add_handle(connection->multi, connection->easy);
  gulong handler =
      cancellable ? g_cancellable_connect(cancellable, G_CALLBACK(wake), connection->multi, NULL)
                  : 0;
  gboolean done = perform(connection->multi, cancellable, &code);
  if (handler)
    g_cancellable_disconnect(cancellable, handler);
  if (done && code != CURLE_OK && transfer->request->trouble)
    *transfer->request->trouble = http_trouble(transfer, code);
  if (!done)
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CANCELLED, _("Cancelled"));
  else if (code != CURLE_OK)
    http_set_error(transfer, code, error);
  else
    response = finish(transfer);
  curl_multi_remove_handle(connection->multi, connection->easy);
  curl_slist_free_all(headers);
  return response;
}

HttpResponse *
http_send(HttpSession *session, const HttpRequest *request, gboolean *ret_maybe_processed,
          GCancellable *cancellable, GError **error)
{
  if (ret_maybe_processed)
    *ret_maybe_processed = FALSE;
  if (!url_may_be_sent(request->url)) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_PROTOCOL,
                _("Nothing was sent: the address is neither https nor on this machine."));
    return NULL;
  }
  Transfer transfer = {.request = request, .options = &session->options};
  transfer.response = response_new();
  Connection *connection = connection_take(session);
  HttpResponse *response = send_on(session, connection, &transfer, cancellable, error);
  connection_give_back(session, connection);
  http_response_free(transfer.response);
  if (ret_maybe_processed)
    *ret_maybe_processed = !response && transfer.sendings > 0;
  return response;
}

const char *
http_response_header(const HttpResponse *response, const char *name)
{
  return g_hash_table_lookup(response->headers, name);
}

void
http_response_free(HttpResponse *response)
{
  if (!response)
    return;
  if (response->body && response->length <= WIPED_BODY)
    secret_wipe(response->body, response->length);
  g_free(response->body);
  g_hash_table_unref(response->headers);
  g_free(response);
}
