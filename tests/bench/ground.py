"""Databases of the measurement's own, with as many cases as asked for, made with SQL and dropped afterwards."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psutil
from sqlalchemy import func, make_url, select, text

from tests.bench.fill import fill as make_cases
from tracker.db.engine import make_engine
from tracker.db.migrate import upgrade
from tracker.db.models import Account, Agency, Complaint
from tracker.services.province.reference import load_reference
from tracker.uow import Database

POSTGRES_URL = os.environ.get("LANGNGHE_TEST_POSTGRES_URL")


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
    """Reference data and so many old cases of the last year."""
    with database.unit_of_work() as session:
        load_reference(session, now)
    make_cases(database, cases, now)


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


def server_seconds(database: Database) -> float:
    """Processor time so far of a local PostgreSQL's processes for this database; 0 for SQLite."""
    name, found = database.engine.url.database or "-", 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres" and database.engine.dialect.name == "postgresql":
            with contextlib.suppress(psutil.Error):
                if name in " ".join(process.cmdline()):
                    times = process.cpu_times()
                    found += times.user + times.system
    return found


def size(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Complaint)) or 0


def moment() -> datetime:
    return datetime.now(UTC)
