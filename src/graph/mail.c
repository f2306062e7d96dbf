/* Mail through Graph: a MIME message, base64 on the wire. Contract 10. */
#include "graph/mail.h"

#include "base/i18n.h"
#include "graph/client-private.h"

gboolean
graph_mail_send(GraphClient *client, const char *from, const Secret *mime, GraphTrace *trace,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *what = g_strdup_printf(_("Sending a mail as %s"), from ? from : _("oneself"));
  char *body = g_base64_encode((const guchar *)secret_peek(mime), secret_length(mime));
  GraphCall call = {.endpoint = from ? "mail.send" : "mail.send-me",
                    .id = from,
                    .body = body,
                    .type = "text/plain",
                    .what = what};
  gboolean ok = graph_send_only(client, &call, trace, cancellable, error);
  secret_free_string(body);
  return ok;
}
