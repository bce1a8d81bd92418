"""Databases of the measurement's own, with as many cases as asked for, made with SQL and dropped afterwards."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, make_url, select, text

from bot.text import fold
from tracker.db.engine import make_engine
from tracker.db.migrate import upgrade
from tracker.db.models import Account, Agency, CaseEvent, CaseMessage, Commune, Complaint, Topic
from tracker.services.reference import load_reference
from tracker.uow import Database

POSTGRES_URL = os.environ.get("LANGNGHE_TEST_POSTGRES_URL")
CHUNK = 5000
OPEN_SHARE = 10
"""One case in so many is still open: a province that answers in time."""
WORDS = (
    "Đường trước cổng trường nhiều ổ gà, trời mưa đọng nước",
    "Đèn đường tắt cả tuần, đi lại buổi tối rất nguy hiểm",
    "Rác chất đống đầu ngõ chưa ai thu gom",
    "Nước sạch yếu, cả khu mất nước buổi sáng",
    "Quán hát gây ồn đến nửa đêm, người già không ngủ được",
)


@contextmanager
def sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(f"sqlite:///{folder}/bench.db"))
        upgrade(database.engine)
        yield database
        database.dispose()


@contextmanager
def postgres(server: str) -> Iterator[Database]:
    name = f"langnghe_bench_{uuid.uuid4().hex[:8]}"
    _administer(server, f'CREATE DATABASE "{name}"')
    try:
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        database = Database(make_engine(url))
        upgrade(database.engine)
        yield database
        database.dispose()
    finally:
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def fill(database: Database, cases: int, now: datetime) -> None:
    """Reference data and so many old cases of the last year, each with its text and its first event."""
    with database.unit_of_work() as session:
        load_reference(session, now)
        topics = list(session.execute(select(Topic.id, Topic.name)))
        agencies, communes = list(session.scalars(select(Agency.id))), list(session.scalars(select(Commune.id)))
    for start in range(0, cases, CHUNK):
        rows = [
            _case(n, now - timedelta(minutes=525_600 * (cases - n) // cases), now, topics, agencies, communes)
            for n in range(start, min(start + CHUNK, cases))
        ]
        with database.unit_of_work() as session:
            session.execute(insert(Complaint), rows)
            _add_history(database, session, rows)
    _tidy(database)


def _case(n: int, at: datetime, now: datetime, topics: list, agencies: list, communes: list) -> dict:  # type: ignore[type-arg]
    topic, name = topics[n % len(topics)]
    is_open = n % OPEN_SHARE == 0
    done = None if is_open else min(at + timedelta(days=1 + n % 9), now)
    return {
        "code": f"{n:012d}", "kind": "complaint", "source": "telegram", "topic_id": topic,
        "commune_id": communes[n * 7 % len(communes)], "agency_id": agencies[n * 13 % len(agencies)],
        "state": "assigned" if is_open else "closed", "urgency": "urgent" if n % 50 == 0 else "normal",
        "anonymous": False, "search_text": fold(f"{WORDS[n % len(WORDS)]} {n} {name}"), "decision": {},
        "received_at": at, "effective_at": at, "assigned_at": at, "taken_at": done, "first_answer_at": done,
        "done_at": done, "closed_at": done, "closed_as": None if is_open else "confirmed",
        "due_at": at + timedelta(days=7), "resolution_minutes": None if is_open else 480 * (1 + n % 9),
        "first_answer_minutes": None if is_open else 240 * (1 + n % 5), "version": 1,
    }  # fmt: skip


def _add_history(database: Database, session, rows: list[dict]) -> None:  # type: ignore[no-untyped-def, type-arg]
    """The text and the filing of each, taken from the case rows so that ids need not come back."""
    first, last = rows[0]["code"], rows[-1]["code"]
    chosen = (Complaint.code >= first, Complaint.code <= last)
    found = session.execute(select(Complaint.id, Complaint.received_at, Complaint.state).where(*chosen)).all()
    session.execute(
        insert(CaseMessage),
        [
            {"complaint_id": key, "author": "citizen", "kind": "description", "body": WORDS[0], "created_at": at,
             "details": {}}
            for key, at, _ in found
        ],
    )  # fmt: skip
    session.execute(
        insert(CaseEvent),
        [
            {"complaint_id": key, "at": at, "action": "file", "actor": "citizen", "to_state": state, "data": {}}
            for key, at, state in found
        ],
    )


def _tidy(database: Database) -> None:
    engine = database.engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def add_staff(database: Database, agency: str, now: datetime) -> int:
    """A handler of the agency; their account id."""
    with database.unit_of_work() as session:
        key = session.scalar(select(Agency.id).where(Agency.code == agency))
        account = Account(
            username="bench", display_name="bench", password_hash="-", role="handler", agency_id=key, created_at=now
        )
        session.add(account)
        session.flush()
        return account.id


def size(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Complaint)) or 0


def moment() -> datetime:
    return datetime.now(UTC)
