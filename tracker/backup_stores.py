"""How each kind of database is copied whole and put back whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL

from tracker.errors import ConfigError

_TOOLS = {"pg_dump": "sao lưu", "pg_restore": "khôi phục"}


class Store(Protocol):
    """A database that can be copied to a file and read back from it."""

    kind: str

    def dump(self, target: Path) -> None:
        """A copy of one moment; writers may go on meanwhile."""

    def load(self, source: Path) -> None:
        """The copy in place of what is there, all or nothing."""


def store_of(url: URL) -> Store:
    """The way to copy the database of this address."""
    return SqliteStore(Path(url.database or "")) if url.get_backend_name() == "sqlite" else PostgresStore(url)


class SqliteStore:
    """A file, copied through SQLite's own backup so that a half-written page is never taken."""

    kind = "SQLite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def dump(self, target: Path) -> None:
        """Copy page by page; what is written meanwhile is copied again."""
        _copy(self._path, target)

    def load(self, source: Path) -> None:
        """Check the copy, then put it in place under the name that is used."""
        connection = sqlite3.connect(source)
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise ConfigError("Bản sao cơ sở dữ liệu không đọc được: hãy dùng bản sao lưu khác.") from error
        finally:
            connection.close()
        if found != ("ok",):
            raise ConfigError("Bản sao cơ sở dữ liệu có trang hỏng: hãy dùng bản sao lưu khác.")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.restored")
        shutil.copyfile(source, fresh)
        fresh.chmod(0o600)
        for leftover in ("-wal", "-shm"):
            self._path.with_name(f"{self._path.name}{leftover}").unlink(missing_ok=True)
        fresh.replace(self._path)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise ConfigError(f"Chưa có cơ sở dữ liệu {source}: không có gì để sao lưu.")
    reading, writing = sqlite3.connect(source, timeout=10), sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.OperationalError as error:
        raise ConfigError(f"Không sao lưu được {source}: {error}. Hãy xem chỗ trống trên đĩa.") from error
    finally:
        reading.close()
        writing.close()


class PostgresStore:
    """A server's database, through the server's own tools; the password never stands on a command line."""

    kind = "PostgreSQL"

    def __init__(self, url: URL) -> None:
        self._url = url

    def dump(self, target: Path) -> None:
        """One consistent snapshot, compressed."""
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def load(self, source: Path) -> None:
        """Replace everything in one transaction: an error leaves the database as it was."""
        name = self._url.database or ""
        self._run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error",
            "--single-transaction", f"--dbname={name}", str(source),
        )  # fmt: skip

    def _run(self, tool: str, *arguments: str) -> None:
        path = shutil.which(tool)
        if path is None:
            raise ConfigError(f"Máy này chưa có {tool}: hãy cài postgresql-client cùng phiên bản với máy chủ.")
        command = [path, *arguments]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["không rõ lý do"]
            raise ConfigError(f"{tool} không {_TOOLS[tool]} được: {said[-1]}")

    def _environment(self) -> dict[str, str]:
        url = self._url
        given = {
            "PGHOST": url.host, "PGPORT": str(url.port) if url.port else None, "PGUSER": url.username,
            "PGPASSWORD": str(url.password) if url.password else None, "PGDATABASE": url.database,
        }  # fmt: skip
        return {**os.environ, **{name: value for name, value in given.items() if value}}
