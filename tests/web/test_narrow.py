"""The narrowest phone: no page of any role scrolls sideways at 320 px, and the newer pages are accessible there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.receiving import accept
from tests.web import browsing
from tests.web.browsing import Site
from tests.web.conftest import PEOPLE
from tracker.db.engine import make_engine
from tracker.db.models import Account, Agency, Complaint, OpenQuestion
from tracker.delivery.inbox import Incoming, receive
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import alarms, duty
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference
from tracker.uow import Database
from tracker.web import public

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browsing.CHROMIUM is None, reason="no Chromium"),
    pytest.mark.skipif(not browsing.AXE.exists(), reason="no web assets: npm run assets"),
]

LONG = "Nhà máy xả khói https://example.invalid/" + "rat-dai" * 30 + " suốt đêm, cả xóm không ngủ được"
ANYBODY = ("/", "/tra-cuu", "/tra-cuu?ma={code}", "/so-lieu", "/thu-tuc", "/phan-hoi-cong-khai", "/to-in/09169",
           "/dang-nhap", "/quen-mat-khau", "/khong-co", "/chat")  # fmt: skip
WORK = ("/hang-doi", "/hang-doi?mo={code}", "/phan-anh/{code}", "/phan-anh/{code}/in", "/phan-anh/{code}/phieu",
        "/nhap-ho", "/phoi-hop", "/tai-khoan", "/to-in")  # fmt: skip
WATCH = ("/hang-doi", "/phan-anh/{code}", "/dieu-hanh", "/bao-cao-tuan", "/dieu-hanh/ty-le", "/dieu-hanh/cau-hoi",
         "/dieu-hanh/hoc", "/tai-khoan")  # fmt: skip
DESK = ("/ban-truc", "/ban-truc/cau-chua-hieu", "/canh-bao", "/lich-truc", "/ban-truc/xoa-du-lieu/{question}",
        "/phan-anh/{code}/cong-khai")  # fmt: skip
ADMINISTER = tuple(
    f"/quan-tri{part}" for part in ("", "/co-quan", "/chu-de", "/quy-tac", "/lich", "/mau-cau",
                                    "/van-ban", "/luu-tru", "/nhat-ky")
)  # fmt: skip
PAGES = {
    "": ANYBODY, "xaydung": WORK, "truong": (*WATCH, "/lich-truc"), "vanphong": (*WATCH, *DESK),
    "quantri": ADMINISTER, "kiemtra": ("/quan-tri/nhat-ky",), "thumat": ("/thu-mat",),
}  # fmt: skip
NEWER = {"/phan-anh/{code}", "/dieu-hanh/hoc", "/ban-truc", "/ban-truc/cau-chua-hieu", "/phoi-hop", "/chat",
         "/ban-truc/xoa-du-lieu/{question}", "/quan-tri/quy-tac", "/quan-tri/mau-cau"}  # fmt: skip


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A small province in which every page has something to show, long words among it."""
    shutil.copy(sqlite_template, tmp_path / "site.db")
    database = Database(make_engine(f"sqlite:///{tmp_path}/site.db"))
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        load_reference(session, now)
        passwords = {user: accounts.create(session, user, role, agency, f"Cán bộ tên dài {user}", now)
                     for user, (role, agency) in PEOPLE.items()}  # fmt: skip
        body = find_agency(session, "SXD", None)
        body.needs_approval = True
        new = NewCase(LONG, find_topic(session, "HT01"), body, "web", commune=find_commune(session, "09169"))
        case, waiting = open_complaint(session, new, now), open_complaint(session, new, now)
        handler = session.scalars(select(Account).where(Account.username == "xaydung")).unique().one()
        actor = Actor(Role.HANDLER, handler.id)
        act(session, case.id, Action.TAKE, actor, Given(), now)
        act(session, case.id, Action.ANSWER, actor, Given(text=LONG), now)
        alarms.raise_alarm(session, "call_body", str(case.id), now, case=waiting, agency_id=body.id)
        duty.add(session, body, name="Trực ban", phone="0900000000", starts_at=now, ends_at=now + timedelta(hours=8))
        receive_questions(session, now)
    with browsing.served(database, tmp_path, passwords) as running:
        yield running
    database.dispose()


def receive_questions(session: Session, now: datetime) -> None:
    """One who waits for a person, one to be forgotten, one not understood, one message held back."""
    for at, kind in enumerate(("human", "privacy", "fallback")):
        item = receive(session, Incoming("web", f"u{at}", "khach", "text", LONG), now)
        assert item is not None
        session.add(OpenQuestion(turn_id=item.turn_id, kind=kind, text=LONG, guess="erase", created_at=now))
    accept(session, Incoming("web", "u9", "khach", "text", LONG), 1, now)


def test_no_page_scrolls_sideways_and_the_newer_ones_are_accessible(site: Site) -> None:
    public._recent.clear()
    with site.database.read() as session:
        code = session.scalars(select(Complaint.code).order_by(Complaint.id)).first()
        question = session.scalars(select(OpenQuestion.id).where(OpenQuestion.kind == "privacy")).one()
        assert session.scalars(select(Agency.needs_approval).where(Agency.code == "SXD")).one()
    wrong = []
    with browsing.browser() as chromium:
        context = chromium.new_context(viewport={"width": 320, "height": 700}, locale="vi-VN")
        page = context.new_page()
        for user, paths in PAGES.items():
            context.clear_cookies()
            if user:
                browsing.log_in(page, site, user)
            for path in paths:
                page.goto(site.address + path.format(code=code, question=question))
                wide = browsing.overflow(page)
                wrong += [f"{user} {path}: {wide} px too wide"] if wide > 0 else []
                wrong += [f"{user} {path}: {fault}" for fault in browsing.faults(page)] if path in NEWER else []
        wrong += menu_faults(page, site)
        context.close()
    assert wrong == []


def menu_faults(page: Page, site: Site) -> list[str]:
    """The opened menu and the second factor's page, which are not addresses of their own."""
    page.goto(f"{site.address}/tai-khoan")
    page.click(".menu summary")
    found = [f"menu: {fault}" for fault in browsing.faults(page)]
    page.click("text=Bật xác thực hai lớp")
    page.wait_for_selector(".qr")
    return found + browsing.faults(page) + (["second factor too wide"] if browsing.overflow(page) > 0 else [])
