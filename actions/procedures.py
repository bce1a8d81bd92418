"""Questions about administrative procedures: the answer, the follow-up, the choice between likely ones."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.places import find_place
from bot.procedures.answer import answer
from bot.procedures.ask import AskResult, ask
from bot.procedures.facets import FACETS, facets
from bot.procedures.model import Procedure
from bot.text import fold
from tracker.config import get_settings
from tracker.services.intake.doors import earlier_words, leave_question, pass_to_desk, words_of_turn
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import count_words, is_bare
from tracker.services.province.catalogue import centre_of, current_catalogue

type Says = tuple[Say, ...]

FOLLOW_UP_WORDS = 7
"""A question this short that names no procedure is about the one spoken of last."""
REMEMBERED = timedelta(minutes=30)
LONGEST_LABEL = 60
LONGEST_ANSWER = 3_500
CASES_OFFERED = 5
_NUMBER = re.compile(r"^\W*(?:(?:chon|cau|cai|so|thu|muc)\s+)*([1-5])\W*$")


def answer_question(talk: Talk) -> Says:
    """The answer to a question, a choice of procedures, or an honest "not known"."""
    if not talk.text.strip() or is_bare(talk.text):
        return (Say("utter_question_procedure"),)
    catalogue = current_catalogue(talk.session)
    center = _center(talk)
    result = ask(talk.text, catalogue, center)
    last = _last(talk)
    if last is not None and not result.certain and facets(talk.text) and count_words(talk.text) <= FOLLOW_UP_WORDS:
        return _told(talk, last, facets(talk.text), center)
    result = _with_earlier_words(talk, result)
    if result.procedure is not None:
        asked = facets(talk.text) or facets(earlier_words(talk, "asked_about"))
        return _told(talk, result.procedure, asked, center)
    if result.options:
        talk.note(asked_about=talk.heard.turn_id, options=[one.code for one in result.options])
        buttons = tuple((_label(f"{at}. {p.title}"), f"proc:{p.code}") for at, p in enumerate(result.options, 1))
        return (Say("utter_procedure_which", {"answer": result.answer, "turn": talk.heard.turn_id}, buttons),)
    leave_question(talk, "procedure")
    return (Say("utter_procedure_unknown", {"answer": result.answer, "turn": talk.heard.turn_id}),)


def _with_earlier_words(talk: Talk, result: AskResult) -> AskResult:
    """A few words after "which one?" are read together with the question they explain."""
    if result.certain or not talk.fact("options") or count_words(talk.text) > FOLLOW_UP_WORDS:
        return result
    together = ask(
        f"{earlier_words(talk, 'asked_about')} {talk.text}", current_catalogue(talk.session), _center(talk)
    )
    return together if together.certain else result


def follow_up(talk: Talk) -> Says | None:
    """The answer to words that only make sense about procedures: a number after a choice, a bare "nộp ở đâu?"."""
    options = talk.fact("options") or []
    if options and (number := _NUMBER.match(fold(talk.text))) is not None and int(number[1]) <= len(options):
        return pick(talk, options[int(number[1]) - 1])
    short = count_words(talk.text) <= FOLLOW_UP_WORDS
    if short and talk.draft is None and talk.heard.intent in _VAGUE and _last(talk) and _only_facets(talk.text):
        return answer_question(talk)
    return None


_VAGUE = frozenset({"office_info", "nlu_fallback", "out_of_scope", "help", "add_info", "status_lookup"})
_NAMES_AN_OFFICE = re.compile(r"\b(?:uy ban|ubnd|tru so|dien thoai|phan anh)\b")


def _only_facets(text: str) -> bool:
    return bool(facets(text)) and not _NAMES_AN_OFFICE.search(fold(text)) and find_place(text).commune_code is None


def _last(talk: Talk) -> Procedure | None:
    """The procedure spoken of last, as long as the talk about it is still fresh."""
    spoken = talk.fact("procedure_at")
    if not spoken or talk.now - datetime.fromisoformat(str(spoken)) > REMEMBERED:
        return None
    return current_catalogue(talk.session).get(str(talk.fact("procedure") or ""))


def _label(text: str) -> str:
    """A button's words, cut between two words."""
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rsplit(' ', 1)[0].rstrip(' ,;(')}…"


def _center(talk: Talk) -> str:
    """The citizen's own public service centre with address and hours, where their commune is known."""
    return centre_of(talk.session, find_place(talk.text).commune_code or talk.fact("commune"))


def _told(
    talk: Talk, procedure: Procedure, asked: tuple[str, ...], center: str = "", case: str = "", full: bool = False
) -> Says:
    words = answer(procedure, asked, center, full, case)
    if len(words) > LONGEST_ANSWER:
        page = f"{get_settings().public_root}/thu-tuc/{procedure.code}"
        words = f"{words[:LONGEST_ANSWER].rsplit(chr(10), 1)[0]}\nXem toàn bộ tại: {page}"
    buttons: list[tuple[str, str]] = []
    if not case and not full and "documents" in asked and 1 < len(procedure.cases) <= CASES_OFFERED:
        buttons += [(_label(one), f"papers:{at}") for at, one in enumerate(procedure.cases)]
    if "xem đầy đủ" in words:
        buttons.append(("utter_part_whole", f"whole:{'+'.join(asked)}"))
    talk.note(procedure=procedure.code, procedure_at=talk.now.isoformat(), options=None)
    return (Say("utter_procedure", {"answer": words, "turn": talk.heard.turn_id}, tuple(buttons)),)


def pick(talk: Talk, code: str) -> Says:
    """The citizen chose which procedure was meant: their own question is answered for it."""
    procedure = current_catalogue(talk.session).get(code)
    if procedure is None or procedure.withdrawn_on is not None or not procedure.answerable:
        return (Say("utter_procedure_gone"),)
    return _told(talk, procedure, facets(earlier_words(talk, "asked_about")), _center(talk))


def facet(talk: Talk, name: str) -> Says:
    """One more thing about the procedure spoken of."""
    return _more(talk, (name,) if name in FACETS else ())


def whole(talk: Talk, names: str) -> Says:
    """The same answer without shortened lists."""
    return _more(talk, tuple(name for name in names.split("+") if name in FACETS), full=True)


def papers(talk: Talk, number: str) -> Says:
    """The papers of one case of the procedure spoken of."""
    procedure = current_catalogue(talk.session).get(str(talk.fact("procedure") or ""))
    cases = procedure.cases if procedure is not None else ()
    if not number.isdecimal() or int(number) >= len(cases):
        return (Say("utter_procedure_gone"),)
    return _more(talk, ("documents",), case=cases[int(number)])


def _more(talk: Talk, asked: tuple[str, ...], case: str = "", full: bool = False) -> Says:
    procedure = current_catalogue(talk.session).get(str(talk.fact("procedure") or ""))
    if procedure is None:
        return (Say("utter_procedure_gone"),)
    return _told(talk, procedure, asked, _center(talk), case, full)


def bad(talk: Talk, turn: str) -> Says:
    """The answer did not help: the question goes to the desk."""
    code = talk.fact("procedure")
    leave_question(talk, "thumbs_down", str(code) if code else None, text=words_of_turn(talk, turn))
    return (Say("utter_bad"),)


def to_desk(talk: Talk, turn: str) -> Says:
    """One tap: the question that was not answered becomes one that a person answers."""
    return (Say("utter_procedure_sent" if pass_to_desk(talk, turn) else "utter_nothing_asked"),)
