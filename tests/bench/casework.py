"""The life of cases in the database: lifecycles a second, time of each call, the staff's queries, the figures."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from tests.bench import ground
from tests.bench.timing import Times, figure, in_threads, say, timed
from tracker.db.models import Account
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.services import indicators, queue
from tracker.services.casework import act
from tracker.services.moves import Actor, Given
from tracker.services.opening import NewCase, open_complaint
from tracker.services.queue import Filters
from tracker.services.reference import find_agency, find_commune, find_topic
from tracker.services.sweep import JOBS
from tracker.uow import Database

CLIENTS = 10
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
    ground.fill(database, cases, now)
    account = ground.add_staff(database, "SXD", now)
    say(f"\n{name} with {ground.size(database):,} cases, one in {ground.OPEN_SHARE} open, {CLIENTS} clients in one")
    say("process; create = file + commit, take, answer = staff acts, search = a queue page by two words")
    _lifecycles(database, account, lifecycles, wanted)
    _queries(database, account)
    if sweeping:
        took = timed(lambda: _sweep(database), 1, first=0)
        figure("sweep of every open case, first time", f"{took.values[0] / 1000:.1f} s", "5 s at 100,000 open")


def _lifecycles(database: Database, account: int, count: int, wanted: int) -> None:
    calls = {name: Times() for name in CALLS}
    actor = Actor(Role.HANDLER, account)
    _lifecycle(database, actor, {name: Times() for name in CALLS}, -1)
    seconds = in_threads([_bound(database, actor, calls, n) for n in range(count)], CLIENTS)
    figure("lifecycles a second", f"{count / seconds:.1f}   ({count} in {seconds:.1f} s)", f"≥ {wanted}")
    for name, times in calls.items():
        figure(f"  {name}", times, "p95 ≤ 50 ms")


def _bound(database: Database, actor: Actor, calls: dict[str, Times], n: int) -> Callable[[], None]:
    return lambda: _lifecycle(database, actor, calls, n)


def _lifecycle(database: Database, actor: Actor, calls: dict[str, Times], n: int) -> None:
    key = calls["create"].of(lambda: _create(database, n))
    calls["take"].of(lambda: _act(database, key, Action.TAKE, actor, Given()))
    calls["answer"].of(lambda: _act(database, key, Action.ANSWER, actor, Given(text="Đã kiểm tra và xử lý.")))
    calls["search"].of(lambda: _search(database, actor.account_id or 0, "ổ gà"))


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


def _queries(database: Database, account: int) -> None:
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
    for label, days in (("30 days", 30), ("a year", 366)):
        took = timed(lambda days=days: _overview(database, days), 5)  # type: ignore[misc]
        figure(f"overview indicators, {label}", took, "≤ 300 ms")


def _overview(database: Database, days: int) -> None:
    now = ground.moment()
    with database.read() as session:
        indicators.overview(session, now - timedelta(days=days), now)


def _sweep(database: Database) -> None:
    for job in JOBS:
        with database.unit_of_work() as session:
            job(session, ground.moment())
