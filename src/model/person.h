/* The person that an account is to be made for: what the form, the command
 * line or a row of a file gives, checked without asking anybody. */
#pragma once

#include "model/roster.h"

typedef enum {
  PERSON_FIRST,
  PERSON_LAST,
  PERSON_MOBILE,
  PERSON_EMAIL, /* the external address */
  PERSON_COMPANY,
  PERSON_SPONSOR,  /* as typed: user name, address, id or name */
  PERSON_EXPIRES,  /* as typed: a date or a span */
  PERSON_USER,     /* a user name that overrides the rule; usually empty */
  PERSON_LANGUAGE, /* of the mail: "de", "en"; empty: the roster's or the sponsor's */
  PERSON_N
} PersonField;

typedef struct {
  char *value[PERSON_N]; /* NULL or trimmed text */
} Person;

/* name ("first"), option ("--first"), N_() label, Graph property and its
 * length limit; read by the form, the options and the CSV columns. */
typedef struct {
  PersonField field;
  const char *name;
  const char *label;
  const char *graph;
  int max_length;
  gboolean required;
} PersonInfo;
/* The row of a field. */
const PersonInfo *person_info(PersonField field);

Person *person_new(void);
void person_free(Person *person);
Person *person_copy(const Person *person);
/* Trims and squeezes; "" unsets. */
void person_set(Person *person, PersonField field, const char *value);

/* What is wrong with one field, as a translated sentence that fits beside it,
 * or NULL. The caller owns it. `now` is for dates. */
char *person_check(const Person *person, PersonField field, const Roster *roster, gint64 now);
/* All of them; FALSE and USHER_ERROR_USAGE for the first that is wrong. */
gboolean person_check_all(const Person *person, const Roster *roster, gint64 now, GError **error);

/* The end date: what was typed, or the roster's lifetime from now, capped by
 * max_lifetime (more is an error, never cut in silence). MOMENT_NONE (0) when the
 * roster has none. */
gboolean person_expires(const Person *person, const Roster *roster, gint64 now, gint64 *ret_moment,
                        GError **error);

/* +49 151 2345 6789 in the form that Graph keeps: kept as typed, but checked. */
gboolean person_mobile_ok(const char *text);
/* An address that the sign-in details can be sent to (mail_address_ok()) and that Graph takes: one
 * @, ASCII, nothing that needs quoting, a domain with a dot. */
gboolean person_email_ok(const char *text);
/* TRUE when it is an address of that domain; FALSE for NULL. */
gboolean person_email_is_in(const char *email, const char *domain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)
