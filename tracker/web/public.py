"""Pages for anybody: what this is, and a case by its tracking code."""

from collections import deque
from datetime import UTC, datetime
from time import monotonic

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tracker.domain.tracking_code import parse_code
from tracker.services import public
from tracker.web.deps import OpenSession
from tracker.web.pages import page

router = APIRouter()

LOOKUPS, WINDOW_SECONDS = 20, 60.0
_recent: dict[str, deque[float]] = {}
"""Look-ups of the last minute by address; in memory, for guessing codes needs far more than a restart gives."""

TOO_MANY = "Quý vị đã tra cứu nhiều lần. Xin chờ một phút rồi thử lại."
WRONG_CODE = "Mã này chưa đúng. Mã có 12 chữ số, ví dụ 4827 3915 6047. Quý vị xem lại giúp nhé."
NO_CASE = "Không có phản ánh mang mã này. Quý vị xem lại từng số giúp nhé."


@router.get("/healthz")
def healthy() -> JSONResponse:
    """Alive."""
    return JSONResponse({"ok": True})


@router.get("/")
def home(request: Request) -> Response:
    """What this is, the chat and the look-up."""
    return page(request, "home.html")


@router.get("/tra-cuu")
def look_up(request: Request, session: OpenSession, ma: str = "") -> Response:
    """A case's public facts."""
    if not ma.strip():
        return page(request, "lookup.html", found=None, typed="", sentence="")
    if _too_many(request.client.host if request.client else ""):
        return page(request, "lookup.html", 429, found=None, typed=ma[:40], sentence=TOO_MANY)
    code = parse_code(ma)
    if code is None:
        return page(request, "lookup.html", 422, found=None, typed=ma[:40], sentence=WRONG_CODE)
    found = public.look_up(session, code, datetime.now(UTC))
    status, sentence = (200, "") if found else (404, NO_CASE)
    return page(request, "lookup.html", status, found=found, typed=ma[:40], sentence=sentence)


def _too_many(address: str) -> bool:
    now = monotonic()
    times = _recent.setdefault(address, deque())
    while times and now - times[0] > WINDOW_SECONDS:
        times.popleft()
    times.append(now)
    for other in [key for key, kept in _recent.items() if not kept or now - kept[-1] > WINDOW_SECONDS]:
        del _recent[other]
    return len(times) > LOOKUPS
