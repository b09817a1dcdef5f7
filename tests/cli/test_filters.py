"""[autogenerate]: which objects are compared, and how."""

import json

from support import Case

SCHEMA = """\
CREATE TABLE keep (id INTEGER PRIMARY KEY, name TEXT, legacy_code TEXT);
CREATE TABLE temp_one (id INTEGER PRIMARY KEY);
CREATE TABLE stage_one (id INTEGER PRIMARY KEY);
CREATE INDEX keep_name ON keep (name);
CREATE VIEW report AS SELECT id FROM keep;
"""
# The database has these beside what is declared, or instead of it.
DATABASE = """\
CREATE TABLE keep (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE temp_two (id INTEGER PRIMARY KEY);
CREATE TABLE stage_two (id INTEGER PRIMARY KEY);
"""
ALL = {
    "create table temp_one",
    "create table stage_one",
    "create column keep.legacy_code",
    "create index keep_name",
    "create view report",
    "drop table temp_two",
    "drop table stage_two",
}


class Filters(Case):
    def operations(self, settings):
        self.project(SCHEMA, more=f"\n[autogenerate]\nforeign = drop\n{settings}\n")
        self.path("app.db").unlink(missing_ok=True)
        self.execute(DATABASE)
        answer = self.retort("check", "--json", status=None).json
        return {
            f"{one['kind']} {one['object']} {one['name'].replace('keep.keep_name', 'keep_name')}"
            for one in answer["operations"]
        }

    def test_patterns(self):
        for settings, missing in {
            "": set(),
            "exclude = temp_*": {"create table temp_one", "drop table temp_two"},
            "exclude = main.temp_*": {"create table temp_one", "drop table temp_two"},
            "exclude = table:temp_*": {"create table temp_one", "drop table temp_two"},
            "exclude = view:temp_*": set(),
            "exclude = reflected:stage_*": {"drop table stage_two"},
            "exclude = reflected:table:stage_*": {"drop table stage_two"},
            "exclude = declared:stage_*": {"create table stage_one"},
            "exclude = declared:table:*, !keep": {
                "create table temp_one",
                "create table stage_one",
            },
            "exclude = keep.legacy_*": {"create column keep.legacy_code"},
            "exclude = main.keep.legacy_code": {"create column keep.legacy_code"},
            "exclude = column:legacy_*": {"create column keep.legacy_code"},
            "exclude = legacy_*": set(),
            "exclude = view:*, index:keep_name": {"create view report", "create index keep_name"},
            "exclude = *_one, !temp_one": {"create table stage_one"},
            "exclude = schema:main": ALL,
            "exclude = schema:other": set(),
            "schemas = main": set(),
            "schemas = other": ALL,
            "include = temp_*": ALL - {"create table temp_one", "drop table temp_two"},
            "include = *, !temp_*": {"create table temp_one", "drop table temp_two"},
            "include = *\nexclude = stage_*": {"create table stage_one", "drop table stage_two"},
        }.items():
            with self.subTest(settings):
                self.assertEqual(self.operations(settings), ALL - missing)

    def test_a_program_decides(self):
        self.write(
            "decide.py",
            """\
import json, sys
for line in sys.stdin:
    one = json.loads(line)
    with open("asked", "a") as file:
        file.write(line)
    leave = one["kind"] == "table" and one["reflected"] and not one["other_side"]
    print("yes" if leave else "no", flush=True)
""",
        )
        self.assertEqual(
            self.operations("exclude_exec = exec python3 decide.py"),
            ALL - {"drop table temp_two", "drop table stage_two"},
        )
        asked = [json.loads(line) for line in self.read("asked").splitlines()]
        self.assertIn(
            {
                "kind": "table",
                "name": "keep",
                "table": None,
                "schema": "main",
                "reflected": True,
                "other_side": True,
            },
            asked,
        )
        self.assertIn(
            {
                "kind": "column",
                "name": "legacy_code",
                "table": "keep",
                "schema": "main",
                "reflected": False,
                "other_side": False,
            },
            asked,
        )

    def test_an_answer_is_a_whole_line(self):
        self.write(
            "decide.py",
            """\
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    is_left_out = asked["name"].startswith("temp_")
    print("Yes, " + "and this is why: " * 100 + "yes" if is_left_out else "no", flush=True)
""",
        )
        self.assertEqual(
            self.operations("exclude_exec = exec python3 decide.py"),
            ALL - {"create table temp_one", "drop table temp_two"},
        )

    def test_a_program_that_does_not_answer(self):
        for command in ("exit 3", "cat", "yes ''"):
            self.project(SCHEMA, more=f"\n[autogenerate]\nexclude_exec = {command}\n")
            error = self.failure("check", status=2, code="config")
            self.assertIn(f"exclude_exec `{command}` does not answer", error["message"])

    def test_names_that_are_no_utf8(self):
        self.project(more="\n[autogenerate]\nforeign = drop\nexclude = t*_*\n")
        self.execute("CREATE TABLE table_Q (id INTEGER); CREATE TABLE other_Q (id INTEGER);")
        path = self.path("app.db")
        path.write_bytes(path.read_bytes().replace(b"e_Q", b"e_\xf0").replace(b"r_Q", b"r_\xf0"))
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual([one["name"] for one in answer["operations"]], ["other_\ufffd"])

    def test_diff_compares_all(self):
        self.operations("exclude = *")
        self.retort("check")
        answer = self.retort("diff", "sqlite:///app.db", "schema.sql", "--json").json
        self.assertEqual(len(answer["operations"]), len(ALL))

    def test_excluded_objects_are_in_no_script(self):
        self.operations("exclude = temp_*, stage_*")
        self.retort("stamp", "head")
        self.retort("revision", "--autogenerate", "-m", "made")
        text = self.newest_script("made")
        self.assertIn("legacy_code", text)
        self.assertNotIn("temp_", text)
        self.assertNotIn("stage_", text)


class Foreign(Case):
    def setUp(self):
        super().setUp()
        self.project("CREATE TABLE mine (id INTEGER PRIMARY KEY);")
        self.script(
            "aaaa1",
            "",
            "CREATE TABLE mine (id INTEGER PRIMARY KEY);\n"
            "CREATE TABLE old (id INTEGER PRIMARY KEY);",
            "DROP TABLE old;\nDROP TABLE mine;",
        )
        self.retort("upgrade")
        self.execute("CREATE TABLE theirs_one (a); CREATE TABLE theirs_two (a);")

    def test_kept_counted_and_named(self):
        result = self.retort("check", status=1)
        self.assertRegex(
            result.err, r"2 objects are neither declared nor made by the scripts, and kept"
        )
        self.assertNotIn("theirs_one", result.err)
        self.assertNotIn("theirs", result.out)
        self.assertIn("DROP TABLE old", result.out)
        result = self.retort("check", "-v", status=1)
        self.assertIn("theirs_one", result.err)
        self.assertIn("theirs_two", result.err)
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual([one["name"] for one in answer["operations"]], ["old"])
        self.assertEqual(
            {one["object"] for one in answer["notes"] if one["code"] == "foreign"} - {None},
            {"theirs_one", "theirs_two"},
        )

    def test_dropped_where_the_configuration_says_so(self):
        self.write("retort.ini", self.read("retort.ini") + "\n[autogenerate]\nforeign = drop\n")
        out = self.retort("check", status=1).out
        self.assertIn("DROP TABLE theirs_one", out)

    def test_neither_word(self):
        self.write("retort.ini", self.read("retort.ini") + "\n[autogenerate]\nforeign = burn\n")
        error = self.failure("check", status=2, code="config")
        self.assertIn("`burn` is neither keep nor drop", error["message"])
        self.assertEqual(error["line"], 7)
