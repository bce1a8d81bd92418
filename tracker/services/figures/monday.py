"""The Monday page, sent: at half past seven of the week's first working day, to everyone who heads something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Complaint
from tracker.delivery import leases
from tracker.domain.roles import Role
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.notify import staff
from tracker.services.figures import watch
from tracker.services.figures.weekly import WEEK, Week, monday_of, week
from tracker.services.oversight.digest import AT
from tracker.services.province.calendars import load_calendar

LEASE = "monday"
READS = (Role.HEAD, Role.OFFICE, Role.READER)
NAMED = 3
"""How many cases of a list the message names; the page has the rest."""


def send(session: Session, now: datetime) -> int:
    """Queue the week's page once a week; how many people have it."""
    monday = monday_of(now.astimezone(TIMEZONE).date())
    try:
        works = load_calendar(session).works_at(now) and now.astimezone(TIMEZONE).time() >= AT
    except InvalidInputError:
        return 0
    if not works or leases.bookmark(session, LEASE).get("week") == monday.date().isoformat():
        return 0
    if not leases.take(session, LEASE, leases.this_process(), now):
        return 0
    count = _write_all(session, monday, now)
    leases.keep_bookmark(session, LEASE, week=monday.date().isoformat())
    return count


def _write_all(session: Session, monday: datetime, now: datetime) -> int:
    query = select(Account).where(Account.active, Account.role.in_(READS)).order_by(Account.id)
    reached = query.where(Account.email.is_not(None) | Account.conversation_id.is_not(None))
    told: dict[int | None, list[str]] = {}
    count = 0
    for account in session.scalars(reached).unique():
        agency = account.agency_id if account.role == Role.HEAD else None
        if agency not in told:
            told[agency] = lines(session, week(session, monday - WEEK, now, agency), agency)
        facts = {"lines": told[agency], "first": f"{monday - WEEK:%d/%m/%Y}", "start": f"{monday - WEEK:%Y-%m-%d}"}
        count += bool(staff.tell(session, account, "monday", monday.date().isoformat(), now, facts=facts))
    return count


def lines(session: Session, found: Week, agency_id: int | None) -> list[str]:
    """The page in a dozen lines: figures against the week before, and the cases somebody must ask about."""
    figures, before = found.figures, found.before
    said = [
        f"{title}: {getattr(figures, name)} (tuần trước {getattr(before, name)})"
        for title, name in (
            ("Đã nhận", "received"), ("Xong đúng hạn", "on_time"), ("Xong quá hạn", "late"),
            ("Đang mở đã quá hạn", "open_overdue"), ("Không tiếp nhận", "refused"), ("Mở lại", "reopened"),
        )
    ]  # fmt: skip
    said += _named("Việc khẩn chưa ai nhận", found.urgent_untaken)
    said += _named("Lời hẹn đã qua ngày", found.broken_promises)
    said += _named("Lâu nhất", found.oldest)
    if agency_id is None and (asked := watch.unanswered(session, found.start, found.end)[0]):
        said.append(f"Câu hỏi thủ tục chưa trả lời được: {asked}")
    return said


def _named(title: str, cases: list[Complaint]) -> list[str]:
    if not cases:
        return []
    names = "; ".join(f"{shown(case.code)} {case.topic.name.lower()}, {_holder(case)}" for case in cases[:NAMED])
    more = f" và {len(cases) - NAMED} việc nữa" if len(cases) > NAMED else ""
    return [f"{title} ({len(cases)}): {names}{more}"]


def _holder(case: Complaint) -> str:
    return case.handler.display_name if case.handler else f"{case.agency.name}, chưa ai nhận"
