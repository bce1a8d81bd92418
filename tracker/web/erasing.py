"""Erasure pages: a person at their request, one file of a case, one sealed note."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from tracker.db.models import Attachment, OpenQuestion
from tracker.errors import NotFoundError
from tracker.services.cases import desk, queue
from tracker.services.people import erasing
from tracker.web.deps import CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]


@router.get("/ban-truc/xoa-du-lieu/{question_id}")
def ask_erasure(request: Request, session: OpenSession, _login: CurrentLogin, question_id: int) -> Response:
    """What will go, what is still being worked, and the last word to the person."""
    question = session.get(OpenQuestion, question_id)
    conversation = desk.conversation_of(session, question_id)
    if question is None or question.handled_at is not None or conversation is None:
        raise NotFoundError("Yêu cầu này đã được xử lý, hoặc dữ liệu đã được xóa.")
    cases = erasing.open_cases(session, conversation.citizen_id)
    return page(request, "erase_person.html", question=question, cases=cases)


@router.post("/ban-truc/xoa-du-lieu/{question_id}")
def grant_erasure(session: OpenSession, login: Writer, question_id: int, text: Text = "") -> Response:
    """Tell the person, then erase within the hour."""
    erasing.grant(session, question_id, login.account_id, text, datetime.now(UTC))
    return RedirectResponse("/ban-truc", 303)


@router.get("/tep/{attachment_id}/xoa")
def ask_erase_file(request: Request, session: OpenSession, login: CurrentLogin, attachment_id: int) -> Response:
    """Which file, and why it has to go."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.complaint is None or row.status == "erased":
        raise NotFoundError("Không có tệp này, hoặc tệp đã được xóa.")
    case = queue.case_by_code(session, login.account, row.complaint.code)
    return page(request, "erase_file.html", file=row, case=case, reasons=erasing.FILE_REASONS)


@router.post("/tep/{attachment_id}/xoa")
def erase_file(session: OpenSession, login: Writer, attachment_id: int, reason: Text = "") -> Response:
    """Forget the file at once."""
    case = erasing.erase_file(session, attachment_id, actor_of(login.account), reason, datetime.now(UTC))
    return RedirectResponse(f"/phan-anh/{case.code}", 303)


@router.post("/thu-mat/{note_id}/xoa")
def erase_sealed(session: OpenSession, login: Writer, note_id: int) -> Response:
    """The writer asked for it."""
    erasing.erase_sealed(session, note_id, login.account_id, datetime.now(UTC))
    return RedirectResponse("/thu-mat", 303)
