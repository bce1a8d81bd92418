"""The morning's one letter to each member of staff: at half past seven of a working day, when there is something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import case as when
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Agency, Alarm, Approval, CaseEvent, Complaint
from tracker.delivery import leases
from tracker.domain.lifecycle import OPEN, UNTAKEN, State
from tracker.domain.roles import STAFF, Role
from tracker.domain.steps import EVENTS
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.notify import staff
from tracker.notify.notices import spoken_day
from tracker.services.province.calendars import load_calendar

AT = time(7, 30)
LEASE = "digest"
MOST_STEPS = 15
STEP_WORDS: dict[str, str] = {
    "take_late": "quá giờ tiếp nhận",
    "forward_late": "quá 5 ngày làm việc chưa chuyển cơ quan xử lý",
    "remind_50": "đã dùng nửa thời hạn",
    "remind_80": "đã dùng 80% thời hạn",
    "remind_due": "tới hạn hôm nay",
    "overdue": "quá hạn",
    "ask_proof": "hôm nay là ngày hẹn, cần minh chứng",
    "promise_broken": "qua ngày hẹn chưa có minh chứng",
}
"""Step -> how the letter says it."""


@dataclass
class Tally:
    """Open cases of somebody or some place."""

    open: int = 0
    overdue: int = 0
    today: int = 0
    promised: int = 0
    untaken: int = 0

    def add(self, other: Tally) -> None:
        """Count another's cases in."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def send(session: Session, now: datetime) -> int:
    """Queue the day's letters, once a day; how many people have one."""
    day = now.astimezone(TIMEZONE).date()
    try:
        open_now = load_calendar(session).works_at(now) and now.astimezone(TIMEZONE).time() >= AT
    except InvalidInputError:
        return 0
    if not open_now or leases.bookmark(session, LEASE).get("day") == day.isoformat():
        return 0
    if not leases.take(session, LEASE, leases.this_process(), now):
        return 0
    since = datetime.fromisoformat(leases.bookmark(session, LEASE).get("at") or (now - timedelta(days=1)).isoformat())
    count = _write_all(session, now, since)
    leases.keep_bookmark(session, LEASE, day=day.isoformat(), at=now.isoformat())
    return count


def _write_all(session: Session, now: datetime, since: datetime) -> int:
    people = select(Account).where(Account.active, Account.role.in_(STAFF))
    reached = people.where(Account.email.is_not(None) | Account.conversation_id.is_not(None))
    own, agencies, province = _tallies(session, now)
    steps = _steps(session, since, now)
    extra = _extra(session)
    count = 0
    for account in session.scalars(reached.order_by(Account.id)).unique():
        tally = _tally_of(account, own, agencies, province)
        lines = [*_counts(account, tally), *extra.get(_post(account), []), *_step_lines(steps.get(account.id, []))]
        if lines:
            facts = {"lines": lines, "day": spoken_day(now)}
            count += bool(staff.tell(session, account, "digest", now.date().isoformat(), now, facts=facts))
    return count


def _tally_of(account: Account, own: dict[int, Tally], agencies: dict[int, Tally], province: Tally) -> Tally:
    if account.role in (Role.DESK, Role.OFFICE):
        return province
    if account.role == Role.HEAD:
        return agencies.get(account.agency_id or 0, Tally())
    mine = own.get(account.id, Tally())
    return Tally(**{**vars(mine), "untaken": agencies.get(account.agency_id or 0, Tally()).untaken})


def _tallies(session: Session, now: datetime) -> tuple[dict[int, Tally], dict[int, Tally], Tally]:
    """Open cases by handler, by agency, and of the whole province."""
    end = datetime.combine(now.astimezone(TIMEZONE).date() + timedelta(days=1), time(0), TIMEZONE)
    runs = Complaint.state != State.WAITING
    columns = {
        "open": Complaint.id.is_not(None),
        "overdue": (Complaint.due_at < now) & runs,
        "today": (Complaint.due_at >= now) & (Complaint.due_at < end) & runs,
        "promised": (Complaint.state == State.PROMISED) & (Complaint.promised_at < end),
        "untaken": Complaint.state.in_(UNTAKEN),
    }
    sums = [func.sum(when((rule, 1), else_=0)).label(name) for name, rule in columns.items()]
    query = select(Complaint.handler_id, Complaint.agency_id, *sums).where(Complaint.state.in_(OPEN))
    own: dict[int, Tally] = defaultdict(Tally)
    agencies: dict[int, Tally] = defaultdict(Tally)
    province = Tally()
    for handler_id, agency_id, *numbers in session.execute(query.group_by(Complaint.handler_id, Complaint.agency_id)):
        found = Tally(*(int(number) for number in numbers))
        province.add(found)
        agencies[agency_id].add(found)
        if handler_id is not None:
            own[handler_id].add(found)
    return own, agencies, province


def _counts(account: Account, tally: Tally) -> list[str]:
    province = account.role in (Role.DESK, Role.OFFICE)
    whose = "toàn tỉnh" if province else "cả cơ quan" if account.role == Role.HEAD else "của ông/bà"
    said = (
        (tally.overdue, f"phản ánh quá hạn ({whose})"),
        (tally.today, f"phản ánh tới hạn hôm nay ({whose})"),
        (tally.promised, f"phản ánh tới ngày hẹn ({whose})"),
        (
            tally.untaken,
            "phản ánh chưa ai nhận" + ("" if province else " của cơ quan"),
        ),
    )
    return [f"{number} {words}" for number, words in said if number]


def _post(account: Account) -> str:
    return f"head:{account.agency_id}" if account.role == Role.HEAD else str(account.role)


def _extra(session: Session) -> dict[str, list[str]]:
    """Lines for a post: alarms for desk and office, answers to approve for each head."""
    found: dict[str, list[str]] = defaultdict(list)
    open_alarms = select(func.count()).select_from(Alarm).where(Alarm.closed_at.is_(None))
    if number := session.scalar(open_alarms):
        for role in (Role.DESK, Role.OFFICE):
            found[role].append(f"{number} cảnh báo đang mở")
    waiting = (
        select(Agency.id, func.count()).join(Complaint, Complaint.agency_id == Agency.id)
        .join(Approval, Approval.complaint_id == Complaint.id)
        .where(Approval.decided_at.is_(None)).group_by(Agency.id)
    )  # fmt: skip
    for agency_id, number in session.execute(waiting):
        found[f"head:{agency_id}"].append(f"{number} câu trả lời chờ duyệt")
    return found


def _steps(session: Session, since: datetime, until: datetime) -> dict[int, list[str]]:
    """Reminders recorded since the last letter, by the account they were for."""
    query = (
        select(CaseEvent.action, CaseEvent.data, Complaint.code)
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(CaseEvent.at > since, CaseEvent.at <= until, CaseEvent.action.in_(set(EVENTS) & set(STEP_WORDS)),
               Complaint.urgency != "urgent")
        .order_by(CaseEvent.id)
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for action, data, code in session.execute(query):
        for account_id in data.get("accounts", []):
            found[account_id].append(f"{shown(code)}: {STEP_WORDS[action]}")
    return found


def _step_lines(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    more = len(every) - MOST_STEPS
    return [*every[:MOST_STEPS], f"và {more} việc khác"] if more > 0 else every
