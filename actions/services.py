"""The doors beside reports and procedures: danger first, the lawful ways, a person, one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.text import fold, is_stripped
from tracker.services.intake import doors, offers
from tracker.services.intake.answers import begin
from tracker.services.intake.say import Say, Value
from tracker.services.intake.talk import Talk

type Says = tuple[Say, ...]

DANGER = frozenset({"utter_emergency", "utter_emergency_unsure", "utter_crime"})
"""What is said of a danger: before who we are, since a number to call must not wait below a notice."""

NUMBERS = Path(__file__).parent / "data" / "emergency_numbers.yml"


@dataclass(frozen=True)
class Number:
    """An emergency number, what it is for, and the folded words that call for it."""

    number: str
    what: str
    words: tuple[str, ...]


@cache
def numbers() -> tuple[Number, ...]:
    """The numbers in their order of urgency, from the data file."""
    raw: list[dict[str, Any]] = yaml.safe_load(NUMBERS.read_text(encoding="utf-8"))["numbers"]
    return tuple(Number(str(n["number"]), n["what"], tuple(n["words"])) for n in raw)


def numbers_for(text: str) -> tuple[Number, ...]:
    """The numbers a message calls for, likeliest first; the police when no word tells."""
    folded = f" {fold(text)} "
    hits = [(sum(f" {word} " in folded for word in each.words), each) for each in numbers()]
    called = sorted((pair for pair in hits if pair[0]), key=lambda pair: -pair[0])
    return tuple(each for _, each in called[:2]) or (next(n for n in numbers() if n.number == "113"),)


def emergency(talk: Talk) -> Says:
    """The right number first, then the offer to record."""
    called = numbers_for(talk.text)
    talk.note(unclear=talk.heard.turn_id, warned=talk.heard.turn_id)
    values: dict[str, Value] = {"number": called[0].number, "what": called[0].what}
    if not _sure(talk) and talk.heard.choice is None:
        doors.leave_question(talk, "unsure", "emergency")
        return (Say("utter_emergency_unsure", values),)
    also = Say("utter_part_also", {"number": called[1].number, "what": called[1].what}) if len(called) > 1 else ""
    return (Say("utter_emergency", {**values, "also": also}),)


def _sure(talk: Talk) -> bool:
    gate = talk.heard.gate
    return gate is None or bool(gate.get("sure"))


def danger_first(talk: Talk, says: Says) -> Says:
    """What is said, below the number to call where the gate suspects a danger that nothing said speaks of."""
    suspected = talk.heard.choice is None and (talk.heard.gate or {}).get("class") == "emergency"
    if not says or not suspected or DANGER & {say.name for say in says}:
        return says
    called = numbers_for(talk.text)[0]
    return (Say("utter_danger_first", {"number": called.number, "what": called.what}), *says)


def doubt(talk: Talk) -> Says | None:
    """Asks before a report is begun whose words may be a denunciation or a formal complaint; None where none may."""
    if talk.draft is not None or talk.heard.choice is not None or talk.heard.intent != "complaint" or _sure(talk):
        return None
    suspected = (talk.heard.gate or {}).get("class")
    if suspected == "formal_complaint":
        return formal_complaint(talk)
    if suspected != "denunciation" or offers.says_crime(talk.text):
        return None
    talk.note(unclear=talk.heard.turn_id)
    return (Say("utter_denunciation_unsure"),)


def formal_complaint(talk: Talk) -> Says:
    """What the law asks of a khiếu nại; unsure means asking which one is meant."""
    if _sure(talk):
        talk.note(unclear=talk.heard.turn_id)
        return (Say("utter_formal_complaint"),)
    doors.unsure(talk, "unsure", "formal_complaint")
    return (Say("utter_formal_complaint_unsure"),)


def denunciation(talk: Talk) -> Says:
    """The lawful way and no details; the words go to the sealed tray. Unsure means asking, and keeping nothing."""
    if offers.says_crime(talk.text):
        return begin(talk, "complaint", talk.text)
    doors.seal(talk)
    return (Say("utter_denunciation" if _sure(talk) else "utter_conduct_choice"),)


def out_of_scope(talk: Talk) -> Says:
    """What we do not do, and who does; one sentence in English for English."""
    return (Say("utter_out_of_scope_english" if is_english(talk.text) else "utter_out_of_scope"),)


def is_english(text: str) -> bool:
    """Whether a message is plainly English."""
    common = {
        "the",
        "is",
        "are",
        "you",
        "how",
        "what",
        "where",
        "please",
        "hello",
        "my",
        "can",
        "do",
        "i",
        "help",
        "english",
    }
    found = fold(text).replace("?", " ").split()
    return is_stripped(text) and sum(word in common for word in found) >= max(2, len(found) // 4)


def privacy_choice(talk: Talk, which: str) -> Says:
    """View, edit, erase, withdraw consent."""
    match which:
        case "view":
            return doors.my_data(talk)
        case "edit":
            talk.note(editing_data=talk.heard.turn_id)
            talk.conversation.awaiting = "name"
            return (Say("utter_privacy_edit"),)
        case "erase":
            return (Say("utter_privacy_erase_confirm"),)
        case "erase:yes":
            return doors.ask_erasure(talk)
        case "withdraw":
            return doors.withdraw_consent(talk)
        case _:
            return (Say("utter_privacy_menu"),)
