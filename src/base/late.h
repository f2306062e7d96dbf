/* Libraries that are loaded when the first of their functions is called. A
 * picture from the cache needs neither the network nor a keyring, and their
 * libraries, each with a tree of others, would be most of the wait for it. */
#pragma once

#include "config.h"
#include <glib.h>

/* Loads `library` (its soname) and puts `n` functions into `ret_functions`, by `names`. Ends the
 * program as the dynamic linker would if they are not there: both are known from the build. Thread
 * safe; a library stays loaded. */
void late_bind(const char *library, const char *const *names, gpointer *ret_functions, gsize n);

/* A struct of functions, for a list of names LIST(X): its members, and their names. */
#define LATE_MEMBER(name) __typeof__(name) *name;
#define LATE_NAME(name)   #name,

/* The body of a function that gives the struct `Type` of LIST, bound when it is first called. */
#define LATE_LIBRARY(library, Type, LIST)                                                          \
  static const char *const names[] = {LIST(LATE_NAME)};                                            \
  static Type functions;                                                                           \
  static gsize bound;                                                                              \
  G_STATIC_ASSERT(sizeof(Type) == G_N_ELEMENTS(names) * sizeof(gpointer));                         \
  if (g_once_init_enter(&bound)) {                                                                 \
    late_bind(library, names, (gpointer *)(void *)&functions, G_N_ELEMENTS(names));                \
    g_once_init_leave(&bound, 1);                                                                  \
  }                                                                                                \
  return &functions;
