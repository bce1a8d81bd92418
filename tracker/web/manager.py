"""The managers' page: how long citizens wait, where, and which cases are behind each figure."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tracker.config import TIMEZONE
from tracker.domain.roles import Role
from tracker.services import indicators
from tracker.services.definitions import DEFINITIONS
from tracker.services.indicators import Dimension, Row
from tracker.web.deps import CurrentLogin, OpenSession, allow
from tracker.web.pages import page
from tracker.web.words import working_time

router = APIRouter()

MANAGERS = frozenset({Role.HEAD, Role.OFFICE, Role.ADMIN, Role.AUDITOR, Role.READER, Role.DESK})
DIMENSIONS = {"agency": "cơ quan", "commune": "xã, phường", "topic": "chủ đề", "source": "nguồn"}
PERIODS = {"tuan": "Tuần này", "thang": "Tháng này", "quy": "Quý này", "nua-nam": "Sáu tháng qua"}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, and the stretch of the same length before it."""

    start: datetime
    end: datetime

    @property
    def before(self) -> Period:
        """The period to compare with."""
        return Period(self.start - (self.end - self.start), self.start)


def period_of(name: str, now: datetime) -> Period:
    """A named period up to now, in Vietnam's days."""
    today = now.astimezone(TIMEZONE).date()
    starts = {
        "tuan": today - timedelta(days=today.weekday()),
        "thang": today.replace(day=1),
        "quy": date(today.year, 3 * ((today.month - 1) // 3) + 1, 1),
        "nua-nam": today - timedelta(days=182),
    }
    return Period(datetime.combine(starts.get(name, starts["thang"]), time(), TIMEZONE), now)


@router.get("/dieu-hanh")
def show(
    request: Request, session: OpenSession, login: CurrentLogin, ky: str = "thang", theo: str = "agency"
) -> Response:
    """Figures of a period beside the one before, and by agency, commune, topic or source."""
    allow(login.account, MANAGERS)
    period = period_of(ky, datetime.now(UTC))
    own = login.account.agency_id if login.account.role == Role.HEAD else None
    return page(
        request, "manager.html", period=period, ky=ky, theo=_dimension(theo), periods=PERIODS, dimensions=DIMENSIONS,
        figures=indicators.overview(session, period.start, period.end, agency_id=own),
        before=indicators.overview(session, period.before.start, period.before.end, agency_id=own),
        rows=_rows(indicators.by(session, period.start, period.end, _dimension(theo)), own, theo),
        definitions=DEFINITIONS,
    )  # fmt: skip


@router.get("/dieu-hanh.csv")
def export(session: OpenSession, login: CurrentLogin, ky: str = "thang", theo: str = "agency") -> Response:
    """The table as CSV; a cell never starts a formula."""
    allow(login.account, MANAGERS)
    period = period_of(ky, datetime.now(UTC))
    own = login.account.agency_id if login.account.role == Role.HEAD else None
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow([
        DIMENSIONS[_dimension(theo)], "Đã nhận", "Đã xử lý", "Đúng hạn", "Quá hạn", "Đang xử lý", "Đang quá hạn",
        "Trung vị", "Phân vị 90",
    ])  # fmt: skip
    for row in _rows(indicators.by(session, period.start, period.end, _dimension(theo)), own, theo):
        f = row.figures
        writer.writerow([
            harmless(row.label), f.received, f.resolved, f.on_time, f.late, f.open, f.open_overdue,
            working_time(f.resolution_median), working_time(f.resolution_p90),
        ])  # fmt: skip
    name = f'attachment; filename="lang-nghe-{ky}.csv"'
    return Response(target.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _dimension(name: str) -> Dimension:
    for known in get_args(Dimension):
        if name == known:
            found: Dimension = known
            return found
    return "agency"


def _rows(rows: list[Row], own: int | None, dimension: str) -> list[Row]:
    """Rows with something in them, most received first; a head sees their own agency's row."""
    kept = [row for row in rows if row.figures.received or row.figures.open or row.figures.resolved]
    if own is not None:
        kept = [row for row in kept if dimension == "agency" and row.key == own]
    return sorted(kept, key=lambda row: -row.figures.received)
