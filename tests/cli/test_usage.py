"""The command line itself: options and where they stand, help, suggestions, colour, verbosity."""

import os
import pty
import re
import shlex
import subprocess
from pathlib import Path

from support import PROGRAM, Case

COMMANDS = re.findall(
    r"rt_command_(\w+),",
    (Path(__file__).parents[2] / "src" / "cli" / "commands.c").read_text(),
)


class ListOfTests(Case):
    def test_every_file_is_in_the_list_of_meson(self):
        here = Path(__file__).parent
        listed = re.search(r"cli_tests = \[(.*?)\]", (here / "meson.build").read_text(), re.DOTALL)
        names = sorted(path.stem[len("test_") :] for path in here.glob("test_*.py"))
        self.assertEqual(sorted(re.findall(r"'(\w+)'", listed.group(1))), names)


class Help(Case):
    def test_version(self):
        self.assertRegex(self.retort("--version").out, r"^retort \d+\.\d+\.\d+\n$")

    def test_help_lists_every_command(self):
        for option in ("--help", "-h"):
            out = self.retort(option).out
            for name in COMMANDS:
                self.assertRegex(out, rf"(?m)^  {name.replace('_', '-')} +\S")

    def test_no_command_is_a_usage_error_with_the_help(self):
        result = self.retort(status=2)
        self.assertIn("commands:", result.out)
        self.assertIn("no command given", result.err)
        self.failure(status=2, code="usage")

    def test_each_command_has_help_without_a_project(self):
        for name in COMMANDS:
            with self.subTest(name):
                written = name.replace("_", "-")
                out = self.retort(written, "--help").out
                self.assertTrue(out.startswith(f"usage: retort {written} "), out)
                for part in ("options of every command:", "examples:", "--json"):
                    self.assertIn(part, out)
                self.assertEqual(out, self.retort("-h", name).out)
                self.assertLessEqual(max(map(len, out.splitlines())), 100)
        self.assertEqual(self.snapshot(), {})

    def test_the_examples_are_command_lines_that_parse(self):
        self.project()
        for name in COMMANDS:
            out = self.retort(name, "--help").out
            examples = out.partition("\nexamples:\n")[2].splitlines()
            self.assertTrue(examples, name)
            for line in examples:
                with self.subTest(line):
                    words = shlex.split(line.partition(" > ")[0].partition(" | ")[0])
                    self.assertEqual((words[0], words[1]), ("retort", name.replace("_", "-")))
                    # With --help nothing runs, but the rest of the line is read first.
                    self.retort(*words[1:], "--help")
                    self.retort(*words[1:], "--help", "--no-such-option", status=2)


class Options(Case):
    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")

    def test_options_stand_before_and_after(self):
        expected = self.retort("history", "-r", ":aaaa1111", "--json").out
        self.assertIn("aaaa1111", expected)
        self.assertNotIn("bbbb2222", expected.replace('"bbbb2222', ""))
        for line in (
            "--json history -r :aaaa1111",
            "-r :aaaa1111 history --json",
            "-r:aaaa1111 --json history",
            "--rev-range :aaaa1111 --json history",
            "--rev-range=:aaaa1111 --json history",
            "--rev_range=:aaaa1111 history --json",
            "-c retort.ini history --json -r :aaaa1111",
            "-cretort.ini history --json -r :aaaa1111",
            "--config=retort.ini history --json -r:aaaa1111",
        ):
            with self.subTest(line):
                self.assertEqual(self.retort(*line.split()).out, expected)

    def test_options_between_arguments(self):
        self.write("a.sql", "CREATE TABLE a (id INTEGER);")
        self.write("b.sql", "")
        self.retort("diff", "a.sql", "--exit-code", "b.sql", status=1)
        self.retort("diff", "--exit-code", "a.sql", "a.sql")

    def test_two_dashes_end_the_options(self):
        self.retort("upgrade", "--", "+1")
        self.assertEqual(self.versions(), ["aaaa1111"])
        self.retort("downgrade", "--", "-1")
        self.assertEqual(self.versions(), [])
        error = self.failure("show", status=2, code="usage")
        self.assertIn("needs REVISION", error["message"])
        result = self.retort("show", "--", "--json", status=3)
        self.assertIn("--json", result.err)

    def test_signed_numbers_are_identifiers(self):
        self.retort("upgrade", "+2")
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.retort("downgrade", "-1")
        self.assertEqual(self.versions(), ["aaaa1111"])
        self.retort("upgrade", "+1")
        self.retort("downgrade", "-2")
        self.assertEqual(self.versions(), [])

    def test_a_range_that_starts_with_a_sign(self):
        self.script("cccc3333", "bbbb2222")
        out = self.retort("history", "-r", "-1:").out
        self.assertEqual([line.split()[0] for line in out.splitlines()], ["bbbb2222", "aaaa1111"])

    def test_c_after_current_is_check_heads(self):
        self.retort("current", "-c", status=1)
        self.retort("current", "--check-heads", status=1)
        self.retort("-c", "retort.ini", "current")
        self.retort("-c", "retort.ini", "current", "-c", status=1)
        self.retort("-c", "other.ini", "current", status=2)
        self.retort("upgrade")
        self.retort("current", "-c")

    def test_an_object_of_check_is_one_to_accept(self):
        self.retort("upgrade")
        error = self.failure("check", "a_view", status=2, code="usage")
        self.assertIn("only --accept takes an object", error["message"])
        for arguments in (["--accept"], ["--accept", "a_view"]):
            error = self.failure("check", *arguments, status=3, code="unsupported")
            self.assertIn("keeps every text as it is given", error["message"])

    def test_n_is_e(self):
        self.write("retort.ini", self.read("retort.ini") + "[env test]\nurl = sqlite:///test.db\n")
        self.retort("-e", "test", "upgrade")
        self.retort("stamp", "-n", "test", "aaaa1111")
        self.assertEqual(self.versions("test.db"), ["aaaa1111"])
        self.assertFalse(self.path("app.db").exists())

    def test_grouped_letters(self):
        out = self.retort("-vc", "retort.ini", "heads").out
        self.assertIn("Parent: aaaa1111", out)
        self.retort("history", "-iv")

    def test_underscores_in_names(self):
        self.retort("ensure_version")
        self.assertEqual(self.versions(), [])
        self.assertEqual(self.retort("list_templates").out, self.retort("list-templates").out)
        self.retort("heads", "--resolve_dependencies")

    def test_the_last_of_a_repeated_option_counts(self):
        self.retort("-c", "other.ini", "-c", "retort.ini", "heads")
        self.retort("heads", "--config", "other.ini", "--config", "retort.ini")

    def test_unknown_words_suggest_the_nearest(self):
        for arguments, suggestion in (
            (["upgrad"], "`upgrade`"),
            (["hist"], "`history`"),
            (["dwongrade"], "`downgrade`"),
            (["ensure_versoin"], "`ensure-version`"),
            (["upgrade", "--dyr-run"], "--dry-run"),
            (["revision", "--autogen"], "--autogenerate"),
            (["revision", "--mesage=x"], "--message"),
            (["heads", "--jsn"], "--json"),
        ):
            with self.subTest(arguments):
                self.assertIn(f"did you mean {suggestion}?", self.retort(*arguments, status=2).err)
                error = self.failure(*arguments, status=2, code="usage")
                self.assertIn(f"did you mean {suggestion}?", error["message"])

    def test_wrong_command_lines(self):
        for line, text in (
            ("nonsense", "unknown command `nonsense`"),
            ("upgrade -Z", "unknown option -Z"),
            ("upgrade -cZ", "no configuration Z"),
            ("upgrade --sql=yes", "unknown option --sql=yes"),
            ("upgrade a b", "takes no argument `b`"),
            ("current head", "takes no argument `head`"),
            ("downgrade", "needs REVISION"),
            ("show", "needs REVISION"),
            ("stamp", "needs REVISION"),
            ("merge", "needs REVISION"),
            ("diff a.sql", "needs FROM TO"),
            ("inspect", "needs SOURCE"),
            ("lint", "needs FILE"),
            ("revision -m", "--message needs a value"),
            ("-c", "--config needs a value"),
            ("revision --sql", "--sql goes with --autogenerate"),
            ("revision --against scripts", "--against goes with --autogenerate"),
            ("stamp --purge --sql head", "Can't use --purge with --sql mode"),
        ):
            with self.subTest(line):
                before = self.snapshot()
                result = self.retort(*line.split(), status=2)
                self.assertIn(text, result.err)
                self.assertTrue(result.err.startswith("error: "), result)
                self.assertEqual(self.snapshot(), before)


class Output(Case):
    def setUp(self):
        super().setUp()
        self.project("CREATE TABLE a (id INTEGER);")
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")

    def test_quiet_leaves_answers_and_errors(self):
        result = self.retort("upgrade", "-q")
        self.assertEqual((result.out, result.err), ("", ""))
        result = self.retort("current", "--quiet")
        self.assertEqual((result.out, result.err), ("aaaa1111 (head)\n", ""))
        result = self.retort("revision", "-m", "x", "-q")
        self.assertEqual((result.out, result.err), ("", ""))
        self.assertIn("error: ", self.retort("show", "zzzz", "-q", status=3).err)

    def test_notices_stand_on_standard_error(self):
        result = self.retort("upgrade")
        self.assertEqual(result.out, "")
        self.assertIn("Running upgrade  -> aaaa1111, aaaa1111", result.err)

    def test_verbose_twice_shows_the_sql_as_it_is_sent(self):
        self.assertNotIn("CREATE TABLE a", self.retort("upgrade", "-v", "--dry-run", "-q").err)
        result = self.retort("-vv", "upgrade")
        self.assertRegex(result.err, r"(?m)^DEBUG \[\S+\] CREATE TABLE a")
        self.assertEqual(result.out, "")
        self.assertNotIn("DEBUG", self.retort("downgrade", "base", "-v").err)
        self.assertIn("DEBUG", self.retort("upgrade", "-v", "-v").err)

    def run_on_terminal(self, *arguments, **variables):
        """Runs with standard error on a terminal; what came there."""
        control, terminal = pty.openpty()
        try:
            done = subprocess.run(
                [PROGRAM, *arguments],
                cwd=self.folder,
                env=self.environment(**variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=terminal,
            )
        finally:
            os.close(terminal)
        text = b""
        while True:
            try:
                part = os.read(control, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            text += part
        os.close(control)
        self.assertNotIn(b"\033", done.stdout)
        return text.decode()

    def test_colour_only_on_a_terminal(self):
        self.assertIn("\033[", self.run_on_terminal("show", "zzzz"))
        self.assertNotIn("\033", self.run_on_terminal("show", "zzzz", NO_COLOR="1"))
        self.assertNotIn("\033", self.run_on_terminal("show", "zzzz", TERM="dumb"))
        self.assertIn("\033[", self.run_on_terminal("show", "zzzz", NO_COLOR=""))
        self.assertNotIn("\033", self.run_on_terminal("show", "zzzz", "--json"))
        self.assertNotIn("\033", self.retort("show", "zzzz", status=3).err)
        self.assertNotIn("\033", self.retort("check", status=1).err)

    def test_a_closed_pipe_is_no_error(self):
        for number in range(2000):
            self.script(f"r{number:05}", f"r{number - 1:05}" if number else "aaaa1111")
        process = self.start("history", "-v")
        process.stdout.read(10)
        process.stdout.close()
        process.wait(60)
        self.assertEqual((process.returncode, process.stderr.read()), (0, b""))

    def test_an_answer_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [PROGRAM, "history", "--json"],
                cwd=self.folder,
                env=self.environment(),
                stdout=full,
                stderr=subprocess.PIPE,
            )
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"cannot write the answer", done.stderr)
