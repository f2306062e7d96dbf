/* The tables of the store, made and brought forward step by step. The rules
 * that no entry vanishes or goes back stand here a second time, as triggers,
 * so that a mistake in the code cannot break them. */
#include "store/journal-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "store/store-private.h"
#include <errno.h>

#define APPLICATION_ID 0x55534852 /* "USHR" */

/* One row for each version: what leads from the one before to it. Never change a row that was
 * released; add one. */
static const char *const migrations[] = {
    /* 1: the journal */
    "CREATE TABLE plan ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, reason TEXT, profile TEXT, tenant TEXT,"
    "  roster TEXT, who TEXT, released_by TEXT, made_at INTEGER NOT NULL, notes TEXT NOT NULL,"
    "  state TEXT NOT NULL);"
    "CREATE TABLE operation ("
    "  plan_id INTEGER NOT NULL REFERENCES plan(id), sequence INTEGER NOT NULL,"
    "  kind TEXT NOT NULL, target_id TEXT, target_name TEXT, vals TEXT NOT NULL,"
    "  depends_on INTEGER NOT NULL, state TEXT NOT NULL, client_request_id TEXT, request_id TEXT,"
    "  http_status INTEGER NOT NULL, error_code TEXT, error_message TEXT, result TEXT,"
    "  intended_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,"
    "  chained INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (plan_id, sequence)) WITHOUT ROWID;"
    "CREATE INDEX operation_target_id ON operation (target_id);"
    "CREATE INDEX operation_target_name ON operation (target_name COLLATE NOCASE);"
    "CREATE INDEX operation_open ON operation (plan_id)"
    "  WHERE state IN ('planned', 'intended', 'sent');"
    "CREATE INDEX plan_profile ON plan (profile);"
    "CREATE TABLE chain ("
    "  number INTEGER PRIMARY KEY, event TEXT NOT NULL, plan_id INTEGER NOT NULL,"
    "  sequence INTEGER NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL,"
    "  before TEXT NOT NULL, hash TEXT NOT NULL);"
    "CREATE INDEX chain_subject ON chain (plan_id, event, sequence, number);"
    "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL,"
    "  hash TEXT NOT NULL);"
    "INSERT INTO head VALUES (1, 0, '');"
    "CREATE TABLE lease ("
    "  plan_id INTEGER PRIMARY KEY REFERENCES plan(id), token TEXT NOT NULL,"
    "  machine TEXT NOT NULL, boot TEXT NOT NULL, space TEXT NOT NULL, host TEXT NOT NULL,"
    "  pid INTEGER NOT NULL, started TEXT NOT NULL,"
    "  heartbeat INTEGER NOT NULL);"
    "CREATE TABLE reserve (id INTEGER PRIMARY KEY, data BLOB);"
    "CREATE TABLE transition (old TEXT NOT NULL, new TEXT NOT NULL,"
    "  PRIMARY KEY (old, new)) WITHOUT ROWID;"
    "CREATE TRIGGER plan_stays BEFORE DELETE ON plan"
    "  BEGIN SELECT raise(ABORT, 'plans are never deleted'); END;"
    "CREATE TRIGGER operation_stays BEFORE DELETE ON operation"
    "  BEGIN SELECT raise(ABORT, 'operations are never deleted'); END;"
    "CREATE TRIGGER chain_stays BEFORE DELETE ON chain"
    "  BEGIN SELECT raise(ABORT, 'the chain is never shortened'); END;"
    "CREATE TRIGGER chain_fixed BEFORE UPDATE ON chain"
    "  BEGIN SELECT raise(ABORT, 'the chain is never changed'); END;"
    "CREATE TRIGGER plan_fixed BEFORE UPDATE OF id, title, reason, profile, tenant, roster, who,"
    "    released_by, made_at, notes ON plan"
    "  BEGIN SELECT raise(ABORT, 'a plan is never changed'); END;"
    "CREATE TRIGGER operation_fixed BEFORE UPDATE OF plan_id, sequence, kind, target_name, vals,"
    "    depends_on ON operation"
    "  BEGIN SELECT raise(ABORT, 'an operation is never changed'); END;"
    "CREATE TRIGGER operation_target BEFORE UPDATE OF target_id ON operation"
    "  WHEN OLD.target_id IS NOT NULL AND OLD.target_id IS NOT NEW.target_id"
    "  BEGIN SELECT raise(ABORT, 'the target of an operation is never changed'); END;"
    "CREATE TRIGGER operation_forward BEFORE UPDATE OF state ON operation"
    "  WHEN NOT EXISTS (SELECT 1 FROM transition WHERE old = OLD.state AND new = NEW.state)"
    "  BEGIN SELECT raise(ABORT, 'an operation only moves forward'); END;",
    /* 2: reviews. What was frozen or decided stays; a plan that says in its notes which review it
     * is of makes that one applied, in the same commit, and only once. */
    "CREATE TABLE review ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, title TEXT, query TEXT NOT NULL,"
    "  profile TEXT NOT NULL, tenant TEXT, roster TEXT, who TEXT, made_at INTEGER NOT NULL,"
    "  state TEXT NOT NULL, plan_id INTEGER NOT NULL DEFAULT 0, closed_by TEXT,"
    "  closed_at INTEGER NOT NULL DEFAULT 0, UNIQUE (profile, name));"
    "CREATE TABLE review_item ("
    "  review_id INTEGER NOT NULL REFERENCES review(id), number INTEGER NOT NULL,"
    "  account_id TEXT NOT NULL, user TEXT, name TEXT, company TEXT, sponsor TEXT,"
    "  state INTEGER NOT NULL, kind INTEGER NOT NULL, licence INTEGER NOT NULL,"
    "  created INTEGER NOT NULL, expires INTEGER NOT NULL, sign_in INTEGER NOT NULL,"
    "  synced INTEGER NOT NULL, suggestion TEXT NOT NULL, reason TEXT NOT NULL,"
    "  warning TEXT NOT NULL, days INTEGER NOT NULL,"
    "  PRIMARY KEY (review_id, number)) WITHOUT ROWID;"
    "CREATE TABLE review_mark ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, review_id INTEGER NOT NULL, item INTEGER NOT NULL,"
    "  decision TEXT, note TEXT, who TEXT NOT NULL, at INTEGER NOT NULL,"
    "  FOREIGN KEY (review_id, item) REFERENCES review_item(review_id, number));"
    "CREATE INDEX review_mark_review ON review_mark (review_id, id);"
    "CREATE TABLE review_place ("
    "  review_id INTEGER NOT NULL REFERENCES review(id), who TEXT NOT NULL,"
    "  number INTEGER NOT NULL, PRIMARY KEY (review_id, who)) WITHOUT ROWID;"
    "CREATE TRIGGER review_stays BEFORE DELETE ON review"
    "  BEGIN SELECT raise(ABORT, 'reviews are never deleted'); END;"
    "CREATE TRIGGER review_fixed BEFORE UPDATE OF id, name, title, query, profile, tenant, roster,"
    "    who, made_at ON review"
    "  BEGIN SELECT raise(ABORT, 'a review is never changed'); END;"
    "CREATE TRIGGER review_item_stays BEFORE DELETE ON review_item"
    "  BEGIN SELECT raise(ABORT, 'evidence is never deleted'); END;"
    "CREATE TRIGGER review_item_fixed BEFORE UPDATE ON review_item"
    "  BEGIN SELECT raise(ABORT, 'evidence is never changed'); END;"
    "CREATE TRIGGER review_mark_stays BEFORE DELETE ON review_mark"
    "  BEGIN SELECT raise(ABORT, 'decisions are never deleted'); END;"
    "CREATE TRIGGER review_mark_fixed BEFORE UPDATE ON review_mark"
    "  BEGIN SELECT raise(ABORT, 'decisions are never changed'); END;"
    "CREATE TRIGGER review_mark_open BEFORE INSERT ON review_mark"
    "  WHEN (SELECT state FROM review WHERE id = NEW.review_id) IS NOT 'open'"
    "  BEGIN SELECT raise(ABORT, 'only an open review is decided'); END;"
    "CREATE TRIGGER review_once BEFORE INSERT ON plan WHEN NEW.notes LIKE '%\"review %'"
    "  AND EXISTS (SELECT 1 FROM review, json_each(NEW.notes) AS note WHERE"
    "    note.value = 'review ' || review.id || ': ' || review.name"
    "    AND review.profile = NEW.profile AND review.state <> 'open')"
    "  BEGIN SELECT raise(ABORT, '" REVIEW_DECIDED "'); END;"
    "CREATE TRIGGER review_applied AFTER INSERT ON plan WHEN NEW.notes LIKE '%\"review %'"
    "  BEGIN UPDATE review SET state = 'applied', plan_id = NEW.id WHERE profile = NEW.profile"
    "    AND EXISTS (SELECT 1 FROM json_each(NEW.notes) AS note WHERE"
    "      note.value = 'review ' || review.id || ': ' || review.name); END;",
    /* 3: creations, to see at once whether somebody is being made already */
    "CREATE INDEX operation_creation ON operation (state, finished_at) WHERE kind = 'user.create';",
    /* 4: an intent may be planned again (the table of moves is filled anew) */
    "",
};

#define VERSION ((gint64)G_N_ELEMENTS(migrations))

static gboolean
run(Store *store, const char *sql, GError **error)
{
  errno = 0;
  int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
  if (rc != SQLITE_OK)
    store_set_error(store, rc, error);
  return rc == SQLITE_OK;
}

/* The table of allowed moves, for the trigger, from the one in the code. */
static gboolean
fill_transitions(Store *store, GError **error)
{
  if (!run(store, "DELETE FROM transition", error))
    return FALSE;
  sqlite3_stmt *statement =
      store_statement(store, "INSERT INTO transition (old, new) VALUES (?1, ?2)", error);
  if (statement == NULL)
    return FALSE;
  for (int from = 0; from < OPERATION_STATE_N; from++)
    for (int to = 0; to < OPERATION_STATE_N; to++) {
      if (!journal_may_move(from, to))
        continue;
      store_bind_text(statement, 1, operation_state_name(from));
      store_bind_text(statement, 2, operation_state_name(to));
      if (!store_run(store, statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_owner(Store *store, gint64 version, GError **error)
{
  gint64 application, tables;
  if (version > VERSION) {
    g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
                _("The journal %s was written by a newer usher (schema %d, this one knows %d). Use "
                  "the newer usher."),
                store->path, (int)version, (int)VERSION);
    return FALSE;
  }
  if (!store_query_int(store, "PRAGMA application_id", &application, error) ||
      !store_query_int(store, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  if (application == APPLICATION_ID || (application == 0 && tables == 0))
    return TRUE;
  g_set_error(error, USHER_ERROR, USHER_ERROR_STORE,
              _("%s is the database of another program. Name another place with url in [store]."),
              store->path);
  return FALSE;
}

static gboolean
migrate_from(Store *store, gint64 version, GError **error)
{
  for (gint64 next = version; next < VERSION; next++)
    if (!run(store, migrations[next], error))
      return FALSE;
  g_autofree char *mark =
      g_strdup_printf("PRAGMA user_version=%" G_GINT64_FORMAT "; PRAGMA application_id=%d", VERSION,
                      APPLICATION_ID);
  return fill_transitions(store, error) && run(store, mark, error);
}

gboolean
schema_migrate(Store *store, GError **error)
{
  gint64 version;
  if (!store_query_int(store, "PRAGMA user_version", &version, error) ||
      !check_owner(store, version, error))
    return FALSE;
  if (version == VERSION)
    return TRUE;
  /* Look again inside: another process may have been faster. */
  if (!store_begin_write(store, error))
    return FALSE;
  gboolean ok = store_query_int(store, "PRAGMA user_version", &version, error) &&
                check_owner(store, version, error) && migrate_from(store, version, error);
  return store_end(store, ok, error);
}
