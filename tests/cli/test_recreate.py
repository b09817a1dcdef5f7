"""What a server cannot alter: built beside and swapped; and what a change stops, brought back."""

from support import Case

INI = """\
[retort]
url = memory+starrocks:///app.log{options}
dialect = starrocks
schema = schema.sql
script_location = migrations
[run]
poll = 0.02
settle = 0
"""


class Scripts(Case):
    def project(self, schema, options="", more=""):
        self.write("retort.ini", INI.format(options=options) + more)
        self.path("migrations/versions").mkdir(parents=True)
        self.write("schema.sql", schema)
        self.revise("first")
        self.retort("upgrade")

    def revise(self, slug, *arguments):
        self.retort("revision", "--autogenerate", "-m", slug, *arguments)
        return self.newest_script(slug)

    def halves(self, text):
        up, down = text.split("-- retort: upgrade\n")[1].split("\n-- retort: downgrade\n")
        return up, down


class Activation(Scripts):
    """Materialized views that the server makes inactive when what they read changes."""

    TABLE = "CREATE TABLE t (k INT NOT NULL, v {v}, w INT) DUPLICATE KEY (k) {more};\n"
    VIEWS = """\
CREATE VIEW v AS SELECT k, v FROM t;
CREATE MATERIALIZED VIEW a_over_z REFRESH MANUAL AS SELECT k, v FROM z_over_v;
CREATE MATERIALIZED VIEW z_over_v REFRESH MANUAL AS SELECT k, v FROM v;
CREATE MATERIALIZED VIEW of_w REFRESH MANUAL AS SELECT w, count(*) AS n FROM t GROUP BY w;
CREATE MATERIALIZED VIEW rollup AS SELECT k, v FROM t;
"""
    BACK = """\
-- retort: idempotent
ALTER MATERIALIZED VIEW z_over_v ACTIVE;
-- retort: idempotent
ALTER MATERIALIZED VIEW a_over_z ACTIVE;
"""

    def table(self, v="INT", more="DISTRIBUTED BY HASH (k)"):
        return self.TABLE.format(v=v, more=more)

    def change(self, schema):
        self.write("schema.sql", schema)
        return self.halves(self.revise("second"))

    def test_a_column_that_a_view_below_names(self):
        self.project(self.table() + self.VIEWS)
        up, down = self.change(self.table("BIGINT") + self.VIEWS)
        self.assertEqual(up, "-- risk: job column t.v: the column is written again for all rows\n"
                         "-- risk: invalidates column t.v: z_over_v, a_over_z become inactive\n"
                         "ALTER TABLE t MODIFY COLUMN v BIGINT;\n\n" + self.BACK)
        self.assertNotIn("ACTIVE", down)  # narrowing is refused

    def test_what_nobody_reads(self):
        self.project(self.table() + self.VIEWS)
        for changed in (self.table(more="COMMENT 'x' DISTRIBUTED BY HASH (k)"),
                        self.table("INT COMMENT 'x'"), self.table("INT, x INT")):
            with self.subTest(changed):
                self.write("schema.sql", changed + self.VIEWS)
                answer = self.retort("check", "--json", status=1).json
                (operation,) = answer["operations"]
                self.assertEqual([one for one in operation["risks"] if one == "invalidates"], [])
                self.assertNotIn("ACTIVE", self.retort("revision", "--autogenerate", "--sql").out)

    def test_both_halves(self):
        self.project(self.table() + self.VIEWS)
        up, down = self.change(self.table() + self.VIEWS.replace("SELECT k, v FROM t;",
                                                                 "SELECT k, 1 AS v FROM t;", 1))
        self.assertEqual(up, "-- risk: invalidates view v: z_over_v, a_over_z become inactive\n"
                         "ALTER VIEW v AS SELECT k, 1 AS v FROM t;\n\n" + self.BACK)
        self.assertEqual(down, "-- risk: invalidates view v: z_over_v, a_over_z become inactive\n"
                         "ALTER VIEW v AS SELECT k, v FROM t;\n\n" + self.BACK)
        self.retort("upgrade")
        self.retort("downgrade", "-1")

    def test_views_that_the_plan_makes_or_drops(self):
        self.project(self.table() + self.VIEWS)
        lines = self.VIEWS.splitlines(True)
        up, down = self.change(self.table("BIGINT") + lines[0] + lines[2] + lines[3])
        self.assertEqual(up.count("ACTIVE"), 1, up)
        self.assertIn("ALTER MATERIALIZED VIEW z_over_v ACTIVE;", up)
        self.assertIn("DROP MATERIALIZED VIEW a_over_z;", up)

    def test_a_view_that_loses_a_column(self):
        self.project(self.table() + self.VIEWS)
        up, _ = self.change("CREATE TABLE t (k INT NOT NULL, v INT) DUPLICATE KEY (k) "
                            "DISTRIBUTED BY HASH (k);" + "".join(self.VIEWS.splitlines(True)[:3]))
        self.assertNotIn("ACTIVE", up)  # only of_w read it, which is dropped
