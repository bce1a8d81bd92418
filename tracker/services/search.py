"""Cases by words without diacritics: rare words through the index, common ones by looking at the rows."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Complaint
from tracker.db.search import containing, matching

RARE = 1000
"""Up to so many cases the index names them; more are found sooner in the order of the list itself."""
MOST_WORDS = 12


def conditions(session: Session, typed: str) -> list[ColumnElement[bool]]:
    """What narrows a list to the cases that hold each typed word or its beginning; no word narrows nothing."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]+", fold(typed))))[:MOST_WORDS]
    if not words:
        return [false()] if typed.strip() else []
    found = list(session.scalars(matching(session.get_bind().dialect.name, words).limit(RARE + 1)))
    return containing(words) if len(found) > RARE else [Complaint.id.in_(found)]
