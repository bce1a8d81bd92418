"""Times of many calls, as the figures that are printed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass
class Times:
    """Milliseconds of each call; threads may add at once."""

    values: list[float] = field(default_factory=list)

    def of[T](self, call: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = call()
        self.values.append((time.perf_counter() - start) * 1000)
        return result

    def percentile(self, percent: int) -> float:
        """Nearest rank."""
        ordered = sorted(self.values)
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    def __str__(self) -> str:
        if not self.values:
            return "no calls"
        p50, p95 = self.percentile(50), self.percentile(95)
        return f"p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   ({len(self.values)} calls)"


def timed[T](call: Callable[[], T], times: int, first: int = 1) -> Times:
    """`times` calls after `first` calls that do not count."""
    found = Times()
    for _ in range(first):
        call()
    for _ in range(times):
        found.of(call)
    return found


def in_threads(work: Iterable[Callable[[], None]], threads: int) -> float:
    """Carry out each piece of work, `threads` at a time; seconds from the first to the last."""
    gate = threading.Barrier(threads + 1)
    pieces = list(work)
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(gate.wait) for _ in range(threads)]
        gate.wait()
        for each in waiting:
            each.result()
        start = time.perf_counter()
        for done in [pool.submit(piece) for piece in pieces]:
            done.result()
        return time.perf_counter() - start


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def figure(name: str, value: object, wanted: str = "") -> None:
    """One line: what, how much, and what is to be reached."""
    say(f"  {name:<42} {value}{f'   [to reach: {wanted}]' if wanted else ''}")
