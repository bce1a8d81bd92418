"""`make bench`: what each step costs on this machine, and how each number was obtained."""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

os.environ.setdefault("LANGNGHE_SECRET_KEY", "only-for-measuring-only-for-measuring")

from tests.bench import casework, citizens, doors, ground
from tests.bench.timing import figure, say
from tracker.processes import NLU_PYTHON


def options_of() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=("doors", "people", "casework"), help="measure one part alone")
    parser.add_argument("--cases", type=int, default=20_000, help="old cases in the database (100000, 1000000)")
    parser.add_argument("--lifecycles", type=int, default=400)
    parser.add_argument(
        "--seconds", type=float, default=30, help="about how long the 16 senders, and the 16 people, go on"
    )
    parser.add_argument("--sweep", action="store_true", help="also the worker's sweep")
    parser.add_argument("--train", action="store_true", help="also train the dialogue model from nothing")
    return parser.parse_args()


def main() -> None:
    options = options_of()
    say(f"{ground.moment():%Y-%m-%d %H:%M} UTC, {psutil.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if options.only in (None, "doors"):
        with tempfile.TemporaryDirectory() as folder:
            doors.measure(Path(folder) / "stack", options.seconds)
    if options.only in (None, "people"):
        with tempfile.TemporaryDirectory() as folder:
            citizens.measure(Path(folder) / "stack", options.seconds)
    if options.only in (None, "casework"):
        casework.measure(options.cases, options.lifecycles, sweeping=options.sweep)
    if options.train:
        _train()


def _train() -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [NLU_PYTHON, "-m", "rasa", "train", "--force", "--data", "nlu_data", "--out", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        figure("training the dialogue model from nothing", f"{time.perf_counter() - start:.0f} s", "≤ 300 s")


main()
