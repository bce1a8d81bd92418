"""Buttons: the citizen's side holds an opaque token, its meaning stays with us."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.db.models import Button, Conversation, OutboxItem
from tracker.db.types import lookup_hash
from tracker.delivery.message import Message

TOKEN_LENGTH = 32
LIFETIME = timedelta(days=30)
REUSABLE = ("mine", "help", "case:", "resume", "facet:", "privacy:view")
"""Payloads that only show something: pressing them again is no mistake."""

UNKNOWN = "Nút này không còn dùng được. Quý vị nhắn lại giúp chúng tôi điều mình cần nhé."
EXPIRED = "Nút này đã quá hạn. Quý vị nhắn lại giúp chúng tôi điều mình cần nhé."
USED = "Chúng tôi đã nhận lựa chọn này của quý vị rồi ạ."


@dataclass(frozen=True)
class Press:
    """What pressing a button came to: its meaning, or the sentence to answer with."""

    payload: str | None
    sentence: str = ""


def tokens_for(session: Session, item: OutboxItem, message: Message, now: datetime) -> list[list[str]]:
    """A token per choice button, row by row; the same outbox row always gets the same tokens."""
    rows: list[list[str]] = []
    for row_number, row in enumerate(message.buttons):
        rows.append([])
        for column, choice in enumerate(row):
            token = lookup_hash(f"button:{item.id}:{row_number}:{column}")[:TOKEN_LENGTH]
            rows[-1].append(token)
            if choice.kind == "choice" and item.conversation_id is not None and session.get(Button, token) is None:
                session.add(
                    Button(
                        token=token, conversation_id=item.conversation_id, draft_id=message.draft_id,
                        payload=choice.payload, expires_at=now + LIFETIME,
                    )
                )  # fmt: skip
    session.flush()
    return rows


def press(session: Session, conversation: Conversation, token: str, now: datetime) -> Press:
    """Meaning of a pressed token; unknown, foreign, expired or used ones get a sentence and no turn."""
    button = session.get(Button, token)
    if button is None or button.conversation_id != conversation.id:
        return Press(None, UNKNOWN)
    if button.expires_at <= now:
        return Press(None, EXPIRED)
    if button.used_at is not None and not button.payload.startswith(REUSABLE):
        return Press(None, USED)
    button.used_at = now
    return Press(button.payload)
