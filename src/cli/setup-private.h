/* What the files of setup share: the answers so far, what the service said to
 * them, and how a question is asked. */
#pragma once

#include "app/app-setup.h"
#include "cli/cli-private.h"

typedef struct {
  Cli *cli;
  char *path;    /* of the file */
  char *text;    /* of the file as it was; NULL: there is none */
  char *profile; /* names of the two sections */
  char *roster;
  gboolean new_roster; /* its section is not in the file yet */
  GHashTable *answers; /* "roster.domain" → value */
  gboolean yes;        /* --yes: nothing is asked */
  gboolean back;       /* a question is asked again, whatever the options answer */
  const char *back_to; /* after ANSWER_BACK: the key of the question; static */
  gboolean unchecked;  /* --no-check, or the person goes on without */
  App *trial;          /* signed in by the answers so far; NULL: not signed in */
  gboolean in_memory;  /* the trial keeps its secret in memory alone */
  char **domains;      /* of the tenant; NULL: not known */
  gboolean make_group; /* it is not there, and is to be made */
  int no_group;        /* the exit status of why it was not made; 0: it was, or is there */
} Setup;

/* What a look at an answer comes to. */
typedef enum {
  ANSWER_GOOD,
  ANSWER_AGAIN, /* it was said why; the question is asked again, and offers the answer */
  ANSWER_OTHER, /* the same, but the answer is wrong: offers what it did before */
  ANSWER_BACK,  /* an answer before is what is wrong: all from back_to on are asked again */
  ANSWER_STOP   /* with the error */
} AnswerResult;

/* --- answers --- */

/* Lent; NULL or "" when there is none. */
const char *setup_answer(const Setup *setup, const char *section, const char *key);
void setup_set(Setup *setup, const char *section, const char *key, const char *value);
/* What the file says. The caller owns it. */
char *setup_before(const Setup *setup, const char *section, const char *key);
/* TRUE if the roster is one of guests by the file: they bring their names and domains. */
gboolean setup_is_of_guests(const Setup *setup);

/* --- the file --- */

/* The file as it is; that there is none is TRUE, that it would be in somebody else's folder not. */
gboolean setup_file_read(Setup *setup, GError **error);
/* What is wrong with the rest of it, which setup does not touch, is said before anything is asked.
 * USHER_ERROR_CONFIG. */
gboolean setup_file_check(const Setup *setup, GError **error);
/* Names of the profiles in it, NULL-terminated. The caller owns it. */
char **setup_file_profiles(const Setup *setup);
/* Which profile and roster, from the options and the file; asked for by setup.c. */
char *setup_file_roster(const Setup *setup);
/* The whole file by the answers so far; the roster only when it is complete. The caller owns it. */
char *setup_file_text(const Setup *setup);
/* The file before goes to PATH.bak; both are for their owner alone. */
gboolean setup_file_write(Setup *setup, GError **error);

/* --- talking --- */

/* A notice, unless --quiet. */
void setup_say(const Setup *setup, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same for what is wrong with an answer, also when quiet. */
void setup_say_wrong(const char *what);
/* What went wrong, in the middle of a question. */
void setup_say_error(const GError *error);
/* A line, an empty one takes `offered` (may be NULL); `optional`: "-" is no answer. The caller owns
 * it. */
char *setup_line(Setup *setup, const char *question, const char *offered, gboolean optional,
                 GError **error);
/* TRUE for yes; an empty answer is `otherwise`. Without asking it is `otherwise`. FALSE with an
 * error when the input ended or was stopped. */
gboolean setup_yes(Setup *setup, const char *question, gboolean otherwise, GError **error);
/* An answer that will not do (takes the error): said, then OTHER; STOP when nobody is asked. */
AnswerResult setup_refuse(Setup *setup, GError *failure, GError **error);
/* After a failure that is none of the answer's: go on without looking? GOOD or AGAIN; without
 * asking, STOP with the failure (which is taken). */
AnswerResult setup_go_on(Setup *setup, GError *failure, GError **error);

/* --- questions and steps --- */

/* All questions, in their order; FALSE: an error, ^C, or the end of the input. */
gboolean setup_ask_all(Setup *setup, GError **error);

/* Looks at answers, by the service; setup-steps.c. */
AnswerResult setup_check_tenant(Setup *setup, const char *answer, GError **error);
AnswerResult setup_check_group(Setup *setup, const char *answer, GError **error);
AnswerResult setup_check_domain(Setup *setup, const char *answer, GError **error);
AnswerResult setup_check_country(Setup *setup, const char *answer, GError **error);
/* Shows names by the rule, and asks whether they will do. */
AnswerResult setup_check_user_name(Setup *setup, const char *answer, GError **error);
AnswerResult setup_check_display_name(Setup *setup, const char *answer, GError **error);
/* Whether the mailbox is there. */
AnswerResult setup_check_sender(Setup *setup, const char *answer, GError **error);
AnswerResult setup_check_test_mail(Setup *setup, const char *answer, GError **error);
AnswerResult setup_sign_in(Setup *setup, const char *answer, GError **error);
/* FALSE: the way to sign in needs no place for a secret, and none is named. */
gboolean setup_keeps_secret(const Setup *setup);
/* Before a question: what there is to choose from. */
void setup_show_places(Setup *setup);
void setup_show_domains(Setup *setup);
/* Where the tenant gives an answer that nobody had to; the caller owns it. */
char *setup_offer_place(Setup *setup);
char *setup_offer_domain(Setup *setup);

/* At the end. */
gboolean setup_make_group(Setup *setup, GError **error);
gboolean setup_keep_secret(Setup *setup, GError **error);
