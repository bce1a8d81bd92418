"""The queue: its filters as read from an address, its pages and its export."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import select

from tracker.db.models import Account, Agency, Commune, Complaint, Topic
from tracker.domain.lifecycle import STATE_NAMES, State
from tracker.domain.roles import WHOLE_PROVINCE, Role
from tracker.domain.tracking_code import parse_code, shown
from tracker.services.cases import handing, helping, queue
from tracker.services.figures.definitions import DEFINITIONS
from tracker.services.figures.indicator_rules import ACTS
from tracker.uow import Database
from tracker.web import casefile, panel, sheets, words
from tracker.web.deps import CurrentLogin, OpenSession
from tracker.web.pages import page
from tracker.web.permissions import may, permit
from tracker.web.reading import local_moment, row_id
from tracker.web.sheets import harmless

router = APIRouter(dependencies=[Depends(permit, scope="function")])

SAID = {
    "nhan": "Đã nhận xử lý", "xong": "Đã báo làm xong và hỏi người dân xác nhận", "tra-loi": "Đã gửi câu trả lời",
    "hoi": "Đã gửi câu hỏi, thời hạn tạm dừng", "nhap": "Đã lưu nháp", "giao": "Đã giao", "chuyen": "Đã chuyển",
}  # fmt: skip
"""What the queue says after an act of its panel."""
FIGURES = {definition.field: definition.title for definition in DEFINITIONS}
COLUMNS = ("Mã", "Chủ đề", "Xã, phường", "Cơ quan", "Trạng thái", "Mức", "Nguồn", "Nhận lúc", "Hạn", "Xong lúc")


def read_filters(
    trang_thai: str = "", chu_de: str = "", xa: str = "", nguon: str = "", tim: Annotated[str, Query()] = "",
    khan: bool = False, qua_han: bool = False, cua_toi: bool = False, co_quan: str = "", nguoi: str = "",
    nhan_tu: str = "", nhan_den: str = "",
    so: str = "", tu: str = "", den: str = "", sau: str = "",
) -> queue.Filters:  # fmt: skip
    """Filters of an address; unknown states and odd numbers narrow nothing."""
    known = {"", "all", "untaken", *State}
    return queue.Filters(
        state=trang_thai if trang_thai in known else "", topic=chu_de, commune=xa, source=nguon, urgent=khan,
        overdue=qua_han, mine=cua_toi, text=tim.strip()[:200],
        agency=row_id(co_quan), handler=row_id(nguoi),
        received_from=local_moment(nhan_tu) if nhan_tu else None,
        received_to=local_moment(nhan_den) if nhan_den else None,
        figure=so, start=local_moment(tu) if tu else None, end=local_moment(den) if den else None, after=sau[:80],
    )  # fmt: skip


Filtered = Annotated[queue.Filters, Depends(read_filters)]


@router.get("/hang-doi")
def show_queue(
    request: Request, session: OpenSession, login: CurrentLogin, filters: Filtered, mo: str = "", mau: str = "",
    vua: str = "", ma: str = "",
) -> Response:  # fmt: skip
    """The cases within reach, what is due first; `mo` is opened to be worked on the spot."""
    now = datetime.now(UTC)
    found = queue.listed(session, login.account, filters, now)
    shown_cases = found[: queue.PAGE]
    opened = panel.facts(session, login.account, mo if mo in [one.code for one in shown_cases] else "", row_id(mau))
    return page(
        request, "queue.html", cases=shown_cases, filters=filters, said=SAID.get(vua, ""), said_of=parse_code(ma),
        **opened, following=panel.waiting_for(opened["panel"], shown_cases) if opened["panel"] else "",
        here=_address(request, ()), bulk=_bulk(session, login.account), key=secrets.token_urlsafe(12),
        next_page=_address(request, sau=queue.cursor(filters, shown_cases[-1])) if len(found) > queue.PAGE else "",
        first_page=_address(request) if filters.after else "",
        export=_address(request).replace("/hang-doi", "/hang-doi.csv", 1),
        counts=queue.counts(session, login.account, now), total=queue.total(session, login.account, filters, now),
        many=queue.MANY, helping=helping.waiting(session, login.account),
        figure=FIGURES.get(filters.figure, ""), counted_acts=filters.figure in ACTS,
        topics=_topics(session), communes=_communes(session),
        agency=session.get(Agency, filters.agency) if filters.agency else None,
        narrowed=any((filters.text, filters.topic, filters.commune, filters.source, filters.state, filters.agency,
                      filters.handler)),
        agencies=casefile.agencies(session) if Role(login.account.role) in WHOLE_PROVINCE else [],
        people=_people(session, login.account),
    )  # fmt: skip


def _address(request: Request, dropped: tuple[str, ...] = ("sau",), **more: str) -> str:
    """This list's address without what tells of one moment alone."""
    kept = {
        key: value for key, value in request.query_params.items() if value and key not in (*panel.PASSING, *dropped)
    }
    query = urlencode({**kept, **more})
    return f"/hang-doi?{query}" if query else "/hang-doi"


def _bulk(session: OpenSession, account: Account) -> dict[str, Any] | None:
    """What the bar under the list offers; nothing to those who only look."""
    if not may(account.role, "act_on_many"):
        return None
    return {"agencies": casefile.agencies(session), "samples": casefile.samples(session)}


def _people(session: OpenSession, account: Account) -> list[Account]:
    return handing.colleagues(session, account.agency_id, Role(account.role))


def _topics(session: OpenSession) -> Any:
    return session.execute(select(Topic.code, Topic.name, Topic.group_name).order_by(Topic.code)).all()


def _communes(session: OpenSession) -> Any:
    return session.execute(select(Commune.code, Commune.name).order_by(Commune.name)).all()


@router.get("/hang-doi.xlsx")
def export_cases_xlsx(request: Request, login: CurrentLogin, filters: Filtered) -> Response:
    """The list as a workbook, written row by row to a temporary file."""
    with request.app.state.database.read() as session:
        rows = (_cells(case) for case in queue.every(session, login.account, filters, datetime.now(UTC)))
        file = sheets.as_xlsx("Phản ánh", COLUMNS, rows)
    name = {"Content-Disposition": 'attachment; filename="phan-anh.xlsx"'}
    return StreamingResponse(sheets.pieces(file), media_type=sheets.XLSX, headers=name)


@router.get("/hang-doi.csv")
def export_cases(request: Request, login: CurrentLogin, filters: Filtered) -> Response:
    """The list as CSV, streamed; no citizen's words and nothing that starts a formula."""
    lines = _lines(request.app.state.database, login.account, filters)
    name = {"Content-Disposition": 'attachment; filename="phan-anh.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=name)


def _lines(database: Database, account: Account, filters: queue.Filters) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    with database.read() as session:
        for case in queue.every(session, account, filters, datetime.now(UTC)):
            yield _line(_cells(case))


def _cells(case: Complaint) -> tuple[str, ...]:
    return (
        shown(case.code), case.topic.name, case.commune.name if case.commune else "", case.agency.name,
        STATE_NAMES[State(case.state)], "khẩn" if case.urgency == "urgent" else "thường",
        words.SOURCES.get(case.source, case.source), words.moment(case.received_at), words.moment(case.due_at),
        words.moment(case.done_at),
    )  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow([harmless(cell) for cell in cells])
    return target.getvalue()
