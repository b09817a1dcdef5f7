"""Each error a person meets: its message, its exit status, its JSON, and that nothing is half done."""

import os
import pty
import re
import signal
import subprocess
import unittest
from pathlib import Path

from support import LONGEST_RUN, PROGRAM, Case

NOBODY = 65534
FIRST = "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO a VALUES (1, 'one');"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;"


class ErrorCase(Case):
    """A project whose first revision is applied: what later fails must leave it as it was."""

    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", FIRST, "DROP TABLE a;")
        self.retort("upgrade")

    def content(self):
        """All that the database holds but the journal, which tells of failures too."""
        tables = [
            name for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        kept = [
            name for name in tables if name not in ("retort_journal", "retort_step", "retort_lock")
        ]
        return (
            self.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"),
            {name: self.rows(f'SELECT * FROM "{name}"') for name in kept},
        )

    def refused(self, *arguments, status, code, text, place=None, **options):
        """Runs twice, as people and as programs see it; the database stays what it was."""
        before = self.content()
        result = self.retort(*arguments, status=status, **options)
        self.assertRegex(result.err, r"(?m)^error: ")
        for part in [text] if isinstance(text, str) else text:
            self.assertIn(part, result.err)
        self.assertEqual(self.content(), before)
        error = self.failure(*arguments, status=status, code=code, **options)
        for part in [text] if isinstance(text, str) else text:
            self.assertIn(part, error["message"])
        self.assertEqual(self.content(), before)
        if place:
            file, line, column, excerpt = place
            self.assertEqual((error["file"], error["line"], error["column"]), (file, line, column))
            lines = result.err.splitlines()
            (at,) = [i for i, one in enumerate(lines) if one.startswith("error: ")]
            self.assertIn(f"error: {file}:{line}:{column}: ", lines[at])
            self.assertEqual(lines[at + 1].strip(), excerpt)
            shown = len(lines[at + 1]) - len(excerpt)
            self.assertRegex(lines[at + 2], r"^ +\^+$")
            self.assertEqual(lines[at + 2].index("^") - shown, column - 1)
        return error


class Unreachable(Case):
    def setUp(self):
        super().setUp()
        self.project("CREATE TABLE a (id INTEGER);")
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);")

    def test_the_folder_is_missing(self):
        before = self.snapshot()
        error = self.failure(
            "upgrade", "--url", "sqlite:///no/app.db", status=4, code="unreachable"
        )
        self.assertIn("no/app.db", error["message"])
        self.assertIn("there is no folder 'no'", error["message"])
        self.assertEqual(self.snapshot(), before)

    def test_the_file_is_a_folder(self):
        self.path("app.db").mkdir()
        for command in ("upgrade", "current", "check", "ping", "log"):
            with self.subTest(command):
                error = self.failure(command, status=4, code="unreachable")
                self.assertIn("app.db", error["message"])
                self.assertIn("folder", error["message"])

    def test_the_file_is_no_database(self):
        self.write("app.db", "nothing that SQLite knows, but long enough to be read as a page" * 99)
        before = self.snapshot()
        for command in ("upgrade", "current", "check", "ping"):
            with self.subTest(command):
                error = self.failure(command, status=4, code="unreachable")
                self.assertIn("is no SQLite database", error["message"])
                self.assertIn("app.db", error["message"])
        self.assertEqual(self.snapshot(), before)

    def test_a_damaged_database(self):
        self.retort("upgrade")
        data = bytearray(self.path("app.db").read_bytes())
        data[4096:] = b"\xab" * (len(data) - 4096)
        data[100:110] = b"\xcd" * 10
        self.path("app.db").write_bytes(data)
        error = self.failure("upgrade", status=4, code="server")
        self.assertIn("damaged", error["message"])

    def test_a_driver_that_is_missing(self):
        env = {"RETORT_DRIVER_PATH": str(self.folder)}
        error = self.failure("upgrade", status=2, code="config", env=env)
        self.assertIn("RETORT_DRIVER_PATH", error["message"])
        self.assertFalse(self.path("app.db").exists())
        self.retort("history", env=env)
        self.retort("upgrade", "--sql", env=env)


class ReadOnly(ErrorCase):
    def setUp(self):
        super().setUp()
        self.write("schema.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);")
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        self.folder.chmod(0o755)
        if (
            os.geteuid() == 0
            and self.retort("--version", status=None, before=self.become_nobody).status
        ):
            self.skipTest("root may write everything, and nobody else may run the program")
        self.addCleanup(self.folder.chmod, 0o755)

    @staticmethod
    def become_nobody():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def test_a_file_that_may_not_be_written(self):
        self.path("app.db").chmod(0o444)
        before = self.snapshot()
        for arguments in (["upgrade"], ["downgrade", "-1"], ["stamp", "base"]):
            with self.subTest(arguments):
                error = self.failure(*arguments, status=4, code="denied", before=self.become_nobody)
                self.assertIn("app.db", error["message"])
                self.assertIn("read-only", error["message"])
        for arguments, status in ((["current"], 0), (["check"], 0), (["ping"], 0), (["log"], 0)):
            with self.subTest(arguments):
                self.retort(*arguments, status=status, before=self.become_nobody)
        self.retort("upgrade", "--dry-run", before=self.become_nobody)
        self.assertEqual(self.snapshot(), before)
        self.assertRegex(self.retort("ping", before=self.become_nobody).out,
                         "privileges +read only: the file may not be written\n")

    def test_a_folder_that_may_not_be_written(self):
        self.path("app.db").chmod(0o666)
        self.folder.chmod(0o555)
        before = self.snapshot()
        error = self.failure("upgrade", status=4, code="denied", before=self.become_nobody)
        self.assertIn("folder", error["message"])
        self.retort("check", before=self.become_nobody)
        self.assertRegex(self.retort("ping", before=self.become_nobody).out,
                         "privileges +read only: its folder, where the journal must stand, may not")
        error = self.failure(
            "upgrade",
            "--url",
            "sqlite:///new.db",
            status=4,
            code="denied",
            before=self.become_nobody,
        )
        self.assertIn("may not be written", error["message"])
        self.assertEqual(self.snapshot(), before)

    def test_a_file_that_may_not_be_read(self):
        self.path("app.db").chmod(0)
        for command in ("current", "check", "upgrade"):
            error = self.failure(command, status=4, code="denied", before=self.become_nobody)
            self.assertIn("app.db", error["message"])
        self.path("app.db").chmod(0o644)

    def test_scripts_that_may_not_be_written(self):
        self.path("migrations/versions").chmod(0o555)
        error = self.failure(
            "revision", "-m", "x", status=3, code="file", before=self.become_nobody
        )
        self.assertIn("migrations/versions", error["message"])
        self.path("migrations/versions").chmod(0o755)

    def test_a_script_that_may_not_be_read(self):
        path = self.path("migrations/versions/bbbb2222_script.sql")
        path.chmod(0)
        error = self.failure("history", status=3, code="file", before=self.become_nobody)
        self.assertIn("bbbb2222_script.sql", error["message"])
        path.chmod(0o644)


class Locked(ErrorCase):
    def setUp(self):
        super().setUp()
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        self.write("retort.ini", self.read("retort.ini") + "[run]\nlock_timeout = 0.3 s\n")

    def holder(self):
        """How the one that holds the lock is named: by its process where the system tells it."""
        own = f" {os.getpid()} "
        return (
            f"process {os.getpid()}"
            if own in Path("/proc/locks").read_text()
            else "another process"
        )

    def test_a_lock_that_stays(self):
        other = self.open()
        other.execute("BEGIN EXCLUSIVE")
        for arguments in (["upgrade"], ["downgrade", "base"], ["current"], ["check"], ["ping"]):
            with self.subTest(arguments):
                self.write("schema.sql", FIRST.partition("\n")[0])
                error = self.failure(*arguments, status=5, code="locked")
                self.assertIn("app.db", error["message"])
                self.assertIn(f"is locked by {self.holder()}", error["message"])
                result = self.retort(*arguments, status=5)
                self.assertRegex(result.err, r"waited \d\.\d s")
                self.assertIn("waiting for the lock", result.err)
        other.execute("ROLLBACK")
        self.assertEqual(self.versions(), ["aaaa1111"])

    def test_a_writer_stops_runs_and_not_readers(self):
        other = self.open()
        other.execute("BEGIN IMMEDIATE")
        self.failure("upgrade", status=5, code="locked")
        self.assertEqual(self.retort("current").out, "aaaa1111\n")
        self.retort("upgrade", "--dry-run")
        other.execute("COMMIT")
        self.retort("upgrade")

    def test_it_waits_until_the_lock_is_free(self):
        self.write("retort.ini", self.read("retort.ini") + "[run]\nlock_timeout = 60 s\n")
        other = self.open()
        other.execute("BEGIN IMMEDIATE")
        process = self.start("upgrade")
        line = process.stderr.readline().decode()
        self.assertIn("waiting for the lock on", line)
        self.assertIn(self.holder(), line)
        other.execute("INSERT INTO a VALUES (2, 'meanwhile')")
        other.execute("COMMIT")
        self.finish(process)
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.assertEqual(self.rows("SELECT count(*) FROM a"), [(2,)])

    def test_what_another_run_did_meanwhile_is_not_done_again(self):
        self.write("retort.ini", self.read("retort.ini") + "[run]\nlock_timeout = 60 s\n")
        other = self.open()
        other.execute("BEGIN IMMEDIATE")
        process = self.start("upgrade")
        self.assertIn(b"waiting for the lock on", process.stderr.readline())
        other.execute("CREATE TABLE b (id INTEGER)")
        other.execute("UPDATE retort_version SET version_num = 'bbbb2222'")
        other.execute("COMMIT")
        self.finish(process)
        self.assertEqual(self.versions(), ["bbbb2222"])

    def test_an_interrupt_ends_the_waiting(self):
        self.write("retort.ini", self.read("retort.ini") + "[run]\nlock_timeout = 60 s\n")
        other = self.open()
        other.execute("BEGIN IMMEDIATE")
        process = self.start("upgrade")
        self.assertIn(b"waiting for the lock on", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        self.assertIn("interrupted", self.finish(process, status=130).err)
        other.execute("ROLLBACK")
        self.assertEqual(self.versions(), ["aaaa1111"])

    def test_several_runners_at_once(self):
        """One migrates, the others wait and find nothing to do (goose: two of three die)."""
        self.write("retort.ini", self.read("retort.ini") + "[run]\nlock_timeout = 60 s\n")
        previous = "bbbb2222"
        for number in range(40):
            name = f"c{number:04}"
            self.script(name, previous, f"CREATE TABLE {name} (id INTEGER);")
            previous = name
        runners = [self.start("upgrade") for _ in range(4)]
        for runner in runners:
            self.finish(runner)
        self.assertEqual(self.versions(), [previous])
        applied = self.rows("SELECT revision, count(*) FROM retort_journal GROUP BY 1")
        self.assertEqual((len(applied), {count for _, count in applied}), (42, {1}))


class Scripts(ErrorCase):
    def test_a_statement_that_the_server_does_not_know(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);\n\nCREATE TABEL c (id);")
        self.refused(
            "upgrade",
            status=3,
            code="rejected",
            text="TABEL",
            place=("migrations/versions/bbbb2222_script.sql", 8, 8, "CREATE TABEL c (id);"),
        )

    def test_a_statement_that_breaks_off(self):
        for number, (sql, line) in enumerate(
            (
                ("CREATE TABLE b (id INTEGER;", 6),
                ("INSERT INTO a VALUES (2, 'open);\nSELECT 1;", 6),
                ("SELECT 1;\n/* open", 7),
                ('SELECT "open;', 6),
                ("CREATE TABLE b (id INTEGER, );", 6),
                ("ALTER TABLE a ADD;", 6),
            )
        ):
            with self.subTest(sql):
                path = self.script("bbbb2222", "aaaa1111", sql)
                before = self.content()
                result = self.retort("upgrade", "--json", status=3)
                error = result.error
                self.assertIn(error["code"], ("syntax", "rejected"))
                self.assertEqual(error["file"], "migrations/versions/bbbb2222_script.sql")
                self.assertGreaterEqual(error["line"], line)
                self.assertTrue(error["column"])
                self.assertRegex(self.retort("upgrade", status=3).err, r"(?m)^ +\^+$")
                self.assertEqual(self.content(), before)
                path.unlink()

    def test_directives(self):
        for up, line, text in (
            ("-- retort: nonsense", 6, "nonsense"),
            ("-- retort: alow data-loss x\nSELECT 1;", 6, 'did you mean "allow"'),
            ("-- retort: if exists table a\nSELECT 1;", 6, "end"),
            ("-- retort: end", 6, "end"),
            (
                "-- retort: if sometimes table a\n-- retort: end",
                6,
                "[not] exists table|view|column|index NAME",
            ),
            ("-- retort: batch many\nDELETE FROM a;", 6, "many"),
            ("-- retort: assert", 6, "assert"),
        ):
            with self.subTest(up):
                path = self.script("bbbb2222", "aaaa1111", up)
                before = self.content()
                result = self.retort("upgrade", "--json", status=3)
                self.assertEqual(result.error["code"], "syntax", result)
                self.assertEqual(result.error["line"], line)
                self.assertIn(text, result.error["message"])
                self.assertEqual(self.content(), before)
                path.unlink()

    def test_headers(self):
        for text, line, message in (
            ("-- revison: bbbb2222\n", 1, "revis"),
            ("-- revision: bb@bb\n-- down_revision:\n", 1, "@"),
            ("-- revision: bbbb2222\n-- down_revision: a a\n", 2, None),
            ("CREATE TABLE x (id INTEGER);\n", 1, "revision"),
            ("", 1, "revision"),
            ("-- revision: bbbb2222\n-- down_revision: aaaa1111\n\nSELECT 1;\n", 4, None),
            (
                "-- revision: bbbb2222\n-- down_revision: aaaa1111\n\n-- retort: upgrad\n",
                4,
                "upgrad",
            ),
        ):
            with self.subTest(text):
                path = self.write("migrations/versions/bbbb2222_x.sql", text)
                for command in ("history", "upgrade"):
                    result = self.retort(command, "--json", status=None)
                    if result.status:
                        break
                self.assertEqual(result.status, 3, result)
                error = result.error
                self.assertEqual(error["file"], "migrations/versions/bbbb2222_x.sql")
                self.assertEqual(error["line"] or line, line)
                self.assertIn(message or "", error["message"])
                path.unlink()

    def test_the_server_refuses_the_second_of_three_revisions(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);")
        self.script(
            "cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);\nCREATE TABLE a (id INTEGER);"
        )
        self.script("dddd4444", "cccc3333", "CREATE TABLE d (id INTEGER);")
        result = self.retort("upgrade", status=3)
        self.assertIn("migrations/versions/cccc3333_script.sql:7:", result.err)
        self.assertIn("table a already exists", result.err.replace("`", "").replace('"', ""))
        # A revision applies whole or not at all; those before it stay.
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.assertEqual(self.objects(), {"a", "b"})
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);")
        self.retort("upgrade")
        self.assertEqual(self.versions(), ["dddd4444"])
        self.assertEqual(self.objects(), {"a", "b", "c", "d"})

    def test_data_that_a_constraint_refuses(self):
        self.script(
            "bbbb2222",
            "aaaa1111",
            "INSERT INTO a VALUES (2, 'two');\nINSERT INTO a VALUES (1, 'x');",
        )
        error = self.refused(
            "upgrade", status=3, code="rejected", text="UNIQUE constraint failed: a.id"
        )
        self.assertEqual(error["line"], 7)

    def test_a_revision_ends_no_transaction(self):
        for sql in ("COMMIT", "end transaction", "ROLLBACK", "BEGIN IMMEDIATE"):
            with self.subTest(sql):
                self.script("bbbb2222", "aaaa1111", f"CREATE TABLE b (x INT);\n{sql};\n")
                error = self.refused(
                    "upgrade", status=3, code="syntax", text="a revision is one transaction"
                )
                self.assertEqual(error["line"], 7)
                self.failure("upgrade", "aaaa1111:head", "--sql", status=3, code="syntax")
        self.script(
            "bbbb2222",
            "aaaa1111",
            "SAVEPOINT s;\nCREATE TABLE b (x INT);\nROLLBACK TO s;\n"
            "CREATE TABLE c (x INT);\nRELEASE s;\n",
        )
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"a", "c"})

    def test_an_assertion(self):
        self.script(
            "bbbb2222", "aaaa1111", "DELETE FROM a;\n-- retort: assert SELECT count(*) > 0 FROM a\n"
        )
        error = self.refused("upgrade", status=3, code="assertion", text="count(*) > 0")
        self.assertEqual(error["line"], 7)

    def test_what_cannot_be_taken_back(self):
        self.script(
            "bbbb2222", "aaaa1111", "SELECT 1;", "-- retort: irreversible the rows are gone"
        )
        self.retort("upgrade")
        self.refused("downgrade", "-1", status=3, code="irreversible", text="the rows are gone")
        self.refused("downgrade", "base", status=3, code="irreversible", text="the rows are gone")

    def test_no_downgrade_written(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", None)
        self.retort("upgrade")
        self.refused("downgrade", "-1", status=3, code="irreversible", text="no downgrade written")

    def test_a_misspelt_statement_of_a_schema_file(self):
        """Passed over, it would make autogenerate drop what it declares."""
        self.write("schema.sql", "CREATE TABEL a (id INTEGER PRIMARY KEY, name TEXT);\n")
        for arguments in (
            ["check"],
            ["revision", "--autogenerate"],
            ["inspect", "schema.sql"],
            ["diff", "scripts", "schema.sql"],
        ):
            self.refused(
                *arguments,
                status=3,
                code="not_understood",
                text="this statement is not known",
                place=("schema.sql", 1, 1, "CREATE TABEL a (id INTEGER PRIMARY KEY, name TEXT);"),
            )
        self.assertEqual(self.scripts(), ["aaaa1111_script.sql"])

    def test_a_schema_file_with_errors(self):
        self.write("schema.sql", "CREATE TABLE a (id INTEGER,\n  name TEXT NOT);\nCREATE VIEW;\n")
        error = self.refused("check", status=3, code="syntax", text="", place=None)
        self.assertEqual((error["file"], error["line"]), ("schema.sql", 2))
        result = self.retort("revision", "--autogenerate", "-m", "x", status=3)
        self.assertIn("schema.sql:2:", result.err)
        self.assertIn("schema.sql:3:", result.err)  # several errors are told at once
        self.assertEqual(self.scripts(), ["aaaa1111_script.sql"])


class Graph(ErrorCase):
    def test_two_heads(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        self.script("cccc3333", "aaaa1111", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;")
        before = self.scripts()
        for arguments in (
            ["upgrade"],
            ["upgrade", "head"],
            ["stamp", "head"],
            ["upgrade", "--sql"],
        ):
            with self.subTest(arguments):
                self.refused(
                    *arguments, status=3, code="multiple_heads", text=["Multiple head", "'heads'"]
                )
        error = self.refused(
            "revision", "-m", "x", status=3, code="multiple_heads", text="Multiple heads"
        )
        self.assertIn("merge", error["message"])
        self.assertEqual(self.scripts(), before)
        self.retort("upgrade", "heads")
        self.assertEqual(self.versions(), ["bbbb2222", "cccc3333"])
        # As in Alembic the first row counts, and it says so.
        result = self.retort("downgrade", "-1", "--dry-run")
        self.assertIn("downgrade -1 from multiple heads is ambiguous", result.err)
        self.assertIn("is ambiguous", self.retort("downgrade", "-1").err)
        self.retort("merge", "heads", "-m", "join", "--rev-id", "dddd4444")
        self.retort("upgrade")
        self.assertEqual(self.versions(), ["dddd4444"])

    def test_a_revision_that_no_script_has(self):
        self.execute("UPDATE retort_version SET version_num = 'feed0000'")
        for arguments in (
            ["upgrade"],
            ["upgrade", "--dry-run"],
            ["downgrade", "base"],
            ["current"],
            ["stamp", "head"],
            ["history", "-i"],
            ["show", "current"],
        ):
            with self.subTest(arguments):
                error = self.refused(*arguments, status=3, code="not_found", text="feed0000")
                self.assertIn("Can't locate revision identified by 'feed0000'", error["message"])
        self.assertEqual(self.versions(), ["feed0000"])
        self.retort("stamp", "--purge", "head")
        self.assertEqual(self.versions(), ["aaaa1111"])
        self.retort("upgrade")

    def test_names_that_are_not_there(self):
        for arguments, code in (
            (["upgrade", "zzzz"], "not_found"),
            (["show", "zzzz"], "not_found"),
            (["upgrade", "nobranch@head"], "not_found"),
            (["upgrade", "+9"], "relative_too_far"),
            (["downgrade", "-9"], "relative_too_far"),
            (["history", "-r", "aaaa1111"], "range_required"),
            (["upgrade", "base:head"], "range_not_allowed"),
            (["downgrade", "base", "--sql"], "range_required"),
            (["revision", "--rev-id", "a@b"], "illegal_character"),
            (["revision", "--head", "zzzz"], "not_found"),
            (["revision", "--depends-on", "zzzz"], "not_found"),
            (["revision", "--rev-id", "aaaa1111"], "duplicate_revision"),
        ):
            with self.subTest(arguments):
                self.refused(*arguments, status=3, code=code, text="")
        self.assertEqual(self.scripts(), ["aaaa1111_script.sql"])

    def test_a_parent_that_is_missing(self):
        self.script("bbbb2222", "feed0000")
        error = self.refused("upgrade", status=3, code="not_found", text="feed0000")
        self.assertIn("bbbb2222_script.sql", error["message"] + str(error["file"]))

    def test_the_same_identifier_twice(self):
        self.write(
            "migrations/versions/again.sql", self.read("migrations/versions/aaaa1111_script.sql")
        )
        error = self.refused("upgrade", status=3, code="duplicate_revision", text="aaaa1111")
        self.assertIn("again.sql", error["message"] + str(error["file"]))

    def test_circles(self):
        self.script("bbbb2222", "cccc3333")
        self.script("cccc3333", "bbbb2222")
        self.refused("upgrade", status=3, code="cycle", text="bbbb2222")
        self.script("cccc3333", "cccc3333")
        self.script("bbbb2222", "aaaa1111")
        self.refused("history", status=3, code="self_loop", text="cccc3333")
        self.script("cccc3333", "aaaa1111", header="-- depends_on: bbbb2222\n")
        self.script("bbbb2222", "aaaa1111", header="-- depends_on: cccc3333\n")
        self.refused("heads", status=3, code="dependency_cycle", text="bbbb2222")


class Edited(ErrorCase):
    def setUp(self):
        super().setUp()
        self.write("schema.sql", FIRST.partition("\n")[0])

    def notes(self, status=0):
        return [
            note
            for note in self.retort("check", "--json", status=status).json["notes"]
            if note["code"] == "script_edited"
        ]

    def test_an_edited_script_is_named(self):
        self.assertEqual(self.notes(), [])
        self.script("aaaa1111", "", FIRST.replace("'one'", "'two'"), "DROP TABLE a;")
        (note,) = self.notes()
        self.assertEqual(note["object"], "aaaa1111")
        self.assertIn("aaaa1111_script.sql", note["message"])
        self.assertIn(note["message"], self.retort("check").err)
        self.retort("upgrade")
        self.retort("downgrade", "base")
        self.assertEqual(self.notes(status=1), [])

    def test_another_layout_is_no_edit(self):
        again = "-- a comment\n" + re.sub(r" ", "\n   ", FIRST.replace("'one'", "'one' /* x */"))
        self.script("aaaa1111", "", again, "DROP TABLE a;")
        self.assertEqual(self.notes(), [])
        path = self.path("migrations/versions/aaaa1111_script.sql")
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        self.assertEqual(self.notes(), [])

    def test_a_script_renamed_is_no_edit(self):
        path = self.path("migrations/versions/aaaa1111_script.sql")
        path.rename(path.with_name("other.sql"))
        self.assertEqual(self.notes(), [])
        self.retort("upgrade")


class Destructive(ErrorCase):
    DROP = "DROP TABLE a;"

    def autogenerate_drop(self):
        self.write("schema.sql", "CREATE TABLE b (id INTEGER);")
        return self.retort("revision", "--autogenerate", "-m", "drop a", "--rev-id", "bbbb2222")

    def test_autogenerate_writes_and_names_the_risk(self):
        result = self.autogenerate_drop()
        self.assertIn("data-loss", result.err)
        self.assertIn("table a", result.err)
        text = self.newest_script("drop_a")
        self.assertRegex(text, r"(?m)^-- risk: data-loss .*\ba\b.*\nDROP TABLE a;$")
        self.assertEqual(self.versions(), ["aaaa1111"])

    def test_upgrade_refuses_unattended_and_does_nothing(self):
        self.autogenerate_drop()
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);")
        error = self.refused("upgrade", status=6, code="needs_decision", text="data-loss")
        self.assertIn("allow data-loss", error["message"])
        self.assertIn("bbbb2222_drop_a.sql", error["message"] + str(error["file"]))

    def test_the_refusal_stands_before_every_step(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);")
        self.script("cccc3333", "bbbb2222", self.DROP)
        self.refused("upgrade", status=6, code="needs_decision", text="data-loss")

    def test_dry_run_and_sql_name_it_and_do_not_refuse(self):
        self.autogenerate_drop()
        self.assertIn("-- risk: data-loss", self.retort("upgrade", "--dry-run").out)
        self.assertIn("risk: data-loss", self.retort("upgrade", "--sql").out)

    def test_allow_accepts(self):
        self.script(
            "bbbb2222", "aaaa1111", f"-- retort: allow data-loss nobody reads it\n{self.DROP}"
        )
        self.retort("upgrade")
        self.assertEqual((self.versions(), self.objects()), (["bbbb2222"], set()))

    def test_allow_is_for_one_statement(self):
        self.script(
            "bbbb2222",
            "aaaa1111",
            "CREATE TABLE b (id INTEGER);\n-- retort: allow data-loss empty\nDROP TABLE b;\nDROP TABLE a;",
        )
        self.refused("upgrade", status=6, code="needs_decision", text="data-loss")

    def test_allow_of_another_rule_does_not(self):
        self.script("bbbb2222", "aaaa1111", f"-- retort: allow rewrite takes long\n{self.DROP}")
        self.refused("upgrade", status=6, code="needs_decision", text="data-loss")

    def test_the_level_of_the_configuration(self):
        self.script("bbbb2222", "aaaa1111", self.DROP)
        self.write("retort.ini", self.read("retort.ini") + "[lint]\ndata-loss = warning\n")
        result = self.retort("upgrade")
        self.assertIn("data-loss", result.err)
        self.assertEqual(self.objects(), set())

    def test_downgrade_names_and_does_not_refuse(self):
        result = self.retort("downgrade", "base")
        self.assertIn("data-loss", result.err)
        self.assertEqual(self.objects(), set())

    def answer(self, text):
        control, terminal = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, "upgrade"],
            cwd=self.folder,
            env=self.environment(),
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
        )
        os.close(terminal)
        shown = b""
        while b"[y/N]" not in shown:
            part = os.read(control, 4096)
            self.assertTrue(part, shown)
            shown += part
        os.write(control, text)
        process.communicate(timeout=LONGEST_RUN)
        os.close(control)
        self.assertIn(b"data-loss", shown)
        return process.returncode

    def test_a_terminal_is_asked(self):
        self.script("bbbb2222", "aaaa1111", self.DROP)
        for text in (b"n\n", b"\n", b"\x04"):
            before = self.content()
            self.assertEqual(self.answer(text), 6)
            self.assertEqual(self.content(), before)
        self.assertEqual(self.answer(b"y\n"), 0)
        self.assertEqual(self.objects(), set())


class Disk(ErrorCase):
    FILL = (
        "CREATE TABLE b (id INTEGER, x BLOB);\n"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)\n"
        "INSERT INTO b SELECT i, zeroblob(4000) FROM n;"
    )

    def pages(self):
        return self.rows("PRAGMA page_count")[0][0]

    def test_no_room_for_more_pages(self):
        self.script("bbbb2222", "aaaa1111", self.FILL)
        configuration = self.read("retort.ini")
        self.write(
            "retort.ini", configuration + f"[session]\nmax_page_count = {self.pages() + 50}\n"
        )
        self.refused("upgrade", status=4, code="server", text="the disk is full")
        self.assertEqual(self.versions(), ["aaaa1111"])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.write("retort.ini", configuration)
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT count(*) FROM b"), [(1000,)])

    def test_no_room_for_the_file(self):
        def limit():
            import resource

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            size = os.path.getsize("app.db") + 100 * 1024
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        self.script("bbbb2222", "aaaa1111", self.FILL)
        self.refused("upgrade", status=4, code="server", text="app.db", before=limit)
        self.assertEqual(self.versions(), ["aaaa1111"])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.retort("upgrade")

    def test_no_room_for_a_script(self):
        def limit():
            import resource

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        error = self.failure("revision", "-m", "x", status=3, code="file", before=limit)
        self.assertIn("migrations/versions/", error["message"])
        self.assertEqual(
            [path.name for path in self.path("migrations/versions").iterdir()],
            ["aaaa1111_script.sql"],
        )


class Signals(ErrorCase):
    def start_and_wait_for(self, text, *arguments):
        """Starts an upgrade that tells each statement, and returns when it came to that one."""
        process = self.start("-vv", "upgrade", *arguments)
        for line in process.stderr:
            if text in line.decode():
                return process
        self.fail("the statement did not come")

    def test_twice_stops_now(self):
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);")
        self.script("cccc3333", "bbbb2222", f"CREATE TABLE c (id INTEGER);\n{ENDLESS}")
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start_and_wait_for("SELECT max(i)")
            while process.poll() is None:
                process.send_signal(number)
                try:
                    process.wait(0.05)
                except subprocess.TimeoutExpired:
                    pass
            self.assertEqual(process.returncode, 130)
            self.assertEqual(self.versions(), ["bbbb2222"])
            self.assertEqual(self.objects(), {"a", "b"})
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);")
        self.retort("upgrade")
        self.assertEqual((self.versions(), self.objects()), (["cccc3333"], {"a", "b", "c"}))

    def test_once_lets_the_statement_finish(self):
        self.script(
            "bbbb2222",
            "aaaa1111",
            ENDLESS.replace("FROM n)", "FROM n WHERE i < 3000000)")
            + "\nCREATE TABLE b (id INTEGER);",
        )
        self.script("cccc3333", "bbbb2222", "CREATE TABLE c (id INTEGER);")
        process = self.start_and_wait_for("SELECT max(i)", "--json")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONGEST_RUN)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn(b'"code":"interrupted"', err.replace(b": ", b":"))
        self.assertEqual((self.versions(), self.objects()), (["aaaa1111"], {"a"}))
        self.assertEqual(self.retort("current", "--json").json["interrupted"], None)
        self.retort("upgrade")
        self.assertEqual((self.versions(), self.objects()), (["cccc3333"], {"a", "b", "c"}))

    def test_what_does_not_listen_is_ended_by_the_third(self):
        """Nobody reads what it writes, and writing goes on after a signal."""
        self.write("big.sql", "".join(f"CREATE TABLE t{n} (a INT);\n" for n in range(9000)))
        process = self.start("inspect", "big.sql")
        for _ in range(LONGEST_RUN * 20):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=0.05)
                break
            except subprocess.TimeoutExpired:
                pass
        self.assertEqual(process.returncode, -signal.SIGINT)

    def test_a_runner_that_is_killed(self):
        self.script(
            "bbbb2222",
            "aaaa1111",
            f"CREATE TABLE b (id INTEGER);\nINSERT INTO a VALUES (2, 'x');\n{ENDLESS}",
        )
        process = self.start_and_wait_for("SELECT max(i)")
        process.kill()
        process.wait(LONGEST_RUN)
        self.assertEqual((self.versions(), self.objects()), (["aaaa1111"], {"a"}))
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);")
        self.retort("upgrade")
        self.assertEqual((self.versions(), self.objects()), (["bbbb2222"], {"a", "b"}))
        self.assertEqual(self.rows("SELECT count(*) FROM a"), [(1,)])


class Bytes(ErrorCase):
    """What is no UTF-8 is replaced in JSON; the answer or the error is there all the same."""

    def test_an_option(self):
        error = self.retort(b"--\xff", "--json", status=2).error
        self.assertIn("unknown option --\ufffd", error["message"])

    def test_a_table(self):
        with self.open() as database:
            database.execute(b'CREATE TABLE "odd\xff" (a INT)'.decode("latin-1"))
            database.execute("PRAGMA writable_schema = ON")
            database.execute("UPDATE sqlite_schema SET name = CAST(x'6f6464ff' AS TEXT), tbl_name = "
                             "CAST(x'6f6464ff' AS TEXT), sql = CAST(x'435245415445205441424c4520226f"
                             "6464ff22202861204e554d29' AS TEXT) WHERE name LIKE 'odd%'")
        self.write("schema.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);")
        answer = self.retort("check", "--json").json
        self.assertIn("table odd\ufffd is", " ".join(note["message"] for note in answer["notes"]))
        objects = self.retort("inspect", "sqlite:///app.db", "--json").json["objects"]
        self.assertIn("odd\ufffd", [each["name"] for each in objects])


class Statuses(ErrorCase):
    """The answers that are no errors."""

    def test_the_answer_is_no(self):
        self.write("schema.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, more TEXT);")
        self.retort("check", status=1)
        self.retort("diff", "scripts", "schema.sql")
        self.retort("diff", "scripts", "schema.sql", "--exit-code", status=1)
        self.retort("diff", "scripts", "scripts", "--exit-code")
        self.write("bad.sql", "DROP TABLE nowhere;")
        self.retort("lint", "bad.sql", status=1)
        self.script("bbbb2222", "aaaa1111")
        self.retort("current", "--check-heads", status=1)

    @unittest.skipIf(os.geteuid() == 0, "root reads every file")
    def test_a_source_that_may_not_be_read(self):
        self.write("a.sql", "").chmod(0)
        self.failure("lint", "a.sql", status=3, code="file")

    def test_sources_that_are_not_there(self):
        for source, status in (
            ("nowhere.sql", 3),
            ("exec:exit 3", None),
            ("scripts@zzzz", 3),
        ):
            with self.subTest(source):
                result = self.retort("inspect", source, "--json", status=status)
                self.assertIn(result.status, (2, 3, 4))
                self.assertEqual(result.out, "")
                self.assertTrue(result.error["message"])
