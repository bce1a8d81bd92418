"""The cases an account may see, what is due first; filters, counts and single cases by their code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.text import fold
from tracker.db.models import Account, Complaint, Topic
from tracker.domain.lifecycle import OPEN, UNTAKEN, State
from tracker.domain.roles import WHOLE_PROVINCE, Role
from tracker.domain.tracking_code import parse_code
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.indicators import cases_behind

PAGE = 40
BATCH = 500
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; empty fields do not narrow. `after` is the last row of the page before."""

    state: str = ""
    topic: str = ""
    commune: str = ""
    source: str = ""
    urgent: bool = False
    overdue: bool = False
    mine: bool = False
    text: str = ""
    agency: int | None = None
    handler: int | None = None
    figure: str = ""
    start: datetime | None = None
    end: datetime | None = None
    after: str = ""

    @property
    def due_first(self) -> bool:
        """Open cases come by deadline; lists that hold ended ones come newest first."""
        return not self.figure and (not self.state or self.state in OPEN)


@dataclass(frozen=True)
class Counts:
    """The figures above the queue, over everything the account sees."""

    open: int
    overdue: int
    urgent: int
    untaken: int
    mine: int
    waiting: int


def within_reach(account: Account) -> list[ColumnElement[bool]]:
    """Conditions that keep an account to the cases of its own agency, unless its role sees the province."""
    if Role(account.role) in WHOLE_PROVINCE:
        return []
    return [Complaint.agency_id == account.agency_id]


def listed(session: Session, account: Account, filters: Filters, now: datetime, limit: int = PAGE) -> list[Complaint]:
    """One page of cases and one more that tells whether a page follows."""
    where = [*within_reach(account), *_conditions(account, filters, now)]
    if filters.after:
        where.append(_after(filters))
    query = (
        select(Complaint)
        .where(*where)
        .order_by(*_order(filters))
        .limit(limit + 1)
        .options(selectinload(Complaint.opening), selectinload(Complaint.handler))
    )
    return list(session.scalars(query).unique())


def every(session: Session, account: Account, filters: Filters, now: datetime) -> Iterator[Complaint]:
    """All cases of the list, in batches, so that memory stays flat."""
    while True:
        found = listed(session, account, filters, now, BATCH)
        yield from found[:BATCH]
        if len(found) <= BATCH:
            return
        filters = replace(filters, after=cursor(filters, found[BATCH - 1]))
        session.expunge_all()


def total(session: Session, account: Account, filters: Filters, now: datetime) -> int:
    """How many cases the filters leave."""
    where = [*within_reach(account), *_conditions(account, filters, now)]
    return session.scalar(select(func.count()).select_from(Complaint).where(*where)) or 0


_urgent_first = case((Complaint.urgency == "urgent", 0), else_=1)
_due = func.coalesce(Complaint.due_at, literal(_FAR, Complaint.due_at.type))


def _order(filters: Filters) -> tuple[ColumnElement[Any], ...]:
    if filters.due_first:
        return (_urgent_first, _due, Complaint.id.expression)
    return (Complaint.id.desc(),)


def cursor(filters: Filters, last: Complaint) -> str:
    """Where the next page starts: after `last`."""
    if not filters.due_first:
        return str(last.id)
    return f"{0 if last.urgency == 'urgent' else 1}_{(last.due_at or _FAR).isoformat()}_{last.id}"


def _after(filters: Filters) -> ColumnElement[bool]:
    try:
        if not filters.due_first:
            return Complaint.id < int(filters.after)
        rank, due, key = filters.after.split("_")
        moment = literal(datetime.fromisoformat(due).astimezone(UTC), Complaint.due_at.type)
        return or_(
            _urgent_first > int(rank),
            and_(_urgent_first == int(rank), _due > moment),
            and_(_urgent_first == int(rank), _due == moment, Complaint.id > int(key)),
        )
    except (ValueError, OverflowError) as error:
        raise InvalidInputError("Đường dẫn tới trang sau đã hỏng: hãy mở lại danh sách từ đầu.") from error


def counts(session: Session, account: Account, now: datetime) -> Counts:
    """Open, overdue, urgent, untaken, own and waiting cases of everything the account sees."""
    is_open = Complaint.state.in_(OPEN)
    waiting = Complaint.state == State.WAITING
    columns = {
        "open": is_open,
        "overdue": and_(is_open, Complaint.due_at < now, ~waiting),
        "urgent": and_(is_open, Complaint.urgency == "urgent"),
        "untaken": Complaint.state.in_(UNTAKEN),
        "mine": and_(is_open, Complaint.handler_id == account.id),
        "waiting": waiting,
    }
    sums = [func.coalesce(func.sum(case((rule, 1), else_=0)), 0).label(name) for name, rule in columns.items()]
    row = session.execute(select(*sums).where(is_open, *within_reach(account))).one()
    return Counts(**row._mapping)


def _conditions(account: Account, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found = [*_state_conditions(filters), *_text_conditions(filters.text)]
    if filters.topic:
        found.append(Complaint.topic.has(Topic.code == filters.topic))
    if filters.commune:
        found.append(Complaint.commune.has(code=filters.commune))
    if filters.source:
        found.append(Complaint.source == filters.source)
    if filters.agency:
        found.append(Complaint.agency_id == filters.agency)
    if filters.handler:
        found.append(Complaint.handler_id == filters.handler)
    if filters.urgent:
        found.append(Complaint.urgency == "urgent")
    if filters.overdue:
        found += [Complaint.due_at < now, Complaint.state.in_(OPEN), Complaint.state != State.WAITING]
    if filters.mine:
        found.append(Complaint.handler_id == account.id)
    return found


def _state_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    if filters.figure:
        return [cases_behind(filters.figure, filters.start or _LONG_AGO, filters.end or _FAR)]
    if filters.state == "all":
        return []
    if filters.state == "untaken":
        return [Complaint.state.in_(UNTAKEN)]
    return [Complaint.state == filters.state if filters.state else Complaint.state.in_(OPEN)]


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
