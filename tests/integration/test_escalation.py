"""Reminders, alarms and duty: each step once, to the right people, in its hours, and nothing skipped in silence."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Agency, Alarm, CaseEvent, Complaint, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.services.cases import records
from tracker.services.cases.casework import act
from tracker.services.cases.moves import CITIZEN, Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import alarms, duty, escalation
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def people(session: Session, now: datetime) -> dict[str, Account]:
    """Everybody an agency and the province need, each with an address."""
    load_reference(session, now)
    found = {}
    for name, role, agency in (
        ("sxd.xuly", "handler", "SXD"), ("sxd.lanhdao", "head", "SXD"), ("vanphong", "office", None),
        ("tiepnhan", "desk", None),
    ):  # fmt: skip
        accounts.create(session, name, role, agency, name, now)
        account = session.scalars(select(Account).where(Account.username == name)).one()
        account.email = f"{name}@example.invalid"
        found[name] = account
    return found


def filed(session: Session, now: datetime, urgency: str = "normal", agency: str = "SXD") -> Complaint:
    conversation = conversation_for(session, "web", "khach", now)
    new = NewCase(
        description="Ổ gà", topic=find_topic(session, "HT01"), agency=find_agency(session, agency, None),
        source="web", urgency=urgency, conversation_id=conversation.id, citizen_id=conversation.citizen_id,
    )  # fmt: skip
    return open_complaint(session, new, now)


def steps(session: Session, case: Complaint) -> list[str]:
    found = select(CaseEvent.action).where(CaseEvent.complaint_id == case.id).order_by(CaseEvent.id)
    return list(session.scalars(found))


def look(session: Session, at: datetime) -> int:
    """How many steps were taken; a second look right after takes none."""
    session.flush()
    count = escalation.look(session, at)
    assert escalation.look(session, at) == 0
    return count


def mails(session: Session) -> list[tuple[str, str | None]]:
    rows = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail").order_by(OutboxItem.id))
    return [(row.kind, row.address) for row in rows]


def kinds(session: Session) -> list[str]:
    found = select(OutboxItem.kind).where(OutboxItem.channel != "mail").order_by(OutboxItem.id)
    return list(session.scalars(found))


def standing(session: Session) -> list[str]:
    return sorted(row.kind for row in alarms.standing(session))


def test_reminders_come_at_their_share_in_office_hours(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["sxd.xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    assert look(session, now + HOUR) == 0
    assert case.next_step_at == datetime(2026, 12, 1, 8, 15, tzinfo=TIMEZONE)
    assert look(session, datetime(2026, 12, 1, 22, 0, tzinfo=TIMEZONE)) == 0
    assert case.next_step_at == datetime(2026, 12, 2, 7, 30, tzinfo=TIMEZONE)
    assert look(session, case.next_step_at) == 1
    assert look(session, datetime(2026, 12, 3, 15, 0, tzinfo=TIMEZONE)) == 1
    assert case.due_at == datetime(2026, 12, 4, 17, 0, tzinfo=TIMEZONE)
    assert look(session, datetime(2026, 12, 4, 7, 30, tzinfo=TIMEZONE)) == 1
    assert look(session, case.due_at) == 1
    assert steps(session, case) == ["file", "take", "remind_50", "remind_80", "remind_due", "overdue"]
    heard = {event.action: event.data["accounts"] for event in case.events if "accounts" in event.data}
    handler, head, office = (people[name].id for name in ("sxd.xuly", "sxd.lanhdao", "vanphong"))
    assert heard == {
        "remind_50": [handler], "remind_80": [handler, head], "remind_due": [handler, head],
        "overdue": [handler, head, office],
    }  # fmt: skip
    assert mails(session) == []  # what is not urgent waits for the morning's digest
    assert kinds(session) == ["filed", "overdue"]


def test_a_person_with_an_open_page_is_not_disturbed_by_a_look(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    session.flush()
    version = case.version
    escalation.look(session, now + HOUR)
    session.refresh(case)
    assert case.version == version


def test_not_taken_and_not_forwarded_in_time(session: Session, people: dict[str, Account], now: datetime) -> None:
    case = filed(session, now, agency="VPUBND")
    assert case.state == State.NEW
    assert look(session, datetime(2026, 11, 26, 17, 0, tzinfo=TIMEZONE)) == 0
    assert look(session, datetime(2026, 11, 27, 7, 30, tzinfo=TIMEZONE)) == 1
    assert look(session, datetime(2026, 12, 3, 16, 0, tzinfo=TIMEZONE)) == 3
    assert sorted(steps(session, case)) == ["file", "forward_late", "remind_50", "remind_80", "take_late"]
    late = next(event for event in case.events if event.action == "forward_late")
    assert late.data["accounts"] == [people["tiepnhan"].id, people["vanphong"].id]


def test_a_broken_promise_is_asked_for_then_told(session: Session, people: dict[str, Account], now: datetime) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["sxd.xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.PROMISE, who, Given(text="Sẽ sửa", date=date(2026, 12, 10)), now)
    assert look(session, datetime(2026, 12, 9, 9, tzinfo=TIMEZONE)) == 4
    assert "overdue" not in kinds(session)
    assert look(session, datetime(2026, 12, 10, 7, 30, tzinfo=TIMEZONE)) == 1
    assert steps(session, case)[-1] == "ask_proof"
    assert look(session, datetime(2026, 12, 11, 9, tzinfo=TIMEZONE)) == 1
    assert kinds(session).count("overdue") == 1
    assert steps(session, case)[-1] == "promise_broken"
    act(session, case.id, Action.PROMISE, who, Given(text="Hẹn lại", date=date(2026, 12, 18)), now + 17 * DAY)
    assert look(session, datetime(2026, 12, 18, 16, 0, tzinfo=TIMEZONE)) == 1
    assert look(session, datetime(2026, 12, 18, 17, 0, tzinfo=TIMEZONE)) == 1
    assert kinds(session).count("overdue") == 2


def test_urgent_and_not_taken_calls_duty_then_head_then_office(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    night = now.replace(hour=23)
    duty.add(session, find_agency(session, "SXD", None), account=people["sxd.xuly"],
             starts_at=now.replace(hour=17), ends_at=now + DAY)  # fmt: skip
    case = filed(session, night, "urgent")
    assert look(session, night) == 1
    assert look(session, night + 14 * MINUTE) == 0
    assert look(session, night + 15 * MINUTE) == 1
    assert look(session, night + 30 * MINUTE) == 1
    assert steps(session, case) == ["file", "call_duty", "alarm_head", "alarm_office"]
    assert mails(session) == [
        ("call_duty", "sxd.xuly@example.invalid"), ("alarm_head", "sxd.lanhdao@example.invalid"),
        ("alarm_office", "vanphong@example.invalid"),
    ]  # fmt: skip
    assert kinds(session) == ["filed"]
    assert standing(session) == []
    assert look(session, night + 2 * HOUR) == 1
    assert steps(session, case)[-1] == "take_late"


def test_nobody_on_duty_is_an_alarm_and_the_citizen_hears_at_once(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    night = now.replace(hour=23)
    case = filed(session, night, "urgent")
    assert look(session, night + MINUTE) == 1
    notice = session.scalars(select(OutboxItem).where(OutboxItem.kind == "no_duty")).one()
    assert notice.not_before == night + MINUTE
    assert notice.body is not None
    assert "114" in notice.body
    assert standing(session) == ["no_duty"]
    assert steps(session, case)[1:] == ["call_duty", "alarm_no_duty"]
    assert {address for _, address in mails(session)} == {
        f"{name}@example.invalid" for name in ("sxd.lanhdao", "vanphong", "tiepnhan")
    }
    act(session, case.id, Action.TAKE, Actor(Role.HANDLER, people["sxd.xuly"].id), Given(), night + HOUR)
    assert alarms.settle(session, night + HOUR) == 1
    assert standing(session) == []


def test_in_office_hours_whoever_works_there_is_on_duty(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    filed(session, now, "urgent")
    look(session, now)
    assert [kind for kind, _ in mails(session)] == ["call_duty", "call_duty"]
    assert standing(session) == []


def test_somebody_without_an_account_on_the_roster_is_mailed(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    night = now.replace(hour=23)
    duty.add(session, find_agency(session, "SXD", None), name="Trực ban", phone="0900000000",
             email="truc@example.invalid", starts_at=night - HOUR, ends_at=night + HOUR)  # fmt: skip
    filed(session, night, "urgent")
    look(session, night)
    assert mails(session) == [("call_duty", "truc@example.invalid")]


def test_an_urgent_case_handed_on_again_and_again_is_the_offices(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now, "urgent")
    case.bounces = 2
    assert look(session, now) == 2
    assert sorted(steps(session, case)[1:]) == ["alarm_office", "call_duty"]


def test_an_agency_nobody_can_reach_is_an_alarm(session: Session, people: dict[str, Account], now: datetime) -> None:
    case = filed(session, now, agency="SNV")
    look(session, now + MINUTE)
    assert standing(session) == ["no_receiver"]
    assert steps(session, case) == ["file", "alarm_no_receiver"]
    look(session, now + 7 * HOUR)
    assert steps(session, case).count("alarm_no_receiver") == 1
    accounts.create(session, "snv.xuly", "handler", "SNV", "Nội vụ", now)
    act(session, case.id, Action.TAKE, Actor(Role.DESK), Given(), now + HOUR)
    assert alarms.settle(session, now + HOUR) == 1


def test_no_head_and_no_office_are_alarms_and_pass_one_step_up(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    accounts.disable(session, people["sxd.lanhdao"], now)
    case = filed(session, now, "urgent")
    look(session, now + 15 * MINUTE)
    head = next(event for event in case.events if event.action == "alarm_head")
    assert head.data["accounts"] == [people["vanphong"].id]
    assert standing(session) == ["no_supervisor"]
    accounts.disable(session, people["vanphong"], now)
    look(session, now + 30 * MINUTE)
    office = next(event for event in case.events if event.action == "alarm_office")
    assert office.data["accounts"] == [people["tiepnhan"].id]
    assert standing(session) == ["no_office", "no_supervisor"]
    people["sxd.lanhdao"].active = people["vanphong"].active = True
    session.flush()
    assert alarms.settle(session, now + HOUR) == 2
    assert standing(session) == []


def test_a_handler_whose_account_was_disabled_is_an_alarm(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, Actor(Role.HANDLER, people["sxd.xuly"].id), Given(), now)
    assert escalation.orphans(session, now) == 0
    accounts.disable(session, people["sxd.xuly"], now)
    assert escalation.orphans(session, now + HOUR) == 1
    assert escalation.orphans(session, now + HOUR) == 0
    assert standing(session) == ["disabled_handler"]
    assert steps(session, case)[-1] == "alarm_disabled_handler"
    assert mails(session) == [("alarm", "sxd.lanhdao@example.invalid")]
    accounts.create(session, "sxd.moi", "handler", "SXD", "Mới", now)
    fresh = session.scalars(select(Account.id).where(Account.username == "sxd.moi")).one()
    act(session, case.id, Action.RETURN, Actor(Role.DESK), Given(text="Giao lại"), now + HOUR)
    act(session, case.id, Action.TAKE, Actor(Role.DESK, fresh), Given(), now + HOUR)
    assert alarms.settle(session, now + HOUR) == 1


def test_a_case_that_comes_back_is_told_at_once(session: Session, people: dict[str, Account], now: datetime) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["sxd.xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.ANSWER, who, Given(text="Đã sửa"), now + HOUR)
    act(session, case.id, Action.DISPUTE, CITIZEN, Given(reason_code="not_done"), now + 2 * HOUR)
    act(session, case.id, Action.RETURN, who, Given(text="Không thuộc thẩm quyền"), now + 3 * HOUR)
    assert mails(session) == [
        ("reopened", "sxd.xuly@example.invalid"), ("reopened", "sxd.lanhdao@example.invalid"),
        ("returned", "tiepnhan@example.invalid"),
    ]  # fmt: skip


def test_nothing_sleeps_while_the_citizen_is_asked_and_the_rest_follows(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["sxd.xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.ASK, who, Given(text="Ở đâu?"), now + HOUR)
    assert look(session, now + 20 * DAY) == 0
    assert case.next_step_at is None
    act(session, case.id, Action.REPLY, CITIZEN, Given(text="Đầu ngõ"), now + 20 * DAY)
    assert look(session, now + 20 * DAY + MINUTE) == 0
    assert case.next_step_at is not None


def test_an_extension_moves_the_steps(session: Session, people: dict[str, Account], now: datetime) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["sxd.xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    records.extend(session, case.id, who, Given(text="Chờ vật tư", date=date(2026, 12, 15)), now)
    assert look(session, datetime(2026, 12, 1, 9, 0, tzinfo=TIMEZONE)) == 0
    assert look(session, datetime(2026, 12, 7, 9, 0, tzinfo=TIMEZONE)) == 1


def test_a_case_whose_days_cannot_be_reckoned_is_an_alarm_and_stops_no_other(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    lost, fine = filed(session, now), filed(session, now)
    lost.due_at = datetime(2031, 1, 1, tzinfo=TIMEZONE)
    assert look(session, datetime(2026, 11, 27, 7, 30, tzinfo=TIMEZONE)) == 1
    assert standing(session) == ["no_calendar"]
    assert steps(session, fine) == ["file", "take_late"]
    lost.due_at = fine.due_at
    session.flush()
    assert look(session, datetime(2026, 11, 27, 14, 0, tzinfo=TIMEZONE)) == 1
    assert standing(session) == []


def test_open_cases_from_elsewhere_get_their_first_look(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    case.next_step_at = None
    session.flush()
    assert escalation.first_look(session, now) == 1
    session.refresh(case)
    assert case.next_step_at == now


def test_two_sweeps_at_once_take_each_step_once(database: Database, now: datetime) -> None:
    from tests.integration.test_casework import _together  # noqa: PLC0415

    with database.unit_of_work() as session:
        load_reference(session, now)
        for _ in range(6):
            filed(session, now)
    late = datetime(2026, 12, 7, 9, 0, tzinfo=TIMEZONE)

    def sweep() -> None:
        with database.unit_of_work() as session:
            escalation.look(session, late)

    _together([sweep] * 4)
    with database.unit_of_work() as session:
        escalation.look(session, late)
        taken = list(session.scalars(select(CaseEvent.idempotency_key).where(CaseEvent.action == "overdue")))
        assert len(taken) == len(set(taken)) == 6
        assert session.scalar(select(Agency.id).limit(1)) is not None
        assert session.scalars(select(Alarm.kind).where(Alarm.kind == "no_office")).all() == ["no_office"]
