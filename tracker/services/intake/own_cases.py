"""A citizen's filed cases: which are theirs, where they stand, what they add, whether it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from bot.text import find_patterns
from tracker.db.models import CaseEvent, CaseMessage, Complaint, Follower, OutboxItem
from tracker.domain.lifecycle import OPEN, RESOLVED, STATE_NAMES, Action, State
from tracker.domain.tracking_code import parse_code, shown
from tracker.notify.notices import spoken_day
from tracker.services.cases.casework import act, lock
from tracker.services.cases.moves import CITIZEN, Given
from tracker.services.intake import drafts
from tracker.services.intake.say import Say, Value
from tracker.services.intake.talk import Talk

type Says = tuple[Say, ...]

MOST_SHOWN = 8
ADDING_LASTS = timedelta(hours=6)
NOT_YOURS = (Say("utter_old_button"),)


def is_mine(talk: Talk, case: Complaint) -> bool:
    """Whether this person filed the case, on whatever channel."""
    citizen = talk.conversation.citizen_id
    return case.conversation_id == talk.conversation.id or (
        case.citizen_id is not None and case.citizen_id == citizen
    )


def my_cases(talk: Talk, *, states: tuple[State, ...] = (*OPEN, *RESOLVED)) -> list[Complaint]:
    """This person's cases in these states, newest first, those they joined included."""
    joined = select(Follower.complaint_id).where(Follower.conversation_id == talk.conversation.id)
    query = select(Complaint).where(
        or_(
            Complaint.conversation_id == talk.conversation.id,
            Complaint.citizen_id == talk.conversation.citizen_id,
            Complaint.id.in_(joined),
        ),
        Complaint.state.in_([str(state) for state in states]),
    )
    return list(talk.session.scalars(query.order_by(Complaint.id.desc()).limit(MOST_SHOWN)))


def code_in(text: str) -> str | None:
    """The tracking code a message names; '' when twelve digits are there but no valid code."""
    typed = [p.value for p in find_patterns(text) if p.kind in ("tracking", "identity")]
    codes = [code for value in typed if (code := parse_code(value))]
    return codes[0] if codes else ("" if typed else None)


def case_of_code(talk: Talk, code: str) -> Complaint | None:
    """The case with this code, whoever filed it."""
    return talk.session.scalar(select(Complaint).where(Complaint.code == code))


def status(talk: Talk) -> Says:
    """Where a case stands: by the code in the text, by the message replied to, or by a picker."""
    code = code_in(talk.text)
    if code is not None:
        case = case_of_code(talk, code) if code else None
        return (show(talk, case),) if case else (Say("utter_code_unknown"),)
    if (case := replied_to(talk)) is not None:
        return (show(talk, case),)
    return mine(talk)


def mine(talk: Talk) -> Says:
    """This person's open cases: the only one at once, several as buttons."""
    cases = my_cases(talk)
    if not cases:
        unsent = talk.draft is not None and talk.draft.description
        return (Say("utter_not_sent_yet" if unsent else "utter_no_cases"),)
    if len(cases) == 1:
        return (show(talk, cases[0]),)
    return (Say("utter_pick_case", buttons=_buttons(cases, "case")),)


def _buttons(cases: list[Complaint], payload: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{shown(case.code)} · {case.topic.name}"[:60], f"{payload}:{case.id}") for case in cases)


def show(talk: Talk, case: Complaint) -> Say:
    """The state of a case in words: for others only what is public."""
    own = is_mine(talk, case)
    if own:
        talk.note(case=case.id)
    values: dict[str, Value] = {
        "code": shown(case.code),
        "id": case.id,
        "topic": case.topic.name,
        "where": Say("utter_part_in_commune", {"commune": case.commune.name}) if case.commune else "",
        "state": STATE_NAMES[State(case.state)],
        "agency": case.agency.name,
        "received": spoken_day(case.received_at),
        "when": _when(case, talk.now),
        "last": _last_words(case) if own else "",
    }
    public = case.kept_private and not own
    if public:
        return Say("utter_status_confidential", {"code": shown(case.code)})
    open_own = own and case.state in OPEN
    name = (
        "utter_status_own"
        if open_own
        else "utter_status_resolved"
        if own and case.state in RESOLVED
        else "utter_status"
    )
    return Say(name, values)


def _when(case: Complaint, now: datetime) -> Say:
    if case.state not in OPEN:
        done = case.done_at or case.closed_at
        return Say("utter_part_finished", {"day": spoken_day(done)}) if done else Say("utter_part_ended")
    if case.state == State.WAITING:
        return Say("utter_part_waiting")
    until = case.promised_at or case.due_at
    if until is None:
        return Say("utter_part_no_due")
    return Say("utter_part_overdue" if until < now else "utter_part_due", {"day": spoken_day(until)})


def _last_words(case: Complaint) -> Say | str:
    said = [
        m
        for m in case.messages
        if m.author == "staff" and m.kind in ("question", "answer", "promise", "done") and m.body
    ]
    return Say("utter_part_last_words", {"words": (said[-1].body or "")[:500]}) if said else ""


def replied_to(talk: Talk) -> Complaint | None:
    """The case of the message this turn replies to, if that is known and theirs."""
    reply = talk.data.get("reply_to")
    if reply is None:
        return None
    query = select(OutboxItem.complaint_id).where(
        OutboxItem.conversation_id == talk.conversation.id, OutboxItem.provider_id == str(reply)
    )
    found = talk.session.scalar(query.limit(1))
    case = talk.session.get(Complaint, found) if found else None
    return case if case is not None and (is_mine(talk, case) or case in my_cases(talk)) else None


def waiting_case(talk: Talk) -> Complaint | None:
    """The case an agency asks about and this turn answers: the one replied to, or the only one waiting."""
    case = replied_to(talk)
    if case is not None:
        return case if case.state == State.WAITING and is_mine(talk, case) else None
    waiting = [c for c in my_cases(talk, states=(State.WAITING,)) if is_mine(talk, c)]
    return waiting[0] if len(waiting) == 1 else None


def answer_agency(talk: Talk, case: Complaint) -> Says:
    """The citizen's answer to the agency's question; the clock runs again."""
    files = drafts.add_files(talk.session, talk.files, talk.conversation, talk.now, complaint_id=case.id)
    given = Given(text=talk.text, attachment_ids=files)
    act(talk.session, case.id, Action.REPLY, CITIZEN, given, talk.now, key=f"reply:{talk.heard.turn_id}")
    return (Say("utter_reply_passed_on", {"code": shown(case.code), "agency": case.agency.name}),)


def adding_case(talk: Talk) -> Complaint | None:
    """The case the citizen said they would add to, a short while ago."""
    noted = talk.fact("adding")
    if not noted or datetime.fromisoformat(noted["at"]) < talk.now - ADDING_LASTS:
        return None
    case = talk.session.get(Complaint, noted["case"])
    return case if case is not None and is_mine(talk, case) else None


def ask_addition(talk: Talk, case: Complaint) -> Says:
    """Invite words or photos for a case."""
    if not is_mine(talk, case):
        return NOT_YOURS
    if case.state not in OPEN:
        return (show(talk, case),)
    talk.note(adding={"case": case.id, "at": talk.now.isoformat()}, case=case.id)
    return (Say("utter_question_addition", {"code": shown(case.code)}),)


def add_information(talk: Talk, case: Complaint) -> Says:
    """Words and files the citizen adds to a case: a message and an event, no change of state."""
    talk.note(adding=None)
    if case.state == State.WAITING:
        return answer_agency(talk, case)
    case = lock(talk.session, case.id)
    message = CaseMessage(
        complaint_id=case.id, author="citizen", kind="addition", body=talk.text, created_at=talk.now
    )
    talk.session.add(message)
    talk.session.flush()
    drafts.add_files(
        talk.session, talk.files, talk.conversation, talk.now, complaint_id=case.id, message_id=message.id
    )
    event = CaseEvent(
        complaint_id=case.id, at=talk.now, action="add_information", actor=CITIZEN.kind, message_id=message.id,
        from_state=case.state, to_state=case.state, data={}, idempotency_key=f"add:{talk.heard.turn_id}",
    )  # fmt: skip
    talk.session.add(event)
    talk.session.flush()
    return (Say("utter_added", {"code": shown(case.code), "agency": case.agency.name}),)


def add(talk: Talk) -> Says:
    """ "Tôi muốn bổ sung": to the case named or replied to, to the only open one, or to the one picked."""
    code = code_in(talk.text)
    if code:
        case = case_of_code(talk, code)
        return ask_addition(talk, case) if case else (Say("utter_code_unknown"),)
    return _on_one(talk, ask_addition, "more")


def withdraw(talk: Talk) -> Says:
    """ "Tôi muốn rút phản ánh": asks to confirm for the only open one, or lets the citizen pick."""
    code = code_in(talk.text)
    case = case_of_code(talk, code) if code else None
    if case is not None:
        return ask_withdrawal(talk, case)
    return _on_one(talk, ask_withdrawal, "withdraw")


def _on_one(talk: Talk, then: Callable[[Talk, Complaint], Says], payload: str) -> Says:
    if (case := replied_to(talk)) is not None:
        return then(talk, case)
    cases = [case for case in my_cases(talk, states=tuple(OPEN)) if is_mine(talk, case)]
    if not cases:
        return (Say("utter_no_cases"),)
    if len(cases) == 1:
        return then(talk, cases[0])
    return (Say("utter_pick_case", buttons=_buttons(cases, payload)),)


def ask_withdrawal(talk: Talk, case: Complaint) -> Says:
    """Ask before withdrawing; a case that cannot be withdrawn is shown instead."""
    if not is_mine(talk, case) or case.state not in OPEN:
        return (show(talk, case),)
    return (Say("utter_confirm_withdraw", {"code": shown(case.code), "topic": case.topic.name, "id": case.id}),)
