"""A citizen's 1-5 after the work: once per round of work, the last word counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Rating
from tracker.errors import InvalidInputError
from tracker.services.cases.casework import lock
from tracker.services.cases.moves import CITIZEN
from tracker.services.cases.records import add_event

MOST = 5


def rate(session: Session, complaint_id: int, stars: int, now: datetime, reason: str | None = None) -> Rating:
    """Store the rating of the case's present round; rating again changes it, a reason may follow later."""
    if not 1 <= stars <= MOST:
        raise InvalidInputError("Điểm đánh giá từ 1 đến 5.")
    case = lock(session, complaint_id)
    known = session.scalar(select(Rating).where(Rating.complaint_id == case.id, Rating.round == case.reopened))
    if known is None:
        known = Rating(complaint_id=case.id, round=case.reopened, stars=stars, created_at=now)
        session.add(known)
    if known.id is None or known.stars != stars:
        add_event(session, case, "rate", CITIZEN, now, data={"stars": stars, "round": case.reopened})
    known.stars = stars
    known.reason = reason or known.reason
    session.flush()
    return known
