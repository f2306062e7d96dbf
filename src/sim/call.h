/* One request and its answer, whether it came alone or inside a batch: what
 * handlers read, and how they answer or refuse in Graph's own shape. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

#include "sim/sim.h"

#define CALL_ARGS 4

/* What a token says. */
typedef struct {
  char *app;     /* client id */
  char *user;    /* object id of the signed-in user; NULL: an app of its own */
  char *granted; /* roles or scopes, blank-separated */
} Claims;

typedef struct {
  char *name, *value;
} CallPair;

typedef struct {
  Sim *sim;
  const char *method;
  char *target;        /* path and query as they came */
  char *path;          /* without query, undecoded */
  GPtrArray *segments; /* decoded; without the version */
  const char *args[CALL_ARGS];
  GArray *query; /* CallPair, decoded */
  char *authorization, *content_type, *host;
  char *client_request_id;
  char request_id[37];
  gboolean secure;   /* the client speaks TLS, to us or to what stands before us */
  gboolean eventual; /* ConsistencyLevel: eventual */
  gboolean minimal;  /* Prefer: return=minimal */
  gboolean in_batch;
  const char *body; /* lent; may be NULL */
  gsize body_length;
  cJSON *json; /* parsed on demand */
  Claims claims;
  gint64 now;          /* milliseconds */
  const char *pattern; /* of the route, for counting */

  int status;
  GString *out;
  const char *out_type;
  GArray *headers; /* CallPair */
} Call;

Call *call_new(Sim *sim, const char *method, const char *target);
void call_free(Call *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

/* The value of a query option ("$select"), or NULL. */
const char *call_query(const Call *call, const char *name);
void call_header(Call *call, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* "http://host/v1.0", as the client sees it. The caller owns it. */
char *call_root(const Call *call);

/* The body as a JSON object; NULL after answering 400. `may_be_empty`: an empty body is
 * an empty object. Owned by the call. */
const cJSON *call_json(Call *call, gboolean may_be_empty);

/* Answers. The first of these wins over what was written before. */
void call_error(Call *call, int status, const char *code, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The same, with one item of details. */
void call_error_detail(Call *call, int status, const char *code, const char *target,
                       const char *detail_code, const char *format, ...) G_GNUC_PRINTF(6, 7);
void call_empty(Call *call, int status);
/* Begins a JSON answer; write into the returned buffer. */
GString *call_begin(Call *call, int status);
/* Begins one with "{"@odata.context":…#what"". */
GString *call_begin_entity(Call *call, int status, const char *what);
void call_not_found(Call *call, const char *id);
void call_bad(Call *call, const char *format, ...) G_GNUC_PRINTF(2, 3);
void call_denied(Call *call);

/* TRUE if the token grants one of the blank-separated permissions. */
gboolean call_may(const Call *call, const char *permissions);
/* TRUE if the token is a person's. */
gboolean call_delegated(const Call *call);

/* The user that a path names (id, user name, or "me"), live and visible; NONE after
 * answering 404. */
guint32 call_user(Call *call, const char *id_or_name);
guint32 call_group(Call *call, const char *id);
/* The id at the end of the body's @odata.id; NULL after answering 400. The caller owns it. */
char *call_reference(Call *call);
char *call_reference_id(const char *url);

/* Percent-decoding; '+' is a blank in queries. The caller owns it. */
char *call_unescape(const char *text, gssize length, gboolean query);
