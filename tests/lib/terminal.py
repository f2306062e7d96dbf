"""Runs a program on a terminal of its own and types what it waits for.

terminal.py [--columns N] [--rows N] [--expect TEXT ANSWER]... -- PROGRAM ARGUMENT...

The program's output goes to standard output; each ANSWER is typed when its TEXT
has come. Ends with the program's status, 124 after a minute, 125 when a TEXT
never came."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


def read_arguments(arguments):
    columns, rows, expected = 80, 24, []
    while arguments and arguments[0] != "--":
        option = arguments.pop(0)
        if option == "--columns":
            columns = int(arguments.pop(0))
        elif option == "--rows":
            rows = int(arguments.pop(0))
        elif option == "--expect":
            expected.append((arguments.pop(0), arguments.pop(0)))
        else:
            sys.exit("unknown option " + option)
    return columns, rows, expected, arguments[1:]


def main():
    columns, rows, expected, command = read_arguments(sys.argv[1:])
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(command[0], command)
    seen, limit = b"", time.monotonic() + 60
    while time.monotonic() < limit:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        seen += piece
        if expected and expected[0][0].encode() in seen:
            os.write(terminal, expected.pop(0)[1].encode().decode("unicode_escape").encode())
            seen = b""
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        sys.exit(124)
    _, status = os.waitpid(child, 0)
    if expected:
        sys.exit(125)
    sys.exit(os.waitstatus_to_exitcode(status) & 255)


main()
