"""Codes, dates, telephone numbers and the like are found whole, and private ones are masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import find_patterns, mask_private


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("hồ sơ H05.12.34-250701-0012 của tôi", "dossier", "H05.12.34-250701-0012"),
        ("thủ tục 1.001193 cần gì", "procedure", "1.001193"),
        ("mã 4827 3915 6047 đến đâu", "tracking", "4827 3915 6047"),
        ("mã 482739156047", "tracking", "482739156047"),
        ("mã 4827-3915-6047", "tracking", "4827-3915-6047"),
        ("lúc 8h30 sáng", "time", "8h30"),
        ("hẹn 14:05", "time", "14:05"),
        ("khoảng 8 giờ 15", "time", "8 giờ 15"),
        ("lúc 22h đêm", "time", "22h"),
        ("ngày 12/3/2026", "date", "ngày 12/3/2026"),
        ("từ 01-02-2026", "date", "01-02-2026"),
        ("ngày 5 tháng 3 năm 2026", "date", "ngày 5 tháng 3 năm 2026"),
        ("hôm 20/11 vừa rồi", "date", "20/11"),
        ("gọi 0912345678 nhé", "phone", "0912345678"),
        ("gọi 0912.345.678", "phone", "0912.345.678"),
        ("gọi +84 912 345 678", "phone", "+84 912 345 678"),
        ("gọi o912345678", "phone", "o912345678"),
        ("gọi 0222 3822 123", "phone", "0222 3822 123"),
        ("tổng đài 1900 1234", "hotline", "1900 1234"),
        ("xe 99A-123.45 đỗ sai", "plate", "99A-123.45"),
        ("xe 98B1-12345 đỗ sai", "plate", "98B1-12345"),
        ("nhà 12/3/4 bị ngập", "house", "12/3/4"),
        ("số 12 ngõ 5 phố Vũ", "house", "số 12 ngõ 5"),
        ("thu 50k một xe", "money", "50k"),
        ("nộp 2 triệu", "money", "2 triệu"),
        ("nộp 1.500.000đ", "money", "1.500.000đ"),
        ("cccd 027099001234", "identity", "027099001234"),
        ("CMND 125123456", "identity", "CMND 125123456"),
        ("thư về lan.nguyen@example.com", "email", "lan.nguyen@example.com"),
        ("xem https://example.com/a?b=1 đi", "url", "https://example.com/a?b=1"),
    ],
)
def test_found_whole(text: str, kind: str, value: str) -> None:
    found = find_patterns(text)
    assert [(p.kind, p.value) for p in found] == [(kind, value)]
    assert text[found[0].start : found[0].end] == value


@pytest.mark.parametrize("text", ["đường ngập ba hôm", "có 5 kg rác", "lớp 10A3", "số liệu sai", ""])
def test_ordinary_text_holds_none(text: str) -> None:
    assert find_patterns(text) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gọi 0912345123 nhé", "gọi 09•• ••• 123 nhé"),
        ("gọi +84 912 345 123", "gọi 09•• ••• 123"),
        ("gọi o912.345.123", "gọi 09•• ••• 123"),
        ("máy bàn 0222 3822 123", "máy bàn 02•• ••• 123"),
        ("cccd 027099001234", "cccd •••••••••234"),
        ("CMND số 125123456", "CMND số ••••••456"),
        ("thư lan@example.com nhé", "thư •••@••• nhé"),
        ("mã 4827 3915 6047, 50k, 8h30", "mã 4827 3915 6047, 50k, 8h30"),
        ("đường ngập", "đường ngập"),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert mask_private(text) == masked


@given(st.one_of(st.text(), st.text(alphabet="0123456789+()-./ okđhaA@ngàyố", max_size=200)))
def test_any_string_is_searched_and_masked_in_order(text: str) -> None:
    last = 0
    for pattern in find_patterns(text):
        assert last <= pattern.start < pattern.end <= len(text)
        assert text[pattern.start : pattern.end] == pattern.value
        last = pattern.end
    mask_private(text)


@given(st.integers(0, 99_999_999), st.sampled_from(["03", "05", "07", "08", "09"]), st.sampled_from(["", " ", "."]))
def test_no_mobile_number_survives_masking(rest: int, head: str, gap: str) -> None:
    digits = f"{head}{rest:08d}"
    typed = gap.join((digits[:4], digits[4:7], digits[7:]))
    masked = mask_private(f"gọi {typed} nhé")
    assert typed not in masked
    assert digits[2:7] not in masked.replace(" ", "").replace(".", "")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("số 0912 345 678", "345"),
        ("gọi 0912.345.678 nhé", "345"),
        ("+84 912 345 678", "345 6"),
        ("máy bàn (0222) 3 822 345", "822"),
        ("cccd 027 099 001 234", "099"),
        ("CCCD: 0270 9900 1234", "9900"),
        ("số căn cước 0270-9900-1234", "9900"),
        ("nguyenvana @ gmail . com", "nguyenvana"),
        ("nguyenvana(at)gmail.com", "nguyenvana"),
        ("stk 19034567891011 ngân hàng", "345678"),
        ("số tài khoản 111 222 333 444", "222"),
        ("chuyển vào thẻ 9704 1234 5678 9012", "1234 5678"),
        ("thẻ DN4270912345678", "709123"),
        ("số bhxh 2712345678", "123456"),
        ("hộ chiếu B1234567", "B1234"),
    ],
)
def test_private_numbers_in_every_usual_spelling_are_masked(text: str, secret: str) -> None:
    assert secret not in mask_private(text)
    assert "•" in mask_private(text)


@pytest.mark.parametrize(
    "text",
    [
        "số nhà 12 ngõ 5",
        "số 45/2 đường Trần Phú",
        "năm 2025, tháng 11, ngày 12/11/2025 lúc 8h30",
        "mất 1.500.000 đồng, sau đó 500k, tổng 2300 tỷ",
        "mã 4827 3915 6047",
        "mã hồ sơ H05.12-241124-0012",
        "biển số 99A-123.45",
        "thửa 123 tờ bản đồ 45",
        "đường dây nóng 1900 1234",
        "tk này của ai lập năm 2024",
    ],
)
def test_other_numbers_stay_readable(text: str) -> None:
    assert mask_private(text) == text


def test_a_plate_after_its_word_is_a_plate() -> None:
    assert [p.kind for p in find_patterns("xe biển số 99A-123.45 chạy ẩu")] == ["plate"]
