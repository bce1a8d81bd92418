"""Whatever is done to a case in whatever order, one body owns it, its events say which, and the citizen was told."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed, proof, staff
from tracker.db.models import Account, Agency, CaseEvent, Complaint, OutboxItem
from tracker.domain.lifecycle import OPEN, Action, State, allowed
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError, LangNgheError
from tracker.services.cases.casework import act
from tracker.services.cases.effects import TRIAGE_AGENCY
from tracker.services.cases.moves import CITIZEN, SYSTEM, Actor, Given
from tracker.services.province.reference import find_agency

STEPS = 40
ENDS = (Action.MERGE, Action.WITHDRAW, Action.REFUSE, Action.CLOSE, Action.CONFIRM)
"""Acts that end a case: kept for the last steps, so that much happens before."""
LATE = 35
HANDS_OVER = (Action.ASSIGN, Action.FORWARD, Action.RETURN, Action.UNMERGE)


def everyone(session: Session, now: datetime) -> list[Actor]:
    """A worker of each of three bodies, the desk, the office, the citizen and the clock."""
    bodies = (("sxd", "SXD"), ("vuninh", "UBNDX:09169"), ("congan", "CAT"))
    workers = [staff(session, name, Role.HANDLER, body, now) for name, body in bodies]
    above = [staff(session, "desk", Role.DESK, None, now), staff(session, "office", Role.OFFICE, None, now)]
    return [*workers, *above, CITIZEN, SYSTEM]


def mailed(session: Session) -> set[str | None]:
    """Addresses that heard of a returned case."""
    return set(session.scalars(select(OutboxItem.address).where(OutboxItem.kind == "returned")))


def owner_told(session: Session, case: Complaint) -> int:
    """The body the last event that names one says the case has."""
    events = session.scalars(select(CaseEvent).where(CaseEvent.complaint_id == case.id).order_by(CaseEvent.id))
    named = [e.data["agency_id"] for e in events if e.action != "ask_help" and e.data and "agency_id" in e.data]
    return int(named[-1])


@pytest.mark.parametrize("seed", range(2))
def test_one_owner_after_any_sequence_of_acts(session: Session, now: datetime, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - repeatable, nothing secret
    case = filed(session, now, certain=dice.random() < 0.5)
    actors = everyone(session, now)
    places = (("SXD", None), ("UBNDX", "09169"), ("CAT", None))
    bodies = [find_agency(session, code, place) for code, place in places]
    handed_over = 0
    for step in range(1, STEPS):
        moment = now + timedelta(minutes=7 * step)
        actor = dice.choice(actors)
        given = Given(
            text="Lý do rõ ràng", reason_code="out_of_scope", date=(moment + timedelta(days=5)).date(),
            agency_id=dice.choice(bodies).id, attachment_ids=(proof(session, now).id,),
        )  # fmt: skip
        choices = [one for one in allowed(State(case.state), actor.role) if one not in ENDS or step > LATE]
        if not choices:
            continue
        action = dice.choice(choices)
        before = case.agency_id
        savepoint = session.begin_nested()
        try:
            act(session, case.id, action, actor, given, moment)
            savepoint.commit()
        except LangNgheError:
            savepoint.rollback()
            session.refresh(case)
            assert case.agency_id == before
            continue
        handed_over += action in HANDS_OVER
        owner = session.get_one(Agency, case.agency_id)
        assert owner.valid_to is None
        assert owner_told(session, case) == case.agency_id
        assert case.agency_id == before or action in HANDS_OVER
        if case.handler_id is not None and State(case.state) in OPEN:
            handler = session.get_one(Account, case.handler_id)
            assert handler.agency_id in (case.agency_id, None)
        if action in HANDS_OVER:
            query = select(OutboxItem).where(OutboxItem.kind == "forwarded").order_by(OutboxItem.id.desc())
            notice = session.scalars(query).first()
            assert notice is not None
            assert owner.name in (notice.body or "")
    assert handed_over


def test_a_returned_case_says_where_to_and_a_second_one_reaches_the_office(session: Session, now: datetime) -> None:
    case = filed(session, now)
    worker = staff(session, "sxd", Role.HANDLER, "SXD", now)
    desk = staff(session, "desk", Role.DESK, None, now)
    office = staff(session, "office", Role.OFFICE, None, now)
    for account in (desk, office):
        session.get_one(Account, account.account_id).email = f"{account.role}@example.invalid"
    ward = find_agency(session, "UBNDX", "09169")
    with pytest.raises(LangNgheError, match="Còn thiếu"):
        act(session, case.id, Action.RETURN, worker, Given(), now)
    with pytest.raises(InvalidInputError, match="khác cơ quan"):
        act(session, case.id, Action.RETURN, worker, Given(text="Không thuộc", agency_id=case.agency_id), now)
    given = Given(text="Đường của phường", agency_id=ward.id)
    act(session, case.id, Action.RETURN, worker, given, now)
    assert (case.agency.code, case.state, case.bounces) == (TRIAGE_AGENCY, State.NEW, 1)
    assert (case.decision["returned_by"], case.decision["returned_for"]) == ("Sở Xây dựng", ward.name)
    assert mailed(session) == {"desk@example.invalid"}
    act(session, case.id, Action.ASSIGN, desk, Given(agency_id=ward.id), now)
    other = staff(session, "vuninh", Role.HANDLER, "UBNDX:09169", now)
    road = find_agency(session, "SXD", None)
    act(session, case.id, Action.FORWARD, other, Given(text="Đường tỉnh", agency_id=road.id), now)
    assert (case.agency.code, case.state, case.bounces) == (TRIAGE_AGENCY, State.NEW, 2)
    assert mailed(session) == {"desk@example.invalid", "office@example.invalid"}
