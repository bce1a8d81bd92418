"""Due dates: worked examples of the calendar, and properties that hold for any date."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import TIMEZONE
from tracker.domain.calendar import Span, WorkingCalendar, merge
from tracker.domain.deadlines import Limit, due, due_line
from tracker.errors import InvalidInputError
from tracker.services.province.calendars import calendar_from_files

CALENDAR = calendar_from_files()
MOMENTS = st.datetimes(datetime(2025, 1, 2), datetime(2027, 6, 30)).map(lambda m: m.replace(tzinfo=TIMEZONE))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2025-04-25T10:00", 3, "2025-04-29T17:00"),
        ("2025-12-31T09:00", 2, "2026-01-06T17:00"),
        ("2026-02-13T15:00", 5, "2026-02-27T17:00"),
        ("2026-08-21T11:00", 1, "2026-08-22T17:00"),
        ("2026-11-20T14:00", 3, "2026-11-26T17:00"),
        ("2027-02-03T10:00", 5, "2027-02-17T17:00"),
        ("2026-11-23T17:01", 1, "2026-11-26T17:00"),
        ("2026-11-23T17:00", 1, "2026-11-25T17:00"),
        ("2026-11-21T08:00", 1, "2026-11-25T17:00"),
    ],
)
def test_working_days(received: str, days: int, expected: str) -> None:
    assert due_line({"received": received, "working_days": days}, CALENDAR) == {"due": expected}


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        ("2026-11-25T08:00", 2, "2026-11-25T10:00"),
        ("2026-11-25T08:00", 3.5, "2026-11-25T11:30"),
        ("2026-11-25T08:00", 4, "2026-11-25T14:00"),
        ("2026-11-25T12:00", 3.5, "2026-11-25T17:00"),
        ("2026-11-23T16:00", 2, "2026-11-25T08:30"),
        ("2026-11-21T10:00", 1, "2026-11-23T08:30"),
    ],
)
def test_working_hours(received: str, hours: float, expected: str) -> None:
    assert due_line({"received": received, "working_hours": hours}, CALENDAR) == {"due": expected}


def test_clock_hours_run_day_and_night() -> None:
    record = {"received": "2026-11-23T23:30", "clock_hours": 2}
    assert due_line(record, CALENDAR) == {"due": "2026-11-24T01:30"}


@pytest.mark.parametrize(
    ("unit", "paused", "expected"),
    [
        ({"working_days": 2}, [["2026-11-26T09:00", "2026-11-26T10:00"]], "2026-11-30T17:00"),
        ({"working_days": 2}, [["2026-11-26T18:00", "2026-11-26T20:00"]], "2026-11-27T17:00"),
        ({"working_hours": 2}, [["2026-11-25T09:00", "2026-11-25T10:00"],
                                ["2026-11-25T09:30", "2026-11-25T10:30"]], "2026-11-25T11:30"),
        ({"clock_hours": 2}, [["2026-11-25T09:00", "2026-11-25T12:00"]], "2026-11-25T13:00"),
        ({"working_days": 2}, [["2026-11-26T09:00", None]], None),
    ],
)  # fmt: skip
def test_pauses(unit: dict[str, float], paused: list[list[str | None]], expected: str | None) -> None:
    record = {"received": "2026-11-25T08:00", "paused": paused, **unit}
    assert due_line(record, CALENDAR) == {"due": expected}


@pytest.mark.parametrize(
    "record",
    [
        {"received": "2026-11-25T08:00"},
        {"received": "2026-11-25T08:00", "working_days": 0},
        {"received": "2026-11-25T08:00", "working_days": -1},
        {"received": "2026-11-25T08:00", "working_days": 1.5},
        {"received": "2026-11-25T08:00", "working_days": True},
        {"received": "2026-11-25T08:00", "working_days": "3"},
        {"received": "2026-11-25T08:00", "working_days": 1, "working_hours": 1},
        {"received": "25/11/2026", "working_days": 1},
        {"received": "2031-11-25T08:00", "working_days": 1},
        {"received": "2027-12-31T08:00", "working_days": 1},
        {"received": "2024-12-31T08:00", "clock_hours": 1},
        {"received": "2027-12-31T23:30", "clock_hours": 1},
        {
            "received": "2026-11-25T08:00",
            "clock_hours": 1,
            "paused": [["2026-11-25T09:00", "2026-11-25T08:00"]],
        },
    ],
)
def test_what_cannot_be_counted_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        due_line(record, CALENDAR)


@given(MOMENTS, st.integers(1, 20))
def test_a_day_limit_ends_at_the_close_of_a_working_day_with_that_many_days_between(
    received: datetime, days: int
) -> None:
    end = due(received, Limit(days, "working_days"), CALENDAR)
    start = CALENDAR.effective_receipt(received)
    between = [start.date() + timedelta(days=n) for n in range(1, (end.date() - start.date()).days + 1)]
    assert end == CALENDAR.close_of(end.date())
    assert sum(CALENDAR.is_working(day) for day in between) == days
    assert CALENDAR.is_working(end.date())


@given(MOMENTS, st.integers(1, 60 * 40))
def test_working_time_counts_exactly_its_minutes(received: datetime, minutes: int) -> None:
    received = received.replace(second=0, microsecond=0)
    end = due(received, Limit(minutes / 60, "working_hours"), CALENDAR)
    assert abs(CALENDAR.minutes_between(received, end) - minutes) <= 1  # hours as a float lose under a minute


@given(MOMENTS, st.integers(1, 10), st.lists(st.tuples(st.integers(0, 20000), st.integers(1, 3000)), max_size=4))
def test_a_pause_never_brings_a_due_date_forward(
    received: datetime, days: int, pauses: list[tuple[int, int]]
) -> None:
    spans = [
        Span(received + timedelta(minutes=start), received + timedelta(minutes=start + length))
        for start, length in pauses
    ]
    for limit in (Limit(days, "working_days"), Limit(days, "working_hours"), Limit(days, "clock_hours")):
        assert due(received, limit, CALENDAR, spans) >= due(received, limit, CALENDAR)
        assert due(received, limit, CALENDAR, spans) == due(received, limit, CALENDAR, merge(spans))


def test_a_calendar_with_its_own_shifts() -> None:
    summer = WorkingCalendar(
        {date(2026, 6, 3): False}, ((time(7), time(11)), (time(14), time(17))), frozenset({2026})
    )
    received = datetime(2026, 6, 2, 16, 0, tzinfo=TIMEZONE)
    assert due(received, Limit(2, "working_hours"), summer) == datetime(2026, 6, 4, 8, 0, tzinfo=TIMEZONE)
