"""Answer templates: what the case already knows is filled in, the rest stays in brackets for staff."""

from __future__ import annotations

from tracker.db.models import Account, Complaint
from tracker.domain.tracking_code import shown
from tracker.web.words import day


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
