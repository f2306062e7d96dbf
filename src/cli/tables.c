/* The tables that this program's arguments are read by; apart from args.c, so
 * that the reader can be tested with others. */
#include "cli/args.h"

const ArgumentTables *
argument_tables(void)
{
  static ArgumentTables tables;
  static gsize once;
  if (g_once_init_enter(&once)) {
    tables = (ArgumentTables){
        .actions = actions(),
        .global = action_global_options(),
        .change = action_change_options(),
    };
    g_once_init_leave(&once, 1);
  }
  return &tables;
}
