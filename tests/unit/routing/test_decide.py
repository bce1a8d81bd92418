"""Where reports go and why: roads, zones, schools, bodies reported about, empty and strange messages."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import InvalidInputError
from tracker.routing.data import RoutingData
from tracker.routing.decide import decide
from tracker.routing.grams import understood_words
from tracker.routing.lines import Router
from tracker.routing.signs import Message


@pytest.mark.parametrize(
    ("text", "topic", "agency"),
    [
        ("Rác chất đống đầu ngõ bốn ngày chưa ai thu gom", "MT01", "UBNDX"),
        ("rac chat dong dau ngo bon ngay chua ai thu gom", "MT01", "UBNDX"),
        ("Đường trước nhà nhiều ổ gà, đi xóc quá", "HT01", "UBNDX"),
        ("Quốc lộ 18 nhiều ổ gà, đi xóc quá", "HT01", "SXD"),
        ("ql18 nhieu o ga di xoc qua", "HT01", "SXD"),
        ("đường tỉnh 295 nhiều ổ gà", "HT01", "SXD"),
        ("ĐT 287 ổ gà chi chít", "HT01", "SXD"),
        ("Rác đổ đầy trong KCN Quang Châu không ai thu gom", "MT01", "BQLKCN"),
        ("Rác đổ đầy gần cổng KCN Quang Châu không ai thu gom", "MT01", "UBNDX"),
        ("Trường mầm non lạm thu, bắt đóng quỹ lớp", "GD01", "UBNDX"),
        ("Trường THPT lạm thu, bắt đóng quỹ lớp", "GD01", "SGDDT"),
        ("Hàng xóm hát karaoke loa kéo quá 22h", "MT05", "CAX"),
        ("công an xã thái độ hách dịch khi làm căn cước", "AN05", "CAT"),
        ("xã hẹn làm căn cước công dân mãi chưa được", "AN05", "CAX"),
        ("cán bộ xã hách dịch, quát dân, đòi thêm giấy tờ", "HC02", "VPUBND"),
        ("công ty nợ lương công nhân ba tháng", "LD01", "SNV"),
    ],
)
def test_reports_reach_the_body_in_charge(data: RoutingData, text: str, topic: str, agency: str) -> None:
    decision = decide(text, data)
    assert (decision.topic, decision.agency) == (topic, agency)


@pytest.mark.parametrize(
    ("text", "topic", "agency"),
    [
        ("CSGT bao che cho xe quá tải chạy qua chốt", "HT07", "VPUBND"),
        ("công an xã làm ngơ cho xe quá tải chạy", "HT07", "CAT"),
        ("cán bộ thuế hách dịch khi xuống quán", "TM02", "VPUBND"),
        ("nhan vien bhxh quat mang nguoi gia", "AS03", "VPUBND"),
        ("nhân viên điện lực vòi tiền mới đóng điện", "DN02", "SCT"),
        ("gọi điện lực mãi không thấy tới đóng điện", "DN01", "PCBN"),
        ("thợ nước gợi ý bồi dưỡng mới nối ống", "DN04", "SXD"),
        ("cán bộ trung tâm phục vụ hành chính công tỉnh cáu gắt", "HC02", "SNV"),
        ("làm giấy ở công an phường hẹn mãi không trả", "HC01", "CAT"),
    ],
)
def test_a_report_about_a_body_goes_one_level_up(data: RoutingData, text: str, topic: str, agency: str) -> None:
    assert decide(text, data, topic=topic).agency == agency


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("công ty ở KCN Quế Võ nợ lương", True),
        ("cong ty trong khu cong nghiep que vo no luong", True),
        ("công nhân trong KCN Quế Võ", True),
        ("công nhân KCN Quế Võ ở trọ ngoài thôn", False),
        ("rác trước cổng khu công nghiệp", False),
    ],
)
def test_what_lies_inside_a_zone(data: RoutingData, text: str, inside: bool) -> None:
    assert ("zone" in data.signs.places(Message(text, understood_words(text)))) is inside


@pytest.mark.parametrize(
    ("text", "topic", "agency"),
    [
        ("Quốc lộ 18 hỏng quá", "HT01", "SXD"),
        ("Chỗ này hỏng quá", "HT01", "UBNDX"),
        ("con tôi học lớp 4B phải nộp nhiều tiền", "GD01", "UBNDX"),
        ("con tôi học lớp 11A2 phải nộp nhiều tiền", "GD01", "SGDDT"),
        ("", "MT05", "CAX"),
    ],
)
def test_a_topic_chosen_by_a_person_still_passes_the_rules(
    data: RoutingData, text: str, topic: str, agency: str
) -> None:
    decision = decide(text, data, topic=topic)
    assert (decision.topic, decision.agency, decision.certain) == (topic, agency, True)


@pytest.mark.parametrize(
    ("text", "road"),
    [
        ("đường làng ra quốc lộ 18 lầy lội", "local"),
        ("quốc lộ 18 lầy lội", "major"),
        ("đường 295B đoạn qua chợ", "major"),
        ("tỉnh lộ 398 sụt", "major"),
        ("nhà số 18 đường này", None),
        ("ngõ gần đường cao tốc", None),
    ],
)
def test_a_road_beside_is_not_the_road_meant(data: RoutingData, text: str, road: str | None) -> None:
    assert data.signs.road(Message(text, understood_words(text))) == road


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cháu học lớp 3A2 bị bạn đánh", "kindergarten_to_9"),
        ("chau hoc khoi 9 truong lang", "kindergarten_to_9"),
        ("con em lớp 10A1", "upper_school"),
        ("lớp 60 cháu quá đông", None),
        ("lop 40 em qua dong", None),
        ("trường THPT bắt đóng quỹ lớp 2 triệu", "upper_school"),
        ("quỹ lớp 2 triệu", None),
        ("bé 4 tuổi bị cô phạt", "kindergarten_to_9"),
        ("chau 16 tuoi bi ban danh o truong", "upper_school"),
        ("ông 70 tuổi", None),
    ],
)
def test_the_school_year_tells_the_level(data: RoutingData, text: str, kind: str | None) -> None:
    found = data.signs.places(Message(text, understood_words(text)))
    assert found & {"kindergarten_to_9", "upper_school"} == ({kind} if kind else set())


def test_the_reason_names_the_words_and_the_body(data: RoutingData) -> None:
    decision = decide("Rác chất đống đầu ngõ bốn ngày nay", data)
    assert "rác" in decision.words
    assert "vì: " + ", ".join(decision.words) in decision.reason
    assert "UBND xã/phường" in decision.reason
    assert decision.decided_by == "classifier"
    assert decision.certain


def test_a_rule_is_named(data: RoutingData) -> None:
    decision = decide("Quốc lộ 18 nhiều ổ gà, mặt đường hỏng", data)
    assert decision.decided_by == "rule:duong-lon"
    assert "duong-lon" in decision.reason


def test_a_denunciation_is_handed_over_and_never_urgent(data: RoutingData) -> None:
    decision = decide("Tôi tố cáo cán bộ nhận hối lộ, tham nhũng, chạy chức", data)
    assert (decision.topic, decision.decided_by, decision.agency) == ("CT01", "gate", "TTT")
    assert decision.urgency == "normal"


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\u200b", "。。。"])
def test_nothing_to_read_goes_to_triage(data: RoutingData, text: str) -> None:
    decision = decide(text, data)
    assert (decision.topic, decision.agency, decision.decided_by) == ("KH02", "VPUBND", "triage")
    assert not decision.certain
    assert len(decision.alternatives) == 3


def test_an_unsure_report_keeps_its_best_guess_and_asks_for_a_person(data: RoutingData) -> None:
    decision = decide("chuyện kia hôm nọ sao rồi", data)
    assert decision.decided_by == "triage"
    assert not decision.certain
    assert decision.agency in data.agencies


def test_the_place_given_counts_before_the_one_named(data: RoutingData) -> None:
    assert decide("Rác ở phường Kinh Bắc", data).commune_code == "09187"
    assert decide("Rác ở phường Kinh Bắc", data, commune_code="09313").commune_code == "09313"


def test_a_point_helps_only_when_the_text_names_no_place(data: RoutingData) -> None:
    near_chi_lang: dict[str, float] = {"lat": 21.1042, "lon": 106.121}
    assert decide("Rác đầy ngõ", data, **near_chi_lang).commune_code == "09313"
    assert decide("Rác ở phường Kinh Bắc", data, **near_chi_lang).commune_code == "09187"
    assert decide("Rác đầy ngõ", data, lat=10.8, lon=106.6).commune_code is None


def test_a_decision_becomes_plain_json(data: RoutingData) -> None:
    content = json.loads(json.dumps(decide("mất điện cả xóm từ sáng", data).to_json()))
    assert content["topic"] == "DN01"
    assert content["version"] == "small"
    assert set(content["alternatives"][0]) == {"topic", "agency", "confidence"}


def test_the_line_has_the_pinned_shape(data: RoutingData) -> None:
    answer = Router(data).line({"text": "mất điện cả xóm từ sáng", "place": "xã Chi Lăng"})
    assert list(answer) == [
        "topic", "topic_confidence", "agency", "commune_code", "urgency", "alternatives", "decided_by", "reason",
    ]  # fmt: skip
    assert answer["commune_code"] == "09313"
    others = [other["topic"] for other in answer["alternatives"]]
    assert len(others) == 3
    assert answer["topic"] not in others


@pytest.mark.parametrize("wrong", [{"lat": "21"}, {"lat": 200.0}, {"lon": True}, {"place": 7}])
def test_a_wrong_field_is_refused_with_its_name(data: RoutingData, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=next(iter(wrong))):
        Router(data).line({"text": "rác", **wrong})


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_whole_answer(text: str) -> None:
    data = _whole_answer_data()
    answer = Router(data).line({"text": text})
    assert answer["agency"] in data.agencies
    assert len(answer["alternatives"]) == 3


_HELD: list[RoutingData] = []


@pytest.fixture(autouse=True)
def _hold(data: RoutingData) -> None:
    _HELD[:] = [data]


def _whole_answer_data() -> RoutingData:
    return _HELD[0]
