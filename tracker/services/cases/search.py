"""Cases by words without diacritics: rare words through the index, common ones by looking at the rows."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Complaint
from tracker.db.search import containing, matching

RECENT, PAGEFUL = 2000, 60
RARE = 1000
"""Up to so many cases the index names them; more are found sooner in the order of the list itself."""
MOST_WORDS = 12


def _is_common(session: Session, words: list[str]) -> bool:
    """Whether the newest cases alone fill a page: then asking an index for all of them would cost more."""
    newest = select(func.max(Complaint.id)).scalar_subquery()
    recent = select(func.count()).select_from(Complaint).where(Complaint.id > newest - RECENT, *containing(words))
    return (session.scalar(recent) or 0) >= PAGEFUL


def conditions(session: Session, typed: str) -> list[ColumnElement[bool]]:
    """What narrows a list to the cases that hold each typed word or its beginning; no word narrows nothing."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", fold(typed))))[:MOST_WORDS]
    if not words:
        return [false()] if typed.strip() else []
    if _is_common(session, words):
        return containing(words)
    found = list(session.scalars(matching(session.get_bind().dialect.name, words).limit(RARE + 1)))
    return containing(words) if len(found) > RARE else [Complaint.id.in_(found)]
