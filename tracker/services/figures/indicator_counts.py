"""Counting in the database: some days, or the open cases, whole or by one dimension."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.db.models import CaseEvent, Complaint, Rating
from tracker.db.models.cases import IS_OPEN
from tracker.domain.lifecycle import Action
from tracker.services.figures.indicator_rules import ACTS, Condition, Key, added, standing, touched, within
from tracker.services.figures.tally import Tally

Tallies = defaultdict[Any, Tally]
Keys = tuple[Key, ...]
"""What is counted apart: one key, or several at once; a tally's name is the tuple of their values."""


def _grouped(keys: Keys) -> list[Any]:
    return [key.label(f"key_{number}") for number, key in enumerate(keys)]


def count_days(session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition]) -> Tallies:
    """All that may be added day by day, counted over [start, end)."""
    found: Tallies = defaultdict(Tally)
    if start >= end:
        return found
    _count_cases(session, start, end, keys, filters, found)
    _count_acts(session, start, end, keys, filters, found)
    _count_ratings(session, start, end, keys, filters, found)
    _gather_minutes(session, start, end, keys, filters, found)
    return found


def _sum(condition: Condition) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _count_cases(
    session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition], found: Tallies
) -> None:
    columns = [_sum(condition).label(name) for name, condition in added(start, end).items()]
    grouped = _grouped(keys)
    rows = session.execute(select(*grouped, *columns).where(touched(start, end), *filters).group_by(*grouped))
    for row in rows:
        group, numbers = tuple(row[: len(keys)]), row[len(keys) :]
        names = (column.name for column in columns)
        found[group].counts.update({name: int(n) for name, n in zip(names, numbers, strict=True) if n})


def _count_acts(
    session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition], found: Tallies
) -> None:
    names = {action: figure for figure, actions in ACTS.items() for action in actions}
    grouped = _grouped(keys)
    rows = session.execute(
        select(*grouped, CaseEvent.action, func.count())
        .select_from(CaseEvent)
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(within(CaseEvent.at, start, end), CaseEvent.action.in_(list(names)), *filters)
        .group_by(*grouped, CaseEvent.action)
    )
    for *group, action, number in rows:
        found[tuple(group)].counts[names[action]] += number


def _count_ratings(
    session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition], found: Tallies
) -> None:
    grouped = _grouped(keys)
    rows = session.execute(
        select(*grouped, func.sum(Rating.stars), func.count(Rating.id))
        .select_from(Rating)
        .join(Complaint, Complaint.id == Rating.complaint_id)
        .where(within(Rating.created_at, start, end), *filters)
        .group_by(*grouped)
    )
    for *group, stars, number in rows:
        found[tuple(group)].counts.update(stars=int(stars), ratings=number)


def _gather_minutes(
    session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition], found: Tallies
) -> None:
    stages = (
        ("resolution", Complaint.resolution_minutes, Complaint.done_at),
        ("answer", Complaint.first_answer_minutes, Complaint.first_answer_at),
    )
    for stage, minutes, moment in stages:
        groups: defaultdict[Any, list[int]] = defaultdict(list)
        for *group, value in session.execute(
            select(*_grouped(keys), minutes).where(within(moment, start, end), minutes.is_not(None), *filters)
        ):
            groups[tuple(group)].append(value)
        for group, values in groups.items():
            found[group].minutes[stage].append(np.array(values, np.int32))


def count_standing(
    session: Session, start: datetime, end: datetime, keys: Keys, filters: list[Condition], found: Tallies
) -> dict[Any, datetime]:
    """Add the open cases as they stand, and reopenings; returns when the oldest open case was received, by group."""
    oldest: dict[Any, datetime] = {}
    columns = [_sum(condition).label(name) for name, condition in standing(start, end).items()]
    grouped = _grouped(keys)
    wanted = (IS_OPEN, Complaint.received_at < end, *filters)
    rows = session.execute(
        select(*grouped, func.min(Complaint.received_at), *columns).where(*wanted).group_by(*grouped)
    )
    for row in rows:
        group, first, numbers = tuple(row[: len(keys)]), row[len(keys)], row[len(keys) + 1 :]
        if first is not None:
            oldest[group] = first
        names = (column.name for column in columns)
        found[group].counts.update({name: int(n) for name, n in zip(names, numbers, strict=True) if n})
    disputes = session.execute(
        select(*grouped, func.count(CaseEvent.complaint_id.distinct()))
        .select_from(CaseEvent)
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(CaseEvent.action == Action.DISPUTE, within(CaseEvent.at, start, end), *filters)
        .group_by(*grouped)
    )
    for *disputed, number in disputes:
        found[tuple(disputed)].counts["reopened"] += number
    return oldest
