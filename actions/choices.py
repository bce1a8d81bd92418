"""Choices that are about no report and no case: menus, meanings, procedures, rights."""

from __future__ import annotations

from collections.abc import Callable

from actions import procedures, services
from tracker.services.intake import doors
from tracker.services.intake.answers import REPORTS, begin
from tracker.services.intake.own_cases import add, mine, withdraw
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Talk

type Says = tuple[Say, ...]


def answer_choice(talk: Talk) -> Says:
    """The reply to a choice the form and the cases left alone."""
    name, _, rest = (talk.heard.choice or "").partition(":")
    handler = _HANDLERS.get(name)
    return handler(talk, rest) if handler is not None else (Say("utter_nothing_readable"),)


def _start(talk: Talk, payload: str) -> Says:
    if payload and (says := doors.start_payload(talk, payload)) is not None:
        return says
    return (Say("utter_resume"),) if talk.draft is not None else (Say("utter_greet"),)


def _intent(talk: Talk, intent: str) -> Says:
    """A meaning the citizen picked for words they wrote before."""
    turn = talk.fact("unclear")
    words = doors.settle_unsure(talk, intent)
    if intent in REPORTS:
        return begin(talk, intent, words)
    if words:
        talk.text = words
    if intent == "denunciation" and turn:
        doors.forget_turn(talk, str(turn))
    reply = _MEANINGS.get(intent)
    return reply(talk) if reply is not None else (Say("utter_nothing_asked"),)


def _conduct(talk: Talk, way: str) -> Says:
    if way == "complaint":
        return begin(talk, "complaint", "")
    if way == "erase":
        doors.erase_sealed(talk)
        return (Say("utter_sealed_erased"),)
    return (Say("utter_denunciation_way"),)


_MEANINGS: dict[str, Callable[[Talk], Says]] = {
    "procedure_question": procedures.answer_question,
    "status_lookup": mine,
    "add_info": add,
    "withdraw": withdraw,
    "office_info": doors.office,
    "formal_complaint": lambda _: (Say("utter_formal_complaint"),),
    "denunciation": services.denunciation,
    "emergency": services.emergency,
    "privacy_request": lambda _: (Say("utter_privacy_menu"),),
    "help": lambda _: (Say("utter_help"),),
    "human_handoff": doors.hand_to_person,
}

_HANDLERS: dict[str, Callable[[Talk, str], Says]] = {
    "start": _start,
    "help": lambda *_: (Say("utter_help"),),
    "human": lambda talk, _: doors.hand_to_person(talk),
    "intent": _intent,
    "conduct": _conduct,
    "privacy": services.privacy_choice,
    "proc": procedures.pick,
    "facet": procedures.facet,
    "whole": procedures.whole,
    "papers": procedures.papers,
    "desk": procedures.to_desk,
    "good": lambda *_: (Say("utter_good"),),
    "bad": procedures.bad,
}
