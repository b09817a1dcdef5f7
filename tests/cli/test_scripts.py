"""New revision scripts: identifiers, file names, clocks, locations, and autogenerate's ways."""

import re

from support import Case


class Names(Case):
    def configure(self, text="", **options):
        self.project(more=text + "\n", **options)

    def new(self, *arguments, **options):
        return self.retort("revision", "--json", *arguments, **options).json["path"]

    def test_identifiers(self):
        for kind, shape in {"random": r"[0-9a-f]{12}", "sequential": "0001",
                            "timestamp": r"2\d{13}"}.items():
            with self.subTest(kind):
                self.configure(f"rev_id = {kind}")
                path = self.path(self.new("-m", "first"))
                self.assertRegex(path.name, f"^{shape}_first.sql$")
                path.unlink()

    def test_sequential_identifiers_go_on(self):
        self.configure("rev_id = sequential")
        self.script("0041", "", "SELECT 1;")
        self.assertTrue(self.new("-m", "x").endswith("0042_x.sql"))

    def test_an_unknown_kind_of_identifier(self):
        self.configure("rev_id = lucky")
        error = self.failure("revision", "-m", "x", status=2, code="config")
        self.assertIn("random, sequential or timestamp", error["message"])
        self.assertEqual(error["line"], 5)

    def test_slugs_are_cut(self):
        for length, slug in {"40": "adds_a_very_long_message_that_nobody_", "10": "adds_a_"}.items():
            with self.subTest(length):
                self.configure(f"truncate_slug_length = {length}")
                path = self.path(self.new("-m", "Adds a very long message that nobody would cut!"))
                self.assertEqual(path.stem.split("_", 1)[1], slug)
                path.unlink()

    def test_file_template(self):
        self.configure("rev_id = sequential\ntimezone = UTC\n"
                       "file_template = %(year)d/%(month).2d%(day).2d-%(hour).2d%(minute).2d"
                       "%(second).2d-%(epoch)s-%(rev)s-%(slug)s")
        path = self.new("-m", "Deep one")
        self.assertRegex(path, r"versions/20\d\d/\d{4}-\d{6}-\d{10,}-0001-deep_one\.sql$")
        self.assertIn("0001", self.retort("heads").out)

    def test_the_clock_of_a_time_zone(self):
        for zone, offset in {"UTC": "+00:00", "Asia/Kolkata": "+05:30"}.items():
            with self.subTest(zone):
                self.configure(f"timezone = {zone}")
                text = self.read(self.new("-m", "x", "--splice", "--head", "base"))
                self.assertRegex(text, rf"-- created: [-\d]+ [:\d]+ {re.escape(offset)}\n")

    def test_an_unknown_time_zone(self):
        self.configure("timezone = Mars/Olympus")
        error = self.failure("revision", "-m", "x", status=2, code="config")
        self.assertIn("Mars/Olympus", error["message"])
        self.assertEqual(self.scripts(), [])

    def test_scripts_in_c_are_not_offered(self):
        self.configure("script_format = c")
        error = self.failure("revision", "-m", "x", status=2, code="config")
        self.assertEqual((error["line"], self.scripts()), (5, []))

    def test_several_locations(self):
        self.configure("version_locations = migrations/versions, more")
        self.path("more").mkdir()
        error = self.failure("revision", "-m", "x", "--head", "base", status=2, code="config")
        self.assertIn("Multiple version locations present, please specify --version-path",
                      error["message"])
        path = self.new("-m", "x", "--head", "base", "--version-path", "more", "--rev-id", "aaaa1")
        self.assertEqual(path, "more/aaaa1_x.sql")
        self.assertEqual(self.new("-m", "y", "--rev-id", "bbbb1"), "more/bbbb1_y.sql")
        self.new("-m", "z", "--head", "base", "--version-path", "migrations/versions")
        self.assertEqual(len(self.retort("history").out.splitlines()), 3)
        error = self.failure("revision", "-m", "x", "--head", "base", "--version-path", "other",
                             status=2, code="config")
        self.assertIn("is not represented in current version locations", error["message"])

    def test_labels_and_dependencies(self):
        self.configure()
        self.new("-m", "one", "--rev-id", "aaaa1")
        text = self.read(self.new("-m", "two", "--rev-id", "bbbb1", "--head", "base",
                                  "--branch-label", "side", "--depends-on", "aaaa"))
        self.assertIn("-- branch_labels: side\n", text)
        self.assertIn("-- depends_on: aaaa1\n", text)
        self.assertEqual(self.retort("heads").out,
                         "aaaa1 (effective head)\nbbbb1 (side) (head)\n")
        self.assertEqual(self.retort("heads", "--resolve-dependencies").out, "bbbb1 (side) (head)\n")
        self.assertEqual(self.retort("heads", "--resolve_dependencies").out, "bbbb1 (side) (head)\n")
        self.new("-m", "three", "--rev-id", "cccc1", "--head", "side@head")
        self.assertEqual(self.retort("show", "cccc1").out.splitlines()[:3],
                         ["Rev: cccc1 (head)", "Parent: bbbb1", "Branch names: side"])


class Autogenerate(Case):
    def test_against_scripts_needs_no_database(self):
        self.project("CREATE TABLE t (a INT);")
        self.write("retort.ini", "[retort]\nschema = schema.sql\nscript_location = migrations\n"
                   "dialect = sqlite\n")
        self.retort("revision", "--autogenerate", "-m", "one")
        self.assertIn("CREATE TABLE t", self.newest_script("one"))
        self.write("schema.sql", "CREATE TABLE t (a INT, b INT);")
        self.retort("revision", "--autogenerate", "-m", "two")
        self.assertIn("ADD COLUMN b", self.newest_script("two"))

    def test_against_any_source(self):
        self.project("CREATE TABLE t (a INT, b INT);")
        self.write("old.sql", "CREATE TABLE t (a INT);")
        self.retort("revision", "--autogenerate", "--against", "old.sql", "-m", "one")
        self.assertIn("ADD COLUMN b", self.newest_script("one"))
        self.assertFalse(self.path("app.db").exists())

    def test_without_a_difference(self):
        self.project("")
        result = self.retort("revision", "--autogenerate", "-m", "one")
        self.assertIn("No changes in schema detected; no script is written", result.out)
        self.assertEqual(self.scripts(), [])
        self.retort("revision", "--autogenerate", "--allow-empty", "-m", "one", "--rev-id", "aaaa1")
        self.assertEqual(self.scripts(), ["aaaa1_one.sql"])
        self.retort("upgrade")
        self.retort("downgrade", "base")

    def test_sql_prints_and_writes_nothing(self):
        self.project("CREATE TABLE t (a INT);")
        result = self.retort("revision", "--autogenerate", "--sql", "-m", "one")
        self.assertEqual(result.out, "CREATE TABLE t (\n    a INT\n);\n")
        self.assertEqual(self.scripts(), [])
        self.assertFalse(self.path("app.db").exists())

    def test_a_database_behind_its_heads(self):
        self.project("CREATE TABLE t (a INT);")
        self.script("aaaa1", "", "CREATE TABLE t (a INT);")
        error = self.failure("revision", "--autogenerate", "-m", "x", status=3,
                             code="not_up_to_date")
        self.assertIn("Target database is not up to date.", error["message"])
        self.assertIn("retort upgrade", error["message"])
        self.assertIn("--against scripts", error["message"])

    def test_drift_is_named(self):
        self.project("CREATE TABLE t (a INT);\nCREATE INDEX i ON t (a);")
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\nCREATE INDEX i ON t (a);")
        self.retort("upgrade")
        self.execute("DROP INDEX i; ALTER TABLE t ADD COLUMN b INT;")
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual(sorted(one["object"] for one in answer["notes"] if one["code"] == "drift"),
                         ["t.b", "t.i"])
        result = self.retort("revision", "--autogenerate", "-m", "x")
        self.assertRegex(result.err, r"WARN .*index t\.i .*changed by other means")
        self.assertIn("CREATE INDEX i", self.newest_script("x"))

    def test_renames_are_suggested_and_done_when_asked(self):
        self.project("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);")
        self.script("aaaa1", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);")
        self.retort("upgrade")
        self.write("schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT);")
        result = self.retort("check", status=1)
        self.assertIn('write "-- retort: renamed from a" before it', result.err)
        self.assertIn("DROP COLUMN a", result.out)
        self.write("schema.sql", "-- retort: renamed from t\nCREATE TABLE u (\n"
                   "    id INTEGER PRIMARY KEY,\n    -- retort: renamed from a\n"
                   "    b TEXT\n);")
        out = self.retort("check", status=1).out
        self.assertIn("ALTER TABLE t RENAME TO u;", out)
        self.assertIn("RENAME COLUMN a TO b;", out)
        self.assertNotIn("risk", out)
        self.retort("revision", "--autogenerate", "-m", "rename")
        self.execute("INSERT INTO t VALUES (1, 'kept')")
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT b FROM u"), [("kept",)])
        self.retort("check")
        self.retort("downgrade", "-1")
        self.assertEqual(self.rows("SELECT a FROM t"), [("kept",)])
        self.assertEqual(self.retort("revision", "--autogenerate", "--against",
                                     "sqlite:///app.db", "--sql").out.count("RENAME"), 2)


class OddNames(Case):
    """A name is whatever its server lets it be, and nothing of it becomes a statement."""

    ODD = "odd\nDROP TABLE kept;\r--"

    def make(self, more=""):
        self.project(more=f"\n[autogenerate]\n{more}\n")
        self.execute(f'CREATE TABLE "{self.ODD}" (id INTEGER);')

    def test_a_comment_ends_with_its_line(self):
        self.make("foreign = drop\n\n[lint]\ndata-loss = warning")
        self.retort("revision", "--autogenerate", "-m", "made", "--rev-id", "aaaa1")
        half = self.newest_script("made")
        self.assertIn("-- risk: data-loss table odd DROP TABLE kept; --: ", half)
        self.assertNotRegex(half, r'(?m)(?<!")odd$')
        self.execute("CREATE TABLE kept (id INTEGER);")
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"kept"})
        self.retort("downgrade", "base")
        self.assertEqual(self.objects(), {"kept", self.ODD})

    def test_nor_is_a_risk_a_statement_where_no_server_is_asked(self):
        self.project()
        self.script("aaaa1", "", f'CREATE TABLE "{self.ODD}" (id INTEGER);')
        self.script("bbbb1", "aaaa1", f'DROP TABLE "{self.ODD}";')
        for answer in (
            self.retort("upgrade", "--sql").out,
            self.retort("upgrade", "--dry-run").out,
        ):
            self.assertRegex(answer, "-- risk: data-loss: .*odd DROP TABLE kept; --")

    def test_a_script_is_utf8(self):
        self.make("foreign = drop")
        error = self.failure(
            "revision", "-m", "no\udcf0", status=3, code="illegal_character"
        )
        self.assertIn("-- message: no\ufffd", error["message"])
        path = self.path("app.db")
        path.write_bytes(path.read_bytes().replace(b"odd", b"od\xf0"))
        given = ("revision", "--autogenerate", "-m", "made")
        self.failure(*given, status=3, code="illegal_character")
        self.assertEqual(self.scripts(), [])
