"""Filing: one draft, one case, one confirmation, all or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.db.models import Attachment, Commune, Complaint, Draft, OutboxItem, Topic
from tracker.delivery.conversations import conversation_for
from tracker.errors import NotFoundError, TransitionError
from tracker.services.cases.filing import file_draft
from tracker.services.province.reference import load_reference
from tracker.uow import Database


def a_draft(session: Session, now: datetime, **fields: object) -> Draft:
    load_reference(session, now)
    conversation = conversation_for(session, "telegram", "42", now)
    values: dict[str, object] = {
        "description": "đường vỡ, ổ gà", "topic": session.scalar(select(Topic).where(Topic.code == "HT01")),
        "topic_certain": True, "commune": session.scalar(select(Commune).where(Commune.code == "09169")),
        "decision": {"agency": "SXD", "topic": "HT01"}, "asked": {"waived": ["photo"]}, **fields,
    }  # fmt: skip
    draft = Draft(
        conversation_id=conversation.id, conversation=conversation, created_at=now, updated_at=now,
        expires_at=now + timedelta(days=1), **values,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def test_the_case_carries_what_the_draft_knew(session: Session, now: datetime) -> None:
    draft = a_draft(session, now, anonymous=True, place_text="ngõ 12", urgency="urgent")
    session.add(Attachment(draft_id=draft.id, kind="photo", channel_ref="f", created_at=now))
    session.flush()
    session.refresh(draft, ["attachments"])
    case = file_draft(session, draft.id, now)
    assert (case.source, case.topic.code, case.agency.code, case.urgency) == ("telegram", "HT01", "SXD", "urgent")
    assert (case.anonymous, case.place_text, case.state) == (True, "ngõ 12", "assigned")
    assert case.decision["flags"] == ["no_photo"]
    assert case.decision["basis"]
    assert draft.state == "filed"
    assert session.scalar(select(Attachment.complaint_id)) == case.id


def test_filing_again_returns_the_same_case_and_says_nothing_new(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        draft_id = a_draft(session, now).id
    codes = []
    for _ in range(3):
        with database.unit_of_work() as session:
            codes.append(file_draft(session, draft_id, now).code)
    assert len(set(codes)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Complaint)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxItem)) == 1


def test_a_failure_after_filing_leaves_neither_case_nor_confirmation(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        draft_id = a_draft(session, now).id

    def broken() -> None:
        with database.unit_of_work() as session:
            file_draft(session, draft_id, now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Complaint)) == 0
        assert session.scalar(select(func.count()).select_from(OutboxItem)) == 0
        assert session.scalar(select(Draft.state)) == "open"


@pytest.mark.parametrize("fields", [{"topic_certain": False}, {"topic": None}, {"decision": {"agency": "UBNDX"}}])
def test_what_is_uncertain_goes_to_the_triage_desk(
    session: Session, now: datetime, fields: dict[str, object]
) -> None:
    place = {"commune": None} if "decision" in fields else {}
    case = file_draft(session, a_draft(session, now, **fields, **place).id, now)
    assert (case.agency.code, case.state) == ("VPUBND", "new")


def test_a_chosen_topic_goes_where_its_decision_says(session: Session, now: datetime) -> None:
    draft = a_draft(session, now, decision={"agency": "CAX", "chosen_topic": "MT05"})
    draft.topic = session.scalar(select(Topic).where(Topic.code == "MT05"))
    session.flush()
    assert file_draft(session, draft.id, now).agency.code == "CAX"


def test_a_closed_draft_is_not_filed(session: Session, now: datetime) -> None:
    with pytest.raises(TransitionError):
        file_draft(session, a_draft(session, now, state="cancelled").id, now)
    with pytest.raises(NotFoundError):
        file_draft(session, 999_999, now)
