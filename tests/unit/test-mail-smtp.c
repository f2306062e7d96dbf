/* SMTP for real: against a mail server (tests/lib/smtp-sink.py, skipped when
 * aiosmtpd is missing), and against one that breaks off where it is told. */
#include "base/error.h"
#include "mail/send.h"
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FROM   "it-service@contoso.com"
#define TO     "zoe@partner.example"
#define PYTHON "/usr/bin/python3"

static const char message[] = "Subject: x\r\n\r\nHello\r\n.\r\n..\r\n.dot\r\nend\r\n";

static gboolean
send_to(const char *url, const char *user, const char *password, const char *ca, const char *to,
        const char *text, GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  g_autoptr(Secret) secret = password != NULL ? secret_new(password, -1) : NULL;
  g_autoptr(Secret) mime = secret_new(text, -1);
  g_autoptr(MailSender) sender = mail_sender_new_smtp(url, user, secret, ca);
  *trace = (GraphTrace){0};
  return mail_send(sender, FROM, to, mime, trace, cancellable, error);
}

/* ---- a real mail server ---- */

typedef struct {
  char *dir, *url, *ca;
  GPid pid;
  int in;
} Sink;

static void
sink_tear_down(Sink *sink)
{
  if (sink->pid != 0) {
    close(sink->in);
    waitpid(sink->pid, NULL, 0);
  }
  if (sink->dir != NULL) {
    const char *const argv[] = {"rm", "-rf", sink->dir, NULL};
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                 NULL);
  }
  g_free(sink->dir);
  g_free(sink->url);
  g_free(sink->ca);
}

static gboolean
run_quietly(const char *const *argv)
{
  int status;
  return g_spawn_sync(NULL, (char **)argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL, &status, NULL) &&
         g_spawn_check_wait_status(status, NULL);
}

/* A certificate for 127.0.0.1 and, as `other`, one that nobody here trusts. */
static gboolean
make_certificate(const char *dir, const char *name)
{
  g_autofree char *cert = g_strdup_printf("%s/%s.pem", dir, name);
  g_autofree char *key = g_strdup_printf("%s/%s.key", dir, name);
  const char *const argv[] = {"openssl",
                              "req",
                              "-x509",
                              "-newkey",
                              "ec",
                              "-pkeyopt",
                              "ec_paramgen_curve:prime256v1",
                              "-nodes",
                              "-days",
                              "2",
                              "-subj",
                              "/CN=127.0.0.1",
                              "-addext",
                              "subjectAltName=IP:127.0.0.1",
                              "-keyout",
                              key,
                              "-out",
                              cert,
                              NULL};
  return run_quietly(argv);
}

static char *
read_line(int fd)
{
  GString *line = g_string_new(NULL);
  char c;
  while (read(fd, &c, 1) == 1 && c != '\n')
    g_string_append_c(line, c);
  return g_string_free(line, FALSE);
}

/* FALSE after g_test_skip() when something is missing. */
static gboolean
sink_set_up(Sink *sink, gboolean tls)
{
  const char *const probe[] = {PYTHON, "-c", "import aiosmtpd", NULL};
  *sink = (Sink){.dir = g_dir_make_tmp("usher-smtp-XXXXXX", NULL)};
  if (!run_quietly(probe)) {
    g_test_skip("python3-aiosmtpd is not installed");
    return FALSE;
  }
  if (tls && (!make_certificate(sink->dir, "ours") || !make_certificate(sink->dir, "other"))) {
    g_test_skip("openssl is not installed");
    return FALSE;
  }
  g_autoptr(GError) error = NULL;
  const char *source = g_getenv("top_srcdir");
  g_autofree char *script =
      g_build_filename(source != NULL ? source : "..", "tests", "lib", "smtp-sink.py", NULL);
  g_autofree char *key = g_build_filename(sink->dir, "ours.key", NULL);
  sink->ca = g_build_filename(sink->dir, "ours.pem", NULL);
  const char *argv[] = {PYTHON, script,  sink->dir,       tls ? sink->ca : NULL,
                        key,    "usher", "correct horse", NULL};
  int out;
  g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                           G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                           &sink->pid, &sink->in, &out, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *port = read_line(out);
  close(out);
  g_assert_cmpint(atoi(port), >, 0);
  sink->url = g_strdup_printf("smtp://127.0.0.1:%s", port);
  return TRUE;
}

static char *
sink_file(const Sink *sink, const char *name)
{
  g_autofree char *path = g_build_filename(sink->dir, name, NULL);
  char *text = NULL;
  g_file_get_contents(path, &text, NULL, NULL);
  return text;
}

static void
test_plain(void)
{
  Sink sink;
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  if (sink_set_up(&sink, FALSE)) {
    g_assert_true(send_to(sink.url, NULL, NULL, NULL, TO, message, &trace, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(trace.http_status, ==, 250);
    g_assert_false(trace.maybe_processed);
    g_autofree char *mail = sink_file(&sink, "1.eml");
    g_autofree char *envelope = sink_file(&sink, "1.envelope");
    g_assert_cmpstr(mail, ==, message);
    g_assert_cmpstr(envelope, ==, FROM " " TO " tls=0 user=\n");
  }
  sink_tear_down(&sink);
}

static void
test_refusals(void)
{
  static const struct {
    const char *to;
    int status;
    UsherErrorCode code;
    const char *says;
  } rows[] = {
      {"nobody@partner.example", 550, USHER_ERROR_SERVICE, "no such user here"},
      {"later@partner.example", 451, USHER_ERROR_THROTTLED, "greylisted"},
      {"full@partner.example", 552, USHER_ERROR_SERVICE, "mailbox full"},
  };
  Sink sink;
  if (sink_set_up(&sink, FALSE))
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
      GraphTrace trace;
      g_autoptr(GError) error = NULL;
      g_assert_false(
          send_to(sink.url, NULL, NULL, NULL, rows[i].to, message, &trace, NULL, &error));
      g_assert_error(error, USHER_ERROR, (int)rows[i].code);
      g_assert_cmpint(error_http_status(error), ==, rows[i].status);
      g_assert_cmpint(trace.http_status, ==, rows[i].status);
      g_assert_false(trace.maybe_processed);
      g_assert_nonnull(strstr(error->message, rows[i].says));
      g_assert_nonnull(strstr(error->message, rows[i].to));
    }
  sink_tear_down(&sink);
}

static void
test_starttls(void)
{
  Sink sink;
  if (sink_set_up(&sink, TRUE)) {
    GraphTrace trace;
    g_autoptr(GError) error = NULL;
    g_assert_true(
        send_to(sink.url, "usher", "correct horse", sink.ca, TO, message, &trace, NULL, &error));
    g_assert_no_error(error);
    g_autofree char *envelope = sink_file(&sink, "1.envelope");
    g_assert_cmpstr(envelope, ==, FROM " " TO " tls=1 user=usher\n");

    g_assert_false(
        send_to(sink.url, "usher", "battery staple", sink.ca, TO, message, &trace, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_SIGN_IN);
    g_assert_null(strstr(error->message, "battery"));
    g_assert_false(trace.maybe_processed);
    g_clear_error(&error);

    g_autofree char *other = g_build_filename(sink.dir, "other.pem", NULL);
    g_assert_false(
        send_to(sink.url, "usher", "correct horse", other, TO, message, &trace, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
    g_assert_nonnull(strstr(error->message, "is not trusted"));
    g_clear_error(&error);
    g_assert_false(send_to(sink.url, "usher", "correct horse", "/nowhere/ca.pem", TO, message,
                           &trace, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    g_clear_error(&error);

    /* Without encryption this server takes nothing, and without signing in neither. */
    g_assert_false(send_to(sink.url, NULL, NULL, NULL, TO, message, &trace, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_SERVICE);
    g_assert_cmpint(trace.http_status, ==, 530);
    g_autofree char *second = sink_file(&sink, "2.eml");
    g_assert_null(second);
  }
  sink_tear_down(&sink);
}

/* ---- a server that follows a script ---- */

typedef enum {
  MUTE,             /* takes the connection and says nothing */
  REFUSE_GREETING,  /* wants to hear nothing at all */
  BREAK_AT_RCPT,    /* breaks off instead of taking the receiver */
  BREAK_AT_DATA,    /* breaks off instead of asking for the mail */
  BREAK_IN_MAIL,    /* breaks off in the middle of a large mail */
  BREAK_AFTER_DOT,  /* has it all, and breaks off */
  MUTE_AFTER_DOT,   /* has it all, and says nothing */
  REFUSE_AFTER_DOT, /* has it all, and does not want it */
  TAKE,             /* takes it */
  TAKE_AND_IGNORE,  /* takes it, and does not say goodbye */
} Script;

typedef struct {
  Script script;
  GSocketListener *listener;
  GSocketConnection *connection; /* kept until the end */
  GThread *thread;
  GCancellable *done;         /* the test is over */
  GCancellable *cancel_after; /* cancelled when the server has come to its silence */
  guint16 port;
  int connections; /* atomic */
} Server;

static gboolean
say(GOutputStream *out, const char *text)
{
  return g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL);
}

/* Reads up to the lone dot; FALSE when the client goes first. */
static gboolean
read_mail(GDataInputStream *in)
{
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
    if (line == NULL)
      return FALSE;
    if (strcmp(line, ".") == 0)
      return TRUE;
  }
}

/* Breaks off so that the other side notices at once. */
static void
hang_up(Server *server)
{
  GSocket *socket = g_socket_connection_get_socket(server->connection);
  struct linger now = {1, 0};
  setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  g_socket_close(socket, NULL);
}

static void
be_mute(Server *server, GDataInputStream *in)
{
  g_cancellable_cancel(server->cancel_after);
  char c[100];
  while (g_input_stream_read(G_INPUT_STREAM(in), c, sizeof c, server->done, NULL) > 0)
    continue;
}

/* After DATA. */
static void
receive(Server *server, GDataInputStream *in, GOutputStream *out)
{
  say(out, "354 go on\r\n");
  if (server->script == BREAK_IN_MAIL) {
    char part[1000];
    g_input_stream_read_all(G_INPUT_STREAM(in), part, sizeof part, NULL, NULL, NULL);
    hang_up(server);
    return;
  }
  if (!read_mail(in))
    return;
  if (server->script == BREAK_AFTER_DOT)
    hang_up(server);
  else if (server->script == MUTE_AFTER_DOT)
    be_mute(server, in);
  else if (server->script == TAKE_AND_IGNORE) {
    say(out, "250-it is\r\n250 taken\r\n");
    be_mute(server, in);
  } else
    say(out, server->script == TAKE ? "250 taken\r\n" : "554 5.7.1 not wanted\r\n");
}

static void
talk(Server *server, GDataInputStream *in, GOutputStream *out)
{
  if (server->script == MUTE) {
    be_mute(server, in);
    return;
  }
  if (!say(out, server->script == REFUSE_GREETING ? "554 no service here\r\n" : "220 script\r\n"))
    return;
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line(in, NULL, server->done, NULL);
    if (line == NULL)
      return;
    gboolean rcpt = g_str_has_prefix(line, "RCPT"), data = g_str_has_prefix(line, "DATA");
    if ((rcpt && server->script == BREAK_AT_RCPT) || (data && server->script == BREAK_AT_DATA)) {
      hang_up(server);
      return;
    }
    if (data)
      receive(server, in, out);
    else
      say(out, "250 yes\r\n");
  }
}

static gpointer
serve(gpointer data)
{
  Server *server = data;
  for (;;) {
    GSocketConnection *connection =
        g_socket_listener_accept(server->listener, NULL, server->done, NULL);
    if (connection == NULL)
      return NULL;
    g_atomic_int_inc(&server->connections);
    server->connection = connection;
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    g_autoptr(GDataInputStream) lines = g_data_input_stream_new(in);
    g_data_input_stream_set_newline_type(lines, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    talk(server, lines, g_io_stream_get_output_stream(G_IO_STREAM(connection)));
    g_object_unref(connection);
  }
}

static Server *
server_new(Script script, GCancellable *cancel_after)
{
  g_autoptr(GError) error = NULL;
  Server *server = g_new0(Server, 1);
  server->script = script;
  server->cancel_after = cancel_after;
  server->done = g_cancellable_new();
  server->listener = g_socket_listener_new();
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
  g_autoptr(GSocketAddress) effective = NULL;
  g_socket_listener_add_address(server->listener, address, G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error(error);
  server->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(effective));
  server->thread = g_thread_new("script", serve, server);
  return server;
}

static void
server_free(Server *server)
{
  g_cancellable_cancel(server->done);
  g_thread_join(server->thread);
  g_object_unref(server->listener);
  g_object_unref(server->done);
  g_free(server);
}

/* A mail larger than what fits into the buffers between here and there. */
static char *
large_mail(void)
{
  GString *text = g_string_new("Subject: large\r\n\r\n");
  while (text->len < 24 * 1024 * 1024)
    g_string_append(text, "It goes on and on, line for line, and does not want to end.\r\n");
  return g_string_free(text, FALSE);
}

static const struct {
  const char *name;
  Script script;
  gboolean large, maybe;
  UsherErrorCode code;
} scripts[] = {
    {"refuse-greeting", REFUSE_GREETING, FALSE, FALSE, USHER_ERROR_SERVICE},
    {"break-at-rcpt", BREAK_AT_RCPT, FALSE, FALSE, USHER_ERROR_UNREACHABLE},
    {"break-at-data", BREAK_AT_DATA, FALSE, FALSE, USHER_ERROR_UNREACHABLE},
    {"break-in-mail", BREAK_IN_MAIL, TRUE, FALSE, USHER_ERROR_UNREACHABLE},
    {"break-after-dot", BREAK_AFTER_DOT, FALSE, TRUE, USHER_ERROR_UNREACHABLE},
    {"break-after-dot-large", BREAK_AFTER_DOT, TRUE, TRUE, USHER_ERROR_UNREACHABLE},
    {"refuse-after-dot", REFUSE_AFTER_DOT, FALSE, FALSE, USHER_ERROR_SERVICE},
};

static void
test_script(gconstpointer data)
{
  guint row = GPOINTER_TO_UINT(data);
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  g_autofree char *large = scripts[row].large ? large_mail() : NULL;
  Server *server = server_new(scripts[row].script, NULL);
  g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%u", server->port);
  g_assert_false(
      send_to(url, NULL, NULL, NULL, TO, large != NULL ? large : message, &trace, NULL, &error));
  g_test_message("%s", error->message);
  g_assert_error(error, USHER_ERROR, (int)scripts[row].code);
  g_assert_cmpint(trace.maybe_processed, ==, scripts[row].maybe);
  /* Never tried again behind our back. */
  g_assert_cmpint(g_atomic_int_get(&server->connections), ==, 1);
  server_free(server);
}

static void
test_large(void)
{
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  g_autofree char *large = large_mail();
  Server *server = server_new(TAKE, NULL);
  g_autofree char *url = g_strdup_printf("smtp://localhost:%u", server->port);
  g_assert_true(send_to(url, NULL, NULL, NULL, TO, large, &trace, NULL, &error));
  g_assert_no_error(error);
  server_free(server);
}

/* Taken is taken, even when the server then falls silent. */
static void
test_no_goodbye(void)
{
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  Server *server = server_new(TAKE_AND_IGNORE, NULL);
  g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%u", server->port);
  gint64 start = g_get_monotonic_time();
  g_assert_true(send_to(url, NULL, NULL, NULL, TO, message, &trace, NULL, &error));
  g_assert_no_error(error);
  g_assert_cmpint(trace.http_status, ==, 250);
  g_assert_false(trace.maybe_processed);
  g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
  server_free(server);
}

/* Cancelling wakes at once, and tells whether the mail may be on its way. */
static void
test_cancel(gconstpointer data)
{
  Script script = (Script)GPOINTER_TO_INT(data);
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  Server *server = server_new(script, cancellable);
  g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%u", server->port);
  gint64 start = g_get_monotonic_time();
  g_assert_false(send_to(url, NULL, NULL, NULL, TO, message, &trace, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_cmpint(trace.maybe_processed, ==, script == MUTE_AFTER_DOT);
  g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
  server_free(server);

  /* Already cancelled: nothing is even tried. */
  g_clear_error(&error);
  Server *never = server_new(TAKE, NULL);
  g_autofree char *other = g_strdup_printf("smtp://127.0.0.1:%u", never->port);
  g_assert_false(send_to(other, NULL, NULL, NULL, TO, message, &trace, cancellable, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_CANCELLED);
  g_assert_false(trace.maybe_processed);
  server_free(never);
}

/* Not a loopback address by its looks, though it leads there: encryption is wanted, and this
 * server has none. */
static void
test_no_starttls(void)
{
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  Server *server = server_new(TAKE, NULL);
  g_autofree char *url = g_strdup_printf("smtp://[::ffff:127.0.0.1]:%u", server->port);
  g_assert_false(send_to(url, "usher", "secret", NULL, TO, message, &trace, NULL, &error));
  if (g_atomic_int_get(&server->connections) == 0)
    g_test_skip("no IPv6 here");
  else
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
  g_assert_false(trace.maybe_processed);
  server_free(server);
}

static void
test_wrong(void)
{
  GraphTrace trace;
  g_autoptr(GError) error = NULL;
  Server *server = server_new(TAKE, NULL);
  guint16 port = server->port;
  server_free(server);
  g_autofree char *closed = g_strdup_printf("smtp://127.0.0.1:%u", port);
  g_assert_false(send_to(closed, NULL, NULL, NULL, TO, message, &trace, NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_UNREACHABLE);
  g_assert_nonnull(strstr(error->message, "127.0.0.1"));
  g_assert_false(trace.maybe_processed);
  g_clear_error(&error);

  const char *const urls[] = {"http://127.0.0.1/", "file:///etc/passwd", "smtp://", "", "mail"};
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
    g_assert_false(send_to(urls[i], NULL, NULL, NULL, TO, message, &trace, NULL, &error));
    g_assert_error(error, USHER_ERROR, USHER_ERROR_CONFIG);
    g_clear_error(&error);
  }
  g_assert_false(send_to(closed, NULL, NULL, NULL, "zoe@partner.example>\r\nDATA", message, &trace,
                         NULL, &error));
  g_assert_error(error, USHER_ERROR, USHER_ERROR_USAGE);
}

int
main(int argc, char **argv)
{
  signal(SIGPIPE, SIG_IGN);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/smtp/plain", test_plain);
  g_test_add_func("/smtp/refusals", test_refusals);
  g_test_add_func("/smtp/starttls", test_starttls);
  for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
    g_autofree char *path = g_strdup_printf("/smtp/script/%s", scripts[i].name);
    g_test_add_data_func(path, GUINT_TO_POINTER(i), test_script);
  }
  g_test_add_func("/smtp/large", test_large);
  g_test_add_func("/smtp/no-goodbye", test_no_goodbye);
  g_test_add_data_func("/smtp/cancel/at-once", GINT_TO_POINTER(MUTE), test_cancel);
  g_test_add_data_func("/smtp/cancel/after-dot", GINT_TO_POINTER(MUTE_AFTER_DOT), test_cancel);
  g_test_add_func("/smtp/no-starttls", test_no_starttls);
  g_test_add_func("/smtp/wrong", test_wrong);
  return g_test_run();
}
