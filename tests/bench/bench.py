#!/usr/bin/env python3
"""The figures of usher, each as a ratio within one run on one machine.

bench.py BUILD [FIGURE...]: starts simulators, runs usher and what it is
compared with in turn, and prints one line per figure: what was measured, the
bound, and whether it holds. The absolutes stand behind the ratio.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Terminal, settled  # noqa: E402

MANY = 100_000
SOME = 10_000
misses = []


def report(what, value, bound, unit, details):
    verdict = "ok" if value <= bound else "MISSED"
    if value > bound:
        misses.append(what)
    print(f"{what:<48} {value:8.2f} {unit:<4} at most {bound:g}  {verdict:<6} {details}", flush=True)


def run(command, environment=None, stdin=None, output=None):
    """Wall time in ms and peak memory in MB of a whole process."""
    env = dict(os.environ, **(environment or {}))
    start = time.perf_counter()
    files = [(os.POSIX_SPAWN_OPEN, 1, output or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    files += [(os.POSIX_SPAWN_OPEN, 0, stdin or os.devnull, os.O_RDONLY, 0)]
    pid = os.posix_spawnp(command[0], command, env, file_actions=files)
    _, status, usage = os.wait4(pid, 0)
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

    def __init__(self, build, accounts, latency=0):
        self.build = build
        self.home = tempfile.mkdtemp(prefix="usher-bench.")
        self.config = os.path.join(self.home, "usher.conf")
        command = [os.path.join(build, "src/sim/usher-sim"), "--port", "0", "--with-parent",
                   "--accounts", str(accounts + 1000), "--specialists", str(accounts),
                   "--latency", str(latency), "--write-config", self.config]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())
        self.env = {"USHER_CONFIG": self.config, "HOME": self.home, "LC_ALL": "C.UTF-8"}
        for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
            self.env[f"XDG_{kind}_HOME"] = os.path.join(self.home, kind.lower())
        self.usher = os.path.join(build, "src/usher/usher")

    def list(self, *options, **more):
        return run([self.usher, "list", *options], self.env, **more)

    def text(self, *options):
        env = dict(os.environ, **self.env)
        return subprocess.run([self.usher, "list", *options], env=env, check=True,
                              capture_output=True, text=True).stdout

    def floor_env(self):
        """What the floors sign in with."""
        return {"FLOOR_TOKEN_URL": f"{self.ready['url']}/{self.ready['tenant']}/oauth2/v2.0/token",
                "FLOOR_TOKEN_FORM": urllib.parse.urlencode({
                    "grant_type": "client_credentials", "client_id": self.ready["client_id"],
                    "client_secret": "simulated-secret",
                    "scope": "https://graph.microsoft.com/.default"})}

    def first_page(self):
        """The address that usher itself asked for, so that both follow the same links."""
        with urllib.request.urlopen(self.ready["url"] + "/sim/requests") as answer:
            for line in answer:
                request = json.loads(line)
                if "/members" in request["path"] and "skiptoken" not in request["path"]:
                    return self.ready["url"] + request["path"]
        raise SystemExit("bench: usher asked for no members")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)


def figure_live(build):
    """usher list --live against the floors of fetching and of parsing."""
    for latency, floor, bound, times in ((50, "floor-curl", 1.05, 3), (0, "floor-parse", 1.6, 7)):
        sim = Simulator(build, MANY, latency)
        live = ("--live", "--format", "jsonl")
        out = os.path.join(sim.home, "out")
        sim.list(*live, output=out)
        with open(out, "rb") as lines:
            count = sum(1 for _ in lines)
        if count != MANY:
            raise SystemExit(f"bench: list --live gave {count} accounts instead of {MANY}")
        floor_env = sim.floor_env()
        program = os.path.join(build, "tests/bench", floor)
        first = sim.first_page()
        peak = [0.0]

        def usher():
            wall, memory = sim.list(*live)
            peak[0] = max(peak[0], memory)
            return wall

        ours, theirs = in_turn(times, usher, lambda: run([program, first], floor_env)[0])
        report(f"list --live, {latency} ms a page, to {floor}", ours / theirs, bound, "x",
               f"{ours:.0f} ms to {theirs:.0f} ms")
        report("  its peak memory", peak[0], 150, "MB", "")
        sim.close()


def rows_file(sim):
    """The rows for fzf: what a plain word searches and what the list shows, no more."""
    path = os.path.join(sim.home, "rows")
    columns = "name,user,external,company,state,expires,licence"
    with open(path, "w") as out:
        out.write(sim.text("--format", "tsv", "--no-header", "--columns", columns))
    return path


def cached(build, accounts):
    sim = Simulator(build, accounts)
    sim.list("--live", "--format", "jsonl")
    return sim


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


def figure_paint(build):
    """First paint, with 100,000 cached accounts and with none."""
    sim = cached(build, MANY)
    rows = rows_file(sim)
    name = first_name(sim)
    with open(rows) as lines:
        first_row = lines.readline()[:12].strip()

    def shows(text):
        return lambda lines: any(text in line for line in lines)

    fzf = (["fzf"], {"LC_ALL": "C.UTF-8"})
    ours, first, counted = in_turn(
        7, lambda: paint([sim.usher], sim.env, shows(name)),
        lambda: paint(*fzf, shows(first_row), stdin=rows),
        lambda: paint(*fzf, shows(f"{MANY}/{MANY}"), stdin=rows))
    report("first paint, 100,000 cached, to fzf's first row", ours / first, 0.5, "x",
           f"{ours:.0f} ms to {first:.0f} ms")
    report("  to fzf with all of them counted, as usher does", ours / counted, 0.5, "x",
           f"{ours:.0f} ms to {counted:.0f} ms")

    def nothing_cached():
        shutil.rmtree(sim.env["XDG_CACHE_HOME"], ignore_errors=True)
        return paint([sim.usher], sim.env, settled)

    ours, theirs = in_turn(7, nothing_cached,
                           lambda: paint(["htop"], {"LC_ALL": "C.UTF-8"}, settled))
    report("first paint, none cached, to htop", ours / theirs, 1, "x",
           f"{ours:.0f} ms to {theirs:.0f} ms")
    sim.close()


def figure_query(build):
    """usher list QUERY as a whole process against fzf --filter."""
    sim = cached(build, MANY)
    rows = rows_file(sim)
    for query in ("mul", "muller", "muller partner"):
        ours, theirs = in_turn(7, lambda: sim.list(query)[0],
                               lambda: run(["fzf", "--filter", query], stdin=rows)[0])
        report(f"list '{query}', to fzf --filter", ours / theirs, 0.5, "x",
               f"{ours:.0f} ms to {theirs:.0f} ms")
    sim.close()


def keystroke(terminal, key):
    """ms from the key until the screen below the title is as it will stay."""
    pressed = terminal.press(key)
    chunks = terminal.read(1.0, quiet=0.12)
    states = []
    for moment, data in chunks:
        terminal.stream.feed(data)
        states.append((moment, terminal.lines()[1:]))
    if not states:
        raise SystemExit("bench: a key changed nothing on the screen:\n" + "\n".join(terminal.lines()))
    final = states[-1][1]
    return min(moment for moment, lines in states if lines == final) - pressed


def figure_keys(build):
    """A key in the filter over 100,000 accounts, until its effect is seen."""
    sim = cached(build, MANY)
    # Narrow, so that there is no detail pane that fetches what it shows.
    terminal = Terminal([sim.usher], sim.env, columns=80, rows=24)
    terminal.show(terminal.read(20, quiet=1.5))
    terminal.press(b"/")
    terminal.show(terminal.read(2, quiet=0.3))
    latencies = []
    for text in (b"muller", b"ann", b"state:enabled", b"garcia ext", b"zz", b"expires<90d", b"-a e") * 4:
        for byte in text:
            latencies.append(keystroke(terminal, bytes([byte])) * 1000)
        for _ in text:
            latencies.append(keystroke(terminal, b"\x7f") * 1000)
    terminal.close()
    latencies.sort()
    median = statistics.median(latencies)
    late = latencies[int(len(latencies) * 0.99)]
    details = f"{len(latencies)} keys, worst {latencies[-1]:.1f} ms"
    report("a key in the filter, 100,000, median", median, 16, "ms", details)
    report("  99th percentile", late, 33, "ms", "")
    sim.close()


def wake_ups(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as status:
            total += sum(int(line.split()[1]) for line in status
                         if line.startswith("voluntary_ctxt_switches"))
    return total


def figure_idle(build):
    """An idle console with 10,000 accounts: wake-ups and memory."""
    sim = cached(build, SOME)
    terminal = Terminal([sim.usher], sim.env)
    terminal.read(10, quiet=3)
    before, start = wake_ups(terminal.pid), time.perf_counter()
    terminal.read(20)
    rate = (wake_ups(terminal.pid) - before) / (time.perf_counter() - start)
    with open(f"/proc/{terminal.pid}/status") as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
    terminal.close()
    report("idle console, 10,000, wake-ups a second", rate, 1, "/s", "over 20 s")
    report("  its memory", memory, 40, "MB", "")
    sim.close()


FIGURES = {"live": figure_live, "paint": figure_paint, "query": figure_query,
           "keys": figure_keys, "idle": figure_idle}


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: bench.py BUILD [live|paint|query|keys|idle]...")
    wanted = sys.argv[2:] or list(FIGURES)
    for name in wanted:
        if name not in FIGURES:
            raise SystemExit(f"bench: no figure '{name}'; there are: {' '.join(FIGURES)}")
    for name in wanted:
        FIGURES[name](os.path.abspath(sys.argv[1]))
    if misses:
        print("missed: " + ", ".join(what.strip() for what in misses))
        sys.exit(1)


if __name__ == "__main__":
    main()
