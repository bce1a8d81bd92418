"""The one list of processes: the demo, the tests and the containers all start these."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tracker.config import ROOT, Settings

NLU_PYTHON = ROOT / "bot" / "nlu" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Process:
    """A process by name, and the command that starts it from the repository's root."""

    name: str
    command: tuple[str, ...]


def processes(settings: Settings, endpoints: Path) -> list[Process]:
    """What runs with these settings, in starting order; `endpoints` is Rasa's generated endpoints file."""
    python = sys.executable
    found = [
        Process("actions", (python, "-m", "actions")),
        Process(
            "rasa",
            (str(NLU_PYTHON), "-m", "bot.nlu.serve", "--port", str(settings.rasa_port),
             "--endpoints", str(endpoints)),
        ),
        Process("web", (python, "-m", "tracker.cli", "serve")),
        Process("worker", (python, "-m", "tracker.cli", "worker")),
    ]  # fmt: skip
    if settings.telegram_bot_token is not None and settings.telegram_bot_token.get_secret_value():
        found.append(Process("telegram", (python, "-m", "bot.channels.telegram")))
    return found
