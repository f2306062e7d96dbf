/* One commit for many. A commit waits for the disk, and only one can be under way:
 * whoever comes while another one writes waits until it is done, and then one of those who
 * wait writes for all of them. So a slow disk makes commits larger, not the run slower. */
#include "work/apply-private.h"

/* What one worker has to write; lives on its stack while it waits. */
typedef struct {
  const JournalMove *moves;
  guint n;
  gboolean soon, done;
  GError *failure;
} Entry;

void
commit_init(Engine *engine)
{
  g_mutex_init(&engine->waiting_lock);
  g_cond_init(&engine->written);
  engine->unwritten = g_ptr_array_new();
}

void
commit_clear(Engine *engine)
{
  g_clear_pointer(&engine->unwritten, g_ptr_array_unref);
  g_cond_clear(&engine->written);
  g_mutex_clear(&engine->waiting_lock);
}

static gboolean
write_entries(Engine *engine, const GPtrArray *entries, GError **error)
{
  g_autoptr(GArray) moves = g_array_new(FALSE, FALSE, sizeof(JournalMove));
  gboolean soon = TRUE;
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];
    g_array_append_vals(moves, entry->moves, entry->n);
    soon = soon && entry->soon;
  }
  g_mutex_lock(&engine->journal);
  gboolean ok = beat_locked(engine, error) &&
                journal_move(engine->work->store, engine->plan,
                             (const JournalMove *)(gpointer)moves->data, moves->len, soon, error);
  g_mutex_unlock(&engine->journal);
  return ok;
}

/* For all that wait now, with the lock held, but for the writing. */
static void
write_for_all(Engine *engine)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(GPtrArray) entries = g_steal_pointer(&engine->unwritten);
  engine->unwritten = g_ptr_array_new();
  engine->writing = TRUE;
  g_mutex_unlock(&engine->waiting_lock);
  write_entries(engine, entries, &failure);
  g_mutex_lock(&engine->waiting_lock);
  engine->writing = FALSE;
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = entries->pdata[i];
    entry->failure = failure == NULL ? NULL : g_error_copy(failure);
    entry->done = TRUE;
  }
  g_cond_broadcast(&engine->written);
}

gboolean
engine_commit(Engine *engine, const JournalMove *moves, guint n, gboolean soon, GError **error)
{
  Entry entry = {moves, n, soon, FALSE, NULL};
  g_mutex_lock(&engine->waiting_lock);
  g_ptr_array_add(engine->unwritten, &entry);
  while (!entry.done)
    if (engine->writing)
      g_cond_wait(&engine->written, &engine->waiting_lock);
    else
      write_for_all(engine);
  g_mutex_unlock(&engine->waiting_lock);
  if (entry.failure == NULL)
    return TRUE;
  g_propagate_error(error, entry.failure);
  return FALSE;
}
