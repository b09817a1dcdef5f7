"""Runs what a document shows, in a scratch folder, and says where the program answers otherwise.

In a document
  ```console            `$ command` lines, `> ` lines that go on with one, and what they print
  ```sh run             commands without their output, all of which must succeed
  ```LANGUAGE title=F   the file F, written before what follows
all run in one shell, from top to bottom. In an answer `…` stands for any text, alone on a line for any
lines. Times, durations, made identifiers, process owners and versions may differ; an identifier that
is made anew must stand in for the same one everywhere.
"""

import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

IDENTIFIER = re.compile(r"(?<![0-9a-zA-Z])(?=[0-9a-f]*[a-f0-9])[0-9a-f]{12}(?![0-9a-zA-Z])")
PREFIX = re.compile(r"(?<![0-9a-zA-Z/.])[0-9a-f]{4,11}(?![0-9a-zA-Z])")
FENCE = re.compile(r"^(`{3,})(.*)$")
DEADLINE = 60  # seconds for one command
SCRATCH_SHOWN = "/home/ann/shop"
OWNER_SHOWN = "ann@laptop:4711"
VOLATILE = [
    (re.compile(r"\d{8}T\d{12}-\w+"), "<run>"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b\d+\.\d{3} s\b"), "<duration>"),
    (re.compile(r"\b[\w.-]+@[\w.-]+:\d+\b"), "<owner>"),
    (re.compile(r"(?<=SQLite )\d+\.\d+\.\d+|(?<=\"version\": \")\d+\.\d+\.\d+"), "<version>"),
    (re.compile(r"(?<=process )\d+\b"), "<process>"),
    (re.compile(r"(?<=\S)  +"), " "),
]


class Block:
    """A fenced block: its language, the words behind it, its lines and where the first stands."""

    def __init__(self, info, first):
        words = info.split()
        self.language = words[0] if words else ""
        self.words = words[1:]
        self.first = first
        self.lines = []

    def title(self):
        for word in self.words:
            if word.startswith("title="):
                return word[len("title=") :]
        return None

    def is_run(self):
        return self.language == "console" or "run" in self.words or self.title() is not None


def read_blocks(lines):
    blocks, open_block, fence = [], None, ""
    for i, line in enumerate(lines):
        match = FENCE.match(line)
        if open_block is None and match:
            fence = match.group(1)
            open_block = Block(match.group(2).strip(), i + 1)
        elif open_block is not None and line.rstrip() == fence:
            blocks.append(open_block)
            open_block = None
        elif open_block is not None:
            open_block.lines.append(line)
    return blocks


class Shell:
    """One shell for the commands of a document."""

    def __init__(self, program, folder):
        tools = Path(folder) / "bin"
        tools.mkdir()
        (tools / "retort").symlink_to(Path(program).resolve())
        self.folder = Path(folder) / "shop"
        self.folder.mkdir()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RETORT_")}
        for name in ("EDITOR", "VISUAL", "NO_COLOR"):
            environment.pop(name, None)
        environment.update(
            PATH=f"{tools}:{environment['PATH']}", HOME=str(folder), TZ="UTC", LC_ALL="C.UTF-8"
        )
        if "RETORT_DRIVER_PATH" in os.environ:
            environment["RETORT_DRIVER_PATH"] = os.environ["RETORT_DRIVER_PATH"]
        self.process = subprocess.Popen(
            ["bash"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, command):
        """What it printed, as lines, and its status."""
        mark = "==end of command=="
        text = f"{{ {command}\n}} </dev/null\nset -- $?; printf '\\n{mark} %d\\n' $1; (exit $1)\n"
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()
        # A loop that waits for a program that has failed would wait for ever.
        deadline = threading.Timer(DEADLINE, self.process.kill)
        deadline.start()
        try:
            return self.read_answer(command, mark)
        finally:
            deadline.cancel()

    def read_answer(self, command, mark):
        output = []
        for line in self.process.stdout:
            line = line.decode("utf-8", "replace").rstrip("\n")
            if line.startswith(mark):
                break
            output.append(line.replace(str(self.folder), SCRATCH_SHOWN))
        else:
            raise RuntimeError(f"the shell ended at: {command}")
        if output and output[-1] == "":
            output.pop()
        return output, int(line.split()[-1])

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Identifiers:
    """Which identifier of this run stands for which one of the document."""

    def __init__(self):
        self.real = {}

    def to_real(self, text):
        def full(match):
            return self.real.get(match.group(), match.group())

        def prefix(match):
            for shown, real in self.real.items():
                if shown.startswith(match.group()):
                    return real[: len(match.group())]
            return match.group()

        return PREFIX.sub(prefix, IDENTIFIER.sub(full, text))

    def to_shown(self, text):
        back = {real: shown for shown, real in self.real.items()}
        return IDENTIFIER.sub(lambda match: back.get(match.group(), match.group()), text)

    def learn(self, wanted, actual):
        """Takes new pairs from lines that are else the same."""
        known = set(self.real.values())
        for left, right in zip(wanted, actual):
            for shown, real in zip(IDENTIFIER.findall(left), IDENTIFIER.findall(right)):
                if shown not in self.real and real not in known and shown != real:
                    self.real[shown] = real
                    known.add(real)


def settle(line):
    for pattern, word in VOLATILE:
        line = pattern.sub(word, line)
    return line.rstrip()


def fits(wanted, actual):
    parts = [re.escape(part) for part in settle(wanted).split("…")]
    return re.fullmatch(".*".join(parts), settle(actual)) is not None


def same(wanted, actual):
    """Lines against lines; a line of `…` takes any number."""
    if not wanted:
        return not actual
    if wanted[0].strip() == "…":
        return any(same(wanted[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and fits(wanted[0], actual[0]) and same(wanted[1:], actual[1:])


def read_commands(block):
    """[command, its output lines] of a console block, and the index of each command's line."""
    commands = []
    for line in block.lines:
        if line.startswith("$ "):
            commands.append([line[2:], [], [line]])
        elif commands and line.startswith("> ") and not commands[-1][1]:
            commands[-1][0] += "\n" + line[2:]
            commands[-1][2].append(line)
        elif commands and line == ">" and not commands[-1][1]:
            commands[-1][0] += "\n"
            commands[-1][2].append(line)
        elif commands:
            commands[-1][1].append(line)
    return commands


def show(line):
    return re.sub(r"\b[\w.-]+@[\w.-]+:\d+\b", OWNER_SHOWN, line).rstrip()


def run_console(shell, block, identifiers, offences, where):
    """The lines that the block would have to hold."""
    right = []
    for command, wanted, typed in read_commands(block):
        actual, _ = shell.run(identifiers.to_real(command))
        identifiers.learn(wanted, actual)
        shown = [identifiers.to_shown(line) for line in actual]
        right += typed
        if same(wanted, shown):
            right += wanted
        else:
            offences.append(
                f"{where}: `{command}` prints\n    " + "\n    ".join(shown)
                + "\n  and not\n    " + "\n    ".join(wanted)
            )
            right += [show(line) for line in shown]
    return right


def run_document(program, path):
    """What is wrong with the document, and its text as it would be right."""
    lines = path.read_text(encoding="utf-8").split("\n")
    blocks = [block for block in read_blocks(lines) if block.is_run()]
    if not blocks:
        return None, lines
    offences, identifiers, shift = [], Identifiers(), 0
    scratch = tempfile.mkdtemp()
    shell = Shell(program, scratch)
    try:
        for block in blocks:
            where = f"{path.name}:{block.first}"
            if block.title():
                file = shell.folder / identifiers.to_real(block.title())
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(identifiers.to_real("\n".join(block.lines)) + "\n", encoding="utf-8")
            elif block.language == "console":
                right = run_console(shell, block, identifiers, offences, where)
                start = block.first + shift
                lines[start : start + len(block.lines)] = right
                shift += len(right) - len(block.lines)
            else:
                output, status = shell.run(identifiers.to_real("\n".join(block.lines)))
                if status != 0:
                    offences.append(f"{where}: status {status}\n    " + "\n    ".join(output))
    except (RuntimeError, BrokenPipeError) as error:
        offences.append(f"{path.name}: {error}")
    finally:
        shell.close()
        shutil.rmtree(scratch, ignore_errors=True)
    return offences, lines
