/* A scripted Graph for tests: rules say what is answered to which request, and
 * everything that came is written down. */
#pragma once

#include "graph/client-private.h"
#include "graph/groups.h"
#include "graph/users.h"
#include "script-server.h"

#define ADA   "11111111-1111-4111-8111-111111111111"
#define GRACE "22222222-2222-4222-8222-222222222222"
#define GROUP "33333333-3333-4333-8333-333333333333"
#define SKU   "44444444-4444-4444-8444-444444444444"

/* One row of the script: what to answer to which request. */
typedef struct {
  const char *begins; /* of "METHOD /path…" */
  int status;
  const char *body;
  gboolean reset;
  int times; /* 0: always */
  int used;
  gsize hold; /* see ScriptReply; 0: no */
  guint hold_ms;
  gssize cut; /* 0: no */
} Rule;

typedef struct {
  ScriptServer *server;
  HttpSession *http;
  Credentials *credentials;
  TokenSource *tokens;
  Throttle *throttle;
  GraphClient *client;
  Rule *rules;
  guint tokens_made, page, pages;
  const char *refused_token; /* "first", "all" */
  GString *log;              /* one line per Graph request, and its body */
  char *last_id;
  char *last_form; /* of the last request for a token */
  gboolean last_eventual;
} Fixture;

/* A client signed in as an application; `rules` is lent and ends with an empty row. */
void set_up(Fixture *f, Rule *rules);
void tear_down(Fixture *f);
