"""What time alone brings about: each step once, at its hour, with its event; and the worker that calls it."""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import worker
from tracker.config import TIMEZONE
from tracker.db.models import Account, CaseEvent, Complaint, Lease, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, TransitionError
from tracker.services.cases import records
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import sweep
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def case(session: Session, now: datetime) -> Complaint:
    """A pothole, seven working days, reported by chat and owned by SXD."""
    load_reference(session, now)
    return filed(session, now, "normal")


def filed(session: Session, now: datetime, urgency: str) -> Complaint:
    conversation = conversation_for(session, "web", "khach", now)
    new = NewCase(
        description="Ổ gà", topic=find_topic(session, "HT01"), agency=find_agency(session, "SXD", None),
        source="web", urgency=urgency, conversation_id=conversation.id, citizen_id=conversation.citizen_id,
    )  # fmt: skip
    return open_complaint(session, new, now)


def handler(session: Session, now: datetime, role: Role = Role.HANDLER) -> Actor:
    accounts.create(session, f"sxd.{role}", role, "SXD", "Cán bộ", now)
    return Actor(role, session.scalars(select(Account.id).where(Account.username == f"sxd.{role}")).one())


def actions(session: Session, case: Complaint) -> list[str]:
    found = select(CaseEvent.action).where(CaseEvent.complaint_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(found))


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)))


def twice(job: Callable[[Session, datetime], int], session: Session, at: datetime) -> int:
    """How much the job did; a second run right after must do nothing."""
    count = job(session, at)
    assert job(session, at + MINUTE) == 0
    return count


def test_seven_silent_days_close_by_day(session: Session, case: Complaint, now: datetime) -> None:
    who = handler(session, now)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.ANSWER, who, Given(text="Đã sửa"), now)
    assert sweep.lapse(session, now + 7 * DAY - MINUTE) == 0
    assert sweep.lapse(session, now.replace(hour=22) + 7 * DAY) == 0
    assert twice(sweep.lapse, session, now + 7 * DAY) == 1
    assert (case.state, case.closed_as) == (State.CLOSED, "silent")


def test_one_extension_with_a_reason_told_to_the_citizen(session: Session, case: Complaint, now: datetime) -> None:
    who = handler(session, now)
    for wrong in (Given(text="Chờ vật tư"), Given(date=date(2026, 12, 15)), Given(text="x", date=date(2026, 11, 26)),
                  Given(text="x", date=date(2026, 12, 13))):  # fmt: skip
        with pytest.raises(InvalidInputError):
            records.extend(session, case.id, who, wrong, now)
    given = Given(text="Chờ vật tư", date=date(2026, 12, 15))
    records.extend(session, case.id, who, given, now, key="e")
    records.extend(session, case.id, who, given, now, key="e")
    assert case.due_at == datetime(2026, 12, 15, 17, 0, tzinfo=TIMEZONE)
    with pytest.raises(TransitionError, match="một lần"):
        records.extend(session, case.id, who, Given(text="Nữa", date=date(2026, 12, 20)), now)
    assert kinds(session) == ["filed", "extended"]
    assert actions(session, case) == ["file", "extend"]


def test_notes_and_looks_leave_a_trace(session: Session, case: Complaint, now: datetime) -> None:
    who = handler(session, now)
    records.note(session, case.id, who, Given(text="Đã gọi điện"), now)
    with pytest.raises(InvalidInputError):
        records.reveal_identity(session, case.id, who, Given(), now)
    citizen = records.reveal_identity(session, case.id, who, Given(text="Gọi hỏi vị trí"), now)
    assert citizen is not None
    assert citizen.id == case.citizen_id
    case.anonymous = True
    with pytest.raises(ForbiddenError):
        records.reveal_identity(session, case.id, who, Given(text="Gọi"), now)
    assert actions(session, case) == ["file", "note", "reveal_identity"]
    assert kinds(session) == ["filed"]


def test_a_job_runs_until_less_than_a_batch_comes_back(database: Database) -> None:
    left = [sweep.BATCH, sweep.BATCH, 3, sweep.BATCH]

    def job(_session: Session, _now: datetime) -> int:
        return left.pop(0)

    assert worker.drain(database, job, threading.Event()) == 2 * sweep.BATCH + 3
    assert left == [sweep.BATCH]


def test_a_lease_from_a_clock_that_was_put_back_is_taken(database: Database, now: datetime) -> None:
    assert worker.hold(database, "a", now + DAY)
    assert worker.hold(database, "b", now)


def test_one_worker_holds_the_lease(database: Database, now: datetime) -> None:
    assert worker.hold(database, "a", now)
    assert not worker.hold(database, "b", now + 60 * timedelta(seconds=1))
    assert worker.hold(database, "a", now + timedelta(seconds=60))
    assert worker.hold(database, "b", now + timedelta(seconds=151))
    worker.release(database, "b")
    with database.read() as session:
        assert session.scalars(select(Lease)).all() == []


def test_a_failing_job_is_named_without_its_words_and_stops_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = threading.Event()
    ran: list[str] = []

    def broken(session: Session, now: datetime) -> int:
        raise ValueError("Nguyễn Văn A 0912345678")

    def last(session: Session, now: datetime) -> int:
        ran.append("last")
        stopping.set()
        return 1

    monkeypatch.setattr(sweep, "JOBS", (broken, last))
    with caplog.at_level(logging.INFO, logger="langnghe.worker"):
        worker.run(database, "a", stopping, pause=0)
    assert ran == ["last"]
    assert "job broken failed: ValueError" in caplog.text
    assert "0912345678" not in caplog.text
    with database.read() as session:
        assert session.scalars(select(Lease)).all() == []
