/* Before anything is sent to existing accounts: what they are like now is read
 * for many of them together, and judged when it is their turn. The rules are
 * check.c's. */
#include "work/apply-private.h"

void
lanes_check(Engine *engine, GPtrArray *lanes)
{
  GError *failure = NULL;
  g_autofree Operation **operations = g_new(Operation *, lanes->len);
  for (guint i = 0; i < lanes->len; i++)
    operations[i] = lane_operation(lanes->pdata[i]);
  if (engine_ends(engine))
    return;
  /* Without knowing, nothing may be sent: what is open stays open. */
  if (!check_read(engine->check, operations, lanes->len, engine->finish, &failure))
    engine_end(engine, failure);
}
