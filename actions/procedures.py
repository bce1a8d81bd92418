"""Questions about administrative procedures: the answer, the follow-up, the choice between likely ones."""

from __future__ import annotations

from bot.procedures.answer import answer
from bot.procedures.ask import ask, follow_up
from bot.procedures.facets import facets
from bot.procedures.model import Procedure
from tracker.services.catalogue import current_catalogue
from tracker.services.intake.doors import earlier_words, leave_question, words_of_turn
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import count_words, is_bare

type Says = tuple[Say, ...]

FOLLOW_UP_WORDS = 7
"""A question this short that names no procedure is about the one spoken of last."""
LONGEST_LABEL = 60


def answer_question(talk: Talk) -> Says:
    """The answer to a question, a choice of procedures, or an honest "not known"."""
    if not talk.text.strip() or is_bare(talk.text):
        return (Say("utter_question_procedure"),)
    catalogue = current_catalogue(talk.session)
    result = ask(talk.text, catalogue)
    last = catalogue.get(str(talk.fact("procedure") or ""))
    if last is not None and not result.certain and facets(talk.text) and count_words(talk.text) <= FOLLOW_UP_WORDS:
        return _told(talk, last, follow_up(talk.text, last))
    if result.procedure is not None:
        return _told(talk, result.procedure, result.answer)
    if result.options:
        talk.note(asked_about=talk.heard.turn_id)
        buttons = tuple((p.title[:LONGEST_LABEL], f"proc:{p.code}") for p in result.options)
        return (Say("utter_procedure_which", {"answer": result.answer}, buttons),)
    leave_question(talk, "procedure")
    return (Say("utter_procedure_unknown", {"answer": result.answer}),)


def _told(talk: Talk, procedure: Procedure, words: str) -> Says:
    talk.note(procedure=procedure.code)
    return (Say("utter_procedure", {"answer": words, "turn": talk.heard.turn_id}),)


def pick(talk: Talk, code: str) -> Says:
    """The citizen chose which procedure was meant: their own question is answered for it."""

    procedure = current_catalogue(talk.session).get(code)
    if procedure is None:
        return (Say("utter_procedure_gone"),)
    return _told(talk, procedure, answer(procedure, facets(earlier_words(talk, "asked_about"))))


def facet(talk: Talk, name: str) -> Says:
    """One more thing about the procedure spoken of."""
    procedure = current_catalogue(talk.session).get(str(talk.fact("procedure") or ""))
    if procedure is None:
        return (Say("utter_procedure_gone"),)
    return _told(talk, procedure, answer(procedure, (name,)))


def bad(talk: Talk, turn: str) -> Says:
    """The answer did not help: the question goes to the desk."""

    code = talk.fact("procedure")
    leave_question(talk, "thumbs_down", str(code) if code else None, text=words_of_turn(talk, turn))
    return (Say("utter_bad"),)
