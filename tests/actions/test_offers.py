"""What is asked before the form goes on (a crime, two matters) and after it (photos); edits, the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.actions.conftest import decision
from tracker.db.models import CaseEvent, Complaint, Draft, OpenQuestion
from tracker.db.models import Citizen as Person
from tracker.delivery.inbox import Incoming
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.intake import understanding
from tracker.services.intake.asking import without_commune
from tracker.services.intake.offers import says_crime

POTHOLES = "duong truoc cong truong tieu hoc Vu Ninh toan o ga, mua la ngap k di noi"
THEFT = "đêm qua nhà tôi bị trộm vào lấy mất xe máy, ở phường Vũ Ninh"
TWO = "Đèn đường phường Vũ Ninh tắt cả tháng nay. Ngoài ra rác chất đống ở chợ không ai thu gom"
PHOTO = {"kind": "photo", "ref": "file-1", "size": 1000}
SURE = {"class": "denunciation", "score": 0.95, "sure": True}


@pytest.fixture
def lights_and_rubbish(monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that knows two topics by a word each."""

    def decide(_session: Any, text: str, *_: Any, **__: Any) -> Any:
        topic, agency = ("DT01", "SXD") if "đèn" in text.lower() else ("MT01", "UBNDX")
        return decision(topic, agency=agency)

    monkeypatch.setattr(understanding, "decide", decide)


@pytest.mark.parametrize(
    ("text", "crime"),
    [
        ("tôi muốn tố giác nhóm cho vay nặng lãi", True),
        ("toi muon trinh bao mat trom xe may", True),
        ("tôi tố giác cán bộ thuế nhận hối lộ", False),
        ("tố giác chủ tịch xã ăn chặn", False),
        ("đèn đường hỏng", False),
    ],
)
def test_words_of_a_crime_and_not_of_an_officials_wrong(text: str, crime: bool) -> None:
    assert says_crime(text) is crime


def test_a_crime_is_recorded_only_if_wished_and_goes_to_the_commune_police(
    citizen: Any, routed: dict[str, Any]
) -> None:
    routed["decision"] = replace(routed["decision"], topic="AN01", agency="CAX")
    citizen.says(THEFT)
    assert citizen.last[0].text.startswith("Nếu việc đang xảy ra hoặc có người bị đe dọa, xin gọi ngay 113")
    assert citizen.payloads == ["crime:yes", "crime:no"]
    citizen.says("vâng", "affirm")
    assert citizen.payloads == ["request:contact", "skip:contact"], "no photo is asked for"
    citizen.presses("skip:contact")
    citizen.presses("send")
    (case,) = citizen.cases()
    assert (case.kind, case.agency.code, case.state, case.kept_private) == ("crime", "CAX", "assigned", True)
    assert case.agency.name == "Công an phường Vũ Ninh"
    given = Given(text="Không phải việc của chúng tôi", reason_code="out_of_scope")
    with citizen.database.unit_of_work() as session, pytest.raises(ForbiddenError):
        act(session, case.id, Action.REFUSE, Actor(Role.DESK, None), given, citizen.clock())


def test_a_crime_not_wished_leaves_nothing(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], topic="AN01", agency="CAX")
    citizen.says(THEFT)
    citizen.presses("crime:no")
    assert "không ghi lại gì" in citizen.text
    assert citizen.draft() is None


def test_who_was_just_told_to_call_is_not_asked_again(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], topic="AN01", agency="CAX")
    citizen.says(THEFT, "emergency", gate={"class": "emergency", "score": 1, "sure": True})
    citizen.presses("intent:complaint")
    draft = citizen.draft()
    assert draft is not None
    assert draft.kind == "crime"
    assert "crime:yes" not in citizen.payloads


def test_words_of_a_crime_do_not_go_to_the_sealed_tray(citizen: Any) -> None:
    citizen.says("tôi muốn tố giác nhóm cho vay nặng lãi ở phường Vũ Ninh", "denunciation", gate=SURE)
    assert citizen.payloads == ["crime:yes", "crime:no"]


def test_two_matters_are_asked_about_and_become_two_linked_cases(citizen: Any, lights_and_rubbish: None) -> None:
    citizen.says(TWO)
    assert citizen.payloads == ["split:yes", "split:no"]
    citizen.presses("split:yes")
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "chất đống" not in citizen.text
    citizen.presses("send")
    assert citizen.payloads[-1] == "skip:photo", "the second matter goes on at once"
    citizen.presses("skip:photo")
    assert "chất đống" in citizen.text
    assert "Phường Vũ Ninh" in citizen.text
    citizen.presses("send")
    first, second = citizen.cases()
    assert (first.topic.code, second.topic.code) == ("DT01", "MT01")
    assert second.linked_to_id == first.id


def test_one_report_of_two_matters_stays_whole(citizen: Any, lights_and_rubbish: None) -> None:
    citizen.says(TWO)
    citizen.says("không", "deny")
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == TWO
    assert citizen.payloads == ["skip:photo"]


def test_stopping_stops_both_matters(citizen: Any, lights_and_rubbish: None) -> None:
    citizen.says(TWO)
    citizen.presses("split:yes")
    citizen.says("/huy")
    with citizen.database.read() as session:
        assert set(session.scalars(select(Draft.state))) == {"cancelled"}


@pytest.mark.parametrize(("answer", "given"), [("yes", True), ("no", False)])
def test_showing_photos_is_asked_after_filing_and_kept_with_text_and_time(
    citizen: Any, answer: str, given: bool
) -> None:
    citizen.says(POTHOLES)
    citizen.sends("media", files=[PHOTO])
    citizen.presses("skip:contact")
    citizen.presses("send")
    (case,) = citizen.cases()
    assert case.photo_consent is None
    citizen.presses(f"photos:{case.id}:{answer}")
    assert citizen.cases()[0].photo_consent is given
    with citizen.database.read() as session:
        said = session.scalars(select(Person)).one().consent["photos"]
        event = session.scalars(select(CaseEvent).where(CaseEvent.action == "photo_consent")).one()
    assert said["given"] is given
    assert said["text_version"] == event.data["text_version"]
    citizen.says("/rut")
    assert citizen.cases()[0].photo_consent is False


def test_a_strangers_press_consents_to_nothing(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.sends("media", files=[PHOTO])
    citizen.presses("skip:contact")
    citizen.presses("send")
    (case,) = citizen.cases()
    stranger = type(citizen)(citizen.database, citizen.clock, address="cookie-2")
    stranger.presses(f"photos:{case.id}:yes")
    assert citizen.cases()[0].photo_consent is None


def test_a_forwarded_message_is_kept_as_a_source(citizen: Any) -> None:
    citizen.says("Bà con chú ý, nước máy đục ngầu ở phường Vũ Ninh", "out_of_scope", data={"forwarded": "channel"})
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    citizen.presses("send")
    assert "forwarded" in citizen.cases()[0].decision["flags"]


def test_an_edit_replaces_the_words_it_edits(citizen: Any) -> None:
    citizen.says("đường hỏng ở phường Vũ Ninh, ngõ 5", data={"message_id": "7"})
    citizen.turn(
        Incoming("web", "edit-1", citizen.address, "edited", "đường hỏng ở xã Yên Phong, ngõ 6", {"message_id": "7"})
    )
    assert "Đã thay theo tin" in citizen.text
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == "đường hỏng ở xã Yên Phong, ngõ 6"
    citizen.presses("skip:photo")
    citizen.presses("skip:contact")
    assert "Xã Yên Phong" in citizen.text


def test_words_after_asking_for_a_person_reach_the_desk(citizen: Any) -> None:
    citizen.presses("human")
    citizen.says("sổ đỏ của mẹ tôi đứng tên hai người thì sang tên thế nào", "procedure_question")
    assert "chuyển lời" in citizen.text
    with citizen.database.read() as session:
        assert session.scalars(select(OpenQuestion.text)).one().startswith("sổ đỏ của mẹ tôi")
    citizen.presses("intent:complaint")
    draft = citizen.draft()
    assert draft is not None
    assert draft.description is not None


def test_words_long_after_asking_for_a_person_are_ordinary_again(citizen: Any) -> None:
    citizen.presses("human")
    citizen.clock.moment += timedelta(hours=1)
    citizen.says(POTHOLES)
    assert citizen.draft() is not None


def test_a_status_question_before_sending_says_that_nothing_was_sent(citizen: Any) -> None:
    citizen.says(POTHOLES)
    citizen.says("bao giờ xong", "status_lookup")
    assert "chưa gửi đi" in citizen.text
    assert citizen.payloads[-1] == "skip:photo"


def test_an_album_with_its_caption_is_one_turn(citizen: Any) -> None:
    album = {"files": [PHOTO], "media": True, "media_group_id": "a"}
    with citizen.database.unit_of_work() as session:
        from tracker.delivery import inbox  # noqa: PLC0415

        first = Incoming("web", "al-1", citizen.address, "media", POTHOLES, album)
        inbox.receive(session, first, citizen.clock())
    citizen.turn(Incoming("web", "al-2", citizen.address, "media", None, album), "complaint", 0.9)
    assert len(citizen.turn_of.item_ids) == 2
    assert citizen.payloads == ["request:contact", "skip:contact"]
    draft = citizen.draft()
    assert draft is not None
    assert draft.description == POTHOLES


@pytest.mark.parametrize(
    ("words", "commune", "left"),
    [
        ("thôn Đông xã Tam Giang", "Xã Tam Giang", "thôn Đông"),
        ("ở ngõ 5, phường Suối Hoa", "Phường Suối Hoa, nay là phường Kinh Bắc", "ngõ 5"),
        ("xã Yên Phong", "Xã Yên Phong", ""),
        ("số 4 phố Chờ", "Xã Yên Phong", "số 4 phố Chờ"),
    ],
)
def test_a_place_is_not_named_twice(words: str, commune: str, left: str) -> None:
    assert without_commune(words, commune) == left


def test_a_name_can_be_hidden_from_the_summary(citizen: Any, routed: dict[str, Any]) -> None:
    routed["decision"] = replace(routed["decision"], topic="HC01", agency="VPUBND")
    citizen.says("hồ sơ đất của tôi quá hạn hai tháng chưa trả, ở phường Vũ Ninh")
    citizen.presses("skip:photo")
    citizen.says("Nguyễn Văn Bình, 0912 345 678, số 3 phố Huyền Quang")
    assert "số 3 phố Huyền Quang" in citizen.text
    assert citizen.payloads[-1] == "anon:yes"
    citizen.presses("anon:yes")
    assert "ẩn khi công khai" in citizen.text
    assert citizen.payloads[-1] == "anon:no"
    citizen.presses("send")
    case: Complaint = citizen.cases()[0]
    assert case.anonymous is True


def test_the_third_thing_not_understood_is_answered_otherwise(citizen: Any) -> None:
    for words in ("abc xyz gì đó", "lại xyz abc", "xyz nữa này"):
        citizen.says(words, "nlu_fallback", 0.2, ranking=[("office_info", 0.3)])
    assert "vẫn chưa hiểu" in citizen.text
    assert "human" in citizen.payloads
    citizen.clock.moment += timedelta(hours=1)
    citizen.says("abc xyz", "nlu_fallback", 0.2, ranking=[("office_info", 0.3)])
    assert "vẫn chưa hiểu" not in citizen.text
