/* A web server for tests that answers as a script says, also badly: resets,
 * hangs, cut-off bodies. One thread per connection, so that what happens to a
 * kept-alive connection can be seen. */
#pragma once

#include <gio/gio.h>

typedef struct ScriptServer ScriptServer;

typedef struct {
  guint n;                     /* of all requests, from 1 */
  guint connection;            /* from 1 */
  guint on_connection;         /* how many came over this connection, from 1 */
  const char *method, *target; /* "/path?query" */
  const char *body;
  GHashTable *headers; /* lower case → value */
} ScriptRequest;

typedef struct {
  int status;       /* 200 */
  GString *headers; /* "Name: value\r\n" … */
  GString *body;
  gboolean gzip;
  gboolean reset; /* no answer, the connection is reset */
  gboolean hang;  /* no answer until the server stops */
  gboolean close; /* after the answer */
  gssize cut;     /* only so many bytes of the body, then reset; -1: all */
  guint delay_ms;
  gsize hold;      /* so many bytes of the body, and the rest when another request has come */
  guint hold_ms;   /* or after so long */
  const char *raw; /* instead of a status line and all */
} ScriptReply;

/* Called by several threads, one at a time. */
typedef void (*ScriptHandler)(const ScriptRequest *request, ScriptReply *reply, gpointer data);

ScriptServer *script_server_new(ScriptHandler handler, gpointer data);
void script_server_free(ScriptServer *server);
const char *script_server_url(ScriptServer *server); /* "http://127.0.0.1:PORT" */
guint script_server_requests(ScriptServer *server);
guint script_server_connections(ScriptServer *server);
/* "GET /path?query", "POST …" of request n (from 1); the caller owns it. */
char *script_server_line(ScriptServer *server, guint n);

/* What `name` is in a form body, decoded; NULL if it is not there. */
char *script_form_value(const char *body, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScriptServer, script_server_free)
