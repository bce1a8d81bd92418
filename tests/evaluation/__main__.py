"""`make eval`: every held-out set, printed and written to docs/quality.md."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.evaluation import places, procedures, routing
from tracker.config import ROOT, TIMEZONE
from tracker.processes import NLU_PYTHON

PAGE = ROOT / "docs" / "quality.md"
HEAD = """# Quality

Measured on câu tự soạn (sentences written for this purpose by one person, never by citizens), apart from the training
data; a test keeps near-duplicates of them out of it. Repeat with `make eval`. Last run: {day}.
Intervals are 95 % bootstrap intervals. Figures on real messages: chưa có.
"""


def intents() -> dict[str, Any]:
    """Figures of the 3.10 process over the held-out messages."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(NLU_PYTHON), "-m", "bot.nlu.evaluate", folder]
        subprocess.run(command, cwd=ROOT, check=True)
        found: dict[str, Any] = json.loads((Path(folder) / "intents.json").read_text(encoding="utf-8"))
        return found


def table(title: str, rows: list[tuple[str, Any]]) -> str:
    """A two-column table under a heading."""
    lines = [f"\n## {title}\n", "| | |", "|---|---|", *(f"| {name} | {shown(value)} |" for name, value in rows)]
    return "\n".join(lines) + "\n"


def shown(value: Any) -> str:
    """A share with its interval, or whatever it is."""
    if isinstance(value, dict) and {"value", "interval"} <= value.keys():
        low, high = value["interval"]
        return f"{value['value']:.3f} [{low:.3f}, {high:.3f}], n = {value['n']}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested figures as rows named by their path; lists of cases are left out."""
    rows: list[tuple[str, Any]] = []
    for name, value in figures.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and not {"value", "interval"} <= value.keys():
            rows += flat(value, f"{path} · ")
        elif not isinstance(value, list):
            rows.append((path, value))
    return rows


def main() -> int:
    """Run everything; the page replaces the last one."""
    day = datetime.now(TIMEZONE).strftime("%d/%m/%Y")
    parts = {
        "Intents and gate": intents(),
        "Routing": routing.evaluate(),
        "Places": places.evaluate(),
        "Procedures (the core in the repository)": procedures.evaluate(),
    }
    page = HEAD.format(day=day) + "".join(table(title, flat(figures)) for title, figures in parts.items())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
