"""The other doors: first contact, a person, data rights, denunciations, questions left open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.places import find_place
from tracker.config import TIMEZONE
from tracker.db.models import Agency, Commune, Complaint, InboxItem, OpenQuestion, SealedNote
from tracker.delivery.message import Message
from tracker.errors import InvalidInputError
from tracker.services.intake import drafts
from tracker.services.intake.consent import withdraw_all
from tracker.services.intake.contact import is_question, masked_phone
from tracker.services.intake.own_cases import case_of_code, code_in, my_cases, show
from tracker.services.intake.say import Say, Value
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import SHORT, count_words
from tracker.services.people import staff_chat, staff_deeds
from tracker.services.province.calendars import load_calendar

type Says = tuple[Say, ...]

LOST_TIMES, LOST_LASTS = 3, timedelta(minutes=10)
SEALED_FOR = timedelta(days=30)
DESK_LISTENS = timedelta(minutes=30)
"""How long after asking for a person the next words are taken to be for them."""


def first_contact(talk: Talk) -> bool:
    """True once per conversation: the notice on who this is and on data is due now."""
    if talk.conversation.notice_at is not None:
        return False
    talk.conversation.notice_at = talk.now
    return True


def leave_question(talk: Talk, kind: str, guess: str | None = None, text: str | None = None) -> None:
    """Put this turn on the desk's list; the same turn once."""
    turn = talk.heard.turn_id
    if talk.session.scalar(select(OpenQuestion.id).where(OpenQuestion.turn_id == turn)) is None:
        words = talk.text if text is None else text
        talk.session.add(OpenQuestion(turn_id=turn, kind=kind, text=words, guess=guess, created_at=talk.now))
        talk.session.flush()


def unsure(talk: Talk, kind: str, guess: str | None) -> None:
    """The bot asks back instead of acting: its words are kept for the answer, and to learn from."""
    talk.note(unclear=talk.heard.turn_id)
    leave_question(talk, kind, guess)


def settle_unsure(talk: Talk, intent: str) -> str:
    """The citizen picked a meaning for words of an earlier turn: those words, with the pick kept beside them."""
    turn = talk.fact("unclear")
    words = earlier_words(talk, "unclear")
    question = talk.session.scalar(select(OpenQuestion).where(OpenQuestion.turn_id == turn)) if turn else None
    if question is not None and question.handled_at is None:
        question.meaning = intent
    talk.note(unclear=None)
    return words


def pass_to_desk(talk: Talk, turn: str) -> bool:
    """Make what was written in a turn a question that a person answers; False when the words are gone."""
    words = words_of_turn(talk, turn)
    if not words:
        return False
    known = talk.session.scalar(select(OpenQuestion).where(OpenQuestion.turn_id == turn))
    if known is None:
        talk.session.add(OpenQuestion(turn_id=turn, kind="human", text=words, created_at=talk.now))
    elif known.handled_at is None:
        known.kind = "human"
    talk.session.flush()
    return True


def commune_name(talk: Talk, named: str | None = None) -> str:
    """The commune named now, or the one known of the citizen ('' when neither is)."""
    code = named or talk.fact("commune")
    return (talk.session.scalar(select(Commune.name).where(Commune.code == code)) or "") if code else ""


def hand_to_person(talk: Talk) -> Says:
    """Leave the talk to the service desk; says whether somebody is there now."""
    leave_question(talk, "human")
    talk.note(desk={"turn": talk.heard.turn_id, "at": talk.now.isoformat()})
    try:
        calendar = load_calendar(talk.session)
        local = talk.now.astimezone(TIMEZONE)
        open_now = any(span.start <= local < span.end for span in calendar.spans(local.date()))
    except InvalidInputError:
        open_now = False
    waiting = select(func.count()).where(OpenQuestion.kind == "human", OpenQuestion.handled_at.is_(None))
    count = talk.session.scalar(waiting) or 1
    return (Say("utter_human_open" if open_now else "utter_human_closed", {"count": count}),)


def desk_question(talk: Talk) -> Says | None:
    """The first words after asking for a person are what the desk should read; None when nobody asked lately."""
    asked = talk.fact("desk")
    if not asked or not talk.text.strip() or talk.draft is not None:
        return None
    talk.note(desk=None)
    question = talk.session.scalar(select(OpenQuestion).where(OpenQuestion.turn_id == asked["turn"]))
    late = datetime.fromisoformat(asked["at"]) < talk.now - DESK_LISTENS
    if late or question is None or question.handled_at is not None:
        return None
    question.text = "\n".join(part for part in (question.text, talk.text.strip()) if part)
    talk.note(unclear=talk.heard.turn_id)
    return (Say("utter_desk_noted"),)


def lost_again(talk: Talk) -> bool:
    """Whether this is at least the third time in a short while that nothing was understood."""
    before = talk.fact("lost") or {"times": 0, "at": talk.now.isoformat()}
    recent = datetime.fromisoformat(before["at"]) > talk.now - LOST_LASTS
    times = before["times"] + 1 if recent else 1
    talk.note(lost={"times": times, "at": talk.now.isoformat()})
    return times >= LOST_TIMES


def seal(talk: Talk) -> None:
    """Move what was written of a denunciation into the sealed tray and erase it everywhere else we hold it."""
    words = talk.text
    if talk.draft is not None:
        words = "\n".join(part for part in (talk.draft.description, words) if part)
        talk.draft.description = talk.draft.place_text = None
        drafts.close(talk, "cancelled")
    if words.strip():
        note = SealedNote(
            conversation_id=talk.conversation.id, body=words, created_at=talk.now, erase_at=talk.now + SEALED_FOR
        )
        talk.session.add(note)
    ids = talk.heard.items or (talk.item.id,)
    for row in talk.session.scalars(select(InboxItem).where(InboxItem.id.in_(ids))):
        row.text = None
    talk.text = ""
    talk.session.flush()


def forget_turn(talk: Talk, turn: str) -> None:
    """Erase what we hold of the words of an earlier turn, once they are in the sealed tray."""
    mine = (InboxItem.turn_id == turn, InboxItem.conversation_id == talk.conversation.id)
    for row in talk.session.scalars(select(InboxItem).where(*mine)):
        row.text = None
    for question in talk.session.scalars(select(OpenQuestion).where(OpenQuestion.turn_id == turn)):
        question.text = None


def erase_sealed(talk: Talk) -> None:
    """Erase at once what this conversation's sealed notes hold; a tombstone stays."""
    query = select(SealedNote).where(
        SealedNote.conversation_id == talk.conversation.id, SealedNote.erased_at.is_(None)
    )
    for note in talk.session.scalars(query):
        note.body, note.erased_at = None, talk.now


def earlier_words(talk: Talk, name: str) -> str:
    """What was written in the turn noted under `name` ('' when it is gone)."""
    turn = talk.fact(name)
    return words_of_turn(talk, str(turn)) if turn else ""


def words_of_turn(talk: Talk, turn: str) -> str:
    """What this conversation wrote in a turn ('' when it is gone or another's)."""
    item = talk.session.scalar(
        select(InboxItem).where(InboxItem.turn_id == turn, InboxItem.conversation_id == talk.conversation.id)
    )
    return (item.text or "") if item is not None else ""


def where_from(talk: Talk) -> Says | None:
    """Words that only name a commune, with nothing open: remembered, and what is wanted is asked; None for others."""
    if talk.draft is not None or count_words(talk.text) > SHORT or is_question(talk.text) or code_in(talk.text):
        return None
    code = find_place(talk.text).commune_code
    if code is None or my_cases(talk):
        return None
    talk.note(commune=code)
    return (Say("utter_start_commune", {"commune": commune_name(talk)}),)


def office(talk: Talk) -> Says:
    """Address and telephone of the commune's people's committee named, as far as they are known."""
    code = find_place(talk.text).commune_code or talk.fact("commune")
    if code is None:
        return (Say("utter_office_which"),)
    agency = talk.session.scalar(
        select(Agency).join(Commune, Agency.commune_id == Commune.id)
        .where(Commune.code == code, Agency.kind == "commune").limit(1)
    )  # fmt: skip
    if agency is None or not (agency.address or agency.phone):
        name = agency.name if agency is not None else Say("utter_part_that_commune")
        return (Say("utter_office_unknown", {"agency": name}),)
    talk.note(commune=code)
    address = Say("utter_part_address", {"address": agency.address}) if agency.address else ""
    phone = Say("utter_part_phone", {"phone": agency.phone}) if agency.phone else ""
    return (Say("utter_office", {"agency": agency.name, "address": address, "phone": phone}),)


def my_data(talk: Talk) -> Says:
    """What is stored of this person, numbers masked."""
    citizen = talk.conversation.citizen
    cases = select(func.count()).where(Complaint.citizen_id == citizen.id)
    values: dict[str, Value] = {
        "name": citizen.name or Say("utter_part_not_given"),
        "phone": masked_phone(citizen.phone) if citizen.phone else Say("utter_part_not_given"),
        "address": citizen.address or Say("utter_part_not_given"),
        "cases": talk.session.scalar(cases) or 0,
    }
    return (Say("utter_privacy_view", values),)


def withdraw_consent(talk: Talk) -> Says:
    """Forget the optional data at once; reports that were filed rest on the agency's duty and stay."""
    withdraw_all(talk.conversation.citizen, talk.now)
    for case in talk.session.scalars(select(Complaint).where(Complaint.citizen_id == talk.conversation.citizen_id)):
        case.photo_consent = False if case.photo_consent else case.photo_consent
    return (Say("utter_privacy_withdrawn"),)


def ask_erasure(talk: Talk) -> Says:
    """Erase contact data at once and leave the request to the desk, which answers within two working days."""
    withdraw_all(talk.conversation.citizen, talk.now)
    if talk.draft is not None:
        talk.draft.description = talk.draft.place_text = None
        drafts.close(talk, "cancelled")
    leave_question(talk, "privacy", "erase", text="")
    return (Say("utter_privacy_erasing"),)


def start_payload(talk: Talk, payload: str) -> Says | None:
    """A deep link: a case's status, or a commune from a poster; None for anything else."""
    if payload.startswith("case_"):
        code = code_in(payload.removeprefix("case_"))
        case = case_of_code(talk, code) if code else None
        return (show(talk, case),) if case else (Say("utter_code_unknown"),)
    if payload.startswith(staff_chat.PREFIX):
        sentence = staff_chat.link(talk.session, payload, talk.conversation, talk.now)
        said = staff_deeds.Spoken(Message(text=sentence))
        staff_chat.reply(talk.session, talk.conversation, said, talk.heard.turn_id, talk.now)
        return ()
    if payload.startswith("xa_"):
        query = select(Commune).where(Commune.code == payload.removeprefix("xa_"))
        commune = talk.session.scalar(query)
        if commune is not None:
            talk.note(commune=commune.code)
            return (Say("utter_start_commune", {"commune": commune.name}),)
    return None
