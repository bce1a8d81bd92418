"""The gazetteer's edges: any string, phrases to repeat, shared locations, the batch tool's line, other records."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.places import Gazetteer, Records, find_place, load_gazetteer, near, place_line
from bot.places.letters import FAR, edit_cost, fits, is_syllable, sound
from bot.places.loading import file_records
from bot.places.model import Commune

NAMES = [c.name for c in file_records().communes] + [f.name for f in file_records().former]


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from([*NAMES, "xã", "p.", "ở", ",", "Hà Nội", "😀"])).map(" ".join)))
def test_any_string_gives_an_answer_that_holds_together(text: str) -> None:
    found = find_place(text)
    codes = [c.code for c in found.candidates]
    assert len(codes) == len(set(codes))
    assert found.commune_code in {None, *codes[:1]}
    assert not (found.outside_province and codes)
    if found.span is not None:
        start, end = found.span
        assert 0 <= start < end <= len(text)
    else:
        assert not codes


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("Thị trấn Lim", "Thị trấn Lim, nay là xã Tiên Du"),
        ("phường tiền an", "Phường Tiền An, nay là phường Kinh Bắc"),
        ("xã Hòa Sơn", "Xã Hòa Sơn, nay là xã Hợp Thịnh (chưa kiểm chứng)"),
        ("p. vũ ninh", "Phường Vũ Ninh"),
        ("đền Đô", "Đền Đô, thuộc phường Từ Sơn (chưa kiểm chứng)"),
        ("xã Đồng Tiến", "Đồng Tiến có thể là xã Xuân Lương, xã Hoàng Vân"),
        ("đường Trần Phú", "Đường Trần Phú có thể thuộc phường Từ Sơn, phường Bắc Giang"),
        ("huyện Tiên Du", "Huyện Tiên Du (cũ), nay gồm 5 xã, phường"),
        ("tôi ở hà nội", "Hà Nội, ngoài tỉnh Bắc Ninh"),
        ("rác nhiều quá", ""),
    ],
)
def test_what_was_understood_is_said(text: str, understood: str) -> None:
    assert find_place(text).understood == understood


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("xã Tam Đa", "new"),
        ("xã Thụy Hòa", "old"),
        ("phường Vệ An", "older"),
        ("huyện Lục Nam", "district"),
        ("chùa Phật Tích", "landmark"),
        ("KCN Quang Châu", "landmark"),
        ("đường Hùng Vương", "street"),
        ("phường Đỉnh Bảng", "typo"),
    ],
)
def test_how_it_was_found_is_said(text: str, via: str) -> None:
    assert {c.via for c in find_place(text).candidates} == {via}


def test_a_low_confidence_name_is_marked() -> None:
    assert find_place("xã Hòa Sơn").confidence == "chưa kiểm chứng"
    assert find_place("xã Tam Đa").confidence == "đã đối chiếu"


def test_the_batch_line_has_exactly_its_fields() -> None:
    assert place_line("rác ở tt Lim") == {
        "commune_code": "09319",
        "commune": "Xã Tiên Du",
        "candidates": [{"code": "09319", "name": "Xã Tiên Du", "via": "old"}],
        "span": [6, 12],
    }
    nothing = {"commune_code": None, "commune": None, "candidates": []}
    assert place_line("rác nhiều") == {**nothing, "span": None}
    assert place_line("ở Hà Nội") == {**nothing, "span": [2, 8]}


@pytest.mark.parametrize("commune", file_records().communes, ids=lambda c: c.name)
def test_a_location_at_a_centre_is_that_commune(commune: Commune) -> None:
    found = near(commune.lat, commune.lon)
    assert not found.outside_province
    assert len(found.candidates) == 3
    assert commune.code in {c.code for c in found.candidates if c.km == found.candidates[0].km}
    assert [c.km for c in found.candidates] == sorted(c.km for c in found.candidates)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(21.0285, 105.8542), (10.77, 106.69), (20.86, 106.68), (21.85, 106.76), (0.0, 0.0), (math.nan, 106.0)],
)
def test_a_location_far_away_is_outside(lat: float, lon: float) -> None:
    found = near(lat, lon)
    assert found.outside_province
    assert found.candidates == ()


@pytest.mark.parametrize(
    ("where", "lat", "lon"),
    [
        ("the gulf", 20.55, 107.25),
        ("the open sea", 17.5, 109.8),
        ("Sóc Sơn, across the river", 21.25, 105.75),
        ("Chí Linh", 21.13, 106.39),
        ("Gia Lâm", 21.02, 105.93),
        ("the other side of the world", -21.18, -73.9),
        ("no place on earth", 210.0, 1060.0),
        ("nowhere", math.inf, 106.0),
    ],
)
def test_a_pin_elsewhere_is_no_commune(where: str, lat: float, lon: float) -> None:
    assert near(lat, lon).outside_province, where


@pytest.mark.parametrize("commune", file_records().communes[::9], ids=lambda c: c.name)
def test_a_pin_with_its_numbers_changed_over_is_read(commune: Commune) -> None:
    assert near(commune.lon, commune.lat) == near(commune.lat, commune.lon)


def test_other_records_make_another_gazetteer() -> None:
    commune = Commune("00001", "Xã Mường Thử", ("Huyện Thử",), 21.0, 105.0, 30.0)
    other = Gazetteer(Records((commune,), (), (), (), ()))
    assert other.find("rác ở mường thử").commune_code == "00001"
    assert other.find("xã Tam Đa").commune_code is None
    assert place_line("xã Mường Thử", other)["commune"] == "Xã Mường Thử"


def test_the_gazetteer_is_built_once() -> None:
    assert load_gazetteer() is load_gazetteer()


@pytest.mark.parametrize(
    ("left", "right", "near_by_one"),
    [
        ("bang", "bnag", True),
        ("bang", "ban", True),
        ("bang", "bangg", True),
        ("bang", "bong", True),
        ("bang", "bang", True),
        ("bang", "bnga", False),
        ("bang", "bo", False),
        ("ab", "ba", True),
    ],
)
def test_one_letter_apart(left: str, right: str, near_by_one: bool) -> None:
    assert (edit_cost(left, right) < FAR) is near_by_one
    assert (edit_cost(right, left) < FAR) is near_by_one


def test_a_likelier_slip_costs_less() -> None:
    doubled, swapped, beside, other = (edit_cost(typed, "lim") for typed in ("limm", "lmi", "lin", "lid"))
    assert doubled < swapped < beside < other
    assert edit_cost("kim", "lim") > beside


@pytest.mark.parametrize(
    ("left", "right"),
    [("nang", "lang"), ("trau", "chau"), ("xon", "son"), ("gia", "ra"), ("ly", "li"), ("fong", "phong")],
)
def test_sounds_written_alike(left: str, right: str) -> None:
    assert sound(left) == sound(right)


@pytest.mark.parametrize("word", ["nhanh", "bang", "tang", "thong"])
def test_other_sounds_stay_apart(word: str) -> None:
    assert sound(word) == word


def test_marks_left_out_fit_and_other_marks_do_not() -> None:
    assert all(fits(typed, "cường") for typed in ("cường", "cương", "cuong"))
    assert not fits("cưỡng", "cường")
    assert not fits("cươn", "cường")


def test_what_can_be_a_syllable() -> None:
    assert all(map(is_syllable, ("nghieng", "quyen", "giuong", "an", "kep")))
    assert not any(map(is_syllable, ("phuonng", "vna", "vocuong", "th")))


def test_every_listed_commune_code_exists() -> None:
    records = file_records()
    codes = {c.code for c in records.communes}
    assert {code for d in records.districts for code in d.codes} == codes
    assert {code for p in records.landmarks for code in p.codes} <= codes
    assert {f.code for f in records.former if f.code} <= codes
    assert {p.confidence for p in records.landmarks} == {"chưa kiểm chứng"}
