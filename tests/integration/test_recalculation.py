"""The calendar as data: read with its mistakes named, changed, and every open due date moved with a trace."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.test_escalation import filed
from tracker.config import TIMEZONE
from tracker.db.models import Account, CalendarDay, CaseEvent, OutboxItem
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import DataFileError, InvalidInputError
from tracker.services.cases import records
from tracker.services.cases.casework import act
from tracker.services.cases.moves import CITIZEN, Actor, Given
from tracker.services.oversight.recalculation import recalculate
from tracker.services.people import accounts
from tracker.services.province.calendars import import_days, load_calendar, read_calendar_file
from tracker.services.province.reference import find_agency, load_reference

HEADER = "ngay,lam_viec,ten,van_ban,do_tin_cay,cho_quyet_dinh\n"
FRIDAY = datetime(2026, 12, 4, 17, 0, tzinfo=TIMEZONE)


@pytest.fixture
def handler(session: Session, now: datetime) -> Actor:
    load_reference(session, now)
    accounts.create(session, "xuly", Role.HANDLER, "SXD", "Xử lý", now)
    assert recalculate(session, now) == 0
    return Actor(Role.HANDLER, session.scalars(select(Account.id)).one())


def close(session: Session, day: date, *, pending: bool = False) -> None:
    session.add(CalendarDay(day=day, working=False, name="Nghỉ", confidence="đã kiểm chứng", pending=pending))
    session.flush()


def test_a_day_off_moves_open_dates_once_and_the_citizen_hears(
    session: Session, handler: Actor, now: datetime
) -> None:
    case, urgent = filed(session, now), filed(session, now, "urgent")
    limit = urgent.due_at
    assert case.due_at == FRIDAY
    close(session, date(2026, 12, 1))
    assert recalculate(session, now) == 1
    assert recalculate(session, now) == 0
    assert (case.due_at, urgent.due_at) == (datetime(2026, 12, 7, 17, 0, tzinfo=TIMEZONE), limit)
    event = session.scalars(select(CaseEvent).where(CaseEvent.action == "recalculate")).one()
    assert event.data["old_due_at"] == FRIDAY.isoformat()
    assert [kind for kind in session.scalars(select(OutboxItem.kind)) if kind == "rescheduled"] == ["rescheduled"]
    session.delete(session.scalars(select(CalendarDay).where(CalendarDay.day == date(2026, 12, 1))).one())
    session.flush()
    assert recalculate(session, now) == 1
    assert case.due_at == FRIDAY
    assert list(session.scalars(select(OutboxItem.kind))).count("rescheduled") == 1  # earlier is no news to wait for


def test_a_pending_day_moves_nothing_until_it_is_decided(session: Session, handler: Actor, now: datetime) -> None:
    case = filed(session, now)
    close(session, date(2026, 12, 1), pending=True)
    assert recalculate(session, now) == 0
    session.scalars(select(CalendarDay).where(CalendarDay.day == date(2026, 12, 1))).one().pending = False
    session.flush()
    assert recalculate(session, now) == 1
    assert case.due_at != FRIDAY


def test_an_extended_date_stays_unless_its_day_is_off(session: Session, handler: Actor, now: datetime) -> None:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, handler, Given(), now)
    records.extend(session, case.id, handler, Given(text="Chờ vật tư", date=date(2026, 12, 15)), now)
    close(session, date(2026, 12, 1))
    assert recalculate(session, now) == 0
    close(session, date(2026, 12, 15))
    assert recalculate(session, now) == 1
    assert case.due_at == datetime(2026, 12, 16, 17, 0, tzinfo=TIMEZONE)


def test_a_case_that_waits_for_the_citizen_is_reckoned_by_the_answer(
    session: Session, handler: Actor, now: datetime
) -> None:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, handler, Given(), now)
    act(session, case.id, Action.ASK, handler, Given(text="Ở đâu?"), now)
    close(session, date(2026, 12, 1))
    assert recalculate(session, now) == 0
    act(session, case.id, Action.REPLY, CITIZEN, Given(text="Đầu ngõ"), now + timedelta(minutes=5))
    assert case.due_at == datetime(2026, 12, 7, 17, 0, tzinfo=TIMEZONE)


def test_an_agency_with_shifts_of_its_own(session: Session, handler: Actor, now: datetime) -> None:
    agency = find_agency(session, "SXD", None)
    agency.hours = {"shifts": [["07:00", "11:00"], ["14:00", "16:30"]]}
    session.flush()
    case = filed(session, now)
    assert case.due_at == datetime(2026, 12, 4, 16, 30, tzinfo=TIMEZONE)
    assert not load_calendar(session, agency).works_at(now.replace(hour=13, minute=45))
    assert load_calendar(session).works_at(now.replace(hour=13, minute=45))
    agency.hours = {"shifts": [["11:00", "07:00"]]}
    with pytest.raises(InvalidInputError):
        load_calendar(session, agency)


def test_days_from_a_file(session: Session, handler: Actor, now: datetime) -> None:
    text = HEADER + "2026-12-31,nghỉ,Nghỉ bù,QĐ 1,đã kiểm chứng,\n05/12/2026,làm,Làm bù,QĐ 1,chưa kiểm chứng,x\n"
    assert import_days(session, "lich.csv", text, now) == 2
    assert import_days(session, "lich.csv", text, now) == 0
    rows = session.scalars(select(CalendarDay).where(CalendarDay.day >= date(2026, 12, 5)).order_by(CalendarDay.day))
    found = {row.day: (row.working, row.decision, row.confidence, row.pending) for row in rows}
    assert found[date(2026, 12, 31)] == (False, "QĐ 1", "đã kiểm chứng", False)
    assert found[date(2026, 12, 5)] == (True, "QĐ 1", "chưa kiểm chứng", True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-12-31,nghỉ,Lặp,QĐ 1,đã kiểm chứng,", "hai lần"),
        ("2026-02-30,nghỉ,Sai,QĐ 1,đã kiểm chứng,", "2026-02-30"),
        ("1999-01-01,nghỉ,Xa,QĐ 1,đã kiểm chứng,", "1999"),
        ("2126-01-01,nghỉ,Xa,QĐ 1,đã kiểm chứng,", "2126"),
        ("2026-12-30,có,Sai,QĐ 1,đã kiểm chứng,", "nghỉ"),
        ("2026-12-30,nghỉ,,QĐ 1,đã kiểm chứng,", "tên"),
        ("2026-12-30,nghỉ,Thiếu,,đã kiểm chứng,", "văn bản"),
        ("2026-12-30,nghỉ,Sai,QĐ 1,chắc chắn,", "tin cậy"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(
    session: Session, handler: Actor, now: datetime, line: str, said: str
) -> None:
    text = HEADER + "2026-12-31,nghỉ,Nghỉ bù,QĐ 1,đã kiểm chứng,\n" + line + "\n"
    with pytest.raises(DataFileError, match=r"lich\.csv, dòng 3") as raised, session.begin_nested():
        import_days(session, "lich.csv", text, now)
    assert said in str(raised.value)
    assert session.scalar(select(CalendarDay.id).where(CalendarDay.day == date(2026, 12, 31))) is None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"years": [2026], "shifts": [["07:30", "11:30"]], "days": [\n{"day": "2026-01-01", "working": false},\n'
         '{"day": "2026-01-01", "working": false}]}', 3),
        ('{"years": [2026], "shifts": [["07:30", "11:30"]], "days": [\n{"day": "01/01/2026", "working": false}]}', 2),
        ('{"years": [2026], "shifts": [["07:30", "11:30"]], "days": [\n\n'
         '{"day": "2031-01-01", "working": false}]}', 3),
        ('{"years": [2026],\n "shifts": [[', 2),
    ],
)  # fmt: skip
def test_the_repositorys_file_names_its_line(tmp_path: Path, content: str, line: int) -> None:
    path = tmp_path / "calendar.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match=f"dòng {line}"):
        read_calendar_file(path)
