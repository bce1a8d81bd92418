"""Helpers add notes and files; the lead alone moves the case and speaks to the citizen."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed, proof, staff
from tracker.db.models import Account, CaseEvent, Complaint, OutboxItem
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, NotFoundError
from tracker.services.cases import helping
from tracker.services.cases.casework import act
from tracker.services.cases.effects import TRIAGE_AGENCY
from tracker.services.cases.moves import Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference


def test_a_helper_adds_and_the_lead_keeps_clock_and_voice(session: Session, now: datetime) -> None:
    case = filed(session, now)
    lead = staff(session, "xaydung", Role.HANDLER, "SXD", now)
    police = staff(session, "congan", Role.HANDLER, "CAT", now)
    account = session.get_one(Account, police.account_id)
    with pytest.raises(NotFoundError):
        helping.helped_case(session, account, case.code)
    wanted = Given(text="Nhờ phân luồng khi sửa đường", agency_id=find_agency(session, "CAT", None).id)
    helping.ask(session, case.id, lead, wanted, now, key="ask")
    helping.ask(session, case.id, lead, wanted, now, key="ask")
    assert [one.agency.code for one in helping.helpers_of(session, case)] == ["CAT"]
    assert helping.helped(session, account) == [case]
    before = (case.state, case.due_at, case.agency_id, session.scalar(select(func.count()).select_from(OutboxItem)))
    file = proof(session, now)
    given = Given(text="Đã cử người trực chốt", attachment_ids=(file.id,))
    helping.contribute(session, case, account, police, given, now, key="once")
    helping.contribute(session, case, account, police, given, now, key="once")
    session.refresh(case)
    after = (case.state, case.due_at, case.agency_id, session.scalar(select(func.count()).select_from(OutboxItem)))
    assert after == before
    assert [m.body for m in helping.help_notes(case)][-1] == "Đã cử người trực chốt"
    assert file.complaint_id == case.id
    assert helping.help_file(session, account, file.id) is file
    actions = session.scalars(select(CaseEvent.action).where(CaseEvent.complaint_id == case.id)).all()
    assert actions.count("help") == actions.count("ask_help") == 1
    with pytest.raises(ForbiddenError):
        act(session, case.id, Action.ANSWER, police, Given(text="Xong"), now)


def of_abuse(session: Session, now: datetime, **known: Any) -> Complaint:
    """A case of a topic whose helpers are needed at once, in Vũ Ninh."""
    load_reference(session, now)
    new = NewCase(
        description="Cháu bé bị đánh", topic=find_topic(session, "AN06"), source="web",
        **{"agency": find_agency(session, "CAX", "09169"), "commune": find_commune(session, "09169"), **known},
    )  # fmt: skip
    return open_complaint(session, new, now)


def invited(session: Session, case: Complaint) -> list[str]:
    return [one.agency.code for one in helping.helpers_of(session, case)]


def test_bodies_the_topic_names_are_asked_as_soon_as_there_is_a_lead(session: Session, now: datetime) -> None:
    case = of_abuse(session, now)
    assert invited(session, case) == ["SYT", "UBNDX"]
    asked = session.scalars(select(CaseEvent).where(CaseEvent.action == "ask_help")).all()
    assert {event.actor for event in asked} == {"system"}
    assert {event.data["agency_id"] for event in asked} == {o.agency_id for o in helping.helpers_of(session, case)}
    health = staff(session, "yte", Role.HANDLER, "SYT", now)
    account = session.get_one(Account, health.account_id)
    assert helping.helped(session, account) == [case]
    assert helping.waiting(session, account) == 1
    assert invited(session, filed(session, now)) == []


def test_nobody_is_asked_before_triage_or_about_themselves(session: Session, now: datetime) -> None:
    load_reference(session, now)
    case = of_abuse(session, now, certain=False, agency=find_agency(session, TRIAGE_AGENCY, None))
    assert invited(session, case) == []
    police = find_agency(session, "CAX", "09169")
    desk = staff(session, "desk", Role.DESK, None, now)
    act(session, case.id, Action.ASSIGN, desk, Given(agency_id=police.id), now)
    assert invited(session, case) == ["SYT", "UBNDX"]
    assert invited(session, of_abuse(session, now, decision={"about": "council"})) == []
    assert invited(session, of_abuse(session, now, commune=None, agency=find_agency(session, "CAT", None))) == ["SYT"]


def test_who_may_be_asked(session: Session, now: datetime) -> None:
    case = filed(session, now)
    lead = staff(session, "xaydung", Role.HANDLER, "SXD", now)
    other = staff(session, "congan", Role.HANDLER, "CAT", now)
    police = find_agency(session, "CAT", None)
    with pytest.raises(InvalidInputError, match="đang chủ trì"):
        helping.ask(session, case.id, lead, Given(text="giúp", agency_id=case.agency_id), now)
    with pytest.raises(ForbiddenError):
        helping.ask(session, case.id, other, Given(text="giúp", agency_id=police.id), now)
    police.valid_to = now.date()
    with pytest.raises(InvalidInputError, match="còn hoạt động"):
        helping.ask(session, case.id, lead, Given(text="giúp", agency_id=police.id), now)
