"""[starrocks] partitions: unmanaged unless it says otherwise, and never dropped."""

from support import Case

TABLE = """\
CREATE TABLE t (d DATE, v INT) DUPLICATE KEY (d) PARTITION BY RANGE (d) ({}) DISTRIBUTED BY HASH (d);
"""
OLD = 'PARTITION a VALUES LESS THAN ("2026-01-01")'
TWO = OLD + ', PARTITION b VALUES LESS THAN ("2027-01-01")'


class Partitions(Case):
    def difference(self, old, new, settings=""):
        self.write("retort.ini", f"[retort]\ndialect = starrocks\n{settings}")
        self.write("old.sql", TABLE.format(old))
        self.write("new.sql", TABLE.format(new))
        return self.retort("diff", "old.sql", "new.sql").out

    def test_managed(self):
        managed = "[starrocks]\npartitions = managed\n"
        self.assertNotIn("PARTITION", self.difference(OLD, TWO))
        self.assertIn("ALTER TABLE t ADD PARTITION b", self.difference(OLD, TWO, managed))
        self.assertNotIn("DROP", self.difference(TWO, OLD, managed))

    def begin_managed(self, schema):
        self.write("retort.ini", "[retort]\nurl = memory+starrocks:///t.log\nschema = schema.sql\n"
                   "script_location = migrations\n[starrocks]\npartitions = managed\n")
        self.path("migrations/versions").mkdir(parents=True)
        self.write("schema.sql", schema)
        self.retort("revision", "--autogenerate", "-m", "one")
        self.retort("upgrade")

    def test_made_anew(self):
        """The new table has the partitions that hold rows; then those come that are declared."""
        self.begin_managed(TABLE.format(OLD).replace("v INT", "v VARCHAR(20)"))
        self.write("schema.sql", TABLE.format(TWO).replace("v INT", "v VARCHAR(10)"))
        self.retort("revision", "--autogenerate", "--recreate", "-m", "two")
        up, _, down = self.newest_script("two").partition("-- retort: downgrade")
        self.assertLess(up.index("SWAP WITH"), up.index("ALTER TABLE t ADD PARTITION b"))
        self.assertNotIn("PARTITION", down)
        self.retort("upgrade")
        self.retort("check")
        self.retort("downgrade", "-1")
        self.retort("upgrade")
        self.retort("check")

    def test_made_anew_by_another_scheme(self):
        """Then all that are declared come with the table."""
        self.begin_managed(TABLE.format(OLD))
        self.write("schema.sql", TABLE.replace("(d DATE, v INT)", "(v INT, d DATE)")
                   .replace("(d) PARTITION BY RANGE (d)", "(v) PARTITION BY RANGE (v)")
                   .format("PARTITION c VALUES LESS THAN ('7'), PARTITION e VALUES LESS THAN ('9')"))
        self.retort("revision", "--autogenerate", "--recreate", "-m", "two")
        self.assertNotIn("ADD PARTITION", self.newest_script("two"))
        self.retort("upgrade")
        self.retort("check")

    def test_wrong_word(self):
        self.write("old.sql", TABLE.format(OLD))
        self.write("retort.ini", "[retort]\ndialect = starrocks\n[starrocks]\npartitions = some\n")
        self.failure("diff", "old.sql", "old.sql", status=2, code="config")
