"""The cases an account may see, what is due first; filters, counts and single cases by their code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, selectinload

from bot.text import fold
from tracker.db.models import Account, Complaint, Topic
from tracker.domain.lifecycle import OPEN, State
from tracker.domain.roles import WHOLE_PROVINCE, Role
from tracker.domain.tracking_code import parse_code
from tracker.errors import NotFoundError

PAGE = 40


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; empty fields do not narrow."""

    state: str = ""
    topic: str = ""
    commune: str = ""
    source: str = ""
    urgent: bool = False
    overdue: bool = False
    mine: bool = False
    text: str = ""
    agency: int | None = None
    page: int = 1


@dataclass(frozen=True)
class Counts:
    """The figures above the queue."""

    open: int
    overdue: int
    urgent: int
    untaken: int


def within_reach(account: Account) -> list[ColumnElement[bool]]:
    """Conditions that keep an account to the cases of its own agency, unless its role sees the province."""
    if Role(account.role) in WHOLE_PROVINCE:
        return []
    return [Complaint.agency_id == account.agency_id]


def listed(session: Session, account: Account, filters: Filters, now: datetime) -> list[Complaint]:
    """One page of cases, urgent first, then what is due first; one row more tells that a page follows."""
    urgent_first = case((Complaint.urgency == "urgent", 0), else_=1)
    query = (
        select(Complaint)
        .where(*within_reach(account), *_conditions(account, filters, now))
        .order_by(urgent_first, Complaint.due_at, Complaint.id)
        .offset((filters.page - 1) * PAGE)
        .limit(PAGE + 1)
        .options(selectinload(Complaint.messages), selectinload(Complaint.handler))
    )
    return list(session.scalars(query).unique())


def counts(session: Session, account: Account, now: datetime) -> Counts:
    """Open, overdue, urgent and untaken cases of everything the account sees."""

    def number(*conditions: Any) -> int:
        query = select(func.count()).select_from(Complaint).where(*within_reach(account), *conditions)
        return session.scalar(query) or 0

    is_open = Complaint.state.in_(OPEN)
    untaken = Complaint.state.in_((State.NEW, State.ASSIGNED, State.REOPENED))
    return Counts(
        open=number(is_open),
        overdue=number(is_open, Complaint.due_at < now, Complaint.state != State.WAITING),
        urgent=number(is_open, Complaint.urgency == "urgent"),
        untaken=number(untaken),
    )


def _conditions(account: Account, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    found.append(Complaint.state == filters.state if filters.state else Complaint.state.in_(OPEN))
    if filters.state == "all":
        found.pop()
    if filters.topic:
        found.append(Complaint.topic.has(Topic.code == filters.topic))
    if filters.commune:
        found.append(Complaint.commune.has(code=filters.commune))
    if filters.source:
        found.append(Complaint.source == filters.source)
    if filters.agency:
        found.append(Complaint.agency_id == filters.agency)
    if filters.urgent:
        found.append(Complaint.urgency == "urgent")
    if filters.overdue:
        found += [Complaint.due_at < now, Complaint.state.in_(OPEN)]
    if filters.mine:
        found.append(Complaint.handler_id == account.id)
    return found + _text_conditions(filters.text)


def _text_conditions(text: str) -> list[ColumnElement[bool]]:
    code = parse_code(text)
    if code is not None:
        return [Complaint.code == code]
    return [Complaint.search_text.contains(word, autoescape=True) for word in fold(text).split()]


def case_by_code(session: Session, account: Account, code: str) -> Complaint:
    """The case, or NotFoundError also for another agency's: its existence is not told."""
    found = session.scalar(select(Complaint).where(Complaint.code == code, *within_reach(account)))
    if found is None:
        raise NotFoundError("Không có phản ánh này trong phạm vi của tài khoản.")
    return found


def similar(session: Session, complaint: Complaint, limit: int = 5) -> Sequence[Complaint]:
    """Other recent cases of the same topic and commune."""
    query = (
        select(Complaint)
        .where(
            Complaint.topic_id == complaint.topic_id,
            Complaint.commune_id == complaint.commune_id,
            Complaint.id != complaint.id,
        )
        .order_by(Complaint.received_at.desc())
        .limit(limit)
    )
    return session.scalars(query).unique().all()
