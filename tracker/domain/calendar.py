"""Working time: which minutes of which days count, from dates that somebody decided and shifts that somebody set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tracker.config import TIMEZONE
from tracker.errors import InvalidInputError

SATURDAY = 5


class Span(NamedTuple):
    """A stretch of time, start inclusive, end exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class WorkingCalendar:
    """Days that differ from their weekday (True: worked), daily shifts in local time, and the years loaded."""

    days: Mapping[date, bool]
    shifts: tuple[tuple[time, time], ...]
    years: frozenset[int]
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Days reckoned before: a sweep asks for the same few thousands of times."""

    def works_at(self, moment: datetime) -> bool:
        """Whether offices are open at this moment."""
        return any(span.start <= moment < span.end for span in self.spans(moment.astimezone(TIMEZONE).date()))

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`; a year that is not loaded is an error, never a guess."""
        if day.year not in self.years:
            raise InvalidInputError(f"Chưa có lịch làm việc năm {day.year}.")
        return self.days.get(day, day.weekday() < SATURDAY)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The day's shifts as moments; none on a day off."""
        found = self._spans.get(day)
        if found is None:
            found = self._spans[day] = self._reckon(day) if self.is_working(day) else ()
        return found

    def _reckon(self, day: date) -> tuple[Span, ...]:
        return tuple(
            Span(datetime.combine(day, start, TIMEZONE), datetime.combine(day, end, TIMEZONE))
            for start, end in self.shifts
        )

    def spans_from(self, moment: datetime) -> Iterator[Span]:
        """Shifts that have not ended at `moment`, in order, the first one cut to start there."""
        day = moment.astimezone(TIMEZONE).date()
        while True:
            for span in self.spans(day):
                if span.end >= moment:
                    yield Span(max(span.start, moment), span.end)
            day += timedelta(days=1)

    def effective_receipt(self, moment: datetime) -> datetime:
        """`moment` inside a shift (its close included), else the next shift's start."""
        return next(self.spans_from(moment.astimezone(TIMEZONE))).start

    def next_working_day(self, day: date) -> date:
        """First working day after `day`."""
        day += timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def close_of(self, day: date) -> datetime:
        """When the day's last shift ends (17:00 by default)."""
        return datetime.combine(day, self.shifts[-1][1], TIMEZONE)

    def minutes_between(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> int:
        """Whole working minutes from `start` to `end`, pauses left out; 0 when `end` is not after `start`."""
        seconds = 0.0
        merged = merge(pauses)
        for span in self.spans_from(start):
            if span.start >= end:
                break
            seconds += remaining_seconds(Span(span.start, min(span.end, end)), merged)
        return int(seconds // 60)


def merge(pauses: Iterable[Span]) -> list[Span]:
    """Overlapping or touching stretches become one; the result is sorted."""
    merged: list[Span] = []
    for span in sorted(pauses):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span.end > span.start:
            merged.append(span)
    return merged


def overlaps(span: Span, pauses: Sequence[Span]) -> bool:
    """Whether any pause takes some of `span`."""
    return any(pause.start < span.end and span.start < pause.end for pause in pauses)


def without(span: Span, pauses: Sequence[Span]) -> list[Span]:
    """What is left of `span` when merged pauses are cut out, in order."""
    left: list[Span] = []
    start = span.start
    for pause in pauses:
        if pause.end <= start or pause.start >= span.end:
            continue
        if pause.start > start:
            left.append(Span(start, pause.start))
        start = max(start, pause.end)
    if start < span.end:
        left.append(Span(start, span.end))
    return left


def remaining_seconds(span: Span, pauses: Sequence[Span]) -> float:
    """Seconds of `span` that no pause takes."""
    return sum((part.end - part.start).total_seconds() for part in without(span, pauses))
