"""What the server cannot alter, made anew over the wire, with rows that another client reads."""

from peers import DATABASE, PeerCase

OLD = """\
CREATE TABLE keyed (k INT NOT NULL, v VARCHAR(20), w INT) PRIMARY KEY (k)
PROPERTIES ('replication_num' = '1');
CREATE TABLE plain (k INT NOT NULL, v VARCHAR(20), w INT) DUPLICATE KEY (k)
DISTRIBUTED BY HASH (k) BUCKETS 3 PROPERTIES ('replication_num' = '1');
CREATE VIEW seen AS SELECT k, v FROM keyed;
CREATE MATERIALIZED VIEW kept REFRESH MANUAL PROPERTIES ('replication_num' = '1') AS
SELECT k, v FROM seen;
CREATE MATERIALIZED VIEW changed REFRESH MANUAL PROPERTIES ('replication_num' = '1') AS
SELECT k, v FROM kept;
"""
NEW = OLD.replace("VARCHAR(20)", "VARCHAR(10)").replace("k, v FROM kept", "k FROM kept")
ROWS = tuple((k, "v%d" % k if k % 3 else None, k * 10) for k in range(1, 8))


class Recreate(PeerCase):
    def rows(self, cursor, table):
        cursor.execute("SELECT k, v, w FROM %s ORDER BY k" % table)
        return tuple(cursor.fetchall())

    def check_rows(self, cursor, *tables):
        for table in tables:
            self.assertEqual(self.rows(cursor, table), ROWS, table)

    def make_anew(self, **options):
        server = self.start_server(**options)
        self.starrocks_project(server.url(DATABASE), OLD)
        self.retort("revision", "--autogenerate", "-m", "one", "--rev-id", "aa01")
        self.retort("upgrade")
        cursor = self.connect(server)
        for row in ROWS:
            for table in "keyed", "plain":
                cursor.execute("INSERT INTO %s (k, v, w) VALUES (%%s, %%s, %%s)" % table, row)
        self.write("schema.sql", NEW)
        self.retort("revision", "--autogenerate", "--recreate", "-m", "two", "--rev-id", "aa02")
        (path,) = self.path("migrations/versions").glob("aa02*")
        path.write_text(path.read_text().replace("batch 1000000", "batch 2"))
        return server, cursor

    def test_there_and_back(self):
        for options in {}, {"url": "memory+starrocks:?job_seconds=0.1"}:
            with self.subTest(options):
                _, cursor = self.make_anew(**options)
                self.retort("upgrade")
                self.retort("check")
                self.check_rows(cursor, "keyed", "plain", "keyed__old", "plain__old")
                self.retort("downgrade", "-1")
                self.check_rows(cursor, "keyed", "plain")
                self.retort("upgrade")
                self.check_rows(cursor, "keyed", "plain")
                for path in self.path("migrations/versions").iterdir():
                    path.unlink()

    def test_grants_go_with_the_name(self):
        _, cursor = self.make_anew()
        for grant in ("SELECT, INSERT ON TABLE keyed TO USER 'ann'@'%'",
                      "SELECT ON TABLE keyed TO ROLE 'readers' WITH GRANT OPTION",
                      "DROP ON TABLE plain TO USER 'ben'@'10.%'",
                      f"SELECT ON TABLE hive.{DATABASE}.plain TO USER 'cat'@'%'",
                      "SELECT ON MATERIALIZED VIEW changed TO ROLE 'readers'"):
            cursor.execute("GRANT " + grant)
        for path in self.path("migrations/versions").glob("aa02*"):
            path.unlink()
        before = self.grants(cursor, "keyed"), self.grants(cursor, "changed")
        self.assertEqual([len(rows) for rows in before], [2, 1])
        self.retort("revision", "--autogenerate", "--recreate", "-m", "two", "--rev-id", "aa02")
        self.retort("upgrade")
        self.assertEqual((self.grants(cursor, "keyed"), self.grants(cursor, "changed")), before)
        self.assertEqual(self.grants(cursor, "plain"), [("'ben'@'10.%'", "DROP", "NO")])
        # The old table has them too, so that they are back after a downgrade.
        self.retort("downgrade", "-1")
        self.assertEqual(self.grants(cursor, "keyed"), before[0])

    def grants(self, cursor, name):
        found = []
        for kind in "TABLE", "MATERIALIZED VIEW":
            for grantees in "users", "roles":
                cursor.execute("SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM sys.grants_to_%s "
                               "WHERE OBJECT_TYPE = '%s' AND OBJECT_CATALOG = 'default_catalog' "
                               "AND OBJECT_DATABASE = DATABASE() AND "
                               "OBJECT_NAME = '%s' ORDER BY GRANTEE" % (grantees, kind, name))
                found += cursor.fetchall()
        return found

    def test_previewed_and_run_by_another_client(self):
        _, cursor = self.make_anew()
        self.run_script(cursor, self.retort("upgrade", "aa01:aa02", "--sql").out)
        self.check_rows(cursor, "keyed", "plain", "keyed__old", "plain__old")
        self.retort("check")
