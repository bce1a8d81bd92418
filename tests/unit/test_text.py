"""Normal and matching forms of Vietnamese text, and their offsets into what was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import (
    compose,
    fold,
    fold_mapped,
    is_stripped,
    ln_key,
    normalize,
    squeeze,
    strip_marks,
    stripped_segments,
    words,
)

VIETNAMESE = st.text(
    alphabet="aăâeêioôơuưyđbcdghklmnpqrstvx àáảãạầấẩẫậừứửữựẾỀĐ.,!?0123\u0300\u0301\u0323\u200b\u200f😀"
)
ANY = st.one_of(st.text(), VIETNAMESE)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("hoà", "hòa"),
        ("Nhân Hoà", "Nhân Hòa"),
        ("thuỷ", "thủy"),
        ("Cảnh Thuỵ", "Cảnh Thụy"),
        ("khoẻ", "khỏe"),
        ("Đaị", "Đại"),
        ("qúy", "quý"),
        ("quý", "quý"),
        ("gìn", "gìn"),
        ("gì", "gì"),
        ("gíao", "giáo"),
        ("ngoaì", "ngoài"),
        ("khuỷu", "khuỷu"),
        ("thuở", "thuở"),
        ("cưả", "cửa"),
        ("huyền", "huyền"),
        ("NHÂN HOÀ", "NHÂN HÒA"),
        ("café", "café"),
        ("  hai \t dấu\ncách ", "hai dấu cách"),
        ("đư\u200bờng", "đường"),
        ("\u202eđường\u202c", "đường"),
        ("", ""),
    ],
)
def test_normal_form(typed: str, normal: str) -> None:
    assert normalize(typed) == normal
    assert normalize(unicodedata.normalize("NFD", typed)) == normal


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đường  Lý Thái Tổ ", "duong ly thai to"),
        ("HOÀ / hòa", "hoa / hoa"),
        ("𝐁𝐚̆́𝐜 𝐍𝐢𝐧𝐡", "bac ninh"),
        ("\ufeffVõ\u200d Cường", "vo cuong"),
        ("ｐｈườｎｇ", "phuong"),
        ("😀 rác", "😀 rac"),
    ],
)
def test_matching_form(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(unicodedata.normalize("NFD", typed)) == folded


def test_stripping_keeps_length_and_case() -> None:
    text = "Đường Nguyễn Trãi ngập đến gối, ƯU TIÊN sửa ạ!"
    assert strip_marks(text) == "Duong Nguyen Trai ngap den goi, UU TIEN sua a!"
    assert len(strip_marks(text)) == len(text)


def test_offsets_lead_back_into_a_decomposed_text() -> None:
    text = unicodedata.normalize("NFD", "Rác ở  Võ Cường\u200b quá")
    mapped = fold_mapped(text)
    at = mapped.text.index("vo cuong")
    start, end = mapped.span(at, at + len("vo cuong"))
    assert unicodedata.normalize("NFC", text[start:end]) == "Võ Cường"


def test_words_are_slices_of_the_original() -> None:
    text = "P.Vũ Ninh: rác 3 hôm"
    assert [(w.text, w.fold, text[w.start : w.end], w.capital) for w in words(text)] == [
        ("p", "p", "P", True),
        ("vũ", "vu", "Vũ", True),
        ("ninh", "ninh", "Ninh", True),
        ("rác", "rac", "rác", False),
        ("3", "3", "3", False),
        ("hôm", "hom", "hôm", False),
    ]


@pytest.mark.parametrize(
    ("typed", "let_go"),
    [
        ("quáááá", "quá"),
        ("quáaaa", "quá"),
        ("ngậpppp", "ngập"),
        ("Hayyyy", "Hay"),
        ("koooo", "ko"),
        ("xoong", "xoong"),
        ("0000", "0000"),
        ("!!!!", "!!!!"),
    ],
)
def test_held_letters_are_let_go(typed: str, let_go: str) -> None:
    assert squeeze(typed) == let_go


def test_l_and_n_are_one_letter_in_the_variant_alone() -> None:
    assert ln_key("Nạng Giang") == ln_key("Lạng Giang")
    assert ln_key("ngõ nhỏ") == "ngo nho"
    assert fold("Nạng Giang") != fold("Lạng Giang")


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("duong ngap nuoc k di duoc", True),
        ("đường ngập nước không đi được", False),
        ("cho em xem tin đi, em cần gấp", False),
        ("DUONG NGAP NUOC", True),
        ("rac ở vu ninh khong ai don mấy hom nay roi cac ban oi", True),
        ("123 !!!", False),
        ("", False),
    ],
)
def test_whether_a_message_is_written_without_marks(text: str, stripped: bool) -> None:
    assert is_stripped(text) is stripped


def test_mixed_text_is_cut_where_the_writing_changes() -> None:
    text = "Đường ngập nuoc qua khong di duoc dau, sửa giúp em với"
    assert [(text[a:b], stripped) for a, b, stripped in stripped_segments(text)] == [
        ("Đường ngập", False),
        ("nuoc qua khong di duoc dau", True),
        ("sửa giúp em với", False),
    ]


@given(ANY)
def test_no_string_breaks_the_forms_and_every_offset_is_inside(text: str) -> None:
    normalize(text)
    squeeze(text)
    ln_key(text)
    is_stripped(text)
    strip_marks(text)
    for mapped in (compose(text), fold_mapped(text)):
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(mapped.starts, mapped.ends, strict=True))
    assert fold_mapped(text).text == fold(text)


@given(ANY)
def test_words_and_segments_stay_in_order(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        last = word.end
    last = 0
    for start, end, _ in stripped_segments(text):
        assert last <= start < end <= len(text)
        last = end


@given(VIETNAMESE)
def test_both_unicode_forms_fold_and_normalize_alike(text: str) -> None:
    nfc, nfd = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert fold(nfc) == fold(nfd)
    assert normalize(nfc) == normalize(nfd)


@given(ANY)
def test_the_forms_are_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
