#!/usr/bin/env python3
"""Compiles every header alone: those of src/ as gnu17, the public ones as C17 and as C++17, and so
the programs that use them (tests/api/)."""

import os
import shlex
from concurrent.futures import ThreadPoolExecutor

from source import Tap, c_files, run

STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x"]
PACKAGES = ["glib-2.0", "gmodule-no-export-2.0", "jansson", "libmariadb", "sqlite3"]


def private_command(header):
    status, flags = run(["pkg-config", "--cflags", *PACKAGES])
    assert status == 0, flags
    include = ["-Isrc", "-Iinclude", "-D_GNU_SOURCE", *shlex.split(flags)]
    if header.startswith("tests/"):
        include += ["-Itests", "-I" + os.path.dirname(header)]
    quiet = ["-Wno-missing-field-initializers", "-Wno-unused-function"]
    return ["gcc", "-std=gnu17", *include, *quiet, *STRICT, "c", header]


def public_commands(file):
    pedantic = ["-pedantic-errors", "-Iinclude"]
    yield "C17", ["gcc", "-std=c17", *pedantic, *STRICT, "c", file]
    yield "C++17", ["g++", "-std=c++17", *pedantic, *STRICT, "c++", file]


def main():
    tests = []
    for header in c_files("src", "tests", "fuzz", "bench"):
        if header.endswith(".h"):
            tests.append((header, private_command(header)))
    for file in c_files("include", "tests/api"):
        for language, command in public_commands(file):
            tests.append((f"{file} as {language}", command))
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda test: compile_alone(test[1]), tests))
    tap = Tap()
    for (name, _), offences in zip(tests, results):
        tap.report(name, offences)
    tap.end()


def compile_alone(command):
    """Includes the header in an empty file, since "#pragma once" warns in a main file."""
    *rest, header = command
    status, output = run([*rest, "-include", header, "/dev/null"])
    return output.splitlines() if status else []


if __name__ == "__main__":
    main()
