"""One letter a working morning, to those who have something to do, by every way they have."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.test_escalation import filed
from tracker.config import TIMEZONE
from tracker.db.models import Account, CalendarDay, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.oversight import alarms, digest, escalation
from tracker.services.people import accounts
from tracker.services.province.reference import load_reference

DAY = timedelta(days=1)


@pytest.fixture
def people(session: Session, now: datetime) -> dict[str, Account]:
    load_reference(session, now)
    found = {}
    for name, role, agency in (("xuly", "handler", "SXD"), ("lanhdao", "head", "SXD"), ("vanphong", "office", None),
                               ("khac", "handler", "SNV")):  # fmt: skip
        accounts.create(session, name, role, agency, name, now)
        found[name] = session.scalars(select(Account).where(Account.username == name)).one()
        found[name].email = f"{name}@example.invalid"
    return found


def letters(session: Session) -> dict[str | None, str]:
    rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == "digest"))
    return {row.address: row.body or "" for row in rows}


def at(day: int, hour: int, minute: int = 30) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=TIMEZONE)


def test_each_hears_of_their_own_work_once_a_morning(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    who = Actor(Role.HANDLER, people["xuly"].id)
    act(session, case.id, Action.TAKE, who, Given(), now)
    filed(session, now)
    escalation.look(session, at(4, 7))
    alarms.raise_alarm(session, "no_desk", "province", now)
    assert digest.send(session, at(4, 7, 29)) == 0
    assert digest.send(session, at(4, 7)) == 3
    assert digest.send(session, at(4, 8)) == 0
    found = letters(session)
    assert set(found) == {"xuly@example.invalid", "lanhdao@example.invalid", "vanphong@example.invalid"}
    mine, heads, office = (found[f"{name}@example.invalid"] for name in ("xuly", "lanhdao", "vanphong"))
    assert "1 phản ánh tới hạn hôm nay (của ông/bà)" in mine
    assert "1 phản ánh chưa ai nhận của cơ quan" in mine
    assert "2 phản ánh tới hạn hôm nay (cả cơ quan)" in heads
    assert "1 cảnh báo đang mở" in office
    assert "Ổ gà" not in mine + heads + office


def test_reminders_since_the_last_letter_are_listed(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, Actor(Role.HANDLER, people["xuly"].id), Given(), now)
    digest.send(session, at(1, 8))
    escalation.look(session, at(1, 9))
    digest.send(session, at(2, 8))
    rows = session.scalars(select(OutboxItem.body).where(OutboxItem.kind == "digest")).all()
    assert len(rows) == 1
    assert "đã dùng nửa thời hạn" in (rows[0] or "")


@pytest.mark.parametrize("moment", [at(5, 8), at(4, 18), at(4, 3)])
def test_never_on_a_day_off_or_out_of_hours(session: Session, people: dict[str, Account], now: datetime,
                                            moment: datetime) -> None:  # fmt: skip
    filed(session, now)
    assert digest.send(session, moment) == 0


def test_a_day_declared_off_has_none(session: Session, people: dict[str, Account], now: datetime) -> None:
    filed(session, now)
    session.add(CalendarDay(day=date(2026, 12, 4), working=False, name="Nghỉ", confidence="đã kiểm chứng"))
    session.flush()
    assert digest.send(session, at(4, 8)) == 0


def test_a_linked_chat_hears_too_and_a_disabled_account_does_not(
    session: Session, people: dict[str, Account], now: datetime
) -> None:
    filed(session, now)
    people["xuly"].conversation_id = conversation_for(session, "telegram", "9", now).id
    accounts.disable(session, people["lanhdao"], now)
    digest.send(session, at(1, 8))
    chats = session.scalars(select(OutboxItem.channel).where(OutboxItem.kind == "staff_digest")).all()
    assert chats == ["telegram"]
    assert "lanhdao@example.invalid" not in letters(session)
