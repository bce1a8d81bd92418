import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.segment import clauses, segment

TITLES = Path(__file__).with_name("titles.txt")
VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
ODDITIES = "😀👩‍👩‍👧🏽\u200b\u200e\u200f\u202e\u0301\u0323\u00a0\u2003\r\n\t\x00\x1c_.,;:!?/\\-'\"()<>*`&%$#@|~^"


def assert_faithful(text: str) -> None:
    spans = segment(text)
    end = 0
    for span in spans:
        assert text[span.start : span.end] == span.text
        assert span.start >= end
        assert span.text.strip()
        end = span.end
    covered = {at for span in spans for at in range(span.start, span.end)}
    missed = [char for at, char in enumerate(text) if at not in covered and not char.isspace()]
    assert all(unicodedata.combining(char) for char in missed), missed


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_cut_into_its_own_slices(text: str) -> None:
    assert_faithful(text)


@settings(max_examples=400, deadline=None)
@given(
    st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + "bcghklmnpqrstvx  " + ODDITIES + "0123456789", max_size=300)
)
def test_vietnamese_in_any_form_is_cut_into_its_own_slices(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert_faithful(unicodedata.normalize(form, text))


@pytest.mark.parametrize(
    "text",
    [
        "hoà bình, thuỷ lợi, Đaị hội",
        "chuyện gì vậy?😀😀",
        "\u202eđường\u202c ngập \ufeffnước",
        "Đường  trước\n\ncổng\ttrường ngập",
        "\ud800 đường ngập",
        "",
        "   \n",
    ],
)
def test_what_segmenters_rewrite_or_drop(text: str) -> None:
    assert_faithful(text)


def test_accented_text_is_cut_into_words() -> None:
    assert [span.text for span in segment("Thủ tục hành chính ở địa phương")] == [
        "Thủ tục",
        "hành chính",
        "ở",
        "địa phương",
    ]


def test_stripped_text_is_cut_into_syllables() -> None:
    found = [span.text for span in segment("thu tuc hanh chinh tai phuong")]
    assert found == ["thu", "tuc", "hanh", "chinh", "tai", "phuong"]


def test_each_clause_is_cut_in_its_own_way() -> None:
    found = [span.text for span in segment("Thủ tục hành chính. thu tuc hanh chinh")]
    assert found == ["Thủ tục", "hành chính", ".", "thu", "tuc", "hanh", "chinh"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("hồ sơ H05.12.34-250701-0012 của tôi", "H05.12.34-250701-0012"),
        ("hẹn lúc 8h30 sáng", "8h30"),
        ("nộp ngày 12/03/2026 rồi", "12/03/2026"),
        ("gọi cho tôi theo 0912 345 678 nhé", "0912 345 678"),
        ("mã phản ánh 4827 3915 6047 đến đâu rồi", "4827 3915 6047"),
        ("xe biển 99A-123.45 đỗ bừa", "99A-123.45"),
    ],
)
def test_patterns_stay_whole(text: str, whole: str) -> None:
    assert any(whole in span.text for span in segment(text) if span.kind)


def test_real_titles_that_segmenters_rewrite() -> None:
    titles = TITLES.read_text(encoding="utf-8").splitlines()
    assert len(titles) >= 150
    for title in titles:
        assert_faithful(title)
        assert_faithful(unicodedata.normalize("NFD", title))


@pytest.mark.parametrize(
    "unit", ["a", "a.", "à ", "đường ngập ", "😀", "1.", "0912 ", "đ'", "à,", "a@", "à(((", "+84"]
)
def test_the_longest_message_is_cut_without_a_blow_up(unit: str) -> None:
    text = (unit * 4096)[:4096]
    started = time.process_time()
    assert_faithful(text)
    assert time.process_time() - started < 5  # a guard against quadratic behaviour, not a speed test


def test_clauses_keep_patterns_and_words() -> None:
    assert clauses("Chào em. Hẹn 20.08.2026!\nCháy rồi") == ["Chào em.", "Hẹn 20.08.2026!", "Cháy rồi"]
