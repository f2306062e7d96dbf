/* The step that tells the person: a mail from the roster's template, with what
 * the operation's values say and, where the roster's rule wants it, the
 * password or pass of this run. Sent once; a lost answer stays unknown until
 * the operator decides. Contract 10. */
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "mail/message.h"
#include "mail/templates.h"
#include "model/template.h"
#include "work/step-private.h"

/* What a second mail is made from when the administrator wrote only the first. */
#define PASSWORD_TEMPLATE "specialist-password"

static gboolean
hands_over(const Operation *operation, const char *what)
{
  return g_strcmp0(operation_to(operation, "handsOver"), what) == 0;
}

static char *
find_template(const Work *work, const Operation *operation, GError **error)
{
  const char *name = operation_to(operation, "template");
  const char *language = operation_to(operation, "language");
  g_autoptr(GError) local = NULL;
  char *text = mail_template_find(work->templates_dir, name, language, &local);
  if (text == NULL && g_str_has_suffix(name, "-password"))
    text = mail_template_find(work->templates_dir, PASSWORD_TEMPLATE, language, NULL);
  if (text == NULL)
    g_propagate_error(error, g_steal_pointer(&local));
  return text;
}

gboolean
mail_compose(const Work *work, const Operation *operation, const char *secret, char **ret_subject,
             char **ret_body, GError **error)
{
  static const char *const names[] = {"first",   "last",    "display_name", "user_name", "company",
                                      "expires", "sponsor", "sign_in_url",  NULL};
  g_autofree char *text = find_template(work, operation, error);
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  if (text == NULL)
    return FALSE;
  for (const char *const *name = names; *name != NULL; name++)
    g_hash_table_insert(values, (gpointer)*name, (gpointer)operation_to(operation, *name));
  g_hash_table_insert(values, (gpointer) "password",
                      (gpointer)(hands_over(operation, "password") ? secret : NULL));
  g_hash_table_insert(values, (gpointer) "pass",
                      (gpointer)(hands_over(operation, "pass") ? secret : NULL));
  return template_render(text, values, ret_subject, ret_body, error);
}

static Secret *
build(Run *run, const Operation *operation, GError **error)
{
  const Secret *secret = hands_over(operation, "password") ? run->password
                         : hands_over(operation, "pass")   ? run->pass
                                                           : NULL;
  const char *from = operation_to(operation, "from");
  g_autofree char *id = mail_message_id(operation->client_request_id, from);
  char *subject = NULL, *body = NULL;
  if (!mail_compose(run->work, operation, secret == NULL ? NULL : secret_peek(secret), &subject,
                    &body, error))
    return NULL;
  MailDraft draft = {.from = from,
                     .to = operation_to(operation, "to"),
                     .subject = subject,
                     .body = body,
                     .message_id = id,
                     .date = clock_now()};
  Secret *mime = mail_message_build(&draft, error);
  secret_free_string(subject);
  secret_free_string(body);
  return mime;
}

/* The pass is worth nothing later: when it could not be mailed, the operator gets it. */
static void
hand_to_operator(Run *run, const Operation *operation)
{
  if (!hands_over(operation, "pass") || run->outcome == NULL || run->pass == NULL)
    return;
  g_clear_pointer(&run->outcome->pass, secret_unref);
  run->outcome->pass = secret_ref(run->pass);
}

StepResult
mail_step_send(Run *run, Operation *operation, gboolean again, GraphTrace *trace, GError **error)
{
  if (run->work->mail == NULL) {
    g_set_error_literal(error, USHER_ERROR, USHER_ERROR_CONFIG,
                        _("The roster mails through SMTP, but [smtp] url is not set"));
    hand_to_operator(run, operation);
    return STEP_FAILED;
  }
  g_autoptr(Secret) mime = build(run, operation, error);
  if (mime == NULL)
    return STEP_FAILED;
  const char *to = operation_to(operation, "to");
  if (mail_send(run->work->mail, operation_to(operation, "from"), to, mime, trace, run->cancellable,
                error)) {
    step_say(operation, g_strdup_printf(_("accepted for %s"), to));
    return STEP_DONE;
  }
  hand_to_operator(run, operation);
  return step_result(FALSE, trace);
}

StepResult
mail_step_probe(Run *run, Operation *operation, GError **error)
{
  g_autofree char *id =
      mail_message_id(operation->client_request_id, operation_to(operation, "from"));
  step_say(
      operation,
      g_strdup_printf(_("perhaps sent, Message-ID %s: look for it in the sender's mailbox, then "
                        "'usher repair --mail again' or '--mail arrived'"),
                      id));
  return STEP_UNKNOWN;
}
