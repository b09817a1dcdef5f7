"""What an Alembic user types, and what comes back: its tutorial, branches, identifiers, stamps."""

import re
import sys

from support import Case


class Tutorial(Case):
    """The main loop of Alembic's tutorial, in its order."""

    def revision(self, message, *arguments):
        out = self.retort("revision", "-m", message, *arguments).out
        path = re.fullmatch(r"Generated (migrations/versions/(\w{12})_\w+\.sql)\n", out)
        self.assertIsNotNone(path, out)
        return path.group(1), path.group(2)

    def fill(self, path, up, back):
        text = self.read(path)
        head, _, _ = text.partition("-- retort: upgrade")
        self.write(path, f"{head}-- retort: upgrade\n{up}\n\n-- retort: downgrade\n{back}\n")

    def test_the_tutorial(self):
        self.retort("init")
        path, first = self.revision("create account table")
        self.assertTrue(path.endswith("_create_account_table.sql"))
        text = self.read(path)
        self.assertIn(f"-- revision: {first}\n-- down_revision:\n", text)
        self.assertRegex(text, r"(?m)^-- created: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00$")
        self.fill(
            path,
            "CREATE TABLE account (\n  id INTEGER PRIMARY KEY,\n  name VARCHAR(50) NOT NULL,\n"
            "  description VARCHAR(200)\n);",
            "DROP TABLE account;",
        )
        result = self.retort("upgrade", "head")
        self.assertIn(f"Running upgrade  -> {first}, create account table", result.err)

        path, second = self.revision("Add a column")
        self.assertIn(f"-- down_revision: {first}\n", self.read(path))
        self.fill(
            path,
            "ALTER TABLE account ADD COLUMN last_transaction_date DATETIME;",
            "ALTER TABLE account DROP COLUMN last_transaction_date;",
        )
        result = self.retort("upgrade", "head")
        self.assertIn(f"Running upgrade {first} -> {second}, Add a column", result.err)
        self.assertEqual(self.versions(), [second])

        self.retort("downgrade", "-1")
        self.retort("upgrade", "+1")
        self.retort("upgrade", second[:4])
        self.assertEqual(self.retort("current").out, f"{second} (head)\n")
        self.assertEqual(
            self.retort("history").out,
            f"{first} -> {second} (head), Add a column\n<base> -> {first}, create account table\n",
        )
        self.assertEqual(
            self.retort("history", "-r", f"{first[:5]}:{second[:5]}").out,
            self.retort("history").out,
        )
        self.assertEqual(self.retort("history", "-r-1:current").out, self.retort("history").out)
        self.assertEqual(
            self.retort("history", f"-r{second}:").out,
            f"{first} -> {second} (head), Add a column\n",
        )
        result = self.retort("downgrade", "base")
        self.assertIn(f"Running downgrade {second} -> {first}, Add a column", result.err)
        self.assertIn(f"Running downgrade {first} -> , create account table", result.err)
        self.assertEqual((self.versions(), self.objects()), ([], set()))
        self.retort("upgrade", "head")
        self.assertEqual(self.versions(), [second])

    def test_autogenerate(self):
        self.retort("init")
        self.write("schema.sql", "CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT);\n")
        result = self.retort("revision", "--autogenerate", "-m", "Added account table")
        self.assertIn("Detected added table 'account'", result.err)
        self.retort("upgrade")
        self.retort("check")
        result = self.retort("revision", "--autogenerate", "-m", "nothing")
        self.assertEqual((len(self.scripts()), result.status), (1, 0))
        self.retort("revision", "--autogenerate", "--allow-empty", "-m", "nothing")
        self.assertEqual(len(self.scripts()), 2)
        self.write(
            "schema.sql",
            "CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);\n"
            "CREATE INDEX by_name ON account (name);\n",
        )
        error = self.failure(
            "revision", "--autogenerate", "-m", "x", status=3, code="not_up_to_date"
        )
        self.assertIn("Target database is not up to date.", error["message"])
        self.assertIn("retort upgrade", error["message"])
        self.assertIn("--against scripts", error["message"])
        self.retort("revision", "--autogenerate", "--against", "scripts", "-m", "offline")
        self.retort("upgrade")
        self.retort("check")
        self.assertEqual(self.objects(), {"account", "by_name"})
        self.retort("downgrade", "-1")
        self.assertEqual(self.objects(), {"account"})

    def test_names_of_scripts(self):
        self.project(
            more="[retort]\nfile_template = %%(year)d/%%(month).2d-%%(slug)s-%%(rev)s\n".replace(
                "%%", "%"
            )
            + "truncate_slug_length = 20\n"
        )
        out = self.retort(
            "revision", "-m", "Größe: a message, that is much longer than that", "--rev-id", "ab12"
        ).out
        self.assertRegex(out, r"versions/\d{4}/\d\d-größe_a_message_-ab12\.sql\n$")
        self.assertEqual(self.retort("heads").out, "ab12 (head)\n")

    def test_ways_to_make_identifiers(self):
        self.project(more="[retort]\nrev_id = sequential\n")
        self.retort("revision", "-m", "one")
        self.retort("revision", "-m", "two")
        self.assertEqual(self.scripts(), ["0001_one.sql", "0002_two.sql"])
        self.project(more="[retort]\nrev_id = timestamp\ntimezone = Asia/Tokyo\n")
        self.retort("revision", "-m", "three")
        self.assertRegex(self.newest_script("three"), r"(?m)^-- revision: 20\d{12}$")
        self.assertRegex(self.newest_script("three"), r"(?m)^-- created: .* \+09:00$")

    def test_without_a_message(self):
        self.project()
        self.retort("revision", "--rev-id", "ab12")
        (name,) = self.scripts()
        self.assertIn("-- message: empty message\n", self.read(f"migrations/versions/{name}"))
        self.assertEqual(self.retort("history").out, "<base> -> ab12 (head), empty message\n")


class Branches(Case):
    """The chapter on branches of Alembic's manual."""

    def setUp(self):
        super().setUp()
        self.project()
        self.script("1975ea83b712", "", "CREATE TABLE account (id INTEGER);", "DROP TABLE account;")
        self.script(
            "27c6a30d7c24", "1975ea83b712", "CREATE TABLE shop (id INTEGER);", "DROP TABLE shop;"
        )
        self.script(
            "ae1027a6acf", "1975ea83b712", "CREATE TABLE cart (id INTEGER);", "DROP TABLE cart;"
        )

    def test_heads_and_branches(self):
        self.assertEqual(self.retort("heads").out, "27c6a30d7c24 (head)\nae1027a6acf (head)\n")
        self.assertEqual(
            self.retort("branches").out,
            "1975ea83b712 (branchpoint)\n"
            "             -> 27c6a30d7c24 (head)\n"
            "             -> ae1027a6acf (head)\n\n",
        )

    def test_merge(self):
        out = self.retort("merge", "-m", "merge ae1 and 27c", "ae1027", "27c6a").out
        self.assertRegex(out, r"^Generated migrations/versions/\w{12}_merge_ae1_and_27c\.sql\n$")
        text = self.newest_script("merge_ae1_and_27c")
        parents = re.search(r"(?m)^-- down_revision: (.*)$", text).group(1)
        self.assertEqual(sorted(parents.split(", ")), ["27c6a30d7c24", "ae1027a6acf"])
        self.retort("upgrade")
        self.assertEqual(self.objects(), {"account", "shop", "cart"})
        self.assertEqual(len(self.versions()), 1)
        self.assertIn("(head) (mergepoint)", self.retort("history").out.splitlines()[0])
        error = self.failure("downgrade", "-1", status=3, code="ambiguous_walk")
        self.assertIn("'<branchname>@-1'", error["message"])
        self.retort("downgrade", "ae1027")
        self.assertEqual(self.versions(), ["27c6a30d7c24", "ae1027a6acf"])
        self.failure("merge", "ae1027", "ae1027", status=3, code="duplicate_heads")
        self.failure("merge", "1975ea", "ae1027", status=3, code="needs_splice")

    def test_explicit_upgrades(self):
        self.retort("upgrade", "ae1027")
        self.assertEqual(self.versions(), ["ae1027a6acf"])
        self.retort("upgrade", "27c6a")
        self.assertEqual(self.versions(), ["27c6a30d7c24", "ae1027a6acf"])
        self.assertEqual(self.retort("current").out, "27c6a30d7c24 (head)\nae1027a6acf (head)\n")
        self.retort("downgrade", "1975ea")
        self.assertEqual((self.versions(), self.objects()), (["1975ea83b712"], {"account"}))
        self.failure("downgrade", "ae1027", status=3, code="not_ancestor")

    def test_splice(self):
        error = self.failure(
            "revision", "--head", "1975ea", "-m", "x", status=3, code="needs_splice"
        )
        self.assertIn("--splice", error["message"])
        self.retort("revision", "--head", "1975ea", "--splice", "-m", "third")
        self.assertEqual(len(self.retort("heads").out.splitlines()), 3)
        self.retort("revision", "--head", "ae1027", "-m", "fourth")
        self.assertIn("-- down_revision: ae1027a6acf\n", self.newest_script("fourth"))

    def test_labels(self):
        self.retort(
            "revision",
            "--head",
            "ae1027",
            "--branch-label",
            "shopcart",
            "-m",
            "more",
            "--rev-id",
            "d747a8a8879",
        )
        self.assertIn("-- branch_labels: shopcart\n", self.newest_script("more"))
        self.assertIn("d747a8a8879 (shopcart) (head)", self.retort("heads").out)
        self.retort("upgrade", "shopcart@head")
        self.assertEqual(self.versions(), ["d747a8a8879"])
        self.retort("revision", "--head", "shopcart@head", "-m", "again", "--rev-id", "eeee")
        self.assertIn("-- down_revision: d747a8a8879\n", self.newest_script("again"))
        self.retort("upgrade", "shopcart@+1")
        self.assertEqual(self.versions(), ["eeee"])
        self.retort("downgrade", "shopcart@-1")
        self.assertEqual(self.versions(), ["d747a8a8879"])
        self.assertIn("Rev: eeee", self.retort("show", "shopcart@head").out)
        self.assertIn("Rev: d747a8a8879", self.retort("show", "shopcart").out)
        error = self.failure(
            "revision",
            "--head",
            "27c6a",
            "--branch-label",
            "shopcart",
            "-m",
            "x",
            status=3,
            code="duplicate_label",
        )
        self.assertIn("shopcart", error["message"])
        self.failure("upgrade", "shopcart@27c6a30d7c24", status=3, code="not_in_branch")

    def test_depends_on(self):
        self.retort(
            "revision",
            "--head",
            "base",
            "-m",
            "other base",
            "--rev-id",
            "b001",
            "--depends-on",
            "27c6a",
            "--branch-label",
            "net",
        )
        self.assertIn("-- down_revision:\n", self.newest_script("other_base"))
        self.assertIn("-- depends_on: 27c6a30d7c24\n", self.newest_script("other_base"))
        self.retort("upgrade", "net@head")
        self.assertEqual(self.versions(), ["b001"])
        self.assertEqual(self.objects(), {"account", "shop"})
        self.assertIn("<base> (27c6a30d7c24) -> b001 (net) (head)", self.retort("history").out)
        heads = self.retort("heads", "--resolve-dependencies").out
        self.assertNotIn("27c6a30d7c24", heads)
        self.assertIn("27c6a30d7c24", self.retort("heads").out)
        self.retort("upgrade", "heads")
        self.assertEqual(self.versions(), ["ae1027a6acf", "b001"])
        # Alembic says no here: it compares what is stored with heads that are implied.
        self.retort("current", "--check-heads")
        # What depends on a revision goes with it.
        self.retort("downgrade", "1975ea")
        self.assertEqual((self.versions(), self.objects()), (["1975ea83b712"], {"account"}))

    def test_several_version_locations(self):
        self.write(
            "retort.ini",
            self.read("retort.ini")
            + "[retort]\nversion_locations = migrations/versions, model/net\n",
        )
        self.path("model/net").mkdir(parents=True)
        result = self.retort("revision", "-m", "x", "--head", "base", status=None)
        self.assertIn(
            "Multiple version locations present, please specify --version-path", result.err
        )
        self.assertIn(result.status, (2, 3))
        result = self.retort(
            "revision", "-m", "x", "--head", "base", "--version-path", "elsewhere", status=None
        )
        self.assertIn("is not represented in current version locations", result.err)
        self.retort(
            "revision",
            "-m",
            "net",
            "--head",
            "base",
            "--version-path",
            "model/net",
            "--branch-label",
            "net",
            "--rev-id",
            "b001",
        )
        self.assertTrue(self.path("model/net/b001_net.sql").exists())
        # What follows a revision is written beside it.
        self.retort("revision", "-m", "more", "--head", "net@head", "--rev-id", "b002")
        self.assertTrue(self.path("model/net/b002_more.sql").exists())
        self.retort("upgrade", "heads")
        self.assertEqual(self.versions(), ["27c6a30d7c24", "ae1027a6acf", "b002"])
        self.retort("downgrade", "net@base")
        self.assertEqual(self.versions(), ["27c6a30d7c24", "ae1027a6acf"])


class Identifiers(Case):
    def setUp(self):
        super().setUp()
        self.project()
        previous = ""
        for name in ("aa11bb", "aa22bb", "cc33", "dd44", "ee55"):
            self.script(name, previous)
            previous = name

    def test_partial(self):
        self.assertIn("Rev: cc33", self.retort("show", "cc").out)
        error = self.failure("show", "aa", status=3, code="ambiguous_prefix")
        self.assertIn("aa11bb", error["message"])
        self.assertIn("aa22bb", error["message"])
        self.retort("upgrade", "aa2")
        self.assertEqual(self.versions(), ["aa22bb"])

    def test_relative(self):
        for arguments, row in (
            (["upgrade", "+2"], "aa22bb"),
            (["upgrade", "cc33+1"], "dd44"),
            (["upgrade", "head"], "ee55"),
            (["downgrade", "-1"], "dd44"),
            (["downgrade", "dd44-2"], "aa22bb"),
            (["upgrade", "heads"], "ee55"),
            (["downgrade", "aa11bb+2"], "cc33"),
        ):
            with self.subTest(arguments):
                self.retort(*arguments)
                self.assertEqual(self.versions(), [row])
        self.assertIn("Rev: dd44", self.retort("show", "-1").out)
        self.assertIn("Rev: cc33", self.retort("show", "current").out)

    def test_relative_and_wrong(self):
        self.retort("upgrade", "cc33")
        for arguments in (
            ["upgrade", "+3"],
            ["upgrade", "-1"],
            ["downgrade", "+1"],
            ["downgrade", "-4"],
            ["upgrade", "ee55+1"],
            ["upgrade", "aa11bb-9"],
            ["downgrade", "aa11bb-9"],
            ["upgrade", "cc33-1xyz"],
            ["upgrade", "cc33--1"],
            ["upgrade", "@"],
            ["upgrade", "head@"],
            ["upgrade", ""],
            ["show", "cc33+x"],
        ):
            with self.subTest(arguments):
                result = self.retort(*arguments, "--json", status=3)
                self.assertTrue(result.error["message"])
                self.assertEqual(self.versions(), ["cc33"])

    def test_history_ranges(self):
        self.retort("upgrade", "dd44")
        for arguments, expected in (
            ([], ["ee55", "dd44", "cc33", "aa22bb", "aa11bb"]),
            (["-r", "aa22:dd44"], ["dd44", "cc33", "aa22bb"]),
            (["-r", ":cc33"], ["cc33", "aa22bb", "aa11bb"]),
            (["-r", "current:"], ["ee55", "dd44"]),
            (["-r", ":current"], ["dd44", "cc33", "aa22bb", "aa11bb"]),
            (["-r-2:current"], ["dd44", "cc33"]),
            (["-r", "aa22:+1"], ["cc33", "aa22bb"]),
            (["-r", "base:aa11"], ["aa11bb"]),
        ):
            with self.subTest(arguments):
                answer = self.retort("history", *arguments, "--json").json
                self.assertEqual([one["revision"] for one in answer], expected)
        error = self.failure("history", "-r", "cc33", status=3, code="range_required")
        self.assertIn("[start]:[end]", error["message"])
        out = self.retort("history", "-i").out
        self.assertIn("cc33 -> dd44 (current), dd44", out)

    def test_long_forms(self):
        self.retort("upgrade", "cc33")
        out = self.retort("show", "cc33").out
        for line in (
            "Rev: cc33",
            "Parent: aa22bb",
            "Path: migrations/versions/cc33_script.sql",
            "    cc33",
        ):
            self.assertIn(line + "\n", out)
        self.assertIn("Current revision(s) for sqlite:///", self.retort("current", "-v").out)
        self.assertIn("Rev: ee55 (head)", self.retort("heads", "-v").out)
        self.assertEqual(self.retort("history", "-v").out.count("Rev: "), 5)


class Stamps(Case):
    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111", "", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")
        self.script("bbbb2222", "aaaa1111", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;")
        self.script("cccc3333", "aaaa1111", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;")

    def test_moves_rows_only(self):
        for target, rows in (
            (["bbbb2222"], ["bbbb2222"]),
            (["heads"], ["bbbb2222", "cccc3333"]),
            (["aaaa1111"], ["aaaa1111"]),
            (["bbbb2222", "cccc3333"], ["bbbb2222", "cccc3333"]),
            (["base"], []),
        ):
            with self.subTest(target):
                self.retort("stamp", *target)
                self.assertEqual((self.versions(), self.objects()), (rows, set()))

    def test_a_database_that_was_made_elsewhere(self):
        self.execute("CREATE TABLE a (id INTEGER);")
        self.retort("upgrade", "aaaa1111", status=3)
        self.retort("stamp", "aaaa1111")
        self.retort("upgrade", "heads")
        self.assertEqual(self.objects(), {"a", "b", "c"})

    def test_purge(self):
        self.retort("ensure-version")
        self.execute("INSERT INTO retort_version VALUES ('x'), ('y'), ('bbbb2222')")
        self.failure("stamp", "bbbb2222", status=3, code="not_found")
        self.retort("stamp", "--purge", "bbbb2222")
        self.assertEqual(self.versions(), ["bbbb2222"])
        self.retort("stamp", "--purge", "base")
        self.assertEqual(self.versions(), [])


class Edit(Case):
    EDITOR = (
        f"{sys.executable} -c \"import sys; open('edited', 'w').write('|'.join(sys.argv[1:]))\""
    )

    def setUp(self):
        super().setUp()
        self.project()
        self.script("aaaa1111")
        self.script("bbbb2222", "aaaa1111")

    def test_opens_the_scripts(self):
        self.retort("edit", "head", env={"EDITOR": self.EDITOR})
        self.assertEqual(self.read("edited"), "migrations/versions/bbbb2222_script.sql")
        self.retort("upgrade", "aaaa1111")
        self.retort("edit", "current", env={"VISUAL": self.EDITOR, "EDITOR": "false"})
        self.assertEqual(self.read("edited"), "migrations/versions/aaaa1111_script.sql")
        self.retort("edit", "head", env={"VISUAL": "", "EDITOR": self.EDITOR})
        self.assertEqual(self.read("edited"), "migrations/versions/bbbb2222_script.sql")

    def test_errors(self):
        error = self.failure("edit", "head", status=2, code="config")
        self.assertIn("EDITOR", error["message"])
        error = self.failure("edit", "current", status=3, code="not_found", env={"EDITOR": "true"})
        self.assertEqual(error["message"], "No current revisions")
        error = self.failure("edit", "base", status=3, code="not_found", env={"EDITOR": "true"})
        self.assertIn("No revision files indicated by symbol 'base'", error["message"])
        self.retort("edit", "head", status=3, env={"EDITOR": "false"})
