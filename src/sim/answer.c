/* The way of a request through the simulator. Sockets are server.c's, what is
 * answered is that of the handlers behind routes.c and login.c. */
#include "sim/answer.h"

#include <string.h>

#include "sim/faults.h"
#include "sim/licences.h"
#include "sim/record.h"
#include "sim/routes.h"
#include "sim/state.h"
#include "sim/tenant.h"

#define SLOW_MS 3000
#define HOLD_MS 20 /* between two looks at whether an answer is still held back */

static gboolean
is_batch(const Call *call)
{
  return g_str_has_suffix(call->path, "/$batch");
}

static void
prepare(Call *call)
{
  Sim *sim = call->sim;

  call->now = sim_now(sim);
  sim_fresh_id(sim, call->request_id);
  licences_settle(sim->tenant, call->now);
}

static void
standard_headers(Call *call)
{
  call_header(call, "request-id", "%s", call->request_id);
  call_header(call, "client-request-id", "%s",
              call->client_request_id ? call->client_request_id : call->request_id);
  if (call->in_batch)
    return;
  call_header(call, "x-ms-ags-diagnostic",
              "{\"ServerInfo\":{\"DataCenter\":\"Simulated\",\"Slice\":\"E\",\"Ring\":\"0\","
              "\"ScaleUnit\":\"000\",\"RoleInstance\":\"usher-sim\"}}");
  call_header(call, "OData-Version", "4.0");
  call_header(call, "Cache-Control", "no-cache");
}

/* A fault that is an answer of its own. */
static void
play_status(Call *call, FaultKind fault)
{
  int after = faults_retry_after(call->sim->faults);

  switch (fault) {
  case FAULT_403:
    call_denied(call);
    break;
  case FAULT_429:
    call_error(call, 429, "TooManyRequests", "Too many requests. Please try again later.");
    call_header(call, "Retry-After", "%d", after);
    call_header(call, "x-ms-throttle-scope", "Tenant_Application/ReadWrite/%s/%s",
                call->claims.app ? call->claims.app : "none", TENANT_ID);
    call_header(call, "x-ms-throttle-information", "ResourceUnitLimitExceeded");
    break;
  case FAULT_500:
    call_error(call, 500, "InternalServerError", "An internal server error has occurred.");
    break;
  case FAULT_503:
    call_error(call, 503, "ServiceUnavailable", "The service is temporarily unavailable.");
    call_header(call, "Retry-After", "%d", after);
    break;
  case FAULT_504:
    call_error(call, 504, "GatewayTimeout", "The gateway did not answer in time.");
    break;
  default:
    call_error(call, 401, "InvalidAuthenticationToken",
               "Lifetime validation failed, the token is expired.");
    call_header(call, "WWW-Authenticate",
                "Bearer realm=\"\", authorization_uri=\"%s/common/oauth2/v2.0/authorize\", "
                "client_id=\"00000003-0000-0000-c000-000000000000\"",
                call->sim->url);
  }
}

static gboolean
is_status(FaultKind fault)
{
  return fault == FAULT_403 || fault == FAULT_429 || fault == FAULT_500 || fault == FAULT_503 ||
         fault == FAULT_504 || fault == FAULT_EXPIRE;
}

static void
process(Call *call, FaultKind fault)
{
  if (fault == FAULT_RESET)
    return;
  if (is_status(fault))
    play_status(call, fault);
  else if (!login_dispatch(call))
    routes_dispatch(call);
  if (strcmp(call->method, "GET") != 0 && !is_batch(call))
    faults_count_change(call->sim->faults, call);
  if (fault == FAULT_GARBAGE && call->out->len) {
    g_string_assign(call->out, "<html>\x01 this is { not \"JSON");
    call->status = 200;
  }
}

/* With the lock held; FALSE: not a request that faults and latency are for. */
static gboolean
answer_locked(Call *call, FaultKind *fault)
{
  Sim *sim = call->sim;

  prepare(call);
  if (g_str_has_prefix(call->path, "/sim/")) {
    controls_dispatch(call);
    state_changed(sim);
    return FALSE;
  }
  guint64 n = record_begin(sim->record, call);
  *fault = faults_draw(sim->faults, call, is_batch(call) ? FAULTS_OF_LINE : FAULTS_ALL);
  process(call, *fault);
  standard_headers(call);
  gboolean dropped = *fault == FAULT_RESET || *fault == FAULT_LOST;
  record_end(sim->record, n, call, dropped ? 0 : call->status);
  state_changed(sim);
  return TRUE;
}

static void
wait_for_release(Call *call)
{
  Sim *sim = call->sim;
  guint ticket;

  g_mutex_lock(&sim->lock);
  gboolean held = faults_hold(sim->faults, call, &ticket);
  g_mutex_unlock(&sim->lock);
  while (held && sim_wait(sim, HOLD_MS)) {
    g_mutex_lock(&sim->lock);
    held = faults_holds(sim->faults, ticket);
    g_mutex_unlock(&sim->lock);
  }
}

AnswerFate
answer_call(Call *call)
{
  Sim *sim = call->sim;
  FaultKind fault = FAULT_NONE;

  g_mutex_lock(&sim->lock);
  gboolean counted = answer_locked(call, &fault);
  g_mutex_unlock(&sim->lock);
  if (!counted)
    return ANSWER_SEND;
  sim_wait(sim, sim->options.latency + (fault == FAULT_SLOW ? SLOW_MS : 0));
  wait_for_release(call);
  g_mutex_lock(&sim->lock);
  record_left(sim->record);
  g_mutex_unlock(&sim->lock);
  if (fault == FAULT_RESET || fault == FAULT_LOST)
    return ANSWER_DROP;
  return fault == FAULT_TRUNCATE ? ANSWER_TRUNCATE : ANSWER_SEND;
}

AnswerFate
answer_too_large(Call *call)
{
  g_mutex_lock(&call->sim->lock);
  prepare(call);
  call_error(call, 413, "RequestEntityTooLarge", "The request is too large.");
  standard_headers(call);
  g_mutex_unlock(&call->sim->lock);
  return ANSWER_SEND;
}

void
answer_dependent(Call *call, guint64 batch)
{
  prepare(call);
  guint64 n = record_begin_item(call->sim->record, call, batch);
  call->pattern = "(not run: depends on a failed item)";
  call_error(call, 424, "FailedDependency", "A request that this one depends on has failed.");
  standard_headers(call);
  record_end(call->sim->record, n, call, call->status);
}

void
answer_item(Call *call, guint64 batch)
{
  Sim *sim = call->sim;

  prepare(call);
  guint64 n = record_begin_item(sim->record, call, batch);
  process(call, faults_draw(sim->faults, call, FAULTS_OF_STATUS));
  standard_headers(call);
  record_end(sim->record, n, call, call->status);
}
