"""Answer templates: what the case already knows is filled in, the rest stays in brackets for staff."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.db.models import Account, Complaint
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.web.words import day

_BRACKETS = re.compile(r"\[[^\[\]\n]{2,60}\]")


def filled(body: str, case: Complaint, account: Account) -> str:
    """The template with place, agency, code and dates of the case; unknown brackets are left to be typed."""
    place = case.place_text or (case.commune.name if case.commune else "")
    facts = {
        "[địa điểm]": place,
        "[mã]": shown(case.code),
        "[mã phản ánh]": shown(case.code),
        "[cơ quan]": case.agency.name,
        "[chủ đề]": case.topic.name.lower(),
        "[hạn xử lý]": day(case.due_at) if case.due_at else "",
        "[cán bộ]": account.display_name,
    }
    for mark, value in facts.items():
        if value:
            body = body.replace(mark, value)
    return body


def check_filled(text: str, bodies: Iterable[str]) -> None:
    """Refuse words in which a template's own bracket was left, so that no citizen reads "[việc đã làm]"."""
    marks = {mark for body in bodies for mark in _BRACKETS.findall(body)}
    left = [mark for mark in dict.fromkeys(_BRACKETS.findall(text)) if mark in marks]
    if left:
        raise InvalidInputError(f"Mẫu câu còn chỗ chưa điền: {', '.join(left)}. Hãy điền rồi gửi lại.")
