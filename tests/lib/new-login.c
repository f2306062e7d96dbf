/* Runs a program as if in a login of its own: with a session keyring of the kernel
 * that nothing else shares. Status 77 where the kernel gives none. */
#include <keyutils.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
  if (argc < 2)
    return 2;
  if (keyctl_join_session_keyring(NULL) < 0)
    return 77;
  execvp(argv[1], argv + 1);
  return 127;
}
