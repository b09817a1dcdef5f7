#!/usr/bin/env python3
"""Runs the rules of the house over every C file, and the table of the layers over src/."""

import shutil

from layers import Layers
from rules import ALL
from source import ROOT, Tap, c_files, read, run


def check_rules(tap):
    files = {path: read(path) for path in c_files()}
    for rule in ALL:
        offences = [
            f"{path}:{line}: {message}"
            for path, text in files.items()
            for line, message in rule(path, text)
        ]
        tap.report(rule.__name__.replace("_", " "), offences)


def check_layers(tap):
    layers = Layers(read("tests/lint/layers.txt"))
    folders = {}
    for path in c_files("src"):
        folders.setdefault(path[len("src/") :].rpartition("/")[0], []).append(path)
    for folder, paths in sorted(folders.items()):
        offences = []
        for path in paths:
            for line, message in layers.offences(path[len("src/") :], read(path)):
                offences.append(f"{path}:{line}: {message}")
        tap.report(f"includes of {folder}", offences)


def check_format(tap):
    # The formatter that the style was made for, where another one stands before it in PATH.
    program = shutil.which("clang-format-14") or "clang-format"
    status, output = run([program, "--dry-run", "-Werror", "--style=file", *c_files()])
    offences = [line for line in output.splitlines() if ": error:" in line]
    tap.report("format", offences or ([output.strip()] if status else []))


def main():
    tap = Tap()
    assert (ROOT / "src").is_dir()
    check_rules(tap)
    check_layers(tap)
    check_format(tap)
    tap.end()


if __name__ == "__main__":
    main()
