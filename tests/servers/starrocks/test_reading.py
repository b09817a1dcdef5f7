"""What is asked of a frontend: of objects that take no part nothing is."""

import re

from peers import DATABASE, PeerCase

OBJECTS = """\
CREATE TABLE kept (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id);
CREATE VIEW seen AS SELECT id FROM kept;
"""
OTHERS = """\
CREATE TABLE tmp_one (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id);
CREATE VIEW tmp_view AS SELECT id FROM tmp_one;
CREATE MATERIALIZED VIEW tmp_sum REFRESH MANUAL AS SELECT id FROM tmp_one;
CREATE TABLE stage_one (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id);
CREATE TABLE stage_two (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id);
"""


class Reading(PeerCase):
    def setUp(self):
        super().setUp()
        self.server = self.start_server()
        self.starrocks_project(self.server.url(DATABASE), OBJECTS)
        self.cursor = self.connect(self.server)
        self.retort("revision", "--autogenerate", "-m", "one")
        self.retort("upgrade")
        self.run_script(self.cursor, OTHERS)

    def configure(self, line):
        self.write("retort.ini", self.read("retort.ini") + "[autogenerate]" + line)

    def read_by(self, *command, **options):
        """The names of which the command has read the DDL, and its output."""
        self.cursor.execute("TEST COUNTS")
        executed = dict(self.cursor.fetchall())["executed"]
        result = self.retort(*command, **options)
        self.cursor.execute("TEST EXECUTED AFTER %s" % executed)
        found = (re.match(r"SHOW CREATE (?!DATABASE)[A-Z ]+`?(\w+)", text)
                 for text, in self.cursor.fetchall())
        return sorted(match[1] for match in found if match), result.out + result.err

    def test_what_takes_part_is_read(self):
        names, _ = self.read_by("check", "-v")
        self.assertEqual(names, ["kept", "seen", "stage_one", "stage_two", "tmp_one", "tmp_sum",
                                 "tmp_view"])

    def test_what_is_excluded_is_not_read(self):
        self.configure("\nexclude = tmp_*, reflected:table:stage_*\n")
        names, out = self.read_by("check", "-v")
        self.assertEqual(names, ["kept", "seen"])
        self.assertNotIn("tmp_", out)

    def test_what_is_not_included_is_not_read(self):
        self.configure("\ninclude = kept, tmp_*, !tmp_view\n")
        names, _ = self.read_by("check")
        self.assertEqual(names, ["kept", "tmp_one", "tmp_sum"])

    def test_what_is_declared_is_not_taken_for_absent(self):
        self.configure("\nexclude = reflected:table:stage_*\n")
        self.write("schema.sql", OBJECTS + "CREATE TABLE stage_one (id BIGINT) DUPLICATE KEY (id) "
                   "DISTRIBUTED BY HASH (id);\n")
        names, _ = self.read_by("check")
        self.assertEqual(names, ["kept", "seen", "stage_one", "tmp_one", "tmp_sum", "tmp_view"])

    def test_what_scripts_made_and_filters_exclude_is_no_drift(self):
        self.configure("\nexclude = view:seen\n")
        names, out = self.read_by("check")
        self.assertNotIn("seen", names)
        self.assertNotIn("other means", out)

    def test_what_is_excluded_can_be_read_by_views(self):
        self.configure("\nexclude = tmp_*\n")
        self.write("schema.sql", OBJECTS + "CREATE VIEW reader AS SELECT id FROM tmp_one;\n")
        names, out = self.read_by("check", status=1)
        self.assertNotIn("tmp_one", names)
        self.assertIn("CREATE VIEW reader", out)
        self.assertNotIn("refused", out)

    def test_what_is_not_there_cannot(self):
        self.configure("\nexclude = tmp_*\n")
        self.write("schema.sql", OBJECTS + "CREATE VIEW reader AS SELECT id FROM nowhere;\n")
        _, out = self.read_by("check", status=1)
        self.assertIn("refused: view reader: StarRocks refuses it: Unknown table", out)
