"""Alembic with its starrocks dialect: its own work on the server, taken over by retort and handed
back."""

import re

from peers import DATABASE, PeerCase

MODELS = """\
from sqlalchemy import Column, Table
from sqlalchemy.orm import Mapped, declarative_base, mapped_column
from starrocks import INTEGER, STRING, VARCHAR
from starrocks.schema import MaterializedView, View

Base = declarative_base()


class MyOrmTable(Base):
    __tablename__ = "my_orm_table"
    id: Mapped[int] = mapped_column(INTEGER, primary_key=True)
    name: Mapped[str] = mapped_column(STRING)
    __table_args__ = {{
        "comment": "table comment",
        "starrocks_primary_key": "id",
        "starrocks_distributed_by": "HASH(id) BUCKETS 10",
        "starrocks_properties": {{"replication_num": "1"}},
    }}


my_core_table = Table(
    "my_core_table", Base.metadata,
    Column("id", INTEGER, primary_key=True),
    Column("name", VARCHAR(50)),{columns}
    comment="core table comment",
    starrocks_primary_key="id",
    starrocks_distributed_by="HASH(id) BUCKETS 10",
    starrocks_properties={{"replication_num": "1"}},
)
{tables}
user_view = View(
    "user_view", Base.metadata,
    definition="SELECT id, name FROM my_core_table WHERE name IS NOT NULL",
    columns=[{{"name": "id", "comment": "ID"}}, {{"name": "name", "comment": "Name"}}],
    comment="Active users",
)
user_stats_mv = MaterializedView(
    "user_stats_mv", Base.metadata,
    definition="SELECT id, COUNT(*) AS cnt FROM my_core_table GROUP BY id",
    starrocks_refresh="ASYNC",
)
"""
FIRST = MODELS.format(columns="", tables="")
NEW_TABLE = """
my_new_table = Table(
    "my_new_table", Base.metadata,
    Column("id", INTEGER, primary_key=True),
    Column("name", VARCHAR(50)),
    starrocks_primary_key="id",
    starrocks_distributed_by="HASH(id) BUCKETS 10",
    starrocks_properties={"replication_num": "1"},
)
"""
AGE = '\n    Column("age", INTEGER),'
SECOND = MODELS.format(columns=AGE, tables=NEW_TABLE)
THIRD = MODELS.format(columns=AGE + '\n    Column("city", VARCHAR(20)),', tables=NEW_TABLE)
# What docs/from-alembic.md says to add to env.py.
FILTER = """
def include_name(name, type_, parent_names):
    return not (type_ == "table" and name.startswith("retort_"))
"""
FILTER_OPTION = "\n            include_name=include_name,"


class AlembicCase(PeerCase):
    def setUp(self):
        super().setUp()
        self.server = self.start_server()
        self.url = self.server.url(DATABASE)

    def write_models(self, text):
        self.write("alembic-project/myapp/models.py", text)

    def put_tables_first(self, path):
        """What users do by hand: Alembic writes views before the tables that they read."""
        text = path.read_text(encoding="utf-8")
        up, _, down = text.partition("def downgrade")
        views = re.findall(r"    op\.create_(?:materialized_)?view\((?:.|\n)*?\n    \)\n", up)
        for view in views:
            up = up.replace(view, "")
        up = up.replace("    # ### end", "".join(views) + "    # ### end")
        drops = re.findall(r"    op\.drop_(?:materialized_)?view\(.*\)\n", down)
        for drop in drops:
            down = down.replace(drop, "")
        down = down.replace("please adjust! ###\n", "please adjust! ###\n" + "".join(drops))
        path.write_text(up + "def downgrade" + down, encoding="utf-8")

    def autogenerate(self, message):
        """The identifier of the script."""
        self.alembic("revision", "--autogenerate", "-m", message)
        path = self.alembic_scripts()[-1]
        self.put_tables_first(path)
        return path.name.split("_")[0]

    def migrate_by_alembic(self, options="", lines=""):
        """Two revisions of the guide's tutorial, as Alembic makes them; their identifiers."""
        self.alembic_project(self.url, FIRST, options, lines)
        first = self.autogenerate("create initial schema")
        self.alembic("upgrade", "head")
        self.write_models(SECOND)
        second = self.autogenerate("add a new table, change a old table")
        self.alembic("upgrade", "head")
        return first, second

    def assert_no_difference(self):
        self.assertIn("No new upgrade operations detected.", self.alembic("check"))

    def ask(self, sql, database=DATABASE):
        cursor = self.connect(self.server, database)
        cursor.execute(sql)
        return cursor.fetchall()


class OwnWork(AlembicCase):
    def test_the_tutorial(self):
        first, second = self.migrate_by_alembic()
        self.assert_no_difference()
        self.assertIn(f"{second} (head)", self.alembic("current"))
        self.alembic("downgrade", "-1")
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), ((first,),))
        self.assertEqual([row[0] for row in self.ask("DESC my_core_table")], ["id", "name"])
        self.alembic("upgrade", "head")
        self.assert_no_difference()
        self.alembic("downgrade", "base")
        self.assertEqual(self.ask("SHOW TABLES"), (("alembic_version",),))

    def test_its_own_order_fails_as_on_a_real_server(self):
        self.alembic_project(self.url, FIRST)
        self.alembic("revision", "--autogenerate", "-m", "as generated")
        output = self.alembic("upgrade", "head", status=1)
        self.assertIn(f"Unknown table '{DATABASE}.my_core_table'", output)


class TakeOver(AlembicCase):
    def take_over(self, revision, own):
        """What docs/from-alembic.md says."""
        schema = self.retort("inspect", self.url).out
        self.starrocks_project(self.url, schema, own)
        self.retort("revision", "--autogenerate", "--against", "scripts", "--rev-id", revision,
                    "-m", "as Alembic left it")

    def add_city(self):
        """A revision by retort; its identifier."""
        text = self.read("schema.sql")
        changed = re.sub(r"(?m)^(    age .*)$", r"\1,\n    city VARCHAR(20)", text)
        self.assertNotEqual(changed, text)
        self.write("schema.sql", changed)
        self.retort("revision", "--autogenerate", "-m", "city", "--rev-id", "c17000000001")
        self.assertIn("ADD COLUMN city VARCHAR(20)", self.newest_script("city"))
        self.retort("upgrade")
        self.retort("check")
        return "c17000000001"

    def test_there_and_back(self):
        _, head = self.migrate_by_alembic(FILTER_OPTION, FILTER)
        self.take_over(head, "name = alembic_version\n")
        self.assertEqual(self.retort("current").out, f"{head} (head)\n")
        self.assertEqual(self.retort("check").out, "No new upgrade operations detected.\n")
        new = self.add_city()
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), ((new,),))

        # Handed back: Alembic is given a script of the same name for what retort did.
        self.alembic("revision", "--rev-id", new, "-m", "city")
        self.write_models(THIRD)
        self.assertIn(f"{new} (head)", self.alembic("current"))
        self.assert_no_difference()
        self.alembic("upgrade", "head")
        self.assert_no_difference()

        # And taken again, by what Alembic does next.
        self.write_models(SECOND)
        last = self.autogenerate("no city")
        self.alembic("upgrade", "head")
        self.write("schema.sql", self.read("schema.sql").replace(",\n    city VARCHAR(20)", ""))
        self.retort("revision", "--autogenerate", "--against", "scripts", "--rev-id", last,
                    "-m", "no city")
        self.assertEqual(self.retort("current").out, f"{last} (head)\n")
        self.assertEqual(self.retort("check").out, "No new upgrade operations detected.\n")

    def test_without_the_filter_alembic_would_drop_retorts_tables(self):
        _, head = self.migrate_by_alembic()
        self.take_over(head, "name = alembic_version\n")
        self.add_city()
        self.alembic("revision", "--rev-id", "c17000000001", "-m", "city")
        self.write_models(THIRD)
        self.assertIn("Detected removed table 'retort_journal'", self.alembic("check", status=255))

    def test_tables_in_a_database_of_their_own(self):
        _, head = self.migrate_by_alembic()
        self.ask("CREATE DATABASE retort")
        self.take_over(head, "schema = retort\n")
        self.retort("stamp", "head")
        self.assertEqual(self.retort("current").out, f"{head} (head)\n")
        new = self.add_city()
        self.assertEqual(self.ask("SELECT version_num FROM retort_version", "retort"), ((new,),))

        # Alembic's own table was left alone; a stamp tells it where the database is.
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), ((head,),))
        self.alembic("revision", "--rev-id", new, "-m", "city")
        self.write_models(THIRD)
        self.alembic("stamp", "head")
        self.assert_no_difference()
        self.assertEqual(self.retort("check").out, "No new upgrade operations detected.\n")
