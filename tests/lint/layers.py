"""The table of the layers (layers.txt), and which includes it forbids."""

import re
from pathlib import PurePosixPath

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


class Layers:
    def __init__(self, text):
        self.below = {}
        self.open = {}
        self.lists = {}
        for line in text.splitlines():
            line = line.split("#")[0].strip()
            if not line:
                continue
            subject, _, rest = line.partition(":")
            if subject.startswith("open "):
                self.open[subject[5:].strip()] = set(rest.split())
            elif subject.startswith("list "):
                self.lists[subject[5:].strip()] = set(rest.split())
            else:
                self.below[subject.strip()] = rest.split()

    def row(self, folder):
        """The row of a folder: its own, or that of the folders beside it; None without one."""
        if folder in self.below:
            return folder
        parent = PurePosixPath(folder).parent.as_posix()
        return f"{parent}/*" if f"{parent}/*" in self.below else None

    def reach(self, row):
        """All rows that a row may include."""
        reached = set()
        waiting = list(self.below[row])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += self.below[name]
        return reached

    def fault(self, path, header):
        """Why the file `path` of src/ may not include `header`; None when it may."""
        own = PurePosixPath(path).parent.as_posix()
        if "/" not in header:
            return "an include carries its folder"
        target = PurePosixPath(header).parent.as_posix()
        name = PurePosixPath(header).name
        if target == "retort":
            return None if own == "api" else "only api/ sees the public header"
        own_row, target_row = self.row(own), self.row(target)
        if own_row is None or target_row is None:
            return f"{own if own_row is None else target}/ has no row in layers.txt"
        if target == own:
            return None
        if target_row in self.lists.get(path, ()):
            return None
        if target_row not in self.reach(own_row):
            return f"{own}/ may not include {target}/"
        if name.endswith("-internal.h"):
            return f"{name} is for {target}/ only"
        is_inside = PurePosixPath(own).parent.as_posix() == target
        if target in self.open and not is_inside and name not in self.open[target]:
            return f"{name} is for {target}/ and the folders in it"
        return None

    def offences(self, path, text):
        """`path` counts from src/."""
        for match in _INCLUDE.finditer(text):
            fault = self.fault(path, match.group(1))
            if fault:
                line = text.count("\n", 0, match.start(1)) + 1
                yield line, f'#include "{match.group(1)}": {fault}'


def includes(text):
    return _INCLUDE.findall(text)
