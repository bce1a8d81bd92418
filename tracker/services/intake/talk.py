"""One turn of the talk: who speaks, what was really written, and what has been said in it before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Conversation, Draft, InboxItem, OutboxItem
from tracker.delivery import inbox

SAID = "said"
EDITS_REACH = 50
"""How many of a person's messages back an edit is looked for."""


@dataclass(frozen=True)
class Heard:
    """What Rasa made of the turn; the citizen's own words are read from the inbox, not from here."""

    sender: str
    turn_id: str
    items: tuple[int, ...]
    intent: str
    confidence: float = 1.0
    choice: str | None = None
    ranking: tuple[tuple[str, float], ...] = ()
    gate: Mapping[str, Any] | None = None


@dataclass
class Talk:
    """The turn together with its rows; handed from step to step inside one transaction."""

    session: Session
    conversation: Conversation
    item: InboxItem
    heard: Heard
    now: datetime
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    draft: Draft | None = None
    asked: bool = False
    """Whether the form's question is part of this turn's reply already."""

    @property
    def said(self) -> dict[str, Any] | None:
        """What an earlier run of this turn said: {"by": action, "messages": [...]}."""
        stored = json.loads(self.item.data or "{}").get(SAID)
        return stored if isinstance(stored, dict) else None

    def remember(self, action: str, messages: list[dict[str, Any]]) -> None:
        """Keep what this turn says with the turn itself, so that a second run repeats it and does nothing."""
        stored = json.loads(self.item.data or "{}")
        stored[SAID] = {"by": action, "messages": messages}
        self.item.data = json.dumps(stored, ensure_ascii=False)

    def words_before_edit(self) -> str | None:
        """What an edited message said before; None when that is too long ago or was not words."""
        query = select(InboxItem).where(
            InboxItem.conversation_id == self.conversation.id, InboxItem.id < self.item.id,
            InboxItem.text.is_not(None),
        )  # fmt: skip
        for row in self.session.scalars(query.order_by(InboxItem.id.desc()).limit(EDITS_REACH)):
            if json.loads(row.data or "{}").get("message_id") == self.data.get("message_id"):
                return (row.text or "").strip() or None
        return None

    def note(self, **facts: Any) -> None:
        """Change small facts of the talk (a fact set to None is forgotten)."""
        merged = {**self.conversation.context, **facts}
        self.conversation.context = {key: value for key, value in merged.items() if value is not None}

    def fact(self, name: str) -> Any:
        """A small fact of the talk, or None."""
        return self.conversation.context.get(name)


def open_talk(session: Session, heard: Heard, now: datetime) -> Talk | None:
    """The turn with its rows, or None when it is not a turn of ours (a console, a deleted conversation)."""
    conversation = session.scalar(select(Conversation).where(Conversation.episode == heard.sender).with_for_update())
    found = inbox.of_turn(session, heard.turn_id, heard.items) if heard.turn_id else []
    item = next((row for row in found if row.turn_id == heard.turn_id), None)
    if conversation is None or item is None or item.conversation_id != conversation.id:
        return None
    rows = [row for row in found if not heard.items or row.id in heard.items]
    parts: list[dict[str, Any]] = [json.loads(row.data or "{}") for row in rows]
    data = {name: value for part in parts for name, value in part.items()}
    talk = Talk(session, conversation, item, heard, now, data=data, files=inbox.files_of(rows))
    talk.text = next((row.text for row in reversed(rows) if row.text), "") or ""
    talk.draft = open_draft(session, conversation.id, now)
    return talk


def open_draft(session: Session, conversation_id: int, now: datetime) -> Draft | None:
    """The report this conversation is writing, if any."""
    query = select(Draft).where(Draft.conversation_id == conversation_id, Draft.state == "open")
    return session.scalar(query.where(Draft.expires_at > now).order_by(Draft.id.desc()).limit(1))


def claim_notices(talk: Talk, complaint_id: int) -> None:
    """Notices queued just now in this conversation are this turn's reply: the turn is not a silent one."""
    rows = select(OutboxItem).where(
        OutboxItem.conversation_id == talk.conversation.id,
        OutboxItem.complaint_id == complaint_id,
        OutboxItem.turn_id.is_(None),
        OutboxItem.created_at == talk.now,
    )
    for row in talk.session.scalars(rows):
        row.turn_id = talk.heard.turn_id
        row.not_before = talk.now
    talk.session.flush()
