"""Behind the managers' figures: the official ratios with their cases, and what the bot could not answer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from bot.text import mask_private
from tracker.domain.tracking_code import shown
from tracker.services.figures import indicators, ratios, watch
from tracker.services.figures.definitions import DEFINITIONS
from tracker.services.figures.ratios import Evidence
from tracker.web import sheets, words
from tracker.web.deps import CurrentLogin, OpenSession
from tracker.web.manager import Asked, Chosen, agency_of
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
HEADER = (
    "Mã", "Chủ đề", "Cơ quan", "Xã, phường", "Nhận lúc", "Hạn xử lý", "Xong lúc", "Tính đúng hạn", "Tính hài lòng",
    "Số lần mở lại", "Điểm thấp nhất",
)  # fmt: skip
SUMMARY = ("Tỷ lệ", "Tử số", "Mẫu số", "Phần trăm", "Cách tính")
SHOWN = 100
"""Cases listed on the page; the sheet has them all."""
OFFICIAL = ("on_time_766", "satisfied_766")


@router.get("/dieu-hanh/ty-le")
def show_ratios(
    request: Request, session: OpenSession, login: CurrentLogin, period: Asked, co_quan: Chosen = ""
) -> Response:
    """The two ratios, what they count, and the cases they were made of."""
    agency = agency_of(session, login.account, co_quan)
    rows = []
    for row in ratios.evidence(session, period.start, period.end, agency.id if agency else None):
        rows.append(row)
        if len(rows) > SHOWN:
            break
    figures = indicators.overview(session, period.start, period.end, agency_id=agency.id if agency else None)
    return page(
        request, "ratios.html", period=period, agency=agency, figures=figures, rows=rows[:SHOWN],
        more=len(rows) > SHOWN, definitions=[one for one in DEFINITIONS if one.field in OFFICIAL],
        export=urlencode({**period.query, **({"co_quan": str(agency.id)} if agency else {})}),
    )  # fmt: skip


@router.get("/dieu-hanh/ty-le.xlsx")
def export_ratios(session: OpenSession, login: CurrentLogin, period: Asked, co_quan: Chosen = "") -> Response:
    """The sheet to file: the ratios first, then every case."""
    agency = agency_of(session, login.account, co_quan)
    key = agency.id if agency else None
    figures = indicators.overview(session, period.start, period.end, agency_id=key)
    name = agency.name if agency else "Toàn tỉnh"
    told = f"{name}, từ {words.moment(period.start)} đến {words.moment(period.end)}"
    summary: list[tuple[sheets.Cell, ...]] = [
        (one.title, ratio.numerator, ratio.denominator, ratio.percent, one.meaning)
        for one in DEFINITIONS
        if one.field in OFFICIAL and (ratio := getattr(figures, one.field)) is not None
    ]
    summary.append((told, None, None, None, None))
    lines = _lines(ratios.evidence(session, period.start, period.end, key))
    file = sheets.as_xlsx("Tỷ lệ", SUMMARY, summary, ("Danh sách minh chứng", HEADER, lines))
    headers = {"Content-Disposition": f'attachment; filename="ty-le-{period.name}.xlsx"'}
    return StreamingResponse(sheets.pieces(file), media_type=sheets.XLSX, headers=headers)


def _lines(rows: Iterator[Evidence]) -> Iterator[tuple[sheets.Cell, ...]]:
    for row in rows:
        case = row.case
        yield (
            shown(case.code), case.topic.name, case.agency.name, case.commune.name if case.commune else "",
            words.moment(case.received_at), words.moment(case.due_at), words.moment(case.done_at),
            "có" if row.on_time else "không", "có" if row.satisfied else "không", case.reopened, row.stars,
        )  # fmt: skip


@router.get("/dieu-hanh/cau-hoi")
def show_questions(request: Request, session: OpenSession, _login: CurrentLogin, period: Asked) -> Response:
    """Procedure questions without a good answer: what to add to the catalogue."""
    found = watch.questions(session, period.start, period.end)
    rows = [(one, mask_private(one.text) if one.text else "Nội dung đã được xóa.") for one in found]
    return page(request, "questions.html", period=period, rows=rows)
