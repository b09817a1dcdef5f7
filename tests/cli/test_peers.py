"""The silent traps of other programs, each one reproduced on them; retort must not have them."""

from support import Case


class HalfApplied(Case):
    """Atlas, golang-migrate, goose: a file that failed in the middle needs repair by hand."""

    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER PRIMARY KEY);")
        self.script(
            "bbbb2222",
            "aaaa1111",
            "CREATE TABLE b (id INTEGER);\nINSERT INTO b VALUES (1);\nINSERT INTO missing VALUES (1);",
        )

    def correct(self):
        self.script(
            "bbbb2222",
            "aaaa1111",
            "CREATE TABLE b (id INTEGER);\nINSERT INTO b VALUES (1);\nCREATE TABLE missing (id INTEGER);\n"
            "INSERT INTO missing VALUES (1);",
        )

    def test_the_corrected_script_runs_whole(self):
        self.retort("upgrade", status=3)
        self.assertEqual((self.versions(), self.objects()), (["aaaa1111"], {"a"}))
        self.correct()
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT * FROM b"), [(1,)])
        self.assertEqual(self.rows("SELECT * FROM missing"), [(1,)])
        self.retort("current", "--check-heads")
        self.retort("upgrade")

    def test_no_command_is_blocked_meanwhile(self):
        self.retort("upgrade", status=3)
        for command in ("current", "history", "heads", "log", "ping"):
            self.retort(command)
        self.retort("downgrade", "base", status=None)

    def test_without_a_transaction_it_goes_on_where_it_stopped(self):
        def up(last):
            return (
                "-- retort: no-transaction\nCREATE TABLE b (id INTEGER);\nINSERT INTO b VALUES (1);\n"
                + last
            )

        self.script("bbbb2222", "aaaa1111", up("INSERT INTO a VALUES (1), (1);"))
        self.retort("upgrade", status=3)
        self.assertEqual(self.objects(), {"a", "b"})
        interrupted = self.retort("current", "--json").json["interrupted"]
        self.assertEqual(interrupted["revision"], "bbbb2222")
        self.script("bbbb2222", "aaaa1111", up("INSERT INTO a VALUES (1), (2);"))
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT * FROM b"), [(1,)])
        self.assertEqual(self.rows("SELECT * FROM a"), [(1,), (2,)])
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.assertIsNone(self.retort("current", "--json").json["interrupted"])


class LateRevision(Case):
    """golang-migrate: 1 and 3 are applied, 2 appears, "no change", and 2 never runs."""

    def test_it_is_seen(self):
        self.project()
        self.script("0001", "", "CREATE TABLE one (id INTEGER);")
        self.script("0003", "0001", "CREATE TABLE three (id INTEGER);")
        self.retort("upgrade")
        self.script("0002", "0001", "CREATE TABLE two (id INTEGER);")
        error = self.failure("upgrade", status=3, code="multiple_heads")
        self.assertIn("heads", error["message"])
        self.retort("current", "--check-heads", status=1)
        self.retort("merge", "heads", "-m", "join")
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"one", "two", "three"})

    def test_one_that_is_put_between(self):
        """A parent that was slipped in below what is applied is not run, and it is said."""
        self.project("CREATE TABLE one (id INTEGER);\nCREATE TABLE two (id INTEGER);\n")
        self.script("0001", "", "CREATE TABLE one (id INTEGER);")
        self.script("0003", "0001")
        self.retort("upgrade")
        self.script("0002", "0001", "CREATE TABLE two (id INTEGER);")
        self.script("0003", "0002")
        answer = self.retort("check", "--json", status=1).json
        self.assertFalse(answer["equal"])
        self.assertIn("two", [one["name"] for one in answer["operations"]])


class Invisible(Case):
    """Atlas: views and triggers are not compared, "schemas are synced"."""

    TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT);\n"
    VIEW = "CREATE VIEW v AS SELECT n FROM t;\n"
    TRIGGER = (
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET n = 'x' WHERE id = new.id; END;\n"
    )

    def test_each_way_round(self):
        self.project(self.TABLE)
        for extra, name in ((self.VIEW, "v"), (self.TRIGGER, "t.g")):
            with self.subTest(name):
                self.write("a.sql", self.TABLE)
                self.write("b.sql", self.TABLE + extra)
                for first, second in (("a.sql", "b.sql"), ("b.sql", "a.sql")):
                    answer = self.retort("diff", first, second, "--json").json
                    self.assertEqual([one["name"] for one in answer["operations"]], [name])

    def test_in_the_database(self):
        self.project(self.TABLE + self.VIEW + self.TRIGGER)
        self.retort("revision", "--autogenerate", "-m", "all")
        self.retort("upgrade")
        self.retort("check")
        self.execute("DROP VIEW v; DROP TRIGGER g;")
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual({one["name"] for one in answer["operations"]}, {"v", "t.g"})


class Renames(Case):
    """Atlas, sqldef, Alembic: a renamed column is dropped and added, its data lost unsaid."""

    OLD = "CREATE TABLE t (id INTEGER PRIMARY KEY, first TEXT);\n"
    NEW = "CREATE TABLE t (id INTEGER PRIMARY KEY, given TEXT);\n"

    def setUp(self):
        super().setUp()
        self.project(self.OLD)
        self.retort("revision", "--autogenerate", "-m", "old")
        self.retort("upgrade")
        self.execute("INSERT INTO t VALUES (1, 'Ada')")

    def test_without_a_hint_it_is_said_and_refused(self):
        self.write("schema.sql", self.NEW)
        result = self.retort("revision", "--autogenerate", "-m", "new")
        self.assertIn("data-loss", result.err)
        self.assertIn("renamed from", result.err)
        self.failure("upgrade", status=6, code="needs_decision")
        self.assertEqual(self.rows("SELECT * FROM t"), [(1, "Ada")])

    def test_with_a_hint_the_data_stays(self):
        self.write(
            "schema.sql", self.NEW.replace("given", "\n-- retort: renamed from first\ngiven")
        )
        self.retort("revision", "--autogenerate", "-m", "new")
        self.assertIn("RENAME COLUMN first TO given", self.newest_script("new"))
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT given FROM t"), [("Ada",)])
        self.retort("check")
        self.retort("downgrade", "-1")
        self.assertEqual(self.rows("SELECT first FROM t"), [("Ada",)])


class Rebuilds(Case):
    """Alembic's batch mode: triggers and CHECKs vanish, children are deleted, views break it."""

    OLD = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT, twice TEXT AS (n || n) STORED,"
        " CHECK (n <> 'bad'));\n"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id) ON DELETE CASCADE);\n"
        "CREATE INDEX partial ON p (n) WHERE n > 'm';\n"
        "CREATE TRIGGER g AFTER UPDATE ON p BEGIN INSERT INTO c VALUES (new.id * 10, new.id); END;\n"
        "CREATE VIEW v AS SELECT n, twice FROM p;\n"
    )

    def test_nothing_is_lost(self):
        self.project(self.OLD, more="[session]\nforeign_keys = on\n")
        self.retort("revision", "--autogenerate", "-m", "old")
        self.retort("upgrade")
        self.execute(
            "INSERT INTO p (n) VALUES ('a'), ('b'), ('z'); DELETE FROM p WHERE n = 'z';"
            "INSERT INTO c VALUES (1, 1), (2, 2);"
        )
        self.write(
            "schema.sql", self.OLD.replace("n TEXT,", "n TEXT NOT NULL DEFAULT '-' COLLATE NOCASE,")
        )
        self.retort("revision", "--autogenerate", "-m", "new")
        self.assertIn("-- retort: rebuild p", self.newest_script("new"))
        self.retort("upgrade")
        self.retort("check")
        self.assertEqual(self.rows("SELECT id, n, twice FROM p"), [(1, "a", "aa"), (2, "b", "bb")])
        self.assertEqual(self.rows("SELECT * FROM c"), [(1, 1), (2, 2)])
        self.assertEqual(self.objects(), {"p", "c", "partial", "g", "v"})
        self.assertEqual(self.rows("SELECT seq FROM sqlite_sequence WHERE name = 'p'"), [(3,)])
        self.execute("UPDATE p SET n = 'c' WHERE id = 1")
        self.assertEqual(self.rows("SELECT count(*) FROM c"), [(3,)])
        self.assertEqual(self.rows("SELECT n FROM v ORDER BY 1"), [("b",), ("c",)])
        with self.assertRaisesRegex(Exception, "CHECK"):
            self.execute("INSERT INTO p (n) VALUES ('bad')")
        self.retort("downgrade", "-1")
        self.assertEqual(self.rows("SELECT count(*) FROM c"), [(3,)])

    def test_something_unknown_that_hangs_on_the_table(self):
        self.project(self.OLD)
        self.retort("revision", "--autogenerate", "-m", "old")
        self.retort("upgrade")
        self.write("schema.sql", self.OLD.replace("n TEXT,", "n BLOB,"))
        self.retort("revision", "--autogenerate", "-m", "new")
        self.execute("CREATE TRIGGER stranger AFTER DELETE ON p BEGIN DELETE FROM c; END;")
        result = self.retort("upgrade", status=6)
        self.assertIn("stranger", result.err)
        self.assertEqual(self.objects(), {"p", "c", "partial", "g", "v", "stranger"})
        self.assertEqual(
            self.rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%tmp%'"), [(0,)]
        )


class Many(Case):
    """Liquibase: a changelog of 1,000 tables fails; Atlas: a lock that runs out after 10 seconds."""

    def test_a_thousand_tables(self):
        self.project(
            "".join(f"CREATE TABLE t{i} (id INTEGER PRIMARY KEY, n TEXT);\n" for i in range(1000))
        )
        self.retort("revision", "--autogenerate", "-m", "all")
        self.retort("upgrade")
        self.retort("check")
        self.assertEqual(len(self.objects()), 1000)
        self.retort("inspect", "sqlite:///app.db", "--json")

    def test_runs_on_two_databases_do_not_stop_each_other(self):
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);")
        self.retort("ensure-version", "--url", "sqlite:///one.db")
        other = self.open("one.db")
        other.execute("BEGIN IMMEDIATE")
        self.retort("upgrade", "--url", "sqlite:///two.db")
        other.execute("ROLLBACK")


class Foreign(Case):
    """What others made is counted, named on request, and never dropped."""

    def test_objects_that_nobody_declares(self):
        self.project("CREATE TABLE a (id INTEGER);")
        self.execute(
            "CREATE TABLE theirs (id INTEGER); CREATE TABLE alembic_version (version_num TEXT);"
        )
        self.retort("revision", "--autogenerate", "-m", "mine")
        self.assertNotIn("theirs", self.newest_script("mine"))
        self.retort("upgrade")
        self.assertNotIn("theirs", self.retort("check").err)
        self.assertIn("theirs", self.retort("check", "-v").err)
        self.assertNotIn("alembic_version", self.retort("check", "-v").err)
        answer = self.retort("diff", "sqlite:///app.db", "schema.sql", "--json").json
        self.assertEqual([one["name"] for one in answer["operations"]], ["theirs"])

    def test_the_database_is_never_taken_back_to_what_is_not_there(self):
        """An empty schema file drops what the scripts made, as it is asked, and nothing else."""
        self.project("CREATE TABLE a (id INTEGER);")
        self.retort("revision", "--autogenerate", "-m", "mine")
        self.retort("upgrade")
        self.execute("CREATE TABLE theirs (id INTEGER)")
        self.write("schema.sql", "")
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual([one["name"] for one in answer["operations"]], ["a"])
        self.assertEqual(answer["operations"][0]["risks"], ["data-loss"])
