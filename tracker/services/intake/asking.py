"""From the next question to what the bot says: which response, which buttons, which answer is awaited."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.text import fold
from tracker.db.models import Commune, Draft
from tracker.services.cases.filing import receiving_agency
from tracker.services.intake import drafts, offers
from tracker.services.intake.contact import masked_phone
from tracker.services.intake.duplicates import Similar, similar_case
from tracker.services.intake.questions import DraftView, Question, missing_contact, next_question, offers_contact
from tracker.services.intake.say import Say, Value
from tracker.services.intake.talk import Talk
from tracker.services.intake.understanding import topic_buttons

LONGEST_SHOWN = 900
MOST_CANDIDATES = 6


def ask(talk: Talk) -> tuple[Say, ...]:
    """Ask the next question of the open draft, and remember that it was asked."""
    draft = talk.draft
    if draft is None:
        return ()
    talk.asked = True
    if (offer := offers.standing(draft)) is not None:
        talk.conversation.awaiting = None
        return (offer,)
    view = drafts.view(talk.session, draft)
    question = next_question(view)
    times = dict(view.asked)
    times[question] = times.get(question, 0) + 1
    drafts.mark(draft, step=str(question), times=times)
    talk.conversation.awaiting = _awaited(view, question)
    say = _say(talk, draft, view, question, first=times[question] == 1)
    return (replace(say, values={**say.values, "heard": _understood(draft, question)}),)


def _understood(draft: Draft, question: Question) -> Value:
    """What the first words already told, said once, before the first question about the rest."""
    if draft.asked.get("acknowledged") or question in (Question.DESCRIPTION, Question.SUMMARY):
        return ""
    parts = [draft.topic.name] if draft.topic is not None and draft.topic_certain else []
    place = draft.asked.get("understood") or (draft.commune.name if draft.commune else "")
    if place:
        parts.append(place)
    if not parts or not draft.description:
        return ""
    drafts.mark(draft, acknowledged=True)
    return Say("utter_part_understood", {"what": "; ".join(parts)})


def ask_again(talk: Talk) -> tuple[Say, ...]:
    """The question that stood before an interruption, which does not count as asking in vain."""
    draft = talk.draft
    if draft is None:
        return ()
    talk.asked = True
    if (offer := offers.standing(draft)) is not None:
        return (offer,)
    view = drafts.view(talk.session, draft)
    question = drafts.step(draft) or next_question(view)
    say = _say(talk, draft, view, question, first=True)
    return (replace(say, values={**say.values, "heard": Say("utter_part_back")}),)


def _awaited(view: DraftView, question: Question) -> str | None:
    if question is not Question.CONTACT:
        return None
    return next(iter(missing_contact(view)), "phone")


def _say(talk: Talk, draft: Draft, view: DraftView, question: Question, *, first: bool) -> Say:
    match question:
        case Question.DESCRIPTION:
            kind = draft.kind if draft.kind in ("suggestion", "praise") else "complaint"
            return Say(f"utter_question_{kind}_description")
        case Question.PLACE:
            return _ask_place(talk, draft, first=first)
        case Question.TOPIC:
            return Say("utter_question_topic", buttons=topic_buttons(talk.session, draft))
        case Question.PHOTO:
            return Say("utter_question_photo" if first else "utter_question_photo_again")
        case Question.CONTACT:
            return _ask_contact(view)
        case Question.SUMMARY:
            return summary(talk, draft, view)


def _ask_place(talk: Talk, draft: Draft, *, first: bool) -> Say:
    asked = draft.asked
    candidates = tuple((name, f"place:{code}") for name, code in asked.get("candidates", [])[:MOST_CANDIDATES])
    if candidates:
        return Say("utter_question_place_choice", buttons=candidates)
    if asked.get("outside"):
        return Say("utter_question_place_outside")
    if asked.get("earlier") and first:
        commune = talk.session.scalar(select(Commune).where(Commune.code == asked["earlier"]))
        if commune is not None:
            return Say("utter_question_place_earlier", buttons=((commune.name, f"place:{commune.code}"),))
    return Say("utter_question_place" if first else "utter_question_place_again")


def _ask_contact(view: DraftView) -> Say:
    if offers_contact(view):
        return Say("utter_offer_contact")
    missing = missing_contact(view)
    if view.report_type == "business":
        return Say("utter_question_contact_business")
    return Say("utter_question_contact" if len(missing) > 1 else f"utter_question_{missing[0]}")


def summary(talk: Talk, draft: Draft, view: DraftView) -> Say:
    """Everything in one message, with a similar open case if there is one, and Gửi / Sửa / Hủy."""
    twin = similar_case(talk.session, draft, talk.now)
    drafts.mark(draft, twin=twin.id if twin else None)
    values: dict[str, Value] = {
        "kind": "" if draft.kind == "complaint" else Say(f"utter_part_kind_{draft.kind}"),
        "topic": draft.topic.name if draft.topic else Say("utter_part_topic_unknown"),
        "agency": receiving_agency(talk.session, draft).name,
        "description": _description(draft),
        "place": _place(draft),
        "photos": _photos(view),
        "contact": _contact(draft, view),
        "name": Say("utter_part_anonymous") if draft.anonymous else "",
        "twin": _twin(twin) if twin else "",
        "twin_id": twin.id if twin else "",
    }
    return Say("utter_summary_twin" if twin else "utter_summary", values, more=_name_button(draft))


def _name_button(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Hiding one's name is offered to those who gave one."""
    if draft.conversation.citizen.name is None or draft.kind == "crime":
        return ()
    return (("utter_part_show_name", "anon:no"),) if draft.anonymous else (("utter_part_hide_name", "anon:yes"),)


def _description(draft: Draft) -> Value:
    if not draft.description:
        return Say("utter_part_voice")
    text = draft.description
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + "…"


def _place(draft: Draft) -> Value:
    commune = draft.asked.get("understood") or (draft.commune.name if draft.commune else "")
    parts = [part for part in (without_commune(draft.place_text or "", commune), commune) if part]
    if draft.lat is not None:
        return Say("utter_part_place_pin", {"place": ", ".join(parts)}) if parts else Say("utter_part_place_pin_only")
    return ", ".join(parts) if parts else Say("utter_part_place_unknown")


def without_commune(text: str, commune: str) -> str:
    """The finer place alone: "thôn Đông xã Tam Giang" in "Xã Tam Giang" is thôn Đông."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    for name in commune.split(", nay là "):
        start = folded.find(fold(name)) if name else -1
        if start >= 0:
            text = f"{text[:start].rstrip(' ,')}, {text[start + len(name) :].lstrip(' ,')}"
            folded = fold(text)
    return text.removeprefix("ở ").strip(" ,.")


def _photos(view: DraftView) -> Value:
    return Say("utter_part_photos", {"count": view.photos}) if view.photos else Say("utter_part_no_photo")


def _contact(draft: Draft, view: DraftView) -> Value:
    citizen = draft.conversation.citizen
    phone = masked_phone(citizen.phone) if citizen.phone else ""
    if not view.contact:
        return Say("utter_part_no_contact")
    return ", ".join(part for part in (citizen.name or "", phone, citizen.address or "") if part)


def _twin(twin: Similar) -> Value:
    state = twin.state.lower()
    if not twin.days:
        return Say("utter_part_twin_today", {"words": twin.words, "state": state})
    return Say("utter_part_twin", {"words": twin.words, "days": twin.days, "state": state})
