"""The command line itself: options and where they stand, help, suggestions."""

import re
from pathlib import Path

from support import Case


class ListOfTests(Case):
    def test_every_file_is_in_the_list_of_meson(self):
        here = Path(__file__).parent
        listed = re.search(r"cli_tests = \[(.*?)\]", (here / "meson.build").read_text(), re.DOTALL)
        names = sorted(path.stem[len("test_") :] for path in here.glob("test_*.py"))
        self.assertEqual(sorted(re.findall(r"'(\w+)'", listed.group(1))), names)


class Version(Case):
    def test_version(self):
        self.assertRegex(self.retort("--version").out, r"^retort \d+\.\d+\.\d+\n$")
