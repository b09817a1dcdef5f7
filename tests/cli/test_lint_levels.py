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

    def test_a_refusal_has_its_place(self):
        self.configure("refuse")
        self.retort("upgrade", "aaaa1")
        error = self.failure("upgrade", status=6, code="needs_decision")
        self.assertEqual((error["file"], error["line"]),
                         ("migrations/versions/bbbb1_script.sql", 6), error)

    def test_offline_names_what_the_script_does_not(self):
        self.configure("refuse")
        self.assertIn("-- risk: data-loss: drop table t: the rows of t are lost\nDROP TABLE t;",
                      self.retort("upgrade", "aaaa1:bbbb1", "--sql").out)
        self.script("bbbb1", "aaaa1", "-- risk: data-loss table t: mine\n" + DROP, TABLE)
        self.assertEqual(self.retort("upgrade", "aaaa1:bbbb1", "--sql").out.count("-- risk"), 1)

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


REBUILD = """-- retort: rebuild t
CREATE TABLE n (id INTEGER PRIMARY KEY);
INSERT INTO n (id) SELECT id FROM t;
DROP TABLE t;
ALTER TABLE n RENAME TO t;
-- retort: end"""


class Rebuilds(Case):
    """What counts is what became of the table, not the tables that come and go in the block."""

    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1", "", TABLE, DROP)

    def lint(self, half, status):
        self.script("bbbb1", "aaaa1", half, None)
        answer = self.retort("lint", "migrations/versions/bbbb1_script.sql", "--json",
                             status=status).json
        return [(one["rule"], one["severity"], one["object"]) for one in answer["findings"]]

    def test_a_column_that_is_lost(self):
        self.assertEqual(self.lint(REBUILD, 1), [("rewrite", "warning", "t"),
                                                 ("data-loss", "error", "t.a")])

    def test_nothing_is_lost(self):
        same = REBUILD.replace("PRIMARY KEY", "PRIMARY KEY, a TEXT").replace("id)", "id, a)")
        same = same.replace("SELECT id", "SELECT id, a")
        self.assertEqual(self.lint(same, 0), [("rewrite", "warning", "t")])

    def test_allowed_before_the_block(self):
        self.assertEqual(self.lint("-- retort: allow data-loss unused\n" + REBUILD, 0),
                         [("rewrite", "warning", "t")])
        self.retort("upgrade")
        self.assertEqual(self.versions(), ["bbbb1"])


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
