"""How long each kind of personal data is kept, what is due to go, and its going: once a night, in small rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE, Settings, get_settings
from tracker.db.models import (
    Attachment,
    Citizen,
    Complaint,
    DutyShift,
    InboxItem,
    LoginSession,
    OpenQuestion,
    OutboxItem,
    SealedNote,
)
from tracker.delivery import leases
from tracker.domain.lifecycle import FINAL
from tracker.services.people.privacy import erase_attachment

LEASE, NIGHT, BATCH = "retention", time(2, 0), 500
SOON = timedelta(days=30)
STAFF_DAYS = 365

type Where = Callable[[datetime], tuple[ColumnElement[bool], ...]]
"""Everything of one kind that is older than this moment and still there."""


@dataclass(frozen=True)
class Rule:
    """One kind of data: its table, its days, what is old, and how it goes."""

    name: str
    title: str
    table: type[Any]
    days: Callable[[Settings], int]
    where: Where
    gone: Callable[[Session, list[Any], datetime], object]


@dataclass(frozen=True)
class Due:
    """What one rule would take: now, and within a month."""

    rule: Rule
    days: int
    now: int
    soon: int


def _values(table: type[Any], **values: Any) -> Callable[[Session, list[Any], datetime], object]:
    return lambda session, ids, _now: session.execute(update(table).where(table.id.in_(ids)).values(values))


def _rows_go(table: type[Any]) -> Callable[[Session, list[Any], datetime], object]:
    return lambda session, ids, _now: session.execute(delete(table).where(table.id.in_(ids)))


def _files_go(session: Session, ids: list[Any], now: datetime) -> None:
    for row in session.scalars(select(Attachment).where(Attachment.id.in_(ids))):
        erase_attachment(session, row, now)


def _old_contact(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """People who left a name, a number or an address, and whose last case ended before; or who never had one."""
    theirs = Complaint.citizen_id == Citizen.id
    living = or_(Complaint.state.not_in(FINAL), Complaint.closed_at >= before, Complaint.closed_at.is_(None))
    left = or_(Citizen.name.is_not(None), Citizen.phone.is_not(None), Citizen.address.is_not(None))
    return (left, Citizen.created_at < before, ~exists().where(theirs, living))


def _old_cases(before: datetime) -> ColumnElement[bool]:
    return Complaint.state.in_(FINAL) & (Complaint.closed_at < before)


RULES: tuple[Rule, ...] = (
    Rule("heard", "Tin nhắn thô người dân gửi", InboxItem, lambda s: s.raw_chat_days,
         lambda before: (InboxItem.received_at < before, InboxItem.status != "new",
                         or_(InboxItem.text.is_not(None), InboxItem.data.is_not(None))),
         _values(InboxItem, text=None, data=None)),
    Rule("said", "Tin nhắn và thư đã gửi đi", OutboxItem, lambda s: s.raw_chat_days,
         lambda before: (OutboxItem.created_at < before, OutboxItem.status != "pending",
                         OutboxItem.body.is_not(None)),
         _values(OutboxItem, body=None)),
    Rule("asked", "Câu hỏi máy chưa hiểu", OpenQuestion, lambda s: s.raw_chat_days,
         lambda before: (OpenQuestion.created_at < before, OpenQuestion.text.is_not(None)),
         _values(OpenQuestion, text=None)),
    Rule("contact", "Họ tên, số điện thoại, địa chỉ sau khi mọi phản ánh đã đóng", Citizen, lambda s: s.contact_days,
         _old_contact, _values(Citizen, name=None, phone=None, phone_hash=None, address=None)),
    Rule("position", "Tọa độ của phản ánh đã đóng", Complaint, lambda s: s.contact_days,
         lambda before: (_old_cases(before), Complaint.lat.is_not(None)), _values(Complaint, lat=None, lon=None)),
    Rule("evidence", "Ảnh, phim, ghi âm người dân gửi kèm phản ánh đã đóng", Attachment, lambda s: s.evidence_days,
         lambda before: (Attachment.role == "evidence", Attachment.status == "stored",
                         Attachment.complaint_id.in_(select(Complaint.id).where(_old_cases(before)))),
         _files_go),
    Rule("logins", "Lượt đăng nhập của cán bộ", LoginSession, lambda _s: STAFF_DAYS,
         lambda before: (LoginSession.seen_at < before,), _rows_go(LoginSession)),
    Rule("duty", "Lịch trực đã qua, kèm số điện thoại", DutyShift, lambda _s: STAFF_DAYS,
         lambda before: (DutyShift.ends_at < before,), _rows_go(DutyShift)),
)  # fmt: skip
"""Every kind that goes by age; sealed notes have a day of their own, drafts expire with the talk."""


def preview(session: Session, now: datetime) -> list[Due]:
    """What each rule would take now and within a month; nothing is changed."""
    found = []
    for rule in RULES:
        days = rule.days(get_settings())
        count = _count(session, rule, now - timedelta(days=days)) if days else 0
        later = _count(session, rule, now + SOON - timedelta(days=days)) if days else 0
        found.append(Due(rule, days, count, later))
    return found


def _count(session: Session, rule: Rule, before: datetime) -> int:
    return session.scalar(select(func.count()).select_from(rule.table).where(*rule.where(before))) or 0


def erase_old(session: Session, now: datetime) -> int:
    """One round of what is due, by night, until nothing is; then not again that day."""
    local = now.astimezone(TIMEZONE)
    day = local.date().isoformat()
    if local.time() < NIGHT or leases.bookmark(session, LEASE).get("day") == day:
        return 0
    if not leases.take(session, LEASE, leases.this_process(), now):
        return 0
    count = sum(_round(session, rule, now) for rule in RULES)
    if not count:
        leases.keep_bookmark(session, LEASE, day=day)
    return count


def _round(session: Session, rule: Rule, now: datetime) -> int:
    days = rule.days(get_settings())
    if not days:
        return 0
    old: Select[Any] = select(rule.table.id).where(*rule.where(now - timedelta(days=days))).limit(BATCH)
    ids = list(session.scalars(old))
    if ids:
        rule.gone(session, ids, now)
    return len(ids)


def erase_sealed(session: Session, now: datetime) -> int:
    """Sealed notes whose day has come."""
    past = (SealedNote.erase_at <= now, SealedNote.erased_at.is_(None))
    result = session.execute(update(SealedNote).where(*past).values(body=None, erased_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]
