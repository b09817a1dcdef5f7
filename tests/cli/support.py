"""What tests of the command share: a scratch folder, the program of this build, its database.

RETORT names the program and RETORT_DRIVER_PATH its drivers; meson sets both.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(os.environ["RETORT"])
# Nothing else of the caller's environment reaches the program.
KEPT_VARIABLES = ("PATH", "RETORT_DRIVER_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
LONGEST_RUN = 120  # seconds; a program that hangs fails its test
CONFIGURATION = """\
[retort]
url = sqlite:///app.db
schema = schema.sql
script_location = migrations
"""
DATABASE = "app.db"
SCRIPTS = "migrations/versions"


class Result:
    """What one run of a program answered."""

    def __init__(self, arguments, done):
        self.arguments = arguments
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        """The error object of --json: the last line of standard error."""
        return json.loads(self.err.splitlines()[-1])["error"]

    def __str__(self):
        return f"retort {' '.join(self.arguments)} → {self.status}\n{self.out}\n{self.err}"


class Case(unittest.TestCase):
    """A test in a scratch folder of its own, which is the working folder of what it runs."""

    maxDiff = None

    def setUp(self):
        self.folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="retort-")))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    # -- running

    def environment(self, **variables):
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        kept.update(HOME=str(self.folder), LC_ALL="C.UTF-8", TZ="UTC", TERM="xterm")
        kept.update(variables)
        return kept

    def retort(self, *arguments, status=0, stdin="", env=None, cwd=None, before=None):
        """Runs the program and wants that exit status; None accepts any."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.folder / (cwd or ""),
            env=self.environment(**(env or {})),
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=before,
            timeout=LONGEST_RUN,
        )
        result = Result(arguments, done)
        if status is not None:
            self.assertEqual(result.status, status, result)
        return result

    def start(self, *arguments, env=None, **options):
        """Starts the program and leaves it running; ended with the test at the latest."""
        process = subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def finish(self, process, status=0):
        out, err = process.communicate(timeout=LONGEST_RUN)
        done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
        result = Result(process.args[1:], done)
        self.assertEqual(result.status, status, result)
        return result

    def failure(self, *arguments, status, code, **options):
        """Runs with --json and wants that exit status and error object; returns the object.

        Nothing but the object stands on standard error as JSON, and no answer on standard output.
        """
        result = self.retort(*arguments, "--json", status=status, **options)
        self.assertEqual(result.out, "", result)
        error = result.error
        self.assertEqual(set(error), {"code", "message", "file", "line", "column"}, result)
        self.assertEqual(error["code"], code, result)
        return error

    def shell(self, sql, database=DATABASE, status=0):
        """Gives a script to the sqlite3 shell as it is; what it printed."""
        done = subprocess.run(
            ["sqlite3", "-bail", str(self.folder / database)],
            cwd=self.folder,
            env=self.environment(),
            input=sql.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_RUN,
        )
        output = done.stdout.decode("utf-8", "replace")
        self.assertEqual(done.returncode, status, output)
        return output

    # -- files

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def snapshot(self):
        """Each file and folder below the scratch folder, with the hash of what it holds."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            content = path.read_bytes() if path.is_file() else b""
            found[name] = hashlib.sha256(content).hexdigest() if path.is_file() else "folder"
        return found

    def project(self, schema=None, more=""):
        """An empty project on the SQLite file app.db; `more` is added to its configuration."""
        self.write("retort.ini", CONFIGURATION + more)
        self.path(SCRIPTS).mkdir(parents=True, exist_ok=True)
        self.write("schema.sql", schema or "")

    def script(self, revision, down="", up="", back="", *, header="", folder=SCRIPTS):
        """Writes a revision script; `back` None leaves the downgrade out."""
        text = (
            f"-- revision: {revision}\n-- down_revision: {down}\n{header}-- message: {revision}\n"
        )
        text += f"\n-- retort: upgrade\n{up}\n"
        if back is not None:
            text += f"\n-- retort: downgrade\n{back}\n"
        return self.write(f"{folder}/{revision}_script.sql", text)

    def scripts(self):
        """The names of the revision scripts."""
        return sorted(path.name for path in self.path(SCRIPTS).glob("*.sql"))

    def newest_script(self, slug):
        """The text of the script with that slug."""
        (path,) = self.path(SCRIPTS).glob(f"*_{slug}.sql")
        return path.read_text(encoding="utf-8")

    # -- the database

    def open(self, database=DATABASE):
        connection = sqlite3.connect(self.folder / database, isolation_level=None, timeout=0)
        self.addCleanup(connection.close)
        return connection

    def rows(self, sql, database=DATABASE):
        connection = sqlite3.connect(self.folder / database)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def execute(self, sql, database=DATABASE):
        connection = sqlite3.connect(self.folder / database)
        try:
            connection.executescript(sql)
        finally:
            connection.close()

    def versions(self, database=DATABASE):
        """The rows of the version table, sorted; None where there is no such table."""
        if not self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'retort_version'", database):
            return None
        return sorted(row[0] for row in self.rows("SELECT * FROM retort_version", database))

    def objects(self, database=DATABASE):
        """The names of all tables, indexes, views and triggers that are not retort's own."""
        return {
            name
            for (name,) in self.rows("SELECT name FROM sqlite_schema", database)
            if not name.startswith(("retort_", "sqlite_"))
        }
