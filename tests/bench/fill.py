"""Many old cases at once, made inside the database by one statement a table: plausible, and the same at every run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, text

from bot.text import fold
from tracker.db.models import Agency, Commune, Topic
from tracker.db.types import encrypt
from tracker.uow import Database

YEAR_SECONDS = 31_536_000
OPEN_SHARE = 10
"""One case in so many is still open: a province that answers in time."""
WORDS = (
    "Đường trước cổng trường nhiều ổ gà, trời mưa đọng nước",
    "Đèn đường tắt cả tuần, đi lại buổi tối rất nguy hiểm",
    "Rác chất đống đầu ngõ chưa ai thu gom",
    "Nước sạch yếu, cả khu mất nước buổi sáng",
    "Quán hát gây ồn đến nửa đêm, người già không ngủ được",
)
CHUNK = 100_000
NAMES = ("ngo", "thon", "khu pho", "duong", "to dan pho", "cum cong nghiep", "cho", "truong", "ben xe", "cau")


def fill(database: Database, cases: int, now: datetime) -> None:
    """So many cases of the last year, one in ten still open, each with its text and its events; then ANALYZE."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    for start in range(0, cases, CHUNK):
        with database.engine.begin() as connection:
            _chunk(connection, start, min(start + CHUNK, cases), cases, now, is_sqlite=is_sqlite)
    _tidy(database, is_sqlite=is_sqlite)


def _chunk(connection: Connection, start: int, end: int, cases: int, now: datetime, *, is_sqlite: bool) -> None:
    series = (
        "WITH RECURSIVE s(n) AS (SELECT :start UNION ALL SELECT n + 1 FROM s WHERE n + 1 < :end)"
        if is_sqlite
        else "WITH s(n) AS (SELECT generate_series(CAST(:start AS bigint), CAST(:end AS bigint) - 1))"
    )

    def at(seconds: str) -> str:
        moment = f"(:first + {seconds})"
        if is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {moment}, 'unixepoch')"
        return f"to_timestamp({moment})"

    received = f"n * {YEAR_SECONDS} / :cases"
    taken = f"{received} + 600 + n * 7919 % 14400"
    done = f"min({received} + 3600 + n * 104729 % 777600, {YEAR_SECONDS})".replace(
        "min(", "min(" if is_sqlite else "least("
    )
    is_open = f"n % {OPEN_SHARE} = 0"
    words = " ".join(f"WHEN {i} THEN '{fold(sentence)}'" for i, sentence in enumerate(WORDS))
    places = " ".join(f"WHEN {i} THEN '{name}'" for i, name in enumerate(NAMES))
    values = {
        "code": "'9' || substr('00000000000' || n, -11)" if is_sqlite else "'9' || lpad(CAST(n AS text), 11, '0')",
        "kind": "'complaint'", "source": "CASE WHEN n % 3 = 0 THEN 'web' ELSE 'telegram' END",
        "topic_id": "(SELECT id FROM topic ORDER BY id LIMIT 1) + n % :topics",
        "commune_id": "(SELECT id FROM commune ORDER BY id LIMIT 1) + n * 7 % :communes",
        "agency_id": "(SELECT id FROM agency ORDER BY id LIMIT 1) + n * 13 % :agencies",
        "state": f"CASE WHEN NOT {is_open} THEN 'closed' WHEN n % 3 = 0 THEN 'in_progress' ELSE 'assigned' END",
        "urgency": "CASE WHEN n % 50 = 0 THEN 'urgent' ELSE 'normal' END",
        "anonymous": "false" if not is_sqlite else "0",
        "search_text": f"CASE n % {len(WORDS)} {words} END || ' ' || CASE n / 7 % 10 {places} END || ' so ' || n",
        "decision": "'{}'", "received_at": at(received), "effective_at": at(received), "assigned_at": at(received),
        "taken_at": at(taken),
        "first_answer_at": f"CASE WHEN {is_open} THEN NULL ELSE {at(done)} END",
        "done_at": f"CASE WHEN {is_open} THEN NULL ELSE {at(done)} END",
        "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {at(done)} END",
        "closed_as": f"CASE WHEN {is_open} THEN NULL ELSE 'confirmed' END",
        "confirmed_at": f"CASE WHEN {is_open} THEN NULL ELSE {at(done)} END",
        "due_at": at(f"{received} + 604800"),
        "next_step_at": f"CASE WHEN {is_open} THEN {at(received)} END",
        "resolution_minutes": f"CASE WHEN {is_open} THEN NULL ELSE 30 + n * 7919 % 4800 END",
        "first_answer_minutes": f"CASE WHEN {is_open} THEN NULL ELSE 10 + n * 104729 % 2400 END",
        "extended": "false" if not is_sqlite else "0", "bounces": "0",
        "reopened": "0", "followers": "0", "version": "1",
    }  # fmt: skip
    given = {
        "start": start, "end": end, "cases": cases, "first": int(now.timestamp()) - YEAR_SECONDS,
        **{name: len(connection.execute(select(table.id)).all())
           for name, table in (("topics", Topic), ("communes", Commune), ("agencies", Agency))},
    }  # fmt: skip
    into = f"INSERT INTO complaint ({', '.join(values)})"
    chosen = f"SELECT {', '.join(values.values())} FROM s"
    connection.execute(text(f"{into} {series} {chosen}" if is_sqlite else f"{series} {into} {chosen}"), given)
    _history(connection, start, end)


def _history(connection: Connection, start: int, end: int) -> None:
    """The text and the events of the cases just made, taken from their rows."""
    first, last = f"'9{start:011d}'", f"'9{end - 1:011d}'"
    mine = f"complaint WHERE code BETWEEN {first} AND {last}"
    connection.execute(
        text(
            "INSERT INTO case_message (complaint_id, author, kind, body, details, created_at) "
            f"SELECT id, 'citizen', 'description', :body, '{{}}', received_at FROM {mine}"
        ),
        {"body": encrypt(WORDS[0])},
    )
    for action, moment, condition in (
        ("file", "received_at", "1 = 1"), ("take", "taken_at", "1 = 1"), ("answer", "done_at", "done_at IS NOT NULL"),
    ):  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO case_event (complaint_id, at, action, actor, to_state, data) "
                f"SELECT id, {moment}, '{action}', 'staff', state, '{{}}' FROM {mine} AND {condition}"
            )
        )


def _tidy(database: Database, *, is_sqlite: bool) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite:
            connection.execute(text("ANALYZE"))
        else:
            connection.execute(text("VACUUM ANALYZE"))
