"""A program in a pseudo-terminal, with the moment of every byte that it writes.

Times are taken when bytes are read; what they mean is worked out afterwards
(by pyte), so that looking costs the program nothing.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte

from verdict import cleanup


class Terminal:
    def __init__(self, command, environment=None, stdin=None, columns=120, rows=40):
        env = dict(os.environ, TERM="xterm-256color", **(environment or {}))
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if stdin:
                os.dup2(os.open(stdin, os.O_RDONLY), 0)
            os.execvpe(command[0], command, env)
        cleanup(self.close)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)

    def read(self, limit, quiet=None, until=None):
        """Chunks as (moment, bytes): until nothing comes for `quiet` seconds, until
        `until(all bytes)` holds, or for `limit` seconds."""
        chunks, seen = [], b""
        end = time.perf_counter() + limit
        while (left := end - time.perf_counter()) > 0:
            wait = left if quiet is None else min(left, quiet)
            if not select.select([self.fd], [], [], wait)[0]:
                if quiet is not None:
                    break
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            chunks.append((time.perf_counter(), data))
            seen += data
            if until and until(seen):
                break
        return chunks

    def show(self, chunks):
        for _, data in chunks:
            self.stream.feed(data)

    def lines(self):
        return list(self.screen.display)

    def when(self, chunks, wanted):
        """The moment of the first chunk after which `wanted(lines)` holds, or None."""
        for moment, data in chunks:
            self.stream.feed(data)
            if wanted(self.lines()):
                return moment
        return None

    def press(self, keys):
        moment = time.perf_counter()
        os.write(self.fd, keys)
        return moment

    def close(self):
        if self.fd < 0:
            return
        for signum in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, signum)
            except ProcessLookupError:
                break
            end = time.perf_counter() + 3
            while time.perf_counter() < end:
                # A program that ends may still want to write.
                self.read(0.02)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    self.hang_up()
                    return
        self.hang_up()

    def hang_up(self):
        os.close(self.fd)
        self.fd = -1


def settled(lines):
    """Enough on the screen to be called a first paint."""
    return sum(len(line.replace(" ", "")) for line in lines) > 60
