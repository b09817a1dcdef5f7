"""Sources: whatever yields a schema, with and without a project."""

from support import Case

DIALECT = ("--dialect", "sqlite")


class Sources(Case):
    def setUp(self):
        super().setUp()
        self.write("a.sql", "CREATE TABLE t (a INT);\n")
        self.write("b.sql", "CREATE TABLE t (a INT, b INT);\n")

    def is_equal(self, one, other, **options):
        return self.retort("diff", one, other, *DIALECT, "--json", **options).json["equal"]

    def test_every_kind_yields_the_same(self):
        self.write("folder/1.sql", "CREATE INDEX i ON t (b);")
        self.write("folder/deep/2.sql", "CREATE TABLE t (a INT, b INT);")
        self.write("folder/deep/notes.txt", "no SQL")
        self.write("whole.sql", "CREATE TABLE t (a INT, b INT);\nCREATE INDEX i ON t (b);\n")
        self.execute(self.read("whole.sql"))
        for source in ("folder", "exec:cat folder/deep/2.sql folder/1.sql", "sqlite:///app.db",
                       f"sqlite:///{self.folder}/app.db", "-"):
            with self.subTest(source):
                given = self.read("whole.sql") if source == "-" else ""
                self.assertTrue(self.is_equal("whole.sql", source, stdin=given))
                given = self.read("whole.sql") if source == "-" else ""
                self.assertFalse(self.is_equal(source, "a.sql", stdin=given))

    def test_several_are_one_schema(self):
        self.project()
        self.write("schema.sql", "CREATE INDEX i ON t (a);\n"
                   "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;\n")
        configuration = self.read("retort.ini").replace("schema.sql", "schema.sql, a.sql")
        self.write("retort.ini", configuration)
        out = self.retort("check", status=1).out
        self.assertLess(out.index("CREATE TABLE t"), out.index("CREATE INDEX i"))
        self.assertIn("CREATE TRIGGER r", out)
        self.write("schema.sql", "CREATE INDEX i ON nowhere (a);\n")
        error = self.failure("check", status=3, code="rejected")
        self.assertEqual((error["file"], error["line"]), ("schema.sql", 1))

    def test_scripts_at_a_revision(self):
        self.project()
        self.script("aaaa1", "", "CREATE TABLE t (a INT);")
        self.script("bbbb1", "aaaa1", "ALTER TABLE t ADD COLUMN b INT;")
        self.assertTrue(self.is_equal("scripts", "b.sql"))
        self.assertTrue(self.is_equal("scripts@aaaa1", "a.sql"))
        self.assertTrue(self.is_equal("scripts@aaaa", "a.sql"))
        self.assertTrue(self.is_equal("scripts@head", "scripts@heads"))
        self.assertEqual(self.retort("diff", "scripts@base", "a.sql", *DIALECT).out,
                         "CREATE TABLE t (\n    a INT\n);\n")
        self.assertFalse(self.path("app.db").exists())

    def test_exit_code(self):
        self.retort("diff", "a.sql", "b.sql", *DIALECT)
        self.retort("diff", "a.sql", "b.sql", *DIALECT, "--exit-code", status=1)
        self.retort("diff", "a.sql", "a.sql", *DIALECT, "--exit-code")

    def test_the_first_line_names_the_dialect(self):
        self.write("named.sql", "-- retort: dialect sqlite\nCREATE TABLE t (a INT);\n")
        self.assertEqual(self.retort("diff", "named.sql", "a.sql", "--exit-code").out, "")
        error = self.failure("diff", "a.sql", "b.sql", status=2, code="config")
        self.assertIn("nothing says the dialect of b.sql", error["message"])

    def test_dialects_that_disagree(self):
        self.write("named.sql", "-- retort: dialect toy\nCREATE TABLE t (a INT);\n")
        error = self.failure("inspect", "named.sql", status=2, code="config")
        self.assertEqual((error["file"], error["line"]), ("named.sql", 1))

    def test_scripts_need_a_project(self):
        error = self.failure("diff", "a.sql", "scripts", *DIALECT, status=2, code="config")
        self.assertIn("`scripts` needs a project", error["message"])

    def test_a_file_that_is_not_there(self):
        error = self.failure("diff", "a.sql", "nowhere.sql", *DIALECT, status=3, code="file")
        self.assertIn("nowhere.sql: no such file or folder", error["message"])

    def test_a_command_that_fails(self):
        error = self.failure("diff", "a.sql", "exec:echo broken >&2; exit 4", *DIALECT, status=3,
                             code="file")
        self.assertRegex(error["message"], "status 4: broken")

    def test_a_database_that_is_not_there_is_empty_and_not_made(self):
        self.assertEqual(self.retort("inspect", "sqlite:///no.db").out, "")
        self.assertFalse(self.path("no.db").exists())


class Broken(Case):
    """No part of a source that cannot be read is passed over in silence."""

    def test_every_error_is_told(self):
        self.write("s.sql", "CREATE TABLE t (a INT;\nCREATE TABLE u (a INT);\n"
                   "CREATE VIEW AS SELECT 1;\n")
        result = self.retort("inspect", "s.sql", *DIALECT, status=3)
        self.assertEqual(result.out, "")
        self.assertEqual([line.split(" ")[1] for line in result.err.splitlines()
                          if line.startswith("error:")], ["s.sql:1:22:", "s.sql:3:16:"])

    def test_the_first_error_as_json(self):
        self.write("s.sql", "CREATE TABLE u (a INT);\nCREATE TABLE t (a INT;\n")
        error = self.failure("inspect", "s.sql", *DIALECT, status=3, code="syntax")
        self.assertEqual((error["file"], error["line"], error["column"]), ("s.sql", 2, 22))

    def test_a_child_without_its_table(self):
        self.write("s.sql", "CREATE TABLE t (a INT);\nCREATE INDEX i ON nowhere (a);\n")
        error = self.failure("inspect", "s.sql", *DIALECT, status=3, code="rejected")
        self.assertEqual((error["file"], error["line"]), ("s.sql", 2))
        self.assertIn("nowhere", error["message"])

    def test_what_hangs_on_a_broken_table_is_no_second_error(self):
        self.write("s.sql", "CREATE TABLE t (a INT;\nCREATE INDEX i ON t (a);\n")
        err = self.retort("inspect", "s.sql", *DIALECT, status=3).err
        self.assertEqual(err.count("error:"), 1)

    def test_a_declared_schema(self):
        self.project("CREATE TABLE t (a INT;\n")
        for command in (("check",), ("revision", "--autogenerate", "-m", "x"),
                        ("diff", "sqlite:///app.db", "schema.sql")):
            with self.subTest(command):
                error = self.failure(*command, status=3, code="syntax")
                self.assertTrue(error["file"].endswith("schema.sql"))
        self.assertEqual(self.scripts(), [])


class Statements(Case):
    def inspect(self, text):
        self.write("s.sql", text)
        return self.retort("inspect", "s.sql", *DIALECT)

    def test_an_index_is_dropped(self):
        result = self.inspect("CREATE TABLE t (a); CREATE INDEX i ON t (a); DROP INDEX i;")
        self.assertEqual(result.out, "CREATE TABLE t (\n    a\n);\n")

    def test_what_hangs_on_a_temporary_table_is_temporary(self):
        result = self.inspect("""\
CREATE TEMP TABLE tt (a INT);
CREATE INDEX ti ON tt (a);
CREATE TRIGGER tr AFTER INSERT ON tt BEGIN SELECT 1; END;
ALTER TABLE tt ADD COLUMN b;
CREATE TABLE temp.uu (a INT);
CREATE INDEX ui ON uu (a);
DROP INDEX ui;
CREATE TABLE z (a);
""")
        self.assertEqual(result.out, "CREATE TABLE z (\n    a\n);\n")
        self.assertEqual(result.err.count("a temporary object belongs to a session"), 7)

    def test_after_a_temporary_table_its_name_is_free(self):
        result = self.inspect("CREATE TEMP TABLE t (a); DROP TABLE t;\n"
                              "CREATE TABLE t (b); CREATE INDEX i ON t (b);")
        self.assertIn("CREATE INDEX i ON t (b);", result.out)

    def test_a_script_may_use_temporary_tables(self):
        self.project()
        self.script("aaaa1", "", """\
CREATE TABLE t (a INT);
CREATE TEMP TABLE keep AS SELECT a FROM t;
CREATE INDEX keep_a ON keep (a);
INSERT INTO t SELECT a FROM keep;
DROP TABLE keep;""", "DROP TABLE t;")
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"t"})
        self.assertTrue(self.retort("diff", "scripts", "sqlite:///app.db", "--json").json["equal"])
        self.retort("lint", "migrations/versions/aaaa1_script.sql")

    def test_names_in_any_quotes(self):
        """As SQLite takes them: lang_keywords.html."""
        text = """\
CREATE TABLE 'quoted name' ('a' INT, "b" TEXT DEFAULT 'x', [c] INT, `d` INT, PRIMARY KEY ('a'));
CREATE INDEX 'i' ON 'quoted name' ('b' DESC, "c" COLLATE 'nocase');
CREATE TABLE r ('x' INT REFERENCES 'quoted name' ('a'), y INT CONSTRAINT 'cc' CHECK (y > 0),
    FOREIGN KEY ('y') REFERENCES 'r' ('x'));
CREATE VIEW 'v' ('p') AS SELECT a FROM "quoted name";
CREATE TRIGGER 'tr' AFTER UPDATE OF 'b' ON 'quoted name' BEGIN SELECT 'x'; END;
ALTER TABLE 'quoted name' ADD COLUMN 'e' INT;
ALTER TABLE 'quoted name' RENAME COLUMN 'e' TO 'f';
CREATE INDEX 'j' ON r ('x');
DROP INDEX 'j';
"""
        self.shell(text)
        result = self.inspect(text)
        answer = self.retort("diff", "s.sql", "sqlite:///app.db", "--json").json
        self.assertEqual(answer["operations"] + answer["refused"], [])
        self.shell(result.out, "again.db")
        self.assertTrue(self.retort("diff", "s.sql", "sqlite:///again.db", "--json").json["equal"])
        self.assertIn("PRIMARY KEY (a)", result.out)
