"""What a pressed button, a command, a pin or a shared contact does to the report being written."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from tracker.db.models import Commune, Topic
from tracker.services.intake import drafts
from tracker.services.intake.answers import hear_correction, hear_media, take_offer
from tracker.services.intake.asking import ask, ask_again
from tracker.services.intake.consent import give
from tracker.services.intake.contact_answers import hear_contact, waive_contact
from tracker.services.intake.questions import Question
from tracker.services.intake.say import Say
from tracker.services.intake.sending import cancel, follow, send
from tracker.services.intake.talk import Talk
from tracker.services.intake.understanding import place_in, place_near, route, set_place

type Says = tuple[Say, ...]

OLD = (Say("utter_old_button"),)


def hear_choice(talk: Talk) -> Says | None:
    """The reply to a choice about the report, or None when the choice belongs to another door."""
    name, _, rest = (talk.heard.choice or "").partition(":")
    handler = _HANDLERS.get(name)
    if handler is None:
        return None
    drafts.touch(talk)
    return handler(talk, rest)


def _needs_draft(handler: Callable[[Talk, str], Says]) -> Callable[[Talk, str], Says]:
    def guarded(talk: Talk, rest: str) -> Says:
        return handler(talk, rest) if talk.draft is not None else OLD

    return guarded


def _place(talk: Talk, code: str) -> Says:
    draft = drafts.start(talk)
    commune = talk.session.scalar(select(Commune).where(Commune.code == code))
    if commune is None:
        return OLD
    draft.commune = commune
    drafts.mark(draft, candidates=[], understood="", outside=False, editing=None)
    route(talk.session, draft, talk.now)
    return ask(talk)


def _topic(talk: Talk, code: str) -> Says:
    draft = drafts.start(talk)
    topic = talk.session.scalar(select(Topic).where(Topic.code == code))
    if code == "other" or topic is None:
        drafts.waive(draft, Question.TOPIC)
        return ask(talk)
    draft.decision = {**draft.decision, "chosen_topic": topic.code}
    drafts.mark(draft, editing=None)
    route(talk.session, draft, talk.now)
    return ask(talk)


def _family(talk: Talk, name: str) -> Says:
    drafts.mark(drafts.start(talk), family=name)
    return ask(talk)


def _skip(talk: Talk, field: str) -> Says:
    if field == Question.CONTACT:
        return waive_contact(talk)
    if field in set(Question):
        drafts.waive(drafts.start(talk), field)
    return ask(talk)


def _edit(talk: Talk, field: str) -> Says:
    draft = drafts.start(talk)
    if field == "anonymous":
        draft.anonymous = not draft.anonymous
        return ask(talk)
    if field not in set(Question) - {Question.SUMMARY}:
        return (Say("utter_edit_menu"),)
    drafts.mark(
        draft, editing=field, waived=[name for name in draft.asked.get("waived", []) if name != field],
        times={**draft.asked.get("times", {}), field: 0}, **_reopened(field),
    )  # fmt: skip
    if field == Question.TOPIC:
        draft.topic_certain = False
    return ask(talk)


def _reopened(field: str) -> dict[str, object]:
    return {"candidates": [], "outside": False, "earlier": None} if field == Question.PLACE else {}


def _anonymous(talk: Talk, rest: str) -> Says:
    drafts.start(talk).anonymous = rest == "yes"
    return ask(talk)


def _follow(talk: Talk, rest: str) -> Says:
    return follow(talk, int(rest)) if rest.isdigit() else OLD


def _anyway(talk: Talk, _: str) -> Says:
    drafts.mark(drafts.start(talk), anyway=True)
    return send(talk)


def _location(talk: Talk, _: str) -> Says:
    lat, lon = talk.data.get("lat"), talk.data.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return (Say("utter_location_unreadable"), *ask_again(talk))[:2]
    draft = drafts.start(talk)
    place = place_near(float(lat), float(lon))
    if place.outside or not place.candidates:
        return (Say("utter_location_outside"),)
    draft.lat, draft.lon = float(lat), float(lon)
    give(talk.conversation.citizen, "location", talk.now, given=True)
    if draft.commune is None or draft.asked.get("editing") == Question.PLACE:
        set_place(talk.session, draft, place)
    return ask(talk)


def _edited(talk: Talk, _: str) -> Says:
    if talk.draft is None:
        return (Say("utter_edited"),)
    if not _took_edit(talk):
        return (Say("utter_edited_draft"), *ask_again(talk))
    return (Say("utter_edited_taken"), *ask_again(talk))


def _took_edit(talk: Talk) -> bool:
    """Put an edited message's new words where its old ones stand in the report; False when they stand nowhere."""
    draft, old, new = drafts.start(talk), talk.words_before_edit(), talk.text.strip()
    if not old or not new or not draft.description or old not in draft.description:
        return False
    draft.description = draft.description.replace(old, new, 1)[: drafts.LONGEST_DESCRIPTION]
    place = place_in(new)
    if place.code or place.candidates:
        set_place(talk.session, draft, place)
    route(talk.session, draft, talk.now)
    return True


def _resume(talk: Talk, _: str) -> Says:
    return ask_again(talk) if talk.draft is not None else OLD


def _fresh(talk: Talk, _: str) -> Says:
    drafts.close(talk, "cancelled")
    drafts.start(talk)
    return ask(talk)


_HANDLERS: dict[str, Callable[[Talk, str], Says]] = {
    "place": _needs_draft(_place),
    "topic": _needs_draft(_topic),
    "topics": _needs_draft(_family),
    "crime": _needs_draft(lambda talk, rest: take_offer(talk, yes=rest == "yes")),
    "split": _needs_draft(lambda talk, rest: take_offer(talk, yes=rest == "yes")),
    "skip": _needs_draft(_skip),
    "edit": _needs_draft(_edit),
    "anon": _needs_draft(_anonymous),
    "follow": _follow,
    "anyway": _needs_draft(_anyway),
    "send": lambda talk, _: send(talk),
    "cancel": lambda talk, _: cancel(talk),
    "media": lambda talk, _: hear_media(talk),
    "location": _location,
    "contact": lambda talk, _: hear_correction(talk) or hear_contact(talk),
    "edited": _edited,
    "resume": _resume,
    "fresh": _fresh,
}
