"""The word index of the cases, made beside the schema: FTS5 on SQLite, a GIN index on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, func, literal_column, or_, select, table
from sqlalchemy.sql.selectable import Select

from tracker.db.models import Complaint

WORDS = "complaint_words"
"""SQLite's index, and the name by which PostgreSQL's is known."""

_REMOVE = (
    "INSERT INTO complaint_words(complaint_words, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
)
_ADD = "INSERT INTO complaint_words(rowid, search_text) VALUES (new.id, new.search_text);"
_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS complaint_words USING fts5("
    "search_text, content='complaint', content_rowid='id', detail='none', prefix='2 3')",
    f"CREATE TRIGGER IF NOT EXISTS complaint_words_added AFTER INSERT ON complaint BEGIN {_ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS complaint_words_removed AFTER DELETE ON complaint BEGIN {_REMOVE} END",
    "CREATE TRIGGER IF NOT EXISTS complaint_words_changed AFTER UPDATE OF search_text ON complaint "
    f"BEGIN {_REMOVE} {_ADD} END",
)
_POSTGRES = "CREATE INDEX IF NOT EXISTS complaint_words ON complaint USING gin (to_tsvector('simple', search_text))"
_VECTOR = func.to_tsvector(literal_column("'simple'"), Complaint.search_text)


def create(connection: Connection) -> None:
    """Make the index where it is missing; cases that were there before it are indexed too."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_POSTGRES)
        return
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'complaint_words'").scalar()
    for statement in _SQLITE:
        connection.exec_driver_sql(statement)
    if not known:
        connection.exec_driver_sql("INSERT INTO complaint_words(complaint_words) VALUES ('rebuild')")


def forget(connection: Connection) -> None:
    """Write the index anew, so that no word of an erased text is left in it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO complaint_words(complaint_words) VALUES ('optimize')")


def drop(connection: Connection) -> None:
    """Take the index away, before the schema goes back."""
    if connection.dialect.name == "sqlite":
        for event in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {WORDS}_{event}")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {WORDS}")
    else:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {WORDS}")


def is_own(name: str | None) -> bool:
    """Whether a table or an index belongs to the word index, which the models do not know."""
    return bool(name) and str(name).startswith(WORDS)


def matching(dialect: str, words: Sequence[str]) -> Select[Any]:
    """Ids of the cases in which each of these folded words begins some word."""
    if dialect == "sqlite":
        found = table(WORDS, column("rowid"), column(WORDS))
        query = " ".join(f'"{word}"*' for word in words)
        return select(found.c.rowid).where(found.c[WORDS].op("MATCH")(query))
    query = " & ".join(f"{word}:*" for word in words)
    return select(Complaint.id).where(_VECTOR.op("@@")(func.to_tsquery(literal_column("'simple'"), query)))


def containing(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """The same as conditions on a row: for words so common that an index does not help."""
    text = Complaint.search_text
    return [or_(text.startswith(word), text.contains(f" {word}")) for word in words]
