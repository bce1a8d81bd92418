"""The web process: staff, managers, anybody, and the chat; errors become a status and a plain sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from tracker.config import Settings
from tracker.db.models import Account
from tracker.errors import LangNgheError
from tracker.uow import Database
from tracker.web import (
    account,
    admin,
    answer_files,
    auth,
    bodies,
    bulk,
    desk,
    documents,
    entries,
    erasing,
    evidence,
    helping,
    learning,
    listing,
    manager,
    misunderstood,
    oversight,
    panel,
    posters,
    procedures,
    public,
    publications,
    staff,
)
from tracker.web.compression import Compressed
from tracker.web.deps import LoginNeededError
from tracker.web.pages import FOLDER, page
from tracker.web.permissions import SecondFactorNeededError

PARTS = (
    public, procedures, bodies, auth, account, answer_files, admin, desk, misunderstood, listing, bulk, panel,
    manager, evidence, posters, entries, erasing, documents, oversight, helping, learning, publications, staff,
)  # fmt: skip
"""Pages by part; the order matters where paths overlap."""
Next = Callable[[Request], Awaitable[Response]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}
NOT_FOUND = "Không có trang này. Quý vị kiểm tra lại địa chỉ giúp nhé."
BAD_FORM = "Biểu mẫu thiếu hoặc sai một ô: hãy quay lại và điền lại."
FOREIGN = "Biểu mẫu này không gửi từ trang của Lắng Nghe nên không được nhận."
BROKEN = "Hệ thống gặp lỗi. Việc vừa làm chưa được lưu, xin thử lại."


def create_app(database: Database, settings: Settings) -> FastAPI:
    """The application over one database."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        stop = _start_chat(app, database, settings)
        yield
        stop()

    app = FastAPI(title="Lắng Nghe", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.database, app.state.settings = database, settings
    app.mount("/static", StaticFiles(directory=FOLDER / "static", check_dir=False), name="static")
    _add_chat(app, database, settings)
    for part in PARTS:
        app.include_router(part.router)
    app.middleware("http")(_guard)
    app.add_middleware(Compressed)
    app.add_exception_handler(LangNgheError, _refused)
    app.add_exception_handler(LoginNeededError, _login_needed)
    app.add_exception_handler(SecondFactorNeededError, _second_factor)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(Exception, _broken)
    return app


async def _guard(request: Request, call_next: Next) -> Response:
    origin = request.headers.get("origin")
    foreign = origin not in (None, "null") and urlsplit(origin or "").netloc != request.headers.get("host")
    if foreign and request.method not in ("GET", "HEAD"):
        answer: Response = page(request, "error.html", 403, sentence=FOREIGN)
    else:
        answer = await call_next(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if not request.url.path.startswith("/static"):
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LangNgheError)  # noqa: S101 - registered for this class
    return _error_page(request, error.status, str(error))


async def _login_needed(request: Request, _error: Exception) -> Response:
    path = request.url.path
    if request.method in ("GET", "HEAD"):
        query = f"?{request.url.query}" if request.url.query else ""
        return page(request, "login.html", 401, then=path + query, kept="", kept_for="", sentence="")
    then = path.rsplit("/", 1)[0] if path.startswith("/phan-anh/") else "/hang-doi"
    sentence = "Phiên làm việc đã hết hạn. Hãy đăng nhập lại; nội dung vừa viết được giữ lại."
    return page(request, "login.html", 401, then=then, kept=_typed(request), kept_for=path, sentence=sentence)


async def _second_factor(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/tai-khoan?xong=can-hai-lop", 303)


def _typed(request: Request) -> str:
    """The words of a form that could not be taken, so that they are not lost."""
    return str(getattr(request.state, "typed", ""))


def _error_page(request: Request, status: int, sentence: str) -> Response:
    """The error page; the account's row went with the session that was undone, so the page names nobody."""
    request.state.login = None
    facts = {"sentence": sentence, "kept": _typed(request), "place": _keep(request), "answered": status}
    return page(request, "error.html", status, **facts)


def _keep(request: Request) -> str:
    """Keep the typed words as the writer's own, where they were meant for; the address of that place."""
    account_id = getattr(request.state, "account_id", None)
    if account_id is None or not _typed(request):
        return ""
    try:
        with request.app.state.database.unit_of_work() as session:
            return panel.keep_for(session, session.get_one(Account, account_id), request.url.path, _typed(request))
    except SQLAlchemyError:
        return ""


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    return _error_page(request, error.status_code, NOT_FOUND)


async def _bad_form(request: Request, _error: Exception) -> Response:
    return _error_page(request, 422, BAD_FORM)


async def _broken(request: Request, _error: Exception) -> Response:
    return _error_page(request, 500, BROKEN)


def _add_chat(app: FastAPI, database: Database, settings: Settings) -> None:
    from bot.channels.telegram import webhook  # noqa: PLC0415 - the channels are composed in here
    from bot.channels.web import make_router  # noqa: PLC0415

    app.include_router(make_router(database, settings))
    if settings.telegram_mode == "webhook":
        app.include_router(webhook.make_router(database, settings))


def _start_chat(_app: FastAPI, database: Database, settings: Settings) -> Callable[[], None]:
    from bot.channels.web import start_runner  # noqa: PLC0415

    return start_runner(database, settings)
