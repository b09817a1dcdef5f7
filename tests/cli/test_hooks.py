"""[hooks]: commands run on each new script, and what they are told."""

import json

from support import Case


class Hooks(Case):
    def configure(self, text, **options):
        self.project(more=f"\n[hooks]\n{text}\n", **options)

    def new_script(self, *arguments, **options):
        result = self.retort("revision", "-m", "first", "--json", *arguments, **options)
        return result.json["path"]

    def test_a_hook_gets_the_path_behind_its_words(self):
        self.configure("mark = sed -i '$a -- seen by mark'")
        path = self.new_script()
        self.assertTrue(self.read(path).endswith("-- seen by mark\n"))

    def test_the_path_stands_where_it_is_asked_for(self):
        self.configure(
            "copy = cp REVISION_SCRIPT_FILENAME copy.sql && " "echo REVISION_SCRIPT_FILENAME > name"
        )
        path = self.new_script()
        self.assertEqual(self.read("copy.sql"), self.read(path))
        self.assertEqual(self.read("name").strip(), path)

    def test_a_path_with_blanks_is_one_word(self):
        self.configure("copy = cp REVISION_SCRIPT_FILENAME copy.sql")
        self.write("retort.ini", self.read("retort.ini").replace("migrations", "my migrations"))
        self.path("my migrations/versions").mkdir(parents=True)
        path = self.new_script()
        self.assertEqual(self.read("copy.sql"), self.read(path))

    def test_hooks_run_in_their_order(self):
        self.configure("one = printf 1 >> order; true\ntwo = printf 2 >> order; true")
        self.new_script()
        self.assertEqual(self.read("order"), "12")

    def test_every_command_that_writes_a_script_runs_them(self):
        self.configure("count = printf x >> count; true", schema="CREATE TABLE t (id INT);")
        self.retort("revision", "--autogenerate", "-m", "made", "--rev-id", "aaaa1")
        self.retort("revision", "--head", "base", "-m", "other", "--rev-id", "bbbb1")
        self.retort("merge", "heads", "-m", "merge")
        self.assertEqual(self.read("count"), "xxx")

    def test_the_input_tells_of_the_script(self):
        self.configure("tell = cat > told.json; true")
        path = self.new_script("--rev-id", "aaaa1", "-x", "team=data", "-x", "flag")
        told = json.loads(self.read("told.json"))
        self.assertEqual(told.pop("path"), str(self.path(path)))
        self.assertEqual(
            told,
            {"revision": "aaaa1", "message": "first", "variables": {"team": "data", "flag": ""}},
        )

    def test_a_variable_that_is_no_utf8_is_told_too(self):
        self.configure("tell = cat > told.json; true")
        self.new_script("-x", "team=da\udcff", "-x", "flag")
        told = json.loads(self.read("told.json"))
        self.assertEqual(told["variables"], {"team": "da\ufffd", "flag": ""})

    def test_a_hook_that_fails_is_named_and_the_script_stays(self):
        self.configure("lint = echo 'no good' >&2; exit 3")
        error = self.failure("revision", "-m", "first", "--rev-id", "aaaa1", status=3, code="file")
        self.assertRegex(
            error["message"], "(?s)hook `lint` failed on .*aaaa1_first.sql.*" "status 3: no good"
        )
        self.assertEqual(self.scripts(), ["aaaa1_first.sql"])

    def test_hooks_run_in_the_folder_of_the_configuration(self):
        self.configure("place = pwd > place; test -f REVISION_SCRIPT_FILENAME")
        self.path("elsewhere").mkdir()
        self.new_script("-c", "../retort.ini", cwd="elsewhere")
        self.assertEqual(self.read("place").strip(), str(self.folder))

    def test_an_environment_has_hooks_of_its_own(self):
        self.configure(
            "mark = echo plain > mark; true\n\n[env ci]\nhooks.mark = echo ci > mark; true"
            "\nhooks.more = echo more > more; true"
        )
        self.new_script("-e", "ci")
        self.assertEqual((self.read("mark"), self.read("more")), ("ci\n", "more\n"))
