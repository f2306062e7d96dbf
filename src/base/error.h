/* The one public error domain. A code says what kind of trouble it is and so
 * which exit status it becomes; what a service answered travels along as
 * details of the same GError. */
#pragma once

#include <glib.h>

typedef enum {
  USHER_ERROR_FAILED,      /* some of it failed */
  USHER_ERROR_CANCELLED,   /* stopped by the person */
  USHER_ERROR_USAGE,       /* wrong option, argument, query or date */
  USHER_ERROR_CONFIG,      /* the configuration is wrong or incomplete */
  USHER_ERROR_FILE,        /* a file cannot be read or written */
  USHER_ERROR_STORE,       /* the journal cannot be written: nothing may be sent */
  USHER_ERROR_SIGN_IN,     /* not signed in, or sign-in refused */
  USHER_ERROR_KEYRING,     /* the keyring is locked, absent or silent */
  USHER_ERROR_UNREACHABLE, /* no connection, time-out, lost answer */
  USHER_ERROR_PROTOCOL,    /* an answer that is malformed, cut off or too large */
  USHER_ERROR_THROTTLED,   /* 429 or 503 beyond what waiting may cost */
  USHER_ERROR_SERVICE,     /* the service refused the request itself (400, 409, 5xx) */
  USHER_ERROR_REFUSED,     /* missing permission, policy, guard or approval */
  USHER_ERROR_NOT_FOUND,   /* no such account, group, plan */
  USHER_ERROR_AMBIGUOUS,   /* more than one */
  USHER_ERROR_CONFLICT,    /* a name or address is taken */
  USHER_ERROR_N
} UsherErrorCode;

#define USHER_ERROR (usher_error_quark())
/* The domain; its errors carry the details of error_set_service(). */
GQuark usher_error_quark(void);

/* A row of the error table: also read by the manual pages. */
typedef struct {
  UsherErrorCode code;
  const char *name;   /* stable, for JSON: "not-found" */
  int exit_status;    /* 0 to 6, see usher(1) */
  const char *advice; /* N_() text: what to do; NULL when the message says it */
} ErrorInfo;

/* The row of a code. */
const ErrorInfo *error_info(UsherErrorCode code);

/* The exit status of a program that ends with this error; 1 for foreign
 * domains, 2 for those of files and options; 0 for NULL. */
int error_exit_status(const GError *error);

/* Sets what the service said. `error` must be of USHER_ERROR; `code` (Graph's
 * error.code) and `request_id` may be NULL; `retry_after` in seconds, -1 when
 * the answer held none. */
void error_set_service(GError *error, int http_status, const char *code, const char *request_id,
                       int retry_after);

/* What the service said: 0, NULL, NULL and -1 for errors without an answer. */
int error_http_status(const GError *error);
const char *error_service_code(const GError *error);
const char *error_request_id(const GError *error);
int error_retry_after(const GError *error);

/* What to do about it, untranslated (N_()), or NULL when the message says it. That `doctor` lists
 * permissions is said of what the service refused: a rule of ours (no seat, a disabled sponsor)
 * has nothing to do with them. */
const char *error_advice(const GError *error);

/* One line for a person: the message, then status, error.code and request id
 * in brackets when there are any. The caller owns it. */
char *error_describe(const GError *error);

/* Several mistakes told as one error, a line each. `errors` begins as NULL; adding takes the
 * error over and leaves NULL in its place (no error adds nothing). The end frees the list and
 * is TRUE when nothing was added, or sets an error of `code`. */
void error_gather(GString **errors, GError **error);
gboolean error_gathered(GString *errors, UsherErrorCode code, GError **error);
