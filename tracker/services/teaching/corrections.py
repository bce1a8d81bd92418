"""Corrections by staff as labelled examples: kept with who and why, accepted or not, turned into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.text import mask_private
from tracker.db.models import Agency, Complaint, Correction, Topic
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError, NotFoundError
from tracker.routing.classifier import Example
from tracker.routing.placeless import without_place
from tracker.services.cases.moves import Actor

PAGE = 100
TRUSTED = frozenset({Role.DESK, Role.OFFICE})
"""Roles whose corrections count at once; those of an agency wait until somebody agrees."""
STATUSES = {"pending": "chờ đồng ý", "accepted": "đã học", "rejected": "không dùng"}


@dataclass(frozen=True)
class Label:
    """What a case is now said to be."""

    topic: Topic
    agency: Agency
    reason: str


def note_correction(session: Session, case: Complaint, label: Label, actor: Actor, now: datetime) -> None:
    """Keep the difference between what the case is filed under and what a member of staff says it is."""
    if actor.account_id is None or (label.topic.id == case.topic.id and label.agency.id == case.agency.id):
        return
    trusted = actor.role in TRUSTED
    session.add(
        Correction(
            complaint_id=case.id, account_id=actor.account_id, at=now, reason=label.reason.strip() or None,
            from_topic_id=case.topic.id, to_topic_id=label.topic.id,
            from_agency_id=case.agency.id, to_agency_id=label.agency.id,
            status="accepted" if trusted else "pending",
            decided_by_id=actor.account_id if trusted else None, decided_at=now if trusted else None,
        )
    )  # fmt: skip


def decide_correction(session: Session, correction_id: int, *, accept: bool, account_id: int, now: datetime) -> None:
    """Agree with a correction, or leave it out of what is learned; either may be taken back later."""
    row = session.get(Correction, correction_id, with_for_update=True)
    if row is None:
        raise NotFoundError("Không có sửa đổi này.")
    if accept and not is_living(row.to_agency, now.date()) and row.to_agency.successor_id is None:
        raise InvalidInputError(f"{row.to_agency.name} không còn hoạt động nên không học theo sửa đổi này.")
    row.status = "accepted" if accept else "rejected"
    row.decided_by_id, row.decided_at = account_id, now
    session.flush()


def is_living(row: Agency | Topic, today: date) -> bool:
    """Whether the topic or body still receives cases."""
    return row.valid_to is None or row.valid_to > today


def latest(session: Session, limit: int = PAGE) -> Sequence[Correction]:
    """Corrections, those that wait first, newest first."""
    query = (
        select(Correction)
        .options(joinedload(Correction.account), joinedload(Correction.complaint))
        .order_by(Correction.status != "pending", Correction.id.desc())
        .limit(limit)
    )
    return session.scalars(query).unique().all()


def examples(session: Session, today: date) -> list[Example]:
    """The newest accepted topic of each corrected case with its words, private numbers masked, place blanked.

    A retired topic teaches its successor, or nothing; an erased report teaches nothing.
    """
    newest = select(func.max(Correction.id)).where(Correction.status == "accepted").group_by(Correction.complaint_id)
    query = (
        select(Correction)
        .where(Correction.id.in_(newest))
        .options(joinedload(Correction.complaint).joinedload(Complaint.opening), joinedload(Correction.to_topic))
        .order_by(Correction.id)
    )
    found = []
    for row in session.scalars(query).unique():
        topic = heir(session, row.to_topic, today)
        opening = row.complaint.opening
        if topic is not None and opening is not None and (opening.body or "").strip():
            found.append(Example(without_place(mask_private(opening.body or "")), topic.code))
    return found


def heir(session: Session, topic: Topic, today: date) -> Topic | None:
    """The topic itself while it lives, else the living one that took over, else None."""
    seen: set[int] = set()
    current: Topic | None = topic
    while current is not None and not is_living(current, today):
        seen.add(current.id)
        follower = current.successor_id
        current = session.get(Topic, follower) if follower is not None and follower not in seen else None
    return current
