"""What is counted of some cases before it becomes figures: numbers that add up, and every single duration."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.services.figures.definitions import FEWEST

Minutes = NDArray[np.int32]
STAGES = ("resolution", "answer")


@dataclass
class Tally:
    """Counts by name and durations by stage; two of different days or cases may be added."""

    counts: Counter[str] = field(default_factory=Counter)
    minutes: dict[str, list[Minutes]] = field(default_factory=lambda: {stage: [] for stage in STAGES})

    def add(self, counts: dict[str, Any], minutes: dict[str, bytes | None]) -> None:
        """Add what one stored day holds."""
        self.counts.update(counts)
        for stage, blob in minutes.items():
            if blob:
                self.minutes[stage].append(unpack(blob))

    def merge(self, other: Tally) -> None:
        """Add what was counted of other cases."""
        self.counts.update(other.counts)
        for stage, minutes in other.minutes.items():
            self.minutes[stage] += minutes

    def percentile(self, stage: str, percent: int) -> int | None:
        """Nearest rank over every duration; None when they are too few to speak of."""
        values = self._all(stage)
        if len(values) < FEWEST:
            return None
        rank = (len(values) * percent + 99) // 100 - 1
        return int(np.partition(values, rank)[rank])

    def packed(self, stage: str) -> bytes | None:
        """Every duration, to be stored; None when there is none."""
        values = self._all(stage)
        return np.sort(values).astype("<i4").tobytes() if len(values) else None

    def _all(self, stage: str) -> Minutes:
        parts = self.minutes[stage]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)


def unpack(blob: bytes) -> Minutes:
    """The durations of a stored day."""
    return np.frombuffer(blob, "<i4").astype(np.int32, copy=False)
