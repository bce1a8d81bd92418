"""One case for staff: everything said, everything done, and the forms that move it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Attachment, Complaint, Pause, Rating
from tracker.delivery import media
from tracker.domain.lifecycle import OPEN, Action, State, allowed
from tracker.domain.roles import WHOLE_PROVINCE, Role
from tracker.domain.tracking_code import parse_code
from tracker.errors import NotFoundError
from tracker.services.cases import (
    approvals,
    casework,
    documents,
    handing,
    helping,
    listening,
    merge,
    queue,
    quick,
    records,
    scratch,
)
from tracker.services.cases.letters import document_details
from tracker.services.cases.moves import Given
from tracker.web import casefile, uploads, words
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import may, permit
from tracker.web.reading import day_if_given, row_id

router = APIRouter(dependencies=[Depends(permit, scope="function")])

ACTIONS = {
    "nhan": Action.TAKE, "phan-cong": Action.ASSIGN,
    "chuyen": Action.FORWARD, "tra-lai": Action.RETURN, "hoi": Action.ASK, "hen": Action.PROMISE,
    "tra-loi": Action.ANSWER, "xong": Action.FINISH, "tu-choi": Action.REFUSE, "khong-the": Action.CLOSE,
}  # fmt: skip
"""Path of an act on the case page -> what it does."""
SAID = {
    "nhan": "Đã nhận xử lý.", "phan-cong": "Đã phân công.", "giao": "Đã giao.", "nhap": "Đã lưu nháp.",
    "gop": "Đã gộp; người gửi được báo và nghe chung kết quả.", "tach": "Đã tách ra thành việc riêng.",
    "chuyen": "Đã chuyển phản ánh.", "tra-lai": "Đã trả về bộ phận phân loại.",
    "hoi": "Đã gửi câu hỏi, thời hạn tạm dừng.", "hen": "Đã gửi ngày hẹn cho người dân.",
    "tra-loi": "Đã gửi câu trả lời.", "xong": "Đã báo làm xong và hỏi người dân xác nhận.",
    "tu-choi": "Đã báo không tiếp nhận kèm nơi giải quyết.", "khong-the": "Đã khép lại và giải thích cho người dân.",
    "ghi-chu": "Đã lưu ghi chú.", "nghe": "Đã lưu điều nghe được.",
    "gia-han": "Đã gia hạn và báo người dân.", "mo-lai": "Đã mở lại.", "chu-de": "Đã đổi chủ đề.",
    "phoi-hop": "Đã mời cơ quan phối hợp.",
}  # fmt: skip
"""What the page says after an act."""
WORDS_FOR_CITIZENS = frozenset({"hoi", "hen", "tra-loi", "xong", "tu-choi", "khong-the"})
Text = Annotated[str, Form()]


@router.get("/phan-anh/{code}")
def show_case(
    request: Request, session: OpenSession, login: CurrentLogin, code: str, vua: str = "", mo: str = ""
) -> Response:
    """One case with its conversation, history and what may be done now; `mo` is the form to open."""
    if (tidy := parse_code(code)) is not None and tidy != code:
        return RedirectResponse(f"/phan-anh/{tidy}", 303)
    case = queue.case_by_code(session, login.account, code)
    return _case_page(request, session, login.account, case, said=SAID.get(vua, ""), wanted=mo)


@router.get("/phan-anh/{code}/in")
def print_case(request: Request, session: OpenSession, login: CurrentLogin, code: str) -> Response:
    """The case on paper: no forms, no identity."""
    case = queue.case_by_code(session, login.account, code)
    return page(request, "case_print.html", case=case, files=casefile.files_of(case), pauses=_pauses(session, case))


def _case_page(request: Request, session: Session, account: Account, case: Complaint, **more: Any) -> Response:
    role, mine = Role(account.role), may(account.role, "add_note")
    able = quick.reachable(case.state, allowed(State(case.state), role))
    acts = [name for name, action in ACTIONS.items() if action in able] if mine else []
    if role not in WHOLE_PROVINCE and "phan-cong" in acts:
        acts.remove("phan-cong")
    is_open = case.state in OPEN
    return page(
        request, "case.html", case=case, key=secrets.token_urlsafe(12), acts=acts, writes=mine,
        agencies=casefile.agencies(session) if mine else [],
        topics=casefile.topics(session) if mine and is_open else [], helpers=helping.helpers_of(session, case),
        forms_library=documents.library(session) if mine else [],
        people=handing.colleagues(session, case.agency_id, role) if mine and is_open else [],
        samples=casefile.samples_for(session, case, account), similar=queue.similar(session, case),
        files=casefile.files_of(case), pauses=_pauses(session, case), ratings=_ratings(session, case),
        listens=mine and listening.awaits_listening(case), flags=words.flags(case), is_open=is_open,
        merged_into=_merged_into(session, case), linked=_linked(session, case),
        approvals=approvals.of_case(session, case), approves=may(account.role, "decide_answer"),
        kept=scratch.kept(session, account.id, case.id) if mine else {},
        extends=mine and is_open and not case.extended and case.urgency != "urgent",
        reopens=may(account.role, "reopen_case") and Action.DISPUTE in allowed(State(case.state), role),
        within=queue.within_reach(account) == [], **{"wanted": "", **more},
    )  # fmt: skip


def _merged_into(session: Session, case: Complaint) -> Complaint | None:
    return session.get(Complaint, case.merged_into_id) if case.merged_into_id else None


def _linked(session: Session, case: Complaint) -> Complaint | None:
    return session.get(Complaint, case.linked_to_id) if case.linked_to_id else None


def _pauses(session: Session, case: Complaint) -> list[Pause]:
    return list(session.scalars(select(Pause).where(Pause.complaint_id == case.id).order_by(Pause.id)))


def _ratings(session: Session, case: Complaint) -> list[Rating]:
    return list(session.scalars(select(Rating).where(Rating.complaint_id == case.id).order_by(Rating.id)))


def _back(code: str, act: str) -> Response:
    return RedirectResponse(f"/phan-anh/{code}?vua={act}#xu-ly", 303)


@router.post("/phan-anh/{code}/ghi-chu")
def add_note(session: OpenSession, login: Writer, code: str, text: Text = "", key: Text = "") -> Response:
    """A note among staff."""
    case = queue.case_by_code(session, login.account, code)
    given = Given(text[:LONGEST_TEXT])
    records.note(
        session, case.id, actor_of(login.account), given, datetime.now(UTC), key=casefile.once(login.account_id, key)
    )
    scratch.drop(session, login.account_id, case.id, "ghi-chu")
    return _back(code, "ghi-chu")


@router.post("/phan-anh/{code}/nghe")
def write_down(session: OpenSession, login: Writer, code: str, text: Text = "", key: Text = "") -> Response:
    """What a person heard in the citizen's voice message."""
    case = queue.case_by_code(session, login.account, code)
    listening.write_down(
        session, case.id, actor_of(login.account), text[:LONGEST_TEXT], datetime.now(UTC),
        key=casefile.once(login.account_id, key),
    )  # fmt: skip
    scratch.drop(session, login.account_id, case.id, "nghe")
    return _back(code, "nghe")


@router.post("/phan-anh/{code}/gia-han")
def extend_case(
    session: OpenSession, login: Writer, code: str, version: Annotated[int, Form()], text: Text = "",
    when: Text = "", key: Text = "",
) -> Response:  # fmt: skip
    """The one extension, with its reason told to the citizen."""
    case = queue.case_by_code(session, login.account, code)
    given = Given(text[:LONGEST_TEXT], date=day_if_given(when))
    records.extend(
        session, case.id, actor_of(login.account), given, datetime.now(UTC),
        key=casefile.once(login.account_id, key), expected_version=version,
    )  # fmt: skip
    return _back(code, "gia-han")


@router.post("/phan-anh/{code}/mo-lai")
def reopen_case(
    session: OpenSession, login: Writer, code: str, version: Annotated[int, Form()], text: Text = "", key: Text = ""
) -> Response:
    """The desk reopens a case for a citizen who says that it is not done."""
    case = queue.case_by_code(session, login.account, code)
    casework.act(
        session, case.id, Action.DISPUTE, actor_of(login.account), Given(text[:LONGEST_TEXT]), datetime.now(UTC),
        key=casefile.once(login.account_id, key), expected_version=version,
    )  # fmt: skip
    return _back(code, "mo-lai")


@router.post("/phan-anh/{code}/giao")
def hand_case(session: OpenSession, login: Writer, code: str, person: Text = "", key: Text = "") -> Response:
    """Give the case to one person of the body that has it."""
    case = queue.case_by_code(session, login.account, code)
    handing.hand_to(
        session, case.id, row_id(person), actor_of(login.account), datetime.now(UTC),
        key=casefile.once(login.account_id, key),
    )  # fmt: skip
    return _back(code, "giao")


@router.post("/phan-anh/{code}/gop")
def merge_case(session: OpenSession, login: Writer, code: str, into: Text = "", key: Text = "") -> Response:
    """The same matter as another case: this one is merged into it."""
    case = queue.case_by_code(session, login.account, code)
    target = queue.case_by_code(session, login.account, parse_code(into) or into)
    if case.merged_into_id != target.id:
        merge.merge(
            session, case.id, target.id, actor_of(login.account), datetime.now(UTC),
            key=casefile.once(login.account_id, key),
        )  # fmt: skip
    return _back(code, "gop")


@router.post("/phan-anh/{code}/tach")
def unmerge_case(session: OpenSession, login: Writer, code: str) -> Response:
    """Take a merge back."""
    case = queue.case_by_code(session, login.account, code)
    if case.merged_into_id is not None:
        merge.unmerge(session, case.id, actor_of(login.account), datetime.now(UTC))
    return _back(code, "tach")


@router.post("/phan-anh/{code}/danh-tinh")
def reveal(request: Request, session: OpenSession, login: Writer, code: str, text: Text = "") -> Response:
    """Who reported: shown once, with the look recorded."""
    case = queue.case_by_code(session, login.account, code)
    citizen = records.reveal_identity(session, case.id, actor_of(login.account), Given(text), datetime.now(UTC))
    session.refresh(case)
    return _case_page(request, session, login.account, case, citizen=citizen, revealed=True)


@router.post("/phan-anh/{code}/{act}")
def act_on_case(
    request: Request, session: OpenSession, login: Writer, code: str, act: str,
    version: Annotated[int, Form()], key: Text = "", text: Text = "", reason: Text = "", when: Text = "",
    agency: Text = "", letter_number: Text = "", letter_symbol: Text = "", letter_day: Text = "",
    letter_signer: Text = "", files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Carry out one act of the case page; the same form sent twice acts once."""
    if act not in ACTIONS:
        raise NotFoundError("Không có việc này.")
    case = queue.case_by_code(session, login.account, code)
    if act in WORDS_FOR_CITIZENS:
        casefile.check_words(session, text)
    now = datetime.now(UTC)
    folder, today = request.app.state.settings.media_dir, now.astimezone(TIMEZONE).date()
    given = Given(
        text=text[:LONGEST_TEXT], reason_code=reason or None, date=day_if_given(when),
        agency_id=casefile.chosen_agency(session, agency),
        attachment_ids=uploads.store(session, folder, case.id, files or [], now),
        details=document_details(letter_number, letter_symbol, day_if_given(letter_day), letter_signer, today=today),
    )  # fmt: skip
    quick.carry_out(
        session, case.id, ACTIONS[act], actor_of(login.account), given, now,
        key=casefile.once(login.account_id, key), expected_version=version,
    )  # fmt: skip
    scratch.drop(session, login.account_id, case.id, act)
    gone = queue.within_reach(login.account) and case.agency_id != login.account.agency_id
    return RedirectResponse("/hang-doi", 303) if gone else _back(code, act)


@router.get("/tep/{attachment_id}")
def show_file(request: Request, session: OpenSession, login: CurrentLogin, attachment_id: int) -> Response:
    """A file of a case within reach: the shown copy of a photo, or anything else as a download."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.complaint is None or attachment.status != "stored":
        raise NotFoundError("Không có tệp này, hoặc tệp chưa tải về.")
    queue.case_by_code(session, login.account, attachment.complaint.code)
    folder = request.app.state.settings.media_dir
    path = media.path_of(folder, attachment.shown_sha256 or attachment.sha256 or "none")
    if not path.is_file():
        raise NotFoundError("Tệp này không còn trên máy chủ.")
    if attachment.shown_sha256:
        return FileResponse(path, media_type="image/jpeg")
    return FileResponse(path, media_type="application/octet-stream", filename=attachment.name or "tep")
