"""history: the drawn graph, marks and ranges."""

import re

from support import Case

# revision: (parents, dependencies)
BRANCHES = {
    "aaaa1": ("", ""),
    "bbbb1": ("aaaa1", ""),
    "cccc1": ("aaaa1", ""),
    "dddd1": ("bbbb1, cccc1", ""),
    "eeee1": ("dddd1", ""),
    "ffff1": ("dddd1", ""),
    "gggg1": ("dddd1", ""),
    "hhhh1": ("ffff1, gggg1", ""),
    "xxxx1": ("", "aaaa1"),
    "yyyy1": ("xxxx1", ""),
}
DRAWING = """\
* dddd1 -> eeee1 (head), eeee1
| * ffff1, gggg1 -> hhhh1 (head) (mergepoint), hhhh1
| |\\
| * | dddd1 -> ffff1, ffff1
|/  |
|   * dddd1 -> gggg1, gggg1
|__/
| * xxxx1 -> yyyy1 (head), yyyy1
| * <base> (aaaa1) -> xxxx1, xxxx1
* bbbb1, cccc1 -> dddd1 (branchpoint) (mergepoint), dddd1
|\\
* | aaaa1 -> bbbb1, bbbb1
| * aaaa1 -> cccc1, cccc1
|/
* <base> -> aaaa1 (branchpoint), aaaa1
"""


def start_of_run(line, i):
    """Where the slanted line that ends at i begins, along its "_"."""
    while i > 0 and line[i - 1] == "_" or line[i] == "_":
        i -= 1
    return i


def follow(lines):
    """The edges that a drawing shows: each star, and the stars that its lines lead to below."""
    edges = set()
    above = {}  # cell → the stars whose lines end there
    for line in lines:
        here = {}
        for i, mark in enumerate(re.match(r"[ |*_/\\]*", line)[0]):
            here.setdefault(i, set())
            if mark == "|":
                here[i] |= above.get(i, set())
            if mark == "*":
                name = line.split("-> ")[1].split(",")[0].split(" ")[0]
                edges.update((star, name) for star in above.get(i, ()))
                here[i] = {name}
            if mark == "/":
                here[start_of_run(line, i - 1)] |= above.get(i + 1, set())
            if mark == "\\":
                here[i + 1] = set(above.get(start_of_run(line, i - 1), ()))
        above = here
    return edges


class Graph(Case):
    def setUp(self):
        super().setUp()
        self.project()

    def fill(self, revisions):
        for revision, (parents, dependencies) in revisions.items():
            header = f"-- depends_on: {dependencies}\n" if dependencies else ""
            self.script(revision, parents, "SELECT 1;", "", header=header)

    def test_draws_branches_and_merges(self):
        self.fill(BRANCHES)
        self.assertEqual(self.retort("history", "--graph").out, DRAWING)

    def test_the_lines_lead_to_the_parents(self):
        self.fill(BRANCHES)
        drawn = follow(self.retort("history", "--graph").out.splitlines())
        wanted = {
            (child, parent)
            for child, (parents, _) in BRANCHES.items()
            for parent in parents.split(", ")
            if parent
        }
        self.assertEqual(drawn, wanted)

    def test_a_long_form_stands_beside_its_lines(self):
        self.fill({"aaaa1": ("", ""), "bbbb1": ("aaaa1", ""), "cccc1": ("aaaa1", "")})
        lines = self.retort("history", "--graph", "-v").out.splitlines()
        self.assertEqual(lines[0], "* Rev: bbbb1 (head)")
        self.assertEqual(lines[1], "| Parent: aaaa1")
        self.assertIn("| * Rev: cccc1 (head)", lines)
        self.assertIn("| |     cccc1", lines)
        self.assertEqual(lines[-2], "      aaaa1")

    def test_a_range_draws_only_its_revisions(self):
        self.fill(BRANCHES)
        drawn = self.retort("history", "--graph", "-r", "aaaa1:dddd1").out
        self.assertEqual(drawn, DRAWING[DRAWING.index("* bbbb1, cccc1") :])

    def test_a_base_and_a_head_below_it_are_not_joined(self):
        self.fill({"aaaa1": ("", ""), "bbbb1": ("", ""), "cccc1": ("bbbb1", "")})
        lines = self.retort("history", "--graph").out.splitlines()
        self.assertIn("", lines)
        self.assertEqual(follow(lines), {("cccc1", "bbbb1")})

    def test_json_is_the_same_with_and_without(self):
        self.fill(BRANCHES)
        plain = self.retort("history", "--json").json
        self.assertEqual(self.retort("history", "--graph", "--json").json, plain)

    def test_many_revisions(self):
        count = 5000
        self.fill(
            {f"r{i:04}": (f"r{i - 1:04}" if i else "", "") for i in range(count)}
            | {f"s{i:04}": (f"r{i:04}", "") for i in range(0, count, 100)}
        )
        lines = self.retort("history", "--graph").out.splitlines()
        self.assertEqual(sum("*" in line for line in lines), count + count // 100)
        self.assertLess(max(len(line) for line in lines), 200)


class Ranges(Case):
    def setUp(self):
        super().setUp()
        self.project()
        for i in range(1, 6):
            self.script(f"abc{i}", f"abc{i - 1}" if i > 1 else "", "SELECT 1;", "")

    def history(self, *arguments, **options):
        out = self.retort("history", *arguments, **options).out
        return [line.split(" -> ")[1].split(",")[0] for line in out.splitlines()]

    def test_ranges(self):
        self.retort("upgrade", "abc3")
        for given, wanted in {
            "abc2:abc4": ["abc4", "abc3", "abc2"],
            "abc4:": ["abc5 (head)", "abc4"],
            ":abc2": ["abc2", "abc1"],
            "-2:": ["abc5 (head)", "abc4", "abc3"],
            "current:": ["abc5 (head)", "abc4", "abc3"],
            ":current": ["abc3", "abc2", "abc1"],
            "-3:current": ["abc3", "abc2"],
            "current:+1": ["abc4", "abc3"],
            "abc2:+2": ["abc4", "abc3", "abc2"],
        }.items():
            with self.subTest(given):
                self.assertEqual(self.history("-r", given), wanted)
                self.assertEqual(self.history(f"--rev-range={given}"), wanted)

    def test_partial_identifiers(self):
        self.script("9f8e7d6c5b4a", "abc5", "SELECT 1;", "")
        self.assertEqual(self.history("-r", "9f8e:"), ["9f8e7d6c5b4a (head)"])

    def test_a_range_has_a_colon(self):
        error = self.failure("history", "-r", "abc2", status=3, code="range_required")
        self.assertIn("History range requires [start]:[end]", error["message"])

    def test_the_current_revision_is_marked(self):
        self.retort("upgrade", "abc3")
        for option in ("-i", "--indicate-current", "--indicate_current"):
            marked = [line for line in self.history(option) if "(current)" in line]
            self.assertEqual(marked, ["abc3 (current)"])
        self.assertIn(
            "* abc2 -> abc3 (current), abc3\n", self.retort("history", "--graph", "-i").out
        )

    def test_without_marks_no_database_is_needed(self):
        self.retort("history", "--url", "sqlite:///no/such/folder/app.db")
