#!/usr/bin/env python3
"""Builds retort in each way and counts every test; ./check calls it.

The builds stay in build-check/, so that a second run compiles only what changed.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILDS = ROOT / "build-check"
GOOD_RESULTS = ("OK", "EXPECTEDFAIL", "SKIP")


class Count:
    """What passed and what did not."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []

    def fail(self, name):
        self.failures.append(name)

    def add(self, other, title):
        self.passed += other.passed
        self.skipped += other.skipped
        self.failures += [f"{title}: {name}" for name in other.failures]


def say(text):
    print(f"\n== {text}", flush=True)


def run(command, **environment):
    print("$ " + " ".join(map(str, command)), flush=True)
    variables = dict(os.environ, **environment)
    return subprocess.run(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL).returncode


def build(folder, compiler, options):
    """True when everything is built; a folder whose options no longer fit is made anew."""
    if shutil.which("ccache"):
        compiler = f"ccache {compiler}"
    asked = json.dumps([compiler, options])
    note = folder / "options.json"
    if not note.exists() or note.read_text() != asked:
        shutil.rmtree(folder, ignore_errors=True)
        if run(["meson", "setup", folder, "--werror", *options], CC=compiler) != 0:
            return False
        note.write_text(asked)
    return run(["ninja", "-C", folder]) == 0


def short_name(name):
    """"retort:unit / base/text" is base/text."""
    return re.sub(r"^.*? / ", "", name)


def count_subtests(folder):
    """Of each program, the names of its subtests that passed, failed and were skipped."""
    programs = {}
    for suite in ElementTree.parse(folder / "meson-logs" / "testlog.junit.xml").getroot():
        for case in suite.findall("testcase"):
            # A program with subtests is a suite of its own; the others are cases of one suite.
            is_program = " / " in suite.get("name")
            program = short_name(suite.get("name") if is_program else case.get("name"))
            passed, failed, skipped = programs.setdefault(program, ([], [], []))
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(case.get("name"))
            elif case.find("skipped") is not None:
                skipped.append(case.get("name"))
            else:
                passed.append(case.get("name"))
    return programs


def count_tests(folder):
    """Every subtest counts; so does a program that failed though none of its subtests did."""
    count = Count()
    subtests = count_subtests(folder)
    for line in (folder / "meson-logs" / "testlog.json").read_text().splitlines():
        program = json.loads(line)
        name = short_name(program["name"])
        passed, failed, skipped = subtests.get(name, ([], [], []))
        count.passed += len(passed)
        count.skipped += len(skipped)
        for case in failed:
            count.fail(f"{name}: {case}")
        if program["result"] not in GOOD_RESULTS and not failed:
            count.fail(f"{name}: the program ended with {program['result']}")
        elif not passed and not failed and not skipped:
            count.fail(f"{name}: no test ran")
    return count


def check_build(title, folder, options, test_options, **environment):
    count = Count()
    say(title)
    if not build(folder, "gcc", options):
        count.fail("the build")
        return count
    for log in (folder / "meson-logs").glob("testlog*"):
        log.unlink()
    test = ["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", *test_options]
    status = run(test, **environment)
    try:
        count = count_tests(folder)
    except (OSError, ElementTree.ParseError, json.JSONDecodeError) as error:
        count.fail(f"the tests left no result: {error}")
    if status != 0 and not count.failures:
        count.fail(f"meson test ended with {status}")
    return count


def check_fuzzers(seconds):
    count = Count()
    say(f"fuzzers, {seconds} seconds each")
    folder = BUILDS / "fuzz"
    if not build(folder, "clang", ["-Dfuzz=true"]):
        count.fail("the build")
        return count
    command = ["fuzz/run", str(seconds)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=dict(os.environ, BUILD=str(folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    output = done.stdout.decode("utf-8", "replace")
    print(output, end="", flush=True)
    for verdict, name in re.findall(r"^(ok|not ok) \d+ - (.*)$", output, re.MULTILINE):
        if verdict == "ok":
            count.passed += 1
        else:
            count.fail(name)
    if done.returncode != 0 and not count.failures or not count.passed + len(count.failures):
        count.fail("fuzz/run")
    return count


def main():
    parser = argparse.ArgumentParser(prog="./check", description=__doc__)
    parser.add_argument("--fuzz-seconds", type=int, default=4, help="for each target (default: 4)")
    arguments = parser.parse_args()
    sanitizers = {
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:detect_stack_use_after_return=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    total = Count()
    parts = {
        "normal build": lambda title: check_build(title, BUILDS / "normal", [], []),
        # The rules of the house read the source: once is enough.
        "address and undefined-behaviour sanitizers": lambda title: check_build(
            title,
            BUILDS / "sanitized",
            ["-Db_sanitize=address,undefined"],
            ["--no-suite", "lint", "--timeout-multiplier", "5"],
            **sanitizers,
        ),
        "fuzz": lambda title: check_fuzzers(arguments.fuzz_seconds),
    }
    for title, part in parts.items():
        total.add(part(title), title)
    say("result")
    for failure in total.failures:
        print(f"failed: {failure}")
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {len(total.failures)} failed", flush=True)
    return 1 if total.failures or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
