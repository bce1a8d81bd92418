"""Every official name in every usual spelling gives its commune, or all the communes that bear the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest

from bot.places import find_place
from bot.places.loading import file_records
from bot.text import strip_marks

SHORT_TYPES = {
    "Thị trấn ": ("TT ", "tt. ", "TT."),
    "Phường ": ("P. ", "p.", "P "),
    "Xã ": ("X. ", "x.", "x "),
}
UNKNOWN = {"Xã Hán Quảng"}
OUTSIDE_TOO = {"Bình Dương", "Bình Định"}


def _units() -> list[tuple[str, str, str | None]]:
    records = file_records()
    today = [(c.name, c.districts[0], c.code) for c in records.communes]
    return [*today, *((f.name, f.district, f.code) for f in records.former)]


def _split(name: str) -> tuple[str, str]:
    prefix = next(p for p in SHORT_TYPES if name.startswith(p))
    return prefix, name.removeprefix(prefix)


def _spellings(name: str) -> Iterator[str]:
    prefix, short = _split(name)
    yield name
    yield short
    yield strip_marks(name)
    yield strip_marks(name).lower()
    yield name.upper()
    yield unicodedata.normalize("NFD", name)
    yield from (abbreviation + short for abbreviation in SHORT_TYPES[prefix])


def _same_name(name: str, *, folded: bool) -> set[str]:
    """Codes of every unit with the same short name, as written or without marks."""
    key = (lambda n: strip_marks(_split(n)[1]).lower()) if folded else (lambda n: _split(n)[1].lower())
    return {code for other, _, code in _units() if code and key(other) == key(name)}


DISTRICT_NAMES = {re.sub(r"^(Huyện|Thị xã|Thành phố) ", "", d.name) for d in file_records().districts}


def test_counts_are_the_official_ones() -> None:
    records = file_records()
    assert len(records.communes) == 99
    assert len([f for f in records.former if f.kind == "old"]) == 313
    assert len([f for f in records.former if f.kind == "older"]) == 45
    assert len({c.code for c in records.communes}) == 99


@pytest.mark.parametrize(("name", "district", "code"), _units(), ids=str)
def test_every_spelling_of_a_name(name: str, district: str, code: str | None) -> None:
    for spelling in _spellings(name):
        found = find_place(spelling)
        codes = {c.code for c in found.candidates}
        if name in UNKNOWN:
            assert found.commune_code is None
            assert len(codes) > 1, spelling
            continue
        assert code in codes, spelling
        if found.commune_code is None:
            bare = spelling in {_split(name)[1], strip_marks(_split(name)[1])}
            shared = len(_same_name(name, folded=spelling.isascii())) > 1
            assert shared or (bare and _split(name)[1] in DISTRICT_NAMES | OUTSIDE_TOO), spelling
        else:
            assert found.commune_code == code, spelling
            assert codes == {code}
        assert found.span == (0, len(spelling)), spelling


@pytest.mark.parametrize(("name", "district", "code"), _units(), ids=str)
def test_a_name_in_a_sentence_with_its_type_word(name: str, district: str, code: str | None) -> None:
    if name in UNKNOWN:
        return
    for text in (
        f"Rác thải chất đống ở {name} mấy tuần nay, đề nghị xử lý",
        f"tôi phản ánh đường {name.lower()} ngập nặng quá",
        f"rac thai o {strip_marks(name).lower()} khong ai don",
    ):
        found = find_place(text)
        written = strip_marks(name).lower() if text.startswith("rac") else name
        assert code in {c.code for c in found.candidates}, text
        assert found.span is not None
        assert text[slice(*found.span)].lower() == written.lower()


@pytest.mark.parametrize(("name", "district", "code"), _units(), ids=str)
def test_the_district_beside_a_name_leaves_one_commune(name: str, district: str, code: str | None) -> None:
    if name in UNKNOWN:
        return
    for text in (f"{name}, {district}", f"{_split(name)[1]}, {district}", f"{name} - {district}, Bắc Ninh"):
        assert find_place(text).commune_code == code, text


@pytest.mark.parametrize("district", file_records().districts, ids=lambda d: d.name)
def test_a_district_alone_offers_its_communes(district: object) -> None:
    name = district.name  # type: ignore[attr-defined]
    short = re.sub(r"^(Huyện|Thị xã|Thành phố) ", "", name)
    for text in (name, name.upper(), strip_marks(name), f"h. {short}", f"TX {short}", f"tp {short.lower()}"):
        found = find_place(text)
        assert found.commune_code is None, text
        assert {c.code for c in found.candidates} == set(district.codes), text  # type: ignore[attr-defined]
        assert {c.via for c in found.candidates} == {"district"}
        assert found.district == name
        assert found.span == (0, len(text))
