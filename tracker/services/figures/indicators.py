"""The figures of a period by one set of rules: fixed months, stored days, and what happened since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from tracker.db.models import Agency, Commune, Topic
from tracker.errors import InvalidInputError
from tracker.services.figures import indicator_days
from tracker.services.figures.indicator_counts import Keys, Tallies, count_days, count_standing
from tracker.services.figures.indicator_rules import KEYS, Condition, Dimension, behind
from tracker.services.figures.tally import Tally

__all__ = ["Dimension", "Overview", "Ratio", "Row", "added_up", "by", "cases_behind", "fixed_on", "overview"]
Chosen = Mapping[Dimension, int | str]


@dataclass(frozen=True)
class Ratio:
    """A share with what it was made of."""

    numerator: int = 0
    denominator: int = 0

    @property
    def percent(self) -> float | None:
        """0-100 with two decimals; None when there is nothing to share."""
        return round(100 * self.numerator / self.denominator, 2) if self.denominator else None


@dataclass(frozen=True)
class Overview:
    """Every figure of `definitions.DEFINITIONS`; minutes are working minutes, None when cases are too few."""

    received: int = 0
    taken: int = 0
    resolved: int = 0
    on_time: int = 0
    late: int = 0
    answered: int = 0
    finished: int = 0
    confirmed: int = 0
    silent: int = 0
    published: int = 0
    open: int = 0
    open_overdue: int = 0
    oldest_open: datetime | None = None
    refused: int = 0
    withdrawn: int = 0
    merged: int = 0
    reopened: int = 0
    forwarded: int = 0
    extended: int = 0
    promises: Ratio = Ratio()
    resolution_median: int | None = None
    resolution_p90: int | None = None
    answer_median: int | None = None
    answer_p90: int | None = None
    rating_mean: float | None = None
    rating_count: int = 0
    on_time_766: Ratio = Ratio()
    satisfied_766: Ratio = Ratio()


@dataclass(frozen=True)
class Row:
    """The figures of one agency, commune, topic or source; `key` None is "not known"."""

    key: int | str | None
    label: str
    figures: Overview


_NAMED: Mapping[str, type[Agency] | type[Commune] | type[Topic]] = {
    "agency": Agency, "commune": Commune, "topic": Topic,
}  # fmt: skip


def overview(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    agency_id: int | None = None,
    commune_id: int | None = None,
    topic_id: int | None = None,
    source: str | None = None,
) -> Overview:
    """The figures of [start, end); what is open or overdue is told as of `end`, so pass no future `end`."""
    asked: dict[Dimension, int | str | None] = {
        "agency": agency_id, "commune": commune_id, "topic": topic_id, "source": source,
    }  # fmt: skip
    chosen = {dimension: value for dimension, value in asked.items() if value is not None}
    return figures_of(session, start, end, None, chosen).get(0, Overview())


def by(
    session: Session, start: datetime, end: datetime, dimension: Dimension, *, agency_id: int | None = None
) -> list[Row]:
    """One row per agency, commune, topic or source that has any figure, most received first."""
    chosen: dict[Dimension, int | str] = {"agency": agency_id} if agency_id is not None else {}
    found = figures_of(session, start, end, dimension, chosen)
    names = _names(session, dimension)
    rows = [Row(key, names.get(key, str(key or "Chưa rõ")), figures) for key, figures in found.items()]
    return sorted(rows, key=lambda row: (-row.figures.received, row.label))


def _names(session: Session, dimension: Dimension) -> dict[Any, str]:
    table = _NAMED.get(dimension)
    return {} if table is None else {key: name for key, name in session.execute(select(table.id, table.name))}


def cases_behind(figure: str, start: datetime, end: datetime) -> Condition:
    """The condition a figure counts by, so that its cases can be listed; InvalidInputError for an unknown one."""
    conditions = behind(start, end)
    if figure not in conditions:
        raise InvalidInputError(f"Không có số liệu tên “{figure}”.")
    return conditions[figure]


def fixed_on(session: Session, start: datetime, end: datetime) -> datetime | None:
    """When the figures of this period were fixed, if it is a month that no longer changes."""
    return indicator_days.fixed_on(session, start, end)


def figures_of(
    session: Session,
    start: datetime,
    end: datetime,
    dimension: Dimension | None,
    chosen: Chosen,
    *,
    fixed: bool = True,
) -> dict[Any, Overview]:
    """Figures by key of the dimension (0 for the whole), of the cases with the chosen agency, commune, topic …"""
    stored = indicator_days.stored_as(dimension, chosen)
    if fixed and stored and indicator_days.fixed_on(session, start, end):
        return {
            key: _read(figures) for key, figures in indicator_days.fixed(session, start, stored, dimension).items()
        }
    found = _tallies(session, start, end, dimension, chosen)
    keys, filters = _asked(dimension, chosen)
    oldest = count_standing(session, start, end, keys, filters, found)
    return {
        group[0]: _overview(tally, oldest.get(group)) for group, tally in found.items() if any(tally.counts.values())
    }


def added_up(session: Session, start: datetime, end: datetime, agency_id: int | None = None) -> Counter[str]:
    """What may be added day by day, for a trend."""
    chosen: dict[Dimension, int | str] = {"agency": agency_id} if agency_id is not None else {}
    return _tallies(session, start, end, None, chosen)[(0,)].counts


def _asked(dimension: Dimension | None, chosen: Chosen) -> tuple[Keys, list[Condition]]:
    return (KEYS[dimension] if dimension else literal(0),), [KEYS[name] == value for name, value in chosen.items()]


def _tallies(
    session: Session,
    start: datetime,
    end: datetime,
    dimension: Dimension | None,
    chosen: Chosen,
) -> Tallies:
    """Stored days and, counted now, the stretches that are not stored."""
    keys, filters = _asked(dimension, chosen)
    found = Tallies(Tally)
    stored = indicator_days.stored_as(dimension, chosen)
    for first, last in indicator_days.read(session, start, end, stored, dimension, found):
        for group, counted in count_days(session, first, last, keys, filters).items():
            found[group].merge(counted)
    return found


def _overview(tally: Tally, oldest: datetime | None) -> Overview:
    counts = tally.counts
    settled = counts["resolved"] + counts["missed"]
    plain = {f.name: counts[f.name] for f in fields(Overview) if f.name in counts}
    return Overview(
        **plain,
        late=counts["resolved"] - counts["on_time"],
        oldest_open=oldest,
        promises=Ratio(counts["kept"], counts["promised"]),
        resolution_median=tally.percentile("resolution", 50),
        resolution_p90=tally.percentile("resolution", 90),
        answer_median=tally.percentile("answer", 50),
        answer_p90=tally.percentile("answer", 90),
        rating_mean=round(counts["stars"] / counts["ratings"], 2) if counts["ratings"] else None,
        rating_count=counts["ratings"],
        on_time_766=Ratio(counts["on_time"], settled),
        satisfied_766=Ratio(counts["satisfied"], settled),
    )


def written(figures: Overview) -> dict[str, Any]:
    """Figures as JSON, to be fixed."""
    values = asdict(figures)
    if figures.oldest_open is not None:
        values["oldest_open"] = figures.oldest_open.isoformat()
    return values


def _read(values: Mapping[str, Any]) -> Overview:
    known = {f.name for f in fields(Overview)}
    found = dict(values)
    for name, value in values.items():
        if isinstance(value, dict):
            found[name] = Ratio(**value)
    if found.get("oldest_open"):
        found["oldest_open"] = datetime.fromisoformat(found["oldest_open"])
    return Overview(**{name: value for name, value in found.items() if name in known})
