#!/usr/bin/env python3
"""Runs the tests of one file and prints one line of TAP for each.

tests/cli/run.py tests/cli/test_NAME.py [PART OF A TEST'S NAME…]
"""

import importlib.util
import sys
import traceback
import unittest
from pathlib import Path


class Tap(unittest.TestResult):
    """A test with failing subtests is one failed test; below it stands each of its failures."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.problems = []
        self.reason = None

    def startTest(self, test):
        super().startTest(test)
        self.problems = []
        self.reason = None

    def note(self, fault):
        self.problems.append("".join(traceback.format_exception(*fault)))

    def addError(self, test, err):
        super().addError(test, err)
        self.note(err)
        # What fails outside a test, such as setUpClass, has no start and no end.
        if not isinstance(test, unittest.TestCase):
            self.stopTest(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.problems.append(str(subtest))
            self.note(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.reason = reason

    def stopTest(self, test):
        super().stopTest(test)
        self.number += 1
        verdict = "not ok" if self.problems else "ok"
        skipped = f" # SKIP {self.reason}" if self.reason and not self.problems else ""
        name = test.id().partition(".")[2] or test.id()
        print(f"{verdict} {self.number} - {name}{skipped}")
        for line in "\n".join(self.problems).splitlines():
            print(f"# {line}")
        sys.stdout.flush()
        self.problems = []


def load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    specification.loader.exec_module(module)
    return module


def main(file, *parts):
    sys.path[:0] = [str(Path(file).parent), str(Path(__file__).parent)]
    loader = unittest.TestLoader()
    if parts:
        loader.testNamePatterns = [f"*{part}*" for part in parts]
    tap = Tap()
    loader.loadTestsFromModule(load(Path(file))).run(tap)
    print(f"1..{tap.number}")
    return 0 if tap.number and tap.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
