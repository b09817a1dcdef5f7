"""The guides' tutorials over the wire, and the SQL that they preview given to another client."""

import json

from peers import DATABASE, ROOT, PeerCase
from support import PROGRAM

EXAMPLES = ROOT / "examples" / "starrocks"
GUIDES = ("integration", "migration")


class Tutorial(PeerCase):
    def test_on_the_wire(self):
        server = self.start_server()
        output = self.run_program(str(EXAMPLES / "tutorial"), PROGRAM, server.url(DATABASE))
        self.assertIn("Every step answered as it should.", output)
        # All that is left are retort's own tables.
        cursor = self.connect(server)
        cursor.execute("SHOW TABLES")
        self.assertEqual([name for name, in cursor.fetchall() if not name.startswith("retort_")], [])

    def test_with_jobs(self):
        server = self.start_server(url="memory+starrocks:?job_seconds=0.2")
        output = self.run_program(str(EXAMPLES / "tutorial"), PROGRAM, server.url(DATABASE))
        self.assertIn("Every step answered as it should.", output)


class Preview(PeerCase):
    """`--sql` is run by PyMySQL as it is; afterwards nothing is left to do."""

    def preview(self, guide):
        server = self.start_server()
        schema = (EXAMPLES / guide / "schema.sql").read_text(encoding="utf-8")
        changed = (EXAMPLES / guide / "schema-changed.sql").read_text(encoding="utf-8")
        self.starrocks_project(server.url(DATABASE), schema)
        self.retort("revision", "--autogenerate", "-m", "one", "--rev-id", "aa01",
                    "--against", "scripts")
        self.write("schema.sql", changed)
        self.retort("revision", "--autogenerate", "-m", "two", "--rev-id", "aa02",
                    "--against", "scripts")
        return server

    def test_all_at_once(self):
        for guide in GUIDES:
            with self.subTest(guide):
                server = self.preview(guide)
                self.run_script(self.connect(server), self.retort("upgrade", "head", "--sql").out)
                self.retort("check")
                self.assertEqual(self.retort("current").out, "aa02 (head)\n")
                # The server's clock says when, in the form of other runs.
                for row in json.loads(self.retort("log", "--json").out):
                    self.assertRegex(row["started"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
                    self.assertEqual(row["started"], row["ended"])
                for path in self.path("migrations/versions").iterdir():
                    path.unlink()

    def test_one_after_the_other(self):
        for guide in GUIDES:
            with self.subTest(guide):
                server = self.preview(guide)
                cursor = self.connect(server)
                self.run_script(cursor, self.retort("upgrade", "aa01", "--sql").out)
                self.assertEqual(self.retort("current").out, "aa01\n")
                self.retort("check", status=1)
                self.run_script(cursor, self.retort("upgrade", "aa01:head", "--sql").out)
                self.retort("check")
                self.assertEqual(self.retort("current").out, "aa02 (head)\n")
                if guide == "migration":
                    self.run_script(cursor, self.retort("downgrade", "aa02:aa01", "--sql").out)
                    self.assertEqual(self.retort("current").out, "aa01\n")
                    schema = (EXAMPLES / guide / "schema.sql").read_text(encoding="utf-8")
                    self.write("schema.sql", schema)
                    self.retort("check", status=None)
                    self.assertEqual(self.retort("diff", server.url(DATABASE), "schema.sql").out,
                                     "")
                for path in self.path("migrations/versions").iterdir():
                    path.unlink()
