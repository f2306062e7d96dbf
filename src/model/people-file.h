/* A file of people: what the rows of a sheet say about whom. Columns are known
 * by their names, in any order, in English and German, by Graph's property
 * names, and as Microsoft's own bulk templates write them. The accounts of the
 * tenant are for work/create-many; reading the file is for whoever calls. */
#pragma once

#include "base/sheet.h"
#include "model/person.h"

typedef enum {
  PEOPLE_OWN,         /* a sheet of one's own, or an export of usher's */
  PEOPLE_BULK_CREATE, /* Microsoft's templates, by their columns */
  PEOPLE_BULK_INVITE,
  PEOPLE_BULK_DELETE,
} PeopleKind;

/* What a column holds: a PersonField, or one of these. */
typedef enum {
  PEOPLE_ROSTER = PERSON_N,
  PEOPLE_NAME,     /* the whole name, when first and last name are not there */
  PEOPLE_BLOCKED,  /* "Block sign in (Yes/No)" */
  PEOPLE_ID,       /* object id */
  PEOPLE_REDIRECT, /* of an invitation: where it leads, whether and what is mailed */
  PEOPLE_SEND,
  PEOPLE_MESSAGE,
  PEOPLE_PASSWORD, /* never read: usher makes the password */
  PEOPLE_ERROR,    /* usher's own, of bad rows that were saved */
  PEOPLE_COLUMN_N
} PeopleColumn;

/* A row of the table of headings, also read by the manual. */
typedef struct {
  PeopleColumn column;
  guint rank;        /* of several columns that could be meant, the lowest is it */
  const char *names; /* blank-separated, in small letters, without accents, blanks and signs */
} PeopleHeading;
/* The table; by column, then by rank. */
const PeopleHeading *people_headings(guint *ret_n);
/* What a column is called where the file has none. Lent, translated. */
const char *people_column_label(PeopleColumn column);

/* One thing that is wrong in a row. */
typedef struct {
  char *column; /* the heading as it stands in the file, or what the column would be called */
  char *text;   /* translated */
} PeopleProblem;

typedef struct {
  guint line; /* of the file */
  guint row;  /* of the sheet */
  Person *person;
  char *roster;        /* NULL: not said */
  char *redirect_url;  /* of an invitation; NULL: not said */
  char *message;       /* of an invitation; NULL: not said */
  gboolean send_mail;  /* of an invitation */
  GPtrArray *problems; /* PeopleProblem; empty: all is well so far */
} PeopleRow;

typedef struct PeopleFile PeopleFile;

/* Reads the bytes of a CSV file (base/sheet.h) with a line of headings first. Microsoft's row of
 * examples is left out. USHER_ERROR_USAGE for what is no sheet, has no heading that is known,
 * two columns for the same, or no row. */
PeopleFile *people_file_parse(const char *bytes, gsize length, GError **error);
void people_file_free(PeopleFile *file);

/* Whose columns they are. */
PeopleKind people_file_kind(const PeopleFile *file);
/* How the file was read; Windows-1252 is a guess that may be worth a word. */
SheetEncoding people_file_encoding(const PeopleFile *file);
/* PeopleRow, in the order of the file. Lent. */
GPtrArray *people_file_rows(const PeopleFile *file);
/* char *: the headings of columns that nobody reads. Lent. */
GPtrArray *people_file_ignored(const PeopleFile *file);

/* Gives every row what `defaults` says and the row itself does not. */
void people_file_fill(PeopleFile *file, const Person *defaults);
/* Checks each row alone by the rules of person_check(), and against the rows before it: the same
 * external address, the same user name. Adds to the rows' problems. */
void people_file_check(PeopleFile *file, const Roster *roster, gint64 now);
/* Adds a problem about a column to a row. */
void people_file_add_problem(const PeopleFile *file, PeopleRow *row, PeopleColumn column,
                             const char *text);
/* The rows that have problems, as a file that can be mended and loaded again: the columns as
 * they were and a last one, "error". NULL when there are none. The caller owns it. */
char *people_file_bad_rows(const PeopleFile *file);

/* The accounts that a file names, for commands that take ACCOUNT: one user name, object id or
 * address a line ("#" begins a comment), or a sheet with headings (an export, Microsoft's
 * bulk-delete template), from which the object id, the user name or the external address of each
 * row is taken, the first that it has. GPtrArray of char *, each once, in order. USHER_ERROR_USAGE
 * names the line. The caller owns it. */
GPtrArray *people_file_accounts(const char *bytes, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeopleFile, people_file_free)
