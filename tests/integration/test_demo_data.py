"""The sample data: accounts once, cases that obey the rules, every one labelled."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from tracker.db.models import Account, CaseEvent, CaseMessage, Complaint, OutboxItem
from tracker.domain.lifecycle import TABLE, State
from tracker.services.people import accounts
from tracker.services.published.publication import Wanted, find
from tracker.services.samples import demo_cases
from tracker.services.samples.demo_data import prepare
from tracker.uow import Database

ALLOWED = {(row.source.value, row.action.value) for row in TABLE}


def test_accounts_come_once_with_working_passwords(database: Database, now: datetime) -> None:
    made = prepare(database, now, cases=False)
    assert {account["role"] for account in made} == {
        "desk", "office", "admin", "auditor", "reader", "handler", "head",
    }  # fmt: skip
    assert {"tiepnhan", "vanphong", "quantri", "ubnd.vuninh"} <= {account["user"] for account in made}
    with database.read() as session:
        stored = {row.username: row for row in accounts.every(session)}
        for account in made:
            assert accounts.verify(stored[account["user"]], account["password"])
            assert (stored[account["user"]].agency is None) == (account["agency"] is None)
        assert session.scalar(select(func.count()).select_from(Complaint)) == 0
    assert prepare(database, now, cases=False) == []


def test_cases_are_labelled_varied_and_moved_by_the_rules(database: Database, now: datetime) -> None:
    prepare(database, now, cases=False)
    with database.unit_of_work() as session:
        demo_cases.add_cases(session, now, count=120)
    with database.read() as session:
        cases = list(session.scalars(select(Complaint)))
        assert len(cases) == 120
        assert {case.source for case in cases} == {"demo"}
        assert all(case.decision["demo"] is True for case in cases)
        assert all(case.received_at <= now for case in cases)
        states = Counter(case.state for case in cases)
        assert states[State.CLOSED] > 30
        assert len(states) >= 5
        assert len({case.agency_id for case in cases}) >= 8
        texts = session.scalars(select(CaseMessage.body).where(CaseMessage.kind == "description"))
        assert all(text is not None and text.startswith("[Dữ liệu mẫu] ") for text in texts)
        events = list(session.scalars(select(CaseEvent).where(CaseEvent.action.not_in(("file", "rate", "publish")))))
        assert all((event.from_state, event.action) in ALLOWED for event in events)
        assert all(event.at <= now for event in events)
        assert session.scalar(select(func.count()).select_from(OutboxItem)) == 0
        handlers = session.scalars(select(Account).join(Complaint, Complaint.handler_id == Account.id))
        assert {handler.role for handler in handlers} <= {"handler", "desk"}
        shown, count = find(session, Wanted())
        assert count == len(shown) > 0
        assert all(row.answer.startswith(demo_cases.LABEL) and row.words for row in shown)


def test_preparing_again_adds_no_case(database: Database, now: datetime) -> None:
    prepare(database, now, cases=False)
    with database.unit_of_work() as session:
        demo_cases.add_cases(session, now, count=3)
    assert prepare(database, now, cases=True) == []
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Complaint)) == 3
