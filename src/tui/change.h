/* A change of the tenant while it is applied: the plan as it stands, told by
 * the worker in copies, and what came of it. */
#pragma once

#include "app/app.h"
#include "app/job.h"

typedef struct Change Change;
/* Something in it has changed; `ended`: for the last time. */
typedef void (*ChangeChanged)(Change *change, gboolean ended, gpointer data);

struct Change {
  Plan *plan; /* the last copy; never NULL */
  gboolean running, stopping;
  GError *error;               /* after the end; NULL: all done */
  char *shown_once;            /* after the end: a password to show once; wiped when freed */
  gint64 started_at, ended_at; /* µs, monotonic */
  guint before; /* operations that were over when it began: they say nothing of its speed */
  /* private from here on */
  Job *job;
  ChangeChanged changed;
  gpointer changed_data;
};

/* Applies a plan (a copy is kept). */
Change *change_apply(App *app, const Plan *plan, ChangeChanged changed, gpointer data);
/* Goes on with a journalled plan; `plan` is how it was last seen, or an empty one. */
Change *change_resume(App *app, const Plan *plan, gint64 plan_id, AppResume how,
                      ChangeChanged changed, gpointer data);
/* Asks it to stop after the requests in flight. */
void change_stop(Change *change);
void change_free(Change *change);
/* Operations that are over, whatever came of them. */
guint change_finished(const Change *change);
/* Takes the secret out of it; the caller wipes it with secret_free_string(). */
char *change_take_secret(Change *change);
