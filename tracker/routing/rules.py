"""Ordered routing rules from a data file: the first whose every condition holds names the body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from tracker.config import TIMEZONE
from tracker.errors import DataFileError
from tracker.routing.signs import ABOUT, PLACES, Message, Phrases
from tracker.routing.taxonomy import DATA, REPORT_TYPES, TopicKind

RULES_FILE = DATA / "routing_rules.yml"
_FIELDS = {
    "name", "agency", "topics", "words", "without", "road", "place", "about", "type", "communes", "hours",
    "confidence",
}  # fmt: skip
_CHOICES = {"road": ("major", "local"), "place": PLACES, "about": tuple(ABOUT), "type": REPORT_TYPES}
_LISTS = ("topics", "words", "without", "communes")


@dataclass(frozen=True)
class Facts:
    """What rules may ask about one report, apart from its topic."""

    message: Message
    road: str | None
    places: frozenset[str]
    about: str | None
    commune_code: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Rule:
    """Conditions that must all hold, and the body they lead to; an empty condition asks nothing."""

    name: str
    agency: str
    line: int
    confidence: str = "chưa kiểm chứng"
    topics: frozenset[str] = frozenset()
    words: Phrases | None = None
    without: Phrases | None = None
    road: str | None = None
    place: str | None = None
    about: str | None = None
    type: str | None = None
    communes: frozenset[str] = frozenset()
    hours: tuple[int, int] | None = None

    def holds(self, topic: TopicKind, facts: Facts) -> bool:
        """Whether every condition of the rule is met; cheap ones first."""
        return (
            (not self.topics or topic.code in self.topics)
            and self.type in (None, topic.report_type)
            and self.road in (None, facts.road)
            and (self.place is None or self.place in facts.places)
            and self.about in (None, facts.about)
            and (not self.communes or facts.commune_code in self.communes)
            and (self.hours is None or _within(self.hours, facts.at))
            and (self.words is None or self.words.within(facts.message))
            and (self.without is None or not self.without.within(facts.message))
        )


def _within(hours: tuple[int, int], at: datetime | None) -> bool:
    if at is None:
        return False
    start, end = hours
    hour = at.astimezone(TIMEZONE).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def first_match(rules: Sequence[Rule], topic: TopicKind, facts: Facts) -> Rule | None:
    """The rule that decides, if any."""
    return next((rule for rule in rules if rule.holds(topic, facts)), None)


def read_rules(
    agencies: Mapping[str, object], topics: Mapping[str, object], path: Path = RULES_FILE
) -> tuple[Rule, ...]:
    """The rules in order; an unknown field, topic, body or value, or a doubled or shadowed rule, is named by line."""
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataFileError(path, None, "không có tệp này") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise DataFileError(path, mark.line + 1 if mark else None, "không phải YAML") from error
    rows = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not isinstance(tree, yaml.MappingNode):
        raise DataFileError(path, 1, "phải có danh sách “rules”")
    lines = next(
        [item.start_mark.line + 1 for item in value.value] for key, value in tree.value if key.value == "rules"
    )
    rules: list[Rule] = []
    for row, line in zip(rows, lines, strict=True):
        _check(row, line, path, agencies, topics)
        rules.append(_rule(row, line))
        _check_order(rules, rows, path)
    return tuple(rules)


def _check(row: Any, line: int, path: Path, agencies: Mapping[str, object], topics: Mapping[str, object]) -> None:
    if not isinstance(row, dict) or not row.get("name") or not row.get("agency"):
        raise DataFileError(path, line, "mỗi quy tắc phải có “name” và “agency”")
    if strange := next((key for key in row if key not in _FIELDS), None):
        raise DataFileError(path, line, f"quy tắc {row['name']} có trường lạ “{strange}”")
    if row["agency"] not in agencies:
        raise DataFileError(path, line, f"quy tắc {row['name']}: không có cơ quan {row['agency']}")
    if wrong := next((name for name in _LISTS if not isinstance(row.get(name, []), list)), None):
        raise DataFileError(path, line, f"quy tắc {row['name']}: “{wrong}” phải là danh sách")
    if unknown := next((code for code in row.get("topics", ()) if code not in topics), None):
        raise DataFileError(path, line, f"quy tắc {row['name']}: không có chủ đề {unknown}")
    for key, choices in _CHOICES.items():
        if key in row and row[key] not in choices:
            raise DataFileError(path, line, f"quy tắc {row['name']}: “{key}” phải là {', '.join(choices)}")
    hours = row.get("hours", [0, 0])
    if not (isinstance(hours, list) and [type(h) for h in hours] == [int, int] and all(0 <= h <= 24 for h in hours)):  # noqa: PLR2004
        raise DataFileError(path, line, f"quy tắc {row['name']}: “hours” phải là [giờ từ, giờ đến]")


def _rule(row: Mapping[str, Any], line: int) -> Rule:
    return Rule(
        name=row["name"],
        agency=row["agency"],
        line=line,
        confidence=row.get("confidence", "chưa kiểm chứng"),
        topics=frozenset(row.get("topics", ())),
        words=Phrases(row["words"]) if row.get("words") else None,
        without=Phrases(row["without"]) if row.get("without") else None,
        road=row.get("road"),
        place=row.get("place"),
        about=row.get("about"),
        type=row.get("type"),
        communes=frozenset(str(code) for code in row.get("communes", ())),
        hours=(row["hours"][0], row["hours"][1]) if row.get("hours") else None,
    )


def _check_order(rules: Sequence[Rule], rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    last = rules[-1]
    for earlier, row in zip(rules[:-1], rows, strict=False):
        if earlier.name == last.name:
            raise DataFileError(path, last.line, f"quy tắc {last.name} trùng tên với dòng {earlier.line}")
        if covers(row, rows[len(rules) - 1]):
            raise DataFileError(
                path, last.line, f"quy tắc {last.name} không bao giờ tới lượt vì {earlier.name} (dòng {earlier.line})"
            )


def covers(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Whether every report the later rule would take is taken by the earlier one."""
    for key in ("topics", "communes"):
        if earlier.get(key) and not (later.get(key) and set(later[key]) <= set(earlier[key])):
            return False
    if earlier.get("words") and not (later.get("words") and set(later["words"]) <= set(earlier["words"])):
        return False
    if not set(earlier.get("without", ())) <= set(later.get("without", ())):
        return False
    return all(earlier.get(key) in (None, later.get(key)) for key in ("road", "place", "about", "type", "hours"))
