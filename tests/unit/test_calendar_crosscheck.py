"""Working time against other people's code: numpy's business days, the holidays package, a count minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import holidays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import TIMEZONE
from tracker.domain.calendar import Span, WorkingCalendar
from tracker.domain.deadlines import Limit, due
from tracker.domain.steps import forward_due, opening_of, take_due
from tracker.errors import InvalidInputError
from tracker.services.province.calendars import calendar_from_files, read_calendar_file

CALENDAR = calendar_from_files()
FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MOMENTS = st.datetimes(datetime(2025, 1, 2), datetime(2027, 6, 30)).map(lambda m: m.replace(tzinfo=TIMEZONE))  # noqa: DTZ001
BUSINESS = np.busdaycalendar(
    weekmask="1111111",
    holidays=[
        day.isoformat()
        for day in EVERY_DAY
        if not {one["day"]: one["working"] for one in read_calendar_file()["days"] if not one["pending"]}.get(
            day.isoformat(), day.weekday() < 5
        )
    ],
)
"""The same days told to numpy, which does its own reckoning; working Saturdays are days like others to it."""


@given(MOMENTS, st.integers(1, 40))
def test_working_days_agree_with_numpy(received: datetime, days: int) -> None:
    close = time(17, 0)
    local = received.astimezone(TIMEZONE)
    start = np.datetime64(local.date())
    if np.is_busday(start, busdaycal=BUSINESS) and local.time() > close:
        start = start + np.timedelta64(1, "D")
    start = np.busday_offset(start, 0, roll="forward", busdaycal=BUSINESS)
    expected = np.busday_offset(start, days, busdaycal=BUSINESS).astype(object)
    assert due(received, Limit(days, "working_days"), CALENDAR).astimezone(TIMEZONE).date() == expected


@given(st.sampled_from(EVERY_DAY), st.integers(0, 60))
def test_counts_of_days_agree_with_numpy(day: date, length: int) -> None:
    end = min(day + timedelta(days=length), LAST)
    ours = sum(CALENDAR.is_working(day + timedelta(days=n)) for n in range((end - day).days))
    assert ours == np.busday_count(day, end, busdaycal=BUSINESS)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_public_holiday_another_library_knows_is_a_day_off(year: int) -> None:
    known = holidays.country_holidays("VN", years=year)
    worked = [day for day in known if CALENDAR.is_working(day)]
    assert worked == []


@given(MOMENTS, st.integers(0, 3000), st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 600)), max_size=3))
def test_minutes_agree_with_counting_them_one_by_one(
    start: datetime, length: int, pauses: list[tuple[int, int]]
) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=length)
    spans = [Span(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in pauses]
    shifts = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
    counted = 0
    for n in range(length):
        minute = (start + timedelta(minutes=n)).astimezone(TIMEZONE)
        works = CALENDAR.is_working(minute.date()) and any(a <= minute.time() < b for a, b in shifts)
        counted += works and not any(span.start <= minute < span.end for span in spans)
    assert CALENDAR.minutes_between(start, end, spans) == counted


@given(MOMENTS, st.integers(1, 5000))
def test_a_clock_that_jumps_back_counts_nothing(start: datetime, minutes: int) -> None:
    assert CALENDAR.minutes_between(start, start - timedelta(minutes=minutes)) == 0


@given(MOMENTS)
def test_the_clocks_stand_in_their_order(moment: datetime) -> None:
    assert moment < take_due(moment, CALENDAR, urgent=True) == moment + timedelta(hours=2)
    assert take_due(moment, CALENDAR, urgent=False) < forward_due(moment, CALENDAR)
    opening = opening_of(moment, CALENDAR)
    assert CALENDAR.works_at(opening)
    assert opening.astimezone(TIMEZONE).time() == time(7, 30)


@given(MOMENTS, st.integers(-30, 0))
def test_no_time_and_less_than_none_are_refused(received: datetime, amount: int) -> None:
    for unit in ("working_days", "working_hours", "clock_hours"):
        with pytest.raises(InvalidInputError):
            due(received, Limit(amount, unit), CALENDAR)


@given(MOMENTS, st.integers(1, 15), st.integers(1, 15))
def test_more_time_never_ends_sooner(received: datetime, few: int, more: int) -> None:
    for unit in ("working_days", "working_hours", "clock_hours"):
        first, second = (due(received, Limit(amount, unit), CALENDAR) for amount in (few, few + more))
        assert first < second


def test_shifts_of_an_agency_are_its_own() -> None:
    late = WorkingCalendar({}, ((time(9), time(12)), (time(13), time(18))), frozenset({2026}))
    noon = datetime(2026, 6, 3, 12, 30, tzinfo=TIMEZONE)
    assert not late.works_at(noon)
    assert late.effective_receipt(noon).time() == time(13)
    assert late.close_of(noon.date()).time() == time(18)
