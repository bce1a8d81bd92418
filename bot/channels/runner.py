"""The loop every channel shares: a turn from the inbox, through the dialogue, its replies into the outbox."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from bot.channels.bell import INBOX, OUTBOX
from bot.channels.hearing import heard
from bot.dialogue import DialogueClient, DialogueUnavailableError, Reply
from tracker.delivery import inbox
from tracker.delivery.inbox import Turn
from tracker.delivery.message import ButtonKind, Choice, Message
from tracker.delivery.replies import said_in_turn, store_replies, tell
from tracker.uow import Database

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
"""Longest wait for what another process stored, or what waits for its time; our own rings the bell."""
PATIENCE = 6
"""Silences to one turn, with Rasa and the action server alive, after which a person looks at it."""

LATE = (
    "Xin lỗi quý vị, hệ thống đang bận một chút. Chúng tôi đã giữ lại tin nhắn và sẽ trả lời ngay khi có thể, "
    "quý vị không cần gửi lại. Nếu đang nguy hiểm, xin gọi ngay 113, 114 hoặc 115."
)
HELD = (
    "Xin lỗi quý vị, tin nhắn này chúng tôi chưa tự xử lý được. Tin đã được giữ lại để cán bộ xem. "
    "Quý vị có thể viết lại ngắn hơn để được trả lời ngay."
)


class Runner:
    """Works one channel's inbox; several may run at once, in one process or many."""

    def __init__(
        self,
        database: Database,
        dialogue: DialogueClient,
        channel: str,
        owner: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._dialogue = database, dialogue
        self._channel, self._owner, self._clock = channel, owner, clock

    def step(self, *, rung: bool = False) -> bool:
        """Work one turn; False when nothing was ready. After a ring there is no need to look first."""
        if not rung and not self._anything_ready():
            return False
        with self._database.unit_of_work() as session:
            turn = inbox.claim(session, self._channel, self._owner, self._clock())
        if turn is None:
            return False
        try:
            replies = self._dialogue.send(
                turn.episode, heard(turn), {"turn_id": turn.turn_id, "items": list(turn.item_ids)}
            )
        except DialogueUnavailableError as error:
            self._put_back(turn, str(error))
            return True
        self._conclude(turn, [reply for reply in replies if reply.text])
        OUTBOX.ring(turn.conversation_id)
        return True

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; an error in one turn is logged without its text and the loop goes on."""
        rung = False
        while not stop.is_set():
            try:
                worked = self.step(rung=rung)
            except Exception as error:
                logger.error("turn failed: %s", type(error).__name__)  # noqa: TRY400 - a trace may hold words
                worked = False
                stop.wait(1)
            rung = not worked and INBOX.wait(IDLE_SECONDS)

    def _anything_ready(self) -> bool:
        with self._database.read() as session:
            return inbox.anything_ready(session, self._channel, self._clock())

    def _conclude(self, turn: Turn, replies: list[Reply]) -> None:
        hold = not replies and turn.attempts + 1 >= PATIENCE and self._dialogue.acts()
        now = self._clock()
        with self._database.unit_of_work() as session:
            if not replies and not said_in_turn(session, turn):
                tell(session, turn, HELD if hold else LATE, "held" if hold else "late", now)
                inbox.postpone(session, turn, self._owner, "silence", now, hold=hold)
                return
            conversation = inbox.finish(session, turn, self._owner, now)
            if conversation is not None:
                store_replies(session, conversation, turn, [_message(reply) for reply in replies], now)

    def _put_back(self, turn: Turn, error: str) -> None:
        now = self._clock()
        with self._database.unit_of_work() as session:
            tell(session, turn, LATE, "late", now)
            inbox.postpone(session, turn, self._owner, error, now)


def _message(reply: Reply) -> Message:
    rows = tuple(tuple(Choice(label, payload, _kind(payload)) for label, payload in row) for row in reply.buttons)
    return Message(text=reply.text, buttons=rows, draft_id=(reply.custom or {}).get("draft_id"))


def _kind(payload: str) -> ButtonKind:
    if payload in ("request:contact", "request:location"):
        return "contact" if payload.endswith("contact") else "location"
    return "url" if payload.startswith("https://") else "choice"
