"""What time alone brings about in the life of one case: which step comes when, and who is to hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tracker.config import TIMEZONE
from tracker.domain.calendar import Span, WorkingCalendar
from tracker.domain.deadlines import Limit, due
from tracker.domain.lifecycle import OPEN, UNTAKEN, State
from tracker.domain.limits import FORWARDING, TAKING, TO_HEAD, TO_OFFICE, URGENT_TAKING

REMINDERS = (50, 80)
BOUNCED_OFTEN = 2
"""After so many forwards an urgent case that is not taken is the province office's at once."""


class To(StrEnum):
    """Who hears of a step."""

    HANDLER = "handler"
    HEAD = "head"
    OFFICE = "office"
    DESK = "desk"
    DUTY = "duty"


class Step(NamedTuple):
    """One step: its moment, its event, the key that makes it happen once, who hears, whether it waits for hours."""

    at: datetime
    name: str
    key: str
    to: tuple[To, ...]
    in_hours: bool


@dataclass(frozen=True)
class Standing:
    """Where a case stands, as far as time matters."""

    case_id: int
    state: State
    urgent: bool
    round: int
    bounces: int
    received_at: datetime
    given_at: datetime
    """When its present body got it."""
    started_at: datetime
    """When the present round of work began."""
    due_at: datetime | None
    promised_at: datetime | None
    pauses: tuple[Span, ...] = ()


EVENTS: dict[str, tuple[To, ...]] = {
    "call_duty": (To.DUTY,),
    "alarm_head": (To.HEAD,),
    "alarm_office": (To.OFFICE,),
    "take_late": (To.HEAD,),
    "forward_late": (To.DESK, To.OFFICE),
    "remind_50": (To.HANDLER,),
    "remind_80": (To.HANDLER, To.HEAD),
    "remind_due": (To.HANDLER, To.HEAD),
    "overdue": (To.HANDLER, To.HEAD, To.OFFICE),
    "ask_proof": (To.HANDLER,),
    "promise_broken": (To.HANDLER, To.HEAD, To.OFFICE),
}
"""Event of each step -> who hears of it."""
AT_ANY_HOUR = frozenset({"overdue", "promise_broken"})
"""Facts, recorded when they happen; the words about them still wait for their hours."""


def steps(case: Standing, calendar: WorkingCalendar) -> list[Step]:
    """Every step of the present round, past ones too, in the order of their time."""
    if case.state not in OPEN or case.state is State.WAITING:
        return []
    found = [*_untaken(case, calendar), *_handling(case, calendar), *_promised(case, calendar)]
    return sorted(found, key=lambda step: (step.at, step.name))


def _step(case: Standing, name: str, at: datetime, mark: object, calendar: WorkingCalendar) -> Step:
    in_hours = not case.urgent and name not in AT_ANY_HOUR
    moment = calendar.effective_receipt(at) if in_hours else at
    return Step(moment, name, f"{name}:{case.case_id}:{mark}", EVENTS[name], in_hours)


def _untaken(case: Standing, calendar: WorkingCalendar) -> Iterator[Step]:
    if case.state not in UNTAKEN:
        return
    given = case.given_at
    mark = f"{case.round}.{int(given.timestamp())}"
    if case.urgent:
        to_office = timedelta(0) if case.bounces >= BOUNCED_OFTEN else TO_OFFICE
        yield _step(case, "call_duty", given, mark, calendar)
        yield _step(case, "alarm_head", given + TO_HEAD, mark, calendar)
        yield _step(case, "alarm_office", given + to_office, mark, calendar)
    yield _step(case, "take_late", take_due(given, calendar, urgent=case.urgent), mark, calendar)
    if case.state is State.NEW:
        yield _step(case, "forward_late", forward_due(case.received_at, calendar), case.round, calendar)


def take_due(given: datetime, calendar: WorkingCalendar, *, urgent: bool) -> datetime:
    """Until when a case that was given at this moment must be taken."""
    return due(given, URGENT_TAKING if urgent else TAKING, calendar)


def forward_due(received: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when a report must have reached the body in charge."""
    return due(received, FORWARDING, calendar)


def _handling(case: Standing, calendar: WorkingCalendar) -> Iterator[Step]:
    if case.due_at is None:
        return
    for percent, moment in zip(REMINDERS, _parts(case, calendar), strict=True):
        yield _step(case, f"remind_{percent}", moment, case.round, calendar)
    yield _step(case, "remind_due", _last_hours(case, calendar), case.round, calendar)
    yield _step(case, "overdue", case.due_at, case.round, calendar)


def _parts(case: Standing, calendar: WorkingCalendar) -> list[datetime]:
    """The moments at which each reminder's share of the time between start and due date is used."""
    start, end = case.started_at, case.due_at
    assert end is not None  # noqa: S101 - the caller looked
    if case.urgent or end <= start:
        return [max(start, start + (end - start) * percent / 100) for percent in REMINDERS]
    minutes = calendar.minutes_between(start, end, case.pauses)
    shares = [Limit(minutes * percent / 6000, "working_hours") for percent in REMINDERS]
    return [min(due(start, share, calendar, case.pauses), end) if minutes else end for share in shares]


def _last_hours(case: Standing, calendar: WorkingCalendar) -> datetime:
    """The opening of the due day; two hours before for urgent cases."""
    assert case.due_at is not None  # noqa: S101 - the caller looked
    if case.urgent:
        return case.due_at - timedelta(hours=2)
    return opening_of(case.due_at, calendar)


def opening_of(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """When offices open on this moment's day (on the next working day where it is a day off)."""
    local = moment.astimezone(TIMEZONE)
    return calendar.effective_receipt(local.replace(hour=0, minute=0, second=0, microsecond=0))


def _promised(case: Standing, calendar: WorkingCalendar) -> Iterator[Step]:
    if case.state is not State.PROMISED or case.promised_at is None:
        return
    mark = case.promised_at.astimezone(TIMEZONE).date().isoformat()
    yield _step(case, "ask_proof", opening_of(case.promised_at, calendar), mark, calendar)
    yield _step(case, "promise_broken", case.promised_at, mark, calendar)
