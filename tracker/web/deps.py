"""What routes depend on: a session that commits before the answer goes out, the account, its CSRF token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Form, Request
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.db.models import Account, LoginSession
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError
from tracker.services.cases.moves import Actor
from tracker.services.people import login
from tracker.uow import Database

COOKIE = "langnghe_login"
LONGEST_TEXT = 8000
TOUCH_EVERY = timedelta(minutes=1)
OLD_FORM = "Biểu mẫu đã cũ hoặc không phải của trang này: hãy tải lại trang rồi gửi lại."


class LoginNeededError(Exception):
    """Nobody is logged in: the edge shows the log-in page and keeps what was typed."""


def get_session(request: Request) -> Iterator[Session]:
    """One unit of work for a POST, a reading session for a GET."""
    database: Database = request.app.state.database
    opened = database.read() if request.method in ("GET", "HEAD") else database.unit_of_work()
    with opened as session:
        yield session


OpenSession = Annotated[Session, Depends(get_session, scope="function")]


async def keep_typed(request: Request) -> None:
    """Remember the words of a form before anything can go wrong, so that no page loses them."""
    if request.method not in ("GET", "HEAD"):
        form = await request.form()
        request.state.typed = str(form.get("text") or "")[:LONGEST_TEXT]


Typed = Annotated[None, Depends(keep_typed)]


def get_login(request: Request, session: OpenSession, _typed: Typed) -> LoginSession:
    """The browser's log-in; LoginNeededError without one."""
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    found = login.current(session, request.cookies.get(COOKIE), now, settings.session_minutes)
    if found is None:
        raise LoginNeededError
    if now - found.seen_at > TOUCH_EVERY:
        _touch(request, session, found.id, now)
    request.state.login, request.state.account_id = found, found.account_id
    return found


def _touch(request: Request, session: Session, login_id: int, now: datetime) -> None:
    if request.method in ("GET", "HEAD"):
        with request.app.state.database.unit_of_work() as writing:
            login.touch(writing, login_id, now)
    else:
        login.touch(session, login_id, now)


CurrentLogin = Annotated[LoginSession, Depends(get_login, scope="function")]


def get_writer(found: CurrentLogin, csrf: Annotated[str, Form()] = "") -> LoginSession:
    """The log-in of somebody who sends a form of ours; a foreign form is refused."""
    if not compare_digest(csrf.encode(), found.csrf.encode()):
        raise ForbiddenError(OLD_FORM)
    return found


Writer = Annotated[LoginSession, Depends(get_writer, scope="function")]


def actor_of(account: Account) -> Actor:
    """The account as one who acts on cases."""
    return Actor(Role(account.role), account.id)
