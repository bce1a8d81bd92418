"""Helpers add notes and files; the lead alone moves the case and speaks to the citizen."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed, proof, staff
from tracker.db.models import Account, CaseEvent, OutboxItem
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, NotFoundError
from tracker.services.cases import helping
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Given
from tracker.services.province.reference import find_agency


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
