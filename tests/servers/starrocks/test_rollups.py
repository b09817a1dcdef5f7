"""Rollups over the wire: SHOW CREATE TABLE does not print them, the list of views does."""

from peers import DATABASE, PeerCase

TABLES = """\
CREATE TABLE t (k INT NOT NULL, j INT, v INT SUM) AGGREGATE KEY (k, j)
DISTRIBUTED BY HASH (k){t};
CREATE TABLE u (k INT NOT NULL, v INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k){u};
CREATE MATERIALIZED VIEW s AS SELECT k, sum(v) AS total FROM u GROUP BY k;
"""
BOTH = TABLES.format(t=" ROLLUP (r (j, v))", u=" ROLLUP (r (k, v))")
BARE = TABLES.format(t="", u="")


class Rollups(PeerCase):
    def begin(self, url):
        self.server = self.start_server(url=url)
        self.starrocks_project(self.server.url(DATABASE), BOTH)
        self.migrate("one")

    def migrate(self, message):
        self.retort("revision", "--autogenerate", "-m", message)
        self.retort("upgrade")
        self.retort("check")
        (path,) = self.path("migrations/versions").glob("*_%s.sql" % message)
        return path.read_text()

    def test_they_come_and_go(self):
        self.begin("memory+starrocks:?job_seconds=0.1")
        self.write("schema.sql", BARE)
        script = self.migrate("two")
        up, down = script.split("-- retort: downgrade")
        for statement in "ALTER TABLE t DROP ROLLUP r;", "ALTER TABLE u DROP ROLLUP r;":
            self.assertIn(statement, up)
        self.assertIn("ALTER TABLE t ADD ROLLUP r (j, v);", down)
        self.retort("downgrade", "-1")
        self.write("schema.sql", BOTH)
        self.retort("check")
        self.retort("upgrade")
        self.write("schema.sql", BOTH.replace("r (j, v)", "r (j)"))
        self.assertIn("ALTER TABLE t ADD ROLLUP r (j);", self.migrate("three"))

    def test_by_hand(self):
        self.begin("memory+starrocks:")
        self.connect(self.server).execute("ALTER TABLE u ADD ROLLUP byhand (k)")
        result = self.retort("check", "-v")
        self.assertIn("rollup u.byhand is neither declared nor made by the scripts", result.err)
        self.assertIn("DROP ROLLUP byhand",
                      self.retort("diff", self.server.url(DATABASE), "schema.sql").out)
        self.connect(self.server).execute("ALTER TABLE t DROP ROLLUP r")
        self.assertIn("ALTER TABLE t ADD ROLLUP r (j, v);", self.retort("check", status=1).out)
        self.path("retort.ini").write_text(
            self.path("retort.ini").read_text() + "[starrocks]\nrollup = unmanaged\n")
        self.retort("check")
