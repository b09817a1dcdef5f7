"""Runs commands and says what they took."""

import os
import statistics
import subprocess
from pathlib import Path


class Failure(Exception):
    """A command that did not do what the case needs."""


class Measure:
    """CPU and wall seconds and peak MiB of one run; the rest is what the case makes of it."""

    def __init__(self, cpu, wall, peak, rate=None):
        self.cpu, self.wall, self.peak, self.rate = cpu, wall, peak, rate
        self.trips = self.statements = None  # to a server, and what was asked of it


def run(launch, command, folder, expected=(0,), output=subprocess.DEVNULL):
    """Measures one run in `folder`; its output goes to a file or nowhere."""
    result = Path(folder) / ".bench-result"
    errors = Path(folder) / ".bench-errors"
    with open(errors, "wb") as error_file:
        subprocess.run(
            [launch, result, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=error_file,
            env=clean_environment(),
        )
    status, user, system, wall, peak = map(int, result.read_text().split())
    result.unlink()
    if status not in expected:
        message = errors.read_text(errors="replace").strip()[-2000:]
        raise Failure(f"{' '.join(map(str, command))}: exit status {status}\n{message}")
    return Measure((user + system) / 1e6, wall / 1e6, peak / 1024)


def call(command, folder, output=None, expected=(0,)):
    """Runs a command that is not measured; with `output`, into that file."""
    stdout = open(output, "wb") if output else subprocess.DEVNULL
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=clean_environment(),
        )
    finally:
        if output:
            stdout.close()
    if done.returncode not in expected:
        message = done.stderr.decode(errors="replace").strip()[-2000:]
        raise Failure(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{message}")


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("RETORT_")}


def summary(measures):
    """Minimum and median of each figure."""
    figures = {}
    for name in ("cpu", "wall", "peak", "rate", "trips", "statements"):
        values = [getattr(measure, name) for measure in measures]
        if None not in values:
            best = max if name == "rate" else min
            figures[name] = {"best": best(values), "median": statistics.median(values)}
    return figures
