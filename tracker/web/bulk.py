"""Several cases of the queue at once: take, give, forward, answer; what became of each is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from tracker.db.models import Account, Complaint
from tracker.domain.lifecycle import Action, State, allowed
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.cases import queue, quick
from tracker.services.cases.handing import hand_to
from tracker.services.cases.moves import Given
from tracker.web import casefile
from tracker.web.deps import LONGEST_TEXT, OpenSession, Writer, actor_of
from tracker.web.filling import filled
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import row_id

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]
Ticked = Annotated[list[str] | None, Form()]
SAID = {"nhan": "đã nhận", "giao": "đã giao", "chuyen": "đã chuyển", "tra-loi": "đã trả lời"}
TITLES = {"nhan": "Nhận nhiều phản ánh", "giao": "Giao nhiều phản ánh", "chuyen": "Chuyển nhiều phản ánh",
          "tra-loi": "Trả lời nhiều phản ánh"}  # fmt: skip
NOTHING_TICKED = "Chưa đánh dấu phản ánh nào: hãy đánh dấu ở đầu dòng rồi làm lại."


@router.post("/hang-doi/nhieu")
def act_on_many(
    request: Request, session: OpenSession, login: Writer, chon: Ticked = None, viec: Text = "", person: Text = "",
    agency: Text = "", ly_do: Text = "", mau: Text = "", text: Text = "", key: Text = "", back: Text = "",
) -> Response:  # fmt: skip
    """One deed for every ticked case, each case by itself, and a list of what happened."""
    cases = _ticked(session, login.account, chon)
    back = back if back.startswith("/hang-doi") else "/hang-doi"
    if viec == "xem-truoc":
        words = text.strip() or _template(session, mau)
        return _preview(request, login.account, cases, words, back)
    if viec not in SAID:
        raise NotFoundError("Không có việc này.")
    deed = _deed(session, login.account, viec, f"{key}-{viec}" if key else "", person, agency, ly_do, text)
    results = quick.each(session, cases, deed, SAID[viec])
    return page(request, "bulk_result.html", results=results, title=TITLES[viec], back=back)


def _ticked(session: Session, account: Account, codes: list[str] | None) -> list[Complaint]:
    chosen = list(dict.fromkeys(codes or []))[: queue.PAGE]
    if not chosen:
        raise InvalidInputError(NOTHING_TICKED)
    return [queue.case_by_code(session, account, code) for code in chosen]


def _deed(
    session: Session, account: Account, viec: str, key: str, person: str, agency: str, ly_do: str, text: str
) -> Callable[[Complaint], object]:
    now, actor = datetime.now(UTC), actor_of(account)

    def once(case: Complaint) -> str | None:
        return casefile.once(account.id, f"{key}-{case.id}" if key else "")

    if viec == "giao":
        number = row_id(person)
        return lambda case: hand_to(session, case.id, number, actor, now, key=once(case))
    if viec == "chuyen":
        target = casefile.chosen_agency(session, agency)
        given = Given(text=ly_do[:LONGEST_TEXT], agency_id=target)
        return lambda case: quick.carry_out(session, case.id, Action.FORWARD, actor, given, now, key=once(case))
    if viec == "nhan":
        return lambda case: quick.carry_out(session, case.id, Action.TAKE, actor, Given(), now, key=once(case))

    def answer(case: Complaint) -> object:
        words = filled(text, case, account)[:LONGEST_TEXT]
        casefile.check_words(session, words)
        return quick.carry_out(session, case.id, Action.ANSWER, actor, Given(text=words), now, key=once(case))

    return answer


def _template(session: Session, mau: str) -> str:
    number = row_id(mau)
    return next((row.body for row in casefile.samples(session) if row.id == number), "")


def _preview(request: Request, account: Account, cases: list[Complaint], words: str, back: str) -> Response:
    """Every answer as its citizen will read it, before any is sent."""
    if not words.strip():
        raise InvalidInputError("Hãy chọn mẫu câu hoặc viết câu trả lời.")
    rows = [(case, filled(words, case, account), _answerable(case, account)) for case in cases]
    return page(
        request, "bulk_preview.html", rows=rows, words=words, back=back, key=secrets.token_urlsafe(12),
        ready=sum(1 for _, _, able in rows if able),
    )  # fmt: skip


def _answerable(case: Complaint, account: Account) -> bool:
    return Action.ANSWER in quick.reachable(case.state, allowed(State(case.state), Role(account.role)))
