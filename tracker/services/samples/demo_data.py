"""Sample data for a first look: the province, accounts of every role, and six months of labelled cases."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Complaint, Topic
from tracker.services.oversight.receivers import check_reachable
from tracker.services.people import accounts
from tracker.services.province.reference import load_reference
from tracker.services.samples.demo_cases import COMMUNES, SOURCE, add_cases
from tracker.uow import Database


class DemoAccount(TypedDict):
    """One account as shown to the person who tries the product."""

    user: str
    role: str
    agency: str | None
    password: str


class _Wanted(NamedTuple):
    user: str
    role: str
    agency: str | None
    name: str


_PROVINCE = (
    _Wanted("tiepnhan", "desk", None, "Bộ phận tiếp nhận"),
    _Wanted("vanphong", "office", None, "Văn phòng UBND tỉnh"),
    _Wanted("quantri", "admin", None, "Quản trị hệ thống"),
    _Wanted("kiemtra", "auditor", None, "Kiểm tra, giám sát"),
    _Wanted("theodoi", "reader", None, "Lãnh đạo theo dõi"),
)
_AGENCIES = {
    "VPUBND": "Văn phòng UBND tỉnh",
    "SXD": "Sở Xây dựng",
    "SNNMT": "Sở Nông nghiệp và Môi trường",
    "PCBN": "Điện lực Bắc Ninh",
    "CAT": "Công an tỉnh",
}


def prepare(database: Database, now: datetime, *, cases: bool) -> list[DemoAccount]:
    """Load what is missing, all or nothing; the accounts with passwords come back on the first run alone."""
    with database.unit_of_work() as session:
        if session.scalar(select(Topic.id).limit(1)) is None:
            load_reference(session, now)
        made = _make_accounts(session, now)
        check_reachable(session, now)
        if cases and session.scalar(select(Complaint.id).where(Complaint.source == SOURCE).limit(1)) is None:
            add_cases(session, now)
    return made


def _make_accounts(session: Session, now: datetime) -> list[DemoAccount]:
    if session.scalar(select(Account.id).limit(1)) is not None:
        return []
    return [
        DemoAccount(
            user=wanted.user, role=wanted.role, agency=wanted.agency,
            password=accounts.create(session, wanted.user, wanted.role, wanted.agency, wanted.name, now),
        )
        for wanted in _wanted()
    ]  # fmt: skip


def _wanted() -> list[_Wanted]:
    found = list(_PROVINCE)
    for code, name in _AGENCIES.items():
        found.append(_Wanted(f"{code.lower()}.xuly", "handler", code, f"Cán bộ {name}"))
        found.append(_Wanted(f"{code.lower()}.lanhdao", "head", code, f"Lãnh đạo {name}"))
    for code, (short, name) in COMMUNES.items():
        found.append(_Wanted(f"ubnd.{short}", "handler", f"UBNDX:{code}", f"Cán bộ UBND {name}"))
    found.append(_Wanted("ubnd.vuninh.lanhdao", "head", "UBNDX:09169", "Lãnh đạo UBND phường Vũ Ninh"))
    found.append(_Wanted("ca.vuninh", "handler", "CAX:09169", "Công an phường Vũ Ninh"))
    return found
