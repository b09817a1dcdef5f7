"""A frontend that stores other queries than it is given: told apart from a view changed by hand."""

from peers import DATABASE, PeerCase

SCHEMA = """\
CREATE TABLE t (id INT NOT NULL, name VARCHAR(50)) PRIMARY KEY (id) DISTRIBUTED BY HASH (id);
CREATE VIEW v AS SELECT id, name FROM t WHERE id > 1;
CREATE VIEW w AS SELECT name FROM v;
CREATE MATERIALIZED VIEW m REFRESH MANUAL AS SELECT name, count(*) AS n FROM t GROUP BY name;
"""


class Definitions(PeerCase):
    def setUp(self):
        super().setUp()
        self.server = self.start_server("--version", "3.3.5", "--rewrites")
        self.starrocks_project(self.server.url(DATABASE), SCHEMA)

    def pairs(self):
        cursor = self.connect(self.server)
        cursor.execute("SELECT object FROM retort_definition")
        return sorted(name.split(".")[1] for name, in cursor.fetchall())

    def upgrade(self, message):
        self.retort("revision", "--autogenerate", "-m", message)
        self.retort("upgrade")

    def test_a_run_keeps_what_was_stored(self):
        self.upgrade("one")
        self.assertEqual(self.pairs(), ["m definition", "v definition", "w definition"])
        self.retort("check")
        self.write("schema.sql", SCHEMA.replace("id > 1", "id > 2"))
        self.retort("check", status=1)
        self.upgrade("two")
        self.retort("check")
        self.retort("downgrade", "-1")
        self.write("schema.sql", SCHEMA)
        self.retort("check")

    def test_a_view_that_was_changed_by_hand(self):
        self.upgrade("one")
        self.connect(self.server).execute("ALTER VIEW v AS SELECT id, name FROM t WHERE id > 5")
        result = self.retort("check", status=1)
        self.assertIn("ALTER VIEW v AS", result.out)
        self.assertIn("view v differs from what the scripts make", result.err)
        # A run that has nothing to do with it does not take it for the scripts' doing.
        self.write("schema.sql", SCHEMA + "CREATE VIEW x AS SELECT name FROM w;\n")
        self.script("aaaa1", self.retort("heads").out.split()[0],
                    "CREATE VIEW x AS SELECT name FROM w;", "DROP VIEW x;")
        self.retort("upgrade")
        self.assertIn("ALTER VIEW v AS", self.retort("check", status=1).out)
        self.assertEqual(self.retort("check", "--accept", "v").out,
                         "Accepted 1 stored definition.\nNo new upgrade operations detected.\n")
        self.retort("check")

    def test_what_others_have_made(self):
        self.retort("revision", "--autogenerate", "-m", "one", "--against", "scripts")
        self.run_script(self.connect(self.server), self.retort("upgrade", "--sql").out)
        # No pair says it, but the scripts do.
        self.retort("check")
        self.write("schema.sql", SCHEMA.replace("id > 1", "id > 2"))
        self.retort("check", status=1)

    def test_a_star(self):
        server = self.start_server("--version", "3.3.5")
        self.starrocks_project(server.url(DATABASE),
                               SCHEMA + "CREATE VIEW x AS SELECT * FROM t;\n")
        self.upgrade("one")
        self.connect(server).execute("ALTER VIEW x AS SELECT `t`.`id`, `t`.`name` FROM `t`")
        self.retort("check")
        self.connect(server).execute("ALTER VIEW x AS SELECT `t`.`name`, `t`.`id` FROM `t`")
        self.assertIn("ALTER VIEW x AS SELECT *", self.retort("check", status=1).out)

    def test_apply(self):
        self.retort("apply", "schema.sql")
        self.assertIn("nothing to do", self.retort("apply", "schema.sql").err)
        error = self.failure("check", "--accept", "vv", status=2, code="usage")
        self.assertIn("did you mean `v`?", error["message"])

    def test_a_server_that_keeps_texts(self):
        server = self.start_server("--version", "4.0.6")
        self.starrocks_project(server.url(DATABASE), SCHEMA)
        self.upgrade("one")
        self.retort("check")
        error = self.failure("check", "--accept", status=3, code="unsupported")
        self.assertIn("StarRocks 4.0.6 keeps every text as it is given", error["message"])
