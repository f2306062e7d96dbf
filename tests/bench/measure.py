"""What the figures are made of: processes with their time and memory, two jobs in
turn, and simulators with a home where usher keeps its cache.
"""
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

from terminal import Terminal
from verdict import cleanup

MILLION = 1_000_000
MANY = 100_000
SOME = 10_000


def run(command, environment=None, stdin=None, output=None):
    """Wall time in ms and peak memory in MB of a whole process."""
    env = dict(os.environ, **(environment or {}))
    start = time.perf_counter()
    files = [(os.POSIX_SPAWN_OPEN, 1, output or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    files += [(os.POSIX_SPAWN_OPEN, 0, stdin or os.devnull, os.O_RDONLY, 0)]
    pid = os.posix_spawnp(command[0], command, env, file_actions=files)
    try:
        _, status, usage = os.wait4(pid, 0)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    wall = (time.perf_counter() - start) * 1000
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1 if command[0] == "fzf" else 0):
        raise SystemExit(f"bench: {' '.join(command)}: exit status {code}")
    return wall, usage.ru_maxrss / 1024


def in_turn(times, *jobs):
    """Runs the jobs alternately, so that both see the same weather; medians."""
    walls = [[] for _ in jobs]
    for _ in range(times):
        for job, list_ in zip(jobs, walls):
            list_.append(job())
    return [statistics.median(list_) for list_ in walls]


class Simulator:
    """usher-sim with its configuration, and a home where usher keeps its cache."""

    def __init__(self, build, accounts, latency=0, options=()):
        total = min(accounts + 1000, MILLION)
        self.build = build
        self.home = tempfile.mkdtemp(prefix="usher-bench.")
        self.config = os.path.join(self.home, "usher.conf")
        command = [os.path.join(build, "src/sim/usher-sim"), "--port", "0", "--with-parent",
                   "--accounts", str(total), "--specialists", str(min(accounts, total - 1000)),
                   "--latency", str(latency), "--write-config", self.config, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        cleanup(self.close)
        self.ready = json.loads(self.process.stdout.readline())
        self.env = {"USHER_CONFIG": self.config, "HOME": self.home, "LC_ALL": "C.UTF-8"}
        for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
            self.env[f"XDG_{kind}_HOME"] = os.path.join(self.home, kind.lower())
        self.usher = os.path.join(build, "src/usher/usher")

    def run(self, *arguments, **more):
        return run([self.usher, *arguments], self.env, **more)

    def list(self, *options, **more):
        return self.run("list", "--quiet", *options, **more)

    def text(self, *options):
        env = dict(os.environ, **self.env)
        return subprocess.run([self.usher, "list", *options], env=env, check=True,
                              capture_output=True, text=True).stdout

    def ask(self, path, data=None):
        with urllib.request.urlopen(self.ready["url"] + path, data) as answer:
            return answer.read()

    def requests(self, bodies=False):
        """What was asked since the last reset, in order."""
        text = self.ask("/sim/requests" + ("?bodies=1" if bodies else ""))
        return [json.loads(line) for line in text.splitlines()]

    def reset(self):
        """The tenant as at the start, and usher's home empty."""
        self.ask("/sim/reset", b"")
        for kind in ("CACHE", "STATE"):
            shutil.rmtree(self.env[f"XDG_{kind}_HOME"], ignore_errors=True)

    def token(self):
        env = self.floor_env()
        with urllib.request.urlopen(env["FLOOR_TOKEN_URL"],
                                    env["FLOOR_TOKEN_FORM"].encode()) as answer:
            return json.load(answer)["access_token"]

    def floor_env(self):
        """What the floors sign in with."""
        return {"FLOOR_TOKEN_URL": f"{self.ready['url']}/{self.ready['tenant']}/oauth2/v2.0/token",
                "FLOOR_TOKEN_FORM": urllib.parse.urlencode({
                    "grant_type": "client_credentials", "client_id": self.ready["client_id"],
                    "client_secret": "simulated-secret",
                    "scope": "https://graph.microsoft.com/.default"})}

    def first_page(self):
        """The address that usher itself asked for, so that both follow the same links."""
        for request in self.requests():
            if "/members" in request["path"] and "skiptoken" not in request["path"]:
                return self.ready["url"] + request["path"]
        raise SystemExit("bench: usher asked for no members")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)


def cached(build, accounts):
    sim = Simulator(build, accounts)
    sim.list("--live", "--format", "jsonl")
    return sim


def rows_file(sim):
    """The rows for fzf: what a plain word searches and what the list shows, no more."""
    path = os.path.join(sim.home, "rows")
    columns = "name,user,external,company,state,expires,licence"
    with open(path, "w") as out:
        out.write(sim.text("--format", "tsv", "--no-header", "--columns", columns))
    return path


def first_name(sim):
    """Enough of the first account's name to know it by on the screen."""
    return sim.text("--format", "tsv", "--no-header", "--columns", "name").split("\n")[0][:12].strip()


def paint(command, environment, wanted, stdin=None):
    """ms from exec until the screen shows what is wanted."""
    terminal = Terminal(command, environment, stdin)
    chunks = terminal.read(10, until=None, quiet=0.7)
    moment = terminal.when(chunks, wanted)
    started = terminal.started
    terminal.close()
    if moment is None:
        raise SystemExit(f"bench: {command[0]} never showed it:\n" + "\n".join(terminal.lines()))
    return (moment - started) * 1000
