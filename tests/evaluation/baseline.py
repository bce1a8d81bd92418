"""What was right when the quality was last accepted, and whether today is worse than that by more than luck."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binomtest

from tests.evaluation import intents, places, procedures, routing

FOLDER = Path(__file__).parent / "baseline"
SETS: dict[str, Callable[[], dict[str, bool]]] = {
    "intents": intents.hits, "places": places.hits, "routing": routing.hits, "procedures": procedures.hits,
}  # fmt: skip
"""Held-out set -> which of its lines are answered rightly now."""
LUCK, MOST_POINTS = 0.05, 0.02


@dataclass(frozen=True)
class Compared:
    """Two measurements of the same lines."""

    lines: int
    lost: int
    won: int

    @property
    def drop(self) -> float:
        """Share of right answers lost on balance; negative when more was won."""
        return (self.lost - self.won) / max(self.lines, 1)

    @property
    def luck(self) -> float:
        """Probability of losing so many of the changed answers if both were equally good (exact McNemar test)."""
        changed = self.lost + self.won
        return float(binomtest(self.lost, changed, alternative="greater").pvalue) if changed else 1.0

    @property
    def worse(self) -> bool:
        """A drop of over two points, or one that luck does not explain."""
        return self.drop > MOST_POINTS or (self.drop > 0 and self.luck < LUCK)


def compare(before: Mapping[str, bool], now: Mapping[str, bool]) -> Compared:
    """Both measurements on the lines they share."""
    shared = before.keys() & now.keys()
    lost = sum(before[line] and not now[line] for line in shared)
    return Compared(len(shared), lost, sum(now[line] and not before[line] for line in shared))


def load(name: str) -> dict[str, bool]:
    """The accepted measurement of a set."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return {line: bool(right) for line, right in json.loads(text).items()}


def accept() -> None:
    """Make today's answers the measurement that later ones are held against."""
    FOLDER.mkdir(exist_ok=True)
    for name, hits in SETS.items():
        rows = ",\n".join(f"{json.dumps(line)}: {int(right)}" for line, right in sorted(hits().items()))
        (FOLDER / f"{name}.json").write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
