/* What the files of this room share: the connection with its lock, prepared
 * statements, transactions, and SQLite's troubles in our terms. SQL types stay
 * in this room. */
#pragma once

#include "store/store.h"
#include <sqlite3.h>

struct Store {
  GMutex lock; /* guards everything below; taken by the public functions */
  sqlite3 *db;
  char *path;
  GHashTable *statements; /* SQL text (a literal, by address) → sqlite3_stmt */
  char *token;            /* tells the leases of this store from all others */
};

/* What the schema's trigger says of a second plan of one review. */
#define REVIEW_DECIDED "the review is no longer open"

/* A prepared statement, kept for the life of the store. `sql` must be a literal.
 * NULL and USHER_ERROR_STORE. Reset it with store_reset() when done. */
sqlite3_stmt *store_statement(Store *store, const char *sql, GError **error);
void store_reset(sqlite3_stmt *statement);

/* Binds by number from 1; NULL text becomes SQL's NULL. The text must live until the
 * statement is reset. */
void store_bind_text(sqlite3_stmt *statement, int index, const char *text);
void store_bind_int(sqlite3_stmt *statement, int index, gint64 number);
/* A copy of a column; NULL for SQL's NULL. */
char *store_column_text(sqlite3_stmt *statement, int column);
/* The same in place of what the field had, which is freed. */
void store_take_text(char **field, sqlite3_stmt *statement, int column);

/* Steps a statement that gives no rows, and resets it. */
gboolean store_run(Store *store, sqlite3_stmt *statement, GError **error);
/* Steps to the next row: 1 a row, 0 no more, -1 an error; reset is the caller's. */
int store_next(Store *store, sqlite3_stmt *statement, GError **error);
/* One number from a query without parameters. */
gboolean store_query_int(Store *store, const char *sql, gint64 *ret_number, GError **error);

/* A write transaction (waits for other writers), or a consistent view for reading. */
gboolean store_begin_write(Store *store, GError **error);
gboolean store_begin_read(Store *store, GError **error);
/* Commits when `ok`, else rolls back; TRUE when committed. `error` is set already if not
 * `ok`. */
gboolean store_end(Store *store, gboolean ok, GError **error);
/* FALSE: commits from now on do not wait for the disk; they are on it with the next one that
 * does, for the log file is written in order. */
void store_set_waiting(Store *store, gboolean waiting);

/* Sets USHER_ERROR_STORE from what SQLite said last: what, where, and what to do. */
void store_set_error(Store *store, int rc, GError **error);

/* Brings the schema up to date; a newer or foreign one is refused. */
gboolean schema_migrate(Store *store, GError **error);
