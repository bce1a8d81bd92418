"""Many hands at once, on real parallel connections of both databases: one wins, nothing is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.integration.test_escalation import filed
from tracker.db.models import Account, Attachment, CaseEvent, Complaint, OutboxItem
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError, LangNgheError, StaleError, TransitionError
from tracker.services.cases import approvals, records
from tracker.services.cases.casework import act
from tracker.services.cases.merge import merge, unmerge
from tracker.services.cases.moves import CITIZEN, Actor, Given
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, load_reference
from tracker.uow import Database

MINUTE = timedelta(minutes=1)
DESK = Actor(Role.DESK)


@pytest.fixture
def who(database: Database, now: datetime) -> Actor:
    with database.unit_of_work() as session:
        load_reference(session, now)
        find_agency(session, "SXD", None).needs_approval = True
        accounts.create(session, "sxd", Role.HEAD, "SXD", "Lãnh đạo", now)
        return Actor(Role.HEAD, session.scalars(select(Account.id)).one())


def at_once(jobs: list[Callable[[], object]]) -> list[str]:
    """Run the jobs on threads of their own, started together; each one's outcome: "ok" or the error's class."""
    outcomes: list[str] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        start.wait()
        try:
            job()
            outcomes.append("ok")
        except LangNgheError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return sorted(outcomes)


def new_case(database: Database, now: datetime, actor: Actor | None = None) -> tuple[int, int]:
    """(id, version) of a case, taken by `actor` if given."""
    with database.unit_of_work() as session:
        case = filed(session, now)
        if actor is not None:
            act(session, case.id, Action.TAKE, actor, Given(), now)
        return case.id, case.version


def count(database: Database, case_id: int, action: str) -> int:
    with database.read() as session:
        query = select(func.count()).where(CaseEvent.complaint_id == case_id, CaseEvent.action == action)
        return session.scalar(query) or 0


def test_answer_against_forward_one_wins(database: Database, now: datetime, who: Actor) -> None:
    case_id, version = new_case(database, now, who)
    with database.read() as session:
        other = find_agency(session, "SNV", None).id

    def go(action: Action, given: Given) -> Callable[[], object]:
        def job() -> None:
            with database.unit_of_work() as session:
                act(session, case_id, action, who, given, now + MINUTE, expected_version=version)

        return job

    outcomes = at_once([go(Action.ANSWER, Given(text="Đã xem")),
                        go(Action.FORWARD, Given(text="Chuyển", agency_id=other))])  # fmt: skip
    assert outcomes in (["StaleError", "ok"], ["ForbiddenError", "ok"])
    assert count(database, case_id, "answer") + count(database, case_id, "forward") == 1


def test_the_same_form_from_many_tabs_acts_once(database: Database, now: datetime, who: Actor) -> None:
    case_id, version = new_case(database, now, who)
    given = Given(text="Chờ vật tư", date=date(2026, 12, 15))

    def extend() -> None:
        with database.unit_of_work() as session:
            records.extend(session, case_id, who, given, now, key="e", expected_version=version)

    def note() -> None:
        with database.unit_of_work() as session:
            records.note(session, case_id, who, Given(text="Đã gọi"), now, key="n")

    assert set(at_once([extend, extend, extend, note, note, note])) == {"ok"}
    assert (count(database, case_id, "extend"), count(database, case_id, "note")) == (1, 1)
    with database.read() as session:
        told = select(func.count()).where(OutboxItem.kind == "extended", OutboxItem.complaint_id == case_id)
        assert session.scalar(told) == 1


def test_two_cases_merged_into_each_other_do_not_lock_or_lose_each_other(
    database: Database, now: datetime, who: Actor
) -> None:
    first, _ = new_case(database, now)
    second, _ = new_case(database, now)

    def job(source: int, target: int) -> Callable[[], object]:
        def go() -> None:
            with database.unit_of_work() as session:
                merge(session, source, target, DESK, now)

        return go

    assert at_once([job(first, second), job(second, first)]) == ["InvalidInputError", "ok"]
    with database.read() as session:
        states = sorted(session.scalars(select(Complaint.state).where(Complaint.id.in_((first, second)))))
        assert states == [State.ASSIGNED, State.MERGED]


def test_merge_and_unmerge_by_key_once(database: Database, now: datetime, who: Actor) -> None:
    first, _ = new_case(database, now)
    second, _ = new_case(database, now)

    def go() -> None:
        with database.unit_of_work() as session:
            merge(session, first, second, DESK, now, key="m")

    assert at_once([go] * 3) == ["ok"] * 3
    assert count(database, first, "merge") == 1

    def back() -> None:
        with database.unit_of_work() as session:
            unmerge(session, first, DESK, now + MINUTE, key="u")

    assert at_once([back] * 3) == ["ok"] * 3
    assert count(database, first, "unmerge") == 1


def test_a_citizen_and_an_official_at_once(database: Database, now: datetime, who: Actor) -> None:
    case_id, version = new_case(database, now, who)

    def withdraw() -> None:
        with database.unit_of_work() as session:
            act(session, case_id, Action.WITHDRAW, CITIZEN, Given(), now + MINUTE, key="w")

    def answer() -> None:
        with database.unit_of_work() as session:
            act(session, case_id, Action.ANSWER, who, Given(text="Đã xem"), now + MINUTE, key="a",
                expected_version=version)  # fmt: skip

    assert at_once([withdraw, answer])[-1] == "ok"
    assert count(database, case_id, "withdraw") + count(database, case_id, "answer") == 1


def test_one_answer_is_decided_once(database: Database, now: datetime, who: Actor) -> None:
    case_id, _ = new_case(database, now, DESK)
    with database.unit_of_work() as session:
        act(session, case_id, Action.ANSWER, DESK, Given(text="Đã xem"), now)
        row_id = approvals.waiting(session)[0].id

    def decide(approve: bool) -> Callable[[], object]:
        def go() -> None:
            with database.unit_of_work() as session:
                approvals.decide(session, case_id, row_id, who, Given(text="Ý kiến"), now, approve=approve)

        return go

    assert at_once([decide(True), decide(False)]) == ["TransitionError", "ok"]


def test_a_transaction_that_fails_in_the_middle_leaves_nothing(
    database: Database, now: datetime, who: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, version = new_case(database, now, who)
    with database.unit_of_work() as session:
        photo = Attachment(kind="photo", role="proof", status="stored", created_at=now)
        session.add(photo)
        session.flush()
        photo_id = photo.id

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("tracker.notify.notices.moved", broken)
        given = Given(text="Đã vá", attachment_ids=(photo_id,))
        with pytest.raises(OSError, match="disk full"), database.unit_of_work() as session:
            act(session, case_id, Action.FINISH, who, given, now, expected_version=version)
    with database.read() as session:
        case = session.get_one(Complaint, case_id)
        assert (case.state, case.version, case.done_at) == (State.IN_PROGRESS, version, None)
        assert session.get_one(Attachment, photo_id).complaint_id is None
    assert count(database, case_id, "finish") == 0


def test_moments_never_run_backwards(database: Database, now: datetime, who: Actor) -> None:
    case_id, _ = new_case(database, now, who)
    with database.unit_of_work() as session:
        case = act(session, case_id, Action.ANSWER, who, Given(text="Đã xem"), now - timedelta(hours=3))
        assert case.done_at == now
        assert case.resolution_minutes == 0
        assert [event.at for event in case.events] == [now, now, now]


def test_errors_say_what_happened(database: Database, now: datetime, who: Actor) -> None:
    case_id, version = new_case(database, now, who)
    with database.unit_of_work() as session:
        with pytest.raises(StaleError, match="Lãnh đạo"):
            act(session, case_id, Action.ANSWER, who, Given(text="x"), now, expected_version=version - 1)
        with pytest.raises(TransitionError, match="Đang xử lý"):
            act(session, case_id, Action.CONFIRM, CITIZEN, Given(), now)
        with pytest.raises(InvalidInputError):
            records.note(session, case_id, who, Given(), now)
