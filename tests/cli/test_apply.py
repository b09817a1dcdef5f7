"""apply: a declared schema without scripts, and what an apply that was cut short leaves."""

import json
import signal
import time

from support import Case

SCHEMA = """\
CREATE TABLE a (id INTEGER PRIMARY KEY, n INT);
CREATE INDEX i ON a (n);
CREATE VIEW v AS SELECT id FROM a;
"""
URL = ("--url", "sqlite:///app.db")


class Apply(Case):
    def setUp(self):
        super().setUp()
        self.write("s.sql", SCHEMA)

    def test_without_a_project(self):
        answer = self.retort("apply", "s.sql", *URL, "--json").json
        self.assertEqual(set(answer), {"steps", "rows", "refused", "notes"})
        (step,) = answer["steps"]
        self.assertIsNone(step["revision"])
        self.assertEqual((step["direction"], step["version_table"]), ("up", []))
        self.assertEqual(len(step["statements"]), 3)
        self.assertEqual(answer["rows"], [])
        self.assertEqual(self.objects(), {"a", "i", "v"})
        self.assertEqual(self.versions(), [])
        again = self.retort("apply", "s.sql", *URL)
        self.assertIn("nothing to do", again.err)
        self.assertTrue(self.retort("diff", "sqlite:///app.db", "s.sql", "--json").json["equal"])

    def test_declared_schema_and_standard_input(self):
        self.project(schema=SCHEMA)
        self.retort("apply")
        self.assertEqual(self.objects(), {"a", "i", "v"})
        self.retort("apply", "-", stdin=SCHEMA + "CREATE TABLE b (id INT);")
        self.assertIn("b", self.objects())

    def test_dry_run_writes_nothing(self):
        before = self.snapshot()
        shown = self.retort("apply", "s.sql", *URL, "--dry-run")
        self.assertIn("CREATE INDEX i ON a (n);", shown.out)
        self.assertEqual(self.snapshot(), before)

    def test_create_only(self):
        self.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, old INT); INSERT INTO a VALUES (1, 2)")
        self.retort("apply", "s.sql", *URL, "--create-only")
        self.assertEqual(self.objects(), {"a", "v"})
        self.assertEqual(self.rows("SELECT * FROM a"), [(1, 2)])

    def test_foreign_objects_are_kept(self):
        self.execute("CREATE TABLE other (x); INSERT INTO other VALUES (1)")
        self.retort("apply", "s.sql", *URL)
        self.assertEqual(self.rows("SELECT * FROM other"), [(1,)])
        self.project(schema=SCHEMA, more="[autogenerate]\nforeign = drop\n")
        error = self.failure("apply", status=6, code="needs_decision")
        self.assertIn("data-loss: drop table other: the rows of other are lost", error["message"])
        self.assertEqual(self.rows("SELECT * FROM other"), [(1,)])
        self.retort("apply", "--allow", "data-loss")
        self.assertNotIn("other", self.objects())

    def test_unknown_risk(self):
        error = self.failure("apply", "s.sql", *URL, "--allow", "los", status=2, code="usage")
        self.assertIn("los", error["message"])

    def test_refused_where_revisions_manage(self):
        self.project(schema=SCHEMA)
        self.script("a1", up="CREATE TABLE t (id INT);")
        self.retort("upgrade")
        error = self.failure("apply", status=6, code="needs_decision")
        self.assertIn("it is at a1", error["message"])
        self.assertEqual(self.objects(), {"t"})

    def test_failure_leaves_nothing(self):
        self.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, n INT); "
                     "INSERT INTO a VALUES (1, 5), (2, 5)")
        self.write("s.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, n INT);\n"
                            "CREATE TABLE b (id INT);\nCREATE UNIQUE INDEX u ON a (n);\n")
        error = self.failure("apply", "s.sql", *URL, status=3, code="rejected")
        self.assertIn("UNIQUE constraint failed", error["message"])
        self.assertEqual(self.objects(), {"a"})

    def test_own_tables_take_no_part(self):
        self.project(schema=SCHEMA + "CREATE TABLE Retort_Journal (x); "
                                     "CREATE TABLE retort_definition (x); "
                                     "CREATE TABLE mine (x); CREATE TABLE alembic_version (x);",
                     more="[version_table]\nname = mine\nschema = main\n")
        self.execute("CREATE TABLE alembic_version (version_num TEXT); "
                     "CREATE TABLE retort_definition (id INT)")
        self.retort("apply")
        self.retort("check", status=0)
        self.assertEqual(self.rows("SELECT count(*) FROM mine"), [(0,)])


class Interrupted(Case):
    """A target without transactions, where each statement stays."""

    def setUp(self):
        super().setUp()
        self.project()
        self.write("retort.ini", self.read("retort.ini").replace(
            "sqlite:///app.db", "sqlite:///app.db?transactions=off"))
        self.execute("CREATE TABLE k (a INT); INSERT INTO k VALUES (1), (1)")
        self.write("schema.sql", "CREATE TABLE t (id INT);\n"
                                 "CREATE TABLE k (a INT);\nCREATE UNIQUE INDEX u ON k (a);\n"
                                 "CREATE VIEW w AS SELECT a FROM k;\n")
        self.failure("apply", status=3, code="rejected")

    def test_apply_goes_on(self):
        current = self.retort("current", "--json").json
        self.assertEqual(current["interrupted"]["direction"], "apply")
        self.assertIsNone(current["interrupted"]["revision"])
        for command in ("current", "ping"):
            self.assertIn("apply at step 2 of ", self.retort(command).out)
            self.assertIn("`retort apply` goes on with it", self.retort(command).out)
        self.assertEqual(self.retort("ping", "--json").json["interrupted"], "apply")
        self.execute("DELETE FROM k WHERE rowid = 2")
        done = self.retort("apply")
        self.assertIn("Finishing apply", done.err)
        self.assertEqual(self.objects(), {"t", "k", "u", "w"})
        self.assertIsNone(self.retort("current", "--json").json["interrupted"])
        self.assertIn("nothing to do", self.retort("apply").err)

    def test_upgrade_says_what_is_open(self):
        self.script("a1", up="CREATE TABLE x (id INT);")
        error = self.failure("upgrade", status=6, code="needs_decision")
        self.assertIn("an apply stands open since", error["message"])
        self.assertNotIn("x", self.objects())

    def test_log_names_it(self):
        (row,) = json.loads(self.retort("log", "--json").out)
        self.assertEqual((row["direction"], row["ended"]), ("apply", None))
        self.assertIn("not ended", self.retort("log").out)


class Signals(Case):
    """Where statements stay: a signal lets the one under way finish, and the next run goes on."""

    def test_once_needs_no_decision(self):
        self.project()
        self.write("retort.ini", self.read("retort.ini").replace(
            "sqlite:///app.db", "sqlite:///app.db?transactions=off"))
        self.script("a1", up="CREATE TABLE t (a INT);\n"
                             "-- retort: run touch running; while ! test -e go; do sleep 0.01; done\n"
                             "INSERT INTO t VALUES (1);")
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process = self.start("upgrade")
                while not self.path("running").exists():
                    time.sleep(0.01)
                process.send_signal(number)
                self.write("go", "")
                self.finish(process, status=130)
                current = self.retort("current", "--json").json
                self.assertEqual(current["current"], [])
                self.assertEqual(current["interrupted"]["step"], 2)
                self.retort("upgrade")
                self.assertEqual(self.rows("SELECT a FROM t"), [(1,)])
                self.assertEqual(self.versions(), ["a1"])
                self.path("go").unlink()
                self.path("running").unlink()
                self.path("app.db").unlink()
