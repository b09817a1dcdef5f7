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

    def test_wrong_word(self):
        self.write("old.sql", TABLE.format(OLD))
        self.write("retort.ini", "[retort]\ndialect = starrocks\n[starrocks]\npartitions = some\n")
        self.failure("diff", "old.sql", "old.sql", status=2, code="config")
