/* What the files of doctor share: the state of one examination, and the tables
 * of checks. */
#pragma once

#include "app/app-private.h"

/* Also the order from good to bad; what could not be looked at is no verdict of its own. */
typedef enum { DOCTOR_OK, DOCTOR_NOT_CHECKED, DOCTOR_WARN, DOCTOR_FAILED } DoctorVerdict;

typedef struct {
  App *app;
  const char *roster; /* --roster: only this one; NULL: all of the profile */
  Records *records;
  GCancellable *cancellable;
  GHashTable *verdicts; /* check → DoctorVerdict, the worst of its rows */
  GHashTable *blamed;   /* check that was left out → the one to blame */
  const char *check;    /* the one that runs */
  gint64 date;          /* the service's clock, 0: not known yet */
  gint64 date_at;       /* when it came, by ours */
  int exit_status;
} Doctor;

/* One thing to look at; says at least one row. */
typedef struct {
  const char *name;  /* stable, in the output: "clock" */
  const char *needs; /* blank-separated checks without which it makes no sense; NULL: none */
  void (*run)(Doctor *doctor);
} DoctorCheck;

/* In the order in which one thing needs the other; each ended by a NULL name. */
extern const DoctorCheck doctor_machine[];
extern const DoctorCheck doctor_network[];
extern const DoctorCheck doctor_tenant[];

/* A row of the check that runs; takes both texts, `advice` may be NULL. A failure without an error
 * of its own ends the program with `exit_status`. */
void doctor_ok(Doctor *doctor, char *detail);
void doctor_warn(Doctor *doctor, char *detail, char *advice);
void doctor_failed(Doctor *doctor, int exit_status, char *detail, char *advice);
/* The same with what an error says and, without an `advice`, what is usually done about it. */
void doctor_failed_by(Doctor *doctor, const GError *error, char *advice);
/* It makes no sense, or cannot be found out: `why` (taken) ends "not checked because …". */
void doctor_not_checked(Doctor *doctor, char *why);
