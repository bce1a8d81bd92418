"""Short forms and Telex left-overs are read in context, and ordinary words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text_variants import expand, expansions, telex_decode, telex_meaning


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ko bt j", "không biết gì"),
        ("k ai sửa", "không ai sửa"),
        ("nộp hs hết bn tiền", "nộp hồ sơ hết bao nhiêu tiền"),
        ("hs trường này", "học sinh trường này"),
        ("ntn mới dc cấp", "như thế nào mới được cấp"),
        ("ca xã không nhận", "công an xã không nhận"),
        ("làm cccd ở đâu", "làm căn cước công dân ở đâu"),
        ("giấy kt cho ông", "giấy khai tử cho ông"),
        ("ở tt Lim", "ở thị trấn Lim"),
        ("đk kết hôn online", "đăng ký kết hôn online"),
        ("ubnd xã", "ủy ban nhân dân xã"),
        ("tiền nhà trọ vs điện", "tiền nhà trọ với điện"),
    ],
)
def test_expanded_in_context(typed: str, meant: str) -> None:
    assert expand(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "thu 50k một xe",
        "mua 5 kg gạo",
        "cả nhà đi ca nô",
        "cap mang roi xuong duong",
        "làm ca đêm ở xưởng",
        "cấp sổ đỏ cho dân",
        "khai sinh cho con",
        "so do bao gio co",
        "ph nhà em",
        "tình hình kt khó khăn",
        "tt không rõ",
        "test bus of the box",
        "gas tax max mix",
        "mã H05.12.34-250701-0012",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert expand(text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("duwowngf", "đường"),
        ("dduwowngf", "đường"),
        ("dduowngf", "đường"),
        ("duongwf", "đường"),
        ("thuyeenf", "thuyền"),
        ("nguwowif", "người"),
        ("nuwowcs", "nước"),
        ("truwowngf", "trường"),
        ("dduwocj", "được"),
        ("khoong", "không"),
        ("ngaapj", "ngập"),
        ("phuwowngf", "phường"),
        ("hojc", "học"),
        ("truong", None),
        ("kho", None),
        ("wifi", None),
        ("xyz", None),
        ("", None),
        ("đường", None),
    ],
)
def test_telex(typed: str, meant: str | None) -> None:
    assert telex_decode(typed) == meant


def test_weak_telex_is_read_beside_clear_telex_only() -> None:
    assert expand("duwowngf ngaapj quas") == "đường ngập quá"
    assert expand("mua gas o day") == "mua gas o day"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dduwowngf", "đường"),
        ("nhaf", "nhà"),
        ("tooi", "tôi"),
        ("nuowcs", "nước"),
        ("hay", None),
        ("duong", None),
        ("bar", None),
        ("taxi", None),
        ("ko", None),
        ("đường", None),
    ],
)
def test_a_word_that_can_only_be_telex_is_read_alone(typed: str, meant: str | None) -> None:
    assert telex_meaning(typed) == meant


def test_offsets_are_of_the_original() -> None:
    text = "em  KO biết, cccd hết hạn"
    assert [(text[e.start : e.end], e.meaning) for e in expansions(text)] == [
        ("KO", "không"),
        ("cccd", "căn cước công dân"),
    ]


@given(st.one_of(st.text(), st.text(alphabet="adeouwsfrxjngthk ", max_size=120)))
def test_any_string_is_expanded_without_error(text: str) -> None:
    last = 0
    for item in expansions(text):
        assert last <= item.start < item.end <= len(text)
        assert item.meaning
        last = item.end
    expand(text)
