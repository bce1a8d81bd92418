"""What waits for a person at the service desk: requests from the talk, messages held back, people to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Complaint, Conversation, InboxItem, OpenQuestion, OutboxItem
from tracker.delivery.message import Message
from tracker.delivery.outbox import say
from tracker.errors import InvalidInputError, NotFoundError

PAGE = 100

KINDS = {
    "human": "Muốn gặp người thật",
    "privacy": "Yêu cầu về dữ liệu cá nhân (trả lời trong 2 ngày làm việc)",
    "procedure": "Hỏi thủ tục, máy chưa trả lời được",
}
"""Kinds of open questions, those a person waits on first."""


@dataclass(frozen=True)
class Waiting:
    """One open question with the conversation it came from (None once the talk was erased)."""

    question: OpenQuestion
    conversation_id: int | None


def questions(session: Session) -> list[Waiting]:
    """Unhandled questions, those of people who wait first, oldest first."""
    query = (
        select(OpenQuestion, InboxItem.conversation_id)
        .outerjoin(InboxItem, InboxItem.turn_id == OpenQuestion.turn_id)
        .where(OpenQuestion.handled_at.is_(None), OpenQuestion.kind.in_(KINDS))
        .order_by(OpenQuestion.kind.not_in(("human", "privacy")), OpenQuestion.id)
        .limit(PAGE)
    )
    return [Waiting(question, conversation_id) for question, conversation_id in session.execute(query)]


def held(session: Session) -> Sequence[InboxItem]:
    """Messages that could not be worked, or came too fast; oldest first."""
    query = select(InboxItem).where(InboxItem.status == "held").order_by(InboxItem.id).limit(PAGE)
    return session.scalars(query).all()


def to_call(session: Session) -> Sequence[tuple[OutboxItem, Complaint]]:
    """Notices of cases that never reached their reporter: somebody calls instead."""
    query = (
        select(OutboxItem, Complaint)
        .join(Complaint, Complaint.id == OutboxItem.complaint_id)
        .where(OutboxItem.status == "undeliverable")
        .order_by(OutboxItem.id)
        .limit(PAGE)
    )
    return [(item, case) for item, case in session.execute(query).unique()]


def answer(session: Session, question_id: int, text: str, now: datetime) -> None:
    """Say something to the person who asked, in the same talk, and close the question."""
    question = _open(session, question_id)
    if not text.strip():
        raise InvalidInputError("Còn thiếu: nội dung trả lời.")
    conversation = conversation_of(session, question.id)
    if conversation is None:
        raise NotFoundError("Cuộc trò chuyện này không còn nữa nên không trả lời được: hãy đóng yêu cầu.")
    message = Message(f"Cán bộ trực trả lời quý vị:\n{text.strip()[:3500]}")
    say(session, conversation, message, kind="desk", dedupe_key=f"desk:{question.id}", now=now)
    question.handled_at = now


def conversation_of(session: Session, question_id: int) -> Conversation | None:
    """The talk a question came from, as long as it can be answered there."""
    query = (
        select(Conversation)
        .join(InboxItem, InboxItem.conversation_id == Conversation.id)
        .join(OpenQuestion, OpenQuestion.turn_id == InboxItem.turn_id)
        .where(OpenQuestion.id == question_id, Conversation.address.is_not(None))
    )
    return session.scalar(query)


def close_question(session: Session, question_id: int, meaning: str, now: datetime) -> None:
    """Handled without words; `meaning` is what the desk says it was (an intent or a procedure code)."""
    question = _open(session, question_id)
    question.handled_at, question.meaning = now, meaning.strip()[:80] or None


def retry(session: Session, item_id: int, now: datetime) -> None:
    """Work a held message after all."""
    item = session.get(InboxItem, item_id, with_for_update={"of": InboxItem})
    if item is None or item.status != "held":
        raise NotFoundError("Tin nhắn này không còn chờ nữa.")
    item.status, item.attempts, item.not_before = "new", 0, now


def called(session: Session, item_id: int) -> None:
    """The person was called: the notice is off the list."""
    item = session.get(OutboxItem, item_id, with_for_update={"of": OutboxItem})
    if item is None or item.status != "undeliverable":
        raise NotFoundError("Người này không còn trong danh sách gọi.")
    item.status = "called"


def _open(session: Session, question_id: int) -> OpenQuestion:
    question = session.get(OpenQuestion, question_id, with_for_update=True)
    if question is None or question.handled_at is not None:
        raise NotFoundError("Yêu cầu này đã được xử lý.")
    return question
