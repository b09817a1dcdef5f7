"""The inputs of the cases: projects with many revisions and schemas with many tables.

All of it follows from numbers, so that every run and every tool gets the same.
"""

import hashlib
import textwrap

CREATED = "2026-01-01 00:00:00"


def revision_id(number):
    return hashlib.sha1(f"revision {number}".encode()).hexdigest()[:12]


def statements(number):
    """What revision `number` does and what undoes it: four kinds of change in turn."""
    group, kind = divmod(number, 4)
    if kind == 0:
        columns = ",\n    ".join(
            ["id INTEGER PRIMARY KEY", "name VARCHAR(50) NOT NULL", "amount NUMERIC(10, 2)",
             "created DATETIME DEFAULT CURRENT_TIMESTAMP"]
        )
        return f"CREATE TABLE account_{group} (\n    {columns}\n)", f"DROP TABLE account_{group}"
    if kind == 1:
        return (
            f"ALTER TABLE account_{group} ADD COLUMN note TEXT",
            f"ALTER TABLE account_{group} DROP COLUMN note",
        )
    if kind == 2:
        return (
            f"CREATE INDEX account_{group}_name ON account_{group} (name)",
            f"DROP INDEX account_{group}_name",
        )
    return (
        f"CREATE TABLE entry_{group} (\n    id INTEGER PRIMARY KEY,\n"
        f"    account_id INTEGER NOT NULL REFERENCES account_{group} (id),\n    text TEXT\n)",
        f"DROP TABLE entry_{group}",
    )


def table(number, columns, types=("INTEGER", "VARCHAR(100)", "NUMERIC(10, 2)", "TEXT", "DATETIME")):
    lines = ["id INTEGER NOT NULL PRIMARY KEY"]
    for column in range(1, columns):
        null = " NOT NULL DEFAULT ''" if column % 4 == 1 else ""
        lines.append(f"column_{column} {types[column % len(types)]}{null}")
    body = ",\n    ".join(lines)
    return f"CREATE TABLE item_{number} (\n    {body}\n);\n"


def schema(tables, columns):
    return "\n".join(table(number, columns) for number in range(tables))


def dropped_columns(tables):
    drops = [f"ALTER TABLE item_{number} DROP COLUMN column_3;\n" for number in range(tables)]
    return schema(tables, 10) + "".join(drops)


def two_schemas(tables):
    """Two thirds of the tables each: one only in the first, one only in the second, one changed."""
    before = [table(number, 10) for number in range(tables) if number % 3 != 0]
    after = [table(number, 11 if number % 3 == 2 else 10) for number in range(tables)
             if number % 3 != 1]
    return "\n".join(before), "\n".join(after)


def write_schema_of_size(path, size, columns=20):
    """At least `size` bytes of DDL."""
    written = number = 0
    with open(path, "w") as file:
        while written < size:
            written += file.write(table(number, columns) + "\n")
            number += 1


def write_printed(path, size, columns=20):
    """At least `size` bytes of what a StarRocks server prints of its tables."""
    types = ("int(11)", "varchar(100)", "decimal(10, 2)")
    written = number = 0
    with open(path, "w") as file:
        while written < size:
            lines = [f"  `column_{i}` {types[i % 3]} {'NOT NULL' if i < 2 else 'NULL'} COMMENT \"\""
                     for i in range(columns)]
            written += file.write(
                f"CREATE TABLE `table_{number}` (\n" + ",\n".join(lines) + "\n) ENGINE=OLAP \n"
                "DUPLICATE KEY(`column_0`, `column_1`)\nCOMMENT \"a table\"\n"
                "DISTRIBUTED BY HASH(`column_0`) BUCKETS 10 \nPROPERTIES (\n\"compression\" = \"LZ4\",\n"
                "\"fast_schema_evolution\" = \"true\",\n\"replicated_storage\" = \"true\",\n"
                "\"replication_num\" = \"3\"\n);\n")
            number += 1


def write_retort(folder, revisions=0, schema_text=""):
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "retort.ini").write_text(
        "[retort]\nurl = sqlite:///app.db\nschema = schema.sql\nscript_location = migrations\n"
        "dialect = sqlite\n"
    )
    (folder / "schema.sql").write_text(schema_text)
    for number in range(revisions):
        up, down = statements(number)
        parent = revision_id(number - 1) if number else ""
        (versions / f"{revision_id(number)}_change_{number}.sql").write_text(
            f"-- revision: {revision_id(number)}\n-- down_revision: {parent}".rstrip()
            + f"\n-- branch_labels:\n-- depends_on:\n-- replaces:\n-- message: change {number}\n"
            f"-- created: {CREATED} +00:00\n\n-- retort: upgrade\n{up};\n\n"
            f"-- retort: downgrade\n{down};\n"
        )


ALEMBIC_ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, pool
import models

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata,
                      transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""

ALEMBIC_TEMPLATE = '''"""${message}"""
from alembic import op
import sqlalchemy as sa
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
def upgrade():
    ${upgrades if upgrades else "pass"}
def downgrade():
    ${downgrades if downgrades else "pass"}
'''

ALEMBIC_MODELS = """
import sqlalchemy as sa
types = [sa.Integer, lambda: sa.String(100), lambda: sa.Numeric(10, 2), sa.Text, sa.DateTime]
metadata = sa.MetaData()
for table in range({tables}):
    columns = [sa.Column("id", sa.Integer, primary_key=True)]
    for column in range(1, {columns}):
        extra = dict(nullable=False, server_default="") if column % 4 == 1 else dict()
        columns.append(sa.Column(f"column_{{column}}", types[column % 5](), **extra))
    sa.Table(f"item_{{table}}", metadata, *columns)
"""


def write_alembic(folder, revisions=0, tables=0, columns=0):
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"
        "sqlalchemy.url = sqlite:///app.db\n"
    )
    (folder / "migrations" / "env.py").write_text(ALEMBIC_ENVIRONMENT)
    (folder / "migrations" / "script.py.mako").write_text(ALEMBIC_TEMPLATE)
    (folder / "models.py").write_text(ALEMBIC_MODELS.format(tables=tables, columns=columns))
    for number in range(revisions):
        up, down = statements(number)
        parent = repr(revision_id(number - 1)) if number else "None"
        (versions / f"{revision_id(number)}_change_{number}.py").write_text(
            textwrap.dedent(
                f'''\
                """change {number}

                Create Date: {CREATED}
                """
                from alembic import op
                revision = "{revision_id(number)}"
                down_revision = {parent}
                branch_labels = None
                depends_on = None
                def upgrade():
                    op.execute({up!r})
                def downgrade():
                    op.execute({down!r})
                '''
            )
        )
