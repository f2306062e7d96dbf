/* The error table, and the details of a service's answer that a GError of our
 * domain carries. Wording of messages belongs to whoever sets the error. */
#include "base/error.h"

#include "base/i18n.h"
#include "base/text.h"
#include <gio/gio.h>
#include <string.h>

typedef struct {
  int http_status;
  char *service_code;
  char *request_id;
  int retry_after;
} UsherErrorPrivate;

static void
usher_error_private_init(UsherErrorPrivate *details)
{
  details->retry_after = -1;
}

static void
usher_error_private_copy(const UsherErrorPrivate *source, UsherErrorPrivate *copy)
{
  copy->http_status = source->http_status;
  copy->service_code = g_strdup(source->service_code);
  copy->request_id = g_strdup(source->request_id);
  copy->retry_after = source->retry_after;
}

static void
usher_error_private_clear(UsherErrorPrivate *details)
{
  g_free(details->service_code);
  g_free(details->request_id);
}

/* Declares usher_error_quark(). */
G_DEFINE_EXTENDED_ERROR(UsherError, usher_error)

static const ErrorInfo error_infos[] = {
    {USHER_ERROR_FAILED, "failed", 1, N_("see the report; 'usher journal resume' goes on")},
    {USHER_ERROR_CANCELLED, "cancelled", 1, NULL},
    {USHER_ERROR_USAGE, "usage", 2, NULL},
    {USHER_ERROR_CONFIG, "configuration", 2, N_("'usher doctor' checks the configuration")},
    {USHER_ERROR_FILE, "file", 2, NULL},
    {USHER_ERROR_STORE, "store", 1, N_("nothing is sent before the journal can be written")},
    {USHER_ERROR_SIGN_IN, "sign-in", 3, N_("sign in with 'usher login'")},
    {USHER_ERROR_KEYRING, "keyring", 3, NULL},
    {USHER_ERROR_UNREACHABLE, "unreachable", 4, N_("check the network; 'usher doctor' helps")},
    {USHER_ERROR_PROTOCOL, "protocol", 4, N_("try again; the answer was not what was agreed")},
    {USHER_ERROR_THROTTLED, "throttled", 4, N_("the service is busy: try again later")},
    {USHER_ERROR_SERVICE, "service", 1, NULL},
    {USHER_ERROR_REFUSED, "refused", 5, N_("'usher doctor' lists what is granted and needed")},
    {USHER_ERROR_NOT_FOUND, "not-found", 6, NULL},
    {USHER_ERROR_AMBIGUOUS, "ambiguous", 6, NULL},
    {USHER_ERROR_CONFLICT, "conflict", 2, NULL},
};
G_STATIC_ASSERT(G_N_ELEMENTS(error_infos) == USHER_ERROR_N);

const ErrorInfo *
error_info(UsherErrorCode code)
{
  return &error_infos[(guint)code < USHER_ERROR_N ? code : USHER_ERROR_FAILED];
}

const char *
error_advice(const GError *error)
{
  if (error->domain != USHER_ERROR)
    return NULL;
  if (error->code == USHER_ERROR_REFUSED && error_http_status(error) != 403 &&
      error_http_status(error) != 401)
    return NULL;
  /* What refuses before or at the sign-in service says itself what would work; only a token that
   * Graph refused does not. The words of OAuth have underscores, those of Graph never do. */
  const char *word = error_service_code(error);
  if (error->code == USHER_ERROR_SIGN_IN &&
      (error_http_status(error) != 401 || (word != NULL && strchr(word, '_') != NULL)))
    return NULL;
  return error_info((UsherErrorCode)error->code)->advice;
}

int
error_exit_status(const GError *error)
{
  if (!error)
    return 0;
  if (error->domain == USHER_ERROR)
    return error_info(error->code)->exit_status;
  if (error->domain == G_FILE_ERROR || error->domain == G_OPTION_ERROR ||
      error->domain == G_KEY_FILE_ERROR)
    return 2;
  return 1;
}

void
error_set_service(GError *error, int http_status, const char *code, const char *request_id,
                  int retry_after)
{
  g_return_if_fail(error && error->domain == USHER_ERROR);
  UsherErrorPrivate *details = usher_error_get_private(error);
  usher_error_private_clear(details);
  details->http_status = http_status;
  details->service_code = g_strdup(code);
  details->request_id = g_strdup(request_id);
  details->retry_after = retry_after;
}

static const UsherErrorPrivate *
details_of(const GError *error)
{
  return error && error->domain == USHER_ERROR ? usher_error_get_private(error) : NULL;
}

int
error_http_status(const GError *error)
{
  const UsherErrorPrivate *details = details_of(error);
  return details ? details->http_status : 0;
}

const char *
error_service_code(const GError *error)
{
  const UsherErrorPrivate *details = details_of(error);
  return details ? details->service_code : NULL;
}

const char *
error_request_id(const GError *error)
{
  const UsherErrorPrivate *details = details_of(error);
  return details ? details->request_id : NULL;
}

int
error_retry_after(const GError *error)
{
  const UsherErrorPrivate *details = details_of(error);
  return details ? details->retry_after : -1;
}

char *
error_describe(const GError *error)
{
  g_autofree char *message = text_cut_long(error->message);
  GString *line = g_string_new(message);
  const UsherErrorPrivate *details = details_of(error);
  if (!details || !details->http_status)
    return g_string_free(line, FALSE);
  g_string_append_printf(line, " (%d", details->http_status);
  if (details->service_code)
    g_string_append_printf(line, " %s", details->service_code);
  if (details->request_id)
    g_string_append_printf(line, _(", request id %s"), details->request_id);
  g_string_append_c(line, ')');
  return g_string_free(line, FALSE);
}

void
error_gather(GString **errors, GError **error)
{
  if (!*error)
    return;
  if (!*errors)
    *errors = g_string_new(NULL);
  g_string_append_printf(*errors, "%s%s", (*errors)->len > 0 ? "\n  " : "", (*error)->message);
  g_clear_error(error);
}

gboolean
error_gathered(GString *errors, UsherErrorCode code, GError **error)
{
  if (!errors)
    return TRUE;
  g_set_error_literal(error, USHER_ERROR, code, errors->str);
  g_string_free(errors, TRUE);
  return FALSE;
}
