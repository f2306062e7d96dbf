/* A parsed query: what the parser (query-parse.c) makes and the matcher (query.c)
 * reads. */
#pragma once

#include "model/query.h"
#include "model/search.h"

typedef enum { TERM_CHOICE, TERM_MOMENT, TERM_TAG, TERM_WORD, TERM_TEXT } TermKind;

/* One of the values between '|'. */
typedef struct {
  GString *folded; /* TERM_WORD, TERM_TEXT; empty for TERM_TEXT: "is not set" */
  Needle needle;   /* of `folded`, when that is not empty */
  gint64 from, to; /* TERM_MOMENT: real moments from (included) to (excluded) */
  gint64 constant; /* TERM_MOMENT with `is_constant`: a MOMENT_ constant */
  gboolean is_constant;
} Alternative;

typedef struct {
  TermKind kind;
  gboolean negated;
  gboolean exact;
  FieldId field;
  guint64 choices;      /* TERM_CHOICE, TERM_TAG: bits of the numbers that match */
  GArray *alternatives; /* Alternative */
} Term;

struct Query {
  GArray *terms; /* Term, the cheap ones first */
  guint64 fields;
};

/* Longer ones are refused: nobody types them. */
#define QUERY_MAX_LENGTH 4096
