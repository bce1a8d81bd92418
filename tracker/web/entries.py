"""“Nhập hộ”: a report from the counter, the phone, a letter or another portal, and its printed slip."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseMessage, Commune, Topic
from tracker.errors import InvalidInputError
from tracker.services.cases import entry, queue
from tracker.services.cases.casework import attachments
from tracker.web import uploads
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import local_moment

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]


@router.get("/nhap-ho")
def show_entry(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """The form, dated now."""
    here = datetime.now(UTC).astimezone(TIMEZONE)
    return _form(request, session, {"received": here.strftime("%Y-%m-%dT%H:%M"), "source": "counter"})


def _form(
    request: Request, session: Session, typed: dict[str, str], sentence: str = "", status: int = 200
) -> Response:
    topics = select(Topic).where(Topic.valid_to.is_(None), Topic.urgency != "handover").order_by(Topic.code)
    return page(
        request, "entry.html", status, typed=typed, sentence=sentence, sources=entry.SOURCES,
        topics=session.scalars(topics).all(), communes=session.scalars(select(Commune).order_by(Commune.name)).all(),
    )  # fmt: skip


@router.post("/nhap-ho")
def add_entry(
    request: Request, session: OpenSession, login: Writer, text: Text = "", source: Text = "", received: Text = "",
    commune: Text = "", topic: Text = "", place: Text = "", source_code: Text = "", name: Text = "", phone: Text = "",
    address: Text = "", anonymous: Text = "", urgent: Text = "",
    files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """File the case and go to its slip; a mistake shows the form again with everything typed."""
    now = datetime.now(UTC)
    try:
        given = entry.Entry(
            description=text[:LONGEST_TEXT], source=source, received_at=local_moment(received), commune_code=commune,
            topic_code=topic, place_text=place[:300], source_code=source_code[:80], name=name[:120], phone=phone[:40],
            address=address[:300], anonymous=bool(anonymous), urgent=bool(urgent),
        )  # fmt: skip
        with session.begin_nested():
            case = entry.record(session, given, actor_of(login.account), now)
            ids = uploads.store(session, request.app.state.settings.media_dir, case.id, files or [], now, "evidence")
    except InvalidInputError as error:
        typed = {
            "text": text, "source": source, "received": received, "commune": commune, "topic": topic, "place": place,
            "source_code": source_code, "name": name, "phone": phone, "address": address, "anonymous": anonymous,
            "urgent": urgent,
        }  # fmt: skip
        return _form(request, session, typed, str(error), error.status)
    _to_description(session, case.id, ids)
    return RedirectResponse(f"/phan-anh/{case.code}/phieu", 303)


def _to_description(session: Session, complaint_id: int, ids: tuple[int, ...]) -> None:
    first = session.scalar(select(CaseMessage.id).where(CaseMessage.complaint_id == complaint_id).limit(1))
    for attachment in attachments(session, ids):
        attachment.message_id = first


@router.get("/phan-anh/{code}/phieu")
def show_slip(request: Request, session: OpenSession, login: CurrentLogin, code: str) -> Response:
    """The slip a citizen takes home: code, agency, date, and a QR that opens the look-up."""
    case = queue.case_by_code(session, login.account, code)
    address = f"{request.app.state.settings.public_root}/tra-cuu?ma={case.code}"
    qr = segno.make(address, error="m").svg_inline(scale=4, svgclass=None, lineclass=None, omitsize=True)
    return page(request, "slip.html", case=case, qr=qr, address=address)
