"""Every page in a real browser: accessible, not wider than a phone, no error in the console; every act by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.web import browsing
from tests.web.browsing import SIZES, Site
from tests.web.test_staff_pages import photo
from tracker.db.engine import make_engine
from tracker.db.models import Complaint
from tracker.services import accounts, demo_data
from tracker.uow import Database
from tracker.web import public

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browsing.CHROMIUM is None, reason="no Chromium"),
    pytest.mark.skipif(not browsing.AXE.exists(), reason="no web assets: npm run assets"),
]

PUBLIC = ("/", "/tra-cuu", "/tra-cuu?ma=1234", "/so-lieu", "/thu-tuc", "/to-in/09169", "/dang-nhap", "/khong-co")
STAFF = ("/hang-doi", "/hang-doi?trang_thai=all&chu_de=HT01", "/hang-doi?tim=khong+co+viec+nay", "/nhap-ho",
         "/tai-khoan", "/to-in")  # fmt: skip
MANAGERS = ("/dieu-hanh?ky=nua-nam", "/dieu-hanh?ky=nua-nam&theo=topic", "/bao-cao-tuan", "/hang-doi")
ADMIN = ("/quan-tri", "/quan-tri/co-quan?tim=so", "/quan-tri/chu-de", "/quan-tri/lich", "/quan-tri/mau-cau",
         "/quan-tri/nhat-ky")  # fmt: skip


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with six months of sample cases."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "site.db")
    database = Database(make_engine(f"sqlite:///{folder}/site.db"))
    made = demo_data.prepare(database, datetime.now(UTC), cases=True)
    passwords = {one["user"]: one["password"] for one in made}
    with database.unit_of_work() as session:
        passwords["thumat"] = accounts.create(session, "thumat", "sealed", None, "Người đọc", datetime.now(UTC))
    with browsing.served(database, folder, passwords) as running:
        yield running
    database.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing.browser() as started:
        yield started


@pytest.fixture(params=sorted(SIZES))
def screen(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Browser, screen: str) -> Iterator[Page]:
    """A window of a phone or of a desk, whose console must stay clean."""
    public._recent.clear()
    context = chromium.new_context(viewport=SIZES[screen], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert [line for line in said if "status of 4" not in line] == []


def look(page: Page, site: Site, path: str, name: str, folder: Path) -> None:
    page.goto(f"{site.address}{path}")
    page.wait_for_load_state("networkidle")
    browsing.keep_picture(page, folder, name)
    assert browsing.faults(page) == [], path
    assert browsing.overflow(page) <= 0, path


def named(screen: str, path: str) -> str:
    return f"{screen}-{path.strip('/').replace('/', '_').replace('?', '_').replace('&', '_') or 'trang-chu'}"


def one_case(site: Site, user_agency: str, *states: str) -> str:
    with site.database.read() as session:
        query = select(Complaint).where(Complaint.state.in_(states)).order_by(Complaint.id.desc())
        found = [case for case in session.scalars(query).unique() if case.agency.code == user_agency]
        return found[0].code


def test_public_pages(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    with site.database.read() as session:
        code = session.scalars(select(Complaint.code).where(Complaint.state == "closed")).first()
    for path in (*PUBLIC, f"/tra-cuu?ma={code}"):
        look(page, site, path, named(screen, path.replace(str(code), "ma")), tmp_path)
    page.goto(f"{site.address}/thu-tuc")
    page.click("details.card summary")
    page.click(".list a")
    look(page, site, page.url.removeprefix(site.address), f"{screen}-thu-tuc_mot", tmp_path)


def test_staff_pages(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    for path in STAFF:
        look(page, site, path, named(screen, path), tmp_path)
    code = one_case(site, "SXD", "in_progress", "promised")
    look(page, site, f"/phan-anh/{code}", f"{screen}-phan-anh", tmp_path)
    look(page, site, f"/phan-anh/{code}/in", f"{screen}-phan-anh-in", tmp_path)
    look(page, site, f"/phan-anh/{code}/phieu", f"{screen}-phieu", tmp_path)
    done = one_case(site, "SXD", "closed", "done")
    look(page, site, f"/phan-anh/{done}", f"{screen}-phan-anh-xong", tmp_path)


def test_managers_pages(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "vanphong")
    for path in MANAGERS:
        look(page, site, path, f"{named(screen, path)}-vp", tmp_path)
    page.goto(f"{site.address}/dieu-hanh?ky=nua-nam")
    assert page.locator(".chart canvas").count() == 2
    page.click(".figures a >> nth=1")
    assert page.locator("h1").inner_text() == "Đã xử lý"
    assert page.locator(".case").count() > 0


def test_administration_pages(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "quantri")
    for path in ADMIN:
        look(page, site, path, named(screen, path), tmp_path)
    browsing.log_in(page, site, "thumat")
    look(page, site, "/thu-mat", f"{screen}-thu-mat", tmp_path)


def test_a_case_from_the_counter_to_its_proof(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "ubnd.vuninh")
    page.goto(f"{site.address}/nhap-ho")
    page.check("input[name=source][value=phone]")
    page.fill("#text", f"Rác đổ đống trước cổng chợ Vũ Ninh đã một tuần, mùi rất khó chịu ({screen})")
    page.select_option("#commune", "09169")
    page.select_option("#topic", "MT01")
    page.fill("#phone", "0912 345 678")
    page.click("text=Ghi phản ánh và in phiếu")
    assert page.locator(".big-code").is_visible()
    code = page.url.split("/")[-2]
    browsing.log_in(page, site, "tiepnhan")
    page.goto(f"{site.address}/phan-anh/{code}")
    page.click("text=Nhận xử lý")
    proof = tmp_path / "sau.jpg"
    proof.write_bytes(photo())
    page.locator("details.act:has(#t-xong)").evaluate("node => { node.open = true }")
    page.fill("#t-xong", "Đội vệ sinh đã dọn sạch sáng nay.")
    page.set_input_files("#f-xong", proof)
    page.locator("form:has(#t-xong) button:not([type=button])").click()
    page.wait_for_load_state()
    assert page.locator(".state").inner_text() == "Đã làm xong"
    assert page.locator(".shot img").count() == 1
    look(page, site, f"/phan-anh/{code}", f"{screen}-phan-anh-minh-chung", tmp_path)


def test_keys_and_drafts(page: Page, site: Site, screen: str) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    page.goto(f"{site.address}/hang-doi")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/phan-anh/*")
    page.keyboard.press("g")
    page.keyboard.type("Đã gọi điện")
    page.reload()
    assert page.input_value("#t-ghi-chu") == "Đã gọi điện"
    page.focus("#t-ghi-chu")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**vua=ghi-chu**")
    assert page.locator(".message.note").last.inner_text().endswith("Đã gọi điện")
