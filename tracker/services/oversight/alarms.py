"""Alarms: what would otherwise be skipped in silence stands on a list until it ends or a person closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from tracker.db.models import Account, Alarm, Complaint
from tracker.domain.lifecycle import OPEN, UNTAKEN
from tracker.domain.roles import Role
from tracker.errors import NotFoundError

PAGE = 200
KINDS: dict[str, str] = {
    "no_duty": "Việc khẩn không có người trực nhận",
    "no_receiver": "Cơ quan nhận việc chưa có tài khoản lẫn hộp thư",
    "disabled_handler": "Tài khoản người đang xử lý đã bị khóa",
    "no_supervisor": "Cơ quan chưa có tài khoản lãnh đạo để nhắc",
    "no_office": "Chưa có tài khoản Văn phòng UBND tỉnh đang hoạt động",
    "no_desk": "Chưa có tài khoản bộ phận tiếp nhận đang hoạt động",
    "call_body": "Cơ quan nhận qua thư chưa phản hồi: cần gọi điện",
    "unreachable": "Danh mục có cơ quan chưa có tài khoản lẫn hộp thư",
    "mail_failed": "Thư không gửi được",
    "no_mail": "Chưa cấu hình máy chủ thư nên thư cho cán bộ, cơ quan chưa gửi được",
    "no_calendar": "Thiếu lịch làm việc nên không tính được hạn",
}
"""Kind of an alarm -> what the list says."""
_UNTAKEN_ONLY = ("no_duty", "no_receiver", "call_body")


def raise_alarm(
    session: Session, kind: str, key: str, now: datetime, *, case: Complaint | None = None,
    agency_id: int | None = None, data: dict[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Put a cause on the list; False while it already stands there."""
    row = session.scalar(select(Alarm).where(Alarm.key == f"{kind}:{key}").with_for_update(of=Alarm))
    if row is not None and row.closed_at is None:
        row.data = data or row.data
        return False
    values = {"complaint_id": case.id if case else None, "agency_id": agency_id, "data": data or {}, "raised_at": now}
    if row is None:
        return _added(session, Alarm(kind=kind, key=f"{kind}:{key}", **values))
    for name, value in {**values, "closed_at": None, "closed_by": None}.items():
        setattr(row, name, value)
    session.flush()
    return True


def _added(session: Session, alarm: Alarm) -> bool:
    """Add the row unless another process was first."""
    try:
        with session.begin_nested():
            session.add(alarm)
    except IntegrityError:
        return False
    return True


def clear(session: Session, kind: str, key: str, now: datetime) -> None:
    """The cause is gone."""
    ended = update(Alarm).where(Alarm.key == f"{kind}:{key}", Alarm.closed_at.is_(None))
    session.execute(ended.values(closed_at=now))


def standing(session: Session) -> Sequence[Alarm]:
    """Open alarms, the newest first."""
    query = (
        select(Alarm).where(Alarm.closed_at.is_(None)).order_by(Alarm.raised_at.desc(), Alarm.id.desc()).limit(PAGE)
        .options(joinedload(Alarm.complaint), joinedload(Alarm.agency))
    )  # fmt: skip
    return session.scalars(query).unique().all()


def close(session: Session, alarm_id: int, account_id: int, now: datetime) -> Alarm:
    """A person has seen to it."""
    row = session.get(Alarm, alarm_id, with_for_update={"of": Alarm})
    if row is None or row.closed_at is not None:
        raise NotFoundError("Cảnh báo này đã được khép lại.")
    row.closed_at, row.closed_by = now, account_id
    return row


def settle(session: Session, now: datetime) -> int:
    """Alarms whose case was taken, ended or got another handler, and those of posts that are held again, close."""
    other_handler = Complaint.handler_id.is_distinct_from(Alarm.data["handler_id"].as_integer())
    over = or_(
        Complaint.state.not_in(OPEN),
        Alarm.kind.in_(_UNTAKEN_ONLY) & Complaint.state.not_in(UNTAKEN),
        (Alarm.kind == "no_receiver") & (Complaint.agency_id != Alarm.agency_id),
        (Alarm.kind == "disabled_handler") & other_handler,
    )
    query = select(Alarm).join(Complaint, Complaint.id == Alarm.complaint_id).where(Alarm.closed_at.is_(None), over)
    ended = [*session.scalars(query), *_manned(session)]
    for row in ended:
        row.closed_at = now
    session.flush()
    return len(ended)


def _manned(session: Session) -> Sequence[Alarm]:
    """Open alarms of empty posts that somebody holds now."""
    someone = exists().where(Account.active)
    head = someone.where(Account.role == Role.HEAD, Account.agency_id == Alarm.agency_id)
    filled = or_(
        (Alarm.kind == "no_office") & someone.where(Account.role == Role.OFFICE),
        (Alarm.kind == "no_desk") & someone.where(Account.role == Role.DESK),
        (Alarm.kind == "no_supervisor") & head,
    )
    return session.scalars(select(Alarm).where(Alarm.closed_at.is_(None), filled)).all()
