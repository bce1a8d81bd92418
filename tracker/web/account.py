"""One's own account: password and second factor; and the sealed tray of the one role that reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from tracker.db.models import Account, SealedNote
from tracker.errors import NotFoundError
from tracker.services.people import audit, own_account, staff_chat
from tracker.web.deps import CurrentLogin, OpenSession, Writer
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]


@router.get("/tai-khoan")
def show_account(request: Request, _login: CurrentLogin, xong: str = "") -> Response:
    """Password and second factor."""
    return page(request, "account.html", done=xong, secret="", qr="")


@router.post("/tai-khoan/mat-khau")
def change_password(
    session: OpenSession, login: Writer, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """A new password."""
    own_account.change_password(session, login, old, new, again, datetime.now(UTC))
    audit.record(session, login.account_id, "password", f"tài khoản {login.account.username}", {}, datetime.now(UTC))
    return RedirectResponse("/tai-khoan?xong=mat-khau", 303)


@router.post("/tai-khoan/ket-noi")
def link_chat(request: Request, session: OpenSession, login: Writer) -> Response:
    """A one-time code to send to the bot from one's own chat."""
    code = staff_chat.new_code(session, login.account_id, datetime.now(UTC))
    return page(request, "account.html", done="", secret="", qr="", chat_code=code)


@router.post("/tai-khoan/ngat-noi")
def unlink_chat(session: OpenSession, login: Writer) -> Response:
    """The chat is nobody's way in any more."""
    staff_chat.unlink(session.get_one(Account, login.account_id))
    audit.record(session, login.account_id, "unlink", f"tài khoản {login.account.username}", {}, datetime.now(UTC))
    return RedirectResponse("/tai-khoan", 303)


@router.post("/tai-khoan/hai-lop")
def start_totp(request: Request, login: Writer) -> Response:
    """A fresh secret to scan; it is kept only when its first code comes back."""
    secret = own_account.new_secret()
    address = own_account.address_of(login.account, secret)
    qr = segno.make(address, error="m").svg_inline(svgclass=None, lineclass=None, omitsize=True)
    return page(request, "account.html", done="", secret=secret, qr=qr)


@router.post("/tai-khoan/hai-lop/bat")
def finish_totp(session: OpenSession, login: Writer, secret: Text = "", code: Text = "") -> Response:
    """Turn the second factor on."""
    now = datetime.now(UTC)
    own_account.turn_on(session, login.account_id, secret, code, now)
    audit.record(session, login.account_id, "totp", f"tài khoản {login.account.username}", {}, now)
    return RedirectResponse("/tai-khoan?xong=hai-lop", 303)


@router.get("/thu-mat")
def show_sealed(request: Request, session: OpenSession, login: CurrentLogin) -> Response:
    """What was written of denunciations and is not yet erased; each reading is recorded before it is shown."""
    query = select(SealedNote).where(SealedNote.erased_at.is_(None)).order_by(SealedNote.passed_on_at, SealedNote.id)
    notes = session.scalars(query).all()
    if notes:
        read = {"notes": [note.id for note in notes]}
        with request.app.state.database.unit_of_work() as writing:
            audit.record(writing, login.account_id, "sealed_read", f"{len(notes)} thư mật", read, datetime.now(UTC))
    return page(request, "sealed.html", notes=notes)


@router.post("/thu-mat/{note_id}")
def pass_on_sealed(session: OpenSession, login: Writer, note_id: int) -> Response:
    """It was handed to the body the law names."""
    note = session.get(SealedNote, note_id)
    if note is None or note.erased_at is not None:
        raise NotFoundError("Thư này không còn nữa.")
    now = datetime.now(UTC)
    note.passed_on_at = note.passed_on_at or now
    audit.record(session, login.account_id, "sealed_passed_on", f"thư mật {note.id}", {}, now)
    return RedirectResponse("/thu-mat", 303)
