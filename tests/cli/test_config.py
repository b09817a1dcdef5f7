"""The configuration: where it is found, what it may say, what overrides it, errors with the line."""

import os
import unittest

from support import Case

GOOD = "[retort]\nurl = sqlite:///app.db\nscript_location = migrations\n"


class Init(Case):
    def test_writes_the_files_of_a_project(self):
        out = self.retort("init").out
        for name in ("retort.ini", "schema.sql", "migrations/versions"):
            self.assertIn(name, out)
        self.assertEqual(
            sorted(self.snapshot()),
            ["migrations", "migrations/versions", "retort.ini", "schema.sql"],
        )
        self.retort("check")
        self.retort("upgrade")
        self.retort("check")

    def test_a_folder_of_ones_own(self):
        self.retort("init", "db/scripts")
        self.assertTrue(self.path("db/scripts/versions").is_dir())
        self.assertRegex(self.read("retort.ini"), r"(?m)^script_location = db/scripts$")
        self.retort("revision", "-m", "first")
        self.assertEqual(len(list(self.path("db/scripts/versions").glob("*_first.sql"))), 1)

    def test_what_exists_is_kept_and_named(self):
        self.write("retort.ini", GOOD)
        self.write("schema.sql", "-- mine\n")
        out = self.retort("init").out
        self.assertIn("retort.ini already exists", out)
        self.assertIn("schema.sql already exists", out)
        self.assertEqual((self.read("retort.ini"), self.read("schema.sql")), (GOOD, "-- mine\n"))
        self.retort("init")

    def test_a_folder_with_other_content(self):
        self.write("migrations/notes.txt", "x")
        before = self.snapshot()
        error = self.failure("init", status=2, code="usage")
        self.assertIn("Directory migrations already exists and is not empty", error["message"])
        self.assertEqual(self.snapshot(), before)

    def test_a_folder_that_cannot_be_made(self):
        self.write("file", "")
        before = self.snapshot()
        self.assertIn(
            "file", self.failure("init", "file/scripts", status=3, code="file")["message"]
        )
        self.assertEqual(self.snapshot(), before)

    def test_templates(self):
        listed = self.retort("list-templates", "--json").json
        self.assertIn("generic", [one["name"] for one in listed])
        self.assertEqual({frozenset(one) for one in listed}, {frozenset({"name", "summary"})})
        for number, template in enumerate(one["name"] for one in listed):
            self.path(str(number)).mkdir()
            self.retort("init", "--template", template, cwd=str(number))
            self.retort("heads", cwd=str(number))
        error = self.failure("init", "-t", "nonsense", "x", status=2, code="usage")
        self.assertIn("No such template", error["message"])
        self.assertFalse(self.path("x").exists())

    def test_the_configuration_in_the_folder_of_the_scripts(self):
        self.retort("init", "db", "-c", "db/retort.ini")
        self.assertRegex(self.read("db/retort.ini"), r"(?m)^script_location = \.$")
        self.retort("revision", "-m", "first", "-c", "db/retort.ini")
        self.assertEqual(len(list(self.path("db/versions").glob("*_first.sql"))), 1)

    def test_the_database_that_is_said(self):
        out = self.retort("init", "--url", "starrocks://u:hidden@host:9030/db").out
        self.assertIn("The password is not written down", out)
        written = self.read("retort.ini")
        self.assertRegex(written, r"(?m)^url = starrocks://u@host:9030/db$")
        self.assertRegex(written, r"(?m)^dialect = starrocks$")
        self.assertNotIn("hidden", written + out)
        self.assertIn("kept; its url is not changed",
                      self.retort("init", "--url", "sqlite:///other.db").out)
        self.assertEqual(self.read("retort.ini"), written)

    def test_a_database_that_is_none(self):
        before = self.snapshot()
        for url in ("nonsense", "nonsense://host/db"):
            self.failure("init", "--url", url, status=2, code="config")
        for options in (["-t", "sqlite", "--url", "starrocks://root@host/db"],
                        ["-t", "starrocks", "--url", "sqlite:///app.db"]):
            self.assertIn("leave the template out",
                          self.failure("init", *options, status=2, code="usage")["message"])
        message = self.failure("init", "starrocks://u:hidden@host/db", status=2,
                               code="usage")["message"]
        self.assertIn("retort init --url URL", message)
        self.assertNotIn("hidden", message)
        self.assertEqual(self.snapshot(), before)

    def test_a_kept_configuration_of_other_scripts_is_named(self):
        self.retort("init")
        self.assertIn("File retort.ini already exists, kept; its script_location is migrations, "
                      "not db/scripts\n", self.retort("init", "db/scripts").out)
        self.assertIn("File retort.ini already exists, kept\n",
                      self.retort("init", "./migrations").out)
        self.write("retort.ini", "[retort]\nscript_location = ${NOWHERE}\n")
        self.assertIn("File retort.ini already exists, kept\n", self.retort("init").out)

    def test_a_configuration_in_another_folder(self):
        self.retort("-c", "conf/my.ini", "init")
        self.assertEqual(
            sorted(self.snapshot()),
            ["conf", "conf/migrations", "conf/migrations/versions", "conf/my.ini",
             "conf/schema.sql"],
        )
        self.retort("init", "conf/scripts", env={"RETORT_CONFIG": "conf/inside.ini"})
        self.assertRegex(self.read("conf/inside.ini"), r"(?m)^script_location = scripts$")
        self.retort("init", "scripts", "-c", "conf/deep/out.ini")
        self.assertRegex(self.read("conf/deep/out.ini"),
                         r"(?m)^script_location = ../../scripts$")
        self.retort("revision", "-m", "one", "-c", "conf/deep/out.ini")
        self.assertEqual(len(list(self.path("scripts/versions").glob("*_one.sql"))), 1)

    def test_the_configuration_of_c(self):
        self.retort("-c", "my.ini", "init", "scripts")
        self.assertTrue(self.path("my.ini").exists())
        self.assertFalse(self.path("retort.ini").exists())


class Missing(Case):
    def test_no_configuration(self):
        for command in ("current", "check", "upgrade", "history", "revision", "heads"):
            with self.subTest(command):
                error = self.failure(command, status=2, code="config")
                self.assertIn("retort.ini", error["message"])
                self.assertIn("`retort init`", error["message"])
        self.assertEqual(self.snapshot(), {})

    def test_the_file_named_is_missing(self):
        self.write("retort.ini", GOOD)
        for arguments, env in ((["-c", "other.ini"], {}), ([], {"RETORT_CONFIG": "other.ini"})):
            error = self.failure(*arguments, "heads", status=2, code="config", env=env)
            self.assertIn("other.ini", error["message"])

    def test_the_configuration_is_a_folder(self):
        self.path("retort.ini").mkdir()
        self.assertIn("retort.ini", self.failure("heads", status=2, code="config")["message"])

    @unittest.skipIf(os.geteuid() == 0, "root reads every file")
    def test_the_configuration_may_not_be_read(self):
        self.write("retort.ini", GOOD).chmod(0)
        self.assertIn("retort.ini", self.failure("heads", status=2, code="config")["message"])

    def test_no_script_location(self):
        self.write("retort.ini", "[retort]\nurl = sqlite:///app.db\n")
        error = self.failure("heads", status=2, code="config")
        self.assertIn("script_location", error["message"])

    def test_the_script_folder_is_missing(self):
        self.write("retort.ini", GOOD)
        error = self.failure("upgrade", status=2, code="config")
        self.assertIn("migrations", error["message"])
        self.assertIn("init", error["message"])
        self.assertFalse(self.path("app.db").exists())

    def test_no_url(self):
        self.project()
        self.write("retort.ini", "[retort]\nscript_location = migrations\n")
        error = self.failure("current", status=2, code="config")
        self.assertIn("--url", error["message"])

    def test_no_schema(self):
        self.project()
        self.write("retort.ini", GOOD)
        for arguments in (["check"], ["revision", "--autogenerate"]):
            error = self.failure(*arguments, status=2, code="config")
            self.assertIn("schema", error["message"])
        self.assertEqual(self.scripts(), [])

    def test_explicit_sources_need_no_configuration(self):
        self.write("a.sql", "CREATE TABLE a (id INTEGER);")
        self.write("b.sql", "")
        self.retort("diff", "a.sql", "b.sql", "--dialect", "sqlite")
        self.retort("inspect", "a.sql", "--dialect", "sqlite")
        self.retort("lint", "a.sql", "--dialect", "sqlite")
        self.write("c.sql", "-- retort: dialect sqlite\nCREATE TABLE c (id INTEGER);")
        self.assertIn("CREATE TABLE c", self.retort("inspect", "c.sql").out)


class Broken(Case):
    def test_each_error_names_the_line(self):
        for text, line, message, command in (
            ("[retort\n", 1, "a section is one name in brackets", "heads"),
            ("\n; x\n[retrot]\n", 3, "unknown section [retrot], did you mean [retort]?", "heads"),
            (
                "[retort]\nurll = x\n",
                2,
                "unknown key `urll` in [retort], did you mean `url`?",
                "heads",
            ),
            ("[retort]\n  nonsense\n", 2, "expected `key = value`", "heads"),
            ("url = x\n", 1, "a key before the first [section]", "heads"),
            (GOOD + "[env a]\nrun.pol = 1\n", 5, "unknown key `run.pol`", "heads"),
            (GOOD + "truncate_slug_length = many\n", 4, "many", "heads"),
            (GOOD + "[run]\npoll = soon\n", 5, "soon", "upgrade"),
            (GOOD + "[run]\nlock_timeout = -3\n", 5, "-3", "upgrade"),
            (GOOD + "[lint]\ndata-loss = maybe\n", 5, "off, note, warning or refuse", "upgrade"),
            (GOOD + "url = sqlite:///${NOWHERE}\n", 4, "${NOWHERE} has no value", "upgrade"),
            (GOOD + "dialect = sqlit\n", 4, "sqlit", "upgrade --sql"),
            (GOOD + "[sqlite]\nversion = new\n", 5, "no version", "upgrade --sql"),
            (GOOD + "rev_id = guess\n", 4, "guess", "revision"),
            (GOOD + "timezone = Nowhere/Land\n", 4, "Nowhere/Land", "revision"),
            (GOOD + "[autogenerate]\nforeign = maybe\n", 5, "maybe", "check"),
            (GOOD + "[autogenerate]\ncompare_comments = perhaps\n", 5, "perhaps", "check"),
            (GOOD + "[autogenerate]\nrecreate = always\n", 5, "always", "check"),
        ):
            with self.subTest(text):
                self.project()
                self.write("retort.ini", f"{text}[retort]\nschema = schema.sql\n")
                result = self.retort(*command.split(), status=2)
                written = text.splitlines()[line - 1].strip()
                place, excerpt, caret = result.err.splitlines()
                self.assertRegex(place, rf"^error: retort\.ini:{line}:\d+: ")
                self.assertIn(message, place)
                self.assertEqual(excerpt.strip(), written)
                self.assertRegex(caret, r"^ +\^+$")
                error = self.failure(*command.split(), status=2, code="config")
                column = text.splitlines()[line - 1].index(written) + 1
                self.assertEqual(
                    (error["file"], error["line"], error["column"]), ("retort.ini", line, column)
                )
                self.assertIn(message, error["message"])
                self.assertFalse(self.path("app.db").exists())
                self.assertEqual(self.scripts(), [])

    def test_bytes_that_are_no_text(self):
        self.project()
        self.path("retort.ini").write_bytes(b"[retort]\nurl = \xff\xfe\x00\n")
        self.retort("current", status=2)

    def test_a_url_that_nobody_speaks(self):
        self.project()
        for url in ("nonsense://x", "nonsense", "", "sqlite:/x", "://", "sqlite://host/x.db"):
            with self.subTest(url):
                self.failure("current", "--url", url or "x", status=2, code="config")

    def test_no_such_environment(self):
        self.write("retort.ini", GOOD)
        error = self.failure("-e", "prod", "heads", status=2, code="config")
        self.assertIn("[env prod]", error["message"])


class Reading(Case):
    def test_a_section_may_stand_twice_and_the_last_key_counts(self):
        self.project()
        self.write(
            "retort.ini",
            "# a comment\n; another\n[retort]\nurl = sqlite:///one.db\n\n[run]\npoll = 1\n"
            "[retort]\nscript_location=migrations\n   url   =   sqlite:///two.db   \n",
        )
        self.script("aaaa1111")
        self.retort("upgrade")
        self.assertEqual(self.versions("two.db"), ["aaaa1111"])
        self.assertFalse(self.path("one.db").exists())

    def test_marks_inside_a_value_belong_to_it(self):
        self.project()
        self.write("retort.ini", GOOD + "url = sqlite:///a#b;c%20d=e.db\n")
        self.retort("ensure-version")
        self.assertTrue(self.path("a#b;c d=e.db").exists() or self.path("a#b;c%20d=e.db").exists())

    def test_dos_line_ends(self):
        self.project()
        self.write("retort.ini", GOOD.replace("\n", "\r\n"))
        self.retort("ensure-version")
        self.assertTrue(self.path("app.db").exists())

    def test_variables(self):
        self.project()
        self.write("retort.ini", GOOD + "url = sqlite:///${NAME}.${ending}\n")
        self.retort("ensure-version", "-x", "NAME=one", "--set", "ending=db", env={"NAME": "two"})
        self.retort("-x", "ending=old", "ensure-version", "-x", "ending=db", env={"NAME": "two"})
        self.assertEqual(
            sorted(path.name for path in self.path("").glob("*.*") if "." in path.name[1:]),
            ["one.db", "retort.ini", "schema.sql", "two.db"],
        )

    def test_which_url_wins(self):
        self.project()
        self.write("retort.ini", GOOD + "[env test]\nurl = sqlite:///env.db\n")
        variable = {"RETORT_URL": "sqlite:///variable.db"}
        option = ["--url", "sqlite:///option.db"]
        for arguments, env, made in (
            ([], {}, "app.db"),
            (["-e", "test"], {}, "env.db"),
            (["-e", "test"], variable, "variable.db"),
            (["-e", "test", *option], variable, "option.db"),
            ([], {"RETORT_URL": ""}, "app.db"),
        ):
            self.retort("ensure-version", *arguments, env=env)
            self.assertEqual([path.name for path in self.path("").glob("*.db")], [made])
            self.path(made).unlink()

    def test_an_environment_overrides_any_key(self):
        self.project()
        self.write(
            "retort.ini",
            GOOD
            + "[lint]\ndata-loss = refuse\n"
            + "[env loose]\nlint.data-loss = off\nversion_table.name = seen\n"
            + "sqlite.version = 3.40\nrun.poll = 1\n",
        )
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER); DROP TABLE a;")
        self.retort("upgrade", status=6)
        self.retort("-e", "loose", "upgrade")
        self.assertEqual(self.rows("SELECT version_num FROM seen"), [("aaaa1111",)])

    def test_paths_count_from_where_they_are_written(self):
        self.path("sub").mkdir()
        self.project("CREATE TABLE a (id INTEGER);")
        self.retort("revision", "-m", "x", "--rev-id", "aaaa1111")
        self.retort("-c", "../retort.ini", "ensure-version", cwd="sub")
        self.assertTrue(self.path("app.db").exists())
        self.retort("-c", "../retort.ini", "check", cwd="sub", status=1)
        self.retort("-c", "../retort.ini", "diff", "../schema.sql", "../schema.sql", cwd="sub")
        self.retort("--config", str(self.path("retort.ini")), "heads", cwd="sub")
        self.retort("ensure-version", cwd="sub", env={"RETORT_CONFIG": "../retort.ini"})
        self.retort("-c", "../retort.ini", "--url", "sqlite:///b.db", "ensure-version", cwd="sub")
        self.assertEqual([path.name for path in self.path("sub").iterdir()], ["b.db"])
        absolute = f"sqlite:///{self.path('c.db')}"
        self.retort("-c", "../retort.ini", "--url", absolute, "ensure-version", cwd="sub")
        self.assertTrue(self.path("c.db").exists())

    def test_c_stands_before_the_variable(self):
        self.project()
        self.write("other.ini", GOOD.replace("app.db", "other.db"))
        self.retort("-c", "retort.ini", "ensure-version", env={"RETORT_CONFIG": "other.ini"})
        self.assertFalse(self.path("other.db").exists())
        self.retort("ensure-version", env={"RETORT_CONFIG": "other.ini"})
        self.assertTrue(self.path("other.db").exists())

    def test_two_dialects_that_disagree(self):
        self.project()
        self.write("a.sql", "-- retort: dialect nonsense\nCREATE TABLE a (id INTEGER);")
        result = self.retort("inspect", "a.sql", status=None)
        self.assertIn(result.status, (2, 3), result)
        self.assertIn("nonsense", result.err)
        self.failure("inspect", "schema.sql", "--dialect", "nonsense", status=2, code="config")
        error = self.failure("current", "--dialect", "starrocks", status=2, code="config")
        self.assertIn("--dialect says that the dialect is starrocks", error["message"])
        self.write("retort.ini", GOOD + "dialect = sqlite\n")
        error = self.failure("current", "--url", "memory+starrocks:", status=2, code="config")
        self.assertIn("`dialect` in [retort] says that the dialect is sqlite", error["message"])

    def test_the_session(self):
        self.project(more="[session]\nuser_version = 7\n")
        self.retort("ensure-version")
        self.assertEqual(self.rows("PRAGMA user_version"), [(7,)])
        self.project(more="[env test]\nsession.user_version = 8\n")
        self.retort("stamp", "-e", "test", "base")
        self.assertEqual(self.rows("PRAGMA user_version"), [(8,)])
        self.project(more="[session]\nno such thing = 1\n")
        self.assertEqual(self.retort("current", status=None).status, 2)

    def test_the_version_table(self):
        self.project(more="[version_table]\nname = my_version\n")
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);")
        self.retort("upgrade")
        self.assertEqual(self.rows("SELECT version_num FROM my_version"), [("aaaa1111",)])
        self.assertIsNone(self.versions())
        self.assertEqual(self.retort("current").out, "aaaa1111 (head)\n")
        self.write("schema.sql", "CREATE TABLE a (id INTEGER);")
        self.retort("check")
        self.assertIn("INSERT INTO my_version", self.retort("upgrade", "--sql").out)
        self.retort("downgrade", "base")
        self.assertEqual(self.rows("SELECT version_num FROM my_version"), [])
