"""The figures of a period, counted in the database by one set of rules, whole or by one dimension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.db.models import Agency, CaseEvent, Commune, Complaint, Rating, Topic
from tracker.domain.lifecycle import OPEN, Action, State
from tracker.errors import InvalidInputError
from tracker.services.definitions import FEWEST

Dimension = Literal["agency", "commune", "topic", "source"]
UNHAPPY = 2


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
    resolved: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    open_overdue: int = 0
    refused: int = 0
    withdrawn: int = 0
    merged: int = 0
    reopened: int = 0
    confirmed: int = 0
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


Key = ColumnElement[Any] | InstrumentedAttribute[Any]
_KEYS: Mapping[str, Key] = {
    "agency": Complaint.agency_id,
    "commune": Complaint.commune_id,
    "topic": Complaint.topic_id,
    "source": Complaint.source,
}
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
    wanted = ((Complaint.agency_id, agency_id), (Complaint.commune_id, commune_id),
              (Complaint.topic_id, topic_id), (Complaint.source, source))  # fmt: skip
    filters = [column == value for column, value in wanted if value is not None]
    return _figures(session, start, end, literal(0), filters).get(0, Overview())


def by(
    session: Session, start: datetime, end: datetime, dimension: Dimension, *, agency_id: int | None = None
) -> list[Row]:
    """One row per agency, commune, topic or source that has any figure, most received first."""
    filters = [Complaint.agency_id == agency_id] if agency_id is not None else []
    found = _figures(session, start, end, _KEYS[dimension], filters)
    names = _names(session, dimension)
    rows = [Row(key, names.get(key, str(key or "Chưa rõ")), figures) for key, figures in found.items()]
    return sorted(rows, key=lambda row: (-row.figures.received, row.label))


def _names(session: Session, dimension: Dimension) -> dict[Any, str]:
    table = _NAMED.get(dimension)
    return {} if table is None else {key: name for key, name in session.execute(select(table.id, table.name))}


def _figures(
    session: Session, start: datetime, end: datetime, key: Key, filters: list[ColumnElement[bool]]
) -> dict[Any, Overview]:
    found: dict[Any, dict[str, Any]] = {}
    parts = (
        _counts(session, start, end, key, filters),
        _percentiles(session, start, end, key, filters),
        _ratings(session, start, end, key, filters),
    )
    for part in parts:
        for group, values in part.items():
            found.setdefault(group, {}).update(values)
    return {group: Overview(**values) for group, values in found.items() if any(values.values())}


def _within(column: Any, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < end)


def _conditions(start: datetime, end: datetime) -> dict[str, ColumnElement[bool]]:
    done = _within(Complaint.done_at, start, end)
    on_time = and_(done, or_(Complaint.due_at.is_(None), Complaint.done_at <= Complaint.due_at))
    is_open = and_(Complaint.state.in_(OPEN), Complaint.received_at < end)
    running = and_(is_open, Complaint.state != State.WAITING)
    settled = or_(done, and_(running, _within(Complaint.due_at, start, end)))
    ended = _within(Complaint.closed_at, start, end)
    return {
        "received": _within(Complaint.received_at, start, end),
        "resolved": done,
        "on_time": on_time,
        "open": is_open,
        "open_overdue": and_(running, Complaint.due_at < end),
        "refused": and_(Complaint.state == State.REFUSED, ended),
        "withdrawn": and_(Complaint.state == State.WITHDRAWN, ended),
        "merged": and_(Complaint.state == State.MERGED, ended),
        "reopened": exists().where(
            CaseEvent.complaint_id == Complaint.id,
            CaseEvent.action == Action.DISPUTE,
            _within(CaseEvent.at, start, end),
        ),
        "confirmed": _within(Complaint.confirmed_at, start, end),
        "settled": settled,
        "satisfied": and_(on_time, Complaint.reopened == 0, ~_rated_low()),
    }


def cases_behind(figure: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    """The condition a figure counts by, so that its cases can be listed; InvalidInputError for an unknown one."""
    conditions = _conditions(start, end)
    conditions["late"] = and_(conditions["resolved"], not_(conditions["on_time"]))
    if figure not in conditions:
        raise InvalidInputError(f"Không có số liệu tên “{figure}”.")
    return conditions[figure]


def _rated_low() -> ColumnElement[bool]:
    return exists().where(Rating.complaint_id == Complaint.id, Rating.stars <= UNHAPPY)


def _touched(start: datetime) -> ColumnElement[bool]:
    """Cases any figure from `start` on can count: those still open, and those something ended or began for since."""
    moments = (Complaint.received_at, Complaint.done_at, Complaint.closed_at, Complaint.confirmed_at)
    return or_(Complaint.state.in_(OPEN), *(moment >= start for moment in moments))


def _counts(
    session: Session, start: datetime, end: datetime, key: Key, filters: list[ColumnElement[bool]]
) -> dict[Any, dict[str, Any]]:
    columns = [
        func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)
        for name, condition in _conditions(start, end).items()
    ]
    inner = key.label("grouped")
    found = {}
    for row in session.execute(select(inner, *columns).where(_touched(start), *filters).group_by(inner)):
        values = dict(row._mapping)
        group = values.pop("grouped")
        settled, satisfied = values.pop("settled"), values.pop("satisfied")
        values["late"] = values["resolved"] - values["on_time"]
        if settled:
            values["on_time_766"] = Ratio(values["on_time"], settled)
            values["satisfied_766"] = Ratio(satisfied, settled)
        found[group] = values
    return found


def _percentiles(
    session: Session, start: datetime, end: datetime, key: Key, filters: list[ColumnElement[bool]]
) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    stages = (
        ("resolution", Complaint.resolution_minutes, Complaint.done_at),
        ("answer", Complaint.first_answer_minutes, Complaint.first_answer_at),
    )
    for stage, minutes, moment in stages:
        ranked = (
            select(
                key.label("grouped"), minutes.label("minutes"),
                func.row_number().over(partition_by=key, order_by=minutes).label("rank"),
                func.count().over(partition_by=key).label("size"),
            )
            .where(_within(moment, start, end), minutes.is_not(None), *filters)
            .subquery()
        )  # fmt: skip
        nearest = {name: (ranked.c.size * percent + 99) // 100 for name, percent in (("median", 50), ("p90", 90))}
        hits = [(ranked.c.rank == rank).label(name) for name, rank in nearest.items()]
        chosen = select(ranked.c.grouped, ranked.c.minutes, *hits).where(ranked.c.size >= FEWEST, or_(*hits))
        for row in session.execute(chosen):
            for name in nearest:
                if row._mapping[name]:
                    found.setdefault(row.grouped, {})[f"{stage}_{name}"] = row.minutes
    return found


def _ratings(
    session: Session, start: datetime, end: datetime, key: Key, filters: list[ColumnElement[bool]]
) -> dict[Any, dict[str, Any]]:
    grouped = key.label("grouped")
    rows = session.execute(
        select(grouped, func.avg(Rating.stars), func.count(Rating.id))
        .select_from(Rating)
        .join(Complaint, Complaint.id == Rating.complaint_id)
        .where(_within(Rating.created_at, start, end), *filters)
        .group_by(grouped)
    )
    return {group: {"rating_mean": round(float(mean), 2), "rating_count": count} for group, mean, count in rows}
