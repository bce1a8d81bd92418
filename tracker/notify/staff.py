"""What staff are told: by mail where they have an address, in the chat they linked; every line queued once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import Account, Complaint, Conversation, OutboxItem
from tracker.delivery.message import Choice, Message
from tracker.delivery.outbox import say
from tracker.domain.tracking_code import shown
from tracker.notify.notices import quiet_until, spoken_day
from tracker.notify.render import render

SUBJECTS: dict[str, str] = {
    "call_duty": "Việc khẩn cần nhận ngay",
    "alarm_head": "Việc khẩn chưa ai nhận",
    "alarm_office": "Việc khẩn chưa ai nhận sau 30 phút",
    "take_late": "Phản ánh quá giờ tiếp nhận",
    "forward_late": "Phản ánh quá 5 ngày làm việc chưa chuyển",
    "remind_50": "Việc khẩn đã dùng nửa thời hạn",
    "remind_80": "Việc khẩn đã dùng 80% thời hạn",
    "remind_due": "Việc khẩn sắp hết hạn",
    "overdue": "Việc khẩn đã quá hạn",
    "ask_proof": "Hôm nay là ngày hẹn làm xong",
    "promise_broken": "Đã qua ngày hẹn mà chưa có minh chứng",
    "returned": "Phản ánh bị trả lại",
    "reopened": "Người dân báo chưa xong",
    "alarm": "Cảnh báo",
    "body": "Phản ánh của người dân cần quý cơ quan xử lý",
    "new_case": "Phản ánh mới",
    "digest": "Việc của ông/bà hôm nay",
    "monday": "Báo cáo tuần",
    "invite": "Mời dùng hệ thống Lắng Nghe",
    "reset": "Đặt lại mật khẩu Lắng Nghe",
    "approval_returned": "Câu trả lời chưa được duyệt",
}
"""Kind of a notice for staff -> its subject line."""


def tell(
    session: Session, account: Account, kind: str, mark: str, now: datetime, *, case: Complaint | None = None,
    facts: dict[str, Any] | None = None, chat_only: bool = False,
) -> int:  # fmt: skip
    """Queue one notice for a member of staff, on each way they have; returns how many ways."""
    text = _text(kind, case, {"name": account.display_name, **(facts or {})})
    ways = 0
    if account.email and not chat_only:
        mail(session, account.email, kind, f"{mark}:{account.id}", text, now, case=case, account_id=account.id)
        ways += 1
    if account.conversation_id and (talk := session.get(Conversation, account.conversation_id)):
        key = f"staff:{kind}:{mark}:{account.id}"
        say(session, talk, Message(text=text, buttons=_buttons(kind, case)), kind=f"staff_{kind}"[:40],
            dedupe_key=key, now=now, complaint_id=case.id if case else None,
            not_before=quiet_until(now, urgent=kind != "new_case" or (case is not None and case.urgency == "urgent")),
        )  # fmt: skip
        ways += 1
    return ways


def page_of(case: Complaint) -> str:
    """Address of the case's page for staff."""
    return f"{get_settings().public_root}/phan-anh/{case.code}"


def _buttons(kind: str, case: Complaint | None) -> tuple[tuple[Choice, ...], ...]:
    """Under the notice of a new case: take, forward or answer it here; its page, where that has a real address."""
    if kind != "new_case" or case is None:
        return ()
    page = page_of(case)
    deeds = tuple(Choice(label, f"staff:{verb}:{case.id}")
                  for verb, label in (("take", "Nhận"), ("to", "Chuyển"), ("answer", "Trả lời")))  # fmt: skip
    return (deeds, (Choice("Mở hồ sơ", page, "url"),)) if page.startswith("https://") else (deeds,)


def _text(kind: str, case: Complaint | None, facts: dict[str, Any]) -> str:
    about: dict[str, Any] = {"root": get_settings().public_root, "subject": SUBJECTS[kind]}
    if case is not None:
        about |= {
            "code": shown(case.code),
            "page": f"{about['root']}/phan-anh/{case.code}",
            "topic": case.topic.name.lower(),
            "commune": case.commune.name if case.commune else "chưa rõ",
            "agency": case.agency.name,
            "due": spoken_day(case.due_at) if case.due_at else "chưa có",
            "urgent": case.urgency == "urgent",
        }
    template = kind if kind in ("digest", "monday", "body", "alarm") else "step"
    return render("staff", template, {**about, **facts})


def mail(
    session: Session, address: str, kind: str, mark: str, text: str, now: datetime, *,
    case: Complaint | None = None, account_id: int | None = None,
) -> OutboxItem:  # fmt: skip
    """Queue a mail; the same kind and mark is never queued twice. Nothing of a citizen belongs in it."""
    key = f"mail:{kind}:{mark}"
    known = session.scalar(select(OutboxItem).where(OutboxItem.dedupe_key == key))
    if known is not None:
        return known
    item = OutboxItem(
        channel="mail", account_id=account_id, address=address, kind=kind, dedupe_key=key,
        complaint_id=case.id if case else None, body=Message(text=text).to_json(), not_before=now, created_at=now,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def body_mail_text(case: Complaint, link: str, *, reminder: bool) -> str:
    """The letter to a body without accounts: code, topic, commune, due day and the link; nothing of the citizen."""
    return _text("body", case, {"link": link, "reminder": reminder})


def duty_mail_text(case: Complaint, name: str) -> str:
    """The call to somebody on duty who has no account."""
    return _text("call_duty", case, {"name": name})
