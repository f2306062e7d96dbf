/* The scripted web server of the tests, on plain sockets. */
#include "script-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ScriptServer {
  ScriptHandler handler;
  gpointer data;
  int listener;
  char *url;
  GThread *accepting;
  GMutex lock;
  GCond changed;
  gboolean stopping;
  guint connections;
  GPtrArray *lines;
  GArray *sockets; /* int; -1 when closed */
  GPtrArray *threads;
};

typedef struct {
  ScriptServer *server;
  int socket;
  guint number, count;
  GString *input;
} Line;

static gboolean
read_more(Line *line)
{
  char buffer[16384];
  gssize got;
  do
    got = recv(line->socket, buffer, sizeof buffer, 0);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return FALSE;
  g_string_append_len(line->input, buffer, got);
  return TRUE;
}

static void
send_all(int socket, const char *data, gsize length)
{
  while (length) {
    gssize sent = send(socket, data, length, MSG_NOSIGNAL);
    if (sent <= 0)
      return;
    data += sent;
    length -= (gsize)sent;
  }
}

static void
reset_connection(int socket)
{
  struct linger linger = {1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static GByteArray *
compress(const GString *body)
{
  g_autoptr(GZlibCompressor) zip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new(memory, G_CONVERTER(zip));
  g_output_stream_write_all(stream, body->str, body->len, NULL, NULL, NULL);
  g_output_stream_close(stream, NULL, NULL);
  gsize size = g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(memory));
  return g_byte_array_new_take(g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(memory)),
                               size);
}

/* The rest waits until somebody asks for something else, if not for too long. */
static void
hold(ScriptServer *server, guint milliseconds)
{
  gint64 until = g_get_monotonic_time() + milliseconds * 1000;
  g_mutex_lock(&server->lock);
  for (guint seen = server->lines->len; server->lines->len == seen && !server->stopping;)
    if (!g_cond_wait_until(&server->changed, &server->lock, until))
      break;
  g_mutex_unlock(&server->lock);
}

static void
send_reply(Line *line, ScriptReply *reply)
{
  if (reply->raw) {
    send_all(line->socket, reply->raw, strlen(reply->raw));
    return;
  }
  g_autoptr(GByteArray) body = reply->gzip ? compress(reply->body) : g_byte_array_new();
  if (!reply->gzip)
    g_byte_array_append(body, (const guint8 *)reply->body->str, (guint)reply->body->len);
  g_autoptr(GString) head = g_string_new(NULL);
  g_string_printf(head, "HTTP/1.1 %d Scripted\r\n%sContent-Length: %u\r\n%s\r\n", reply->status,
                  reply->headers->str, body->len, reply->gzip ? "Content-Encoding: gzip\r\n" : "");
  gsize length = reply->cut >= 0 ? MIN((gsize)reply->cut, body->len) : body->len;
  gsize first = reply->hold ? MIN(reply->hold, length) : length;
  g_string_append_len(head, (const char *)body->data, (gssize)first);
  send_all(line->socket, head->str, head->len);
  if (first < length) {
    hold(line->server, reply->hold_ms);
    send_all(line->socket, (const char *)body->data + first, length - first);
  }
}

/* Reads one request; FALSE at the end of the connection. */
static gboolean
serve_one(Line *line)
{
  char *end;
  while (!(end = strstr(line->input->str, "\r\n\r\n")))
    if (!read_more(line))
      return FALSE;
  gsize head = (gsize)(end - line->input->str) + 4;
  g_autofree char *text = g_strndup(line->input->str, head - 4);
  g_auto(GStrv) rows = g_strsplit(text, "\r\n", -1);
  g_auto(GStrv) words = g_strsplit(rows[0], " ", 3);
  g_autoptr(GHashTable) headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 1; rows[i]; i++) {
    char *colon = strchr(rows[i], ':');
    if (colon)
      g_hash_table_replace(headers, g_ascii_strdown(rows[i], colon - rows[i]),
                           g_strstrip(g_strdup(colon + 1)));
  }
  const char *announced = g_hash_table_lookup(headers, "content-length");
  gsize length = announced ? (gsize)g_ascii_strtoull(announced, NULL, 10) : 0;
  while (line->input->len < head + length)
    if (!read_more(line))
      return FALSE;
  g_autofree char *body = g_strndup(line->input->str + head, length);
  g_string_erase(line->input, 0, (gssize)(head + length));

  ScriptServer *server = line->server;
  ScriptReply reply = {.status = 200, .cut = -1};
  reply.headers = g_string_new(NULL);
  reply.body = g_string_new(NULL);
  g_mutex_lock(&server->lock);
  g_ptr_array_add(server->lines, g_strdup_printf("%s %s", words[0], words[1]));
  g_cond_broadcast(&server->changed);
  ScriptRequest request = {.n = server->lines->len,
                           .connection = line->number,
                           .on_connection = ++line->count,
                           .method = words[0],
                           .target = words[1],
                           .body = body,
                           .headers = headers};
  server->handler(&request, &reply, server->data);
  while (reply.hang && !server->stopping)
    g_cond_wait(&server->changed, &server->lock);
  gint64 until = g_get_monotonic_time() + reply.delay_ms * 1000;
  while (reply.delay_ms && !server->stopping && g_get_monotonic_time() < until)
    g_cond_wait_until(&server->changed, &server->lock, until);
  g_mutex_unlock(&server->lock);
  if (!reply.hang && !reply.reset)
    send_reply(line, &reply);
  gboolean go_on = !reply.hang && !reply.reset && !reply.close && reply.cut < 0 && !reply.raw;
  if (reply.reset || reply.cut >= 0)
    reset_connection(line->socket);
  g_string_free(reply.headers, TRUE);
  g_string_free(reply.body, TRUE);
  return go_on;
}

static gpointer
connection_thread(gpointer data)
{
  Line *line = data;
  while (serve_one(line))
    ;
  g_mutex_lock(&line->server->lock);
  g_array_index(line->server->sockets, int, line->number - 1) = -1;
  close(line->socket);
  g_mutex_unlock(&line->server->lock);
  g_string_free(line->input, TRUE);
  g_free(line);
  return NULL;
}

static gpointer
accept_thread(gpointer data)
{
  ScriptServer *server = data;
  for (;;) {
    int socket = accept(server->listener, NULL, NULL);
    if (socket < 0)
      return NULL;
    g_mutex_lock(&server->lock);
    Line *line = g_new0(Line, 1);
    line->server = server;
    line->socket = socket;
    line->number = ++server->connections;
    line->input = g_string_new(NULL);
    g_array_append_val(server->sockets, socket);
    g_ptr_array_add(server->threads, g_thread_new("connection", connection_thread, line));
    g_mutex_unlock(&server->lock);
  }
}

ScriptServer *
script_server_new(ScriptHandler handler, gpointer data)
{
  ScriptServer *server = g_new0(ScriptServer, 1);
  server->handler = handler;
  server->data = data;
  g_mutex_init(&server->lock);
  g_cond_init(&server->changed);
  server->lines = g_ptr_array_new_with_free_func(g_free);
  server->sockets = g_array_new(FALSE, FALSE, sizeof(int));
  server->threads = g_ptr_array_new();
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint(listen(server->listener, 64), ==, 0);
  g_assert_cmpint(getsockname(server->listener, (struct sockaddr *)&address, &size), ==, 0);
  server->url = g_strdup_printf("http://127.0.0.1:%d", ntohs(address.sin_port));
  server->accepting = g_thread_new("accept", accept_thread, server);
  return server;
}

void
script_server_free(ScriptServer *server)
{
  if (!server)
    return;
  shutdown(server->listener, SHUT_RDWR);
  g_thread_join(server->accepting);
  close(server->listener);
  g_mutex_lock(&server->lock);
  server->stopping = TRUE;
  g_cond_broadcast(&server->changed);
  for (guint i = 0; i < server->sockets->len; i++)
    if (g_array_index(server->sockets, int, i) >= 0)
      shutdown(g_array_index(server->sockets, int, i), SHUT_RDWR);
  g_mutex_unlock(&server->lock);
  for (guint i = 0; i < server->threads->len; i++)
    g_thread_join(server->threads->pdata[i]);
  g_ptr_array_unref(server->threads);
  g_array_unref(server->sockets);
  g_ptr_array_unref(server->lines);
  g_mutex_clear(&server->lock);
  g_cond_clear(&server->changed);
  g_free(server->url);
  g_free(server);
}

const char *
script_server_url(ScriptServer *server)
{
  return server->url;
}

guint
script_server_requests(ScriptServer *server)
{
  g_mutex_lock(&server->lock);
  guint n = server->lines->len;
  g_mutex_unlock(&server->lock);
  return n;
}

guint
script_server_connections(ScriptServer *server)
{
  g_mutex_lock(&server->lock);
  guint n = server->connections;
  g_mutex_unlock(&server->lock);
  return n;
}

char *
script_server_line(ScriptServer *server, guint n)
{
  g_mutex_lock(&server->lock);
  char *line = n && n <= server->lines->len ? g_strdup(server->lines->pdata[n - 1]) : NULL;
  g_mutex_unlock(&server->lock);
  return line;
}

char *
script_form_value(const char *body, const char *name)
{
  g_auto(GStrv) pairs = g_strsplit(body, "&", -1);
  gsize length = strlen(name);
  for (guint i = 0; pairs[i]; i++)
    if (strncmp(pairs[i], name, length) == 0 && pairs[i][length] == '=')
      return g_uri_unescape_string(pairs[i] + length + 1, NULL);
  return NULL;
}
