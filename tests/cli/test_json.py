"""The answers for programs: field by field what the interface promises, on one good project."""

import json

from support import Case

TEXT = str
OPTIONAL = (str, type(None))
NUMBER = int
FLAG = bool

OPERATION = {
    "kind": TEXT,
    "object": TEXT,
    "name": TEXT,
    "group": NUMBER,
    "sql": [TEXT],
    "risks": [TEXT],
    "runs": TEXT,
}
COMPARISON = {
    "equal": FLAG,
    "operations": [OPERATION],
    "refused": [{"object": TEXT, "name": TEXT, "reason": TEXT, "ways": [TEXT]}],
    "notes": [{"code": TEXT, "object": OPTIONAL, "message": TEXT}],
}
STEP = {
    "direction": TEXT,
    "revision": OPTIONAL,
    "message": OPTIONAL,
    "version_table": [[TEXT]],
    "statements": [TEXT],
}
RUN = {"steps": [STEP], "rows": [TEXT]}
REVISION = {
    "revision": TEXT,
    "down_revision": [TEXT],
    "depends_on": [TEXT],
    "branch_labels": [TEXT],
    "message": OPTIONAL,
    "created": OPTIONAL,
    "path": OPTIONAL,
    "is_head": FLAG,
    "is_base": FLAG,
    "is_branch_point": FLAG,
    "is_merge_point": FLAG,
}
FINDINGS = {
    "ok": FLAG,
    "findings": [
        {
            "rule": TEXT,
            "severity": TEXT,
            "message": TEXT,
            "file": OPTIONAL,
            "line": (int, type(None)),
            "column": (int, type(None)),
            "object": OPTIONAL,
            "revision": OPTIONAL,
        }
    ],
}


class JsonCase(Case):
    def conforms(self, value, shape, where="answer"):
        """Every field is there and of its type. Fields may be added, so more may stand there."""
        if isinstance(shape, dict):
            self.assertIsInstance(value, dict, where)
            self.assertLessEqual(set(shape), set(value), where)
            for name, inner in shape.items():
                self.conforms(value[name], inner, f"{where}.{name}")
        elif isinstance(shape, list):
            self.assertIsInstance(value, list, where)
            for i, element in enumerate(value):
                self.conforms(element, shape[0], f"{where}[{i}]")
        else:
            self.assertIsInstance(value, shape, where)
            if shape is NUMBER:
                self.assertNotIsInstance(value, bool, where)

    def answer(self, shape, *arguments, status=0):
        value = self.retort(*arguments, "--json", status=status).json
        self.conforms(value, shape)
        return value

    def compare(self, old, new, status=0):
        self.write("old.sql", old)
        self.write("new.sql", new)
        return self.answer(
            COMPARISON, "diff", "old.sql", "new.sql", "--dialect", "sqlite", status=status
        )

    def operation(self, old, new):
        """The one operation between two schemas."""
        answer = self.compare(old, new)
        self.assertEqual(len(answer["operations"]), 1, answer)
        self.assertFalse(answer["equal"])
        return answer["operations"][0]


class Comparisons(JsonCase):
    TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT);"

    def test_equal(self):
        self.assertEqual(
            self.compare(self.TABLE, self.TABLE),
            {"equal": True, "operations": [], "refused": [], "notes": []},
        )

    def test_the_kinds_of_operations(self):
        table, view = self.TABLE, "CREATE VIEW v AS SELECT id FROM t;"
        for old, new, expected in (
            ("", table, ("create", "table", "t")),
            (table, "", ("drop", "table", "t")),
            (
                table,
                table.replace("n TEXT", "n TEXT, c INTEGER"),
                ("create", "column", "t.c"),
            ),
            (
                table,
                table.replace("n TEXT", "n TEXT, i INTEGER").replace(", n TEXT", ""),
                None,
            ),
            (table, table.replace("TEXT", "BLOB"), ("alter", "column", "t.n")),
            (table, table + "CREATE INDEX i ON t (n);", ("create", "index", "t.i")),
            (table, table + view, ("create", "view", "v")),
            (table + view, table, ("drop", "view", "v")),
            (table + view, table + view.replace("id", "n"), ("alter", "view", "v")),
            (
                table,
                table + "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE id < 0; END;",
                ("create", "trigger", "t.g"),
            ),
        ):
            if not expected:
                continue
            with self.subTest(expected):
                found = self.operation(old, new)
                self.assertEqual((found["kind"], found["object"], found["name"]), expected)
                self.assertTrue(found["sql"])
                self.assertTrue(all(not sql.endswith(";") for sql in found["sql"]))

    def test_renames(self):
        found = self.operation(
            self.TABLE, "-- retort: renamed from t\n" + self.TABLE.replace("TABLE t", "TABLE u")
        )
        self.assertEqual(
            (found["kind"], found["object"], found["name"], found["from"]),
            ("rename", "table", "u", "t"),
        )
        found = self.operation(
            self.TABLE,
            "CREATE TABLE t (id INTEGER PRIMARY KEY,\n-- retort: renamed from n\nm TEXT);",
        )
        self.assertEqual(
            (found["kind"], found["object"], found["name"], found["from"]),
            ("rename", "column", "t.m", "n"),
        )

    def test_risks_and_runs(self):
        found = self.operation(self.TABLE, "")
        self.assertEqual((found["risks"], found["sql"]), (["data-loss"], ["DROP TABLE t"]))
        found = self.operation("", self.TABLE)
        self.assertEqual((found["risks"], found["runs"]), ([], "metadata"))
        found = self.operation(self.TABLE, self.TABLE.replace("TEXT", "BLOB"))
        self.assertIn(found["runs"], ("rewrite", "copy"))

    def test_a_comment_is_a_job_only_where_the_column_is_written_whole(self):
        table = "CREATE TABLE t (k INT, v INT{}) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k);\n"
        self.write("from.sql", table.format(""))
        self.write("to.sql", table.format(" COMMENT 'c'"))
        answer = self.retort("diff", "from.sql", "to.sql", "--dialect", "starrocks", "--json").json
        (operation,) = answer["operations"]
        self.assertEqual((operation["runs"], operation["risks"]), ("metadata", []))
        self.write("whole.sql", "ALTER TABLE t MODIFY COLUMN v INT COMMENT 'c';\n")
        answer = self.retort("lint", "whole.sql", "--on", "from.sql", "--dialect", "starrocks",
                             "--json").json
        self.assertEqual([finding["rule"] for finding in answer["findings"]], ["job"])

    def test_operations_that_share_a_statement(self):
        answer = self.compare(
            self.TABLE + "CREATE TABLE o (x INTEGER);",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n BLOB NOT NULL, m TEXT CHECK (m > n));"
            "CREATE TABLE o (x INTEGER, y INTEGER);",
        )
        groups = {}
        for operation in answer["operations"]:
            groups.setdefault(operation["group"], []).append(operation)
        rebuilt = [group for group in groups.values() if len(group) > 1]
        self.assertEqual(len(rebuilt), 1, answer)
        self.assertTrue(all(one["name"].startswith("t.") for one in rebuilt[0]))
        self.assertTrue(rebuilt[0][0]["sql"])
        self.assertEqual([one["sql"] for one in rebuilt[0][1:]], [[]] * (len(rebuilt[0]) - 1))

    def test_the_sql_is_what_brings_one_to_the_other(self):
        new = self.TABLE + "CREATE TABLE u (id INTEGER); CREATE INDEX i ON u (id);"
        answer = self.compare(self.TABLE, new)
        sql = [one for operation in answer["operations"] for one in operation["sql"]]
        self.execute(self.TABLE + ";".join(sql))
        self.retort("diff", "new.sql", "sqlite:///app.db", "--exit-code", "--dialect", "sqlite")

    def test_check_is_the_same_for_the_database(self):
        self.project(self.TABLE)
        answer = self.answer(COMPARISON, "check", status=1)
        (found,) = answer["operations"]
        self.assertEqual((found["kind"], found["object"], found["name"]), ("create", "table", "t"))
        self.execute(self.TABLE)
        self.assertTrue(self.answer(COMPARISON, "check")["equal"])

    def test_a_database_behind_its_heads_is_a_note(self):
        self.project(self.TABLE)
        self.script("aaaa1111", "", self.TABLE)
        answer = self.answer(COMPARISON, "check", status=1)
        self.assertIn("not_up_to_date", [note["code"] for note in answer["notes"]])

    def test_autogenerate_says_which_script_it_wrote(self):
        self.project(self.TABLE)
        answer = self.answer(
            dict(COMPARISON, path=TEXT), "revision", "--autogenerate", "-m", "first"
        )
        self.assertEqual([answer["path"]], [f"migrations/versions/{self.scripts()[0]}"])
        self.retort("upgrade")
        answer = self.answer(COMPARISON, "revision", "--autogenerate", "-m", "second")
        self.assertEqual((answer["equal"], answer["path"]), (True, None))
        self.assertEqual(len(self.scripts()), 1)
        self.conforms(self.retort("revision", "-m", "x", "--json").json, {"path": TEXT})


class Runs(JsonCase):
    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        self.script(
            "bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);\nSELECT 1;", "DROP TABLE b;"
        )

    def test_upgrade(self):
        expected = {
            "steps": [
                {
                    "direction": "up",
                    "revision": "aaaa1111",
                    "message": "aaaa1111",
                    "version_table": [["insert", "aaaa1111"]],
                    "statements": ["CREATE TABLE a (id INTEGER)"],
                },
                {
                    "direction": "up",
                    "revision": "bbbb2222",
                    "message": "bbbb2222",
                    "version_table": [["update", "aaaa1111", "bbbb2222"]],
                    "statements": ["CREATE TABLE b (id INTEGER)", "SELECT 1"],
                },
            ],
            "rows": ["bbbb2222"],
        }
        self.assertEqual(self.answer(RUN, "upgrade", "--dry-run"), expected)
        self.assertFalse(self.path("app.db").exists())
        self.assertEqual(self.answer(RUN, "upgrade"), expected)
        self.assertEqual(self.answer(RUN, "upgrade"), {"steps": [], "rows": ["bbbb2222"]})

    def test_downgrade(self):
        self.retort("upgrade")
        dry = self.answer(RUN, "downgrade", "base", "--dry-run")
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.assertEqual(self.answer(RUN, "downgrade", "base"), dry)
        self.assertEqual(dry["rows"], [])
        self.assertEqual(
            [(step["direction"], step["revision"], step["version_table"]) for step in dry["steps"]],
            [
                ("down", "bbbb2222", [["update", "bbbb2222", "aaaa1111"]]),
                ("down", "aaaa1111", [["delete", "aaaa1111"]]),
            ],
        )

    def test_stamp(self):
        dry = self.answer(RUN, "stamp", "head", "--dry-run")
        self.assertEqual(self.answer(RUN, "stamp", "head"), dry)
        self.assertEqual(dry["rows"], ["bbbb2222"])
        (step,) = dry["steps"]
        self.assertEqual(step["version_table"], [["insert", "bbbb2222"]])
        self.assertEqual(step["statements"], [])
        self.assertEqual(self.objects(), set())
        self.assertEqual(self.answer(RUN, "stamp", "--purge", "aaaa1111")["rows"], ["aaaa1111"])

    def test_branches_and_merges_in_the_version_table(self):
        self.script("cccc3333", "aaaa1111")
        self.script("dddd4444", "bbbb2222, cccc3333")
        answer = self.answer(RUN, "upgrade")
        moves = [move for step in answer["steps"] for move in step["version_table"]]
        self.assertEqual(moves[0], ["insert", "aaaa1111"])
        self.assertEqual(
            sorted(move[0] for move in moves), ["delete", "insert", "insert", "update", "update"]
        )
        rows = set()
        for kind, *ids in moves:
            rows -= {ids[0]} if kind != "insert" else set()
            rows |= {ids[-1]} if kind != "delete" else set()
        self.assertEqual(rows, {"dddd4444"})
        self.assertEqual(answer["rows"], ["dddd4444"])

    def test_the_answer_stands_alone_on_standard_output(self):
        result = self.retort("upgrade", "--json")
        self.assertEqual(json.loads(result.out)["rows"], ["bbbb2222"])
        self.assertTrue(result.out.endswith("}\n"))

    def test_current(self):
        shape = {"current": [TEXT], "heads": [TEXT]}
        self.assertEqual(
            self.answer(shape, "current"),
            {"current": [], "heads": ["bbbb2222"], "interrupted": None},
        )
        self.retort("upgrade", "+1")
        self.assertEqual(
            self.answer(shape, "current"),
            {"current": ["aaaa1111"], "heads": ["bbbb2222"], "interrupted": None},
        )
        self.answer(shape, "current", "--check-heads", status=1)

    def test_an_interrupted_run(self):
        url = "memory+sqlite:///log.retort?transactions=off"
        self.script(
            "cccc3333",
            "bbbb2222",
            "CREATE TABLE c (id INTEGER);\n-- retort: assert SELECT count(*) FROM c",
        )
        error = self.failure("upgrade", "--url", url, status=3, code="assertion")
        self.assertEqual(error["file"], "migrations/versions/cccc3333_script.sql")
        answer = self.answer({"current": [TEXT], "heads": [TEXT]}, "current", "--url", url)
        self.assertEqual(answer["current"], ["bbbb2222"])
        shape = {
            "revision": TEXT,
            "direction": TEXT,
            "step": NUMBER,
            "steps": NUMBER,
            "statement": TEXT,
            "error": TEXT,
            "job": OPTIONAL,
        }
        interrupted = answer["interrupted"]
        self.conforms(interrupted, shape)
        self.assertEqual(
            (interrupted["revision"], interrupted["direction"], interrupted["steps"]),
            ("cccc3333", "up", 2),
        )
        self.assertEqual(interrupted["statement"], "SELECT count(*) FROM c")
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);\nSELECT 2;")
        self.retort("upgrade", "--url", url)
        answer = self.answer({"current": [TEXT]}, "current", "--url", url)
        self.assertEqual((answer["current"], answer["interrupted"]), (["cccc3333"], None))


class Graphs(JsonCase):
    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", header="-- created: 2026-11-21 09:30:00 +00:00\n")
        self.script("bbbb2222", "aaaa1111", header="-- branch_labels: left\n")
        self.script("cccc3333", "aaaa1111", header="-- depends_on: bbbb2222\n")
        self.script("dddd4444", "bbbb2222, cccc3333")

    def test_history(self):
        answer = self.answer([REVISION], "history")
        self.assertEqual(
            [one["revision"] for one in answer][0::3], ["dddd4444", "aaaa1111"], answer
        )
        by_id = {one["revision"]: one for one in answer}
        self.assertEqual(
            by_id["aaaa1111"],
            {
                "revision": "aaaa1111",
                "down_revision": [],
                "depends_on": [],
                "branch_labels": [],
                "message": "aaaa1111",
                "created": "2026-11-21 09:30:00 +00:00",
                "path": "migrations/versions/aaaa1111_script.sql",
                "is_head": False,
                "is_base": True,
                "is_branch_point": True,
                "is_merge_point": False,
            },
        )
        self.assertEqual(sorted(by_id["dddd4444"]["down_revision"]), ["bbbb2222", "cccc3333"])
        self.assertTrue(by_id["dddd4444"]["is_merge_point"] and by_id["dddd4444"]["is_head"])
        self.assertEqual(by_id["cccc3333"]["depends_on"], ["bbbb2222"])
        self.assertIn("left", by_id["bbbb2222"]["branch_labels"])

    def test_heads_branches_show(self):
        self.assertEqual(
            [one["revision"] for one in self.answer([REVISION], "heads")], ["dddd4444"]
        )
        self.assertEqual(
            [one["revision"] for one in self.answer([REVISION], "branches")], ["aaaa1111"]
        )
        self.assertEqual(
            [one["revision"] for one in self.answer([REVISION], "show", "bbbb")], ["bbbb2222"]
        )
        self.assertEqual(
            self.answer([REVISION], "history", "-r", "dddd:")[0],
            self.answer([REVISION], "heads")[0],
        )


class Others(JsonCase):
    def test_lint(self):
        self.write(
            "a.sql",
            "CREATE TABLE a (id INTEGER);\nCREATE TABLE a (id INTEGER);\nDROP TABLE a;\n"
            "CREATE TABLE b (id INTEGER,);\n",
        )
        answer = self.answer(FINDINGS, "lint", "a.sql", "--dialect", "sqlite", status=1)
        self.assertFalse(answer["ok"])
        found = {(one["line"], one["severity"]) for one in answer["findings"]}
        self.assertLessEqual({(2, "error"), (3, "error"), (4, "error")}, found)
        self.assertEqual({one["file"] for one in answer["findings"]}, {"a.sql"})
        self.assertIn("data-loss", [one["rule"] for one in answer["findings"]])
        self.assertIn("syntax", [one["rule"] for one in answer["findings"]])
        self.write("b.sql", "CREATE TABLE b (id INTEGER);")
        self.assertEqual(
            self.answer(FINDINGS, "lint", "b.sql", "--dialect", "sqlite"),
            {"ok": True, "findings": []},
        )

    def test_lint_levels(self):
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);")
        path = self.script("bbbb2222", "aaaa1111", "DROP TABLE a;").relative_to(self.folder)
        for level, status, severity in (
            ("refuse", 1, "error"),
            ("warning", 0, "warning"),
            ("note", 0, "note"),
            ("off", 0, None),
        ):
            self.project(more=f"[lint]\ndata-loss = {level}\n")
            answer = self.answer(FINDINGS, "lint", str(path), status=status)
            found = [one["severity"] for one in answer["findings"] if one["rule"] == "data-loss"]
            self.assertEqual(found, [severity] if severity else [])
            self.assertEqual(answer["ok"], status == 0)

    def test_a_finding_in_a_file_whose_name_is_no_utf8(self):
        self.write("a\udcff.sql", "CREATE TABLE;")
        given = ("lint", "a\udcff.sql", "--dialect", "sqlite")
        (found,) = self.answer(FINDINGS, *given, status=1)["findings"]
        self.assertEqual(found["file"], "a\ufffd.sql")

    def test_a_file_that_is_not_there_is_no_finding(self):
        self.failure("lint", "nowhere.sql", "--dialect", "sqlite", status=3, code="file")

    def test_ping_and_log(self):
        self.project()
        shape = {
            "url": TEXT,
            "dialect": TEXT,
            "server": TEXT,
            "version": TEXT,
            "privileges": [TEXT],
            "version_table": FLAG,
            "current": [TEXT],
        }
        answer = self.answer(shape, "ping")
        self.assertEqual((answer["dialect"], answer["exists"]), ("sqlite", False))
        self.assertEqual(self.answer([{}], "log"), [])
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);")
        self.retort("upgrade")
        answer = self.answer(shape, "ping")
        self.assertTrue(answer["version_table"])
        self.assertEqual(answer["privileges"], ["read and write"])
        shape = {
            "run": TEXT,
            "revision": TEXT,
            "direction": TEXT,
            "started": TEXT,
            "ended": TEXT,
            "owner": TEXT,
            "error": OPTIONAL,
        }
        (entry,) = self.answer([shape], "log")
        self.assertEqual((entry["revision"], entry["direction"]), ("aaaa1111", "up"))
        self.assertRegex(entry["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_inspect(self):
        self.write("a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT NOT NULL DEFAULT 'x');")
        first = self.retort("inspect", "a.sql", "--dialect", "sqlite", "--json").out
        second = self.retort("inspect", "a.sql", "--dialect", "sqlite", "--format", "json").out
        self.assertEqual(first, second)
        self.assertIn('"n"', first)
        json.loads(first)
        sql = self.retort("inspect", "a.sql", "--dialect", "sqlite").out
        self.execute(sql)
        self.retort("diff", "a.sql", "sqlite:///app.db", "--exit-code")
        self.failure("inspect", "a.sql", "--format", "xml", status=2, code="usage")

    def test_bytes_that_are_no_ascii(self):
        self.project()
        self.script(
            "aaaa1111", "", "CREATE TABLE \"größe\" (id INTEGER);\nSELECT '\u2603\U0001f600';"
        )
        answer = self.retort("upgrade", "--dry-run", "--json").json
        self.assertEqual(answer["steps"][0]["statements"][1], "SELECT '\u2603\U0001f600'")
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"größe"})
