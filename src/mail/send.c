/* What all ways of sending a mail have in common: the vtable's door, with the
 * check that no address says more than an address. */
#include "mail/send.h"

#include "base/error.h"
#include "base/i18n.h"
#include "mail/send-private.h"

gboolean
mail_send(MailSender *sender, const char *from, const char *to, const Secret *mime,
          GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  if (!mail_address_ok(from) || !mail_address_ok(to)) {
    const char *wrong = mail_address_ok(from) ? to : from;
    g_autofree char *shown = wrong != NULL ? g_strescape(wrong, NULL) : g_strdup("");
    g_set_error(error, USHER_ERROR, USHER_ERROR_USAGE, _("“%s” is no e-mail address."), shown);
    return FALSE;
  }
  GraphTrace unused = {0};
  return sender->class->send(sender, from, to, mime, trace != NULL ? trace : &unused, cancellable,
                             error);
}

void
mail_sender_free(MailSender *sender)
{
  if (sender != NULL)
    sender->class->free(sender);
}
