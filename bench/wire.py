"""The cases over the wire: StarRocks' protocol, spoken by tests/servers/starrocks over a memory database.

The server is Python and its time is nobody's: what counts is the CPU time of the client and how
often it waits for an answer. Alembic with the starrocks dialect is asked the same of the same server.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from cases import Case
from measure import call, run

SERVER = Path(__file__).resolve().parent.parent / "tests" / "servers" / "starrocks" / "server.py"
COLUMNS = 20
TYPES = ("INT", "BIGINT", "VARCHAR(50)", "STRING", "DATETIME", "DATE", "DOUBLE", "DECIMAL(10, 2)",
         "BOOLEAN", "SMALLINT")
MODEL_TYPES = ("INTEGER",) + TYPES[1:]
OPTIONS = "DISTRIBUTED BY HASH(id) BUCKETS 8 PROPERTIES ('replication_num' = '1')"
CONFIGURATION = """\
[retort]
url = {url}
schema = schema.sql
script_location = migrations
dialect = starrocks
[version_table]
starrocks.properties = replication_num=1
"""
SCRIPT = """\
-- revision: {revision}
-- down_revision: {parent}
-- message: change

-- retort: upgrade
{up}
-- retort: downgrade
"""
ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, pool
from starrocks.alembic import include_object_for_view_mv, render_column_type
from starrocks.alembic.starrocks import StarRocksImpl
import models

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata,
                      render_item=render_column_type, include_object=include_object_for_view_mv,
                      version_table_kwargs={{"starrocks_properties": {{"replication_num": "1"}}}})
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
revision = "{revision}"
down_revision = {parent!r}
branch_labels = None
depends_on = None
def upgrade():
    pass
def downgrade():
    pass
"""


def comment(column):
    return f"column {column}" if column % 5 == 0 else ""


def statements(tables):
    for table in range(tables):
        lines = ["id BIGINT NOT NULL"]
        for column in range(1, COLUMNS):
            said = f" COMMENT '{comment(column)}'" if comment(column) else ""
            lines.append(f"c{column} {TYPES[column % len(TYPES)]}{said}")
        yield (f"CREATE TABLE t{table:05} (\n    " + ",\n    ".join(lines)
               + f"\n) PRIMARY KEY (id) COMMENT 'table {table}' {OPTIONS}")


def models(tables):
    text = ["from sqlalchemy import Column, MetaData, Table", "from starrocks import *",
            "metadata = MetaData()"]
    for table in range(tables):
        columns = ["Column('id', BIGINT, primary_key=True)"]
        for column in range(1, COLUMNS):
            said = f", comment='{comment(column)}'" if comment(column) else ""
            columns.append(f"Column('c{column}', {MODEL_TYPES[column % len(TYPES)]}{said})")
        text.append(f"Table('t{table:05}', metadata, {', '.join(columns)}, comment='table {table}', "
                    "starrocks_primary_key='id', starrocks_distributed_by='HASH(id) BUCKETS 8', "
                    "starrocks_properties={'replication_num': '1'})")
    return "\n".join(text) + "\n"


class Server:
    """The server with `tables` tables in the database `bench`."""

    def __init__(self, bench, folder, tables):
        log = folder / "server.log"
        requests = [{"open": f"memory+starrocks:///{log}"}]
        requests += [{"sql": statement} for statement in statements(tables)]
        lines = "\n".join(map(json.dumps, requests)).encode()
        subprocess.run([bench.engine], input=lines, stdout=subprocess.DEVNULL, check=True)
        self.process = subprocess.Popen(
            [sys.executable, SERVER, "--engine", bench.engine, "--url",
             f"memory+starrocks:///{log}", "--database", "bench"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def counts(self):
        self.process.stdin.write("TEST COUNTS\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline().partition(" ")[2]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class WireCase(Case):
    """A command against the server. `trips`: packets that are sent and answered, behind the login, at most."""

    tools = ("retort", "alembic", "bare")
    tables = 10
    trips = None
    revisions = 0
    is_applied = False

    def prepare(self):
        versions = self.folder / "migrations" / "versions"
        versions.mkdir(parents=True)
        self.server = Server(self.bench, self.folder, self.tables)
        url = f"starrocks://root@127.0.0.1:{self.server.port}/bench"
        if self.tool == "alembic":
            self.write_alembic(url, versions)
        else:
            (self.folder / "retort.ini").write_text(CONFIGURATION.format(url=url))
            (self.folder / "schema.sql").write_text(";\n\n".join(statements(self.tables)) + ";\n")
            self.write_revisions(versions, SCRIPT, "sql", lambda parent: parent or "")
        if self.is_applied and self.tool != "bare":
            call([self.program(), "upgrade", "head"], self.folder)

    def write_alembic(self, url, versions):
        (self.folder / "alembic.ini").write_text(
            f"[alembic]\nscript_location = migrations\nprepend_sys_path = .\nsqlalchemy.url = {url}\n")
        (self.folder / "migrations" / "env.py").write_text(ENVIRONMENT.format())
        (self.folder / "models.py").write_text(models(self.tables))
        self.write_revisions(versions, REVISION, "py", lambda parent: parent)

    def write_revisions(self, versions, form, suffix, name_parent):
        for number in range(self.revisions):
            parent = f"{number - 1:04}" if number else None
            (versions / f"{number:04}_change.{suffix}").write_text(
                form.format(revision=f"{number:04}", parent=name_parent(parent), up=self.change(number)))

    def change(self, number):
        return ""

    def command(self):
        if self.tool == "bare":
            return [self.bench.client, str(self.server.port), "bench"]
        return [self.program(), *self.arguments]

    def measure(self):
        before = self.server.counts()
        measure = run(self.bench.launch, self.command(), self.folder, self.expected)
        after = self.server.counts()
        measure.trips = after["packets"] - before["packets"]
        measure.statements = after["statements"] - before["statements"]
        return measure

    def finish(self):
        self.server.close()


class WireCheck(WireCase):
    arguments = ("check",)


class WireCheck10(WireCheck):
    name, tables, trips = "starrocks-check-10x20", 10, 8


class WireCheck1000(WireCheck):
    name, tables, trips, cpu = "starrocks-check-1000x20", 1000, 8 + 10, 0.15


class WireCheck10000(WireCheck):
    """Alembic would take the better part of an hour."""

    name, tables, trips = "starrocks-check-10000x20", 10000, 8 + 100
    tools = ("retort", "bare")


class WireCurrent(WireCase):
    name, cpu, trips, revisions, arguments = "starrocks-current", 0.010, 3, 10, ("current",)
    tools, is_applied = ("retort", "alembic"), True


class WireUpgrade(WireCase):
    """One revision of a hundred statements: of each how often the runner waits beside it."""

    name, statements_each, arguments = "starrocks-upgrade-100", 100, ("upgrade", "head")
    tools, tables, revisions, trips = ("retort",), 10, 1, 12 + 100 * (1 + 4)

    def change(self, number):
        return "".join(f"CREATE TABLE n{one} (id INT) DUPLICATE KEY (id) {OPTIONS};\n"
                       for one in range(self.statements_each))

    def prepare(self):
        self.server = None

    def reset(self):
        self.finish()
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        super().prepare()

    def finish(self):
        if self.server:
            self.server.close()


WIRE_CASES = (WireCheck10, WireCheck1000, WireCheck10000, WireCurrent, WireUpgrade)
# What retort may take beyond the bare client, in seconds.
MARGINS = ((WireCheck1000, 0.060), (WireCheck10000, 0.600))
