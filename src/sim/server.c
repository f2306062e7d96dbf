/* The HTTP server on libmicrohttpd: reads a request whole, has it answered with
 * the simulator's lock held, waits for the latency without it, and plays those
 * faults that are about the connection. */
#include "sim/server.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/answer.h"
#include "sim/call.h"

#define BODY_LIMIT       (8 << 20)
#define CONNECTION_LIMIT 512
#define IDLE_SECONDS     120
#define MEMORY_LIMIT     (128 << 10)
#define STACK_BYTES      (1 << 20)

struct Server {
  Sim *sim;
  struct MHD_Daemon *daemon;
  char *certificate, *key;
  int port;
};

/* A request while it is being read. */
typedef struct {
  char *target;
  GString *body;
  gboolean head_seen, too_large;
} Reading;

/* What goes out in part only. */
typedef struct {
  char *bytes;
  gsize length, sent_limit;
} Partial;

static void *
on_target(void *data, const char *target, struct MHD_Connection *connection)
{
  Reading *reading = g_new0(Reading, 1);

  reading->target = g_strdup(target);
  reading->body = g_string_new(NULL);
  return reading;
}

static void
on_completed(void *data, struct MHD_Connection *connection, void **state,
             enum MHD_RequestTerminationCode code)
{
  Reading *reading = *state;

  if (!reading)
    return;
  g_free(reading->target);
  g_string_free(reading->body, TRUE);
  g_free(reading);
  *state = NULL;
}

static char *
header(struct MHD_Connection *connection, const char *name)
{
  return g_strdup(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

/* Links that we write repeat the host that the client used; nothing odd in it. */
static char *
host_header(struct MHD_Connection *connection)
{
  const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");

  if (!host ||
      strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") !=
          strlen(host))
    return NULL;
  return g_strdup(host);
}

static Call *
make_call(Sim *sim, struct MHD_Connection *connection, const char *method, Reading *reading)
{
  Call *call = call_new(sim, method, reading->target);
  g_autofree char *level = header(connection, "ConsistencyLevel");
  g_autofree char *prefer = header(connection, "Prefer");
  g_autofree char *before = header(connection, "X-Forwarded-Proto");

  call->authorization = header(connection, "Authorization");
  call->content_type = header(connection, "Content-Type");
  call->client_request_id = header(connection, "client-request-id");
  call->host = host_header(connection);
  call->secure = sim->options.tls_certificate || g_strcmp0(before, "https") == 0;
  call->eventual = level && g_ascii_strcasecmp(level, "eventual") == 0;
  call->minimal = prefer && strstr(prefer, "return=minimal") != NULL;
  call->body = reading->body->str;
  call->body_length = reading->body->len;
  return call;
}

static ssize_t
read_partial(void *data, uint64_t position, char *buffer, size_t max)
{
  const Partial *partial = data;

  if (position >= partial->sent_limit)
    return MHD_CONTENT_READER_END_WITH_ERROR;
  gsize n = MIN(max, partial->sent_limit - position);
  memcpy(buffer, partial->bytes + position, n);
  return (ssize_t)n;
}

static void
free_partial(void *data)
{
  Partial *partial = data;

  g_free(partial->bytes);
  g_free(partial);
}

static struct MHD_Response *
make_response(Call *call, gboolean truncate)
{
  gsize length = call->out->len;
  char *bytes = g_string_free(g_steal_pointer(&call->out), FALSE);

  if (truncate && length > 1) {
    Partial *partial = g_new(Partial, 1);
    *partial = (Partial){.bytes = bytes, .length = length, .sent_limit = length / 2};
    return MHD_create_response_from_callback(length, 32768, read_partial, partial, free_partial);
  }
  return MHD_create_response_from_buffer_with_free_callback(length, bytes, g_free);
}

/* Closes at once, as a lost line does. */
static enum MHD_Result
drop(struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  const struct linger abrupt = {.l_onoff = 1};

  if (info)
    setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
  return MHD_NO;
}

static enum MHD_Result
send_answer(struct MHD_Connection *connection, Call *call, gboolean truncate)
{
  struct MHD_Response *response = make_response(call, truncate);

  if (call->out_type)
    MHD_add_response_header(response, "Content-Type", call->out_type);
  for (guint i = 0; i < call->headers->len; i++) {
    const CallPair *pair = &g_array_index(call->headers, CallPair, i);
    MHD_add_response_header(response, pair->name, pair->value);
  }
  enum MHD_Result result = MHD_queue_response(connection, (unsigned)call->status, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_size, void **state)
{
  Server *server = data;
  Reading *reading = *state;

  if (!reading)
    return MHD_NO;
  /* Called once for the head, then with pieces of the body, then with nothing more. */
  if (!reading->head_seen) {
    reading->head_seen = TRUE;
    return MHD_YES;
  }
  if (*upload_size) {
    if (reading->body->len + *upload_size > BODY_LIMIT)
      reading->too_large = TRUE;
    else
      g_string_append_len(reading->body, upload, (gssize)*upload_size);
    *upload_size = 0;
    return MHD_YES;
  }
  g_autoptr(Call) call = make_call(server->sim, connection, method, reading);
  AnswerFate fate = reading->too_large ? answer_too_large(call) : answer_call(call);
  if (fate == ANSWER_DROP)
    return drop(connection);
  return send_answer(connection, call, fate == ANSWER_TRUNCATE);
}

static gboolean
read_tls(Server *server, GError **error)
{
  const SimOptions *options = &server->sim->options;

  if (!options->tls_certificate)
    return TRUE;
  if (MHD_is_feature_supported(MHD_FEATURE_SSL) != MHD_YES) {
    g_set_error(error, SIM_ERROR, 0, "--tls: this libmicrohttpd was built without TLS");
    return FALSE;
  }
  return g_file_get_contents(options->tls_certificate, &server->certificate, NULL, error) &&
         g_file_get_contents(options->tls_key, &server->key, NULL, error);
}

static struct MHD_Daemon *
start_daemon(Server *server)
{
  const SimOptions *options = &server->sim->options;
  unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
                   (server->certificate ? MHD_USE_TLS : 0);
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((guint16)options->port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate},
                                 {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
                                 {MHD_OPTION_END, 0, NULL}};

  if (!server->certificate)
    tls[0].option = MHD_OPTION_END;
  return MHD_start_daemon(
      flags, (guint16)options->port, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR,
      (const struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
      MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned)CONNECTION_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_LIMIT, MHD_OPTION_THREAD_STACK_SIZE,
      (size_t)STACK_BYTES, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

static void
set_address(Server *server)
{
  if (!server->daemon)
    return;
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
  server->port = info->port;
  server->sim->url =
      g_strdup_printf("%s://127.0.0.1:%d", server->certificate ? "https" : "http", server->port);
}

Server *
server_start(Sim *sim, GError **error)
{
  Server *server = g_new0(Server, 1);

  server->sim = sim;
  if (read_tls(server, error)) {
    /* Nobody is answered before the address is known. */
    g_mutex_lock(&sim->lock);
    server->daemon = start_daemon(server);
    set_address(server);
    g_mutex_unlock(&sim->lock);
    if (!server->daemon)
      g_set_error(error, server->certificate ? SIM_ERROR : G_IO_ERROR, 0,
                  "cannot listen on 127.0.0.1 port %d%s", sim->options.port,
                  server->certificate ? ", or the TLS files are wrong" : "; is it in use?");
  }
  if (!server->daemon) {
    server_stop(server);
    return NULL;
  }
  return server;
}

int
server_port(const Server *server)
{
  return server->port;
}

void
server_stop(Server *server)
{
  sim_stop_waiting(server->sim);
  if (server->daemon)
    MHD_stop_daemon(server->daemon);
  g_free(server->certificate);
  g_free(server->key);
  g_free(server);
}
