"""The directives of revision scripts, run by the command on SQLite and on the memory database."""

import json

from support import Case

TARGETS = ("sqlite:///app.db", "memory+sqlite:///app.log", "memory+sqlite:///app.log?transactions=off")


class Directives(Case):
    def setUp(self):
        super().setUp()
        self.project()

    def on_each(self, check):
        for url in TARGETS:
            with self.subTest(url):
                for name in ("app.db", "app.log"):
                    self.path(name).unlink(missing_ok=True)
                self.write("retort.ini", "[retort]\nschema = schema.sql\n"
                           f"script_location = migrations\nurl = {url}\n")
                check()

    def tables(self):
        """The names of the tables, by the program itself: any target will do."""
        url = [line for line in self.read("retort.ini").splitlines() if line.startswith("url")][0]
        answer = self.retort("inspect", url.partition(" = ")[2], "--json").json
        return {one["name"] for one in answer["objects"]}

    def test_conditions(self):
        self.script("aaaa1", "", """\
CREATE TABLE t (a INT);
CREATE VIEW v AS SELECT a FROM t;
CREATE INDEX i ON t (a);
-- retort: if exists table t
CREATE TABLE yes_table (a INT);
-- retort: if not exists column t.b
CREATE TABLE yes_column (a INT);
-- retort: end
-- retort: end
-- retort: if exists view v
CREATE TABLE yes_view (a INT);
-- retort: end
-- retort: if exists index i
CREATE TABLE yes_index (a INT);
-- retort: end
-- retort: if not exists table t
CREATE TABLE no_table (a INT);
-- retort: end
-- retort: if exists column t.b
CREATE TABLE no_column (a INT);
-- retort: end""", "DROP VIEW v;")

        def check():
            self.retort("upgrade")
            self.assertEqual(self.tables(),
                             {"t", "v", "yes_table", "yes_column", "yes_view", "yes_index"})
        self.on_each(check)
        sql = self.retort("upgrade", "--sql").out
        self.shell(sql, "shell.db")
        self.assertIn("yes_index", self.objects("shell.db"))
        self.assertNotIn("no_table", self.objects("shell.db"))

    def test_asserts(self):
        self.script("aaaa1", "", "CREATE TABLE t (a INT);", "DROP TABLE t;")
        self.script("bbbb1", "aaaa1", "-- retort: assert SELECT count(*) = 0 FROM t\n"
                    "CREATE TABLE u (a INT);", "DROP TABLE u;")
        self.retort("upgrade", "aaaa1")
        self.execute("INSERT INTO t VALUES (1)")
        error = self.failure("upgrade", status=3, code="assertion")
        self.assertEqual(error["line"], 6)
        self.assertEqual((self.versions(), self.objects()), (["aaaa1"], {"t"}))
        self.execute("DELETE FROM t")
        self.retort("upgrade")
        self.assertEqual(self.versions(), ["bbbb1"])

    def test_irreversible(self):
        self.script("aaaa1", "", "CREATE TABLE t (a INT);",
                    "-- retort: irreversible the old rows are gone")
        self.script("bbbb1", "aaaa1", "CREATE TABLE u (a INT);", None)

        def check():
            self.retort("upgrade")
            error = self.failure("downgrade", "-1", status=3, code="irreversible")
            self.assertIn("no downgrade written", error["message"])
            self.retort("stamp", "aaaa1")
            error = self.failure("downgrade", "base", status=3, code="irreversible")
            self.assertIn("the old rows are gone", error["message"])
            self.assertEqual(self.tables(), {"t", "u"})
        self.on_each(check)

    def test_an_empty_half_does_nothing(self):
        self.script("aaaa1", "", "", "")
        self.retort("upgrade")
        self.assertEqual(self.versions(), ["aaaa1"])
        self.retort("downgrade", "base")
        self.assertEqual(self.versions(), [])

    def test_batches(self):
        self.script("aaaa1", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);", "DROP TABLE t;")
        self.script("bbbb1", "aaaa1", "-- retort: no-transaction\n-- retort: batch 100\n"
                    "UPDATE t SET a = id * 2;\n-- retort: batch 300\nDELETE FROM t WHERE id > 900;", "")
        self.retort("upgrade", "aaaa1")
        self.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
                     "INSERT INTO t SELECT i, 0 FROM n")
        err = self.retort("upgrade", "-vv").err
        self.assertEqual(self.rows("SELECT count(*), sum(a) FROM t"), [(900, 900 * 901)])
        self.assertEqual(err.count("[sqlite] UPDATE t"), 10)

    def test_rebuild_blocks(self):
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\nCREATE INDEX i ON t (a);", "DROP TABLE t;")
        block = ("-- retort: rebuild t\nCREATE TABLE n (a TEXT);\nINSERT INTO n SELECT a FROM t;\n"
                 "DROP TABLE t;\nALTER TABLE n RENAME TO t;\n{}-- retort: end")
        self.script("bbbb1", "aaaa1", block.format("CREATE INDEX i ON t (a);\n"), "")
        self.retort("upgrade", "aaaa1")
        self.execute("INSERT INTO t VALUES (1), (2)")
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT a FROM t"), [("1",), ("2",)])
        self.retort("stamp", "aaaa1")
        self.script("bbbb1", "aaaa1", block.format(""), "")
        error = self.failure("upgrade", status=6, code="needs_decision")
        self.assertRegex(error["message"], r"\bi\b")
        self.assertEqual(self.versions(), ["aaaa1"])

    def test_commands(self):
        self.write("step.sh", "cat > told.json; echo \"$RETORT_URL\" > url; echo did it\n")
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\n-- retort: run sh step.sh", "")

        def check():
            result = self.retort("upgrade", "-x", "team=data", "--tag", "release 1")
            self.assertIn("INFO  [retort.run] did it\n", result.err)
            told = json.loads(self.read("told.json"))
            self.assertEqual(told, {"variables": {"team": "data"}, "tag": "release 1",
                                    "revision": "aaaa1", "direction": "up"})
            self.assertRegex(self.read("url"), r"sqlite:///.*app\.(db|log)")
        self.on_each(check)

    def test_a_command_that_fails(self):
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\n-- retort: run echo no >&2; exit 4", "")
        error = self.failure("upgrade", status=3, code="rejected")
        self.assertIn("status 4: no", error["message"])
        self.assertIn(self.versions(), (None, []))
        self.assertEqual(self.objects(), set())

    def test_a_command_finds_the_database_from_any_folder(self):
        self.script("aaaa1", "", "-- retort: no-transaction\n"
                    "-- retort: run sqlite3 \"${RETORT_URL#sqlite:///}\" 'CREATE TABLE made (a)'", "")
        self.path("elsewhere").mkdir()
        self.retort("-c", "../retort.ini", "upgrade", cwd="elsewhere")
        self.assertEqual(self.objects(), {"made"})

    def test_without_a_transaction(self):
        self.script("aaaa1", "", "-- retort: no-transaction\nCREATE TABLE t (a INT);\n"
                    "-- retort: idempotent\nINSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (1);",
                    "")
        self.failure("upgrade", status=3, code="rejected")
        self.assertEqual(self.objects(), {"t"})
        current = self.retort("current", "--json").json
        self.assertEqual((current["current"], current["interrupted"]["revision"]), ([], "aaaa1"))
        self.execute("CREATE TABLE nowhere (a INT)")
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT count(*) FROM t"), [(1,)])
        self.assertEqual(self.versions(), ["aaaa1"])

    def test_waits_and_delimiters(self):
        self.script("aaaa1", "", """\
-- retort: no-wait
CREATE TABLE t (a INT);
-- retort: delimiter //
CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END//
CREATE TABLE u (a INT)//
-- retort: delimiter ;
CREATE TABLE w (a INT);""", "")

        def check():
            self.retort("upgrade")
            self.assertEqual(self.tables(), {"t", "u", "w"})
        self.on_each(check)

    def test_an_unknown_directive(self):
        self.script("aaaa1", "", "-- retort: asert SELECT 1\nCREATE TABLE t (a INT);", "")
        error = self.failure("upgrade", status=3, code="syntax")
        self.assertIn("assert", error["message"])
        self.assertEqual(error["line"], 6)
        self.assertFalse(self.path("app.db").exists() and self.objects())


class MemoryDatabase(Case):
    """The whole main job on the memory database, with and without transactions."""

    def test_the_main_job(self):
        for url in TARGETS[1:]:
            with self.subTest(url):
                self.path("app.log").unlink(missing_ok=True)
                self.project("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);")
                for name in self.scripts():
                    self.path(f"migrations/versions/{name}").unlink()
                self.write("retort.ini", self.read("retort.ini").replace("sqlite:///app.db", url))
                self.retort("check", status=1)
                self.assertFalse(self.path("app.log").exists())
                self.retort("revision", "--autogenerate", "-m", "one")
                self.retort("upgrade")
                self.retort("check")
                self.write("schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT);\n"
                           "CREATE INDEX i ON t (b);\nCREATE VIEW v AS SELECT a FROM t;")
                self.retort("revision", "--autogenerate", "-m", "two")
                self.retort("upgrade")
                self.retort("check")
                self.retort("downgrade", "-1")
                self.retort("check", status=1)
                self.retort("upgrade", "head")
                self.retort("check")
                self.assertEqual(len(self.retort("log", "--json").json), 4)
                self.retort("current", "--check-heads")
                self.retort("downgrade", "base")
                self.assertEqual(self.retort("inspect", url).out, "")
