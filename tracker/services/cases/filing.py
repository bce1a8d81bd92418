"""Filing a draft: once, whole, and in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Agency, Complaint, Draft
from tracker.errors import NotFoundError, TransitionError
from tracker.routing.taxonomy import TRIAGE_AGENCY, UNKNOWN_TOPIC
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.province.reference import find_agency, find_topic

LEGAL_BASIS = "NĐ 20/2008/NĐ-CP; QĐ 17/2024/QĐ-UBND"
"""What the processing of the report itself rests on; consent covers only what is optional."""


def file_draft(session: Session, draft_id: int, now: datetime) -> Complaint:
    """The case of this draft, opened if it is not yet; the draft's id makes it one case however often it is asked."""
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFoundError("Không tìm thấy phản ánh đang viết.")
    known = session.scalar(select(Complaint).where(Complaint.draft_id == draft_id))
    if known is not None:
        return known
    if draft.state != "open":
        raise TransitionError("Phản ánh đang viết này đã được đóng.")
    case = open_complaint(session, _new_case(session, draft), now)
    case.linked_to_id = draft.asked.get("linked_to")
    for attachment in draft.attachments:
        attachment.complaint_id = case.id
    draft.state, draft.updated_at = "filed", now
    session.flush()
    return case


def _new_case(session: Session, draft: Draft) -> NewCase:
    topic = draft.topic or find_topic(session, UNKNOWN_TOPIC)
    return NewCase(
        description=draft.description or "",
        topic=topic,
        agency=receiving_agency(session, draft),
        source=draft.conversation.channel,
        commune=draft.commune,
        certain=is_certain(draft),
        kind=draft.kind,
        urgency=draft.urgency,
        place_text=draft.place_text,
        lat=draft.lat,
        lon=draft.lon,
        anonymous=bool(draft.anonymous),
        conversation_id=draft.conversation_id,
        citizen_id=draft.conversation.citizen_id,
        draft_id=draft.id,
        decision={**draft.decision, "flags": flags(draft), "basis": LEGAL_BASIS},
    )


def is_certain(draft: Draft) -> bool:
    """Whether the report goes straight to its agency; else the triage desk reads it first."""
    if draft.kind == "crime":
        return True
    return draft.topic is not None and draft.topic_certain and draft.topic.code != UNKNOWN_TOPIC


def receiving_agency(session: Session, draft: Draft) -> Agency:
    """Who gets the report as it stands now."""
    if draft.kind == "crime":  # the commune's police may not refuse it (Bộ luật Tố tụng hình sự, Điều 145)
        return find_agency(session, *(("CAX", draft.commune.code) if draft.commune else ("CAT", None)))
    if draft.topic is None or not is_certain(draft):
        return find_agency(session, TRIAGE_AGENCY, None)
    code = str(draft.decision.get("agency") or draft.topic.lead)
    return find_agency(session, code, draft.commune.code if draft.commune else None)


def flags(draft: Draft) -> list[str]:
    """What staff should know of how the report came: waived fields, a voice message to listen to."""
    given: list[Any] = [f"no_{name}" for name in draft.asked.get("waived", [])]
    if any(a.kind == "voice" for a in draft.attachments):
        given.append("listen")
    if draft.asked.get("forwarded"):
        given.append("forwarded")
    if draft.asked.get("linked_to"):
        given.append("linked")
    return given
