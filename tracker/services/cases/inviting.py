"""Bodies that a topic names as needed at once are asked to help as soon as the case has its lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import CaseEvent, CaseHelper, Complaint
from tracker.domain.lifecycle import State
from tracker.services.province.reference import find_agency
from tracker.services.teaching.corrections import is_living


def invite_named(session: Session, case: Complaint, now: datetime) -> list[str]:
    """Ask the topic's helpers, each once and each as an event; the codes asked.

    Nobody is asked while the triage desk still reads the case, nor when it is about a body's own conduct.
    """
    if not case.topic.invites or case.state != State.ASSIGNED or case.decision.get("about"):
        return []
    asked = set(session.scalars(select(CaseHelper.agency_id).where(CaseHelper.complaint_id == case.id)))
    invited = []
    for code in case.topic.helpers:
        agency = find_agency(session, code, case.commune.code if case.commune else None)
        if agency.code != code or agency.id in {case.agency.id, *asked} or not is_living(agency, now.date()):
            continue
        session.add(CaseHelper(complaint_id=case.id, agency_id=agency.id, asked_by_id=None, asked_at=now))
        session.add(
            CaseEvent(
                complaint_id=case.id, at=now, action="ask_help", actor="system", from_state=case.state,
                to_state=case.state, data={"agency_id": agency.id, "topic": case.topic.code},
                idempotency_key=f"invite:{case.id}:{agency.id}",
            )
        )  # fmt: skip
        invited.append(code)
    return invited
