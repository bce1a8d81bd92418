"""Engines: SQLite tuned so that readers and writers do not fail each other, PostgreSQL as it comes."""

import time
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError

from tracker.errors import ConfigError

BUSY_TIMEOUT_MS = 10_000
IDLE_SECONDS = 1.0


def make_engine(url: str) -> Engine:
    """URL -> engine; a wrong URL raises ConfigError with a sentence."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed.database, str(parsed))
        return _postgres_engine(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"LANGNGHE_DATABASE_URL không đọc được ({type(error).__name__}): "
            "cần dạng sqlite:///thư/mục/tệp.db hoặc postgresql://người_dùng@máy/cơ_sở_dữ_liệu."
        ) from error


def _postgres_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args={"cursor_factory": _Cursor})
    event.listen(engine, "checkin", _on_checkin)
    event.listen(engine, "checkout", _on_checkout)
    return engine


def _sqlite_engine(database: str | None, url: str) -> Engine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


class _Cursor(psycopg.Cursor[Any]):
    """A cursor that tells of its columns only their names and types: a full description costs more than the rows."""

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [(_name(result.fname(i)), result.ftype(i)) for i in range(result.nfields)]


def _name(raw: bytes | None) -> str:
    return (raw or b"").decode()


def _on_checkin(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def _on_checkout(connection: Any, record: Any, _proxy: object) -> None:
    """A connection that lay idle is tried before it is trusted; asking a busy one each time costs a round trip."""
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
