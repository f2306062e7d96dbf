"""The examples of the manual pages and the README, one a line: where it stands, a tab, the command.

    examples.py [--settings] FILE...     with --settings, the blocks of usher.conf instead
"""
import pathlib
import re
import sys

ESCAPES = [(r"\e", "\\"), (r"\(dq", '"'), (r"\(aq", "'"), (r"\-", "-"), (r"\&", "")]


def plain(text):
    for written, shown in ESCAPES:
        text = text.replace(written, shown)
    return text


def of_page(lines):
    """What is shown as typed: .Dl lines, and the lines of literal blocks."""
    literal = False
    for line in lines:
        if line.startswith(".Bd -literal"):
            literal = True
        elif line.startswith(".Ed"):
            literal = False
            yield ""
        elif line.startswith(".Dl "):
            yield plain(line[4:])
            yield ""
        elif literal:
            yield plain(line)


def of_readme(lines):
    for line in lines:
        yield line[4:] if line.startswith("    ") else ""


def commands(lines, prompt):
    """A command with its continuation lines; comments behind it go."""
    command = ""
    for line in lines:
        if command:
            command += line.strip()
        else:
            found = re.match(prompt, line)
            command = line[found.end():] if found else ""
        if command.endswith("\\"):
            command = command[:-1].rstrip() + " "
        elif command:
            yield re.sub(r"\s{2,}#.*", "", command).rstrip()
            command = ""


def settings(lines):
    for line in lines:
        if re.match(r"^(?!key =)[a-z_]+ = ", line) and "|" not in line:
            yield line


def main():
    wants_settings = sys.argv[1] == "--settings"
    for name in sys.argv[2 if wants_settings else 1:]:
        path = pathlib.Path(name)
        lines = path.read_text().splitlines()
        page = not path.name.endswith(".md")
        shown = of_page(lines) if page else of_readme(lines)
        found = settings(shown) if wants_settings else commands(
            shown, r"(?:[a-z]*\$ )(?=[A-Z]*=?\S* ?usher)" if page else r"(?=usher )")
        for command in found:
            print(f"{path.name}\t{command}")


main()
