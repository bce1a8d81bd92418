"""A member of staff in their own chat: linked by a code, told of new cases, taking one by a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tracker.db.models import Account, CaseEvent, Complaint, OutboxItem
from tracker.delivery.message import Message
from tracker.services.cases import scratch
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts, staff_chat
from tracker.services.province.reference import find_agency, find_commune, find_topic
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
    assert [row.label for row in told[0].buttons[0]] == ["Nhận", "Chuyển", "Trả lời"]
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


def linked(citizen: Any, name: str = "xaydung") -> tuple[int, int]:
    """A linked handler and a new case of theirs that the routing might have given to others."""
    database, now = citizen.database, citizen.clock()
    me = made(database, now, name)
    citizen.presses("start:" + code(database, me, now))
    case_id = filed(database, now)
    with database.unit_of_work() as session:
        alternatives = [["HT02", "SXD", 0.3], ["DN01", "PCBN", 0.2], ["MT01", "UBNDX", 0.1]]
        case = session.get_one(Complaint, case_id)
        case.decision, case.commune = {"alternatives": alternatives}, find_commune(session, "09169")
    return me, case_id


def on_telegram(database: Database, case_id: int, number: str = "77") -> None:
    """The newest line about the case was delivered under this message number."""
    with database.unit_of_work() as session:
        query = select(OutboxItem).where(OutboxItem.complaint_id == case_id, OutboxItem.kind.startswith("staff_"))
        session.scalars(query.order_by(OutboxItem.id.desc())).first().provider_id = number  # type: ignore[union-attr]


def test_a_case_is_forwarded_only_to_what_routing_thought_of(citizen: Any) -> None:
    _, case_id = linked(citizen)
    offered = citizen.presses(f"staff:to:{case_id}")[0]
    assert [row[0].label for row in offered.buttons] == [
        "Công ty Điện lực Bắc Ninh (EVNNPC)",
        "Ủy ban nhân dân phường Vũ Ninh",
    ]
    assert "Đường hỏng" not in offered.text
    with citizen.database.read() as session:
        other = find_agency(session, "SYT", None).id
    assert citizen.presses(f"staff:send:{case_id}:{other}")[0].text == "Nút này không còn dùng được."
    assert "Đã chuyển phản ánh" in citizen.presses(offered.buttons[0][0].payload)[0].text
    with citizen.database.read() as session:
        case = session.get_one(Complaint, case_id)
        assert case.agency.code == "PCBN"
        assert [event.action for event in case.events][-1] == "forward"
    assert "trong phạm vi" in citizen.presses(offered.buttons[1][0].payload)[0].text


def test_a_reply_to_the_notice_is_an_answer_only_after_the_button(citizen: Any) -> None:
    me, case_id = linked(citizen)
    assert "chọn Trả lời" in citizen.presses(f"staff:answer:{case_id}")[0].text
    on_telegram(citizen.database, case_id)
    words = "Cháy bóng đèn đã được thay sáng nay, mời ông/bà xem lại."
    shown = citizen.says(words, "emergency", data={"reply_to": "77"})[0]
    assert words in shown.text
    with citizen.database.read() as session:
        assert session.get_one(Complaint, case_id).state == "assigned"
        assert scratch.kept(session, me, case_id) == {"tra-loi": words}
    send = shown.buttons[0][0].payload
    with citizen.database.unit_of_work() as session:
        scratch.save(session, me, case_id, "tra-loi", "Đã đổi trên trang [ngày].", citizen.clock())
    changed = citizen.presses(send)[0]
    assert "Đã đổi trên trang" in changed.text
    assert "chưa điền" in citizen.presses(changed.buttons[0][0].payload)[0].text
    again = citizen.says(words, "complaint", data={"reply_to": "77"})[0]
    assert "Đã gửi câu trả lời" in citizen.presses(again.buttons[0][0].payload)[0].text
    assert citizen.presses(again.buttons[0][0].payload)[0].text == "Nút này không còn dùng được."
    with citizen.database.read() as session:
        case = session.get_one(Complaint, case_id)
        assert (case.state, case.messages[-1].body) == ("answered", words)
        assert [event.action for event in case.events][-2:] == ["take", "answer"]
        assert scratch.kept(session, me, case_id) == {}


def test_words_to_a_notice_that_is_not_theirs_are_no_answer(citizen: Any) -> None:
    me, case_id = linked(citizen)
    citizen.presses(f"staff:answer:{case_id}")
    on_telegram(citizen.database, case_id)
    with citizen.database.unit_of_work() as session:
        session.get_one(Complaint, case_id).agency_id = find_agency(session, "PCBN", None).id
    assert "trong phạm vi" in citizen.says("Đã xong", data={"reply_to": "77"})[0].text
    with citizen.database.unit_of_work() as session:
        accounts.disable(session, session.get_one(Account, me), citizen.clock())
    citizen.says("Đường trước nhà tôi hỏng nặng quá", data={"reply_to": "77"})
    with citizen.database.read() as session:
        assert scratch.kept(session, me, case_id) == {}
