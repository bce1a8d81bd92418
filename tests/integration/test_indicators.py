"""The figures against a recount in plain Python over the same cases."""

import math
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, Complaint, DayFigure, JobMark, Rating
from tracker.domain.lifecycle import OPEN, Action
from tracker.services.cases.casework import act
from tracker.services.cases.moves import CITIZEN, Given
from tracker.services.cases.rating import rate
from tracker.services.figures import indicators, rollup
from tracker.services.figures.definitions import DEFINITIONS
from tracker.services.figures.indicators import Overview, Ratio
from tracker.services.people import accounts
from tracker.services.province.reference import load_reference
from tracker.services.samples import demo_cases

PERIODS = ((200, 0), (120, 60), (30, 0), (7, 0))


@pytest.fixture
def sample(session: Session, now: datetime) -> Session:
    load_reference(session, now)
    accounts.create(session, "tiepnhan", "desk", None, "Tiếp nhận", now)
    demo_cases.add_cases(session, now, count=90)
    return session


def nearest(values: list[int], percent: int) -> int | None:
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1] if len(values) >= 10 else None


def recount(session: Session, cases: list[Complaint], start: datetime, end: datetime) -> Overview:
    def inside(moment: datetime | None) -> bool:
        return moment is not None and start <= moment < end

    ids = {case.id for case in cases}
    low = {r.complaint_id for r in session.scalars(select(Rating)) if r.stars <= 2}
    stars = [r.stars for r in session.scalars(select(Rating)) if r.complaint_id in ids and inside(r.created_at)]
    disputes = session.scalars(select(CaseEvent).where(CaseEvent.action == "dispute"))
    done = [case for case in cases if inside(case.done_at)]
    on_time = [c for c in done if c.done_at is not None and c.due_at is not None and c.done_at <= c.due_at]
    still = [case for case in cases if case.state in set(OPEN) and case.received_at < end]
    running = [case for case in still if case.state != "waiting" and case.due_at is not None]
    settled = len(done) + sum(inside(case.due_at) for case in running)
    happy = sum(case.reopened == 0 and case.id not in low for case in on_time)
    resolution = [c.resolution_minutes for c in done if c.resolution_minutes is not None]
    answer = [
        c.first_answer_minutes for c in cases if inside(c.first_answer_at) and c.first_answer_minutes is not None
    ]
    ended = [case.state for case in cases if inside(case.closed_at)]
    acts = [e.action for e in session.scalars(select(CaseEvent)) if e.complaint_id in ids and inside(e.at)]
    promised = [case for case in cases if inside(case.promised_at)]
    kept = sum(c.done_at is not None and c.promised_at is not None and c.done_at <= c.promised_at for c in promised)
    return Overview(
        received=sum(inside(case.received_at) for case in cases),
        resolved=len(done), on_time=len(on_time), late=len(done) - len(on_time),
        taken=acts.count("take"), answered=acts.count("answer"), finished=acts.count("finish"),
        forwarded=acts.count("forward") + acts.count("return"), extended=acts.count("extend"),
        silent=sum(case.closed_as == "silent" and inside(case.closed_at) for case in cases),
        published=sum(inside(case.published_at) for case in cases), promises=Ratio(kept, len(promised)),
        oldest_open=min((case.received_at for case in still), default=None),
        open=len(still), open_overdue=sum(case.due_at < end for case in running if case.due_at),
        refused=ended.count("refused"), withdrawn=ended.count("withdrawn"), merged=ended.count("merged"),
        reopened=len({e.complaint_id for e in disputes if e.complaint_id in ids and inside(e.at)}),
        confirmed=sum(inside(case.confirmed_at) for case in cases),
        resolution_median=nearest(resolution, 50), resolution_p90=nearest(resolution, 90),
        answer_median=nearest(answer, 50), answer_p90=nearest(answer, 90),
        rating_mean=round(sum(stars) / len(stars), 2) if stars else None, rating_count=len(stars),
        on_time_766=Ratio(len(on_time), settled), satisfied_766=Ratio(happy, settled),
    )  # fmt: skip


def test_whole_filtered_and_split_figures_agree_with_a_recount(sample: Session, now: datetime) -> None:
    cases = list(sample.scalars(select(Complaint)))
    for first, last in PERIODS:
        start, end = now - timedelta(days=first), now - timedelta(days=last)
        assert indicators.overview(sample, start, end) == recount(sample, cases, start, end)
    start = now - timedelta(days=200)
    dimensions: tuple[tuple[indicators.Dimension, str], ...] = (
        ("agency", "agency_id"), ("commune", "commune_id"), ("topic", "topic_id"), ("source", "source"),
    )  # fmt: skip
    for dimension, column in dimensions:
        rows = indicators.by(sample, start, now, dimension)
        assert {row.key for row in rows} == {getattr(case, column) for case in cases}
        assert sum(row.figures.received for row in rows) == len(cases)
        for row in rows[:3]:
            own = [case for case in cases if getattr(case, column) == row.key]
            expected = recount(sample, own, start, now)
            assert row.figures == expected
            filters: dict[str, Any] = {column: row.key}
            assert indicators.overview(sample, start, now, **filters) == expected


def test_stored_days_say_what_a_recount_says_also_after_cases_changed(sample: Session, now: datetime) -> None:
    cases = list(sample.scalars(select(Complaint)))
    periods = [(now - timedelta(days=first), now - timedelta(days=last)) for first, last in PERIODS]
    later = _rolled(sample, now)
    assert sample.scalar(select(func.count()).select_from(DayFigure).where(DayFigure.dimension == "all")) > 100  # type: ignore[operator]
    for start, end in periods:
        assert indicators.overview(sample, start, end) == recount(sample, cases, start, end)
    rows = indicators.by(sample, *periods[0], "agency")
    for row in rows:
        own = [case for case in cases if case.agency_id == row.key]
        assert row.figures == recount(sample, own, *periods[0])
        assert indicators.overview(sample, *periods[0], agency_id=int(row.key or 0)) == row.figures
    closed = next(case for case in cases if case.state == "closed" and case.closed_as == "confirmed")
    act(sample, closed.id, Action.DISPUTE, CITIZEN, Given(text="Chưa xong.", reason_code="not_done"), later)
    answered = next(case for case in cases if case.state == "closed" and case.id != closed.id and case.done_at)
    rate(sample, answered.id, 1, later)
    _rolled(sample, later)
    for start, end in periods:
        assert indicators.overview(sample, start, end) == recount(sample, cases, start, end)


def test_a_job_off_for_days_goes_on_where_it_was_and_does_nothing_twice(sample: Session, now: datetime) -> None:
    assert rollup.roll_up(sample, now) == rollup.AT_ONCE
    mark = sample.get_one(JobMark, "day_figures")
    first = mark.day
    assert rollup.roll_up(sample, now + timedelta(seconds=30)) == rollup.AT_ONCE
    assert mark.day == first + timedelta(days=rollup.AT_ONCE)
    later = _rolled(sample, now)
    assert rollup.roll_up(sample, later + timedelta(minutes=10)) == 0
    assert rollup.roll_up(sample, later + timedelta(days=3)) == 3


def test_a_month_that_was_reported_does_not_change(sample: Session, now: datetime) -> None:
    _rolled(sample, now)
    start, end = (datetime(2026, month, 1, tzinfo=TIMEZONE) for month in (10, 11))
    before = indicators.overview(sample, start, end)
    topics = indicators.by(sample, start, end, "topic")
    assert indicators.fixed_on(sample, start, end) is None
    assert rollup.fix_month(sample, now) > 0
    assert rollup.fix_month(sample, now) == 0
    assert indicators.fixed_on(sample, start, end) == now
    assert indicators.overview(sample, start, end) == before
    ended = select(Complaint).where(Complaint.done_at >= start, Complaint.done_at < end, Complaint.state == "closed")
    done = sample.scalars(ended).unique().first()
    assert done is not None
    act(sample, done.id, Action.DISPUTE, CITIZEN, Given(text="Chưa xong.", reason_code="not_done"), now)
    _rolled(sample, now + timedelta(hours=1))
    assert indicators.overview(sample, start, end) == before
    assert indicators.by(sample, start, end, "topic") == topics
    assert indicators.overview(sample, start, end, agency_id=done.agency_id).resolved > 0
    wider = indicators.overview(sample, start - timedelta(days=1), end)
    assert wider.resolved == len([c for c in sample.scalars(select(Complaint)) if c.done_at and
                                  start - timedelta(days=1) <= c.done_at < end])  # fmt: skip


def _rolled(session: Session, now: datetime) -> datetime:
    """The job run until it has nothing left to do; returns when that was."""
    for _ in range(60):
        now += rollup.EVERY
        if rollup.roll_up(session, now) == 0 and session.get_one(JobMark, "day_figures").day == now.date():
            return now
    raise AssertionError("the job never ends")


def test_nothing_in_the_period_is_zero_and_not_enough(sample: Session, now: datetime) -> None:
    later = now - timedelta(days=400)
    figures = indicators.overview(sample, later, later + timedelta(days=1))
    assert figures == Overview()
    assert figures.resolution_median is None
    assert figures.on_time_766.percent is None


def test_every_figure_is_defined_once() -> None:
    assert {d.field for d in DEFINITIONS} == {f.name for f in fields(Overview)}
    assert len({definition.title for definition in DEFINITIONS}) == len(DEFINITIONS)


def test_a_ratio_says_what_it_is_made_of() -> None:
    assert Ratio(2, 3).percent == 66.67
