/* Mail through the tenant's own mailbox: graph/mail does all of it. */
#include "mail/send-private.h"

typedef struct {
  MailSender base;
  GraphClient *client; /* lent */
} GraphSender;

static gboolean
send_graph(MailSender *base, const char *from, const char *to, const Secret *mime,
           GraphTrace *trace, GCancellable *cancellable, GError **error)
{
  GraphSender *sender = (GraphSender *)base;
  return graph_mail_send(sender->client, from, mime, trace, cancellable, error);
}

static void
free_graph(MailSender *base)
{
  g_free(base);
}

static const MailSenderClass graph_class = {free_graph, send_graph};

MailSender *
mail_sender_new_graph(GraphClient *client)
{
  GraphSender *sender = g_new0(GraphSender, 1);
  sender->base.class = &graph_class;
  sender->client = client;
  return &sender->base;
}
