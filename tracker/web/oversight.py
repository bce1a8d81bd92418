"""Alarms and letters that did not arrive, for the desk; duty rosters, for agencies and the province."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency
from tracker.domain.roles import Role
from tracker.errors import DataFileError, InvalidInputError
from tracker.services.cases import approvals, queue
from tracker.services.cases.moves import Given
from tracker.services.oversight import alarms, duty, mailing, receivers
from tracker.services.people import audit
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import local_moment, row_id

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]
ALARMS, ROSTER = "/canh-bao", "/lich-truc"
BIGGEST_ROSTER = 500_000


@router.get(ALARMS)
def show_alarms(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """Everything that needs a person because a rule found nobody."""
    return page(
        request, "alarms.html", alarms=alarms.standing(session), kinds=alarms.KINDS,
        letters=mailing.undeliverable(session), unreachable=receivers.unreachable(session),
    )  # fmt: skip


@router.post(ALARMS + "/{alarm_id}/xong")
def close_alarm(session: OpenSession, login: Writer, alarm_id: int) -> Response:
    """Somebody has seen to it."""
    now = datetime.now(UTC)
    row = alarms.close(session, alarm_id, login.account_id, now)
    audit.record(session, login.account_id, "alarm_closed", f"cảnh báo {row.kind}", {"key": row.key}, now)
    return RedirectResponse(ALARMS, 303)


@router.post(ALARMS + "/thu/{item_id}")
def resend_letter(session: OpenSession, login: Writer, item_id: int) -> Response:
    """Try a letter again."""
    now = datetime.now(UTC)
    mailing.resend(session, item_id, now)
    audit.record(session, login.account_id, "mail_resent", f"thư {item_id}", {}, now)
    return RedirectResponse(ALARMS + "#thu", 303)


@router.post("/phan-anh/{code}/duyet/{approval_id}")
def decide_answer(
    session: OpenSession,
    login: Writer,
    code: str,
    approval_id: int,
    approve: Text = "",
    text: Text = "",
    key: Text = "",
) -> Response:
    """The head's word on an answer."""
    case = queue.case_by_code(session, login.account, code)
    approvals.decide(
        session, case.id, approval_id, actor_of(login.account), Given(text[:LONGEST_TEXT]), datetime.now(UTC),
        approve=approve == "1", key=f"web:{login.account_id}:{key[:60]}" if key else None,
    )  # fmt: skip
    return RedirectResponse(f"/phan-anh/{code}", 303)


def _own(account: Account) -> int | None:
    """The agency whose roster alone the account keeps; None: every agency's."""
    return account.agency_id if account.role == Role.HEAD else None


@router.get(ROSTER)
def show_roster(request: Request, session: OpenSession, login: CurrentLogin, da_nhap: str = "") -> Response:
    """Who is on duty now and next."""
    return _roster_page(request, session, login.account, added=da_nhap if da_nhap.isdigit() else "")


def _roster_page(request: Request, session: Session, account: Account, **more: Any) -> Response:
    own, now = _own(account), datetime.now(UTC)
    agencies = select(Agency).where(Agency.valid_to.is_(None)).order_by(Agency.kind.desc(), Agency.name)
    people = select(Account).where(Account.active, Account.role.in_(duty.AT_WORK)).order_by(Account.username)
    if own is not None:
        agencies, people = agencies.where(Agency.id == own), people.where(Account.agency_id == own)
    return page(
        request, "duty.html", shifts=duty.coming(session, now, own), own=own, columns=duty.COLUMNS,
        agencies=session.scalars(agencies).unique().all(), people=session.scalars(people).unique().all(), **more,
    )  # fmt: skip


@router.post(ROSTER)
def add_shift(
    session: OpenSession, login: Writer, agency: Text = "", account: Text = "", name: Text = "", phone: Text = "",
    email: Text = "", start: Text = "", end: Text = "",
) -> Response:  # fmt: skip
    """One shift by hand."""
    body = session.get(Agency, row_id(agency) or 0)
    if body is None or _own(login.account) not in (None, body.id):
        raise InvalidInputError("Hãy chọn cơ quan trong danh sách.")
    person = session.get(Account, row_id(account) or 0) if account else None
    now = datetime.now(UTC)
    row = duty.add(
        session, body, account=person, name=name, phone=phone, email=email, source="nhập tay",
        starts_at=local_moment(start), ends_at=local_moment(end),
    )  # fmt: skip
    changes = {"từ": ["", start], "đến": ["", end], "người trực": ["", row.name]}
    audit.record(session, login.account_id, "add", f"ca trực {body.name}", changes, now)
    return RedirectResponse(ROSTER, 303)


@router.post(ROSTER + "/xoa/{shift_id}")
def remove_shift(session: OpenSession, login: Writer, shift_id: int) -> Response:
    """Take one shift off."""
    row = duty.remove(session, shift_id, _own(login.account))
    changes = {"người trực": [row.name, ""]}
    audit.record(session, login.account_id, "remove", f"ca trực {row.agency.name}", changes, datetime.now(UTC))
    return RedirectResponse(ROSTER, 303)


@router.post(ROSTER + "/nhap")
def import_shifts(session: OpenSession, login: Writer, file: UploadFile) -> Response:
    """A CSV file of shifts, all or none."""
    data = file.file.read(BIGGEST_ROSTER + 1)
    if len(data) > BIGGEST_ROSTER:
        raise InvalidInputError("Tệp lịch trực lớn hơn 500 kB: hãy chia nhỏ.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError("Tệp lịch trực phải là CSV mã UTF-8.") from error
    name = (file.filename or "tệp")[:120]
    try:
        added = duty.import_roster(session, name, text, _own(login.account))
    except DataFileError as error:
        raise InvalidInputError(str(error)) from error
    audit.record(session, login.account_id, "add", f"lịch trực {name}", {"số ca": ["", added]}, datetime.now(UTC))
    return RedirectResponse(f"{ROSTER}?da_nhap={added}", 303)
