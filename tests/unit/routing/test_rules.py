"""The rules file: order, every kind of condition, and faults named with file and line."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.text import words
from tracker.config import TIMEZONE
from tracker.errors import DataFileError
from tracker.routing.rules import Facts, first_match, read_rules
from tracker.routing.signs import Message, read_signs
from tracker.routing.taxonomy import read_agencies, read_topics

AGENCIES = read_agencies()
TOPICS = read_topics(AGENCIES)
SIGNS = read_signs()


def facts(text: str, **known: Any) -> Facts:
    message = Message(text, words(text))
    return Facts(message, SIGNS.road(message), SIGNS.places(message), SIGNS.about(message), **known)


def rules_of(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "routing_rules.yml"
    path.write_text("rules:\n" + "".join(f"  - {{{row}}}\n" for row in rows), encoding="utf-8")
    return path


def chosen(tmp_path: Path, row: str, topic: str, report: Facts) -> bool:
    rules = read_rules(AGENCIES, TOPICS, rules_of(tmp_path, row))
    return first_match(rules, TOPICS[topic], report) is not None


@pytest.mark.parametrize(
    ("row", "topic", "text", "holds"),
    [
        ("name: a, agency: SXD, topics: [HT01]", "HT01", "ổ gà", True),
        ("name: a, agency: SXD, topics: [HT01]", "HT02", "ổ gà", False),
        ("name: a, agency: SXD, words: [ổ gà]", "HT01", "nhiều ổ gà", True),
        ("name: a, agency: SXD, words: [ổ gà]", "HT01", "nhieu o ga", True),
        ("name: a, agency: SXD, words: [ổ gà]", "HT01", "nhiều ở gả", False),
        ("name: a, agency: SXD, words: [ổ gà], without: [xã]", "HT01", "đường xã ổ gà", False),
        ("name: a, agency: SXD, road: major", "HT01", "trên quốc lộ", True),
        ("name: a, agency: SXD, road: major", "HT01", "trên TL 293", True),
        ("name: a, agency: SXD, road: major", "HT01", "trong ngõ", False),
        ("name: a, agency: SXD, road: local", "HT01", "đường làng", True),
        ("name: a, agency: SXD, place: zone", "HT01", "trong khu công nghiệp", True),
        ("name: a, agency: SXD, place: zone", "HT01", "cạnh khu công nghiệp", False),
        ("name: a, agency: SXD, about: police", "AN01", "công an xã không giải quyết", True),
        ("name: a, agency: SXD, about: police", "AN01", "tôi đã báo công an xã", False),
        ("name: a, agency: SXD, type: procedure", "HC01", "hồ sơ", True),
        ("name: a, agency: SXD, type: procedure", "HT01", "hồ sơ", False),
    ],
)
def test_conditions(tmp_path: Path, row: str, topic: str, text: str, holds: bool) -> None:
    assert chosen(tmp_path, row, topic, facts(text)) is holds


@pytest.mark.parametrize(("hour", "holds"), [(23, True), (3, True), (12, False)])
def test_hours_may_pass_midnight(tmp_path: Path, hour: int, holds: bool) -> None:
    at = datetime(2026, 11, 25, hour, tzinfo=TIMEZONE)
    assert chosen(tmp_path, "name: a, agency: CAX, hours: [22, 6]", "MT05", facts("ồn", at=at)) is holds


def test_without_a_time_an_hour_rule_does_not_hold(tmp_path: Path) -> None:
    assert not chosen(tmp_path, "name: a, agency: CAX, hours: [22, 6]", "MT05", facts("ồn"))


def test_a_commune_condition(tmp_path: Path) -> None:
    row = 'name: a, agency: CAX, communes: ["09313"]'
    assert chosen(tmp_path, row, "MT05", facts("ồn", commune_code="09313"))
    assert not chosen(tmp_path, row, "MT05", facts("ồn"))


def test_the_first_match_wins(tmp_path: Path) -> None:
    path = rules_of(
        tmp_path, "name: a, agency: SXD, topics: [HT01], road: major", "name: b, agency: UBNDX, topics: [HT01]"
    )
    rules = read_rules(AGENCIES, TOPICS, path)
    major, plain = (first_match(rules, TOPICS["HT01"], facts(text)) for text in ("quốc lộ hỏng", "ngõ hỏng"))
    assert major is not None
    assert plain is not None
    assert (major.name, plain.name) == ("a", "b")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("name: b, agency: SOTHEP", "không có cơ quan SOTHEP"),
        ("name: b, agency: SXD, topics: [ZZ99]", "không có chủ đề ZZ99"),
        ("name: b, agency: SXD, colour: red", "trường lạ “colour”"),
        ("name: b, agency: SXD, road: wide", "“road” phải là"),
        ("name: b, agency: SXD, hours: [25, 3]", "“hours” phải là"),
        ("name: b, agency: SXD, words: ồn", "“words” phải là danh sách"),
        ("name: a, agency: SXD, topics: [MT01]", "trùng tên với dòng 2"),
        ("name: b, agency: SXD, topics: [HT01], road: major", "không bao giờ tới lượt vì a"),
        ("agency: SXD", "phải có “name” và “agency”"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    path = rules_of(tmp_path, "name: a, agency: UBNDX, topics: [HT01, HT02]", row)
    with pytest.raises(DataFileError, match=f"dòng 3: .*{sentence}"):
        read_rules(AGENCIES, TOPICS, path)


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "routing_rules.yml"
    path.write_text("rules:\n  - {name: a\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="không phải YAML"):
        read_rules(AGENCIES, TOPICS, path)


def test_the_repository_rules_are_sound_and_carry_their_confidence() -> None:
    rules = read_rules(AGENCIES, TOPICS)
    assert len(rules) > 20
    assert all(rule.confidence for rule in rules)
