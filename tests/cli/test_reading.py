"""Reading commands write nothing, and passwords are never shown."""

import os
import stat

from support import Case

SCHEMA = "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);"
CHANGED = "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, more TEXT);"
READING = (
    "check",
    "check --json",
    "diff scripts schema.sql",
    "diff sqlite:///app.db schema.sql",
    "diff scripts sqlite:///app.db",
    "inspect sqlite:///app.db",
    "inspect scripts --json",
    "current",
    "current -v",
    "current --check-heads",
    "history",
    "history -i -v",
    "history -r base:current",
    "heads",
    "branches",
    "show head",
    "show current",
    "lint schema.sql",
    "lint schema.sql --on sqlite:///app.db",
    "ping",
    "log",
    "list-templates",
    "upgrade --dry-run",
    "downgrade base --dry-run",
    "stamp base --dry-run",
    "stamp --purge head --dry-run",
    "upgrade --sql",
    "downgrade head:base --sql",
    "stamp head --sql",
    "ensure-version --sql",
    "revision --autogenerate --sql",
    "--help",
    "upgrade --help",
)


class Reading(Case):
    def setUp(self):
        super().setUp()
        self.project(CHANGED)
        self.script("aaaa1111", "", SCHEMA, "DROP TABLE a;")

    def test_no_file_is_made(self):
        before = self.snapshot()
        for line in READING:
            with self.subTest(line):
                result = self.retort(*line.split(), status=None)
                self.assertIn(result.status, (0, 1, 3), result)
                self.assertEqual(self.snapshot(), before)

    def test_a_database_that_is_not_there_is_empty(self):
        self.assertEqual(self.retort("current").out, "")
        self.assertEqual(self.retort("inspect", "sqlite:///app.db").out.strip(), "")
        self.retort("diff", "sqlite:///app.db", "sqlite:///other.db", "--exit-code")
        self.assertIn("CREATE TABLE a", self.retort("check", status=1).out)
        self.retort("ping")
        url = "memory+sqlite:///app.log"
        self.assertEqual(self.retort("current", "--url", url).out, "")
        self.retort("check", "--url", url, status=1)
        self.retort("upgrade", "--dry-run", "--url", url)
        self.assertFalse(self.path("app.log").exists() or self.path("app.db").exists())

    def test_nothing_is_written(self):
        for setting in ("DELETE", "WAL"):
            self.retort("upgrade")
            self.rows(f"PRAGMA journal_mode = {setting}")
            before = self.snapshot()
            for line in READING:
                with self.subTest((setting, line)):
                    result = self.retort(*line.split(), status=None)
                    self.assertIn(result.status, (0, 1), result)
                    # SQLite itself makes and removes the -shm and -wal files of its readers.
                    after = {
                        name: hash
                        for name, hash in self.snapshot().items()
                        if not name.endswith(("-shm", "-wal"))
                    }
                    self.assertEqual(after, before)

    def test_a_memory_database_is_not_written(self):
        url = "memory+sqlite:///app.log"
        self.retort("upgrade", "--url", url)
        before = self.snapshot()
        for line in READING:
            with self.subTest(line):
                result = self.retort(*line.split(), "--url", url, status=None)
                self.assertIn(result.status, (0, 1), result)
                self.assertEqual(self.snapshot(), before)

    def test_the_tables_of_a_database_that_others_made_stay_alone(self):
        self.execute(SCHEMA)
        self.retort("check", status=1)
        self.retort("current")
        self.assertIsNone(self.versions())

    def test_revision_writes_scripts_only(self):
        self.retort("upgrade")
        before = self.path("app.db").read_bytes()
        self.retort("revision", "--autogenerate", "-m", "more")
        self.retort("revision", "-m", "by hand")
        self.retort("merge", "heads", "--splice", "-m", "join", status=None)
        self.assertEqual(self.path("app.db").read_bytes(), before)

    def test_ensure_version_makes_its_tables_and_nothing_else(self):
        self.retort("ensure-version")
        self.assertEqual((self.versions(), self.objects()), ([], set()))
        before = self.path("app.db").read_bytes()
        self.retort("ensure-version")
        self.assertEqual(self.path("app.db").read_bytes(), before)

    def test_a_dry_purge_names_what_it_would_forget(self):
        self.retort("upgrade")
        self.execute("INSERT INTO retort_version VALUES ('feed0000')")
        out = self.retort("stamp", "--purge", "head", "--dry-run").out
        self.assertIn("feed0000", out)
        self.assertEqual(self.versions(), ["aaaa1111", "feed0000"])

    def test_nothing_to_do_writes_nothing(self):
        self.retort("upgrade")
        before = self.path("app.db").read_bytes()
        self.retort("upgrade")
        self.retort("stamp", "head")
        self.assertEqual(self.path("app.db").read_bytes(), before)


class Passwords(Case):
    SECRET = "s3cret-pass"

    def setUp(self):
        super().setUp()
        self.project(SCHEMA)
        self.script("aaaa1111", "", SCHEMA)

    def hidden(self, *arguments, **options):
        result = self.retort(*arguments, status=None, **options)
        self.assertNotIn(self.SECRET, result.out + result.err, result)
        return result

    def test_of_a_url_nobody_speaks(self):
        for url in (
            f"nonsense://user:{self.SECRET}@host/db",
            f"sqlite://user:{self.SECRET}@host/app.db",
            f"mysql://user:{self.SECRET}@host:99999/db",
            f"sqlite:///app.db?password={self.SECRET}",
            f"://user:{self.SECRET}@host/db",
            f"user:{self.SECRET}@host/db",
        ):
            for command in ("ping", "current", "upgrade", "check", "ensure-version"):
                with self.subTest((url, command)):
                    self.hidden(command, "--url", url)
                    self.hidden(command, "--url", url, "--json", "-vv")
                    self.hidden(command, env={"RETORT_URL": url})
                    self.hidden("diff", url, "scripts")
                    self.write(
                        "retort.ini", f"[retort]\nurl = {url}\nscript_location = migrations\n"
                    )
                    self.hidden(command)

    def test_of_a_configuration_with_errors(self):
        for line in (
            f"ulr = starrocks://user:{self.SECRET}@host/db",
            f"url starrocks://user:{self.SECRET}@host/db",
            f"url = starrocks://user:{self.SECRET}@host/${{NOWHERE}}",
        ):
            with self.subTest(line):
                self.write("retort.ini", f"[retort]\nscript_location = migrations\n{line}\n")
                result = self.hidden("current")
                self.assertEqual(result.status, 2)
                self.assertIn("retort.ini:3:", result.err)

    def test_of_variables(self):
        self.write(
            "retort.ini",
            "[retort]\nurl = starrocks://u:${PASSWORD}@h/db\nscript_location = migrations\n",
        )
        self.hidden("ping", env={"PASSWORD": self.SECRET})
        self.hidden("ping", "-x", f"PASSWORD={self.SECRET}")

    def test_what_is_written_is_as_private_as_the_user_asked(self):
        """Scripts are made as any file of the user; nothing is opened to others beyond that."""
        self.retort("upgrade", before=lambda: os.umask(0o077))
        self.retort("revision", "-m", "x", before=lambda: os.umask(0o077))
        for name in [
            "app.db",
            *(f"migrations/versions/{one}" for one in self.scripts() if "_x" in one),
        ]:
            self.assertEqual(stat.S_IMODE(self.path(name).stat().st_mode) & 0o077, 0, name)
