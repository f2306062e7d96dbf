/* The tree of a filter, shared by parser and evaluator. */
#pragma once

#include "sim/odata.h"

typedef enum {
  NODE_AND,
  NODE_OR,
  NODE_NOT,
  NODE_EQ,
  NODE_NE,
  NODE_GE,
  NODE_LE,
  NODE_GT,
  NODE_LT,
  NODE_STARTS,
  NODE_ENDS,
  NODE_IN,
  NODE_ANY,
  NODE_COUNT /* collection/$count against a number */
} NodeKind;

typedef struct {
  gboolean null;
  char *text;
  gsize length;
  gint64 number;
} Literal;

typedef struct Node Node;
struct Node {
  NodeKind kind;
  NodeKind compare;           /* of NODE_COUNT */
  const OdProperty *property; /* of a plain property or a collection */
  const OdProperty *part;     /* below a collection: x/part, NULL for x */
  gboolean of_item;           /* speaks of the variable of the any() around it */
  GArray *literals;           /* Literal */
  Node *a, *b;
};

struct OdFilter {
  const OdSchema *schema;
  Node *root;
  const char *advanced;
  guint branches; /* of or and in */
  GArray *used;   /* int: ids */
};
