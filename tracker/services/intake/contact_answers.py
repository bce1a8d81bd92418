"""Contact data given, changed or refused; it has not been and will not be near Rasa."""

from __future__ import annotations

from tracker.services.intake import drafts
from tracker.services.intake.asking import ask
from tracker.services.intake.consent import give, keep_phone
from tracker.services.intake.contact import Contact, is_question, parse_contact
from tracker.services.intake.questions import Question
from tracker.services.intake.say import Say
from tracker.services.intake.sending import cancel
from tracker.services.intake.talk import Talk
from tracker.services.intake.words import SHORT, count_words, is_none, is_stop

type Says = tuple[Say, ...]


def hear_contact(talk: Talk) -> Says:
    """An answer to the contact question, or a shared contact; it has not been and will not be near Rasa."""
    if talk.draft is None:
        return _edit_own_data(talk)
    if not talk.data.get("phone"):
        if is_none(talk.text):
            return waive_contact(talk)
        if is_stop(talk.text):
            return cancel(talk)
    given = _given_contact(talk)
    if given.bad_phone:
        return (Say("utter_bad_phone"),)
    asks_something = is_question(talk.text) or talk.conversation.awaiting == "phone"
    if given == Contact() or (asks_something and not given.phone):
        return (Say("utter_contact_unread"),)
    save_contact(talk, given)
    if talk.draft.asked.get("editing") == Question.CONTACT:
        drafts.mark(talk.draft, editing=None)
    return ask(talk)


def _edit_own_data(talk: Talk) -> Says:
    """Contact data outside a report: kept only when the citizen asked to change theirs."""
    asked, talk.conversation.awaiting = talk.fact("editing_data"), None
    talk.note(editing_data=None)
    given = _given_contact(talk)
    if not asked or given == Contact() or given.bad_phone:
        return (Say("utter_bad_phone" if given.bad_phone else "utter_contact_without_report"),)
    save_contact(talk, given)
    return (Say("utter_privacy_edited"),)


def _given_contact(talk: Talk) -> Contact:
    """Contact data of this turn, read in the light of what was asked."""
    if shared := talk.data.get("phone"):
        return parse_contact(f"{talk.data.get('name') or ''}, {shared}")
    given, text, awaited = parse_contact(talk.text), talk.text.strip()[:200], talk.conversation.awaiting
    if given.phone or given.bad_phone or is_question(text) or not 0 < count_words(text) <= SHORT * 2:
        return given
    if awaited == "address":
        return Contact(address=text)
    return given if given.name or given.address or awaited != "name" else Contact(name=text)


def save_contact(talk: Talk, given: Contact) -> None:
    """Keep given contact data with the consent its giving is; what is not given stays as it was."""
    citizen = talk.conversation.citizen
    if given.phone:
        keep_phone(citizen, given.phone)
    citizen.name = given.name or citizen.name
    citizen.address = given.address or citizen.address
    give(citizen, "contact", talk.now, given=True)


def waive_contact(talk: Talk) -> Says:
    """The citizen would rather not give contact data: remembered, never a reason not to file."""
    draft = drafts.start(talk)
    drafts.waive(draft, Question.CONTACT)
    if not drafts.known_contact(talk.conversation.citizen):
        give(talk.conversation.citizen, "contact", talk.now, given=False)
    return ask(talk)
