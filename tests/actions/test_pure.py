"""The pure parts of the dialogue: next question, contact data, corrections, short answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.services.intake.contact import Contact, is_question, masked_phone, parse_contact, valid_phone
from tracker.services.intake.corrections import Correction, corrected, find_correction
from tracker.services.intake.questions import DraftView, Question, missing_contact, next_question
from tracker.services.intake.words import is_bare, is_edit, is_none, is_send, is_stop, opens_report

READY = DraftView(described=True, placed=True, topic_sure=True, choices_of_topic=3, photos=1, contact_settled=True)


def test_everything_known_means_the_summary() -> None:
    assert next_question(READY) is Question.SUMMARY


@pytest.mark.parametrize(
    ("change", "question"),
    [
        ({"described": False, "placed": False, "photos": 0}, Question.DESCRIPTION),
        ({"placed": False, "topic_sure": False}, Question.PLACE),
        ({"topic_sure": False, "photos": 0}, Question.TOPIC),
        ({"photos": 0, "contact_settled": False}, Question.PHOTO),
        ({"contact_settled": False}, Question.CONTACT),
        ({"editing": "place"}, Question.PLACE),
        ({"report_type": "procedure"}, Question.CONTACT),
        ({"report_type": "business", "photos": 0}, Question.CONTACT),
    ],
)
def test_the_first_missing_thing_is_asked(change: dict[str, object], question: Question) -> None:
    assert next_question(replace(READY, **change)) is question  # type: ignore[arg-type]


def test_what_was_waived_or_asked_in_vain_is_left_alone() -> None:
    assert next_question(replace(READY, photos=0, waived=frozenset({"photo"}))) is Question.SUMMARY
    assert next_question(replace(READY, placed=False, asked={"place": 2})) is Question.SUMMARY
    assert next_question(replace(READY, described=False, asked={"description": 9})) is Question.DESCRIPTION


def test_suggestions_and_praise_need_no_photo_and_no_topic() -> None:
    for kind in ("suggestion", "praise"):
        view = replace(READY, kind=kind, photos=0, topic_sure=False, report_type="procedure")
        assert next_question(view) is Question.SUMMARY


def test_only_missing_contact_data_is_asked() -> None:
    view = replace(READY, report_type="procedure", contact=frozenset({"name", "phone"}))
    assert missing_contact(view) == ("address",)
    assert missing_contact(replace(view, report_type="business")) == ()
    assert missing_contact(replace(view, report_type="onsite")) == ()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912345678", "+84912345678"),
        ("O912345678", "+84912345678"),
        ("19006769", None),
        ("113", None),
        ("0212345", None),
        ("không có", None),
    ],
)
def test_phones_are_checked(typed: str, number: str | None) -> None:
    assert valid_phone(typed) == number


def test_a_phone_is_shown_in_part_only() -> None:
    assert masked_phone("+84912345123") == "09•• ••• 123"


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Nguyễn Văn A, 0912 345 678, thôn Đông, xã Yên Phong",
         Contact("Nguyễn Văn A", "+84912345678", "thôn Đông, xã Yên Phong")),
        ("tôi tên là Trần Thị B sđt 0987654321", Contact("Trần Thị B", "+84987654321")),
        ("số của em 0912345678", Contact(phone="+84912345678")),
        ("0212345678901", Contact(bad_phone=True)),
        ("địa chỉ: số 4 ngõ 12", Contact(address="số 4 ngõ 12")),
        ("", Contact()),
    ],
)  # fmt: skip
def test_contact_data_in_one_message(text: str, contact: Contact) -> None:
    assert parse_contact(text) == contact


def test_a_long_name_is_cut() -> None:
    assert len(parse_contact("Nguyễn " + "A" * 300).name or "") == 80


def test_a_question_is_no_answer() -> None:
    assert is_question("làm lại căn cước hết bao nhiêu")
    assert not is_question("Nguyễn Văn Bình")


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("à nhầm, ở ngõ 12 chứ không phải 21", Correction("ngõ 12", "21")),
        ("khong phai ngo 21 ma la ngo 12", Correction("ngo 12", "ngo 21")),
        ("nhầm rồi, phường Kinh Bắc", Correction("phường Kinh Bắc")),
        ("sai rồi, xã yên phong", Correction("xã yên phong")),
        ("đường hỏng quá không ai sửa", None),
        ("sai phạm xây dựng ở đầu làng", None),
    ],
)
def test_corrections_are_found(text: str, correction: Correction | None) -> None:
    assert find_correction(text) == correction


def test_a_correction_replaces_the_wrong_piece_only() -> None:
    assert corrected("ngõ 21 phố Huyền Quang", Correction("ngõ 12", "21")) == "ngõ 12 phố Huyền Quang"
    assert corrected("ngõ 21", Correction("ngo 12", "ngo 21")) == "ngõ 12"
    assert corrected(None, Correction("ngõ 12", "21")) == "ngõ 12"
    assert corrected("ngõ 5", Correction("ngõ 12", "21")) == "ngõ 12"


@pytest.mark.parametrize(
    "text", ["tôi muốn phản ánh", "cho em phản ánh với ạ", "muon gop y", "toi muon phan anh mot viec"]
)
def test_a_bare_start_says_nothing_yet(text: str) -> None:
    assert is_bare(text)
    assert opens_report(text)


@pytest.mark.parametrize("text", ["đường hỏng", "phản ánh của tôi", "mất điện", "phản ánh đường hỏng"])
def test_words_that_say_something_are_no_bare_start(text: str) -> None:
    assert not is_bare(text)
    assert opens_report(text) is None


def test_short_answers_are_read_without_the_model() -> None:
    assert is_none("không chụp được ạ")
    assert is_none("Bỏ qua")
    assert not is_none("không có điện ba hôm")
    assert is_send("gửi đi nhé")
    assert is_edit("sửa lại ạ")
    assert is_stop("thôi không gửi nữa")
    assert not is_stop("hủy hợp đồng điện")
