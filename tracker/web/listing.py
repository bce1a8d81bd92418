"""The queue: its filters as read from an address, its pages, its export, and taking several cases at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlalchemy import select

from tracker.db.models import Account, Agency, Commune, Complaint, Topic
from tracker.domain.lifecycle import STATE_NAMES, Action, State
from tracker.domain.tracking_code import shown
from tracker.errors import TransitionError
from tracker.services import casework, queue
from tracker.services.definitions import DEFINITIONS
from tracker.services.moves import Given
from tracker.uow import Database
from tracker.web import words
from tracker.web.deps import CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import local_moment, row_id
from tracker.web.sheets import harmless

router = APIRouter(dependencies=[Depends(permit, scope="function")])

FIGURES = {definition.field: definition.title for definition in DEFINITIONS}
COLUMNS = ("Mã", "Chủ đề", "Xã, phường", "Cơ quan", "Trạng thái", "Mức", "Nguồn", "Nhận lúc", "Hạn", "Xong lúc")


def read_filters(
    trang_thai: str = "", chu_de: str = "", xa: str = "", nguon: str = "", tim: Annotated[str, Query()] = "",
    khan: bool = False, qua_han: bool = False, cua_toi: bool = False, co_quan: str = "",
    so: str = "", tu: str = "", den: str = "", sau: str = "",
) -> queue.Filters:  # fmt: skip
    """Filters of an address; unknown states and odd numbers narrow nothing."""
    known = {"", "all", "untaken", *State}
    return queue.Filters(
        state=trang_thai if trang_thai in known else "", topic=chu_de, commune=xa, source=nguon, urgent=khan,
        overdue=qua_han, mine=cua_toi, text=tim.strip()[:200],
        agency=row_id(co_quan),
        figure=so, start=local_moment(tu) if tu else None, end=local_moment(den) if den else None, after=sau[:80],
    )  # fmt: skip


Filtered = Annotated[queue.Filters, Depends(read_filters)]


@router.get("/hang-doi")
def show_queue(
    request: Request, session: OpenSession, login: CurrentLogin, filters: Filtered, da_nhan: str = ""
) -> Response:
    """The cases within reach, what is due first."""
    now = datetime.now(UTC)
    found = queue.listed(session, login.account, filters, now)
    shown_cases = found[: queue.PAGE]
    return page(
        request, "queue.html", cases=shown_cases, filters=filters, taken=da_nhan,
        next_page=_address(request, sau=queue.cursor(filters, shown_cases[-1])) if len(found) > queue.PAGE else "",
        first_page=_address(request) if filters.after else "",
        export=_address(request).replace("/hang-doi", "/hang-doi.csv", 1),
        counts=queue.counts(session, login.account, now), total=queue.total(session, login.account, filters, now),
        figure=FIGURES.get(filters.figure, ""), topics=_topics(session), communes=_communes(session),
        agency=session.get(Agency, filters.agency) if filters.agency else None,
        narrowed=any((filters.text, filters.topic, filters.commune, filters.source, filters.state, filters.agency)),
    )  # fmt: skip


def _address(request: Request, **more: str) -> str:
    kept = {key: value for key, value in request.query_params.items() if value and key not in ("sau", "da_nhan")}
    query = urlencode({**kept, **more})
    return f"/hang-doi?{query}" if query else "/hang-doi"


def _topics(session: OpenSession) -> Any:
    return session.execute(select(Topic.code, Topic.name, Topic.group_name).order_by(Topic.code)).all()


def _communes(session: OpenSession) -> Any:
    return session.execute(select(Commune.code, Commune.name).order_by(Commune.name)).all()


@router.post("/hang-doi/nhan")
def take_many(
    session: OpenSession, login: Writer, chon: Annotated[list[str] | None, Form()] = None,
    back: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take the ticked cases; those somebody else took meanwhile are left as they are."""
    taken = 0
    for code in (chon or [])[: queue.PAGE]:
        case = queue.case_by_code(session, login.account, code)
        try:
            casework.act(session, case.id, Action.TAKE, actor_of(login.account), Given(), datetime.now(UTC))
            taken += 1
        except TransitionError:
            continue
    parts = back if back.startswith("/hang-doi") else "/hang-doi"
    return RedirectResponse(f"{parts}{'&' if '?' in parts else '?'}da_nhan={taken}", 303)


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
