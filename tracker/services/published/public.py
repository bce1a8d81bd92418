"""What anybody may see of a case by its code: no words of the citizen, no names, no place finer than the commune."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, Complaint
from tracker.domain.lifecycle import OPEN, STATE_NAMES, State
from tracker.domain.tracking_code import shown
from tracker.services.figures import indicators

PUBLIC_STEPS = {
    "file": "Đã nhận phản ánh",
    "assign": "Chuyển cơ quan xử lý",
    "take": "Cơ quan đã tiếp nhận",
    "forward": "Chuyển sang cơ quan khác",
    "return": "Trả về để phân loại lại",
    "ask": "Hỏi thêm người dân",
    "reply": "Người dân đã bổ sung",
    "promise": "Hẹn ngày làm xong",
    "extend": "Gia hạn",
    "answer": "Đã trả lời",
    "finish": "Báo đã làm xong",
    "confirm": "Người dân xác nhận đã xong",
    "dispute": "Mở lại theo ý kiến người dân",
    "lapse": "Đã đóng, người dân không trả lời",
    "close": "Đã đóng",
    "refuse": "Không tiếp nhận",
    "withdraw": "Người dân đã rút",
    "merge": "Gộp với phản ánh cùng việc",
}
"""Events anybody may know of; looks at an identity, notes and alarms are not among them."""


@dataclass(frozen=True)
class PublicCase:
    """The public facts of one case."""

    code: str
    state: str
    topic: str
    commune: str
    agency: str
    urgent: bool
    received_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    done_at: datetime | None
    overdue: bool
    steps: tuple[tuple[datetime, str], ...]


def look_up(session: Session, code: str, now: datetime) -> PublicCase | None:
    """The public facts of the case with this code of 12 digits, or None."""
    case = session.scalar(select(Complaint).where(Complaint.code == code))
    if case is None:
        return None
    events = session.execute(
        select(CaseEvent.at, CaseEvent.action).where(CaseEvent.complaint_id == case.id).order_by(CaseEvent.id)
    )
    waits = case.state in OPEN and case.state != State.WAITING
    return PublicCase(
        code=shown(case.code),
        state=STATE_NAMES[State(case.state)],
        topic="Nội dung không công khai" if case.kept_private else case.topic.name,
        commune="" if case.kept_private or case.commune is None else case.commune.name,
        agency=case.agency.name,
        urgent=case.urgency == "urgent",
        received_at=case.received_at,
        due_at=case.due_at,
        promised_at=case.promised_at,
        done_at=case.done_at,
        overdue=bool(waits and case.due_at and case.due_at < now),
        steps=tuple((at, PUBLIC_STEPS[action]) for at, action in events if action in PUBLIC_STEPS),
    )


@dataclass(frozen=True)
class Month:
    """The open figures of one calendar month; `median_hours` are working hours, None under ten cases."""

    month: str
    received: int
    resolved: int
    on_time: int
    late: int
    median_hours: float | None


MONTHS = 12


def months(session: Session, now: datetime) -> list[Month]:
    """The last twelve months in Vietnam's days, newest first, the running one among them."""
    found = []
    end = now
    start = datetime.combine(now.astimezone(TIMEZONE).date().replace(day=1), time(), TIMEZONE)
    for _ in range(MONTHS):
        figures = indicators.overview(session, start, end)
        minutes = figures.resolution_median
        found.append(
            Month(
                month=f"{start.astimezone(TIMEZONE):%Y-%m}", received=figures.received, resolved=figures.resolved,
                on_time=figures.on_time, late=figures.late,
                median_hours=None if minutes is None else round(minutes / 60, 1),
            )
        )  # fmt: skip
        end = start
        start = datetime.combine((start.date() - timedelta(days=1)).replace(day=1), time(), TIMEZONE)
    return found
