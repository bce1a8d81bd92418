"""A person erased: nothing of theirs is left in any table or, on SQLite, in the file; the history stays."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.base import Base
from tracker.db.models import (
    Attachment,
    CaseEvent,
    CaseMessage,
    Citizen,
    Complaint,
    Conversation,
    ErasedFile,
    InboxItem,
)
from tracker.delivery.conversations import conversation_for
from tracker.errors import NotFoundError
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people.privacy import erase_person
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database

MARK = "Zyxwvut"
MARKS = (MARK, MARK.lower(), "c0ffee" * 4)


def report(session: Session, now: datetime, address: str, mark: str) -> tuple[int, int]:
    """A person's whole trace; (citizen id, case id)."""
    conversation = conversation_for(session, "web", address, now)
    citizen = session.get_one(Citizen, conversation.citizen_id)
    citizen.name, citizen.phone, citizen.phone_hash, citizen.address = mark, mark, "c0ffee" * 4, mark
    conversation.context = {"last": mark}
    new = NewCase(
        description=f"{mark} ổ gà", topic=find_topic(session, "HT01"), agency=find_agency(session, "SXD", None),
        source="web", conversation_id=conversation.id, citizen_id=citizen.id, place_text=mark, lat=21.1, lon=106.1,
        decision={"topic": "HT01", "words": [mark]},
    )  # fmt: skip
    case = open_complaint(session, new, now)
    session.add(InboxItem(channel="web", update_key=address, conversation_id=conversation.id, turn_id=address,
                          kind="text", text=mark, data=json.dumps(mark), not_before=now,
                          received_at=now))  # fmt: skip
    session.add(Attachment(complaint_id=case.id, kind="photo", status="stored", sha256=f"only-{address}",
                           shown_sha256="shared", name=mark, channel_ref=mark, created_at=now))  # fmt: skip
    session.flush()
    return citizen.id, case.id


def everything(database: Database) -> str:
    """Every value of every table, decrypted, as one text."""
    with database.read() as session:
        rows = [row for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return "\n".join(str(tuple(row)) for row in rows)


def test_nothing_personal_is_left(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        load_reference(session, now)
        person, case_id = report(session, now, "khach-1", MARK)
        _, other_case = report(session, now, "khach-2", "người khác")
    before = everything(database)
    assert all(mark in before for mark in MARKS)
    with database.unit_of_work() as session:
        session.scalars(select(Citizen).where(Citizen.id != person)).one().phone_hash = "x"
        erase_person(session, person, now)
        assert set(session.scalars(select(ErasedFile.sha256))) == {"only-khach-1", "shared"}
    after = everything(database)
    assert not [mark for mark in MARKS if mark in after]
    with database.read() as session:
        case = session.get_one(Complaint, case_id)
        assert (case.search_text, case.lat, case.decision) == ("", None, {"topic": "HT01"})
        events = session.scalars(select(CaseEvent.action).where(CaseEvent.complaint_id == case_id))
        assert list(events) == ["file", "erase_person"]
        words = session.scalars(select(CaseMessage).where(CaseMessage.complaint_id == case_id)).one()
        assert (words.body, words.erased_at) == (None, now)
        assert session.get_one(Complaint, other_case).search_text != ""
        addresses = session.scalars(select(Conversation.address).order_by(Conversation.id))
        assert list(addresses) == [None, "khach-2"]
    if database.engine.dialect.name == "sqlite":
        database.dispose()
        stored = Path(str(database.engine.url.database)).read_bytes()
        assert b"khac" in stored
        assert not [mark for mark in MARKS if mark.encode() in stored]


def test_an_unknown_person_is_an_error(session: Session, now: datetime) -> None:
    with pytest.raises(NotFoundError):
        erase_person(session, 1, now)
