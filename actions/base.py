"""The base of every action: one transaction, one turn once, no exception out, no citizen text in a log."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.responses import load_responses, messages
from actions.services import DANGER, danger_first, doubt
from tracker.services.intake.doors import first_contact
from tracker.services.intake.respond import after_interruption, hear, hear_staff
from tracker.services.intake.say import Say
from tracker.services.intake.talk import Heard, Talk, open_talk
from tracker.uow import Database, get_database

logger = logging.getLogger(__name__)

type Says = tuple[Say, ...]
type Event = dict[str, Any]

INTENTS_KEPT = 5


class CitizenAction(Action):  # type: ignore[misc]  # rasa-sdk is untyped
    """Hears the turn for the form first; what is no answer to it is answered by `answer`."""

    action_name = ""

    def __init__(self, database: Database | None = None) -> None:
        self._given_database = database

    def name(self) -> str:
        """Name under which Rasa calls the action."""
        return self.action_name

    def answer(self, talk: Talk) -> Says:
        """What to say to this turn when it is no answer to the form; subclasses say."""
        raise NotImplementedError

    def events(self, tracker: Tracker, talk: Talk | None) -> list[Event]:
        """Rasa events to return; only the form's action has any."""
        return []

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Rasa's entry: the work runs in a thread, since the database is synchronous."""
        return await asyncio.to_thread(self.carry_out, dispatcher, tracker)

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """The turn in one transaction; a failure is undone, logged by its kind, and answered kindly."""
        heard = heard_of(tracker)
        try:
            database = self._given_database or get_database()
            with database.unit_of_work() as session:
                talk = open_talk(session, heard, datetime.now(UTC))
                said = [_message(Say("utter_trouble"))] if talk is None else self._said(talk)
                events = self.events(tracker, talk)
        except Exception as error:
            logger.error("%s failed in turn %s: %s", self.action_name, heard.turn_id, _where(error))  # noqa: TRY400
            dispatcher.utter_message(json_message=_message(Say("utter_trouble")))
            return self.events(tracker, None)
        for message in said:
            dispatcher.utter_message(json_message=message)
        return events

    def _said(self, talk: Talk) -> list[dict[str, Any]]:
        earlier = talk.said
        if earlier is not None:
            return list(earlier["messages"]) if self.repeats(earlier["by"]) else []
        if hear_staff(talk):
            talk.remember(self.action_name, [])
            return []
        says = doubt(talk) or hear(talk)
        if says is None:
            says = after_interruption(talk, self.answer(talk))
        if says and says[0].name not in DANGER and first_contact(talk):
            says = (Say("utter_notice"), *says)
        says = danger_first(talk, says)
        made = messages(load_responses(), says, talk.draft.id if talk.draft else None)
        talk.remember(self.action_name, made)
        return made

    def repeats(self, said_by: str) -> bool:
        """Whether a second run of a turn says again what the first one said."""
        return True


def _message(say: Say) -> dict[str, Any]:
    return load_responses().message(say)


def _where(error: Exception) -> str:
    """Kind and place of an error, never its words: they may quote the citizen."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


def heard_of(tracker: Tracker) -> Heard:
    """What Rasa made of the latest message."""
    latest = tracker.latest_message or {}
    metadata = latest.get("metadata") or {}
    intent = latest.get("intent") or {}
    choice = next((e.get("value") for e in latest.get("entities") or () if e.get("entity") == "choice"), None)
    ranking = tuple(
        (str(each.get("name")), float(each.get("confidence") or 0))
        for each in latest.get("intent_ranking") or ()
        if each.get("name") != "nlu_fallback"
    )
    return Heard(
        sender=str(tracker.sender_id),
        turn_id=str(metadata.get("turn_id") or ""),
        items=tuple(int(item) for item in metadata.get("items") or ()),
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=float(intent.get("confidence") or 0),
        choice=str(choice) if choice is not None else None,
        ranking=ranking[:INTENTS_KEPT],
        gate=latest.get("gate") or None,
    )


def mirror(talk: Talk | None, turn_id: str) -> list[Event]:
    """Slots that show Rasa which question stands; None ends the form."""
    step = None
    if talk is not None and talk.draft is not None:
        step = talk.draft.asked.get("step")
    return [SlotSet("turn", turn_id), SlotSet("requested_slot", step)]
