"""Logging in and out."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from tracker.errors import InvalidInputError
from tracker.services.people import audit, invitations, login
from tracker.web.deps import COOKIE, OpenSession, Writer
from tracker.web.pages import page
from tracker.web.panel import keep_for
from tracker.web.permissions import permit

router = APIRouter()


def safe_path(path: str) -> str:
    """A path of this site to go on to; anything else becomes the queue."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/hang-doi"


@router.get("/dang-nhap")
def show(request: Request, tiep: str = "/hang-doi") -> Response:
    """The log-in form."""
    return page(request, "login.html", then=safe_path(tiep), kept="", kept_for="", sentence="")


@router.post("/dang-nhap")
def log_in(
    request: Request,
    session: OpenSession,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "/hang-doi",
    kept: Annotated[str, Form()] = "",
    kept_for: Annotated[str, Form()] = "",
) -> Response:
    """A new session in a new cookie; words typed before the old one ended wait where they were typed."""
    outcome = login.log_in(session, username, password, code, datetime.now(UTC))
    then = safe_path(then)
    if outcome.token is None or outcome.account is None:
        return page(
            request, "login.html", 403, then=then, kept=kept, kept_for=kept_for, sentence=outcome.sentence,
            username=username,
        )  # fmt: skip
    place = keep_for(session, outcome.account, kept_for, kept)
    answer: Response = RedirectResponse(place or then, 303)
    if kept and not place:
        answer = page(request, "kept.html", then=then, kept=kept)
    answer.set_cookie(
        COOKIE, outcome.token, httponly=True, samesite="lax", secure=request.app.state.settings.secure_cookies
    )
    return answer


@router.get("/quen-mat-khau")
def forgot(request: Request) -> Response:
    """Ask for a way back in."""
    return page(request, "forgot.html", asked=False)


@router.post("/quen-mat-khau")
def send_reset(request: Request, session: OpenSession, username: Annotated[str, Form()] = "") -> Response:
    """Mail a link if the account has an address; the page says the same for every name."""
    invitations.ask_again(session, username[:80], datetime.now(UTC))
    return page(request, "forgot.html", asked=True)


@router.get("/mat-khau/{token}")
def show_password(request: Request, session: OpenSession, token: str) -> Response:
    """Choose a password by a link that was mailed."""
    link = invitations.find(session, token, datetime.now(UTC))
    return page(request, "choose_password.html", owner=link.account, sentence="")


@router.post("/mat-khau/{token}")
def choose_password(
    request: Request, session: OpenSession, token: str, new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep the password and go to the log-in page."""
    now = datetime.now(UTC)
    try:
        owner = invitations.use(session, token, new, again, now)
    except InvalidInputError as error:
        link = invitations.find(session, token, now)
        return page(request, "choose_password.html", 422, owner=link.account, sentence=str(error))
    audit.record(session, owner.id, "password", f"tài khoản {owner.username}", {}, now)
    return RedirectResponse("/dang-nhap", 303)


@router.post("/dang-xuat", dependencies=[Depends(permit, scope="function")])
def log_out(session: OpenSession, found: Writer) -> Response:
    """End the session and forget its cookie."""
    login.log_out(session, found.id, datetime.now(UTC))
    answer = RedirectResponse("/dang-nhap", 303)
    answer.delete_cookie(COOKIE)
    return answer
