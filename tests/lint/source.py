"""What the lint tests share: the project's files, C text without comments, and TAP."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "include", "tests", "fuzz", "bench", "examples")

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE,
)


def c_files(*folders):
    """The C files and headers below the folders, sorted, as paths relative to the project."""
    found = []
    for folder in folders or FOLDERS:
        for pattern in ("*.c", "*.h"):
            found += (ROOT / folder).rglob(pattern)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def blank(text, comments=True, strings=False):
    """Replaces comments, and the insides of strings, by blanks; every line stays where it is."""

    def keep_lines(match):
        whole = match.group()
        if match.lastgroup == "comment" and comments:
            return re.sub(r"[^\n]", " ", whole)
        if match.lastgroup != "comment" and strings:
            return whole[0] + " " * (len(whole) - 2) + whole[0]
        return whole

    return _TOKEN.sub(keep_lines, text)


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


class Tap:
    """Prints one line a test, and below a failed one each offence as file:line: message."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def report(self, name, offences):
        self.number += 1
        if not offences:
            print(f"ok {self.number} - {name}")
            return
        self.failed += 1
        print(f"not ok {self.number} - {name}")
        for offence in offences:
            print(f"# {offence}")

    def end(self):
        print(f"1..{self.number}")
        sys.exit(1 if self.failed else 0)


def run(command):
    """Runs a command in the project's folder; its status and everything it printed."""
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")
