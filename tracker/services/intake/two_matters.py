"""Two matters in one message: found by their topics, asked about first, then written as two linked reports."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Draft, Topic
from tracker.routing.decide import Decision
from tracker.services.intake import understanding
from tracker.services.intake.understanding import is_sure

_CUT = re.compile(
    r"(?:[.;!?\n]+|,)\s*|\s+(?=(?:ngoài ra|ngoai ra|thêm nữa|them nua|với lại|voi lai|đồng thời|dong thoi|còn chuyện"
    r"|con chuyen|còn việc|con viec|việc thứ hai|viec thu hai|thứ hai là|thu hai la|bên cạnh đó|ben canh do"
    r"|và|va|còn|con)\s)",
    re.IGNORECASE,
)
_ADDS = frozenset(
    ("ngoai ra", "them nua", "voi lai", "dong thoi", "con chuyen", "con viec", "viec thu hai", "thu hai la",
     "ben canh do", "hai viec", "con")
)  # fmt: skip
"""Folded openings that say: here comes another matter."""
_CAUSES = ("nen", "lam", "gay", "vi", "do", "khien", "tran", "dan den")
"""Folded words that tie what follows to what went before: one matter and its consequence."""
PRAISE = "KH"
SHORTEST, LONGEST_TEXT, MOST_PARTS = 4, 1500, 12
SURE, SURER = 0.5, 0.75


def parts_of(session: Session, text: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """(topic name, words) of the two matters a message speaks of; () when it is one."""
    pieces = [piece.strip(" ,.;") for piece in _CUT.split(text[:LONGEST_TEXT]) if piece and piece.strip(" ,.;")]
    if not 1 < len(pieces) <= MOST_PARTS:
        return ()
    read = [(piece, understanding.decide(session, piece, now)) for piece in _joined(pieces)]
    for at, ((_, before), (piece, after)) in enumerate(pairwise(read)):
        if _apart(before, after, piece):
            words = [words for words, _ in read]
            sides = (". ".join(words[: at + 1]), ". ".join(words[at + 1 :]))
            return tuple((_name(session, d), w) for d, w in zip((before, after), sides, strict=True))
    return ()


def _joined(pieces: list[str]) -> list[str]:
    """Pieces too short to be a matter of their own stay with the one before."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (len(piece.split()) < SHORTEST or len(joined[-1].split()) < SHORTEST):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined


def _apart(before: Decision, after: Decision, piece: str) -> bool:
    if not (is_sure(before) and is_sure(after)) or before.topic == after.topic:
        return False
    if before.topic.startswith(PRAISE) or after.topic.startswith(PRAISE):  # thanks in passing are no second matter
        return False
    folded = fold(piece)
    if any(folded.startswith(f"{word} ") for word in _ADDS):
        return min(before.topic_confidence, after.topic_confidence) >= SURE
    tied = any(f" {word} " in f" {folded} " for word in _CAUSES)
    apart = before.topic[:2] != after.topic[:2] and before.agency != after.agency
    return apart and not tied and min(before.topic_confidence, after.topic_confidence) >= SURER


def _name(session: Session, decision: Decision) -> str:
    return session.scalar(select(Topic.name).where(Topic.code == decision.topic)) or decision.topic


def second_draft(session: Session, draft: Draft, words: str, now: datetime) -> Draft:
    """The other matter, waiting until the first one is sent; it has happened at the same place unless it says so."""
    second = Draft(
        conversation_id=draft.conversation_id, conversation=draft.conversation, kind="complaint", state="waiting",
        description=words, commune=draft.commune, place_text=None, asked={"second_of": draft.id}, decision={},
        created_at=now, updated_at=now, expires_at=draft.expires_at,
    )  # fmt: skip
    session.add(second)
    session.flush()
    return second


def waiting_draft(session: Session, conversation_id: int) -> Draft | None:
    """The second matter that waits for its turn."""
    query = select(Draft).where(Draft.conversation_id == conversation_id, Draft.state == "waiting")
    return session.scalar(query.order_by(Draft.id).limit(1))
