"""The last step: the draft becomes a case, joins one that is open, or is dropped."""

from __future__ import annotations

from sqlalchemy import select

from tracker.db.models import Complaint, Draft, Follower
from tracker.domain.lifecycle import OPEN
from tracker.domain.tracking_code import shown
from tracker.services.cases.filing import file_draft
from tracker.services.intake import drafts
from tracker.services.intake.asking import ask
from tracker.services.intake.questions import Question, next_question
from tracker.services.intake.say import Say, Value
from tracker.services.intake.talk import Talk, claim_notices

type Says = tuple[Say, ...]


def send(talk: Talk) -> Says:
    """File the open draft; its confirmation is in the outbox, so nothing more is said."""
    draft = talk.draft
    if draft is None:
        return _already(talk)
    if next_question(drafts.view(talk.session, draft)) is not Question.SUMMARY:
        return ask(talk)
    case = file_draft(talk.session, draft.id, talk.now)
    claim_notices(talk, case.id)
    talk.note(case=case.id, commune=draft.commune.code if draft.commune else talk.fact("commune"))
    drafts.close(talk, "filed")
    if drafts.next_matter(talk, case.id) is not None:
        return ask(talk)
    return (Say("utter_photo_consent", {"id": case.id}),) if _may_show_photos(case) else ()


def _may_show_photos(case: Complaint) -> bool:
    """Whether it makes sense to ask: photos came with it, and nothing else keeps the case private."""
    return not case.kept_private and any(a.kind in ("photo", "video") for a in case.attachments)


def _already(talk: Talk) -> Says:
    query = select(Complaint).join(Draft, Complaint.draft_id == Draft.id)
    query = query.where(Draft.conversation_id == talk.conversation.id).order_by(Complaint.id.desc()).limit(1)
    case = talk.session.scalar(query)
    if case is None:
        return (Say("utter_nothing_to_send"),)
    return (Say("utter_already_sent", {"code": shown(case.code), "id": case.id}),)


def follow(talk: Talk, complaint_id: int) -> Says:
    """Join an open case instead of filing the same thing again: counted, and told of every answer."""
    case = talk.session.get(Complaint, complaint_id, with_for_update={"of": Complaint})
    draft = talk.draft
    if case is None or case.state not in OPEN or draft is None or draft.asked.get("twin") != complaint_id:
        return ask(talk) if draft is not None else (Say("utter_old_button"),)
    known = select(Follower.id).where(
        Follower.complaint_id == case.id, Follower.conversation_id == talk.conversation.id
    )
    if talk.session.scalar(known) is None and case.conversation_id != talk.conversation.id:
        talk.session.add(Follower(complaint_id=case.id, conversation_id=talk.conversation.id, created_at=talk.now))
        case.followers += 1
    drafts.close(talk, "joined")
    talk.note(case=case.id)
    second = drafts.next_matter(talk, case.id)
    values: dict[str, Value] = {"code": shown(case.code), "agency": case.agency.name, "id": case.id}
    return (Say("utter_followed", values), *(ask(talk) if second is not None else ()))


def cancel(talk: Talk) -> Says:
    """Stop: nothing of the draft is sent."""
    if talk.draft is None:
        return (Say("utter_nothing_to_cancel"),)
    drafts.close(talk, "cancelled")
    return (Say("utter_cancelled"),)
