"""What the form makes of a turn: an answer to its question, a change, or nothing (then something else was said)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.text import fold
from tracker.services.intake import drafts, offers, two_matters
from tracker.services.intake.asking import ask
from tracker.services.intake.contact import is_question, parse_contact
from tracker.services.intake.contact_answers import save_contact
from tracker.services.intake.corrections import Correction, corrected, find_correction
from tracker.services.intake.own_cases import my_cases
from tracker.services.intake.questions import FREE_TEXT, Question
from tracker.services.intake.say import Say
from tracker.services.intake.sending import cancel, send
from tracker.services.intake.talk import Talk
from tracker.services.intake.understanding import decide, is_sure, place_in, route, set_place
from tracker.services.intake.words import (
    SHORT,
    count_words,
    is_bare,
    is_edit,
    is_none,
    is_send,
    is_stop,
    opens_report,
)

type Says = tuple[Say, ...]

REPORTS = ("complaint", "suggestion", "praise")
GATES = ("emergency", "denunciation", "formal_complaint", "abusive")
ANSWERS = frozenset({*REPORTS, "affirm", "deny", "add_info", "nlu_fallback", "cancel"})
"""Intents that never interrupt the form: they are answers to it, or end it."""
INTERRUPTS = 0.6
"""Confidence from which a short message interrupts."""


def hear_words(talk: Talk) -> Says | None:
    """Text in the form, or text that opens it; None when it is about something else."""
    if talk.draft is None:
        return _begin(talk)
    question = drafts.step(talk.draft) or Question.DESCRIPTION
    if _interrupts(talk, question):
        return None
    stops = talk.heard.intent == "cancel" and talk.heard.confidence >= INTERRUPTS
    stops = stops and (is_stop(talk.text) or not is_none(talk.text))
    if stops and count_words(talk.text) <= SHORT:
        return cancel(talk)
    drafts.touch(talk)
    if talk.files:
        _attach(talk)
    if offers.standing(talk.draft) is not None and (says := _answer_offer(talk)) is not None:
        return says
    return _ANSWER[question](talk)


def _answer_offer(talk: Talk) -> Says | None:
    """Yes or no in words to the question that stands before the form's; None for anything else that is told."""
    short = count_words(talk.text) <= SHORT
    if talk.heard.intent == "affirm" and short:
        return take_offer(talk, yes=True)
    if is_none(talk.text) or (talk.heard.intent == "deny" and short):
        return take_offer(talk, yes=False)
    return None


def take_offer(talk: Talk, *, yes: bool) -> Says:
    """The citizen's answer to what stands: record a crime or not, two reports or one."""
    draft = drafts.start(talk)
    if draft.asked.get(offers.CRIME) == "offered":
        if not yes:
            drafts.close(talk, "cancelled")
            return (Say("utter_crime_not_recorded"),)
        offers.accept_crime(draft)
        route(talk.session, draft, talk.now)
    elif draft.asked.get("split") == "offered":
        offers.answered(draft, split="yes" if yes else "no")
        if yes:
            _split(talk)
    return ask(talk)


def _split(talk: Talk) -> None:
    draft = drafts.start(talk)
    parts = two_matters.parts_of(talk.session, draft.description or "", talk.now)
    if len(parts) > 1:
        two_matters.second_draft(talk.session, draft, parts[1][1], talk.now)
        draft.description = parts[0][1]
        route(talk.session, draft, talk.now)


def _begin(talk: Talk) -> Says | None:
    if talk.heard.intent in REPORTS:
        return begin(talk, talk.heard.intent, talk.text)
    tells = talk.files or talk.data.get("forwarded")
    kind = opens_report(talk.text) or ("complaint" if tells and talk.heard.intent not in GATES else None)
    if kind is None and talk.heard.intent == "add_info" and _names_matter(talk):
        kind = "complaint"
    return begin(talk, kind, talk.text) if kind else None


def _names_matter(talk: Talk) -> bool:
    """Whether words that add to nothing filed name a matter by themselves: then they are a report of their own."""
    return not my_cases(talk) and is_sure(decide(talk.session, talk.text, talk.now))


def begin(talk: Talk, kind: str, text: str) -> Says:
    """Open a report with these words, if they say anything yet."""
    drafts.start(talk, kind)
    if talk.files:
        _attach(talk)
    if text.strip() and not is_bare(text):
        _described(talk, text)
    return ask(talk)


def _described(talk: Talk, text: str) -> None:
    """Keep the first words of a report, and see whether something must be asked before the form goes on."""
    fresh = not drafts.start(talk).description
    drafts.describe(talk, text)
    draft = drafts.start(talk)
    offers.offer_crime(draft, warned=talk.fact("warned") is not None)
    if draft.kind == offers.CRIME:
        route(talk.session, draft, talk.now)
    elif fresh and draft.kind == "complaint" and not draft.asked.get("second_of"):
        offers.offer_split(draft, two_matters.parts_of(talk.session, text, talk.now))


def _attach(talk: Talk) -> tuple[int, ...]:
    draft = drafts.start(talk)
    return drafts.add_files(talk.session, talk.files, talk.conversation, talk.now, draft_id=draft.id)


def hear_media(talk: Talk) -> Says:
    """Photos, a video, a voice message without words: they belong to the open report, or begin one."""
    before = talk.draft
    _attach(talk)
    draft = drafts.start(talk)
    big = any(isinstance(f.get("size"), int) and f["size"] > drafts.BIGGEST_FETCHED for f in talk.files)
    if before is not None and drafts.step(draft) is Question.SUMMARY:
        return (*_note_big(big=big), *ask(talk))
    if draft.asked.get("editing") == Question.PHOTO:
        drafts.mark(draft, editing=None)
    return (*_note_big(big=big), *ask(talk))


def _note_big(*, big: bool) -> Says:
    return (Say("utter_file_too_big"),) if big else ()


def _interrupts(talk: Talk, question: Question) -> bool:
    heard = talk.heard
    if heard.gate and heard.gate.get("sure") and heard.gate.get("class") in GATES:
        return heard.intent in GATES
    if heard.intent in ANSWERS or heard.confidence < INTERRUPTS or is_none(talk.text):
        return False
    if question in FREE_TEXT and (heard.intent in {*GATES, "out_of_scope"} or _names_place(talk, question)):
        return False
    return question not in FREE_TEXT or count_words(talk.text) <= SHORT


def _names_place(talk: Talk, question: Question) -> bool:
    if question is not Question.PLACE or is_question(talk.text):
        return False
    place = place_in(talk.text)
    return bool(place.candidates) or place.outside


def _description(talk: Talk) -> Says:
    draft = drafts.start(talk)
    if is_bare(talk.text) or (talk.heard.intent in ("affirm", "deny") and count_words(talk.text) <= SHORT):
        return ask(talk)
    if draft.asked.get("editing") == Question.DESCRIPTION:
        draft.description = None
        drafts.mark(draft, editing=None)
    _described(talk, talk.text)
    return ask(talk)


def _place(talk: Talk) -> Says:
    draft = drafts.start(talk)
    if is_none(talk.text):
        drafts.waive(draft, Question.PLACE)
        return ask(talk)
    place = place_in(talk.text)
    if count_words(talk.text) > (SHORT * 2 if draft.description else SHORT):
        _described(talk, talk.text)
        return ask(talk)
    candidates = {code: name for name, code in draft.asked.get("candidates", [])}
    if not place.code and not place.candidates and candidates:
        _keep_words(talk, talk.text)
        return ask(talk)
    set_place(talk.session, draft, place)
    drafts.mark(draft, outside=place.outside, editing=None if place.code else draft.asked.get("editing"))
    if not place.outside:
        _keep_words(talk, talk.text)
    route(talk.session, draft, talk.now)
    return ask(talk)


def _keep_words(talk: Talk, text: str) -> None:
    draft = drafts.start(talk)
    draft.place_text = text.strip()[:300] or draft.place_text


def _topic(talk: Talk) -> Says:
    if is_none(talk.text):
        drafts.waive(drafts.start(talk), Question.TOPIC)
    else:
        drafts.describe(talk, talk.text)
    return ask(talk)


def _more_words(talk: Talk) -> Says:
    drafts.describe(talk, talk.text)
    return ask(talk)


def _photo(talk: Talk) -> Says:
    draft = drafts.start(talk)
    refuses = talk.heard.intent in ("deny", "cancel") and find_correction(talk.text) is None
    if not talk.files and (refuses or is_none(talk.text)):
        drafts.waive(draft, Question.PHOTO)
    elif not is_bare(talk.text) and not (talk.heard.intent == "affirm" and count_words(talk.text) <= SHORT):
        _add_or_correct(talk)
    return ask(talk)


def _summary(talk: Talk) -> Says:
    if is_send(talk.text) or (talk.heard.intent == "affirm" and count_words(talk.text) <= SHORT):
        return send(talk)
    if is_edit(talk.text) or (
        talk.heard.intent == "deny" and count_words(talk.text) <= SHORT and not find_correction(talk.text)
    ):
        return (Say("utter_edit_menu"),)
    if not is_none(talk.text):
        _add_or_correct(talk)
    return ask(talk)


def _add_or_correct(talk: Talk) -> None:
    correction = find_correction(talk.text)
    if correction is None:
        drafts.describe(talk, talk.text)
    else:
        correct(talk, correction)


def hear_correction(talk: Talk) -> Says | None:
    """A correction of what was told before, said while contact data is awaited; None for any other words."""
    draft, correction = talk.draft, find_correction(talk.text)
    if draft is None or correction is None or not correction.old or parse_contact(correction.new).phone:
        return None
    told = fold(f"{draft.description or ''} {draft.place_text or ''}").split()
    if fold(correction.old).split()[-1] not in told:
        return None
    correct(talk, correction)
    first, *rest = ask(talk)
    noted = Say("utter_part_understood", {"what": draft.place_text or correction.new})
    return (replace(first, values={**first.values, "heard": noted}), *rest)


def correct(talk: Talk, correction: Correction) -> None:
    """Put a correction into the field it is about; the citizen's own words stay, the correction stands below them."""
    draft = drafts.start(talk)
    given = parse_contact(correction.new)
    place = place_in(correction.new)
    if given.phone:
        save_contact(talk, given)
        return
    if place.code or place.candidates:
        set_place(talk.session, draft, place)
    draft.place_text = corrected(draft.place_text, correction)
    if correction.old and draft.description and correction.old.split()[-1] in draft.description:
        draft.description = f"{draft.description}\n({talk.text.strip()})"
    route(talk.session, draft, talk.now)


_ANSWER: dict[Question, Callable[[Talk], Says]] = {
    Question.DESCRIPTION: _description,
    Question.PLACE: _place,
    Question.TOPIC: _topic,
    Question.PHOTO: _photo,
    Question.CONTACT: _more_words,
    Question.SUMMARY: _summary,
}
