"""Ten clients at once, in two processes as web and worker are, each with connections of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

from sqlalchemy import URL

from tests.bench.timing import Times, in_threads
from tracker.db.engine import make_engine
from tracker.uow import Database

PROCESSES, THREADS = 2, 5
Calls = dict[str, Times]
Piece = Callable[[Database, Calls, int], None]


def together(url: URL, piece: Piece, count: int) -> tuple[float, float, Calls]:
    """Carry out `piece` so many times: seconds by the clock, seconds of processor, times of its calls."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(PROCESSES), context.Queue()
    address = url.render_as_string(hide_password=False)
    share = count // PROCESSES
    workers = [
        context.Process(target=_work, args=(address, piece, number * 1_000_000, share, gate, answers))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    calls: Calls = {}
    for _, _, _, times in found:
        for name, values in times.items():
            calls.setdefault(name, Times()).values.extend(values)
    seconds = max(end for _, end, _, _ in found) - min(start for start, _, _, _ in found)
    return seconds, sum(used for _, _, used, _ in found), calls


def _work(address: str, piece: Piece, first: int, count: int, gate: Barrier, answers: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    database = Database(make_engine(address))
    warm: Calls = {}
    in_threads([_bound(database, piece, warm, first + count + n) for n in range(3 * THREADS)], THREADS)
    calls: Calls = {}
    gate.wait(60)
    start, used = time.monotonic(), time.process_time()
    in_threads([_bound(database, piece, calls, first + n) for n in range(count)], THREADS)
    end = time.monotonic()
    answers.put((start, end, time.process_time() - used, {name: times.values for name, times in calls.items()}))
    database.dispose()


def _bound(database: Database, piece: Piece, calls: Calls, n: int) -> Callable[[], None]:
    return lambda: piece(database, calls, n)
