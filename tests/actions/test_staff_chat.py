"""A member of staff in their own chat: linked by a code, told of new cases, taking one by a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tracker.db.models import Account, CaseEvent, Complaint, OutboxItem
from tracker.delivery.message import Message
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts, staff_chat
from tracker.services.province.reference import find_agency, find_topic
from tracker.uow import Database


def made(database: Database, now: Any, name: str = "xaydung") -> int:
    with database.unit_of_work() as session:
        accounts.create(session, name, "handler", "SXD", "Cán bộ", now)
        return session.scalars(select(Account).where(Account.username == name)).unique().one().id


def code(database: Database, account_id: int, now: Any) -> str:
    with database.unit_of_work() as session:
        return staff_chat.new_code(session, account_id, now)


def filed(database: Database, now: Any) -> int:
    with database.unit_of_work() as session:
        staff_chat.announce(session, now)
        new = NewCase("Đường hỏng", find_topic(session, "HT01"), find_agency(session, "SXD", None), "web")
        return open_complaint(session, new, now).id


def announced(database: Database, now: Any) -> list[Message]:
    with database.unit_of_work() as session:
        staff_chat.announce(session, now)
    with database.read() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == "staff_new_case"))
        return [Message.from_json(row.body or "") for row in rows]


def test_a_chat_is_linked_once_and_a_case_is_taken_there(citizen: Any) -> None:
    database, now = citizen.database, citizen.clock()
    me = made(database, now)
    start = "start:" + code(database, me, now)
    assert "Đã kết nối" in citizen.presses(start)[0].text
    assert "đã dùng hoặc đã hết hạn" in citizen.presses(start)[0].text
    case_id = filed(database, now)
    told = announced(database, now)
    assert [row.label for row in told[0].buttons[0]] == ["Nhận"]
    assert "Đường hỏng" not in told[0].text
    assert len(announced(database, now)) == 1
    payload = told[0].buttons[0][0].payload
    assert "đã nhận phản ánh" in citizen.presses(payload)[0].text
    with database.read() as session:
        case = session.get_one(Complaint, case_id)
        assert (case.state, case.handler_id) == ("in_progress", me)
        assert len(session.scalars(select(CaseEvent).where(CaseEvent.action == "take")).all()) == 1
    assert "không làm được việc này" in citizen.presses(payload)[0].text


def test_a_stranger_an_old_code_and_a_disabled_account_do_nothing(citizen: Any) -> None:
    database, now = citizen.database, citizen.clock()
    me = made(database, now)
    old = code(database, me, now - staff_chat.LASTS - timedelta(minutes=1))
    assert "hết hạn" in citizen.presses(f"start:{old}")[0].text
    case_id = filed(database, now)
    assert citizen.presses(f"staff:take:{case_id}")[0].text == "Nút này không còn dùng được."
    citizen.presses("start:" + code(database, me, now))
    with database.unit_of_work() as session:
        accounts.disable(session, session.get_one(Account, me), now)
    assert citizen.presses(f"staff:take:{case_id}")[0].text == "Nút này không còn dùng được."
    assert announced(database, now) == []
    with database.read() as session:
        assert session.get_one(Complaint, case_id).state in ("new", "assigned")


def test_another_agencys_case_is_neither_told_nor_taken(citizen: Any) -> None:
    database, now = citizen.database, citizen.clock()
    me = made(database, now)
    citizen.presses("start:" + code(database, me, now))
    with database.unit_of_work() as session:
        staff_chat.announce(session, now)
        new = NewCase("Mất điện", find_topic(session, "HT01"), find_agency(session, "PCBN", None), "web")
        other = open_complaint(session, new, now).id
    assert announced(database, now) == []
    assert "thuộc cơ quan khác" in citizen.presses(f"staff:take:{other}")[0].text
