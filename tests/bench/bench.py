#!/usr/bin/env python3
"""The figures of usher, each as a ratio within one run on one machine.

bench.py BUILD [FIGURE...]: starts simulators, runs usher and what it is
compared with in turn, and prints a line for each reading: what was measured, the
limit, and whether it holds. The absolutes stand behind the ratio. Without a
name all are measured that do not have to be asked for; "list" lists them.
Exits with 1 when something missed.
"""
import json
import os
import shutil
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import changes  # noqa: E402
from measure import (MANY, MILLION, SOME, Simulator, cached, first_name, in_turn,  # noqa: E402
                     paint, rows_file, run)
from terminal import Terminal, settled  # noqa: E402
from verdict import Figure, report, run_figure  # noqa: E402


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


def compare_query(sim, rows, query, bound, times=7):
    """usher list QUERY as a whole process against fzf --filter."""
    ours, theirs = in_turn(times, lambda: sim.list(query)[0],
                           lambda: run(["fzf", "--filter", query], stdin=rows)[0])
    report(f"list '{query}', to fzf --filter", ours / theirs, bound, "x",
           f"{ours:.0f} ms to {theirs:.0f} ms")


def figure_query(build):
    sim = cached(build, MANY)
    rows = rows_file(sim)
    for query in ("mul", "muller", "muller partner"):
        compare_query(sim, rows, query, 0.5)
    sim.close()


def figure_million(build):
    """A million cached accounts: the query and the first paint."""
    sim = cached(build, MILLION)
    rows = rows_file(sim)
    for query in ("mul", "muller partner"):
        compare_query(sim, rows, query, 1 / 3, 3)
    name = first_name(sim)
    walls = [paint([sim.usher], sim.env, lambda lines: any(name in line for line in lines))
             for _ in range(7)]
    report("first paint, 1,000,000 cached", statistics.median(walls), 150, "ms",
           f"worst {max(walls):.0f} ms")
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
    for text in (b"muller", b"ann", b"state:enabled", b"garcia ext", b"zz", b"expires<90d", b"-a e") * 2:
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


FIGURES = {
    "live": Figure(figure_live, 180, "list --live over 100,000 accounts"),
    "paint": Figure(figure_paint, 120, "the first screen, with 100,000 cached and with none"),
    "query": Figure(figure_query, 120, "list QUERY over 100,000 cached"),
    "keys": Figure(figure_keys, 180, "a key in the filter over 100,000"),
    "idle": Figure(figure_idle, 90, "an idle console"),
    "million": Figure(figure_million, 240, "list QUERY and the first screen over 1,000,000 cached"),
    **changes.FIGURES,
}


def list_figures():
    for name, figure in FIGURES.items():
        when = ", only when asked for" if figure.asked else ""
        print(f"{name:<10} {figure.says} (at most {figure.seconds} s{when})")


def apart(name, build):
    """A figure in a process of its own: the peak memory of what it starts begins at its own, and
    some read a great deal."""
    here, there = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(here)
        missed = run_figure(name, FIGURES[name], build)
        os.write(there, json.dumps(missed).encode())
        sys.exit(0)
    os.close(there)
    with os.fdopen(here) as answer:
        said = answer.read()
    _, status = os.waitpid(pid, 0)
    if not said:
        sys.exit(os.waitstatus_to_exitcode(status) or 1)
    return json.loads(said)


def main():
    if len(sys.argv) < 2:
        raise SystemExit(f"usage: bench.py BUILD [list|{'|'.join(FIGURES)}]...")
    wanted = sys.argv[2:] or [name for name, figure in FIGURES.items() if not figure.asked]
    if wanted == ["list"]:
        list_figures()
        return
    for name in wanted:
        if name not in FIGURES:
            raise SystemExit(f"bench: no figure '{name}'; there are: {' '.join(FIGURES)}")
    build = os.path.abspath(sys.argv[1])
    missed = [what for name in wanted for what in apart(name, build)]
    if missed:
        print(f"MISSED {len(missed)}:")
        for what in missed:
            print(f"  {what}")
        sys.exit(1)
    print("all hold")


if __name__ == "__main__":
    main()
