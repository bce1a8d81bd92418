"""What the bot did not understand, or answered badly: a person picks the right meaning, the bot learns from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text_patterns import mask_private
from tracker.db.models import OpenQuestion
from tracker.errors import InvalidInputError, NotFoundError

PAGE = 50
KINDS = {"fallback": "Máy chưa hiểu", "unsure": "Máy hỏi lại cho chắc", "thumbs_down": "Người dân chê câu trả lời"}

MEANINGS = {
    "complaint": "Phản ánh một việc",
    "suggestion": "Kiến nghị, góp ý",
    "praise": "Khen ngợi, cảm ơn cơ quan",
    "procedure_question": "Hỏi thủ tục hành chính",
    "status_lookup": "Hỏi phản ánh đã gửi tới đâu",
    "add_info": "Bổ sung cho phản ánh đã gửi",
    "withdraw": "Rút phản ánh",
    "office_info": "Hỏi địa chỉ, giờ làm việc, số máy cơ quan",
    "human_handoff": "Muốn gặp người thật",
    "privacy_request": "Xem, sửa, xóa dữ liệu cá nhân",
    "emergency": "Việc nguy hiểm đang xảy ra",
    "denunciation": "Tố cáo",
    "formal_complaint": "Khiếu nại một quyết định",
    "abusive": "Xúc phạm",
    "help": "Hỏi cách dùng",
    "greet": "Chào hỏi",
    "goodbye": "Tạm biệt",
    "thanks": "Cảm ơn",
    "affirm": "Đồng ý",
    "deny": "Không đồng ý",
    "cancel": "Muốn dừng lại",
    "out_of_scope": "Việc khác, ngoài dịch vụ này",
}
"""Intent -> how the desk calls it."""
NOTHING = "none"
"""The desk's word for a message nobody should learn from."""


def waiting(session: Session) -> Sequence[OpenQuestion]:
    """Messages whose meaning nobody has picked yet, oldest first."""
    query = select(OpenQuestion).where(
        OpenQuestion.kind.in_(KINDS), OpenQuestion.handled_at.is_(None), OpenQuestion.text.is_not(None)
    )
    return session.scalars(query.order_by(OpenQuestion.id).limit(PAGE)).all()


def pick(session: Session, question_id: int, meaning: str, now: datetime) -> None:
    """A person's word on what was meant; NOTHING takes the message off the list."""
    if meaning not in MEANINGS and meaning != NOTHING:
        raise InvalidInputError("Còn thiếu: chọn ý đúng của câu này.")
    question = session.get(OpenQuestion, question_id, with_for_update=True)
    if question is None or question.kind not in KINDS or question.handled_at is not None:
        raise NotFoundError("Câu này đã có người chọn ý đúng.")
    question.meaning, question.handled_at = meaning, now


def as_rasa(session: Session) -> str:
    """The picked messages as Rasa training data, private numbers masked, each wording once per intent."""
    query = select(OpenQuestion.meaning, OpenQuestion.text).where(
        OpenQuestion.kind.in_(KINDS), OpenQuestion.meaning.in_(MEANINGS), OpenQuestion.text.is_not(None)
    )
    rows = sorted({(str(meaning), _one_line(str(text))) for meaning, text in session.execute(query)})
    data = [
        {"intent": meaning, "examples": "".join(f"- {text}\n" for _, text in group)}
        for meaning, group in groupby(rows, key=lambda row: row[0])
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": data}, allow_unicode=True, sort_keys=False, width=10_000)


def _one_line(text: str) -> str:
    return " ".join(mask_private(unicodedata.normalize("NFC", text)).translate(str.maketrans("[]{}", "()()")).split())
