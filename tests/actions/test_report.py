"""From the first words to the filed case, and everything that may happen on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from tracker.db.models import Attachment, Citizen, Complaint, Follower, OutboxItem
from tracker.delivery.inbox import Incoming

POTHOLES = "duong truoc cong truong tieu hoc Vu Ninh toan o ga, mua la ngap k di noi"
PHOTO = {"kind": "photo", "ref": "file-1", "size": 1000}


def file_one(citizen: Any, text: str = POTHOLES) -> Complaint:
    citizen.says(text)
    citizen.sends("media", files=[PHOTO])
    if "skip:contact" in citizen.payloads:
        citizen.presses("skip:contact")
    citizen.presses("anyway" if "anyway" in citizen.payloads else "send")
    return citizen.cases()[-1]


def test_a_complete_first_message_is_filed_after_three_questions(citizen: Any) -> None:
    citizen.says(POTHOLES)
    assert "Lắng Nghe không bao giờ hỏi mã OTP" in citizen.last[0].text
    assert citizen.payloads == ["skip:photo"]
    citizen.sends("media", files=[PHOTO])
    assert citizen.payloads == ["request:contact", "skip:contact"]
    citizen.presses("skip:contact")
    assert "Phường Vũ Ninh" in citizen.text
    assert "Sở Xây dựng" in citizen.text
    assert POTHOLES in citizen.text
    citizen.presses("send")
    (case,) = citizen.cases()
    assert (case.topic.code, case.agency.code, case.state) == ("HT01", "SXD", "assigned")
    assert case.commune is not None
    assert case.commune.code == "09169"
    assert "Mã theo dõi" in citizen.last[0].text
    assert citizen.payloads == [f"photos:{case.id}:yes", f"photos:{case.id}:no"]
    with citizen.database.read() as session:
        assert session.scalar(select(func.count()).where(Attachment.complaint_id == case.id)) == 1


def test_a_known_citizen_is_asked_twice_at_most(citizen: Any) -> None:
    file_one(citizen)
    citizen.says("đường Đáp Cầu ở phường Vũ Ninh vỡ nát, xe máy ngã liên tục")
    assert citizen.payloads == ["skip:photo"]
    citizen.presses("skip:photo")
    assert "cancel" in citizen.payloads
    citizen.presses("anyway" if "anyway" in citizen.payloads else "send")
    assert len(citizen.cases()) == 2
    assert citizen.cases()[1].decision["flags"] == ["no_photo"]


def test_a_bare_start_is_filed_after_five_questions(citizen: Any) -> None:
    asked = []
    citizen.says("tôi muốn phản ánh")
    asked.append(citizen.text)
    citizen.says("đường hỏng nặng lắm, ổ gà khắp nơi")
    asked.append(citizen.text)
    assert "request:location" in citizen.payloads
    citizen.says("phường Vũ Ninh", intent="nlu_fallback", confidence=0.3)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "send" in citizen.payloads
    citizen.presses("send")
    assert len(citizen.cases()) == 1
    assert "đường hỏng nặng lắm" not in asked[0]


def test_sending_twice_files_once(citizen: Any) -> None:
    file_one(citizen)
    citizen.presses("send")
    assert "đã được gửi rồi" in citizen.text
    assert len(citizen.cases()) == 1


def test_the_same_turn_worked_twice_says_the_same_and_files_once(citizen: Any) -> None:
    citizen.says(POTHOLES)
    before = citizen.last
    again = citizen.run("validate_report_form")
    assert again == before
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.presses("send")
    assert citizen.run("validate_report_form") == []
    assert len(citizen.cases()) == 1
    with citizen.database.read() as session:
        assert session.scalar(select(func.count()).where(OutboxItem.kind == "filed")) == 1


def test_the_form_mirrors_the_question_into_rasas_slots(citizen: Any) -> None:
    citizen.says(POTHOLES)
    slots = {event["name"]: event["value"] for event in citizen.events}
    assert slots["requested_slot"] == "photo"
    assert slots["turn"] == citizen.turn_of.turn_id
    citizen.says("hủy đi", intent="cancel")
    citizen.run("validate_report_form")
    assert {event["name"]: event["value"] for event in citizen.events}["requested_slot"] is None


def test_an_interruption_is_answered_and_the_form_goes_on(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.says("xin chào", intent="greet")
    assert len(citizen.last) == 2
    assert citizen.payloads[-1] == "skip:photo"
    assert citizen.run("validate_report_form") == []
    citizen.says("làm lại căn cước hết bao nhiêu tiền", intent="procedure_question")
    assert citizen.payloads[-1] == "skip:photo"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("nước bẩn lắm gọi mãi không ai đến, hủy cả hợp đồng cũng không được, xã Yên Phong", "cancel"),
        ("cảm ơn cán bộ trước, nhà tôi mất điện ba hôm nay ở xã Yên Phong rồi ạ", "thanks"),
        ("bao giờ mới sửa cái cống ngập ngụa đầu làng tôi ở xã Yên Phong đây?", "status_lookup"),
    ],
)
def test_a_long_description_stays_one_whatever_it_looks_like(citizen: Any, text: str, intent: str) -> None:
    citizen.says("tôi muốn phản ánh")
    citizen.says(text, intent=intent)
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == text


def test_an_unclear_topic_is_asked_with_three_buttons_and_other(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], certain=False, decided_by="triage")
    citizen.says(POTHOLES)
    assert citizen.payloads == ["topic:HT01", "topic:DT02", "topic:HT05", "topic:other"]
    citizen.presses("topic:DT02")
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.presses("send")
    assert citizen.cases()[0].topic.code == "DT02"


def test_an_ambiguous_place_is_chosen_and_an_old_name_confirmed(citizen: Any) -> None:
    citizen.says("Ổ gà to ở Đồng Tiến, xe ngã suốt ngày không ai sửa")
    assert citizen.payloads[:2] == ["place:07246", "place:07822"]
    citizen.presses("place:07822")
    assert citizen.payloads == ["skip:photo"]
    citizen.presses("edit:place")
    citizen.says("xã Kim Chân", intent="nlu_fallback", confidence=0.3)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "nay là phường Vũ Ninh" in citizen.text


def test_a_correction_at_the_summary_changes_the_right_field(citizen: Any) -> None:
    citizen.says("đường vỡ ở ngõ 21 phường Vũ Ninh, xe ngã nhiều lắm rồi")
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "ngõ 21" in citizen.text
    citizen.says("à nhầm, ở ngõ 12 chứ không phải 21", intent="deny")
    draft = citizen.draft()
    assert draft is not None
    assert draft.place_text == "ngõ 12"
    assert draft.description is not None
    assert draft.description.startswith("đường vỡ ở ngõ 21")
    assert "send" in citizen.payloads


def test_editing_one_field_comes_back_to_the_summary(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.presses("edit")
    assert "edit:description" in citizen.payloads
    citizen.presses("edit:description")
    citizen.says("đường trước trường tiểu học Vũ Ninh lún thành hố sâu")
    assert "lún thành hố sâu" in citizen.text
    assert "toan o ga" not in citizen.text
    assert "send" in citizen.payloads


def test_procedure_reports_ask_for_contact_in_one_message_that_never_reaches_rasa(
    citizen: Any, routed: dict[str, Any]
) -> None:
    routed["decision"] = replace(routed["decision"], topic="HC01", agency="VPUBND")
    citizen.says("hồ sơ đất của tôi quá hạn hai tháng chưa trả, ở phường Vũ Ninh")
    citizen.presses("skip:photo")
    assert "Điều 7" in citizen.text
    citizen.says("Nguyễn Văn Bình, 0912 345 678, thôn Đông", intent="complaint")
    assert citizen.latest["text"] == '/add_info{"choice": "contact"}'
    assert "09•• ••• 678" in citizen.text
    assert "0912" not in citizen.text
    with citizen.database.read() as session:
        person = session.scalar(select(Citizen))
        assert person is not None
        assert (person.name, person.phone, person.address) == ("Nguyễn Văn Bình", "+84912345678", "thôn Đông")
        assert person.consent["contact"]["given"] is True
        assert person.consent["contact"]["text_version"]


def test_a_hotline_is_no_phone_number_and_refusing_never_blocks(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], topic="HC01", agency="VPUBND")
    citizen.says("hồ sơ đất của tôi quá hạn hai tháng chưa trả, ở phường Vũ Ninh")
    citizen.presses("skip:photo")
    citizen.says("19006769")
    assert "chưa đúng" in citizen.text
    citizen.says("không")
    citizen.presses("send")
    assert citizen.cases()[0].decision["flags"] == ["no_photo", "no_contact"]


def test_a_photo_first_opens_a_report_and_an_oversized_video_is_kept_as_reference(citizen: Any) -> None:
    citizen.sends("media", files=[PHOTO, {"kind": "video", "ref": "big", "size": 50_000_000}])
    assert "20 MB" in citizen.text
    citizen.says(POTHOLES)
    assert "skip:contact" in citizen.payloads
    with citizen.database.read() as session:
        assert set(session.scalars(select(Attachment.status))) == {"pending", "too_big"}


def test_a_location_is_confirmed_with_buttons_and_the_sea_is_refused(citizen: Any) -> None:
    citizen.says("tôi muốn phản ánh")
    citizen.says("đường hỏng nặng lắm, ổ gà khắp nơi")
    citizen.sends("location", lat=16.0, lon=112.0)
    assert "không nằm trong tỉnh" in citizen.text
    citizen.sends("location", lat=21.18, lon=106.07)
    assert citizen.payloads[0].startswith("place:")
    citizen.presses(citizen.payloads[0])
    assert citizen.payloads == ["skip:photo"]


def test_a_similar_open_case_can_be_joined_instead(citizen: Any) -> None:
    first = file_one(citizen)
    neighbour = type(citizen)(citizen.database, citizen.clock, address="cookie-2")
    neighbour.says(POTHOLES)
    neighbour.presses("skip:photo")
    neighbour.presses("skip:contact")
    assert f"follow:{first.id}" in neighbour.payloads
    neighbour.presses(f"follow:{first.id}")
    assert len(citizen.cases()) == 1
    with citizen.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Follower)) == 1
    assert citizen.cases()[0].followers == 1


def test_cancel_by_command_button_or_words_stops_the_report(citizen: Any) -> None:
    for stop in (
        lambda: citizen.says("/huy"),
        lambda: citizen.presses("cancel"),
        lambda: citizen.says("thôi", "cancel"),
    ):
        citizen.says(POTHOLES)
        stop()
        assert "Đã dừng" in citizen.text
        assert citizen.draft() is None
    assert citizen.cases() == []


def test_an_old_button_gets_a_sentence(citizen: Any) -> None:
    citizen.presses("place:09169")
    assert "không còn dùng được" in citizen.text
    citizen.presses("follow:999")
    assert "không còn dùng được" in citizen.text


def test_a_failing_action_is_answered_kindly_and_logs_no_words(
    citizen: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tracker.services.intake import understanding  # noqa: PLC0415

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("ổ gà")

    monkeypatch.setattr(understanding, "decide", broken)
    citizen.says(POTHOLES)
    assert "chưa xử lý được" in citizen.text
    assert citizen.draft() is None
    assert "ổ gà" not in caplog.text
    assert "ValueError" in caplog.text


@pytest.mark.parametrize(
    "text", ["😀😀", "\u200f\u200f", "x" * 4096, "<b>'; DROP TABLE draft; --</b> *_[", "Đường hoả lò"]
)
def test_any_text_gets_an_answer(citizen: Any, text: str) -> None:
    assert citizen.says(text, intent="nlu_fallback", confidence=0.2)
    assert citizen.says(text, intent="complaint")
    assert citizen.says(text, intent="complaint")


def test_a_bare_start_opens_a_report_whatever_the_model_says(citizen: Any) -> None:
    citizen.says("tôi muốn phản ánh", intent="status_lookup")
    assert citizen.draft() is not None
    assert "việc gì đang xảy ra" in citizen.text


def test_a_place_is_an_answer_whatever_the_model_says(citizen: Any) -> None:
    citizen.says("nhà em mất điện từ hôm qua tới giờ chưa có")
    citizen.says("phường vũ ninh", intent="office_info")
    assert citizen.payloads == ["skip:photo"]
    citizen.presses("edit:place")
    citizen.says("chỗ kia kìa", intent="out_of_scope")
    assert "request:location" in citizen.payloads


def test_the_summary_does_not_name_a_place_twice(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.says("sai rồi, xã yên phong", intent="deny")
    assert "Ở: Xã Yên Phong" in citizen.text


def test_no_to_the_topic_leaves_it_to_a_person(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], certain=False, decided_by="triage")
    citizen.says(POTHOLES)
    citizen.says("không biết", intent="deny")
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "Văn phòng UBND tỉnh" in citizen.text
    assert "không biết" not in citizen.text


def test_what_was_understood_is_said_once(citizen: Any) -> None:
    citizen.says(POTHOLES)
    assert "Đã ghi: Ổ gà, mặt đường hư hỏng; Phường Vũ Ninh." in citizen.text
    citizen.says("xin chào", intent="greet")
    assert "Đã ghi" not in citizen.text


def test_a_voice_message_is_filed_to_be_listened_to(citizen: Any) -> None:
    citizen.sends("media", files=[{"kind": "voice", "ref": "v", "size": 9000}])
    citizen.says("phường Vũ Ninh", intent="nlu_fallback", confidence=0.3)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "có ghi âm, cần nghe" in citizen.text
    citizen.presses("send")
    (case,) = citizen.cases()
    assert "listen" in case.decision["flags"]
    assert (case.state, case.agency.code) == ("new", "VPUBND")


def test_a_photo_with_a_caption_is_one_report(citizen: Any) -> None:
    citizen.turn(Incoming("web", "cap", citizen.address, "media", POTHOLES, {"files": [PHOTO]}), "complaint", 0.9)
    assert citizen.payloads == ["request:contact", "skip:contact"]


def test_a_report_can_be_sent_under_a_hidden_name(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.presses("edit:anonymous")
    assert "ẩn khi công khai" in citizen.text
    citizen.presses("send")
    assert citizen.cases()[0].anonymous is True


def test_a_question_while_contact_is_awaited_is_not_taken_for_a_name(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.presses("skip:photo")
    citizen.says("làm lại căn cước hết bao nhiêu tiền")
    assert citizen.payloads == ["skip:contact", "cancel"]
    citizen.says("thôi không gửi nữa")
    assert citizen.draft() is None
