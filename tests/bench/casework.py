"""The life of cases in the database: lifecycles a second, time of each call, the staff's queries, the figures."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from tests.bench import ground
from tests.bench.clients import PROCESSES, THREADS, Calls, together
from tests.bench.fill import OPEN_SHARE
from tests.bench.timing import Times, figure, say, timed
from tracker import worker
from tracker.db.models import Account, Complaint
from tracker.db.models.cases import IS_OPEN
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.services.cases import queue
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.cases.queue import Filters
from tracker.services.figures import indicator_days, indicators, rollup
from tracker.services.oversight import escalation
from tracker.services.oversight.sweep import JOBS
from tracker.services.province.reference import find_agency, find_commune, find_topic
from tracker.uow import Database

CALLS = ("create", "take", "answer", "search")


def measure(cases: int, lifecycles: int, *, sweeping: bool) -> None:
    """PostgreSQL when LANGNGHE_TEST_POSTGRES_URL names a server, then SQLite."""
    if ground.POSTGRES_URL:
        with ground.postgres(ground.POSTGRES_URL) as database:
            _on(database, "PostgreSQL", cases, lifecycles, 60, sweeping=sweeping)
    else:
        say("\nPostgreSQL: not measured, LANGNGHE_TEST_POSTGRES_URL names no server")
    with ground.sqlite() as database:
        _on(database, "SQLite", cases, lifecycles, 30, sweeping=sweeping)


def _on(database: Database, name: str, cases: int, lifecycles: int, wanted: int, *, sweeping: bool) -> None:
    now = ground.moment()
    start = time.perf_counter()
    ground.fill(database, cases, now)
    account = ground.add_staff(database, "SXD", now)
    clients = PROCESSES * THREADS
    say(f"\n{name} with {ground.size(database):,} cases (made in {time.perf_counter() - start:.0f} s), one in")
    say(f"{OPEN_SHARE} open, {clients} clients in {PROCESSES} processes, load {os.getloadavg()[0]:.1f};")
    say("create = file + commit, take, answer = staff acts, search = a queue page by two words")
    _lifecycles(database, account, lifecycles, wanted)
    _queries(database, account, "figures counted in full")
    _store_days(database)
    _figures(database, "days stored")
    if sweeping:
        took = timed(lambda: _first_looks(database), 1, first=0)
        figure("first look at every open case", f"{took.values[0] / 1000:.1f} s")
    _quiet_sweep(database)


def _lifecycles(database: Database, account: int, count: int, wanted: int) -> None:
    server = ground.server_seconds(database)
    seconds, used, calls = together(database.engine.url, partial(lifecycle, account), count)
    server = ground.server_seconds(database) - server
    figure("lifecycles a second", f"{count / seconds:.1f}   ({count} in {seconds:.1f} s)", f"≥ {wanted}")
    figure(
        "  processor time of each, clients + server", f"{used / count * 1000:.1f} + {server / count * 1000:.1f} ms"
    )
    for name in CALLS:
        figure(f"  {name}", calls[name], "p95 ≤ 50 ms")


def lifecycle(account: int, database: Database, calls: Calls, n: int) -> None:
    """One case from its filing to its answer, and a search of the queue."""
    actor = Actor(Role.HANDLER, account)

    def of[T](name: str, call: Callable[[], T]) -> T:
        return calls.setdefault(name, Times()).of(call)

    key = of("create", lambda: _create(database, n))
    of("take", lambda: _act(database, key, Action.TAKE, actor, Given()))
    of("answer", lambda: _act(database, key, Action.ANSWER, actor, Given(text="Đã kiểm tra và xử lý.")))
    of("search", lambda: _search(database, account, "ổ gà"))


def _create(database: Database, n: int) -> int:
    now = ground.moment()
    with database.unit_of_work() as session:
        conversation = conversation_for(session, "bench", f"bench-{n}", now)
        new = NewCase(
            description="Đường nhiều ổ gà trước cổng trường", topic=find_topic(session, "HT01"),
            agency=find_agency(session, "SXD", None), source="web", commune=find_commune(session, "09169"),
            conversation_id=conversation.id,
        )  # fmt: skip
        return open_complaint(session, new, now).id


def _act(database: Database, key: int, action: Action, actor: Actor, given: Given) -> None:
    with database.unit_of_work() as session:
        act(session, key, action, actor, given, ground.moment())


def _search(database: Database, account: int, words: str, state: str = "") -> int:
    with database.read() as session:
        staff = session.get_one(Account, account)
        return len(queue.listed(session, staff, Filters(text=words, state=state), ground.moment()))


def _queries(database: Database, account: int, how: str) -> None:
    figure("queue, first page of an agency", timed(lambda: _search(database, account, ""), 20), "≤ 20 ms")
    figure(
        "search of an agency, words", timed(lambda: _search(database, account, "den duong", "all"), 20), "≤ 100 ms"
    )
    with database.unit_of_work() as session:
        session.scalars(select(Account).where(Account.id == account)).one().role = "office"
    number = random.randrange(1000)  # noqa: S311 - any case will do
    for label, words in (
        ("words", "den duong"),
        ("rare words", f"den duong {number}"),
        ("unknown word", "khongcotunay"),
    ):
        took = timed(lambda words=words: _search(database, account, words, "all"), 10)  # type: ignore[misc]
        figure(f"search of the province, {label}", took, "≤ 100 ms")
    figure("queue, first page of the province", timed(lambda: _search(database, account, ""), 10), "≤ 20 ms")
    _figures(database, how)


def _figures(database: Database, how: str) -> None:
    for label, days in (("30 days", 30), ("a year", 366)):
        took = timed(lambda days=days: _overview(database, days), 5)  # type: ignore[misc]
        figure(f"overview, {label}, {how}", took, "≤ 300 ms")
        took = timed(lambda days=days: _table(database, days), 3)  # type: ignore[misc]
        figure(f"table by agency, {label}, {how}", took, "≤ 300 ms")


def _store_days(database: Database) -> None:
    start, now, runs, stored = time.perf_counter(), ground.moment(), Times(), 1
    while stored:
        stored = runs.of(partial(_roll, database, now))
        now += rollup.EVERY
    figure("every day stored, run by run", runs)
    figure("  together", f"{time.perf_counter() - start:.0f} s")


def _roll(database: Database, now: datetime) -> int:
    with database.unit_of_work() as session:
        return rollup.roll_up(session, now)


def _table(database: Database, days: int) -> None:
    now = ground.moment()
    with database.read() as session:
        indicators.by(session, indicator_days.midnight((now - timedelta(days=days)).date()), now, "agency")


def _overview(database: Database, days: int) -> None:
    now = ground.moment()
    with database.read() as session:
        indicators.overview(session, indicator_days.midnight((now - timedelta(days=days)).date()), now)


def _quiet_sweep(database: Database) -> None:
    """What the worker does every half minute while no case has a step to come: every open case has been looked at."""
    tomorrow = ground.moment() + timedelta(days=1)
    with database.unit_of_work() as session:
        session.execute(update(Complaint).where(IS_OPEN).values(next_step_at=tomorrow))
    took = timed(lambda: _sweep(database), 3)
    figure("sweep, nothing due", took, "5 s at 100,000 open")


def _first_looks(database: Database) -> None:
    worker.drain(database, escalation.escalate, threading.Event())


def _sweep(database: Database) -> None:
    for job in JOBS:
        with database.unit_of_work() as session:
            job(session, ground.moment())
