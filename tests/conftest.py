"""Fixtures every test may use: settings without a machine's environment, migrated databases, a fixed now."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

os.environ.setdefault("LANGNGHE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")

from tracker.config import TIMEZONE
from tracker.db.engine import make_engine
from tracker.db.migrate import upgrade
from tracker.uow import Database

POSTGRES_URL = os.environ.get("LANGNGHE_TEST_POSTGRES_URL")
"""A server's maintenance database; tests make and drop databases of their own there."""


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning inside working hours."""
    return datetime(2026, 11, 25, 9, 0, tzinfo=TIMEZONE)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied by each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated PostgreSQL database, made once and copied by each test."""
    if POSTGRES_URL is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LANGNGHE_TEST_POSTGRES_URL is not set")
        pytest.skip("no PostgreSQL: set LANGNGHE_TEST_POSTGRES_URL to run these tests")
    name = f"langnghe_template_{uuid.uuid4().hex[:8]}"
    _administer(f'CREATE DATABASE "{name}"')
    engine = make_engine(_database_url(name))
    upgrade(engine)
    engine.dispose()
    yield name
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _database_url(name: str) -> str:
    assert POSTGRES_URL is not None
    return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    assert POSTGRES_URL is not None
    engine = make_engine(POSTGRES_URL)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty migrated database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        database = Database(make_engine(f"sqlite:///{path}"))
        yield database
        database.dispose()
        return
    template = request.getfixturevalue("postgres_template")
    name = f"langnghe_test_{uuid.uuid4().hex[:8]}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    database = Database(make_engine(_database_url(name)))
    yield database
    database.dispose()
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A unit of work that the test's end commits."""
    with database.unit_of_work() as session:
        yield session
