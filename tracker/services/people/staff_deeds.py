"""What a member of staff does with a case from their own chat: take, forward, answer; by their rights, recorded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency, Complaint, Conversation, OutboxItem
from tracker.delivery.message import Choice, Message
from tracker.domain.lifecycle import Action
from tracker.domain.roles import STAFF, Role
from tracker.domain.tracking_code import shown
from tracker.errors import LangNgheError
from tracker.notify import staff
from tracker.services.cases import queue, quick, scratch
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.province.reference import find_agency

GONE = "Nút này không còn dùng được."
ANSWER = "tra-loi"
"""The name under which the answer being written is kept: the same words stand in the page's own field."""
MOST_CHOICES = 4
LONGEST_SHOWN = 3000
UNFILLED = re.compile(r"\[[^\[\]\n]{2,60}\]")
WHY = "Cán bộ chuyển từ Telegram, theo gợi ý phân loại."


@dataclass(frozen=True)
class Spoken:
    """What to say in the chat, and the case it is about."""

    message: Message
    case_id: int | None = None


@dataclass(frozen=True)
class Hand:
    """The account whose chat this is, the case, and the turn that asks."""

    session: Session
    account: Account
    case: Complaint
    rest: str
    key: str
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who acts, for the transition table."""
        return Actor(Role(self.account.role), self.account.id)

    def say(self, text: str, *rows: tuple[Choice, ...]) -> Spoken:
        """A reply about this case."""
        return Spoken(Message(text=text, buttons=tuple(row for row in rows if row)), self.case.id)


def account_of(session: Session, conversation: Conversation) -> Account | None:
    """The working account this chat is tied to, if any."""
    found = session.scalars(select(Account).where(Account.conversation_id == conversation.id)).unique().first()
    return found if found is not None and found.active and found.role in STAFF else None


def hear(session: Session, conversation: Conversation, choice: str, key: str, now: datetime) -> Spoken:
    """Carry out a button of a staff notice for the account this chat is tied to; what to say."""
    account = account_of(session, conversation)
    verb, _, more = choice.removeprefix("staff:").partition(":")
    number, _, rest = more.partition(":")
    case = session.get(Complaint, int(number)) if number.isascii() and number.isdigit() else None
    if account is None or case is None or verb not in DEEDS:
        return Spoken(Message(text=GONE))
    try:
        if verb != "take":
            queue.case_by_code(session, account, case.code)
        return DEEDS[verb](Hand(session, account, case, rest, key, now))
    except LangNgheError as error:
        return Spoken(Message(text=str(error)), case.id)


def hear_words(
    session: Session, conversation: Conversation, reply_to: object, text: str, key: str, now: datetime
) -> Spoken | None:
    """Words written as a reply to a notice: kept as the draft of an answer, shown, sent by a button alone."""
    if not reply_to or not text.strip() or (account := account_of(session, conversation)) is None:
        return None
    query = select(OutboxItem.complaint_id).where(
        OutboxItem.conversation_id == conversation.id, OutboxItem.provider_id == str(reply_to),
        OutboxItem.kind.startswith("staff_"),
    )  # fmt: skip
    case = session.get(Complaint, session.scalar(query.limit(1)) or 0)
    if case is None:
        return None
    try:
        queue.case_by_code(session, account, case.code)
        scratch.save(session, account.id, case.id, ANSWER, text, now)
        return preview(Hand(session, account, case, "", key, now))
    except LangNgheError as error:
        return Spoken(Message(text=str(error)), case.id)


def take(hand: Hand) -> Spoken:
    """The case is theirs."""
    act(hand.session, hand.case.id, Action.TAKE, hand.actor, Given(), hand.now, key=f"chat:{hand.key}")
    return hand.say(
        f"Ông/bà đã nhận phản ánh {shown(hand.case.code)}. Trả lời tại: {staff.page_of(hand.case)}", beside(hand.case)
    )


def beside(case: Complaint) -> tuple[Choice, ...]:
    """What can follow in the chat."""
    return (Choice("Chuyển", f"staff:to:{case.id}"), Choice("Trả lời", f"staff:answer:{case.id}"))


def to(hand: Hand) -> Spoken:
    """The agencies that routing thought of besides the present one; any other is chosen on the page."""
    found = tuple(
        (Choice(one.name, f"staff:send:{hand.case.id}:{one.id}"),) for one in others(hand.session, hand.case)
    )
    page = f"{staff.page_of(hand.case)}?mo=chuyen"
    if not found:
        return hand.say(f"Chưa có gợi ý nơi khác cho phản ánh {shown(hand.case.code)}. Chọn cơ quan tại: {page}")
    text = f"Chuyển phản ánh {shown(hand.case.code)} tới đâu? Người dân được báo cơ quan mới. Nơi khác: {page}"
    return hand.say(text, *found)


def others(session: Session, case: Complaint) -> list[Agency]:
    """Bodies of the routing's alternatives, likeliest first."""
    place = case.commune.code if case.commune else None
    codes = dict.fromkeys(str(one[1]) for one in case.decision.get("alternatives", ()) if len(one) > 1 and one[1])
    found = {body.id: body for body in (find_agency(session, code, place) for code in codes)}
    return [body for body in found.values() if body.id != case.agency_id][:MOST_CHOICES]


def send(hand: Hand) -> Spoken:
    """Forward to one of those just offered, and to no other."""
    body = next((one for one in others(hand.session, hand.case) if str(one.id) == hand.rest), None)
    if body is None:
        return Spoken(Message(text=GONE), hand.case.id)
    given = Given(text=WHY, agency_id=body.id)
    act(hand.session, hand.case.id, Action.FORWARD, hand.actor, given, hand.now, key=f"chat:{hand.key}")
    return hand.say(f"Đã chuyển phản ánh {shown(hand.case.code)} tới {body.name}.")


def answer(hand: Hand) -> Spoken:
    """How to answer from here; words already kept are shown at once."""
    if kept(hand):
        return preview(hand)
    return hand.say(
        f"Để trả lời phản ánh {shown(hand.case.code)}: nhấn giữ tin này, chọn Trả lời (Reply) rồi viết câu trả lời. "
        "Câu ấy được cho xem lại, bấm Gửi mới tới người dân. "
        f"Cần kèm ảnh hay văn bản thì mở: {staff.page_of(hand.case)}?mo=tra-loi"
    )


def kept(hand: Hand) -> str:
    """The answer being written."""
    return scratch.kept(hand.session, hand.account.id, hand.case.id).get(ANSWER, "").strip()


def preview(hand: Hand) -> Spoken:
    """The kept words as the citizen would read them, with the button that sends exactly these."""
    words = kept(hand)
    text = f"Câu trả lời cho phản ánh {shown(hand.case.code)}, người dân đọc nguyên văn:\n\n{words[:LONGEST_SHOWN]}"
    if len(words) > LONGEST_SHOWN:
        return hand.say(f"{text}…\n\nCâu này dài, xin gửi tại: {staff.page_of(hand.case)}?mo=tra-loi")
    send_it = Choice("Gửi câu này", f"staff:say:{hand.case.id}:{mark(words)}")
    return hand.say(text, (send_it, Choice("Bỏ câu này", f"staff:drop:{hand.case.id}")))


def mark(words: str) -> str:
    """A short name of exactly these words."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def say_it(hand: Hand) -> Spoken:
    """Send the words that were shown; changed since, they are shown again."""
    words = kept(hand)
    if not words:
        return Spoken(Message(text=GONE), hand.case.id)
    if mark(words) != hand.rest:
        return preview(hand)
    if left := UNFILLED.search(words):
        return hand.say(f"Câu này còn chỗ chưa điền: {left.group()}. Xin viết lại, hoặc sửa trên trang.")
    quick.carry_out(
        hand.session, hand.case.id, Action.ANSWER, hand.actor, Given(text=words), hand.now, key=f"chat:{hand.key}"
    )
    scratch.drop(hand.session, hand.account.id, hand.case.id, ANSWER)
    return hand.say(f"Đã gửi câu trả lời phản ánh {shown(hand.case.code)} tới người dân.")


def drop(hand: Hand) -> Spoken:
    """Forget the words."""
    scratch.drop(hand.session, hand.account.id, hand.case.id, ANSWER)
    return hand.say("Đã bỏ câu nháp.")


DEEDS: dict[str, Callable[[Hand], Spoken]] = {
    "take": take, "to": to, "send": send, "answer": answer, "say": say_it, "drop": drop,
}  # fmt: skip
"""Button of a notice -> what it does."""
