"""Every page in a real browser: accessible, not wider than a phone, no error in the console; every act by hand."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.web import browsing
from tests.web.browsing import SIZES, Site
from tests.web.test_staff_pages import photo
from tracker.db.engine import make_engine
from tracker.db.models import CaseMessage, Complaint, OutboxItem, Topic
from tracker.services.cases import bodies
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import alarms, duty
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_commune, find_topic
from tracker.services.samples import demo_data
from tracker.uow import Database
from tracker.web import public

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browsing.CHROMIUM is None, reason="no Chromium"),
    pytest.mark.skipif(not browsing.AXE.exists(), reason="no web assets: npm run assets"),
]

PUBLIC = ("/", "/tra-cuu", "/tra-cuu?ma=1234", "/so-lieu", "/thu-tuc", "/phan-hoi-cong-khai", "/to-in/09169",
          "/dang-nhap", "/quen-mat-khau", "/khong-co")  # fmt: skip
STAFF = ("/hang-doi", "/hang-doi?trang_thai=all&chu_de=HT01", "/hang-doi?tim=khong+co+viec+nay", "/nhap-ho",
         "/tai-khoan", "/to-in")  # fmt: skip
MANAGERS = (
    "/dieu-hanh?ky=nua-nam",
    "/dieu-hanh?ky=nua-nam&theo=topic",
    "/bao-cao-tuan",
    "/hang-doi",
    "/dieu-hanh/ty-le?ky=quy",
    "/dieu-hanh/cau-hoi",
    "/dieu-hanh?ky=nua-nam&co_quan=2",
)
ADMIN = ("/quan-tri", "/quan-tri/co-quan?tim=so", "/quan-tri/chu-de", "/quan-tri/lich", "/quan-tri/mau-cau",
         "/quan-tri/van-ban", "/quan-tri/nhat-ky", "/quan-tri/luu-tru", "/canh-bao", "/lich-truc")  # fmt: skip


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


def test_the_monday_page_is_one_sheet_of_paper(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "vanphong")
    page.goto(f"{site.address}/bao-cao-tuan")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize(("user", "path"), [("sxd.xuly", "/hang-doi"), ("vanphong", "/bao-cao-tuan"), ("", "/")])
def test_the_first_load_is_light(
    chromium: Browser, site: Site, screen: str, user: str, path: str, tmp_path: Path
) -> None:
    """Everything the first page needs, compressed as a server in front would: at most 250 kB."""
    context = chromium.new_context(viewport=SIZES[screen])
    page = context.new_page()
    bodies: dict[str, bytes] = {}
    page.on(
        "response",
        lambda answer: bodies.update({answer.url: answer.body()}) if answer.status == HTTPStatus.OK else None,
    )
    if user:
        browsing.log_in(page, site, user)
    page.goto(f"{site.address}{path}")
    page.wait_for_load_state("networkidle")
    weight = sum(len(gzip.compress(body)) for body in bodies.values())
    context.close()
    assert weight <= 250_000, {url: len(body) for url, body in bodies.items()}


def test_an_answer_is_read_and_released_to_everybody(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    with site.database.read() as session:
        query = (
            select(Complaint.code).join(CaseMessage, CaseMessage.complaint_id == Complaint.id)
            .join(Topic, Complaint.topic_id == Topic.id)
            .where(CaseMessage.kind.in_(("answer", "done")), Complaint.state == "closed",
                   Complaint.kind == "complaint", Topic.publishable, ~Topic.confidential)
        )  # fmt: skip
        code = session.scalars(query.order_by(Complaint.id)).unique().all()[sorted(SIZES).index(screen)]
    browsing.log_in(page, site, "vanphong")
    page.goto(f"{site.address}/phan-anh/{code}")
    page.click("a:has-text('ông khai')")
    look(page, site, page.url.removeprefix(site.address), f"{screen}-cong-khai", tmp_path)
    page.fill("#answer", f"Đã làm xong, xem trên màn hình {screen}")
    page.check("#read")
    page.click("button:has-text('Công khai')")
    assert page.locator("text=Đang công khai từ").is_visible()
    page.context.clear_cookies()
    look(page, site, "/phan-hoi-cong-khai?tim=man+hinh", f"{screen}-phan-hoi", tmp_path)
    assert page.locator(".prose").first.inner_text() == f"Đã làm xong, xem trên màn hình {screen}"


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
    page.locator("form:has(#t-xong) button >> nth=0").click()
    page.wait_for_load_state()
    assert page.locator(".state").inner_text() == "Đã làm xong"
    assert page.locator(".shot img").count() == 1
    look(page, site, f"/phan-anh/{code}", f"{screen}-phan-anh-minh-chung", tmp_path)


class Hand:
    """An official at work: every click, key and chosen file counts as one action."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.click(selector)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def choose(self, selector: str, file: Path) -> None:
        self.actions += 1
        self.page.set_input_files(selector, file)


def untaken(site: Site, agency: str) -> list[str]:
    with site.database.read() as session:
        query = select(Complaint).where(Complaint.state == "assigned").order_by(Complaint.due_at)
        return [case.code for case in session.scalars(query).unique() if case.agency.code == agency]


def test_take_answer_with_a_photo_and_finish_in_four_actions(
    page: Page, site: Site, screen: str, tmp_path: Path
) -> None:
    """The aim of the queue: at most four actions from an untaken case to done, and the queue is never left."""
    first, second = untaken(site, "SXD")[:2]
    proof = tmp_path / "sau.jpg"
    proof.write_bytes(photo())
    browsing.log_in(page, site, "sxd.xuly")
    page.goto(f"{site.address}/hang-doi")
    hand = Hand(page)
    hand.click(f"#c{first} .open-here")
    page.wait_for_selector(".panel")
    look(page, site, page.url.removeprefix(site.address), f"{screen}-hang-doi-tai-cho", tmp_path)
    hand.click("text=Đã làm xong, có ảnh")
    hand.choose("#f-tai-cho", proof)
    hand.click("text=Nhận và báo đã làm xong")
    page.wait_for_url("**vua=xong**")
    assert hand.actions <= 4
    assert page.url.startswith(f"{site.address}/hang-doi")
    with site.database.read() as session:
        case = session.scalars(select(Complaint).where(Complaint.code == first)).unique().one()
        assert (case.state, [event.action for event in case.events][-2:]) == ("done", ["take", "finish"])
        assert "đã được xử lý xong" in (case.messages[-1].body or "")
        assert [file.role for file in case.attachments if file.message_id] == ["proof"]
    page.goto(f"{site.address}/hang-doi")
    hand = Hand(page)
    page.focus(f"#c{second} .what")
    hand.press("e")
    page.wait_for_selector(".panel")
    hand.press("1")
    hand.choose("#f-tai-cho", proof)
    hand.press("Control+Enter")
    page.wait_for_url("**vua=xong**")
    assert hand.actions <= 4


def test_the_panel_works_without_javascript(chromium: Browser, site: Site, screen: str, tmp_path: Path) -> None:
    with site.database.unit_of_work() as session:
        body = find_agency(session, "PCBN", None)
        new = NewCase(
            description="Mất điện cả xóm", topic=find_topic(session, "DN01"), agency=body, source="web",
            commune=find_commune(session, "09169"), place_text="xóm Chùa",
        )  # fmt: skip
        code = open_complaint(session, new, datetime.now(UTC)).code
    context = chromium.new_context(viewport=SIZES[screen], java_script_enabled=False)
    page = context.new_page()
    browsing.log_in(page, site, "pcbn.xuly")
    page.goto(f"{site.address}/hang-doi")
    page.click(f"#c{code} .open-here")
    page.click("text=Đã làm xong, có ảnh")
    assert "đã được xử lý xong" in page.input_value("#t-tai-cho")
    page.click("text=Lưu nháp")
    assert "đã được xử lý xong" in page.input_value("#t-tai-cho")
    page.click(".panel button[value=tra-loi]")
    page.wait_for_url("**vua=tra-loi**")
    context.close()


def test_many_at_once(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    browsing.log_in(page, site, "vanphong")
    page.goto(f"{site.address}/hang-doi?trang_thai=in_progress")
    for tick in page.locator("[data-walk] input[name=chon]").all()[:3]:
        tick.check()
    assert page.locator("[data-count]").inner_text() == "Đã đánh dấu 3"
    page.click("#nhieu summary:has-text('Trả lời')")
    page.select_option("#n-mau", label="Đang cử người đi kiểm tra")
    browsing.keep_picture(page, tmp_path, f"{screen}-hang-doi-nhieu")
    assert browsing.faults(page) == []
    page.click("text=Xem trước rồi gửi")
    browsing.keep_picture(page, tmp_path, f"{screen}-xem-truoc-nhieu")
    assert browsing.faults(page) == []
    assert browsing.overflow(page) <= 0
    page.click("text=Gửi các câu đã đánh dấu")
    browsing.keep_picture(page, tmp_path, f"{screen}-ket-qua-nhieu")
    assert browsing.faults(page) == []
    assert browsing.overflow(page) <= 0
    assert "3 trên 3 phản ánh đã làm được" in page.locator("[role=status]").inner_text()


def test_the_list_of_keys_and_turning_them_off(page: Page, site: Site, screen: str) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    page.goto(f"{site.address}/hang-doi")
    page.keyboard.press("?")
    assert page.locator("#phim").is_visible()
    assert browsing.faults(page) == []
    page.check("[data-keys-off]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") != "what"
    page.keyboard.press("?")
    page.uncheck("[data-keys-off]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") == "what"


def test_an_expired_session_in_the_middle_of_an_answer(page: Page, site: Site, screen: str) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    code = one_case(site, "SXD", "in_progress", "promised")
    page.goto(f"{site.address}/phan-anh/{code}?mo=tra-loi")
    page.fill("#t-tra-loi", "Câu trả lời dài viết suốt buổi sáng.")
    page.context.clear_cookies()
    page.locator("form:has(#t-tra-loi) button >> nth=0").click()
    page.fill("#username", "sxd.xuly")
    page.fill("#password", site.passwords["sxd.xuly"])
    page.click("main button")
    page.wait_for_url("**mo=tra-loi**")
    assert page.input_value("#t-tra-loi") == "Câu trả lời dài viết suốt buổi sáng."
    page.fill("#t-tra-loi", "")
    page.locator("form:has(#t-tra-loi) button.link").click()


def test_going_back_after_sending_changes_nothing(page: Page, site: Site, screen: str) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    code = one_case(site, "SXD", "in_progress", "promised")
    page.goto(f"{site.address}/phan-anh/{code}?mo=ghi-chu")
    page.fill("#t-ghi-chu", f"Gọi lúc sáng ({screen})")
    page.locator("form:has(#t-ghi-chu) button >> nth=0").click()
    page.wait_for_url("**vua=ghi-chu**")
    page.go_back()
    page.wait_for_load_state()
    assert page.input_value("#t-ghi-chu") == ""
    assert page.locator(".message.note", has_text=f"Gọi lúc sáng ({screen})").count() == 1


def test_keys_and_drafts(page: Page, site: Site, screen: str) -> None:
    browsing.log_in(page, site, "sxd.xuly")
    page.goto(f"{site.address}/hang-doi")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/phan-anh/*")
    page.keyboard.press("g")
    page.keyboard.type("Đã gọi điện")
    page.wait_for_selector("text=Đã lưu nháp.")
    page.goto(page.url.split("?")[0].split("#")[0])
    assert page.input_value("#t-ghi-chu") == "Đã gọi điện"
    page.focus("#t-ghi-chu")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**vua=ghi-chu**")
    assert page.locator(".message.note").last.inner_text().endswith("Đã gọi điện")


def test_the_page_of_a_body_without_accounts(page: Page, site: Site, screen: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with site.database.unit_of_work() as session:
        body = find_agency(session, "SNV", None)
        body.email = "snv@example.invalid"
        begins = now + timedelta(days=sorted(SIZES).index(screen))
        ends = begins + timedelta(hours=8)
        duty.add(session, body, name="Trực ban", phone="0900000000", starts_at=begins, ends_at=ends)
        new = NewCase(description="Chờ lâu ở quầy", topic=find_topic(session, "HC01"), agency=body, source="web")
        case = open_complaint(session, new, now)
        alarms.raise_alarm(session, "call_body", str(case.id), now, case=case, agency_id=body.id)
        bodies.send_link(session, case, now)
        letters = select(OutboxItem.body).where(OutboxItem.complaint_id == case.id, OutboxItem.kind == "body")
        path = re.search(r"/viec/[\w-]+", session.scalars(letters).all()[-1] or "")
    assert path is not None
    look(page, site, path[0], f"{screen}-viec-qua-thu", tmp_path)
    page.click("text=Trả lời")
    page.fill("#t-loi", "Đã bố trí thêm người ở quầy.")
    page.click("text=Gửi trả lời")
    page.wait_for_selector("text=Đã gửi câu trả lời")
    browsing.log_in(page, site, "tiepnhan")
    look(page, site, "/canh-bao", f"{screen}-canh-bao", tmp_path)
    look(page, site, "/lich-truc", f"{screen}-lich-truc", tmp_path)
