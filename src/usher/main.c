/* The program: hands its arguments to the command line, which knows the
 * console as one of its commands. */
#include "cli/cli.h"

int
main(int argc, char **argv)
{
  return cli_main(argc, argv);
}
