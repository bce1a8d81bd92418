"""Administrative changes with their trace: accounts, agencies, topics, calendar days, templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, AuditEntry, CalendarDay
from tracker.errors import InvalidInputError
from tracker.services.people import accounts

PAGE = 100


def record(
    session: Session, account_id: int, action: str, subject: str, changes: Mapping[str, Any], now: datetime
) -> None:
    """Append one change; `changes` is field -> [old, new] and never holds a password."""
    session.add(
        AuditEntry(at=now, account_id=account_id, action=action, subject=subject[:120], changes=dict(changes))
    )
    session.flush()


def change(
    session: Session, row: Any, values: Mapping[str, Any], subject: str, account_id: int, now: datetime
) -> dict[str, list[Any]]:
    """Write the values that differ and record them; nothing different records nothing."""
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    if changes:
        record(session, account_id, "change", subject, {k: [str(a), str(b)] for k, (a, b) in changes.items()}, now)
    return changes


def latest(session: Session, limit: int = PAGE) -> list[AuditEntry]:
    """The newest changes first."""
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))


def reset_password(session: Session, target: Account, account_id: int, now: datetime) -> str:
    """A generated password, shown once; log-ins and a lost second factor end with the old one."""
    password = accounts.generated_password()
    accounts.set_password(session, target, password, now)
    target.totp_secret = target.totp_used = None
    record(session, account_id, "reset", f"tài khoản {target.username}", {}, now)
    return password


def set_active(session: Session, target: Account, active: bool, account_id: int, now: datetime) -> None:
    """Disable an account at once, or open it again; nobody locks out themselves."""
    if target.id == account_id:
        raise InvalidInputError("Không tự khóa tài khoản đang dùng.")
    if active:
        target.active = True
    else:
        accounts.disable(session, target, now)
    record(session, account_id, "open" if active else "disable", f"tài khoản {target.username}", {}, now)


def set_day(session: Session, day: date, values: Mapping[str, Any], account_id: int, now: datetime) -> None:
    """Add or change a day that differs from its weekday."""
    row = session.scalar(select(CalendarDay).where(CalendarDay.day == day))
    if row is None:
        session.add(CalendarDay(**{"day": day, "confidence": "do quản trị nhập", **values}))
        record(session, account_id, "add", f"ngày {day:%d/%m/%Y}", {k: ["", str(v)] for k, v in values.items()}, now)
    else:
        change(session, row, values, f"ngày {day:%d/%m/%Y}", account_id, now)
