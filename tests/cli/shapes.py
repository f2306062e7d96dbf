"""usher-json(5) against what the commands answer: each member that is seen is documented with its
type, and each one documented is seen; the same names head csv. One line of TAP for each shape.

    shapes.py PAGE FOLDER     FOLDER holds SHAPE.json, SHAPE-2.json …, and SHAPE.csv
"""
import csv
import json
import pathlib
import re
import sys

TYPES = {"string": str, "number": int, "boolean": bool, "object": dict, "array of strings": list,
         "array of objects": list}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
# The heading of the page for each shape; where it is in the answer; what may be left out.
SHAPES = {
    "account": ("ACCOUNT", None, ["usher.sponsor", "usher.sponsorId", "usher.signIn",
                                  "usher.profile", "usher.step"]),
    "timeline": ("usher show", "usher.timeline", []),
    "plan": ("PLAN", None, ["passwords"]),
    "plan-columns": ("PLAN columns", None, []),
    "problems": ("usher create", None, []),
    "reviews": ("usher review new", None, []),
    "review": ("usher review show", None, []),
    "report": ("REVIEW REPORT", None, []),
    "journal": ("usher journal list", None, []),
    "operations": ("usher journal show", None, []),
    "verify": ("usher journal verify", None, []),
    "whoami": ("usher whoami", None, ["usher.profile"]),
    "findings": ("FINDINGS", None, []),
}


def names_of(line):
    """'title , reason , who Pq strings' or '"usher.plan" Pq number': the names, and the type."""
    names, _, kind = line.partition(" Pq ")
    kind = kind.replace(" , ", ", ")
    moment = "moment" in kind
    kind = kind.split(",")[0].strip()
    kind = {"strings": "string", "numbers": "number"}.get(kind, kind)
    return [n.strip().strip('"') for n in names.split(" , ")], kind, moment


def read_page(path):
    """Heading -> {member: (type, is a moment, members or None)}."""
    shapes, stack, last = {}, [], None
    for line in path.read_text().splitlines():
        if line.startswith((".Sh ", ".Ss ")):
            heading = line[4:].split(",")[0].split(" \\-")[0]
            stack, last = [], None
        elif line == "@plan-columns@" or line.startswith("In csv, tsv and tables a plan"):
            heading = "PLAN columns"
        elif line.startswith(".Bl "):
            if stack and last:
                stack.append(stack[-1][last][2])
            else:
                stack.append(shapes.setdefault(heading, {}))
        elif line.startswith(".El"):
            stack.pop()
            last = None
        elif line.startswith(".It Va ") and stack:
            names, kind, moment = names_of(line[7:])
            for last in names:
                stack[-1][last] = (kind, moment, {})
        elif line.startswith((".Va ", "and to .Va ")) and stack and last and "object" in stack[-1][
                last][0]:
            for name in line[4:].replace(".", " ").split(","):
                if name.strip() and name.strip() not in ("usher x",):
                    stack[-1][last][2][name.strip()] = ("any", False, {})
    return shapes


def flat(thing):
    """With the members of `usher` beside the others, as the page names them."""
    out = {k: v for k, v in thing.items() if k != "usher" or not isinstance(v, dict)}
    out.update({"usher." + k: v for k, v in thing.get("usher", {}).items()})
    return out


def check(thing, members, where, seen, wrong, loose):
    thing = flat(thing)
    for name, value in thing.items():
        here = where + name
        if name not in members:
            wrong.add(f"{here} is not documented")
            continue
        kind, moment, below = members[name]
        seen.add(here)
        if value is None or kind == "any":
            continue
        seen.add(here + "!")
        if type(value) is not TYPES[kind]:
            wrong.add(f"{here} is {value!r} and no {kind}")
        elif moment and not MOMENT.match(value):
            wrong.add(f"{here} is {value!r} and no moment")
        for item in value if kind == "array of objects" else [value] if kind == "object" else []:
            if below:
                check(item, below, here + ".", seen, wrong, [])
    for name in members:
        if name not in thing and name not in loose:
            wrong.add(f"{where}{name} is missing")


def expected(members, where=""):
    for name, (_, _, below) in members.items():
        yield where + name
        yield from expected(below, where + name + ".")


def answers(folder, name, inside):
    for path in sorted(folder.glob(f"{name}*.json")):
        if not re.fullmatch(re.escape(name) + r"(-\d+)?", path.stem):
            continue
        thing = json.loads(path.read_text())
        things = thing if isinstance(thing, list) else [thing]
        for thing in things:
            if inside:
                yield from flat(thing)[inside]
            else:
                thing.get("usher", {}).pop("timeline", None)
                yield thing


def header_of(folder, name):
    path = folder / f"{name}.csv"
    if not path.exists():
        return None
    with path.open(newline="") as file:
        return next(csv.reader(file))


def main():
    page, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    shapes, number = read_page(page), 0
    shapes["REVIEW REPORT"]["accounts"] = ("array of objects", False, shapes["usher review show"])
    known = {heading for heading, _, _ in SHAPES.values()}
    unknown = {h for h, members in shapes.items() if members} - known
    results = [("every shape of the page is checked", unknown)]
    for name, (heading, inside, loose) in SHAPES.items():
        wrong, seen = set(), set()
        members = shapes.get(heading, {})
        for thing in answers(folder, name, inside):
            check(thing, members, "", seen, wrong, loose)
        if name != "plan-columns":
            wrong |= {f"{n} was never seen" for n in expected(members) if n not in seen}
        header = header_of(folder, name)
        if header is not None and header != [m.replace("usher.", "", 1) for m in members]:
            wrong.add(f"the heading of csv is {header}")
        results.append((f"{name}: as usher-json(5) has it", wrong))
        results.append((f"{name} was looked at", set() if seen or header else {"nothing was"}))
    for what, wrong in results:
        number += 1
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
        for line in sorted(wrong):
            print(f"# {line}")
    print(f"1..{number}")


main()
