"""The managers' pages: how long citizens wait, where, and which cases are behind each figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Agency, Commune, Topic
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError
from tracker.services.figures import indicators, watch, weekly
from tracker.services.figures.definitions import DEFINITIONS
from tracker.services.figures.indicators import Dimension, Overview, Row
from tracker.web import sheets
from tracker.web.deps import CurrentLogin, OpenSession
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import day, row_id
from tracker.web.words import SOURCES

router = APIRouter(dependencies=[Depends(permit, scope="function")])

DIMENSIONS = {"agency": "cơ quan", "commune": "xã, phường", "topic": "chủ đề", "source": "nguồn"}
PERIODS = {"tuan": "Tuần này", "thang": "Tháng này", "quy": "Quý này", "nua-nam": "Sáu tháng qua"}
LONGEST_PERIOD = timedelta(days=3 * 366)
CHARTED = 10


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, and the stretch of the same length before it."""

    start: datetime
    end: datetime
    name: str

    @property
    def before(self) -> Period:
        """The period to compare with."""
        return Period(self.start - (self.end - self.start), self.start, self.name)

    @property
    def query(self) -> dict[str, str]:
        """As part of the managers' addresses."""
        if self.name in PERIODS:
            return {"ky": self.name}
        last = (self.end - timedelta(seconds=1)).astimezone(TIMEZONE)
        return {"ky": "khac", "tu": f"{self.start.astimezone(TIMEZONE):%Y-%m-%d}", "den": f"{last:%Y-%m-%d}"}

    def cases(self, figure: str, **more: Any) -> str:
        """Address of the cases behind a figure of this period."""
        query = {"so": figure, "tu": _stamp(self.start), "den": _stamp(self.end), **more}
        return f"/hang-doi?{urlencode({key: value for key, value in query.items() if value})}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def period_of(name: str, now: datetime, first: str = "", last: str = "") -> Period:
    """A named period up to now, or from the first day to the last one, in Vietnam's days."""
    today = now.astimezone(TIMEZONE).date()
    if first and last:
        start, end = _midnight(day(first)), _midnight(day(last) + timedelta(days=1))
        if not timedelta() < end - start <= LONGEST_PERIOD or start > now:
            raise InvalidInputError("Kỳ phải bắt đầu trước hôm nay, kết thúc sau ngày bắt đầu và dài nhất ba năm.")
        return Period(start, min(end, now), "khac")
    starts = {
        "tuan": today - timedelta(days=today.weekday()),
        "thang": today.replace(day=1),
        "quy": date(today.year, 3 * ((today.month - 1) // 3) + 1, 1),
        "nua-nam": today - timedelta(days=182),
    }
    name = name if name in starts else "thang"
    return Period(_midnight(starts[name]), now.replace(microsecond=0) + timedelta(seconds=1), name)


def _midnight(of: date) -> datetime:
    return datetime.combine(of, time(), TIMEZONE)


def read_period(ky: str = "thang", tu: str = "", den: str = "") -> Period:
    """The period an address asks for."""
    return period_of(ky, datetime.now(UTC), tu, den)


def read_dimension(theo: str = "agency") -> Dimension:
    """How the table is split; unknown words mean by agency."""
    for known in get_args(Dimension):
        if theo == known:
            found: Dimension = known
            return found
    return "agency"


Chosen = Annotated[str, Query(max_length=12)]
Asked = Annotated[Period, Depends(read_period)]
Split = Annotated[Dimension, Depends(read_dimension)]


@router.get("/dieu-hanh")
def show_managers(
    request: Request, session: OpenSession, login: CurrentLogin, period: Asked, theo: Split, co_quan: Chosen = ""
) -> Response:
    """Figures of a period beside the one before, their trend, and a table by agency, commune, topic or source."""
    agency = agency_of(session, login.account, co_quan)
    own = agency.id if agency else None
    if agency is not None and theo == "agency":
        theo = "topic"
    kept = {"co_quan": str(own)} if own and login.account.role != Role.HEAD else {}
    now = datetime.now(UTC)
    rows = _rows(session, period, theo, own)
    points = weekly.trend(session, now, agency_id=own)
    return page(
        request, "manager.html", period=period, theo=theo, periods=PERIODS, dimensions=DIMENSIONS, rows=rows,
        figures=indicators.overview(session, period.start, period.end, agency_id=own),
        before=indicators.overview(session, period.before.start, period.before.end, agency_id=own),
        points=points, charts=_charts(points, rows), links=_links(session, period, theo, kept),
        definitions=DEFINITIONS, aged=lambda age, late: _aged(age, late, kept),
        of_agency=lambda key: _of_agency(period, key),
        agency=agency, kept=kept, ages=watch.ageing(session, now, own),
        asked=None if own else watch.unanswered(session, period.start, period.end),
        address=lambda **more: f"/dieu-hanh?{urlencode({**period.query, 'theo': theo, **kept, **more})}",
        export=urlencode({**period.query, "theo": theo, **kept}), period_query=urlencode({**period.query, **kept}),
        fixed=indicators.fixed_on(session, period.start, period.end),
    )  # fmt: skip


def _charts(points: list[weekly.Point], rows: list[Row]) -> dict[str, Any]:
    """What the charts draw; the tables on the page say the same."""
    top = rows[:CHARTED]
    return {
        "trend": {
            "labels": [*(point.start.strftime("%d/%m") for point in points[:-1]), "tuần này"],
            "series": [
                {"name": "Đã nhận", "values": [point.received for point in points]},
                {"name": "Đã xử lý", "values": [point.resolved for point in points]},
            ],
        },
        "open": {
            "labels": [row.label for row in top],
            "series": [
                {"name": "Còn trong hạn", "values": [row.figures.open - row.figures.open_overdue for row in top]},
                {"name": "Đang quá hạn", "values": [row.figures.open_overdue for row in top]},
            ],
        },
    }


def _aged(age: watch.Age, late: bool, kept: dict[str, str]) -> str:
    """Address of the open cases of one age."""
    span = {"nhan_tu": _stamp(age.start) if age.start else "", "nhan_den": _stamp(age.end) if age.end else ""}
    query = {**span, "qua_han": "1" if late else "", **kept}
    return f"/hang-doi?{urlencode({key: value for key, value in query.items() if value})}"


def _of_agency(period: Period, key: int) -> str:
    """Address of one agency's own figures."""
    return f"/dieu-hanh?{urlencode({**period.query, 'theo': 'topic', 'co_quan': key})}"


def _links(session: Session, period: Period, theo: Dimension, kept: dict[str, str]) -> Any:
    """(figure, row key) -> address of the cases behind that cell."""
    if theo == "agency":
        return lambda figure, key: period.cases(figure, co_quan=key)
    if theo == "source":
        return lambda figure, key: period.cases(figure, nguon=key, **kept)
    table, name = (Commune, "xa") if theo == "commune" else (Topic, "chu_de")
    codes = {key: code for key, code in session.execute(select(table.id, table.code))}
    return lambda figure, key: period.cases(figure, **{name: codes.get(key, "-"), **kept})


@router.get("/dieu-hanh.csv")
def export_csv(
    session: OpenSession, login: CurrentLogin, period: Asked, theo: Split, co_quan: Chosen = ""
) -> Response:
    """The table as CSV."""
    agency = agency_of(session, login.account, co_quan)
    rows = _rows(session, period, theo, agency.id if agency else None)
    text = sheets.as_csv(_header(theo), _cells(rows))
    name = {"Content-Disposition": f'attachment; filename="lang-nghe-{period.name}-{theo}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=name)


@router.get("/dieu-hanh.xlsx")
def export_xlsx(
    session: OpenSession, login: CurrentLogin, period: Asked, theo: Split, co_quan: Chosen = ""
) -> Response:
    """The table as a workbook; times are working hours, so that they can be reckoned with."""
    agency = agency_of(session, login.account, co_quan)
    rows = _rows(session, period, theo, agency.id if agency else None)
    file = sheets.as_xlsx(f"Theo {DIMENSIONS[theo].replace(',', '')}", _header(theo), _cells(rows))
    name = {"Content-Disposition": f'attachment; filename="lang-nghe-{period.name}-{theo}.xlsx"'}
    return StreamingResponse(sheets.pieces(file), media_type=sheets.XLSX, headers=name)


def _header(theo: Dimension) -> tuple[str, ...]:
    return (
        DIMENSIONS[theo].capitalize(), "Đã nhận", "Đã xử lý", "Đúng hạn", "Quá hạn", "Đang xử lý", "Đang quá hạn",
        "Xử lý: trung vị (giờ làm việc)", "Xử lý: phân vị 90 (giờ làm việc)", "Trả lời đầu: trung vị (giờ làm việc)",
    )  # fmt: skip


def _cells(rows: list[Row]) -> Iterator[tuple[sheets.Cell, ...]]:
    for row in rows:
        f: Overview = row.figures
        times = (f.resolution_median, f.resolution_p90, f.answer_median)
        hours = (None if minutes is None else round(minutes / 60, 1) for minutes in times)
        yield (row.label, f.received, f.resolved, f.on_time, f.late, f.open, f.open_overdue, *hours)


def _own(account: Account) -> int | None:
    """A head sees their own agency's figures."""
    return account.agency_id if account.role == Role.HEAD else None


def agency_of(session: Session, account: Account, asked: str) -> Agency | None:
    """The agency whose figures are shown: a head's own, or the one asked for; None is the whole province."""
    own = _own(account)
    number = own if own is not None else row_id(asked)
    return session.get(Agency, number) if number is not None else None


def _rows(session: Session, period: Period, theo: Dimension, own: int | None) -> list[Row]:
    """Rows with something in them, most received first."""
    found = indicators.by(session, period.start, period.end, theo, agency_id=own)
    if theo == "source":
        found = [Row(row.key, SOURCES.get(str(row.key), row.label), row.figures) for row in found]
    return [row for row in found if row.figures.received or row.figures.open or row.figures.resolved]


@router.get("/bao-cao-tuan")
def show_week(request: Request, session: OpenSession, login: CurrentLogin, tuan: str = "") -> Response:
    """The Monday page: last week unless another one is asked for."""
    now = datetime.now(UTC)
    this_week = weekly.monday_of(now.astimezone(TIMEZONE).date())
    start = weekly.monday_of(day(tuan)) if tuan else this_week - weekly.WEEK
    if start > now:
        raise InvalidInputError("Tuần này chưa tới.")
    found = weekly.week(session, start, now, _own(login.account))
    period = Period(found.start, found.end, "khac")
    return page(
        request, "week.html", week=found, period=period, before=period.before,
        asked=None if _own(login.account) else watch.unanswered(session, found.start, found.end),
        last_day=found.start + timedelta(days=6),
        earlier=f"{start - weekly.WEEK:%Y-%m-%d}",
        later=f"{start + weekly.WEEK:%Y-%m-%d}" if start + weekly.WEEK <= now else "",
    )  # fmt: skip
