"""Everything that is not writing a report: danger, the lawful ways, procedures, filed cases, rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.services import is_english, numbers_for
from tracker.db.models import (
    Account,
    CaseEvent,
    CaseMessage,
    Complaint,
    InboxItem,
    OpenQuestion,
    Rating,
    SealedNote,
)
from tracker.db.models import Citizen as Person
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.domain.tracking_code import shown
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given

POTHOLES = "duong truoc cong truong tieu hoc Vu Ninh toan o ga, mua la ngap k di noi"
SURE = {"class": "denunciation", "score": 0.95, "sure": True}


def filed(citizen: Any) -> Complaint:
    citizen.says(POTHOLES)
    citizen.presses("skip:photo")
    if "skip:contact" in citizen.payloads:
        citizen.presses("skip:contact")
    citizen.presses("anyway" if "anyway" in citizen.payloads else "send")
    case: Complaint = citizen.cases()[-1]
    return case


def staff(citizen: Any, case: Complaint, action: Action, **given: Any) -> None:
    with citizen.database.unit_of_work() as session:
        desk = session.scalar(select(Account).where(Account.username == "desk"))
        if desk is None:
            desk = Account(username="desk", display_name="Bàn tiếp nhận", password_hash="x", role="desk",
                           created_at=citizen.clock())  # fmt: skip
            session.add(desk)
            session.flush()
        act(session, case.id, action, Actor(Role.DESK, desk.id), Given(**given), citizen.clock())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cháy nhà rồi cứu với", "114"),
        ("co nguoi bat tinh giua duong, chay mau nhieu lam", "115"),
        ("có nhóm thanh niên cầm dao đuổi chém nhau", "113"),
        ("hàng xóm đánh con suốt, cháu bé bị bỏ đói", "111"),
        ("nước lũ lên nhanh quá, làng tôi bị cô lập", "112"),
        ("cứu tôi với", "113"),
    ],
)
def test_the_number_fits_the_danger(text: str, first: str) -> None:
    assert numbers_for(text)[0].number == first


def test_an_emergency_gets_the_number_before_anything_else_and_can_be_recorded(citizen: Any) -> None:
    citizen.says(
        "cháy nhà rồi cứu với, ở phường Vũ Ninh", "emergency", gate={"class": "emergency", "score": 1, "sure": True}
    )
    assert citizen.last[0].text.startswith("Xin gọi ngay 114")
    citizen.presses("intent:complaint")
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == "cháy nhà rồi cứu với, ở phường Vũ Ninh"


def test_an_unsure_gate_asks_instead_of_refusing(citizen: Any) -> None:
    citizen.says("bóng đèn cháy rồi", "emergency", gate={"class": "emergency", "score": 0.5, "sure": False})
    assert "intent:complaint" in citizen.payloads
    citizen.says("cán bộ xã gây khó dễ", "denunciation", gate={**SURE, "sure": False})
    assert "conduct:complaint" in citizen.payloads


def test_a_denunciation_goes_to_the_sealed_tray_and_nowhere_else(citizen: Any) -> None:
    words = "ông A cán bộ địa chính nhận 50 triệu của tôi"
    citizen.says(words, "denunciation", gate=SURE)
    assert "Thanh tra tỉnh" in citizen.text
    assert "ông A" not in citizen.text
    with citizen.database.read() as session:
        note = session.scalar(select(SealedNote))
        assert note is not None
        assert note.body == words
        assert note.erase_at - note.created_at == timedelta(days=30)
        assert session.scalar(select(InboxItem.text).where(InboxItem.turn_id == citizen.turn_of.turn_id)) is None
    assert citizen.cases() == []
    citizen.presses("conduct:erase")
    with citizen.database.read() as session:
        assert session.scalar(select(SealedNote.body)) is None


def test_a_denunciation_in_the_middle_of_a_report_takes_the_draft_along(citizen: Any) -> None:
    citizen.says("tôi muốn phản ánh")
    citizen.says("ông A cán bộ địa chính nhận 50 triệu", "denunciation", gate=SURE)
    assert citizen.draft() is None


def test_formal_complaints_are_told_the_lawful_way(citizen: Any) -> None:
    citizen.says("tôi khiếu nại quyết định xử phạt", "formal_complaint", gate={**SURE, "class": "formal_complaint"})
    assert "90 ngày" in citizen.text
    assert "intent:complaint" in citizen.payloads


def test_a_procedure_is_answered_then_followed_up_and_a_thumb_down_reaches_the_desk(citizen: Any) -> None:
    citizen.says("làm lại căn cước hết bao nhiêu tiền", "procedure_question")
    assert "căn cước" in citizen.text.lower()
    bad = next((p for p in citizen.payloads if p.startswith("bad:")), None)
    if bad is None:
        citizen.presses(next(p for p in citizen.payloads if p.startswith("proc:")))
        bad = next(p for p in citizen.payloads if p.startswith("bad:"))
    citizen.presses("facet:documents")
    assert citizen.text
    citizen.presses(bad)
    with citizen.database.read() as session:
        assert session.scalar(select(OpenQuestion.kind)) == "thumbs_down"


def test_an_unknown_procedure_is_honest_and_offers_a_person(citizen: Any) -> None:
    citizen.says("thủ tục xin phép nuôi rồng bay trên mặt trăng", "procedure_question")
    assert "human" in citizen.payloads


def test_status_by_code_shows_strangers_only_what_is_public(citizen: Any) -> None:
    case = filed(citizen)
    citizen.says(f"mã {shown(case.code)}", "status_lookup")
    assert f"more:{case.id}" in citizen.payloads
    stranger = type(citizen)(citizen.database, citizen.clock, address="cookie-2")
    stranger.says(f"cho hỏi {case.code}", "status_lookup")
    assert "Sở Xây dựng" in stranger.text
    assert stranger.payloads == []
    stranger.presses(f"withdraw:{case.id}:yes")
    assert citizen.cases()[0].state == "assigned"
    stranger.says("1234 5678 9012", "status_lookup")
    assert "không tìm thấy" in stranger.text


def test_overdue_is_said_honestly(citizen: Any) -> None:
    filed(citizen)
    citizen.clock.moment += timedelta(days=60)
    citizen.says("bao giờ xong", "status_lookup")
    assert "quá hạn" in citizen.text


def test_several_own_cases_are_picked_by_button(citizen: Any) -> None:
    first, second = filed(citizen), filed(citizen)
    citizen.says("/cuatoi")
    assert citizen.payloads == [f"case:{second.id}", f"case:{first.id}"]


def test_an_addition_goes_to_the_case(citizen: Any) -> None:
    case = filed(citizen)
    citizen.presses(f"more:{case.id}")
    citizen.says("chỗ đó vừa có thêm người ngã", "complaint")
    assert "Đã bổ sung" in citizen.text
    with citizen.database.read() as session:
        kinds = list(session.scalars(select(CaseMessage.kind).order_by(CaseMessage.id)))
    assert kinds == ["description", "addition"]
    assert len(citizen.cases()) == 1


def test_an_answer_to_the_agencys_question_starts_the_clock_again(citizen: Any) -> None:
    case = filed(citizen)
    staff(citizen, case, Action.ASK, text="Ổ gà ở cổng trước hay cổng sau?")
    citizen.says("cổng trước ạ", "nlu_fallback", 0.3)
    assert "chuyển tới" in citizen.text
    assert citizen.cases()[0].state == "in_progress"


def test_withdrawing_is_confirmed_first(citizen: Any) -> None:
    case = filed(citizen)
    citizen.says("tôi muốn rút phản ánh", "withdraw")
    assert citizen.cases()[0].state == "assigned"
    citizen.presses(f"withdraw:{case.id}:yes")
    assert citizen.cases()[0].state == "withdrawn"
    assert len(citizen.last) == 1


def test_done_is_confirmed_and_rated(citizen: Any) -> None:
    case = filed(citizen)
    staff(citizen, case, Action.TAKE)
    staff(citizen, case, Action.ANSWER, text="Đã vá xong.")
    citizen.presses(f"done:{case.id}:yes")
    assert citizen.payloads == [f"rate:{case.id}:{n}" for n in range(1, 6)]
    citizen.presses(f"rate:{case.id}:4")
    citizen.presses(f"rate:{case.id}:9")
    assert citizen.cases()[0].closed_as == "confirmed"
    with citizen.database.read() as session:
        assert list(session.scalars(select(Rating.stars))) == [4]


def test_not_done_reopens_and_asks_what_is_left(citizen: Any) -> None:
    case = filed(citizen)
    staff(citizen, case, Action.TAKE)
    staff(citizen, case, Action.ANSWER, text="Đã vá xong.")
    citizen.presses(f"done:{case.id}:part")
    assert citizen.cases()[0].state == "reopened"
    citizen.says("còn hai cái ổ gà to", "complaint")
    assert len(citizen.cases()) == 1
    citizen.presses(f"done:{case.id}:yes")
    assert "từ trước" in citizen.text
    with citizen.database.read() as session:
        reasons = list(session.scalars(select(CaseEvent.reason_code).where(CaseEvent.action == "dispute")))
    assert reasons == ["partly_done"]


def test_a_person_is_one_button_away_with_the_desks_hours(citizen: Any) -> None:
    citizen.presses("human")
    assert "trong giờ làm việc hôm nay" in citizen.text
    citizen.clock.moment += timedelta(hours=12)
    citizen.says("cho gặp cán bộ", "human_handoff")
    assert "ngoài giờ" in citizen.text
    with citizen.database.read() as session:
        assert session.scalar(select(func.count()).where(OpenQuestion.kind == "human")) == 2


def test_own_data_can_be_seen_changed_and_erased(citizen: Any) -> None:
    citizen.says("/dulieu")
    assert "Dữ liệu chúng tôi giữ" in citizen.text
    citizen.presses("privacy:edit")
    citizen.says("Trần Thị Bình, 0987654321")
    citizen.presses("privacy:view")
    assert "09•• ••• 321" in citizen.text
    citizen.presses("privacy:erase")
    citizen.presses("privacy:erase:yes")
    with citizen.database.read() as session:
        person = session.scalar(select(Person))
        assert person is not None
        assert (person.name, person.phone) == (None, None)


def test_what_is_unclear_is_offered_as_buttons_and_the_words_are_kept(citizen: Any) -> None:
    citizen.says(
        "cái chỗ đấy nó làm sao ấy", "nlu_fallback", 0.2, ranking=[("complaint", 0.3), ("office_info", 0.25)]
    )
    assert citizen.payloads[:2] == ["intent:complaint", "intent:office_info"]
    citizen.presses("intent:complaint")
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == "cái chỗ đấy nó làm sao ấy"
    with citizen.database.read() as session:
        kept = session.scalars(select(OpenQuestion)).one()
        assert (kept.kind, kept.guess, kept.meaning) == ("fallback", "complaint", "complaint")
        assert (kept.text, kept.handled_at) == ("cái chỗ đấy nó làm sao ấy", None)


def test_a_suspected_danger_gets_its_number_and_the_report_goes_on(citizen: Any) -> None:
    unsure = {"class": "emergency", "score": 0.3, "sure": False}
    citizen.says("ổ gà to quá, đêm qua có người ngã chảy máu ở phường Vũ Ninh", "complaint", gate=unsure)
    assert citizen.last[0].text.startswith("Nếu đang có người gặp nguy hiểm, xin gọi ngay 115")
    assert "máy trả lời tự động" in citizen.last[0].text
    assert citizen.draft() is not None
    citizen.says("chỗ cổng chợ", "add_info")
    assert "xin gọi ngay" not in citizen.last[0].text


DOUBT = {"class": "denunciation", "score": 0.3, "sure": False}


def test_a_report_that_may_be_a_denunciation_is_asked_about_and_begun_with_its_words(citizen: Any) -> None:
    words = "bãi cát này hoạt động chui mấy năm nay ở xã Chi Lăng mà không ai làm gì"
    citizen.says(words, "complaint", gate=DOUBT)
    assert citizen.payloads[:3] == ["intent:complaint", "intent:formal_complaint", "intent:denunciation"]
    assert citizen.draft() is None
    citizen.presses("intent:complaint")
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == words


def test_what_turns_out_a_denunciation_is_kept_in_the_tray_alone(citizen: Any) -> None:
    words = "ông ấy nhận tiền của nhà thầu, cả làng biết"
    citizen.says(words, "complaint", gate=DOUBT)
    citizen.presses("intent:denunciation")
    assert "Điều 22" in citizen.last[0].text
    with citizen.database.read() as session:
        assert session.scalar(select(SealedNote.body)) == words
        assert words not in set(session.scalars(select(InboxItem.text)))
        assert session.scalar(select(OpenQuestion.id)) is None
    assert citizen.draft() is None


def test_deep_links_open_a_case_or_remember_a_commune(citizen: Any) -> None:
    case = filed(citizen)
    citizen.sends("start", payload=f"case_{case.code}")
    assert shown(case.code) in citizen.text
    citizen.sends("start", payload="xa_09187")
    assert "Phường Kinh Bắc" in citizen.text
    citizen.says("tôi muốn phản ánh")
    citizen.says("đèn đường tắt hai tuần nay không ai sửa cả")
    assert citizen.payloads[0] == "place:09187"


def test_offices_without_a_checked_address_are_not_guessed(citizen: Any) -> None:
    citizen.says("địa chỉ ủy ban phường Vũ Ninh ở đâu", "office_info")
    assert "không đoán" in citizen.text


@pytest.mark.parametrize("taken_for", ["out_of_scope", "abusive"])
def test_english_gets_one_english_sentence(citizen: Any, taken_for: str) -> None:
    citizen.says("hello can you help me please", taken_for)
    assert "This service works in Vietnamese" in citizen.text
    assert not is_english("cho em hoi thu tuc lam can cuoc")


def test_a_stranger_to_the_database_hears_a_kind_sentence(citizen: Any) -> None:
    citizen.says("xin chào", "greet")
    citizen.turn_of = replace(citizen.turn_of, episode="nobody")
    assert "chưa xử lý được" in citizen.run("action_chat")[0].text


def test_low_stars_may_be_explained_in_the_next_message(citizen: Any) -> None:
    case = filed(citizen)
    staff(citizen, case, Action.TAKE)
    staff(citizen, case, Action.ANSWER, text="Đã vá xong.")
    citizen.presses(f"done:{case.id}:yes")
    citizen.presses(f"rate:{case.id}:1")
    citizen.says("vá xong ba hôm lại vỡ", "complaint")
    assert len(citizen.cases()) == 1
    with citizen.database.read() as session:
        rating = session.scalar(select(Rating))
        assert rating is not None
        assert (rating.stars, rating.reason) == (1, "vá xong ba hôm lại vỡ")
