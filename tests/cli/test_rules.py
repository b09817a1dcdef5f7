"""Rules of StarRocks: told before anything is sent, by whatever first could break them."""

from support import SCRIPTS, Case

SETTINGS = """\
[retort]
url = memory+starrocks:///mem.log
schema = schema.sql
script_location = migrations
dialect = starrocks
"""
TABLE = "CREATE TABLE t (k INT, v INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k);\n"
LOST = "CREATE VIEW v AS SELECT k FROM missing;\n"
WRONG = "CREATE VIEW v AS SELECT zz FROM t;\n"


class Rules(Case):
    def setUp(self):
        super().setUp()
        self.write("retort.ini", SETTINGS)
        self.write("schema.sql", TABLE)
        self.path(SCRIPTS).mkdir(parents=True)

    def test_missing_table(self):
        """In a declared schema, wherever it stands in it: a refusal, and all else is made."""
        self.write("schema.sql", LOST + TABLE)
        out = self.retort("check", status=1).out
        self.assertIn("CREATE TABLE t", out)
        self.assertIn("-- refused: view v: StarRocks refuses it: Unknown table 'missing'", out)
        self.assertNotIn("CREATE VIEW", out)

    def test_missing_column(self):
        self.write("schema.sql", WRONG + TABLE)
        self.assertIn("-- refused: view v: StarRocks refuses it: Column 'zz' cannot be resolved",
                      self.retort("check", status=1).out)

    def test_any_order(self):
        self.write("schema.sql", WRONG.replace("zz", "k") + TABLE)
        out = self.retort("check", status=1).out
        self.assertLess(out.index("CREATE TABLE t"), out.index("CREATE VIEW v"))

    def test_reader_of_refused(self):
        self.write("schema.sql", LOST + "CREATE VIEW w AS SELECT k FROM v;\n" + TABLE)
        self.assertIn("refused: view w: it needs v, whose creation is refused",
                      self.retort("check", status=1).out)

    def test_replay(self):
        """A script is refused before its first statement, by lint and by upgrade."""
        self.script("a1", up=TABLE + LOST, back="DROP VIEW v;\nDROP TABLE t;\n")
        answer = self.retort("upgrade", "head", status=3)
        self.assertIn("Unknown table 'missing'", answer.err)
        self.assertNotIn("CREATE TABLE", self.retort("inspect", "memory+starrocks:///mem.log").out)

    def test_lint(self):
        self.write("try.sql", LOST)
        self.assertIn("Unknown table 'missing'",
                      self.retort("lint", "try.sql", "--on", "schema.sql", status=1).out)
        self.write("try.sql", LOST.replace("missing", "t"))
        self.retort("lint", "try.sql", "--on", "schema.sql")

    def test_left_out(self):
        """What the configuration leaves out may be there."""
        self.write("retort.ini", SETTINGS + "[autogenerate]\nexclude = table:missing\n")
        self.write("try.sql", LOST)
        self.retort("lint", "try.sql", "--on", "schema.sql")

    def test_made_by_others(self):
        """A table that nobody declares and that the database has."""
        self.write("others.ini", SETTINGS.replace("schema.sql", "others.sql"))
        self.write("others.sql", TABLE.replace("TABLE t", "TABLE missing"))
        self.retort("-c", "others.ini", "apply")
        self.write("schema.sql", TABLE + LOST)
        self.assertIn("CREATE VIEW v", self.retort("check", status=1).out)
        self.script("a1", up=TABLE + LOST, back="DROP VIEW v;\nDROP TABLE t;\n")
        self.retort("upgrade", "head")
        self.retort("check")

    def test_elsewhere(self):
        self.write("schema.sql", TABLE + LOST.replace("missing", "other.missing"))
        self.assertIn("CREATE VIEW v", self.retort("check", status=1).out)

    def test_unreadable(self):
        """What an opaque statement makes is not known to be missing."""
        self.script("a1", up=TABLE + "CREATE TABLE missing LIKE t;\n" + LOST,
                    back="DROP VIEW v;\nDROP TABLE missing;\nDROP TABLE t;\n")
        self.retort("upgrade", "head")

    def test_generated_type(self):
        generated = TABLE.replace("v INT)", "v INT, g INT AS (k + 1))")
        self.write("schema.sql", generated)
        self.assertIn("Column Type: INT, Expression Type: BIGINT",
                      self.retort("check", status=3).err)
        self.script("a1", up=generated, back="DROP TABLE t;\n")
        self.write("schema.sql", TABLE)
        self.assertIn("Column Type: INT, Expression Type: BIGINT",
                      self.retort("upgrade", "head", status=3).err)

    def test_property(self):
        self.write("schema.sql", TABLE.replace(";", " PROPERTIES ('replication_nums' = '1');"))
        self.assertIn("did you mean `replication_num`", self.retort("check", status=3).err)
