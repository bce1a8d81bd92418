"""The page of one case for a body without accounts: no log-in, no citizen's identity, only the link it was mailed."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import FileResponse, Response

from bot.text import mask_private
from tracker.db.models import Attachment, BodyLink, CaseMessage
from tracker.delivery import media
from tracker.domain.lifecycle import Action, State, allowed
from tracker.domain.roles import Role
from tracker.errors import LangNgheError, NotFoundError
from tracker.services.cases import bodies
from tracker.services.cases.moves import Given
from tracker.web import uploads
from tracker.web.deps import LONGEST_TEXT, OpenSession
from tracker.web.pages import page

router = APIRouter()
Text = Annotated[str, Form()]
SAID = {
    "nhan": "Đã ghi nhận quý cơ quan tiếp nhận phản ánh này.",
    "tra-loi": "Đã gửi câu trả lời tới người dân. Cảm ơn quý cơ quan.",
    "xong": "Đã báo người dân là việc đã làm xong. Cảm ơn quý cơ quan.",
    "tra-lai": "Đã trả phản ánh về bộ phận phân loại của tỉnh.",
}
"""What the page says after an act."""
TOLD = ("description", "addition", "reply", "question", "promise")
"""Kinds of texts the body needs in order to act."""


@router.get("/viec/{token}")
def show_work(request: Request, session: OpenSession, token: str) -> Response:
    """The case as far as the body needs it; opening it changes nothing, so that mail scanners do no harm."""
    return _work_page(request, bodies.open_link(session, token, datetime.now(UTC)), token)


def _work_page(
    request: Request,
    link: BodyLink,
    token: str,
    *,
    said: str = "",
    wrong: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    case = link.complaint
    can = allowed(State(case.state), Role.BODY)
    files = [
        one for one in case.attachments if one.role == "evidence" and one.status == "stored" and one.shown_sha256
    ]
    answer = page(
        request, "body.html", status, case=case, link=link, token=token, key=secrets.token_urlsafe(12), said=said,
        wrong=wrong, typed=typed, takes=Action.TAKE in can, returns=Action.RETURN in can,
        waits=case.state == State.WAITING,
        texts=[(one, shown_words(one)) for one in case.messages if one.kind in TOLD], files=files,
        place=mask_private(case.place_text or ""),
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def shown_words(message: CaseMessage) -> str:
    """The words without telephone and identity numbers."""
    return mask_private(message.body) if message.body else "Nội dung đã được xóa."


@router.get("/viec/{token}/tep/{attachment_id}")
def show_work_photo(request: Request, session: OpenSession, token: str, attachment_id: int) -> Response:
    """A photo of the case: the copy without position data."""
    link = bodies.open_link(session, token, datetime.now(UTC))
    attachment = session.get(Attachment, attachment_id)
    mine = attachment is not None and attachment.complaint_id == link.complaint_id and attachment.role == "evidence"
    if attachment is None or not mine or attachment.status != "stored" or not attachment.shown_sha256:
        raise NotFoundError("Không có ảnh này.")
    path = media.path_of(request.app.state.settings.media_dir, attachment.shown_sha256)
    if not path.is_file():
        raise NotFoundError("Ảnh này không còn trên máy chủ.")
    return FileResponse(path, media_type="image/jpeg", headers={"Referrer-Policy": "no-referrer"})


@router.post("/viec/{token}/{act}")
def do_work(
    request: Request, session: OpenSession, token: str, act: str, version: Annotated[int, Form()], key: Text = "",
    text: Text = "", files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Carry out one act of the page; the same form sent twice acts once, a refused one keeps its words."""
    if act not in bodies.ACTS:
        raise NotFoundError("Không có việc này.")
    now = datetime.now(UTC)
    if bodies.was_done(session, token, key) and bodies.ACTS[act] in bodies.FINISHING:
        return page(request, "body_done.html", said=SAID[act])
    link = bodies.open_link(session, token, now)
    case_id = link.complaint_id
    try:
        with session.begin_nested():
            kept = uploads.store(session, request.app.state.settings.media_dir, case_id, files or [], now)
            given = Given(text=text[:LONGEST_TEXT], attachment_ids=kept)
            bodies.react(session, token, bodies.ACTS[act], given, now, key=key, expected_version=version)  # fmt: skip
    except LangNgheError as error:
        session.refresh(link)
        return _work_page(request, link, token, wrong=str(error), typed=text[:LONGEST_TEXT], status=error.status)
    if bodies.ACTS[act] in bodies.FINISHING:
        return page(request, "body_done.html", said=SAID[act])
    return _work_page(request, link, token, said=SAID[act])
