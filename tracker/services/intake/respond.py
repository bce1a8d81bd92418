"""The first look at a turn: is it an answer to the form or to an agency, or does an intent's own action answer it?"""

from __future__ import annotations

from tracker.services.intake.answers import hear_media, hear_words
from tracker.services.intake.asking import ask, ask_again
from tracker.services.intake.case_choices import hear_case_choice, rating_reason
from tracker.services.intake.choices import hear_choice
from tracker.services.intake.doors import desk_question
from tracker.services.intake.own_cases import (
    add_information,
    adding_case,
    answer_agency,
    replied_to,
    waiting_case,
)
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import count_words
from tracker.services.people import staff_chat, staff_deeds

type Says = tuple[Say, ...]

__all__ = ["after_interruption", "ask", "ask_again", "hear", "hear_staff"]

TELLS = frozenset({"complaint", "suggestion", "praise", "add_info", "affirm", "deny", "nlu_fallback", "out_of_scope"})
"""Intents of words that may be an answer to an agency or an addition to a case."""
CHATTER = frozenset({"goodbye", "thanks", "greet", "cancel", "withdraw", "praise"})
LEAST_REASON = 5


def hear(talk: Talk) -> Says | None:
    """What the turn comes to in the form or for a filed case; None leaves it to the intent's own action."""
    choice = talk.heard.choice
    if choice == "media":
        return _for_a_case(talk) or hear_media(talk)
    if choice is not None and choice.startswith("staff:"):
        said = staff_deeds.hear(talk.session, talk.conversation, choice, talk.heard.turn_id, talk.now)
        staff_chat.reply(talk.session, talk.conversation, said, talk.heard.turn_id, talk.now)
        return ()
    if choice is not None:
        says = hear_choice(talk)
        return says if says is not None else hear_case_choice(talk)
    if talk.heard.intent in (*TELLS, "procedure_question") and (says := desk_question(talk)) is not None:
        return says
    if (talk.heard.intent in TELLS or _may_be_reason(talk)) and (says := _for_a_case(talk)) is not None:
        return says
    return hear_words(talk)


def hear_staff(talk: Talk) -> bool:
    """Whether these are a colleague's words in reply to a notice of theirs: kept as an answer, never a report."""
    if talk.heard.choice is not None:
        return False
    reply_to, turn = talk.data.get("reply_to"), talk.heard.turn_id
    said = staff_deeds.hear_words(talk.session, talk.conversation, reply_to, talk.text, turn, talk.now)
    if said is not None:
        staff_chat.reply(talk.session, talk.conversation, said, turn, talk.now)
    return said is not None


def _for_a_case(talk: Talk) -> Says | None:
    """Words or files that belong to a filed case; only when no report is being written, or by a reply to it."""
    if talk.draft is not None and replied_to(talk) is None:
        return None
    if (case := waiting_case(talk)) is not None:
        return answer_agency(talk, case)
    if (case := adding_case(talk)) is not None:
        return add_information(talk, case)
    return rating_reason(talk) if talk.heard.choice is None and talk.draft is None else None


def _may_be_reason(talk: Talk) -> bool:
    """Words right after stars may sound like anything; a word of thanks or of farewell is short."""
    return talk.fact("rated") is not None and talk.heard.intent in CHATTER and count_words(talk.text) >= LEAST_REASON


def after_interruption(talk: Talk, says: Says) -> Says:
    """The answer to something else, and the form's question again where one stands; at most two messages."""
    if talk.draft is None or talk.asked:
        return says
    return (*says[:1], *ask_again(talk))
