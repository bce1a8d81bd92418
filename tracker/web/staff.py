"""Staff pages: the queue, one case, everything done to it, its files."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Agency, Attachment, Commune, Complaint, Template, Topic
from tracker.delivery import media
from tracker.domain.lifecycle import Action, State, allowed
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services import casework, queue, records
from tracker.services.moves import Given
from tracker.services.public import PUBLIC_STEPS
from tracker.web.deps import CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page

router = APIRouter()

ACTIONS = {
    "nhan": Action.TAKE, "chuyen": Action.FORWARD, "tra-lai": Action.RETURN, "hoi": Action.ASK, "hen": Action.PROMISE,
    "tra-loi": Action.ANSWER, "xong": Action.FINISH, "tu-choi": Action.REFUSE,
}  # fmt: skip
"""Path of an act on the case page -> what it does."""
EVENT_NAMES = {
    **PUBLIC_STEPS,
    "note": "Ghi chú nội bộ",
    "reveal": "Xem danh tính người gửi",
    "reveal_identity": "Xem danh tính người gửi",
}


@router.get("/hang-doi")
def show_queue(
    request: Request, session: OpenSession, login: CurrentLogin,
    trang_thai: str = "", chu_de: str = "", xa: str = "", nguon: str = "", tim: str = "",
    khan: bool = False, qua_han: bool = False, cua_toi: bool = False, co_quan: int | None = None, trang: int = 1,
) -> Response:  # fmt: skip
    """The cases within reach, what is due first."""
    now = datetime.now(UTC)
    filters = queue.Filters(
        state=trang_thai, topic=chu_de, commune=xa, source=nguon, urgent=khan, overdue=qua_han, mine=cua_toi,
        text=tim.strip()[:200], agency=co_quan, page=max(1, min(trang, 10_000)),
    )  # fmt: skip
    found = queue.listed(session, login.account, filters, now)
    return page(
        request, "queue.html", cases=found[: queue.PAGE], more=len(found) > queue.PAGE, filters=filters,
        counts=queue.counts(session, login.account, now),
        topics=session.scalars(select(Topic).order_by(Topic.code)).all(),
        communes=session.scalars(select(Commune).order_by(Commune.name)).all(),
    )  # fmt: skip


@router.get("/phan-anh/{code}")
def show_case(request: Request, session: OpenSession, login: CurrentLogin, code: str) -> Response:
    """One case with its conversation, history and what may be done now."""
    case = queue.case_by_code(session, login.account, code)
    return _case_page(request, session, login.account.role, case)


def _case_page(request: Request, session: Session, role: str, case: Complaint, **more: Any) -> Response:
    return page(
        request, "case.html", case=case, key=secrets.token_urlsafe(12), event_names=EVENT_NAMES,
        acts=[name for name, action in ACTIONS.items() if action in allowed(State(case.state), Role(role))],
        agencies=session.scalars(select(Agency).where(Agency.valid_to.is_(None)).order_by(Agency.name)).unique().all(),
        templates=session.scalars(select(Template).where(Template.active.is_(True)).order_by(Template.id)).all(),
        similar=queue.similar(session, case), files=_files(case), **more,
    )  # fmt: skip


def _files(case: Complaint) -> dict[int | None, list[Attachment]]:
    found: dict[int | None, list[Attachment]] = {}
    for attachment in case.attachments:
        found.setdefault(attachment.message_id, []).append(attachment)
    return found


@router.post("/phan-anh/{code}/ghi-chu")
def add_note(
    session: OpenSession,
    login: Writer,
    code: str,
    text: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    """A note among staff."""
    case = queue.case_by_code(session, login.account, code)
    records.note(session, case.id, actor_of(login.account), Given(text), datetime.now(UTC), key=key or None)
    return RedirectResponse(f"/phan-anh/{code}", 303)


@router.post("/phan-anh/{code}/danh-tinh")
def reveal(
    request: Request, session: OpenSession, login: Writer, code: str, text: Annotated[str, Form()] = ""
) -> Response:
    """Who reported: shown once, with the look recorded."""
    case = queue.case_by_code(session, login.account, code)
    citizen = records.reveal_identity(session, case.id, actor_of(login.account), Given(text), datetime.now(UTC))
    session.refresh(case)
    return _case_page(request, session, login.account.role, case, citizen=citizen, revealed=True)


@router.post("/phan-anh/{code}/{act}")
def act_on_case(
    request: Request, session: OpenSession, login: Writer, code: str, act: str,
    version: Annotated[int, Form()], key: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "", when: Annotated[str, Form()] = "", agency: Annotated[str, Form()] = "",
    files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Carry out one act of the case page; the same form sent twice acts once."""
    if act not in ACTIONS:
        raise NotFoundError("Không có việc này.")
    case = queue.case_by_code(session, login.account, code)
    now = datetime.now(UTC)
    given = Given(
        text=text[:8000], reason_code=reason or None, date=_date(when), agency_id=_agency(session, agency),
        attachment_ids=_store(request, session, case, files or [], now),
    )  # fmt: skip
    casework.act(
        session, case.id, ACTIONS[act], actor_of(login.account), given, now,
        key=f"web:{login.account_id}:{key}" if key else None, expected_version=version,
    )  # fmt: skip
    return RedirectResponse(f"/phan-anh/{code}" if act != "chuyen" else "/hang-doi", 303)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("Ngày hẹn phải có dạng năm-tháng-ngày, ví dụ 2026-11-30.") from error


def _agency(session: Session, text: str) -> int | None:
    """'12 – Sở Xây dựng' or '12' -> the agency's id."""
    if not text.strip():
        return None
    number = text.split(maxsplit=1)[0]
    if not number.isdigit() or session.get(Agency, int(number)) is None:
        raise InvalidInputError("Hãy chọn cơ quan nhận trong danh sách.")
    return int(number)


def _store(
    request: Request, session: Session, case: Complaint, files: list[UploadFile], now: datetime
) -> tuple[int, ...]:
    ids: list[int] = []
    folder = request.app.state.settings.media_dir
    for file in files:
        data = file.file.read(media.BIGGEST + 1)
        if not data:
            continue
        kind = "photo" if (file.content_type or "").startswith("image/") else "document"
        media_type = media.check(data, kind)
        attachment = Attachment(
            complaint_id=case.id, kind=kind, role="proof", status="stored", sha256=media.store_bytes(folder, data),
            shown_sha256=media.shown_copy(folder, data) if kind == "photo" else None, media_type=media_type,
            size=len(data), name=(file.filename or "")[:200], created_at=now,
        )  # fmt: skip
        session.add(attachment)
        session.flush()
        ids.append(attachment.id)
    return tuple(ids)


@router.get("/tep/{attachment_id}")
def file(request: Request, session: OpenSession, login: CurrentLogin, attachment_id: int) -> Response:
    """A file of a case within reach: the shown copy of a photo, or a document as a download."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.complaint is None:
        raise NotFoundError("Không có tệp này.")
    queue.case_by_code(session, login.account, attachment.complaint.code)
    folder = request.app.state.settings.media_dir
    if attachment.shown_sha256:
        return FileResponse(media.path_of(folder, attachment.shown_sha256), media_type="image/jpeg")
    if attachment.sha256 and attachment.status == "stored":
        path = media.path_of(folder, attachment.sha256)
        return FileResponse(path, media_type="application/octet-stream", filename=attachment.name or "tep")
    raise NotFoundError("Tệp này chưa tải về hoặc đã được xóa.")
