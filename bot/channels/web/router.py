"""Routes of the web chat; every page works without script, the script only makes it livelier."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import segno
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from bot.channels import fetching, workers
from bot.channels.bell import INBOX
from bot.channels.receiving import accept
from bot.channels.web import events, forms, lines
from bot.channels.web.visitor import Visitors, is_same_origin, new_address, update_key
from tracker.config import Settings
from tracker.delivery.inbox import Incoming
from tracker.delivery.media import BIGGEST
from tracker.errors import InvalidInputError
from tracker.uow import Database

HERE = Path(__file__).parent
STATIC = {"chat.css": "text/css", "chat.js": "text/javascript"}
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
FORM_OVERHEAD = 64 * 1024
FOREIGN = "Trang gửi tin không phải trang của chúng tôi."
CLOSED_LINK = "Liên kết này không đúng hoặc đã hỏng. Quý vị có thể bắt đầu cuộc trò chuyện mới ở đây."


class Chat:
    """The chat's pages over one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._visitors = Visitors(settings)
        self._templates = Jinja2Templates(HERE / "templates")

    def page(self, request: Request, xa: Annotated[str, Query(max_length=12)] = "") -> Response:
        """The talk so far; `xa` is the commune of a poster's QR code."""
        address = self._visitors.address(request) or new_address()
        if xa.isascii() and xa.isalnum():
            key = update_key(address, f"xa:{xa}")
            self._accept(Incoming("web", key, address, "start", None, {"payload": f"xa_{xa}"}))
            response: Response = RedirectResponse("/chat", 303)
        else:
            response = self._render(request, address)
        self._visitors.remember(response, address)
        return response

    def open_link(self, request: Request, token: str) -> Response:
        """Reopen a conversation in this browser."""
        address = self._visitors.opened(token)
        if address is None:
            return self._render(request, self._visitors.address(request) or new_address(), CLOSED_LINK, 404)
        response = RedirectResponse("/chat", 303, headers=PRIVATE)
        self._visitors.remember(response, address)
        return response

    async def post(self, request: Request) -> Response:
        """Store one message: JSON for the script, back to the page for a plain form."""
        if not is_same_origin(request, self._settings):
            raise HTTPException(403, FOREIGN)
        address = self._visitors.address(request) or new_address()
        try:
            _refuse_too_long(request)
            async with request.form(max_files=1, max_fields=12) as form:
                said = await run_in_threadpool(forms.incoming, form, address, self._settings.media_dir)
                await run_in_threadpool(self._accept, said)
        except InvalidInputError as error:
            return await run_in_threadpool(self._refusal, request, address, str(error))
        back = RedirectResponse("/chat#cuoi", 303)
        response = JSONResponse({"ok": True}, headers=PRIVATE) if _wants_json(request) else back
        self._visitors.remember(response, address)
        return response

    def news(self, request: Request, after: Annotated[int, Query(ge=0)] = 0) -> Response:
        """Our lines since `after`, for a browser without events."""
        address = self._visitors.address(request)
        found = lines.news(self._database, address, after, datetime.now(UTC)) if address else []
        return JSONResponse({"lines": [line.as_json() for line in found]}, headers=PRIVATE)

    async def events(self, request: Request, after: Annotated[int, Query(ge=0)] = 0) -> Response:
        """The same as a stream; a browser that reconnects says where it was."""
        address = self._visitors.address(request)
        if address is None:
            raise HTTPException(403)
        last = request.headers.get("last-event-id", "")
        start = int(last) if last.isdecimal() else after
        return EventSourceResponse(events.stream(self._database, address, start), headers=PRIVATE)

    def qr(self, request: Request) -> Response:
        """The private link as a QR code."""
        address = self._visitors.address(request)
        if address is None:
            raise HTTPException(404)
        out = io.BytesIO()
        segno.make(self._visitors.link(address), error="m").save(out, kind="svg", scale=5, border=3, light="#fff")
        return Response(out.getvalue(), media_type="image/svg+xml", headers=PRIVATE)

    def _accept(self, said: Incoming) -> None:
        with self._database.unit_of_work() as session:
            accept(session, said, self._settings.rate_per_minute, datetime.now(UTC))
        INBOX.ring()

    def _refusal(self, request: Request, address: str, sentence: str) -> Response:
        if _wants_json(request):
            return JSONResponse({"error": sentence}, 422, headers=PRIVATE)
        return self._render(request, address, sentence, 422)

    def _render(self, request: Request, address: str, notice: str = "", status: int = 200) -> Response:
        talk = lines.page(self._database, address, datetime.now(UTC))
        context: dict[str, Any] = {
            "talk": talk,
            "last": max((line.id for line in talk.lines), default=0),
            "key": new_address(),
            "link": self._visitors.link(address),
            "notice": notice,
        }
        return self._templates.TemplateResponse(request, "chat.html", context, status_code=status, headers=PRIVATE)


def make_router(database: Database, settings: Settings) -> APIRouter:
    """Everything under /chat."""
    chat, router = Chat(database, settings), APIRouter(prefix="/chat", include_in_schema=False)
    router.add_api_route("", chat.page, methods=["GET"], response_model=None)
    router.add_api_route("/mo/{token}", chat.open_link, methods=["GET"], response_model=None)
    router.add_api_route("/messages", chat.post, methods=["POST"], response_model=None)
    router.add_api_route("/messages", chat.news, methods=["GET"], response_model=None)
    router.add_api_route("/events", chat.events, methods=["GET"], response_model=None)
    router.add_api_route("/qr.svg", chat.qr, methods=["GET"], response_model=None)
    router.add_api_route("/static/{name}", static, methods=["GET"], response_model=None)
    return router


def start_runner(database: Database, settings: Settings) -> Callable[[], None]:
    """Start working the web chat's inbox; the returned call stops it."""
    return workers.start(database, settings, forms.CHANNEL, fetching.stored_already(settings.media_dir))


def static(name: str) -> Response:
    """The chat's own style and script."""
    if name not in STATIC:
        raise HTTPException(404)
    return FileResponse(HERE / "static" / name, media_type=STATIC[name], headers={"Cache-Control": "no-cache"})


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _refuse_too_long(request: Request) -> None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > BIGGEST + FORM_OVERHEAD:
        raise InvalidInputError("Tệp lớn hơn 20 MB. Quý vị gửi giúp tệp nhỏ hơn nhé.")
