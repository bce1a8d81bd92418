"""Opening a case: one function for the chat, the counter and the sample data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.text import fold, mask_private
from tracker.db.models import Agency, CaseEvent, CaseMessage, Commune, Complaint, Topic
from tracker.domain.lifecycle import State
from tracker.domain.tracking_code import new_code
from tracker.notify import notices
from tracker.services.cases import inviting
from tracker.services.cases.effects import TRIAGE_AGENCY, handling_due
from tracker.services.cases.moves import CITIZEN, Actor
from tracker.services.province.calendars import load_calendar


@dataclass(frozen=True)
class NewCase:
    """Everything a case starts with; `certain` False sends it to the triage desk."""

    description: str
    topic: Topic
    agency: Agency
    source: str
    commune: Commune | None = None
    certain: bool = True
    kind: str = "complaint"
    urgency: str = "normal"
    place_text: str | None = None
    lat: float | None = None
    lon: float | None = None
    anonymous: bool = False
    conversation_id: int | None = None
    citizen_id: int | None = None
    draft_id: int | None = None
    source_code: str | None = None
    decision: dict[str, Any] = field(default_factory=dict)


def open_complaint(session: Session, new: NewCase, now: datetime, actor: Actor = CITIZEN) -> Complaint:
    """File a case with its event, first text and confirmation; the same draft files the same case."""
    if new.draft_id is not None:
        known = session.scalar(select(Complaint).where(Complaint.draft_id == new.draft_id))
        if known is not None:
            return known
    calendar = load_calendar(session, new.agency)
    state = State.ASSIGNED if new.certain and new.agency.code != TRIAGE_AGENCY else State.NEW
    case = Complaint(
        code=_unused_code(session),
        draft_id=new.draft_id,
        conversation_id=new.conversation_id,
        citizen_id=new.citizen_id,
        kind=new.kind,
        source=new.source,
        source_code=new.source_code,
        topic=new.topic,
        commune=new.commune,
        agency=new.agency,
        state=state,
        urgency=new.urgency,
        anonymous=new.anonymous,
        place_text=new.place_text,
        lat=new.lat,
        lon=new.lon,
        search_text=search_text(new),
        decision=new.decision,
        received_at=now,
        effective_at=calendar.effective_receipt(now),
        assigned_at=now if state is State.ASSIGNED else None,
        next_step_at=now,
    )
    case.due_at = handling_due(session, case, calendar, now)
    session.add(case)
    _add_history(session, case, new, now, actor)
    inviting.invite_named(session, case, now)
    notices.citizen(session, case, "filed", now)
    return case


def _add_history(session: Session, case: Complaint, new: NewCase, now: datetime, actor: Actor) -> None:
    message = CaseMessage(
        complaint=case, author="citizen", kind="description", body=new.description, created_at=now,
        account_id=None,
    )  # fmt: skip
    session.add(message)
    session.add(
        CaseEvent(
            complaint=case, at=now, action="file", actor=actor.kind, account_id=actor.account_id,
            to_state=case.state, message=message, idempotency_key=f"file:{case.code}",
            data={
                "agency_id": new.agency.id, "topic": case.topic.code, "urgency": case.urgency,
                "due_at": case.due_at.isoformat() if case.due_at else None,
            },
        )
    )  # fmt: skip
    session.flush()


def search_text(new: NewCase) -> str:
    """Folded words to search without diacritics; phones and identity numbers masked."""
    parts = (new.description, new.place_text or "", new.topic.name, new.commune.name if new.commune else "")
    return fold(mask_private(" ".join(parts)))


def _unused_code(session: Session) -> str:
    while True:
        code = new_code()
        if session.scalar(_BY_CODE, {"code": code}) is None:
            return code


_BY_CODE = select(Complaint.id).where(Complaint.code == bindparam("code"))
