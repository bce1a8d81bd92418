"""Administration without code: accounts, agencies, topics, calendar days, answer templates; every change recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Account, Agency, CalendarDay, Template, Topic
from tracker.domain.roles import NO_ACCOUNT, Role
from tracker.errors import DataFileError, InvalidInputError, NotFoundError
from tracker.services.people import accounts, audit, invitations, retention
from tracker.services.province import answer_files, calendars
from tracker.web.deps import CurrentLogin, OpenSession, Writer
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import day as read_day
from tracker.web.reading import read_hours

router = APIRouter(prefix="/quan-tri", dependencies=[Depends(permit, scope="function")])

Text = Annotated[str, Form()]
Search = Annotated[str, Query(max_length=100)]
PEOPLE = tuple(role for role in Role if role not in NO_ACCOUNT)
URGENCIES = {"normal": "thường", "urgent": "khẩn", "handover": "không nhận ở đây"}
MOST_DAYS = 90
LONGEST_ADDRESS = 200
BIGGEST_FILE = 500_000


def _row[Found](session: Session, table: type[Found], key: int) -> Found:
    found = session.get(table, key)
    if found is None:
        raise NotFoundError("Không có dòng này.")
    return found


@router.get("")
def show_admin(request: Request, session: OpenSession, _login: CurrentLogin, tim: Search = "") -> Response:
    """Accounts, and the way to everything else."""
    return _accounts_page(request, session, tim)


def _accounts_page(request: Request, session: Session, tim: str = "", **more: Any) -> Response:
    words = fold(tim)
    found = [one for one in accounts.every(session) if words in fold(f"{one.username} {one.display_name}")]
    agencies = session.execute(select(Agency.id, Agency.name).where(Agency.valid_to.is_(None)).order_by(Agency.name))
    return page(
        request, "admin_accounts.html", accounts=found, roles=PEOPLE, agencies=agencies.all(), typed=tim, **more
    )


@router.post("/tai-khoan")
def create_account(
    request: Request, session: OpenSession, login: Writer, username: Text = "", name: Text = "", role: Text = "",
    agency: Text = "", email: Text = "",
) -> Response:  # fmt: skip
    """A new account: its owner is mailed a link to choose a password, or a generated one is shown once."""
    now = datetime.now(UTC)
    body = _row(session, Agency, int(agency)) if agency.isascii() and agency.isdigit() else None
    code = None if body is None else f"{body.code}:{body.commune.code}" if body.commune else body.code
    username = username.strip().lower()
    password = accounts.create(session, username, role, code, name.strip()[:120] or username, now)
    audit.record(session, login.account_id, "create", f"tài khoản {username}", {"role": ["", role]}, now)
    if email.strip():
        return _invite(request, session, username, email.strip(), now)
    return _accounts_page(request, session, shown=(username, password))


def _invite(request: Request, session: Session, username: str, email: str, now: datetime) -> Response:
    if "@" not in email or len(email) > LONGEST_ADDRESS:
        raise InvalidInputError("Địa chỉ thư điện tử chưa đúng.")
    account = session.scalars(select(Account).where(Account.username == username)).unique().one()
    account.email = email
    invitations.send(session, account, "invite", now)
    return _accounts_page(request, session, invited=email)


@router.post("/tai-khoan/{account_id}/{what}")
def change_account(request: Request, session: OpenSession, login: Writer, account_id: int, what: str) -> Response:
    """Disable, open again, or reset the password."""
    now, target = datetime.now(UTC), _row(session, Account, account_id)
    if what == "mat-khau":
        password = audit.reset_password(session, target, login.account_id, now)
        return _accounts_page(request, session, shown=(target.username, password))
    if what not in ("khoa", "mo"):
        raise NotFoundError("Không có việc này.")
    audit.set_active(session, target, what == "mo", login.account_id, now)
    return RedirectResponse("/quan-tri", 303)


@router.get("/co-quan")
def show_agencies(request: Request, session: OpenSession, _login: CurrentLogin, tim: Search = "") -> Response:
    """Agencies, provincial ones first."""
    rows = session.scalars(select(Agency).order_by(Agency.kind.desc(), Agency.name)).unique().all()
    found = [row for row in rows if fold(tim) in fold(row.name)]
    with_people = set(session.scalars(select(Account.agency_id).where(Account.active.is_(True))))
    return page(request, "admin_agencies.html", agencies=found, typed=tim, with_people=with_people)


@router.post("/co-quan/{agency_id}")
def change_agency(
    session: OpenSession, login: Writer, agency_id: int, address: Text = "", phone: Text = "", email: Text = "",
    shifts: Text = "", approval: Text = "",
) -> Response:  # fmt: skip
    """Where the agency is, how it is reached, when it works, and whether its head approves answers."""
    row = _row(session, Agency, agency_id)
    if email.strip() and "@" not in email:
        raise InvalidInputError("Địa chỉ thư điện tử chưa đúng.")
    values = {"address": address.strip()[:300], "phone": phone.strip()[:40], "email": email.strip()[:200]}
    hours = read_hours(shifts, row.hours)
    kept = {
        **{name: value or None for name, value in values.items()},
        "hours": hours,
        "needs_approval": bool(approval),
    }
    audit.change(session, row, kept, f"cơ quan {row.name}", login.account_id, datetime.now(UTC))
    return RedirectResponse(f"/quan-tri/co-quan?tim={row.name}#c{row.id}", 303)


@router.get("/chu-de")
def show_topics(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """Topics with their days and urgency."""
    rows = session.scalars(select(Topic).order_by(Topic.code)).all()
    return page(request, "admin_topics.html", topics=rows, urgencies=URGENCIES)


@router.post("/chu-de/{topic_id}")
def change_topic(
    session: OpenSession, login: Writer, topic_id: int, days: Annotated[int, Form(ge=0, le=90)], urgency: Text = ""
) -> Response:
    """The topic's days and urgency, for cases filed from now on."""
    row = _row(session, Topic, topic_id)
    if urgency not in URGENCIES:
        raise InvalidInputError("Hãy chọn mức khẩn trong danh sách.")
    if days == 0 and urgency != "handover":
        raise InvalidInputError("Chủ đề nhận ở đây cần ít nhất một ngày làm việc.")
    values = {"working_days": days, "urgency": urgency}
    audit.change(session, row, values, f"chủ đề {row.code}", login.account_id, datetime.now(UTC))
    return RedirectResponse(f"/quan-tri/chu-de#c{row.id}", 303)


@router.get("/lich")
def show_calendar(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """Days that differ from their weekday."""
    rows = session.scalars(select(CalendarDay).order_by(CalendarDay.day.desc()).limit(MOST_DAYS)).all()
    return page(
        request, "admin_calendar.html", days=rows, confidences=calendars.CONFIDENCES, columns=calendars.COLUMNS
    )


@router.post("/lich")
def change_day(
    session: OpenSession, login: Writer, day: Text = "", working: Text = "", name: Text = "", decision: Text = "",
    pending: Text = "", confidence: Text = "do quản trị nhập",
) -> Response:  # fmt: skip
    """Add or change one day; a pending one does not count yet."""
    if not name.strip():
        raise InvalidInputError("Hãy ghi tên ngày, ví dụ: Nghỉ bù Quốc khánh.")
    values = {
        "working": working == "1", "name": name.strip()[:120], "decision": decision.strip()[:200],
        "pending": bool(pending),
        "confidence": confidence if confidence in calendars.CONFIDENCES else "chưa kiểm chứng",
    }  # fmt: skip
    calendars.check_year(read_day(day), datetime.now(UTC))
    audit.set_day(session, read_day(day), values, login.account_id, datetime.now(UTC))
    return RedirectResponse("/quan-tri/lich", 303)


@router.post("/lich/nhap")
def import_calendar(session: OpenSession, login: Writer, file: UploadFile) -> Response:
    """Days from a CSV file, all or none; open due dates follow within the minute."""
    name, now = (file.filename or "tệp")[:120], datetime.now(UTC)
    try:
        text = file.file.read(BIGGEST_FILE).decode("utf-8-sig")
        changed = calendars.import_days(session, name, text, now)
    except (UnicodeDecodeError, DataFileError) as error:
        sentence = str(error) if isinstance(error, DataFileError) else "Tệp lịch phải là CSV mã UTF-8."
        raise InvalidInputError(sentence) from error
    audit.record(session, login.account_id, "add", f"lịch làm việc {name}", {"số ngày": ["", changed]}, now)
    return RedirectResponse("/quan-tri/lich", 303)


@router.get("/luu-tru")
def show_retention(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """How long each kind of personal data is kept, and what is due to go."""
    return page(request, "admin_retention.html", rules=retention.preview(session, datetime.now(UTC)))


@router.get("/mau-cau")
def show_templates(request: Request, session: OpenSession, _login: CurrentLogin, nhap: int | None = None) -> Response:
    """Answer templates; how many a file has just changed."""
    rows = session.scalars(select(Template).order_by(Template.active.desc(), Template.id)).all()
    topics = session.execute(select(Topic.code, Topic.name).order_by(Topic.code)).all()
    columns = answer_files.COLUMNS
    return page(request, "admin_templates.html", templates=rows, topics=topics, columns=columns, changed=nhap)


@router.post("/mau-cau/{template_id}")
def change_template(
    session: OpenSession, login: Writer, template_id: int, title: Text = "", text: Text = "", active: Text = ""
) -> Response:
    """Title, words, and whether it is offered."""
    if not title.strip() or not text.strip():
        raise InvalidInputError("Mẫu câu cần có tên và nội dung.")
    row = _row(session, Template, template_id)
    values = {"title": title.strip()[:200], "body": text.strip(), "active": bool(active)}
    audit.change(session, row, values, f"mẫu câu {row.code}", login.account_id, datetime.now(UTC))
    return RedirectResponse(f"/quan-tri/mau-cau#c{row.id}", 303)


@router.get("/nhat-ky")
def show_audit(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """The latest administrative changes."""
    return page(request, "admin_audit.html", entries=audit.latest(session))
