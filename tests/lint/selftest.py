#!/usr/bin/env python3
"""Shows that each lint rule finds what it is for, and lets good code pass."""

import rules
from layers import Layers
from source import Tap, blank, read

LONG = "/* A. */\nstatic int\nlong_one(void)\n{\n" + "    a();\n" * 58 + "}\n"

# rule, path, text, the lines with an offence
CASES = [
    (rules.file_length, "src/a.c", "x\n" * 600, []),
    (rules.file_length, "src/a.c", "x\n" * 601, [601]),
    (rules.function_length, "src/a.c", LONG.replace("a();\n", "", 2), []),
    (rules.function_length, "src/a.c", LONG, [3]),
    (rules.function_length, "src/a.c", "int\nf(int a);\n" + "\n" * 80 + "{\n}\n", []),
    (rules.banned_functions, "src/a.c", 'g_free(a); /* free(a) */\n"free(a)";', []),
    (rules.banned_functions, "src/a.c", "a;\nfree(a);\nstrcpy (a, b);", [2, 3]),
    (rules.banned_functions, "src/a.c", "// goto\n goto end;", [2]),
    (rules.silent_library, "src/cli/a.c", "printf(a);", []),
    (rules.silent_library, "src/work/a.c", "g_string_printf(a);\nprintf(a);", [2]),
    (rules.silent_library, "src/work/a.c", "fprintf(pipe, a);\nfputs(a, stderr);", [2]),
    (rules.no_dialect_named, "src/op/a.c", '/* sqlite */\n"SQLite";', [2]),
    (rules.no_dialect_named, "src/op/a.c", "a;\nrt_dialect_ydb;", [2]),
    (rules.no_dialect_named, "src/cli/a.c", '.examples = "sqlite"\n"ydb",\n"yql"', [3]),
    (rules.no_dialect_named, "src/dialect/sqlite/a.c", "sqlite", []),
    (rules.no_dialect_named, "src/dialect/list.c", "sqlite", []),
    (rules.no_dialect_named, "src/dialect/parse.c", "sqlite", [1]),
    (rules.opening_comment, "src/a.c", "/*\n * Reads. */", []),
    (rules.opening_comment, "src/a.c", '#include "a/b.h"\n', [1]),
    (rules.opening_comment, "tests/unit/a.c", '#include "a/b.h"\n', []),
    (rules.no_marks, "src/a.c", "a\n/* TODO */", [2]),
    (rules.header_guard, "src/a.h", "/* A. */\n#pragma once\n", []),
    (rules.header_guard, "src/a.h", "/* A. */\n", [1]),
]

# file, header, a part of the reason, None where it is allowed
INCLUDES = [
    ("catalog/a.c", "base/a.h", None),
    ("catalog/a.c", "op/op.h", "may not include op/"),
    ("sql/a.c", "a.h", "carries its folder"),
    ("diff/a.c", "dialect/dialect.h", None),
    ("diff/a.c", "dialect/engine.h", "is for dialect/"),
    ("diff/a.c", "dialect/sqlite/rows.h", "may not include dialect/sqlite/"),
    ("dialect/parse.c", "dialect/sqlite/rows.h", "may not include dialect/sqlite/"),
    ("dialect/list.c", "dialect/sqlite/sqlite.h", None),
    ("dialect/sqlite/a.c", "dialect/engine.h", None),
    ("dialect/sqlite/a.c", "dialect/sqlite/rows.h", None),
    ("dialect/ydb/a.c", "dialect/sqlite/rows.h", "may not include dialect/sqlite/"),
    ("dialect/sqlite/a.c", "diff/diff.h", "may not include diff/"),
    ("driver/sqlite/a.c", "connection/connection.h", None),
    ("driver/sqlite/a.c", "dialect/dialect.h", "may not include dialect/"),
    ("driver/sqlite/a.c", "sql/lexer.h", "may not include sql/"),
    ("work/a.c", "op/apply-internal.h", "is for op/ only"),
    ("work/a.c", "retort/retort.h", "public header"),
    ("unheard/a.c", "base/a.h", "no row"),
]


def main():
    tap = Tap()
    for rule, path, text, expected in CASES:
        found = [line for line, _ in rule(path, text)]
        wrong = [] if found == expected else [f"{text!r}: {found}, not {expected}"]
        tap.report(f"{rule.__name__} of {path}: {expected}", wrong)
    layers = Layers(read("tests/lint/layers.txt"))
    for path, header, reason in INCLUDES:
        fault = layers.fault(path, header)
        is_right = fault is None if reason is None else fault is not None and reason in fault
        tap.report(f"{path} includes {header}: {reason}", [] if is_right else [str(fault)])
    kept = blank('a /* b\nc */ "/* d */" \'"\' // e', strings=True)
    tap.report("blank keeps lines", [] if kept == 'a     \n     "       " \' \'     ' else [repr(kept)])
    tap.end()


if __name__ == "__main__":
    main()
