"""Duty rosters: who answers for an agency's urgent cases at a given moment, kept by hand or from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Agency, DutyShift
from tracker.domain.roles import Role
from tracker.errors import DataFileError, InvalidInputError, LangNgheError, NotFoundError
from tracker.services.people.accounts import find_by_code
from tracker.services.province.calendars import load_calendar

COLUMNS = ("co_quan", "tai_khoan", "ho_ten", "dien_thoai", "thu_dien_tu", "tu", "den")
LONGEST = timedelta(days=7)
LONGEST_FILE = 2000
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M")
AT_WORK = (Role.HANDLER, Role.HEAD)


@dataclass(frozen=True)
class OnDuty:
    """One person to be called now."""

    name: str
    account: Account | None = None
    email: str | None = None
    phone: str | None = None


def on_duty(session: Session, agency: Agency, now: datetime) -> list[OnDuty]:
    """Who is on the roster now; in office hours also everybody of the agency who has a living account."""
    found = [
        OnDuty(shift.name, shift.account, shift.email, shift.phone)
        for shift in session.scalars(_covering(agency.id, now))
        if shift.account is None or shift.account.active
    ]
    if load_calendar(session, agency).works_at(now):
        known = {one.account.id for one in found if one.account}
        people = select(Account).where(Account.active, Account.role.in_(AT_WORK), Account.agency_id == agency.id)
        found += [OnDuty(one.display_name, one) for one in session.scalars(people) if one.id not in known]
    return found


def _covering(agency_id: int, now: datetime) -> Select[DutyShift]:
    return select(DutyShift).where(
        DutyShift.agency_id == agency_id, DutyShift.starts_at <= now, DutyShift.ends_at > now
    )


def coming(session: Session, now: datetime, agency_id: int | None = None, limit: int = 200) -> Sequence[DutyShift]:
    """Shifts that have not ended, of one agency or of all, the next first."""
    query = select(DutyShift).where(DutyShift.ends_at > now)
    if agency_id is not None:
        query = query.where(DutyShift.agency_id == agency_id)
    return session.scalars(query.order_by(DutyShift.starts_at, DutyShift.id).limit(limit)).unique().all()


def add(
    session: Session, agency: Agency, *, starts_at: datetime, ends_at: datetime, account: Account | None = None,
    name: str = "", phone: str = "", email: str = "", source: str = "",
) -> DutyShift:  # fmt: skip
    """One shift; a person without an account needs a name and a telephone number."""
    _check_span(starts_at, ends_at)
    if account is not None and (not account.active or account.agency_id != agency.id):
        raise InvalidInputError("Tài khoản trực phải đang hoạt động và thuộc đúng cơ quan.")
    name = (name.strip() or (account.display_name if account else ""))[:120]
    if not name or (account is None and not phone.strip()):
        raise InvalidInputError("Người trực cần có tài khoản, hoặc họ tên và số điện thoại.")
    same = (DutyShift.agency_id == agency.id, DutyShift.name == name,
            DutyShift.starts_at < ends_at, DutyShift.ends_at > starts_at)  # fmt: skip
    if session.scalar(select(DutyShift.id).where(*same).limit(1)) is not None:
        raise InvalidInputError(f"{name} đã có ca trực chồng lên khoảng thời gian này.")
    row = DutyShift(
        agency=agency, account=account, name=name, phone=phone.strip()[:40] or None,
        email=email.strip()[:200] or None, starts_at=starts_at, ends_at=ends_at, source=source[:200],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise InvalidInputError("Ca trực phải kết thúc sau khi bắt đầu.")
    if ends_at - starts_at > LONGEST:
        raise InvalidInputError("Một ca trực dài nhất 7 ngày: hãy chia thành nhiều ca.")


def remove(session: Session, shift_id: int, agency_id: int | None) -> DutyShift:
    """Take a shift off the roster (of one's own agency, where `agency_id` is given)."""
    row = session.get(DutyShift, shift_id)
    if row is None or agency_id not in (None, row.agency_id):
        raise NotFoundError("Không có ca trực này.")
    session.delete(row)
    session.flush()
    return row


def import_roster(session: Session, name: str, text: str, agency_id: int | None = None) -> int:
    """Add the shifts of a CSV file, all or none; the first wrong line is named. Known lines change nothing."""
    added = 0
    for number, row in _rows(name, text):
        try:
            added += _import_row(session, row, name, agency_id)
        except LangNgheError as error:
            raise DataFileError(name, number, str(error)) from error
    return added


def _rows(name: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise DataFileError(name, 1, f"cần các cột {', '.join(COLUMNS)}")
    for row in reader:
        if reader.line_num > LONGEST_FILE:
            raise DataFileError(name, reader.line_num, f"tệp dài quá {LONGEST_FILE} dòng")
        yield reader.line_num, {key: (row.get(key) or "").strip() for key in COLUMNS}


def _import_row(session: Session, row: dict[str, str], source: str, agency_id: int | None) -> int:
    agency = find_by_code(session, row["co_quan"])
    if agency_id not in (None, agency.id):
        raise InvalidInputError("Chỉ nhập được lịch trực của cơ quan mình.")
    account = _account(session, row["tai_khoan"]) if row["tai_khoan"] else None
    starts_at, ends_at = read_moment(row["tu"]), read_moment(row["den"])
    name = row["ho_ten"] or (account.display_name if account else "")
    known = (DutyShift.agency_id == agency.id, DutyShift.name == name, DutyShift.starts_at == starts_at,
             DutyShift.ends_at == ends_at)  # fmt: skip
    if session.scalar(select(DutyShift.id).where(*known)) is not None:
        return 0
    add(session, agency, starts_at=starts_at, ends_at=ends_at, account=account, name=name,
        phone=row["dien_thoai"], email=row["thu_dien_tu"], source=source)  # fmt: skip
    return 1


def _account(session: Session, username: str) -> Account:
    account = session.scalar(select(Account).where(Account.username == username.lower()))
    if account is None:
        raise InvalidInputError(f"không có tài khoản {username}")
    return account


def read_moment(text: str) -> datetime:
    """'2026-11-25 17:00' or '25/11/2026 17:00', Vietnam's time."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=TIMEZONE)
        except ValueError:
            continue
    raise InvalidInputError(f"“{text}” không phải ngày giờ: cần dạng 2026-11-25 17:00 hoặc 25/11/2026 17:00")
