"""New cases told to staff in their chat: none is passed over because its number came before an earlier commit."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, OutboxItem, Scratch
from tracker.delivery.conversations import conversation_for
from tracker.services.cases import scratch
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts, staff_chat
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database


def _ready(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        load_reference(session, now)
        accounts.create(session, "canbo", "handler", "SXD", "Cán bộ", now)
        talk = conversation_for(session, "telegram", "70", now)
        session.scalars(select(Account)).unique().one().conversation_id = talk.id
        staff_chat.announce(session, now)


def _file(session: Session, now: datetime) -> int:
    new = NewCase("Đường hỏng", find_topic(session, "HT01"), find_agency(session, "SXD", None), "web")
    return open_complaint(session, new, now).id


def _told(database: Database, now: datetime) -> list[int | None]:
    with database.unit_of_work() as session:
        staff_chat.announce(session, now)
    with database.read() as session:
        told = select(OutboxItem.complaint_id).where(OutboxItem.kind == "staff_new_case").order_by(OutboxItem.id)
        return list(session.scalars(told))


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_case_committed_after_a_later_one_is_told_too(database: Database, now: datetime) -> None:
    _ready(database, now)
    with database.unit_of_work() as slow:
        first = _file(slow, now)
        with database.unit_of_work() as quick:
            second = _file(quick, now)
        assert _told(database, now) == [second]
    assert _told(database, now + timedelta(seconds=30)) == [second, first]


def test_each_case_is_told_once_however_often_one_looks(database: Database, now: datetime) -> None:
    _ready(database, now)
    told = []
    for minutes in (0, 1, 15, 30, 45):
        with database.unit_of_work() as session:
            told.append(_file(session, now + timedelta(minutes=minutes)))
        for seconds in (0, 30):
            assert _told(database, now + timedelta(minutes=minutes, seconds=seconds)) == told


def test_words_nobody_came_back_to_go_after_a_month(database: Database, now: datetime) -> None:
    _ready(database, now)
    with database.unit_of_work() as session:
        case, account = _file(session, now), session.scalars(select(Account)).unique().one().id
        scratch.save(session, account, case, "tra-loi", "Đang viết", now)
    with database.unit_of_work() as session:
        assert scratch.forget_old(session, now + scratch.KEPT_FOR) == 0
        assert scratch.forget_old(session, now + scratch.KEPT_FOR + timedelta(seconds=1)) == 1
        assert session.scalars(select(Scratch)).all() == []
