"""The figures of changing: many accounts at once, with and without a quota, the
plan, the journal, and the console while a change is running.
"""
import json
import os
import shutil
import statistics
import subprocess
import time

from measure import SOME, Simulator, run
from terminal import Terminal
from verdict import Figure, cleanup, report

LATENCY = 50
# Of the specialists some are disabled already: so many give 10,000 that are not.
ENABLED_OF = 1.1
QUERY = ("--query", "state:enabled")
# Graph's documented quota of writing, contract 3.5.
BURST = 3000
WRITES_A_SECOND = 20


def with_enabled(build, accounts, options=()):
    return Simulator(build, int(accounts * ENABLED_OF), LATENCY, options)


def changed(requests):
    """What took effect: how many accounts, and how often the one that was changed most."""
    times = {}
    for request in requests:
        if request["method"] == "PATCH" and request["status"] == 204:
            times[request["path"]] = times.get(request["path"], 0) + 1
    return len(times), max(times.values(), default=0)


def check_once(sim, requests):
    """The number of accounts, each of which was changed once, and none is left."""
    accounts, times = changed(requests)
    left = sim.text("--live", "--format", "tsv", "--no-header", "state:enabled").count("\n")
    if times != 1 or left:
        raise SystemExit(f"bench: {accounts} accounts, at most {times} times; {left} were left out")
    return accounts


def floor_batch(sim, requests):
    """ms for the same batches with as many in flight."""
    path = os.path.join(sim.home, "bodies")
    with open(path, "w") as out:
        for request in requests:
            if request["path"].endswith("/$batch"):
                out.write(json.dumps(json.loads(request["body"]), separators=(",", ":")) + "\n")
    most = json.loads(sim.ask("/sim/stats"))["in_flight_most"]
    program = os.path.join(sim.build, "tests/bench/floor-batch")
    return run([program, sim.ready["url"] + "/v1.0/$batch", str(most), path],
               {"FLOOR_TOKEN": sim.token()})[0]


def figure_change(build):
    """Disabling 10,000 accounts, the whole command, to its own batches sent by curl."""
    sim = with_enabled(build, SOME, ("--no-quota",))
    ours, theirs, accounts = [], [], 0
    for _ in range(3):
        sim.reset()
        ours.append(sim.run("disable", *QUERY, "--yes", "--quiet")[0])
        requests = sim.requests(bodies=True)
        theirs.append(floor_batch(sim, requests))
        accounts = check_once(sim, requests)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    report(f"disable {accounts}, {LATENCY} ms, to floor-batch", ratio, 1.3, "x",
           f"{statistics.median(ours):.0f} ms to {statistics.median(theirs):.0f} ms")
    sim.close()


def disable_at_once(sim, *queries):
    """ms until as many processes, each with its part of the accounts, are done."""
    start = time.perf_counter()
    runs = [subprocess.Popen([sim.usher, "disable", "--query", query, "--yes", "--quiet"],
                             env=dict(os.environ, **sim.env), stdout=subprocess.DEVNULL)
            for query in queries]
    for process in runs:
        cleanup(process.kill)
    if any([process.wait() for process in runs]):
        raise SystemExit("bench: a run failed")
    return (time.perf_counter() - start) * 1000


def disable_under_quota(build, enabled, *queries):
    """Graph's own quota of writing: beyond the burst it alone decides."""
    sim = with_enabled(build, enabled)
    wall = disable_at_once(sim, *queries)
    requests = sim.requests()
    accounts = check_once(sim, requests)
    writes = sum(1 for request in requests if "batch" in request and request["status"] in (200, 204)
                 and request["method"] != "GET")
    least = (writes - BURST) / WRITES_A_SECOND * 1000
    refused = sum(1 for request in requests if request["status"] == 429)
    report(f"disable {accounts} under the quota, to its least", wall / least, 1.1, "x",
           f"{wall / 1000:.0f} s to {least / 1000:.0f} s, {writes} writes, {refused} refused")
    sim.close()


def figure_quota(build):
    """A part of them, enough to be far beyond the burst: each is two writes, for its sessions end
    as well."""
    disable_under_quota(build, 2600, QUERY[1])


def figure_quota_all(build):
    disable_under_quota(build, SOME, QUERY[1])


def figure_pair(build):
    """One budget for the tenant, not one for each process."""
    disable_under_quota(build, 2600, QUERY[1] + " company:a", QUERY[1] + " -company:a")


def figure_plan(build):
    """A plan over 10,000 accounts, read from the tenant and shown, as a whole process."""
    sim = Simulator(build, int(SOME * ENABLED_OF))
    out = os.path.join(sim.home, "plan")
    runs = [sim.run("disable", *QUERY, "--dry-run", "--quiet", "--output", out) for _ in range(5)]
    with open(out) as lines:
        count = sum(1 for line in lines if line.startswith("disable"))
    report(f"a plan over {count} accounts", statistics.median(wall for wall, _ in runs), 1000, "ms",
           "with reading them")
    report("  its peak memory", max(memory for _, memory in runs), 60, "MB", "")
    sim.close()


def figure_journal(build):
    """What the journal adds to an operation: its intent and its result; nothing is sent before
    the disk has the intent."""
    program = os.path.join(build, "tests/bench/bench-journal")
    answers = [json.loads(subprocess.run([program, str(SOME)], check=True,
                                         capture_output=True).stdout) for _ in range(5)]

    def middle(what):
        return statistics.median(answer[what] for answer in answers)

    report(f"the journal, an operation of {SOME}", middle("ms_an_operation"), 0.3, "ms",
           f"in batches of 20; the plan itself {middle('ms_begin'):.0f} ms; "
           f"a sync of the disk {middle('ms_a_sync'):.2f} ms")
    report("  batches begun to syncs of the disk", max(a["batches"] / a["syncs"] for a in answers),
           1, "x", f"{middle('batches'):.0f} batches, {middle('syncs'):.0f} syncs")


def cursor_row(lines):
    """Where the list's cursor is."""
    return next((y for y, line in enumerate(lines) if line[1:2] == ">"), None)


def move_cursor(terminal, key):
    """ms until the cursor of the list has moved, while other things change as well."""
    before = cursor_row(terminal.lines())
    pressed = terminal.press(key)
    for _ in range(40):
        chunks = terminal.read(0.05)
        moment = terminal.when(chunks, lambda lines: cursor_row(lines) not in (before, None))
        if moment is not None:
            terminal.show([chunk for chunk in chunks if chunk[0] > moment])
            return (moment - pressed) * 1000
    raise SystemExit("bench: the cursor did not move:\n" + "\n".join(terminal.lines()))


def until(terminal, text, limit=30):
    """Reads until the text is on the screen."""
    for _ in range(int(limit / 0.1)):
        terminal.show(terminal.read(0.1))
        if any(text in line for line in terminal.lines()):
            return
    raise SystemExit(f"bench: no '{text}' on the screen:\n" + "\n".join(terminal.lines()))


def figure_busy(build):
    """A cursor key in the console while it disables 10,000 accounts."""
    sim = with_enabled(build, SOME, ("--no-quota",))
    sim.list("--live")
    terminal = Terminal([sim.usher], sim.env, columns=132, rows=43)
    until(terminal, "synced")
    terminal.press(b"Tstate:enabled\r")
    until(terminal, "tagged")
    terminal.press(b"d")
    until(terminal, "y apply")
    terminal.press(b"y")
    until(terminal, "to the background")
    terminal.press(b"b")
    until(terminal, "USER NAME")
    latencies = []
    while len(latencies) < 100 and not any("Done" in line for line in terminal.lines()):
        latencies.append(move_cursor(terminal, b"k" if len(latencies) % 10 > 4 else b"j"))
    running = changed(sim.requests())[0]
    terminal.close()
    if len(latencies) < 40 or not 0 < running < SOME:
        raise SystemExit(f"bench: {len(latencies)} keys until {running} accounts were changed")
    latencies.sort()
    details = f"{len(latencies)} keys, worst {latencies[-1]:.1f} ms"
    report("a key while 10,000 are disabled, median", statistics.median(latencies), 16, "ms", details)
    report("  95th percentile", latencies[int(len(latencies) * 0.95)], 16, "ms", "")
    sim.close()


def figure_cursor(build):
    """What a cursor move sends to a terminal of 132x43."""
    sim = Simulator(build, 1000)
    sim.list("--live")
    terminal = Terminal([sim.usher], sim.env, columns=132, rows=43)
    until(terminal, "synced")
    terminal.show(terminal.read(3, quiet=1))
    sizes = []
    for _ in range(60):
        terminal.press(b"j")
        chunks = terminal.read(1, quiet=0.15)
        terminal.show(chunks)
        sizes.append(sum(len(data) for _, data in chunks))
    terminal.close()
    report("a cursor move at 132x43", max(sizes), 2048, "B",
           f"60 moves, median {statistics.median(sizes):.0f} bytes")
    sim.close()


FIGURES = {
    "plan": Figure(figure_plan, 60, "planning 10,000 operations"),
    "journal": Figure(figure_journal, 120, "the journal alone, 10,000 operations"),
    "change": Figure(figure_change, 180, "disabling 10,000 accounts, no quota"),
    "quota": Figure(figure_quota, 240, "disabling 2,600 accounts under Graph's quota of writing"),
    "quota-all": Figure(figure_quota_all, 1100, "the same with 10,000", asked=True),
    "pair": Figure(figure_pair, 240, "the 2,600 by two commands at once", asked=True),
    "busy": Figure(figure_busy, 90, "a key at 132x43 while 10,000 are disabled"),
    "cursor": Figure(figure_cursor, 60, "what a cursor move writes at 132x43"),
}
