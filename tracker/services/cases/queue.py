"""The cases an account may see, what is due first; filters, counts and single cases by their code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, defer, joinedload, lazyload, load_only, with_expression

from tracker.db.models import Account, Agency, CaseMessage, Commune, Complaint, Topic
from tracker.db.models.cases import IS_OPEN
from tracker.domain.lifecycle import OPEN, UNTAKEN, State
from tracker.domain.roles import WHOLE_PROVINCE, Role
from tracker.domain.tracking_code import parse_code
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.cases import search
from tracker.services.figures.indicators import cases_behind

PAGE = 40
BATCH = 500
MANY = 10_000
"""Beyond so many a list is not counted to its end."""
URGENCIES = ("urgent", "normal")
"""In the order in which a queue shows them."""
BROKEN_CURSOR = "Đường dẫn tới trang sau đã hỏng: hãy mở lại danh sách từ đầu."
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
    received_from: datetime | None = None
    received_to: datetime | None = None
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
    where = [*within_reach(account), *_conditions(session, account, filters, now)]
    if not filters.due_first:
        newest = select(Complaint.id).where(*where, *_after_id(filters)).order_by(Complaint.id.desc())
        last = newest.limit(limit + 1).subquery()
        return _loaded(session, select(Complaint).join(last, last.c.id == Complaint.id).order_by(last.c.id.desc()))
    rank, after = _after_due(filters)
    parts = []
    for number in range(rank, len(URGENCIES)):  # each in the order of its index, so that none is read to its end
        ids = select(Complaint.id, Complaint.due_at, literal(number).label("rank"))
        those = ids.where(*where, *after, Complaint.urgency == URGENCIES[number])
        parts.append(select(those.order_by(Complaint.due_at, Complaint.id).limit(limit + 1).subquery()))
        after = []
    found = union_all(*parts).subquery()
    first = select(found).order_by(found.c.rank, found.c.due_at, found.c.id).limit(limit + 1).subquery()
    cases = select(Complaint).join(first, first.c.id == Complaint.id)
    return _loaded(session, cases.order_by(first.c.rank, first.c.due_at, first.c.id))


_OPENING = (
    select(CaseMessage.body)
    .where(CaseMessage.complaint_id == Complaint.id, CaseMessage.kind == "description")
    .order_by(CaseMessage.id)
    .limit(1)
)
SHOWN = (
    joinedload(Complaint.topic).load_only(Topic.code, Topic.name),
    joinedload(Complaint.commune).load_only(Commune.code, Commune.name),
    joinedload(Complaint.agency).options(load_only(Agency.code, Agency.name), lazyload(Agency.commune)),
    joinedload(Complaint.handler).options(load_only(Account.display_name), lazyload(Account.agency)),
    with_expression(Complaint.excerpt, _OPENING.correlate(Complaint).scalar_subquery()),
    defer(Complaint.search_text), defer(Complaint.decision), defer(Complaint.place_text),
)  # fmt: skip
"""What a line of a list shows; the rest of a row is read when somebody asks for it."""


def _loaded(session: Session, query: Select[Complaint]) -> list[Complaint]:
    return list(session.scalars(query.options(*SHOWN)).unique())


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
    """How many cases the filters leave; beyond `MANY` only that there are more, unless it is a figure's own list."""
    where = [*within_reach(account), *_conditions(session, account, filters, now)]
    found = select(Complaint.id).where(*where)
    if not filters.figure:
        found = found.limit(MANY + 1)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def cursor(filters: Filters, last: Complaint) -> str:
    """Where the next page starts: after `last`."""
    if not filters.due_first:
        return str(last.id)
    return f"{URGENCIES.index(last.urgency)}_{(last.due_at or _FAR).isoformat()}_{last.id}"


def _after_id(filters: Filters) -> list[ColumnElement[bool]]:
    try:
        return [Complaint.id < int(filters.after)] if filters.after else []
    except ValueError as error:
        raise InvalidInputError(BROKEN_CURSOR) from error


def _after_due(filters: Filters) -> tuple[int, list[ColumnElement[bool]]]:
    """The urgency the page begins in, and where in it."""
    if not filters.after:
        return 0, []
    try:
        rank, due, key = filters.after.split("_")
        moment = literal(datetime.fromisoformat(due).astimezone(UTC), Complaint.due_at.type)
        return range(len(URGENCIES))[int(rank)], [
            tuple_(Complaint.due_at, Complaint.id) > tuple_(moment, literal(int(key)))
        ]
    except (ValueError, OverflowError, IndexError) as error:
        raise InvalidInputError(BROKEN_CURSOR) from error


def counts(session: Session, account: Account, now: datetime) -> Counts:
    """Open, overdue, urgent, untaken, own and waiting cases of everything the account sees."""
    waiting = Complaint.state == State.WAITING
    columns = {
        "open": IS_OPEN,
        "overdue": and_(IS_OPEN, Complaint.due_at < now, ~waiting),
        "urgent": and_(IS_OPEN, Complaint.urgency == "urgent"),
        "untaken": Complaint.state.in_(UNTAKEN),
        "mine": and_(IS_OPEN, Complaint.handler_id == account.id),
        "waiting": waiting,
    }
    sums = [func.coalesce(func.sum(case((rule, 1), else_=0)), 0).label(name) for name, rule in columns.items()]
    row = session.execute(select(*sums).select_from(Complaint).where(IS_OPEN, *within_reach(account))).one()
    return Counts(**row._mapping)


def _conditions(session: Session, account: Account, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found = [*_state_conditions(filters), *_text_conditions(session, filters.text), *_of_whom_and_when(filters)]
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
        found += [Complaint.due_at < now, IS_OPEN, Complaint.state != State.WAITING]
    if filters.mine:
        found.append(Complaint.handler_id == account.id)
    return found


def _of_whom_and_when(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.handler:
        found.append(Complaint.handler_id == filters.handler)
    if filters.received_from:
        found.append(Complaint.received_at >= filters.received_from)
    if filters.received_to:
        found.append(Complaint.received_at < filters.received_to)
    return found


def _state_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    if filters.figure:
        return [cases_behind(filters.figure, filters.start or _LONG_AGO, filters.end or _FAR)]
    if filters.state == "all":
        return []
    if filters.state == "untaken":
        return [Complaint.state.in_(UNTAKEN)]
    if filters.state in OPEN:
        return [Complaint.state == filters.state, IS_OPEN]
    return [Complaint.state == filters.state if filters.state else IS_OPEN]


def _text_conditions(session: Session, words: str) -> list[ColumnElement[bool]]:
    code = parse_code(words)
    if code is not None:
        return [Complaint.code == code]
    return search.conditions(session, words)


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
