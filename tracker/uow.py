"""The unit of work: an edge gets its session here, and the only commit is made here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.engine import BUSY_TIMEOUT_MS, make_engine


class Database:
    """A database an edge works on. Services take the session, flush, and never commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(read_only=True)
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session whose changes are all kept, or, on any exception, all undone."""
        with self._in_turn(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """SQLite has one writer: threads of one process wait here, where the next one is woken at once."""
        taken = self._turn is not None and self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if taken and self._turn is not None:
                self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading only: on SQLite it takes no write lock; nothing is ever committed."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


@lru_cache(maxsize=1)
def get_database() -> Database:
    """The process's database, from LANGNGHE_DATABASE_URL."""
    return Database(make_engine(get_settings().database_url))
