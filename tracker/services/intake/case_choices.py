"""Buttons under notices and status messages: done or not, stars, additions, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tracker.db.models import Complaint
from tracker.domain.lifecycle import Action, State
from tracker.domain.tracking_code import shown
from tracker.errors import TransitionError
from tracker.services.cases import rating
from tracker.services.cases.casework import act
from tracker.services.cases.moves import CITIZEN, Given
from tracker.services.cases.records import add_event as record
from tracker.services.intake.consent import TEXT_VERSION, give
from tracker.services.intake.own_cases import NOT_YOURS, ask_addition, ask_withdrawal, is_mine, mine, my_cases, show
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Talk, claim_notices

type Says = tuple[Say, ...]

REOPEN_WINDOW = timedelta(days=15)
"""How long after it was closed a citizen may say that a case is not done."""
REASON_LASTS = timedelta(minutes=30)


def _withdraw(talk: Talk, case: Complaint, rest: str) -> Says:
    if rest != "yes":
        return ask_withdrawal(talk, case)
    act(talk.session, case.id, Action.WITHDRAW, CITIZEN, Given(), talk.now, key=f"withdraw:{talk.heard.turn_id}")
    claim_notices(talk, case.id)
    return ()


def _done(talk: Talk, case: Complaint, answer: str) -> Says:
    if (
        case.state == State.CLOSED
        and answer != "yes"
        and case.closed_at
        and talk.now - case.closed_at > REOPEN_WINDOW
    ):
        return (Say("utter_reopen_too_late", {"code": shown(case.code)}),)
    key = f"done:{talk.heard.turn_id}"
    if answer == "yes":
        act(talk.session, case.id, Action.CONFIRM, CITIZEN, Given(), talk.now, key=key)
        claim_notices(talk, case.id)
        return (Say("utter_question_rating", {"id": case.id}),)
    reason = "partly_done" if answer == "part" else "not_done"
    act(talk.session, case.id, Action.DISPUTE, CITIZEN, Given(reason_code=reason), talk.now, key=key)
    claim_notices(talk, case.id)
    talk.note(adding={"case": case.id, "at": talk.now.isoformat()})
    return (Say("utter_question_what_is_left"),)


def _rate(talk: Talk, case: Complaint, stars: str) -> Says:
    if not stars.isdigit() or not 1 <= int(stars) <= rating.MOST:
        return NOT_YOURS
    rating.rate(talk.session, case.id, int(stars), talk.now)
    talk.note(rated={"case": case.id, "stars": int(stars), "at": talk.now.isoformat()})
    return (Say("utter_rated" if int(stars) > 2 else "utter_rated_low"),)  # noqa: PLR2004 - 1 and 2 are unhappy


def _photos(talk: Talk, case: Complaint, answer: str) -> Says:
    """Yes or no to showing the photos of a case to everybody; kept with the text's version and the time."""
    given = answer == "yes"
    case.photo_consent = given
    give(talk.conversation.citizen, "photos", talk.now, given=given)
    record(
        talk.session, case, "photo_consent", CITIZEN, talk.now, data={"given": given, "text_version": TEXT_VERSION}
    )
    return (Say("utter_photos_shown" if given else "utter_photos_private"),)


def rating_reason(talk: Talk) -> Says | None:
    """Words right after stars are the reason for them; None when no stars were just given."""
    noted = talk.fact("rated")
    if not noted or datetime.fromisoformat(noted["at"]) < talk.now - REASON_LASTS:
        return None
    rating.rate(talk.session, noted["case"], noted["stars"], talk.now, reason=talk.text)
    talk.note(rated=None)
    return (Say("utter_reason_noted"),)


def hear_case_choice(talk: Talk) -> Says | None:
    """Buttons under notices and status messages; None when the choice is about something else."""
    name, _, rest = (talk.heard.choice or "").partition(":")
    if name == "mine":
        return mine(talk)
    if name not in _CASE_CHOICES:
        return None
    number, _, answer = rest.partition(":")
    case = talk.session.get(Complaint, int(number)) if number.isdigit() and len(number) < 18 else None  # noqa: PLR2004
    if case is None or not (is_mine(talk, case) or (name == "case" and case in my_cases(talk))):
        return NOT_YOURS
    try:
        return _CASE_CHOICES[name](talk, case, answer)
    except TransitionError:
        return (Say("utter_already_done"), show(talk, case))


_CASE_CHOICES: dict[str, Callable[[Talk, Complaint, str], Says]] = {
    "case": lambda talk, case, _: (show(talk, case),),
    "more": lambda talk, case, _: ask_addition(talk, case),
    "withdraw": _withdraw,
    "done": _done,
    "rate": _rate,
    "photos": _photos,
}
