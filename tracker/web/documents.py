"""Official letters and transfer slips drafted from a case, and the library of their forms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.text import mask_private
from tracker.config import TIMEZONE
from tracker.db.models import Account, Agency, Complaint
from tracker.domain.lifecycle import STATE_NAMES, State
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.services.cases import documents, queue, records, scratch
from tracker.services.people import audit
from tracker.web import casefile, words
from tracker.web.deps import CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]
LIBRARY = "/quan-tri/van-ban"


@router.post("/phan-anh/{code}/van-ban/{form}")
def draft_document(
    session: OpenSession, login: Writer, code: str, form: str, agency: Text = "", text: Text = ""
) -> Response:
    """The form filled from the case, to finish in Word; nobody's name or number is in it."""
    case = queue.case_by_code(session, login.account, code)
    body = documents.body_of(session, form)
    target = casefile.chosen_agency(session, agency)
    receiver = session.get_one(Agency, target).name if target else ""
    file = documents.fill(body, _facts(session, case, login.account, receiver, text.strip()))
    records.add_event(session, case, "document", actor_of(login.account), datetime.now(UTC), data={"form": form})
    return _file(file, f"{form}-{case.code}")


def _file(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
    return Response(body, media_type=documents.DOCX, headers=headers)


def _facts(session: Session, case: Complaint, account: Account, receiver: str, reason: str) -> dict[str, str]:
    commune = case.commune.name if case.commune else ""
    today = datetime.now(UTC).astimezone(TIMEZONE)
    said = [one.body for one in case.messages if one.kind in ("answer", "done") and one.body]
    kept = scratch.kept(session, account.id, case.id)
    opening = case.messages[0].body if case.messages else None
    return {
        "ma": shown(case.code), "chu_de": case.topic.name.lower(), "noi_dung": mask_private(opening or ""),
        "dia_diem": ", ".join(part for part in (case.place_text, commune) if part), "xa_phuong": commune,
        "co_quan": case.agency.name, "co_quan_hoa": case.agency.name.upper(), "co_quan_nhan": receiver,
        "ly_do": reason, "can_bo": account.display_name, "nguon": words.SOURCES.get(case.source, case.source),
        "ngay_nhan": words.day(case.received_at), "han_xu_ly": words.day(case.due_at) if case.due_at else "",
        "trang_thai": STATE_NAMES[State(case.state)],
        "tra_loi": said[-1] if said else kept.get("tra-loi") or kept.get("tai-cho") or kept.get("xong") or "",
        "ngay": f"{today:%d}", "thang": f"{today:%m}", "nam": f"{today:%Y}",
    }  # fmt: skip


@router.get(LIBRARY)
def show_documents(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """The forms, the words they may use, and a way to put in one's own."""
    return page(request, "admin_documents.html", forms=documents.library(session), variables=documents.VARIABLES)


@router.post(LIBRARY)
def keep_document(
    session: OpenSession, login: Writer, code: Text = "", title: Text = "",
    file: Annotated[UploadFile | None, Form()] = None,
) -> Response:  # fmt: skip
    """A form of the province's own, after its variables were checked."""
    if file is None or not file.filename:
        raise InvalidInputError("Hãy chọn tệp .docx làm mẫu.")
    now, code = datetime.now(UTC), code.strip().lower()
    documents.keep(session, code, title, file.file.read(documents.BIGGEST + 1), now)
    audit.record(session, login.account_id, "change", f"mẫu văn bản {code}", {"title": ["", title.strip()]}, now)
    return RedirectResponse(LIBRARY, 303)


@router.get(LIBRARY + "/{code}.docx")
def download_form(session: OpenSession, _login: CurrentLogin, code: str) -> Response:
    """The form as it is, to change it in Word and put it back."""
    return _file(documents.body_of(session, code), "mau-van-ban")


@router.post(LIBRARY + "/{code}/bo")
def take_out_document(session: OpenSession, login: Writer, code: str) -> Response:
    """Back to the shipped form, or away with one's own."""
    documents.take_out(session, code)
    audit.record(session, login.account_id, "remove", f"mẫu văn bản {code}", {}, datetime.now(UTC))
    return RedirectResponse(LIBRARY, 303)
