"""Cases an agency helps with: what is asked, a note and files for the lead; nothing here moves a case."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response

from tracker.delivery import media
from tracker.domain.lifecycle import OPEN
from tracker.errors import NotFoundError
from tracker.services.cases import helping, queue
from tracker.services.cases.moves import Given
from tracker.web import casefile, uploads
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]


@router.get("/phoi-hop")
def show_helping(request: Request, session: OpenSession, login: CurrentLogin) -> Response:
    """Open cases the agency was asked to help with."""
    return page(request, "helping.html", cases=helping.helped(session, login.account))


@router.get("/phoi-hop/{code}")
def show_helped(request: Request, session: OpenSession, login: CurrentLogin, code: str) -> Response:
    """One such case: the report, the notes among staff, and the form for the lead."""
    case = helping.helped_case(session, login.account, code)
    return page(
        request, "helped.html", case=case, notes=helping.help_notes(case), files=casefile.files_of(case),
        key=secrets.token_urlsafe(12), is_open=case.state in OPEN,
    )  # fmt: skip


@router.post("/phoi-hop/{code}")
def give_help(
    request: Request, session: OpenSession, login: Writer, code: str, text: Text = "", key: Text = "",
    files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """A note with files for the lead; the same form sent twice writes once."""
    case, now = helping.helped_case(session, login.account, code), datetime.now(UTC)
    folder = request.app.state.settings.media_dir
    given = Given(text[:LONGEST_TEXT], attachment_ids=uploads.store(session, folder, case.id, files or [], now))
    helping.contribute(
        session, case, login.account, actor_of(login.account), given, now, key=casefile.once(login.account_id, key)
    )
    return RedirectResponse(f"/phoi-hop/{code}", 303)


@router.get("/phoi-hop/tep/{attachment_id}")
def show_help_file(request: Request, session: OpenSession, login: CurrentLogin, attachment_id: int) -> Response:
    """A file of such a case: the shown copy of a photo, or anything else as a download."""
    found = helping.help_file(session, login.account, attachment_id)
    path = media.path_of(request.app.state.settings.media_dir, found.shown_sha256 or found.sha256 or "none")
    if not path.is_file():
        raise NotFoundError("Tệp này không còn trên máy chủ.")
    if found.shown_sha256:
        return FileResponse(path, media_type="image/jpeg")
    return FileResponse(path, media_type="application/octet-stream", filename=found.name or "tep")


@router.post("/phan-anh/{code}/phoi-hop")
def ask_for_help(
    session: OpenSession, login: Writer, code: str, agency: Text = "", text: Text = "", key: Text = ""
) -> Response:
    """Ask a body to help with the case."""
    case = queue.case_by_code(session, login.account, code)
    given = Given(text[:LONGEST_TEXT], agency_id=casefile.chosen_agency(session, agency))
    now = datetime.now(UTC)
    helping.ask(session, case.id, actor_of(login.account), given, now, key=casefile.once(login.account_id, key))
    return RedirectResponse(f"/phan-anh/{code}?vua=phoi-hop#xu-ly", 303)
