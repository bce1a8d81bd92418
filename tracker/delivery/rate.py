"""How much one conversation may say in a minute; the rest is kept for a person, not lost."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.db.models import Conversation, InboxItem
from tracker.delivery.message import Message
from tracker.delivery.outbox import say

WINDOW = timedelta(minutes=1)
SLOW_DOWN = (
    "Quý vị đang gửi khá nhiều tin một lúc. Những tin vừa rồi đã được giữ lại để cán bộ xem, "
    "xin quý vị chờ khoảng một phút rồi nhắn tiếp. Nếu đang nguy hiểm, xin gọi ngay 113, 114 hoặc 115."
)

REPEATS = 5
"""The same words so often within a minute are no conversation."""
REPEATED = (
    "Chúng tôi đã nhận được tin này và giữ lại để cán bộ xem, quý vị không cần gửi lại. "
    "Nếu đang nguy hiểm, xin gọi ngay 113, 114 hoặc 115."
)


def hold_if_too_many(session: Session, item: InboxItem, per_minute: int, now: datetime) -> bool:
    """Hold the update when its conversation said more than `per_minute` (0: no limit); one notice a minute."""
    if per_minute <= 0 or item.conversation_id is None:
        return False
    recent = select(func.count()).where(
        InboxItem.conversation_id == item.conversation_id,
        InboxItem.received_at > now - WINDOW,
        InboxItem.kind != "button",
    )
    count = session.scalar(recent) or 0
    repeated = REPEATS <= count <= per_minute and _says_the_same(session, item)
    if count <= per_minute and not repeated:
        return False
    item.status = "held"
    conversation = session.get_one(Conversation, item.conversation_id)
    key = f"slow:{conversation.id}:{int(now.timestamp() // 60)}"
    say(session, conversation, Message(REPEATED if repeated else SLOW_DOWN), kind="slow", dedupe_key=key, now=now)
    return True


def _says_the_same(session: Session, item: InboxItem) -> bool:
    last = select(InboxItem).where(InboxItem.conversation_id == item.conversation_id, InboxItem.kind == "text")
    rows = session.scalars(last.order_by(InboxItem.id.desc()).limit(REPEATS)).all()
    return item.text is not None and len(rows) == REPEATS and all(row.text == item.text for row in rows)
