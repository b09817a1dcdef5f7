"""--sql: scripts for the server's own client do what the command does itself."""

from support import Case

UP_A = (
    "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\n"
    "INSERT INTO a VALUES (1, 'one; ''quoted'' -- no comment'), (2, NULL);\n"
    "CREATE INDEX a_name ON a (name);"
)
UP_B = (
    "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id) ON DELETE CASCADE);\n"
    "INSERT INTO b SELECT id, id FROM a;\n"
    "CREATE TRIGGER b_gone AFTER DELETE ON b BEGIN\n"
    "    UPDATE a SET name = 'x;y' WHERE id = old.a;\n    DELETE FROM a WHERE id < 0;\nEND;\n"
    "CREATE VIEW v AS SELECT a.id, b.id AS b FROM a JOIN b ON b.a = a.id;"
)
BACK_B = "DROP VIEW v;\nDROP TABLE b;"
TIMES = ("started", "ended", "run", "owner")


class OfflineCase(Case):
    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", UP_A, "DROP TABLE a;")
        self.script("bbbb2222", "aaaa1111", UP_B, BACK_B)
        self.script("cccc3333", "bbbb2222", "UPDATE a SET name = 'two' WHERE id = 2;", "SELECT 1;")

    def sql(self, *arguments):
        result = self.retort(*arguments, "--sql")
        return result.out

    def content(self, database):
        """All objects and rows, but for the journal's times and runners."""
        objects = self.rows(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2", database
        )
        content = {}
        for kind, name, _, _ in objects:
            if kind == "table" and name not in ("retort_journal", "retort_step", "retort_lock"):
                content[name] = sorted(self.rows(f'SELECT * FROM "{name}"', database), key=repr)
        return objects, content

    def same(self, first, second):
        self.assertEqual(self.content(first), self.content(second))


class Upgrade(OfflineCase):
    def test_all(self):
        self.shell(self.sql("upgrade"), "shell.db")
        self.retort("upgrade")
        self.same("shell.db", "app.db")
        self.assertEqual(self.versions("shell.db"), ["cccc3333"])

    def test_in_parts(self):
        self.shell(self.sql("upgrade", "aaaa1111"), "shell.db")
        self.assertEqual(self.versions("shell.db"), ["aaaa1111"])
        self.shell(self.sql("upgrade", "aaaa1111:bbbb2222"), "shell.db")
        self.assertEqual(self.versions("shell.db"), ["bbbb2222"])
        self.shell(self.sql("upgrade", "bbbb:head"), "shell.db")
        self.retort("upgrade")
        self.same("shell.db", "app.db")

    def test_the_command_goes_on_where_the_shell_ended(self):
        self.shell(self.sql("upgrade", "bbbb2222"))
        self.assertEqual(self.retort("current").out, "bbbb2222\n")
        self.retort("upgrade")
        self.assertEqual(self.retort("current", "-c").out, "cccc3333 (head)\n")
        self.retort("downgrade", "base")
        self.assertEqual(self.objects(), set())
        self.assertEqual(self.versions(), [])

    def test_what_the_shell_did_is_in_the_log(self):
        self.shell(self.sql("upgrade"))
        entries = self.retort("log", "--json").json
        self.assertEqual([one["revision"] for one in entries], ["aaaa1111", "bbbb2222", "cccc3333"])
        text = self.retort("log").out
        self.assertNotIn("(null)", text)
        self.assertEqual(len(text.splitlines()), 3)
        entries = self.retort("check", "--json", status=1).json["notes"]
        self.assertNotIn("script_edited", [note["code"] for note in entries])

    def test_an_error_leaves_the_revision_out(self):
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);\nCREATE TABLE a (id);")
        script = self.retort("upgrade", "--sql", status=None)
        if script.status:  # the replay knows it beforehand
            self.assertEqual(script.out, "")
            script = self.retort("upgrade", "bbbb2222", "--sql")
            self.shell(script.out)
        else:
            self.shell(script.out, status=1)
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.assertNotIn("c", self.objects())

    def test_it_needs_no_database_and_makes_none(self):
        before = self.snapshot()
        for arguments in (
            ["upgrade"],
            ["upgrade", "bbbb:cccc"],
            ["downgrade", "cccc:base"],
            ["stamp", "head"],
        ):
            self.sql(*arguments)
        self.assertEqual(self.snapshot(), before)
        self.assertTrue(self.retort("upgrade", "--sql", "--url", "sqlite:///no/where.db").out)

    def test_it_says_what_runs(self):
        out = self.sql("upgrade")
        self.assertIn("-- Running upgrade  -> aaaa1111, aaaa1111", out)
        self.assertIn("-- Running upgrade aaaa1111 -> bbbb2222, bbbb2222", out)
        self.assertLess(out.index("BEGIN"), out.index("CREATE TABLE a"))
        self.assertTrue(out.rstrip().endswith("COMMIT;"))

    def test_nothing_to_do(self):
        self.assertEqual(self.shell(self.sql("upgrade", "head:head"), "shell.db"), "")

    def test_conditions_and_assertions_are_comments(self):
        self.script(
            "dddd4444",
            "cccc3333",
            "-- retort: if not exists table a\nCREATE TABLE never (id INTEGER);\n-- retort: end\n"
            "-- retort: if exists column a.name\nCREATE TABLE taken (id INTEGER);\n-- retort: end\n"
            "-- retort: assert SELECT count(*) = 7 FROM a",
        )
        out = self.sql("upgrade")
        self.shell(out)
        self.assertIn("taken", self.objects())
        self.assertNotIn("never", self.objects())
        self.assertIn("count(*) = 7", out)

    def test_a_rebuild(self):
        self.write(
            "schema.sql",
            UP_A.partition("\n")[0].replace("name TEXT", "name BLOB NOT NULL DEFAULT ''"),
        )
        for name in ("aaaa1111", "bbbb2222", "cccc3333"):
            self.path(f"migrations/versions/{name}_script.sql").unlink()
        self.script("aaaa1111", "", UP_A.partition("\n")[0] + "\nINSERT INTO a VALUES (1, 'x');")
        self.retort("revision", "--autogenerate", "--against", "scripts", "-m", "rebuild")
        self.assertIn("retort: rebuild", self.newest_script("rebuild"))
        self.shell(self.sql("upgrade"), "shell.db")
        self.retort("upgrade")
        self.same("shell.db", "app.db")
        self.retort("check")
        self.retort("check", "--url", "sqlite:///shell.db")
        self.assertEqual(self.rows("SELECT * FROM a", "shell.db"), [(1, "x")])

    def test_branches(self):
        self.script("eeee5555", "aaaa1111", "CREATE TABLE e (id INTEGER);", "DROP TABLE e;")
        self.script(
            "ffff6666", "cccc3333, eeee5555", "CREATE TABLE f (id INTEGER);", "DROP TABLE f;"
        )
        self.shell(self.sql("upgrade"), "shell.db")
        self.retort("upgrade")
        self.same("shell.db", "app.db")
        self.shell(self.sql("downgrade", "ffff6666:aaaa1111"), "shell.db")
        self.retort("downgrade", "aaaa1111")
        self.same("shell.db", "app.db")

    def test_several_heads(self):
        self.script("eeee5555", "aaaa1111", "CREATE TABLE e (id INTEGER);")
        self.shell(self.sql("upgrade", "heads"), "shell.db")
        self.assertEqual(self.versions("shell.db"), ["cccc3333", "eeee5555"])


class Downgrade(OfflineCase):
    def test_a_range(self):
        self.retort("upgrade")
        self.shell(self.sql("upgrade"), "shell.db")
        self.shell(self.sql("downgrade", "cccc3333:aaaa1111"), "shell.db")
        self.retort("downgrade", "aaaa1111")
        self.same("shell.db", "app.db")
        self.shell(self.sql("downgrade", "aaaa:base"), "shell.db")
        self.retort("downgrade", "base")
        self.same("shell.db", "app.db")

    def test_it_wants_a_range(self):
        for target in ("base", "-1", "aaaa1111"):
            error = self.failure("downgrade", target, "--sql", status=3, code="range_required")
            self.assertIn("<fromrev>:<torev>", error["message"])

    def test_what_is_irreversible(self):
        self.script("dddd4444", "cccc3333", "SELECT 1;", "-- retort: irreversible no way")
        result = self.retort("downgrade", "dddd4444:base", "--sql", status=3)
        self.assertEqual(result.out, "")
        self.assertIn("no way", result.err)


class Stamp(OfflineCase):
    def test_from_nothing(self):
        self.shell(self.sql("stamp", "bbbb2222"), "shell.db")
        self.retort("stamp", "bbbb2222")
        self.same("shell.db", "app.db")
        self.assertEqual(self.versions("shell.db"), ["bbbb2222"])

    def test_a_range(self):
        self.shell(self.sql("stamp", "bbbb2222"), "shell.db")
        self.shell(self.sql("stamp", "bbbb2222:cccc3333"), "shell.db")
        self.assertEqual(self.versions("shell.db"), ["cccc3333"])
        self.shell(self.sql("stamp", "cccc3333:base"), "shell.db")
        self.assertEqual(self.versions("shell.db"), [])


class Others(OfflineCase):
    def test_revision_autogenerate_sql(self):
        self.write("schema.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);")
        for name in ("aaaa1111", "bbbb2222", "cccc3333"):
            self.path(f"migrations/versions/{name}_script.sql").unlink()
        before = self.snapshot()
        out = self.retort("revision", "--autogenerate", "--sql").out
        self.assertEqual(self.snapshot(), before)
        self.shell(out)
        self.assertEqual(self.objects(), {"a"})
        self.retort("check")

    def test_ensure_version_sql(self):
        self.shell(self.sql("ensure-version"), "shell.db")
        self.retort("ensure-version")
        self.same("shell.db", "app.db")
        self.shell(self.sql("ensure-version"), "shell.db")

    def test_inspect_and_diff_are_sql_too(self):
        self.shell(self.retort("inspect", "scripts").out, "shell.db")
        self.retort("upgrade")
        self.retort("diff", "sqlite:///shell.db", "sqlite:///app.db", "--exit-code")
        self.shell(self.sql("upgrade", "aaaa1111"), "part.db")
        self.shell(self.retort("diff", "scripts@aaaa1111", "scripts").out, "part.db")
        self.retort("diff", "sqlite:///part.db", "scripts", "--exit-code")
