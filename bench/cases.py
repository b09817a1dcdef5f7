"""The cases: what each needs, what it runs, and what it must reach."""

import re
import shutil
import sqlite3
import subprocess

import inputs
from measure import Failure, Measure, call, run

TABLES, COLUMNS = 1000, 20


class Case:
    """One line of the table. `prepare` is called once, `reset` before and `command` in each run."""

    tools = ("retort",)
    cpu = peak = rate = trips = None  # what is to be reached: at most, but for the rate
    expected = (0,)

    def __init__(self, bench, tool, folder):
        self.bench, self.tool, self.folder = bench, tool, folder

    def prepare(self):
        pass

    def reset(self):
        pass

    def program(self):
        return self.bench.programs[self.tool]

    def finish(self):
        """Called once, behind the last run."""

    def measure(self):
        return run(self.bench.launch, self.command(), self.folder, self.expected)


class ProjectCase(Case):
    """A command in a project with `revisions` scripts; `applied`: they all ran on its database."""

    tools = ("retort", "alembic")
    revisions = 0
    applied = False
    arguments = ()

    def prepare(self):
        if self.tool == "alembic":
            inputs.write_alembic(self.folder, self.revisions)
        else:
            inputs.write_retort(self.folder, self.revisions)
        if self.applied:
            call([self.program(), "upgrade", "head"], self.folder)

    def command(self):
        if self.tool == "bare":
            return [self.program(), *(["migrations/versions"] if self.revisions else [])]
        return [self.program(), *self.arguments]


class Help(ProjectCase):
    name, cpu, peak = "help", 0.002, 6
    tools = ("retort", "alembic", "bare")
    arguments = ("--help",)


class History10(ProjectCase):
    name, cpu, peak = "history-10", 0.002, 6
    revisions, arguments = 10, ("history",)


class Current10(ProjectCase):
    name, cpu = "current-10", 0.004
    revisions, applied, arguments = 10, True, ("current",)


class History5000(ProjectCase):
    name, cpu, peak = "history-5000", 0.035, 20
    tools = ("retort", "alembic", "bare")
    revisions, arguments = 5000, ("history",)


class UpgradeNothing(ProjectCase):
    name, cpu = "upgrade-nothing-1000", 0.010
    revisions, applied, arguments = 1000, True, ("upgrade", "head")


def contents(path):
    """The schema of a database and how many rows each table has."""
    database = sqlite3.connect(path)
    objects = database.execute("SELECT name, type FROM sqlite_master ORDER BY name").fetchall()
    counts = {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name, kind in objects
        if kind == "table"
    }
    database.close()
    return [name for name, _ in objects], counts


class Upgrade(ProjectCase):
    """Beside it the sqlite3 shell runs what `upgrade --sql` writes: the same statements and rows."""

    name, revisions, arguments = "upgrade-1000", 1000, ("upgrade", "head")
    tools = ("retort", "alembic", "sqlite3")
    times_shell = 1.15

    def prepare(self):
        super().prepare()
        if self.tool == "sqlite3":
            script = self.folder / "upgrade.sql"
            retort = self.bench.programs["retort"]
            call([retort, "upgrade", "head", "--sql"], self.folder, output=script)
            call([retort, "upgrade", "head"], self.folder)
            call(["sqlite3", "-bail", "shell.db", ".read upgrade.sql"], self.folder)
            mine, shells = contents(self.folder / "app.db"), contents(self.folder / "shell.db")
            if mine != shells:
                wrong = {
                    name: (mine[1].get(name), shells[1].get(name))
                    for name in {**mine[1], **shells[1]}
                    if mine[1].get(name) != shells[1].get(name)
                }
                self.bench.notes.append(
                    f"{self.name}: the shell's database differs from retort's; rows: {wrong}"
                )

    def reset(self):
        for path in self.folder.glob("app.db*"):
            path.unlink()

    def command(self):
        if self.tool == "sqlite3":
            return ["sqlite3", "-bail", "app.db", ".read upgrade.sql"]
        return super().command()


class Check(ProjectCase):
    name, cpu, peak = f"check-{TABLES}x{COLUMNS}", 0.12, 25
    arguments = ("check",)

    def prepare(self):
        text = inputs.schema(TABLES, COLUMNS)
        if self.tool == "alembic":
            inputs.write_alembic(self.folder, 0, TABLES, COLUMNS)
        else:
            inputs.write_retort(self.folder, 0, text)
        database = sqlite3.connect(self.folder / "app.db")
        database.executescript(text)
        database.close()


class Autogenerate(Check):
    name, cpu, peak = f"autogenerate-{TABLES}x{COLUMNS}", 0.3, None
    arguments = ("revision", "--autogenerate", "-m", "everything")

    def prepare(self):
        super().prepare()
        self.reset()

    def reset(self):
        for path in self.folder.glob("app.db*"):
            path.unlink()
        for path in (self.folder / "migrations" / "versions").glob("*_everything.*"):
            path.unlink()

    def measure(self):
        measure = super().measure()
        written = list((self.folder / "migrations" / "versions").glob("*_everything.*"))
        if len(written) != 1 or written[0].stat().st_size < TABLES * COLUMNS * 10:
            raise Failure(f"{self.name}: no script of that size was written")
        return measure


class Replay(ProjectCase):
    tools, arguments = ("retort",), ("inspect", "scripts")


class Replay1000(Replay):
    name, revisions = "replay-1000", 1000


class Replay10000(Replay):
    name, revisions, cpu = "replay-10000", 10000, 0.25


class CoreCase(Case):
    """The core without a command: CPU time is that of the work, reading the file is not in it."""

    files = ("schema.sql",)
    dialect = "sqlite"

    def command(self):
        return [self.bench.core, self.name.split("-")[0], self.dialect, *self.files]

    def measure(self):
        output = self.folder / "figures"
        with open(output, "wb") as file:
            measure = run(self.bench.launch, self.command(), self.folder, output=file)
        size, seconds, _ = output.read_text().split()
        return Measure(float(seconds), measure.wall, measure.peak, int(size) / 1e6 / float(seconds))


class Parse(CoreCase):
    name, rate = "parse-32MB", 100

    def prepare(self):
        inputs.write_schema_of_size(self.folder / "schema.sql", 32 * 1000 * 1000)


class Lex(Parse):
    name, rate = "lex-32MB", None


class Show(CoreCase):
    """What SHOW CREATE TABLE prints, into a catalog."""

    name, rate, dialect = "show-starrocks-16MB", 100, "starrocks"

    def prepare(self):
        inputs.write_printed(self.folder / "schema.sql", 16 * 1000 * 1000)


class Render(Show):
    name, rate = "render-starrocks-16MB", 50


class Memory(CoreCase):
    name, peak = "compare-10000x50", 250
    files = ("schema.sql", "schema.sql")

    def prepare(self):
        (self.folder / "schema.sql").write_text(inputs.schema(10000, 50))


class DropColumns(Case):
    """A file that creates `size` tables and takes a column away from each."""

    def prepare(self):
        (self.folder / "schema.sql").write_text(inputs.dropped_columns(self.size))

    def command(self):
        return [self.program(), "inspect", "schema.sql", "--dialect", "sqlite"]


class Diff(Case):
    """Of `size` tables each third is created, dropped, and changed."""

    def prepare(self):
        for name, text in zip(("from.sql", "to.sql"), inputs.two_schemas(self.size)):
            (self.folder / name).write_text(text)

    def command(self):
        return [self.program(), "diff", "from.sql", "to.sql", "--dialect", "sqlite"]


def of_sizes(case, name, sizes):
    return [type(f"{case.__name__}{size}", (case,), {"name": f"{name}-{size}", "size": size})
            for size in sizes]


SIZES = (2000, 4000, 8000, 16000)
DROPS, DIFFS = of_sizes(DropColumns, "drop-column", SIZES), of_sizes(Diff, "diff", SIZES)
# What has twice the size, and what it is compared with.
DOUBLINGS = [pair for cases in (DROPS, DIFFS) for pair in zip(cases[1:], cases)]

CASES = (
    Help,
    History10,
    Current10,
    History5000,
    UpgradeNothing,
    Upgrade,
    Check,
    Autogenerate,
    Replay1000,
    Replay10000,
    Lex,
    Parse,
    Show,
    Render,
    Memory,
    *DROPS,
    *DIFFS,
)

DATABASE_LIBRARY = re.compile(r"sqlite|mysql|mariadb|libpq|nghttp2|libssl|libcrypto|protobuf|grpc")


def program_facts(program, scratch):
    """The size of the stripped program in bytes, and the libraries that `--help` loads."""
    stripped = scratch / "stripped"
    shutil.copy(program, stripped)
    subprocess.run(["strip", stripped], check=True)
    traced = subprocess.run(
        [program, "--help"],
        env={"LD_DEBUG": "files"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    libraries = set(re.findall(r"calling init: \S*/([^/\s]+)", traced.stderr.decode()))
    return stripped.stat().st_size, sorted(libraries)
