"""Whether somebody has already reported the same thing: same topic and commune, lately, open, in similar words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Complaint, Draft
from tracker.domain.lifecycle import OPEN, STATE_NAMES, State

LOOKED_BACK = timedelta(days=30)
SIMILAR = 60
"""Least token-set likeness (0-100) of two descriptions in matching form."""
NEAR_DEGREES = 0.003
"""About 300 m."""
MOST_COMPARED = 200


@dataclass(frozen=True)
class Similar:
    """An open case that may be the same problem; only public facts."""

    id: int
    words: str
    days: int
    state: str


def similar_case(session: Session, draft: Draft, now: datetime) -> Similar | None:
    """The likeliest open case about the same thing, or None; the citizen's own cases count too."""
    if draft.asked.get("anyway") or draft.topic_id is None or draft.commune_id is None or draft.kind != "complaint":
        return None
    query = (
        select(Complaint)
        .where(
            Complaint.topic_id == draft.topic_id,
            Complaint.commune_id == draft.commune_id,
            Complaint.received_at > now - LOOKED_BACK,
            Complaint.state.in_([str(state) for state in OPEN]),
            or_(Complaint.draft_id.is_(None), Complaint.draft_id != draft.id),
        )
        .order_by(Complaint.id.desc())
        .limit(MOST_COMPARED)
    )
    words = fold(" ".join((draft.description or "", draft.place_text or "")))
    scored = [(_likeness(words, draft, case), case) for case in session.scalars(query) if not case.kept_private]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return _public(best[1], now) if best[1] is not None and best[0] >= SIMILAR else None


def _likeness(words: str, draft: Draft, case: Complaint) -> float:
    likeness = fuzz.token_set_ratio(words, case.search_text)
    if None in (draft.lat, draft.lon, case.lat, case.lon):
        return likeness
    near = abs(draft.lat - case.lat) < NEAR_DEGREES and abs(draft.lon - case.lon) < NEAR_DEGREES  # type: ignore[operator]
    return likeness + 20 if near else likeness - 20


def _public(case: Complaint, now: datetime) -> Similar:
    where = f", {case.commune.name}" if case.commune else ""
    return Similar(
        case.id, f"{case.topic.name}{where}", (now - case.received_at).days, STATE_NAMES[State(case.state)]
    )
