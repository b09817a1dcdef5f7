"""[lint]: the level of a risk, in lint, upgrade and what the script accepts."""

from support import Case

TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
DROP = "DROP TABLE t;"


class Levels(Case):
    def configure(self, level):
        self.project(more=f"\n[lint]\ndata-loss = {level}\n" if level else "")
        self.script("aaaa1", "", TABLE, DROP)
        self.script("bbbb1", "aaaa1", DROP, TABLE)

    def lint(self, status):
        answer = self.retort("lint", f"migrations/versions/bbbb1_script.sql", "--json",
                             status=status).json
        self.assertEqual(answer["ok"], status == 0)
        return [(one["rule"], one["severity"]) for one in answer["findings"]]

    def test_lint_and_upgrade_agree(self):
        for level, severity, refused in (("", "error", True), ("refuse", "error", True),
                                         ("warning", "warning", False), ("note", "note", False),
                                         ("off", None, False)):
            with self.subTest(level):
                self.path("app.db").unlink(missing_ok=True)
                self.configure(level)
                self.assertEqual(self.lint(1 if refused else 0),
                                 [("data-loss", severity)] if severity else [])
                self.retort("upgrade", "aaaa1")
                result = self.retort("upgrade", status=6 if refused else 0)
                self.assertEqual(self.versions(), ["aaaa1" if refused else "bbbb1"], result)
                self.assertEqual("data-loss" in result.err, level in ("", "refuse", "warning", "note"),
                                 result)

    def test_what_the_script_allows_is_no_finding(self):
        self.configure("refuse")
        self.script("bbbb1", "aaaa1", "-- retort: allow data-loss nobody needs it\n" + DROP, TABLE)
        self.assertEqual(self.lint(0), [])
        self.retort("upgrade")

    def test_an_unknown_level(self):
        self.configure("loud")
        error = self.failure("upgrade", status=2, code="config")
        self.assertIn("off, note, warning or refuse", error["message"])
        self.assertEqual(error["line"], 7)

    def test_an_unknown_rule(self):
        self.project(more="\n[lint]\ndata_loss = off\n")
        error = self.failure("history", status=2, code="config")
        self.assertIn("did you mean `data-loss`?", error["message"])


class On(Case):
    def test_statements_on_what_is_there(self):
        self.write("change.sql", "ALTER TABLE t ADD COLUMN b INT;\nDROP TABLE u;\n")
        self.write("there.sql", "CREATE TABLE t (a INT);\nCREATE TABLE u (a INT);\n")
        given = ("lint", "change.sql", "--dialect", "sqlite", "--json")
        answer = self.retort(*given, status=1).json
        self.assertEqual([(one["rule"], one["line"]) for one in answer["findings"]],
                         [("rejected", 1), ("rejected", 2)])
        answer = self.retort(*given, "--on", "there.sql", status=1).json
        self.assertEqual([(one["rule"], one["severity"], one["line"], one["object"])
                          for one in answer["findings"]], [("data-loss", "error", 2, "u")])
