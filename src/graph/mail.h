/* Mail through Graph. Contract 10: 202 is acceptance; never repeated blindly. */
#pragma once

#include "graph/client.h"

/* POST /users/{from}/sendMail (or /me) with a MIME message, base64 on the wire.
 * `from` NULL: as the signed-in person. `mime` holds secrets: it is wiped by its owner. */
gboolean graph_mail_send(GraphClient *client, const char *from, const Secret *mime,
                         GraphTrace *trace, GCancellable *cancellable, GError **error);
