#!/usr/bin/env python3
"""Checks the documents: what they show runs and prints what they say, links lead somewhere, and
every command, option, key, directive and error of the program is described.

  documents.py PROGRAM            prints TAP
  documents.py PROGRAM --update   puts what the program prints now into the documents
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from session import read_blocks, run_document  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
TOP = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "changes/README.md"]
# Names of tests that are programs; those of Python are looked for in their files.
TESTS_OF_BUILD = ("main job", "golden", "documents", "dialect/starrocks/pairs",
                  "starrocks tutorial")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0

    def report(self, name, offences):
        self.number += 1
        self.failed += bool(offences)
        for offence in offences:
            print("\n".join(f"# {line}" for line in offence.split("\n")))
        print(f"{'not ok' if offences else 'ok'} {self.number} - {name}", flush=True)

    def end(self):
        print(f"1..{self.number}")
        return 1 if self.failed or not self.number else 0


def documents():
    return [ROOT / name for name in TOP] + sorted((ROOT / "docs").glob("*.md"))


def prose(path):
    """The text without its fenced blocks."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for block in read_blocks(lines):
        for i in range(block.first - 1, block.first + len(block.lines) + 1):
            lines[i] = ""
    return "\n".join(lines)


def anchors(path):
    """As GitHub makes them of headings."""
    found = set()
    for line in prose(path).split("\n"):
        if line.startswith("#"):
            title = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(title.replace(" ", "-"))
    return found


def check_links(path):
    offences = []
    for target in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            offences.append(f"{path.name}: there is no {target}")
        elif anchor and anchor not in anchors(file):
            offences.append(f"{path.name}: {target} leads to no heading")
    return offences


def ask(program, *arguments):
    return subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    ).stdout.decode()


def section(text, title):
    """The indented lines below `title:`."""
    match = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.MULTILINE)
    return match.group(1) if match else ""


def check_commands(program):
    """Each command is a heading of commands.md, and each of its options stands below it."""
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## `?([\w-]+)`?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    offences = []
    helps = ask(program, "--help")
    for command in re.findall(r"^  ([a-z-]+)", section(helps, "commands"), re.MULTILINE):
        if command not in parts:
            offences.append(f"commands.md has no heading for `{command}`")
            continue
        options = section(ask(program, command, "--help"), "options")
        for option in re.findall(r"^  .{4}(--[a-z-]+)", options, re.MULTILINE):
            if not re.search(rf"{option}(?![a-z-])", parts[command]):
                offences.append(f"commands.md does not describe {option} of `{command}`")
    for option in re.findall(r"(--[a-z-]+)", section(helps, "options of every command")):
        if option not in text:
            offences.append(f"commands.md does not describe {option}")
    return offences


def read_source(path):
    return (ROOT / path).read_text(encoding="utf-8")


def missing(names, document, form="`{}`"):
    text = read_source(document)
    assert names
    return [f"{document} does not name {n}" for n in names if form.format(n) not in text]


def check_keys():
    rows = re.findall(r'\{ "(\w+)", "([\w*]+)",', read_source("src/work/settings.c"))
    keys = [key for _, key in rows if "*" not in key]
    sections = sorted({f"[{section}]" for section, _ in rows if section.islower()})
    return missing(keys, "docs/configuration.md") + missing(
        sections, "docs/configuration.md", "\n## {}\n"
    )


def check_directives():
    table = read_source("src/sql/directive.c")
    words = re.findall(r'\[RT_DIRECTIVE_\w+\] = \{\s*"([a-z -]+)"', table)
    return missing(words, "docs/revisions.md", "-- retort: {}")


def find_test(name):
    """Whether a test is called so: that of the build, or test_FILE.Class.test_name."""
    file, _, rest = name.partition(".")
    if not file.startswith("test_"):
        return name in TESTS_OF_BUILD
    paths = [ROOT / folder / f"{file}.py" for folder in ("tests/servers/starrocks", "tests/cli")]
    path = next((path for path in paths if path.exists()), None)
    if path is None or not rest:
        return path is not None
    group, _, test = rest.partition(".")
    text = path.read_text(encoding="utf-8")
    body = re.search(rf"^class {group}\(.*?(?=^class |\Z)", text, re.MULTILINE | re.DOTALL)
    return bool(body) and f"    def {test}(" in body.group()


def check_guides():
    """Each section of the guides has a row, in its place, that names tests which are there."""
    text = read_source("docs/guides.md")
    offences = []
    for part in read_source("tests/docs/guides.txt").split("# ")[1:]:
        title, *sections = part.strip().split("\n")
        table = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text,
                          re.MULTILINE | re.DOTALL)
        rows = re.findall(r"^\| (.*?) \| .* \| (.*) \|$", table.group(1) if table else "", re.MULTILINE)
        names = [section for section, _ in rows[1:]]
        offences += [f"guides.md has no row for `{name}` of {title}" for name in sections
                     if name not in names]
        offences += [f"guides.md has a row for `{name}`, which is not in {title}" for name in names
                     if name not in sections]
        for section, tests in rows[1:]:
            named = re.findall(r"`([^`]+)`", tests)
            offences += [f"guides.md: there is no test {name} (of {section})" for name in named
                         if not find_test(name)]
            offences += [] if named else [f"guides.md names no test of `{section}`"]
    return offences


def check_errors():
    names = re.findall(r'\[RT_ERROR_\w+\] = \{ "(\w+)"', read_source("src/base/error.c"))
    return missing(names, "docs/running.md")


def update(program):
    for path in documents():
        offences, lines = run_document(program, path)
        if offences:
            path.write_text("\n".join(lines), encoding="utf-8")
            print(f"{path.name}: {len(offences)} answers put right")


def main():
    program = sys.argv[1]
    if "--update" in sys.argv[2:]:
        if "RETORT_DRIVER_PATH" not in os.environ:
            sys.exit("RETORT_DRIVER_PATH is not set: the documents would say that there are no drivers")
        update(program)
        return 0
    tap = Tap()
    for path in documents():
        name = path.relative_to(ROOT)
        tap.report(f"links of {name}", check_links(path))
        offences, _ = run_document(program, path)
        if offences is not None:
            tap.report(f"commands shown in {name}", offences)
    tap.report("commands and options", check_commands(program))
    tap.report("keys of the configuration", check_keys())
    tap.report("directives", check_directives())
    tap.report("errors", check_errors())
    tap.report("sections of the guides", check_guides())
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
