"""What a citizen is told of a case, and when: only when something changes for them, waking nobody unless urgent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, Complaint, Conversation, Follower
from tracker.delivery.message import Choice, Message
from tracker.delivery.outbox import tell
from tracker.domain.lifecycle import Action, Refusal, State
from tracker.domain.tracking_code import shown
from tracker.notify.render import WEEKDAYS, render

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(7, 0)
AWAKE = timedelta(minutes=30)
"""Whoever wrote this recently is not woken by an answer, whatever the hour."""
SILENT_CHANNELS = frozenset({"web"})
"""Channels that cannot ring: what they hold wakes nobody."""
TRIAGE_AGENCY = "VPUBND"
ASKING = frozenset({"done", "answered"})
"""Notices that ask the reporter whether it is done; everybody else is only told."""

KIND_BY_ACTION: dict[Action, str] = {
    Action.ASSIGN: "forwarded",
    Action.FORWARD: "forwarded",
    Action.RETURN: "forwarded",
    Action.ASK: "question",
    Action.PROMISE: "promised",
    Action.FINISH: "done",
    Action.ANSWER: "answered",
    Action.LAPSE: "closed",
    Action.CLOSE: "closed",
    Action.CONFIRM: "closed",
    Action.DISPUTE: "reopened",
    Action.REFUSE: "refused",
    Action.WITHDRAW: "withdrawn",
}
"""Actions a citizen hears of; taking a case or noting something changes nothing for them."""

REFUSALS: dict[Refusal, tuple[str, str]] = {
    Refusal.OUT_OF_SCOPE: (
        "việc này không thuộc phạm vi giải quyết của cơ quan nhà nước trong tỉnh",
        "Quý vị có thể hỏi thêm tại Trung tâm Phục vụ hành chính công của xã, phường.",
    ),
    Refusal.DUPLICATE: (
        "việc này đã có một phản ánh khác đang được xử lý",
        "Quý vị gõ mã của phản ánh kia để theo dõi chung.",
    ),
    Refusal.LACKS_INFORMATION: (
        "nội dung chưa đủ để xử lý",
        "Quý vị gửi lại phản ánh kèm địa điểm cụ thể và ảnh, chúng tôi tiếp nhận ngay.",
    ),
    Refusal.FORMAL_COMPLAINT: (
        "đây là khiếu nại, phải giải quyết theo Luật Khiếu nại",
        "Quý vị gửi khiếu nại bằng văn bản hoặc trình bày trực tiếp tới cơ quan đã ra quyết định.",
    ),
    Refusal.DENUNCIATION: (
        "đây là tố cáo, phải giải quyết theo Luật Tố cáo để bảo vệ người tố cáo",
        "Quý vị trình bày trực tiếp hoặc gửi văn bản tới Thanh tra tỉnh hay Ban Tiếp công dân tỉnh.",
    ),
    Refusal.ABUSIVE: (
        "nội dung chỉ có lời xúc phạm",
        "Quý vị viết lại sự việc, chúng tôi vẫn sẵn lòng giúp.",
    ),
}


def moved(
    session: Session, case: Complaint, action: Action, event: CaseEvent, text: str, now: datetime,
    files: tuple[int, ...] = (), details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Tell the citizen and the followers of a move and its files, if it is one they hear of."""
    if kind := KIND_BY_ACTION.get(action):
        extra = {"attachments": files, "details": details}
        citizen(session, case, kind, now, text=text, reason_code=event.reason_code, event_id=event.id, **extra)


def citizen(session: Session, case: Complaint, kind: str, now: datetime, **extra: Any) -> None:
    """Queue the notice `kind` to everyone who waits on this case; once per event (`event_id`) and person."""
    mark = extra.get("event_id") or case.id
    at_once = case.urgency == "urgent" or kind in ("filed", "closed", "withdrawn")
    morning = quiet_until(now, urgent=at_once)
    groups: dict[tuple[bool, datetime], list[tuple[int, str]]] = {}
    for key, channel, seen_at in _audience(session, case):
        awake = channel in SILENT_CHANNELS or now - seen_at <= AWAKE
        asks = kind in ASKING and key == case.conversation_id
        groups.setdefault((asks, now if awake else morning), []).append((key, channel))
    for (asks, not_before), some in groups.items():
        tell(
            session, some, _message(case, kind, extra, asks=asks), kind=kind, now=now,
            complaint_id=case.id, dedupe_key=f"{kind}:{mark}", not_before=not_before,
        )  # fmt: skip


def _message(case: Complaint, kind: str, extra: dict[str, Any], *, asks: bool) -> Message:
    return Message(
        text=render("citizen", kind, {**facts(case, **extra), "asks": asks}),
        buttons=_buttons(case) if asks else (),
        attachments=tuple(extra.get("attachments", ())),
    )


def _audience(session: Session, case: Complaint) -> list[tuple[int, str, datetime]]:
    """Who waits on the case (and when they last wrote): its reporter, those of what was merged in, the followers."""
    return [(key, channel, seen_at) for key, channel, seen_at in session.execute(_WAITING, {"case": case.id})]


def _waiting() -> Select[int, str, datetime]:
    family = select(Complaint.id).where(Complaint.id == bindparam("case")).cte("family", recursive=True)
    family = family.union(select(Complaint.id).where(Complaint.merged_into_id == family.c.id))
    members = select(family.c.id)
    own = select(Complaint.conversation_id).where(Complaint.id.in_(members))
    following = select(Follower.conversation_id).where(Follower.complaint_id.in_(members))
    waiting = Conversation.id.in_(union_all(own, following))
    person = select(Conversation.id, Conversation.channel, Conversation.seen_at)
    return person.where(waiting).order_by(Conversation.id)


_WAITING = _waiting()


def facts(case: Complaint, **extra: Any) -> dict[str, Any]:
    """What every notice may speak of; nothing personal."""
    refusal = REFUSALS.get(Refusal(extra["reason_code"])) if _is_refusal(extra.get("reason_code")) else None
    details = extra.get("details") or {}
    return {
        "code": shown(case.code),
        "topic": case.topic.name.lower(),
        "commune": case.commune.name if case.commune else "",
        "agency": case.agency.name,
        "urgent": case.urgency == "urgent",
        "triage": case.state == State.NEW,
        "due": spoken_day(case.due_at) if case.due_at else "",
        "promised": spoken_day(case.promised_at) if case.promised_at else "",
        "text": extra.get("text", ""),
        "reason": refusal[0] if refusal else extra.get("text", ""),
        "instead": refusal[1] if refusal else "",
        "document": details.get("document", ""),
        "silent": case.closed_as == "silent",
        "unsolvable": case.closed_as == "unsolvable",
        "followed": extra.get("followed", False),
        "other": extra.get("other", ""),
    }


def _is_refusal(code: object) -> bool:
    return code in {reason.value for reason in Refusal}


def _buttons(case: Complaint) -> tuple[tuple[Choice, ...], ...]:
    return (
        (
            Choice("Xong", f"done:{case.id}:yes"),
            Choice("Xong một phần", f"done:{case.id}:part"),
            Choice("Chưa", f"done:{case.id}:no"),
        ),
    )


def spoken_day(moment: datetime | date) -> str:
    """'thứ Năm 26/11/2026', in Vietnam's time."""
    day = moment.astimezone(TIMEZONE).date() if isinstance(moment, datetime) else moment
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def quiet_until(now: datetime, *, urgent: bool) -> datetime:
    """When a notice may go out: now, or seven in the morning when it is night and not urgent."""
    local = now.astimezone(TIMEZONE)
    if urgent or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, TIMEZONE)
