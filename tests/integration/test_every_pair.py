"""Every state by every action by every role, carried out on a database: the table's answer and no other."""

from __future__ import annotations

import itertools
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.integration.test_escalation import filed
from tracker.db.models import Attachment
from tracker.domain.lifecycle import OPEN, TABLE, Action, Refusal, State
from tracker.domain.roles import Role
from tracker.errors import LangNgheError
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.province.reference import find_agency, load_reference

ROWS = {(row.source, row.action): row for row in TABLE}


@pytest.mark.parametrize("state", State)
def test_every_action_and_role_from(session: Session, now: datetime, state: State) -> None:
    load_reference(session, now)
    agency = find_agency(session, "SNV", None).id
    photo = Attachment(kind="photo", role="proof", status="stored", created_at=now)
    session.add(photo)
    session.flush()
    case = filed(session, now)
    case.state = state
    session.flush()
    before = case.version
    given = Given(text="Nội dung", reason_code=Refusal.DUPLICATE, date=date(2026, 12, 8), agency_id=agency,
                  attachment_ids=(photo.id,))  # fmt: skip
    for action, role in itertools.product(Action, Role):
        row = ROWS.get((state, action))
        may = row is not None and role in row.roles
        savepoint = session.begin_nested()
        try:
            act(session, case.id, action, Actor(role), given, now)
            moved = True
        except LangNgheError:
            moved = False
        assert moved == may, (state, action, role)
        if moved:
            assert row is not None
            assert case.state == row.target
            assert (case.next_step_at is not None) == (row.target in OPEN)
            assert case.agency is not None
        savepoint.rollback()
        session.refresh(case)
        assert (case.state, case.version) == (state, before)
