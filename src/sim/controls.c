/* The controls below /sim/: faults, record, outbox, clock, and the people who
 * approve codes and redeem invitations. */
#include <stdlib.h>
#include <string.h>

#include "sim/devices.h"
#include "sim/faults.h"
#include "sim/invitations.h"
#include "sim/out.h"
#include "sim/quota.h"
#include "sim/record.h"
#include "sim/routes.h"
#include "sim/signin.h"
#include "sim/tenant.h"

static void
plain(Call *call, int status, const char *text)
{
  g_string_append(call_begin(call, status), text);
  call->out_type = "text/plain; charset=utf-8";
}

static void
post_faults(Call *call)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *spec = g_strndup(call->body ? call->body : "", call->body_length);

  if (faults_set(call->sim->faults, g_strstrip(spec), &error))
    plain(call, 200, "ok\n");
  else
    plain(call, 400, error->message);
}

static void
post_sign_in(Call *call)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *spec = g_strndup(call->body ? call->body : "", call->body_length);

  if (signin_set(call->sim->signin, g_strstrip(spec), &error))
    plain(call, 200, "ok\n");
  else
    plain(call, 400, error->message);
}

static void
post_certificate(Call *call)
{
  g_autofree char *pem = g_strndup(call->body ? call->body : "", call->body_length);

  if (signin_add_certificates(call->sim->signin, pem))
    plain(call, 200, "ok\n");
  else
    plain(call, 400, "the body holds no PEM certificate\n");
}

static void
post_federation(Call *call)
{
  g_autofree char *pem = g_strndup(call->body ? call->body : "", call->body_length);
  const char *issuer = call_query(call, "issuer"), *subject = call_query(call, "subject");

  if (issuer && subject && signin_add_federation(call->sim->signin, issuer, subject, pem))
    plain(call, 200, "ok\n");
  else
    plain(call, 400, "issuer=, subject=, and the PEM of a public key in the body are needed\n");
}

static void
get_requests(Call *call)
{
  const char *after = call_query(call, "after"), *bodies = call_query(call, "bodies");
  GString *out = call_begin(call, 200);

  call->out_type = "application/x-ndjson";
  record_write(call->sim->record, out, after ? g_ascii_strtoull(after, NULL, 10) : 0,
               bodies != NULL);
}

static void
get_outbox(Call *call)
{
  const GPtrArray *outbox = call->sim->tenant->outbox;
  GString *out = call_begin(call, 200);

  call->out_type = "application/x-ndjson";
  for (guint i = 0; i < outbox->len; i++)
    g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(outbox, i));
}

static void
get_stats(Call *call)
{
  GString *out = call_begin(call, 200);

  call->out_type = "application/json";
  record_write_stats(call->sim->record, out);
  quota_write(call->sim->quota, out, call->sim->tenant->n_live);
  out_pair_int(out, "users", call->sim->tenant->n_live);
  g_string_append(out, "}\n");
}

static void
decide(Call *call, DeviceState state)
{
  Sim *sim = call->sim;
  const char *code = call_query(call, "user_code"), *name = call_query(call, "user");
  guint32 user = tenant_find_user(sim->tenant, name ? name : TENANT_SERVICE);

  if (user == NONE)
    plain(call, 404, "no such user\n");
  else if (!code || !devices_decide(sim, code, state, user))
    plain(call, 404, "no such user_code\n");
  else
    plain(call, 200, "ok\n");
}

static void
post_approve(Call *call)
{
  decide(call, DEVICE_APPROVED);
}

static void
post_decline(Call *call)
{
  decide(call, DEVICE_DECLINED);
}

static void
post_redeem(Call *call)
{
  const char *user = call_query(call, "user");

  if (user && invitations_redeem(call, user))
    plain(call, 200, "ok\n");
  else
    plain(call, 404, "no such pending guest\n");
}

/* "90d", "12h", "30m", "45s", "2w", or seconds. */
static gboolean
read_span(const char *text, gint64 *ret_milliseconds)
{
  static const struct {
    const char *unit;
    gint64 seconds;
  } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};
  char *end;
  double number = g_ascii_strtod(text, &end);

  for (guint i = 0; end != text && i < G_N_ELEMENTS(units); i++)
    if (strcmp(end, units[i].unit) == 0 && number >= 0 && number < 1e7) {
      *ret_milliseconds = (gint64)(number * 1000 * (double)units[i].seconds);
      return TRUE;
    }
  return FALSE;
}

static void
post_clock(Call *call)
{
  const char *advance = call_query(call, "advance");
  gint64 span;
  char date[21];

  if (!advance || !read_span(advance, &span)) {
    plain(call, 400, "advance= takes a span such as 90d, 12h, 30m, 45s\n");
    return;
  }
  call->sim->clock_offset += span;
  tenant_touch(call->sim->tenant);
  out_format_date(sim_now(call->sim) / 1000, date);
  plain(call, 200, date);
  g_string_append_c(call->out, '\n');
}

static void
post_reset(Call *call)
{
  g_autoptr(GError) error = NULL;

  if (sim_reset(call->sim, &error))
    plain(call, 200, "ok\n");
  else
    plain(call, 500, error->message);
}

static const struct {
  const char *method, *path;
  void (*handler)(Call *call);
} controls[] = {
    {"POST", "/sim/faults", post_faults},
    {"GET", "/sim/requests", get_requests},
    {"GET", "/sim/outbox", get_outbox},
    {"GET", "/sim/stats", get_stats},
    {"POST", "/sim/approve", post_approve},
    {"POST", "/sim/decline", post_decline},
    {"POST", "/sim/redeem", post_redeem},
    {"POST", "/sim/clock", post_clock},
    {"POST", "/sim/reset", post_reset},
    {"POST", "/sim/sign-in", post_sign_in},
    {"POST", "/sim/certificate", post_certificate},
    {"POST", "/sim/federation", post_federation},
};

void
controls_dispatch(Call *call)
{
  gboolean known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS(controls); i++) {
    if (strcmp(controls[i].path, call->path) != 0)
      continue;
    known = TRUE;
    if (strcmp(controls[i].method, call->method) != 0)
      continue;
    controls[i].handler(call);
    return;
  }
  plain(call, known ? 405 : 404, known ? "wrong method\n" : "no such control\n");
}
