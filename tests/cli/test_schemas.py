"""Several databases at once: StarRocks' names `db.table`, the default one of the URL, [autogenerate] schemas."""

from support import SCRIPTS, Case

URL = "memory+starrocks:///app.log?database=mine"
BODY = "DUPLICATE KEY (k) DISTRIBUTED BY HASH(k) BUCKETS 1 PROPERTIES ('replication_num' = '1')"
SCHEMA = f"""\
CREATE DATABASE other;
CREATE TABLE mine.t (k INT, v INT) {BODY};
CREATE TABLE other.t (k INT, v INT) {BODY};
CREATE VIEW other.v AS SELECT k FROM other.t;
"""


class Schemas(Case):
    def setUp(self):
        super().setUp()
        self.configure()
        self.path(SCRIPTS).mkdir(parents=True)
        self.write("schema.sql", SCHEMA)

    def configure(self, more=""):
        self.write("retort.ini", f"[retort]\nurl = {URL}\ndialect = starrocks\n"
                   f"schema = schema.sql\nscript_location = migrations\n{more}")

    def migrate(self, slug):
        self.retort("revision", "--autogenerate", "-m", slug)
        self.retort("upgrade")
        self.retort("check")

    def operations(self):
        answer = self.retort("check", "--json", status=None).json
        return [f"{one['kind']} {one['object']} {one['name']}" for one in answer["operations"]]

    def test_there_and_back(self):
        self.assertEqual(self.operations(), ["create database other", "create table t",
                                             "create table other.t", "create view other.v"])
        self.migrate("one")
        self.write("schema.sql", SCHEMA.replace("other.t (k INT,", "other.t (k INT, w INT,"))
        self.migrate("two")
        self.assertIn("ALTER TABLE other.t ADD COLUMN w INT", self.newest_script("two"))
        self.retort("downgrade", "base")
        self.assertEqual(self.retort("inspect", "--schemas", "*", URL).out, "")

    def test_default_is_named_or_not(self):
        self.migrate("one")
        self.write("schema.sql", SCHEMA.replace("mine.t", "t"))
        self.retort("check")
        self.write("schema.sql", SCHEMA.replace("mine.t", "default_catalog.mine.t"))
        self.retort("check")
        self.write("plain.sql", f"CREATE TABLE mine.t (k INT, v INT) {BODY};\n")
        self.retort("diff", URL, "plain.sql", "--exit-code")

    def test_which_are_read(self):
        self.migrate("one")
        self.assertNotIn("other", self.retort("inspect", URL).out)
        self.assertTrue(self.retort("inspect", "--schemas", "oth*", URL).out
                        .startswith("CREATE DATABASE other;"))
        # What is declared nowhere was made by scripts: it is dropped, the database last.
        self.write("schema.sql", SCHEMA.splitlines()[1] + "\n")
        self.assertEqual(self.operations(), ["drop view other.v", "drop table other.t",
                                             "drop database other"])
        self.configure("[autogenerate]\nschemas = mine\n")
        self.assertEqual(self.operations(), [])
        self.configure("[autogenerate]\nschemas = mine, oth*\n")
        self.assertEqual(len(self.operations()), 3)

    def test_foreign_database(self):
        """One that nobody declares is left alone, whatever is in it."""
        self.write("schema.sql", SCHEMA.splitlines()[1] + "\n")
        self.migrate("one")
        self.write("other.sql", f"CREATE DATABASE other;\nCREATE TABLE other.u (k INT) {BODY};\n")
        self.write("other.ini", self.read("retort.ini").replace("schema.sql", "other.sql")
                   + "[version_table]\nname = other_version\n")
        self.retort("-c", "other.ini", "apply", "other.sql", "--create-only")
        self.retort("check")
        self.configure("[autogenerate]\nschemas = *\n")
        self.retort("check")
        self.write("schema.sql", self.read("schema.sql") + self.read("other.sql"))
        self.retort("check")

    def test_unknown_database(self):
        """As on the server, it has to be made before something is made in it."""
        self.write("schema.sql", SCHEMA.replace("CREATE DATABASE other;", ""))
        self.retort("revision", "--autogenerate", "-m", "one")
        error = self.failure("upgrade", status=3, code="rejected")
        self.assertIn("Unknown database 'other'", error["message"])
