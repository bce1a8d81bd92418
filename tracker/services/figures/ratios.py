"""The two official ratios of a period with the list of cases they were made of, one line a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.db.models import Complaint, Rating
from tracker.domain.lifecycle import OPEN, State
from tracker.services.figures.indicator_rules import UNHAPPY

BATCH = 500


@dataclass(frozen=True)
class Evidence:
    """One case of the denominator, and whether each numerator counts it."""

    case: Complaint
    on_time: bool
    satisfied: bool
    stars: int | None


def evidence(session: Session, start: datetime, end: datetime, agency_id: int | None = None) -> Iterator[Evidence]:
    """Cases finished in the period, or due in it and not finished; read in batches, so that memory stays flat."""
    done = and_(Complaint.done_at >= start, Complaint.done_at < end)
    missed = and_(
        Complaint.state.in_(OPEN), Complaint.state != State.WAITING, Complaint.received_at < end,
        Complaint.due_at >= start, Complaint.due_at < end,
    )  # fmt: skip
    where = [or_(done, missed), *([Complaint.agency_id == agency_id] if agency_id is not None else [])]
    lowest = select(func.min(Rating.stars)).where(Rating.complaint_id == Complaint.id).scalar_subquery()
    last = 0
    while True:
        query = select(Complaint, lowest).where(*where, Complaint.id > last).order_by(Complaint.id).limit(BATCH)
        rows = session.execute(query).unique().all()
        for case, stars in rows:
            yield _evidence(case, stars, start, end)
        if len(rows) < BATCH:
            return
        last = rows[-1][0].id
        session.expunge_all()


def _evidence(case: Complaint, stars: int | None, start: datetime, end: datetime) -> Evidence:
    done = case.done_at is not None and start <= case.done_at < end
    on_time = done and (case.due_at is None or (case.done_at is not None and case.done_at <= case.due_at))
    pleased = on_time and case.reopened == 0 and (stars is None or stars > UNHAPPY)
    return Evidence(case, on_time, pleased, stars)
