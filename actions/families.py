"""The actions Rasa knows: one per family of intents, each a table from intent to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from rasa_sdk import Tracker

from actions import procedures, services
from actions.base import CitizenAction, Event, Says, heard_of, mirror
from actions.choices import answer_choice
from actions.responses import load_responses
from tracker.services.intake import doors
from tracker.services.intake.own_cases import add, code_in, status, withdraw
from tracker.services.intake.say import Say
from tracker.services.intake.sending import cancel
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import SHORT, count_words

MEANINGS_OFFERED = 3
SAYS_WHERE = frozenset({"greet", "add_info", "out_of_scope", "nlu_fallback"})
"""Intents of a short message that may do no more than name where its writer is."""

type Table = Mapping[str, Callable[[Talk], Says]]


def say(name: str) -> Callable[[Talk], Says]:
    """An answer that is always the same response."""
    return lambda _: (Say(name),)


def unclear(talk: Talk) -> Says:
    """Nothing was understood well enough: the likeliest meanings as buttons; a code alone is a look-up."""
    if code_in(talk.text):
        return status(talk)
    if not any(char.isalpha() for char in talk.text):
        return (Say("utter_nothing_readable"),)
    doors.unsure(talk, "fallback", talk.heard.ranking[0][0] if talk.heard.ranking else None)
    known = load_responses().names
    offered = [name for name, _ in talk.heard.ranking if f"utter_part_meaning_{name}" in known]
    if count_words(talk.text) > SHORT and "complaint" not in offered[:MEANINGS_OFFERED]:
        offered.insert(0, "complaint")
    buttons = tuple((f"utter_part_meaning_{name}", f"intent:{name}") for name in offered[:MEANINGS_OFFERED])
    return (Say("utter_fallback_again" if doors.lost_again(talk) else "utter_fallback", buttons=buttons),)


CHAT: Table = {
    "greet": say("utter_greet"),
    "goodbye": say("utter_goodbye"),
    "thanks": say("utter_thanks"),
    "help": say("utter_help"),
    "affirm": say("utter_nothing_asked"),
    "deny": say("utter_nothing_asked"),
    "cancel": cancel,
}
CASES: Table = {"status_lookup": status, "add_info": add, "withdraw": withdraw}
SERVICES: Table = {
    "office_info": doors.office,
    "human_handoff": doors.hand_to_person,
    "privacy_request": say("utter_privacy_menu"),
    "out_of_scope": services.out_of_scope,
}
GATE: Table = {
    "emergency": services.emergency,
    "formal_complaint": services.formal_complaint,
    "denunciation": services.denunciation,
    "abusive": say("utter_abusive"),
}
PROCEDURES: Table = {"procedure_question": procedures.answer_question}
ALL: Table = {**CHAT, **CASES, **SERVICES, **GATE, **PROCEDURES, "nlu_fallback": unclear}


class FamilyAction(CitizenAction):
    """Answers the intents of its table; a choice goes to the choices whatever the family."""

    table: ClassVar[Table] = ALL

    def answer(self, talk: Talk) -> Says:
        """The intent's answer; an intent from another family is answered all the same."""
        if talk.heard.choice is not None:
            return answer_choice(talk)
        if talk.heard.intent != "emergency" and services.is_english(talk.text):
            return services.out_of_scope(talk)
        if (says := procedures.follow_up(talk)) is not None:
            return says
        if talk.heard.intent in SAYS_WHERE and (says := doors.where_from(talk)) is not None:
            return says
        return (self.table.get(talk.heard.intent) or ALL.get(talk.heard.intent) or unclear)(talk)


class ChatAction(FamilyAction):
    """Greetings, thanks, yes and no outside the form, stop."""

    action_name, table = "action_chat", CHAT


class ChoiceAction(FamilyAction):
    """Buttons, commands, pins and files."""

    action_name = "action_choice"


class CaseAction(FamilyAction):
    """Status, additions and withdrawal of filed cases."""

    action_name, table = "action_case", CASES


class ProcedureAction(FamilyAction):
    """Questions about procedures."""

    action_name, table = "action_procedure", PROCEDURES


class ServiceAction(FamilyAction):
    """Offices, a person, one's own data, what we do not do."""

    action_name, table = "action_service", SERVICES


class GateAction(FamilyAction):
    """Danger and the lawful ways."""

    action_name, table = "action_gate", GATE


class FallbackAction(FamilyAction):
    """What was not understood."""

    action_name = "action_fallback"


class DefaultFallbackAction(FamilyAction):
    """Rasa's own last resort: speaks only when nothing else has spoken in the turn."""

    action_name = "action_default_fallback"

    def repeats(self, said_by: str) -> bool:
        """Only its own words."""
        return said_by == self.action_name


class ReportFormAction(FamilyAction):
    """The form's validation: hears the answer, asks the next question, mirrors it into Rasa's slots."""

    action_name = "validate_report_form"

    def events(self, tracker: Tracker, talk: Talk | None) -> list[Event]:
        """Which question stands; nothing standing ends the form."""
        return mirror(talk, heard_of(tracker).turn_id)

    def repeats(self, said_by: str) -> bool:
        """Its own words; after an interruption answered by another action it only mirrors."""
        return said_by == self.action_name


ACTIONS: tuple[type[FamilyAction], ...] = (
    ChatAction, ChoiceAction, CaseAction, ProcedureAction, ServiceAction, GateAction, FallbackAction,
    DefaultFallbackAction, ReportFormAction,
)  # fmt: skip
