"""Installs the pinned packages of packages.txt into a virtual environment of the build folder.

run_inside(FOLDER) goes on in that environment; where the packages cannot be had, it prints a TAP
plan that says so, and ends.
"""

import fcntl
import hashlib
import os
import pathlib
import subprocess
import sys

_PACKAGES = pathlib.Path(__file__).with_name("packages.txt")


def _skip(reason):
    print("1..0 # SKIP", " ".join(reason.split()))
    sys.exit(0)


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise OSError(lines[-1])


def install(folder):
    """The environment's Python, made anew when the list of packages has changed."""
    python = folder / "bin" / "python3"
    stamp = folder / "packages.sha256"
    wanted = hashlib.sha256(_PACKAGES.read_bytes()).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Tests run beside each other; one installs, the others wait.
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return python
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--no-input", "--retries", "1", "--timeout", "20", "-r", str(_PACKAGES))
        stamp.write_text(wanted)
    return python


def run_inside(folder):
    folder = pathlib.Path(folder).absolute()
    if pathlib.Path(sys.prefix) == folder:
        return
    try:
        python = install(folder)
    except OSError as error:
        _skip(f"the packages of {_PACKAGES.name} cannot be installed: {error}")
    os.execv(python, [str(python), *sys.argv])
