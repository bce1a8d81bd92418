"""Erasing a person: their words, places, files and addresses go; the case's history stays readable."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session

from tracker.db import search
from tracker.db.models import (
    Attachment,
    CaseMessage,
    Citizen,
    Complaint,
    Conversation,
    Draft,
    ErasedFile,
    Follower,
    InboxItem,
    OpenQuestion,
    OutboxItem,
    Publication,
    Rating,
    SealedNote,
)
from tracker.errors import NotFoundError
from tracker.services.cases.moves import SYSTEM
from tracker.services.cases.records import add_event
from tracker.services.people.erasure_list import KINDS, default_path, read_list

KEPT_OF_DECISION = frozenset({"topic", "agency", "decided_by", "version", "topic_confidence", "rule", "demo"})


def erase_person(session: Session, citizen_id: int, now: datetime) -> None:
    """Leave tombstones of a person; the worker deletes the bytes that nobody refers to any more."""
    citizen = session.get(Citizen, citizen_id, with_for_update=True)
    if citizen is None:
        raise NotFoundError("Không có người này.")
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))  # freed pages are overwritten, not only forgotten
    talks = list(session.scalars(select(Conversation.id).where(Conversation.citizen_id == citizen_id)))
    owned = or_(Complaint.citizen_id == citizen_id, Complaint.conversation_id.in_(talks))
    cases = list(session.scalars(select(Complaint).where(owned)))
    _erase_files(session, [case.id for case in cases], talks, now)
    _erase_talk(session, talks, now)
    _erase_cases(session, cases, now)
    citizen.name = citizen.phone = citizen.phone_hash = citizen.address = None
    citizen.consent, citizen.erased_at = {}, now
    session.flush()


def erase_attachment(session: Session, row: Attachment, now: datetime) -> None:
    """Forget one file: the row stays and says so, the bytes go."""
    for found in {row.sha256, row.shown_sha256} - {None}:
        session.merge(ErasedFile(sha256=found, erased_at=now))
    row.channel_ref = row.name = row.sha256 = row.shown_sha256 = None
    row.status = "erased"


def _erase_files(session: Session, cases: Sequence[int], talks: Sequence[int], now: datetime) -> None:
    drafts = select(Draft.id).where(Draft.conversation_id.in_(talks))
    theirs = or_(
        Attachment.conversation_id.in_(talks),
        Attachment.draft_id.in_(drafts),
        Attachment.complaint_id.in_(cases) & (Attachment.role == "evidence"),
    )
    for row in session.scalars(select(Attachment).where(theirs)):
        erase_attachment(session, row, now)
    session.flush()


def _erase_talk(session: Session, talks: Sequence[int], now: datetime) -> None:
    turns = select(InboxItem.turn_id).where(InboxItem.conversation_id.in_(talks))
    session.execute(update(OpenQuestion).where(OpenQuestion.turn_id.in_(turns)).values(text=None))
    session.execute(update(InboxItem).where(InboxItem.conversation_id.in_(talks)).values(text=None, data=None))
    outbox = OutboxItem.conversation_id.in_(talks)
    unsent = {"status": "undeliverable", "error": "erased"}
    session.execute(update(OutboxItem).where(outbox, OutboxItem.status == "pending").values(unsent))
    session.execute(update(OutboxItem).where(outbox).values(body=None, address=None))
    session.execute(delete(Follower).where(Follower.conversation_id.in_(talks)))
    gone = {"body": None, "erased_at": now}
    session.execute(update(SealedNote).where(SealedNote.conversation_id.in_(talks)).values(gone))
    draft: dict[str, Any] = {
        "description": None,
        "place_text": None,
        "lat": None,
        "lon": None,
        "decision": {},
        "updated_at": now,
    }
    session.execute(update(Draft).where(Draft.conversation_id.in_(talks)).values(draft))
    unfinished = (Draft.conversation_id.in_(talks), Draft.state == "open")
    session.execute(update(Draft).where(*unfinished).values(state="cancelled"))
    for conversation in session.scalars(select(Conversation).where(Conversation.id.in_(talks))):
        conversation.address = conversation.awaiting = None
        conversation.address_hash = f"erased-{secrets.token_hex(16)}"
        conversation.context = {}


def _erase_cases(session: Session, cases: Sequence[Complaint], now: datetime) -> None:
    ids = [case.id for case in cases]
    words = (CaseMessage.complaint_id.in_(ids), CaseMessage.author == "citizen")
    session.execute(update(CaseMessage).where(*words).values(body=None, details={}, erased_at=now))
    session.execute(update(Rating).where(Rating.complaint_id.in_(ids)).values(reason=None))
    session.execute(update(Publication).where(Publication.complaint_id.in_(ids)).values(words=None, photos=[]))
    for case in cases:
        case.place_text = case.lat = case.lon = case.conversation_id = None
        case.search_text = ""
        case.decision = {name: value for name, value in case.decision.items() if name in KEPT_OF_DECISION}
        add_event(session, case, "erase_person", SYSTEM, now)
    session.flush()
    search.forget(session.connection())


def replay_erasures(session: Session, now: datetime, path: Path | None = None) -> int:
    """Erase again, in a restored database, what was erased after its backup was made; how many rows it took.

    A row counts as the same only when its id and the moment it was made agree: another person may have the id since.
    """
    count = 0
    for kind, key, made in sorted(read_list(path or default_path())):
        table, _ = KINDS[kind]
        row = session.get(table, key)
        if row is not None and row.created_at.isoformat() == made:
            count += _again(session, row, now)
    session.flush()
    return count


def _again(session: Session, row: Citizen | Attachment | SealedNote, now: datetime) -> int:
    if isinstance(row, Attachment):
        if row.status == "erased":
            return 0
        erase_attachment(session, row, now)
    elif row.erased_at is not None:
        return 0
    elif isinstance(row, Citizen):
        erase_person(session, row.id, now)
    else:
        row.body, row.erased_at = None, now
    return 1
