"""Two reports of one problem: merged, both reporters answered, and taken back."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Complaint, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError
from tracker.services.cases.casework import act
from tracker.services.cases.merge import merge, unmerge
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.province.reference import find_agency, find_topic, load_reference

DESK = Actor(Role.DESK)


def filed(session: Session, now: datetime, who: str) -> Complaint:
    new = NewCase(
        description="Ổ gà", topic=find_topic(session, "HT01"), agency=find_agency(session, "SXD", None),
        source="web", conversation_id=conversation_for(session, "web", who, now).id,
    )  # fmt: skip
    return open_complaint(session, new, now)


def test_both_reporters_are_answered_and_a_merge_can_be_undone(session: Session, now: datetime) -> None:
    load_reference(session, now)
    first, second = filed(session, now, "a"), filed(session, now, "b")
    with pytest.raises(InvalidInputError):
        merge(session, first.id, first.id, DESK, now)
    merge(session, second.id, first.id, DESK, now)
    assert (second.state, second.merged_into_id) == (State.MERGED, first.id)
    with pytest.raises(InvalidInputError):
        merge(session, first.id, second.id, DESK, now)
    act(session, first.id, Action.TAKE, DESK, Given(), now)
    act(session, first.id, Action.ANSWER, DESK, Given(text="Đã sửa"), now)
    heard = session.execute(select(OutboxItem.kind, OutboxItem.conversation_id).order_by(OutboxItem.id)).all()
    assert [tuple(row) for row in heard[2:]] == [
        ("merged", second.conversation_id), ("answered", first.conversation_id), ("answered", second.conversation_id),
    ]  # fmt: skip
    unmerge(session, second.id, DESK, now)
    assert (second.state, second.merged_into_id, second.closed_at) == (State.ASSIGNED, None, None)
