"""The draft row: opened by the first words, filled by answers, waived fields remembered, closed once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.db.models import Attachment, Citizen, Conversation, Draft
from tracker.services.intake.questions import DraftView, Question
from tracker.services.intake.talk import Talk
from tracker.services.intake.two_matters import waiting_draft
from tracker.services.intake.understanding import place_in, route, set_place, street_in, topic_buttons

LIFE = timedelta(days=14)
BIGGEST_FETCHED = 20 * 1024 * 1024
"""Largest file a bot can fetch; a larger one is kept as a reference."""
MOST_FILES = 10
LONGEST_DESCRIPTION = 8000


def start(talk: Talk, kind: str = "complaint") -> Draft:
    """Open the report of this conversation, or go on with the one that is open."""
    if talk.draft is None:
        talk.draft = Draft(
            conversation_id=talk.conversation.id, conversation=talk.conversation, kind=kind, state="open",
            asked={}, decision={}, created_at=talk.now, updated_at=talk.now, expires_at=talk.now + LIFE,
        )  # fmt: skip
        talk.session.add(talk.draft)
        talk.session.flush()
    if origin := talk.data.get("forwarded"):
        mark(talk.draft, forwarded=str(origin))
    touch(talk)
    return talk.draft


def touch(talk: Talk) -> None:
    """The citizen is still writing: move the expiry."""
    if talk.draft is not None:
        talk.draft.updated_at, talk.draft.expires_at = talk.now, talk.now + LIFE


def describe(talk: Talk, text: str) -> None:
    """Add the citizen's words to the description as they stand, and read place, topic and urgency from all of it."""
    draft = start(talk)
    draft.description = "\n".join(part for part in (draft.description, text.strip()) if part)[:LONGEST_DESCRIPTION]
    if draft.commune is None and not draft.asked.get("candidates"):
        place = place_in(text)
        remembered = talk.fact("commune") if not place.candidates and not place.outside else None
        set_place(talk.session, draft, place)
        draft.asked = {**draft.asked, "outside": place.outside, "earlier": remembered}
    draft.place_text = draft.place_text or street_in(text)
    route(talk.session, draft, talk.now)


def mark(draft: Draft, **facts: Any) -> None:
    """Change the draft's bookkeeping (JSON columns are replaced, never changed in place)."""
    draft.asked = {**draft.asked, **facts}


def waive(draft: Draft, field: str) -> None:
    """Go on without this field; staff see that it was waived."""
    waived = [*draft.asked.get("waived", []), field]
    mark(draft, waived=list(dict.fromkeys(waived)), editing=None)


def waived(draft: Draft) -> frozenset[str]:
    """Fields the citizen chose not to give."""
    return frozenset(draft.asked.get("waived", []))


def add_files(
    session: Session, files: list[dict[str, Any]], conversation: Conversation, now: datetime, **owner: Any
) -> tuple[int, ...]:
    """Attachment rows for files of this turn; bytes are fetched later by a job. `owner`: draft_id or complaint_id."""
    rows = []
    for file in files[:MOST_FILES]:
        size = file.get("size")
        too_big = isinstance(size, int) and size > BIGGEST_FETCHED
        rows.append(
            Attachment(
                kind=str(file.get("kind", "document")), channel_ref=str(file.get("ref", "")), size=size,
                name=file.get("name"), media_type=file.get("mime"), status="too_big" if too_big else "pending",
                conversation_id=conversation.id, created_at=now, **owner,
            )
        )  # fmt: skip
    session.add_all(rows)
    session.flush()
    return tuple(row.id for row in rows)


def close(talk: Talk, state: str) -> None:
    """End the draft: filed, joined, cancelled (the second matter with it); nothing personal is awaited any more."""
    if talk.draft is not None:
        talk.draft.state, talk.draft.updated_at = state, talk.now
        talk.draft = None
    talk.conversation.awaiting = None
    talk.note(warned=None)
    while state == "cancelled" and (second := waiting_draft(talk.session, talk.conversation.id)) is not None:
        second.state, second.description = state, None
        talk.session.flush()
    talk.session.flush()


def next_matter(talk: Talk, first_case: int) -> Draft | None:
    """The second matter of the message, now to be written; its case will be linked to the first."""
    second = waiting_draft(talk.session, talk.conversation.id)
    if second is None:
        return None
    second.state, talk.draft = "open", second
    touch(talk)
    words, second.description = second.description or "", None
    mark(second, linked_to=first_case)
    describe(talk, words)
    return second


def known_contact(citizen: Citizen) -> frozenset[str]:
    """Contact data this person has given."""
    return frozenset(name for name in ("name", "phone", "address") if getattr(citizen, name))


def view(session: Session, draft: Draft) -> DraftView:
    """The draft as the pure question rule sees it."""
    citizen = draft.conversation.citizen
    session.refresh(draft, ["attachments"])
    evidence = [a for a in draft.attachments if a.kind in ("photo", "video", "document")]
    return DraftView(
        kind=draft.kind,
        described=bool(draft.description) or any(a.kind == "voice" for a in draft.attachments),
        placed=draft.commune_id is not None,
        topic_sure=draft.topic_certain,
        choices_of_topic=len(topic_buttons(session, draft)),
        report_type=draft.topic.report_type if draft.topic else "onsite",
        photos=len(evidence),
        contact=known_contact(citizen),
        contact_settled="contact" in citizen.consent,
        waived=waived(draft),
        asked=draft.asked.get("times", {}),
        editing=draft.asked.get("editing"),
    )


def step(draft: Draft) -> Question | None:
    """The question the citizen was asked last and has not answered."""
    name = draft.asked.get("step")
    return Question(name) if name else None
