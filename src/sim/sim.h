/* The simulator's one context: its options, its tenant, and what all requests
 * share, under one lock. */
#pragma once

#include <glib.h>

typedef struct Tenant Tenant;
typedef struct Faults Faults;
typedef struct Quota Quota;
typedef struct Record Record;
typedef struct Devices Devices;
typedef struct Saver Saver;
typedef struct Lists Lists;
typedef struct Deltas Deltas;
typedef struct Signin Signin;

typedef struct {
  int port;
  char *port_file, *state_file, *users_file, *faults, *write_config;
  char *tls_certificate, *tls_key;
  char *certificate; /* of an application */
  guint accounts, specialists, seats;
  guint64 seed;
  gboolean accounts_given, specialists_given, seed_given;
  int latency;
  gboolean auto_approve, no_premium, no_quota, with_parent;
} SimOptions;

typedef struct {
  SimOptions options;
  char *url;      /* "http://127.0.0.1:PORT" */
  guint8 key[32]; /* signs the tokens */

  GMutex lock; /* over all below */
  Tenant *tenant;
  Faults *faults;
  Quota *quota;
  Record *record;
  Devices *devices;
  Signin *signin;
  Lists *lists;
  Deltas *deltas;
  Saver *saver;        /* NULL without a state file */
  gint64 clock_offset; /* milliseconds */
  gint64 born;         /* seconds: the day of the state file's seed; 0: today */
  guint64 random;

  GMutex stop_lock; /* ends waiting at once */
  GCond stop_cond;
  gboolean stopping;
} Sim;

/* Builds the tenant by the options; NULL with `error` when a file is wrong. */
Sim *sim_new(const SimOptions *options, GError **error);
void sim_free(Sim *sim);
/* The tenant as at start. With the lock held. */
gboolean sim_reset(Sim *sim, GError **error);
/* The simulator's time in milliseconds. */
gint64 sim_now(const Sim *sim);
/* Waits for so many milliseconds, less when the simulator stops: then it is FALSE. */
gboolean sim_wait(Sim *sim, gint64 milliseconds);
void sim_stop_waiting(Sim *sim);
/* The next random number, from the seed. With the lock held. */
guint64 sim_random(Sim *sim);
/* A fresh id for requests and objects. With the lock held. */
void sim_fresh_id(Sim *sim, char id[37]);

/* Mistakes in options and files: exit status 2. */
#define SIM_ERROR (sim_error_quark())
GQuark sim_error_quark(void);
