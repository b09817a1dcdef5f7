"""[logging], -v and -q: what is said while a command works, and where."""

import json
import re

from support import Case

UP = "CREATE TABLE t (id INTEGER PRIMARY KEY);"
DOWN = "DROP TABLE t;"


class Logging(Case):
    def configure(self, text):
        self.project(more=f"\n[logging]\n{text}\n")
        self.script("aaaa1", "", UP, DOWN)

    def test_steps_are_told(self):
        self.configure("")
        result = self.retort("upgrade")
        self.assertEqual(result.err, "INFO  [retort.migrate] Running upgrade  -> aaaa1, aaaa1\n")

    def test_a_file_gets_a_wait_once(self):
        self.project(more="\n[run]\npoll = 10 ms\n")
        self.write("schema.sql", "CREATE TABLE t (k INT, v INT) DUPLICATE KEY (k);")
        self.script("aaaa1", "", "CREATE TABLE t (k INT, v INT) DUPLICATE KEY (k);\n"
                    "ALTER TABLE t MODIFY COLUMN v BIGINT;")
        err = self.retort("upgrade", "--url", "memory+starrocks:///m.log?job_seconds=0.5").err
        self.assertEqual(err.count("waiting for the job on t"), 1, err)

    def test_an_open_run_is_no_drift(self):
        url = ("--url", "memory+sqlite:///m.log?transactions=off")
        self.project("CREATE TABLE t (a INT);")
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\nINSERT INTO nowhere VALUES (1);")
        self.assertIn("revision aaaa1 stands open, and what it did stays",
                      self.retort("upgrade", *url, status=3).err)
        notes = self.retort("check", *url, "--json").json["notes"]
        self.assertEqual([note["code"] for note in notes], ["not_up_to_date"], notes)
        self.assertIn("A run of revision aaaa1 stands open", notes[0]["message"])
        self.script("aaaa1", "", "CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);")
        self.retort("upgrade", *url)
        self.assertEqual(self.retort("check", *url, "--json").json["notes"], [])

    def test_quiet_says_nothing(self):
        self.configure("retort = DEBUG")
        self.assertEqual(self.retort("upgrade", "-q").err, "")

    def test_the_dialect_at_debug_prints_each_statement(self):
        self.configure("sqlite = DEBUG")
        err = self.retort("upgrade").err
        self.assertIn("DEBUG [sqlite] CREATE TABLE t (id INTEGER PRIMARY KEY)\n", err)
        self.assertIn("DEBUG [sqlite.own] BEGIN\n", err)
        self.assertIn("DEBUG [sqlite.own] COMMIT\n", err)
        self.assertRegex(err, r"DEBUG \[sqlite\.own\] INSERT INTO .?retort_version")

    def test_the_statements_of_scripts_alone(self):
        self.configure("sqlite = DEBUG\nsqlite.own = INFO")
        err = self.retort("upgrade").err
        self.assertEqual(
            [line for line in err.splitlines() if line.startswith("DEBUG")],
            ["DEBUG [sqlite] CREATE TABLE t (id INTEGER PRIMARY KEY)"],
        )

    def test_twice_verbose_prints_the_same_statements(self):
        self.configure("")
        told = [
            line for line in self.retort("upgrade", "-vv").err.splitlines() if "[sqlite]" in line
        ]
        self.retort("downgrade", "base")
        self.configure("sqlite = DEBUG")
        logged = [line for line in self.retort("upgrade").err.splitlines() if "[sqlite]" in line]
        self.assertEqual(
            [line for line in logged if "CREATE TABLE t" in line],
            [line for line in told if "CREATE TABLE t" in line],
        )
        self.assertTrue(logged)

    def test_a_level_silences_what_is_below_it(self):
        self.configure("retort = WARNING")
        self.assertEqual(self.retort("upgrade").err, "")
        self.assertIn("Running downgrade", self.retort("downgrade", "base", "-v").err)

    def test_the_longest_name_counts(self):
        self.configure("retort = OFF\nretort.migrate = INFO")
        self.assertIn("Running upgrade", self.retort("upgrade").err)

    def test_levels_in_any_case(self):
        self.configure("retort = warn")
        self.assertEqual(self.retort("upgrade").err, "")

    def test_a_file_gets_lines_with_their_time(self):
        self.configure("destination = run.log\nsqlite = DEBUG")
        result = self.retort("upgrade")
        self.assertNotIn("[sqlite]", result.err)
        self.assertIn("Running upgrade", result.err)
        lines = self.read("run.log").splitlines()
        for line in lines:
            self.assertRegex(
                line, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO ) \[[\w.]+\] "
            )
        self.assertTrue(any("CREATE TABLE t (id INTEGER" in line for line in lines))
        before = len(lines)
        self.retort("downgrade", "base", "-q")
        self.assertGreater(len(self.read("run.log").splitlines()), before)

    def test_json(self):
        self.configure("format = json\nsqlite = DEBUG")
        records = [json.loads(line) for line in self.retort("upgrade").err.splitlines()]
        self.assertTrue(all(set(one) == {"time", "level", "logger", "message"} for one in records))
        self.assertIn(
            ("INFO", "retort.migrate", "Running upgrade  -> aaaa1, aaaa1"),
            [(one["level"], one["logger"], one["message"]) for one in records],
        )
        self.assertIn(
            "CREATE TABLE t (id INTEGER PRIMARY KEY)", [one["message"] for one in records]
        )

    def test_the_file_names_the_error(self):
        self.configure("destination = run.log\nformat = json")
        self.retort("upgrade", "nowhere", status=3)
        record = json.loads(self.read("run.log").splitlines()[-1])
        self.assertEqual((record["level"], record["logger"]), ("ERROR", "retort"))
        self.assertIn("Can't locate revision identified by 'nowhere'", record["message"])

    def test_the_file_counts_from_the_configuration(self):
        self.configure("destination = run.log")
        self.path("elsewhere").mkdir()
        self.retort("-c", "../retort.ini", "upgrade", cwd="elsewhere")
        self.assertIn("Running upgrade", self.read("run.log"))

    def test_an_unknown_level_names_its_line(self):
        self.configure("\nsqlite = LOUD")
        error = self.failure("upgrade", status=2, code="config")
        self.assertIn("`LOUD` is no level", error["message"])
        self.assertEqual((error["file"], error["line"]), ("retort.ini", 8))
        self.assertFalse(self.path("app.db").exists())

    def test_an_unknown_format_names_its_line(self):
        self.configure("format = xml")
        error = self.failure("history", status=2, code="config")
        self.assertIn("`xml` is neither text nor json", error["message"])

    def test_a_file_that_cannot_be_written(self):
        self.configure("destination = no/such/folder/run.log")
        error = self.failure("history", status=2, code="config")
        self.assertRegex(error["message"], "cannot write the log no/such/folder/run.log")

    def test_no_password_is_logged(self):
        self.configure("destination = run.log\nretort = DEBUG\nsqlite = DEBUG")
        url = "sqlite://user:secret@host/app.db"
        result = self.retort("upgrade", "-vv", "--url", url, status=None)
        self.assertIsNone(re.search("secret", result.out + result.err + self.read("run.log")))


class Controls(Case):
    """What a terminal would obey is shown; what programs read stays as it is."""

    NAME = "a\x1b[2J\x9b"
    SHOWN = r"a\x1b[2J\xc2\x9b"

    def setUp(self):
        super().setUp()
        self.project(f'CREATE TABLE "{self.NAME}" (id INTEGER);',
                     more="\n[logging]\ndestination = run.log\nsqlite = DEBUG\n")
        path = self.script("aaaa1", "", f'CREATE TABLE "{self.NAME}" (id INTEGER);', "")
        path.write_text(path.read_text().replace("message: aaaa1", "message: " + self.NAME))

    def assert_shown(self, text):
        self.assertIn(self.SHOWN, text)
        self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_notices_statements_and_answers(self):
        self.assert_shown(self.retort("upgrade", "-vv").err)
        self.assert_shown(self.read("run.log"))
        for arguments in (["history"], ["history", "--graph"], ["show", "aaaa1"], ["log"],
                          ["current", "-v"]):
            with self.subTest(arguments):
                self.assert_shown(self.retort(*arguments).out)

    def test_errors(self):
        self.script("bbbb1", "aaaa1", f'DROP TABLE "{self.NAME}"; SELECT * FROM "{self.NAME}";')
        result = self.retort("upgrade", status=None)
        self.assertNotEqual(result.status, 0)
        self.assert_shown(result.err)

    def test_statements_for_programs(self):
        for arguments in (["inspect", "schema.sql"], ["upgrade", "--sql"], ["upgrade", "--dry-run"],
                          ["diff", "scripts@base", "schema.sql"]):
            with self.subTest(arguments):
                self.assertIn(f'CREATE TABLE "{self.NAME}"', self.retort(*arguments, status=None).out)
        named = self.retort("inspect", "schema.sql", "--json").json["objects"][0]["name"]
        self.assertEqual(named, self.NAME)
