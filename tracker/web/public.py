"""Pages for anybody: what this is, a case by its code, open figures, procedures, a commune's poster."""

from collections import deque
from dataclasses import asdict
from datetime import UTC, datetime
from time import monotonic

import segno
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.db.models import Commune
from tracker.domain.tracking_code import parse_code
from tracker.errors import NotFoundError
from tracker.services.figures.definitions import DEFINITIONS
from tracker.services.published import public
from tracker.web import sheets
from tracker.web.deps import OpenSession
from tracker.web.pages import page

router = APIRouter()

LOOKUPS, WINDOW_SECONDS = 20, 60.0
COUNT_AGAIN_SECONDS = 600.0
_recent: dict[str, deque[float]] = {}
"""Look-ups of the last minute by address; in memory, for guessing codes needs far more than a restart gives."""

TOO_MANY = "Quý vị đã tra cứu nhiều lần. Xin chờ một phút rồi thử lại."
WRONG_CODE = "Mã này chưa đúng. Mã có 12 chữ số, ví dụ 4827 3915 6047. Quý vị xem lại giúp nhé."
NO_CASE = "Không có phản ánh mang mã này. Quý vị xem lại từng số giúp nhé."
ROBOTS = "User-agent: *\nDisallow: /tra-cuu?\nDisallow: /chat\nDisallow: /dang-nhap\n"


@router.get("/healthz")
def healthy() -> JSONResponse:
    """Alive."""
    return JSONResponse({"ok": True})


@router.get("/robots.txt")
def robots() -> Response:
    """Search engines may read what is for everybody."""
    return PlainTextResponse(ROBOTS)


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


_told: dict[str, tuple[float, list[public.Month]]] = {}
"""The open figures as last counted, by database: anybody may ask for them, and counting a year is work."""


def _months(session: Session) -> list[public.Month]:
    name = str(session.get_bind().engine.url)
    kept = _told.get(name)
    if kept is None or monotonic() - kept[0] > COUNT_AGAIN_SECONDS:
        kept = _told[name] = (monotonic(), public.months(session, datetime.now(UTC)))
    return kept[1]


@router.get("/so-lieu")
def show_figures(request: Request, session: OpenSession) -> Response:
    """Open figures of the last twelve months, and how to fetch them."""
    months = list(_months(session))
    while len(months) > 1 and not (months[-1].received or months[-1].resolved):
        months.pop()  # before the service began there is nothing to show; the files hold the whole year
    return page(request, "figures.html", months=months, definitions=DEFINITIONS)


@router.get("/so-lieu.json")
def figures_json(session: OpenSession) -> Response:
    """The open figures as JSON, one object a month, with the meaning of each field."""
    months = [asdict(month) for month in _months(session)]
    fields = {one.field: one.meaning for one in DEFINITIONS if months and one.field in months[0]}
    return JSONResponse({"fields": fields, "months": months}, headers={"Access-Control-Allow-Origin": "*"})


@router.get("/so-lieu.csv")
def figures_csv(session: OpenSession) -> Response:
    """The open figures as CSV, one line a month."""
    months = [asdict(month) for month in _months(session)]
    header = list(public.Month.__dataclass_fields__)
    text = sheets.as_csv(header, ([month[name] for name in header] for month in months))
    name = {"Content-Disposition": 'attachment; filename="so-lieu.csv"', "Access-Control-Allow-Origin": "*"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)


@router.get("/to-in/{commune_code}")
def poster(request: Request, session: OpenSession, commune_code: str) -> Response:
    """An A4 poster whose QR opens the chat with the commune filled in."""
    commune = session.scalar(select(Commune).where(Commune.code == commune_code[:12]))
    if commune is None:
        raise NotFoundError("Không có xã, phường mang mã này.")
    settings: Settings = request.app.state.settings
    address = f"{settings.public_root}/chat?xa={commune.code}"
    qr = segno.make(address, error="q").svg_inline(svgclass=None, lineclass=None, omitsize=True)
    return page(request, "poster.html", commune=commune, qr=qr, address=address, root=settings.public_root)
