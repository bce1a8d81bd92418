"""What managers look at beside the figures: age, agency, official ratios with their cases, the Monday letter."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.web.test_manager_pages import done  # noqa: F401 - a fixture
from tracker.config import TIMEZONE
from tracker.db.models import Account, Complaint, OpenQuestion, OutboxItem
from tracker.domain.tracking_code import shown
from tracker.services.figures import indicators, monday, ratios, watch
from tracker.uow import Database

LogIn = Callable[[str], None]


def test_open_cases_by_age_add_up_and_open_their_cases(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        session.get_one(Complaint, case.id).received_at = now - timedelta(days=10)
    with database.read() as session:
        ages = watch.ageing(session, now)
        assert [age.open for age in ages] == [0, 0, 1, 0, 0]
        assert sum(age.open for age in watch.ageing(session, now, case.agency_id)) == 1
        assert sum(age.open for age in watch.ageing(session, now, case.agency_id + 1)) == 0
    log_in("vanphong")
    table = client.get("/dieu-hanh").text.split('class="ages"')[1].split("</table>")[0]
    links = re.findall(r'<a href="([^"]+)">(\d+)</a>', table)
    assert [number for _, number in links] == ["1"]
    assert shown(case.code) in client.get(unescape(links[0][0])).text


def test_one_agency_in_three_clicks(
    client: TestClient,
    log_in: LogIn,
    done: Complaint,  # noqa: F811
) -> None:
    """Why is this agency late: its row, its topic's figure, the cases."""
    log_in("vanphong")
    province = client.get("/dieu-hanh").text
    agency = unescape(re.search(r'<th scope="row"><a href="([^"]+)">Ủy ban nhân dân phường Vũ Ninh', province)[1])  # type: ignore[index]
    own = client.get(agency).text
    assert "xem toàn tỉnh" in own
    cell = unescape(re.search(r'<td><a href="([^"]+so=resolved[^"]+)"[^>]*>1</a>', own)[1])  # type: ignore[index]
    assert shown(done.code) in client.get(cell).text
    log_in("truong")
    assert "xem toàn tỉnh" not in client.get("/dieu-hanh?co_quan=1").text


def test_the_official_ratios_agree_with_their_list_of_cases(
    client: TestClient,
    log_in: LogIn,
    done: Complaint,  # noqa: F811
    database: Database,
) -> None:
    now = datetime.now(UTC) + timedelta(seconds=2)
    start = now - timedelta(days=30)
    with database.read() as session:
        rows = list(ratios.evidence(session, start, now))
        figures = indicators.overview(session, start, now)
        assert figures.on_time_766.denominator == len(rows) == 1
        assert figures.on_time_766.numerator == sum(row.on_time for row in rows) == 1
        assert figures.satisfied_766.numerator == sum(row.satisfied for row in rows) == 1
    log_in("vanphong")
    html = client.get("/dieu-hanh/ty-le?ky=quy").text
    assert shown(done.code) in html
    assert "100,0%" in html
    book = load_workbook(io.BytesIO(client.get("/dieu-hanh/ty-le.xlsx?ky=quy").content))
    assert book.sheetnames == ["Tỷ lệ", "Danh sách minh chứng"]
    assert [row[0] for row in book["Danh sách minh chứng"].values][1:] == [shown(done.code)]
    assert [cell.value for cell in book["Tỷ lệ"][2]][1:4] == [1, 1, 100]


def test_a_late_case_is_in_the_denominator_alone(
    client: TestClient,
    done: Complaint,  # noqa: F811
    database: Database,
) -> None:
    now = datetime.now(UTC) + timedelta(seconds=2)
    with database.unit_of_work() as session:
        case = session.get_one(Complaint, done.id)
        case.due_at = now - timedelta(days=1)
    with database.read() as session:
        row = next(ratios.evidence(session, now - timedelta(days=2), now))
        assert (row.on_time, row.satisfied) == (False, False)


def test_the_queue_as_a_workbook(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("vanphong")
    sheet = load_workbook(io.BytesIO(client.get("/hang-doi.xlsx?trang_thai=all").content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.values] == ["Mã", shown(case.code)]
    assert sheet.auto_filter.ref == "A1:J2"
    assert sheet.freeze_panes == "B2"


def test_questions_without_an_answer_are_listed_without_numbers(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(OpenQuestion(turn_id="t1", kind="procedure", text="Xin thẻ tím, gọi 0912345678",
                                 created_at=datetime.now(UTC)))  # fmt: skip
        session.add(OpenQuestion(turn_id="t2", kind="fallback", text="abc", created_at=datetime.now(UTC)))
    log_in("vanphong")
    assert re.search(r'href="/dieu-hanh/cau-hoi\?[^"]*">1</a>', client.get("/dieu-hanh").text)
    html = client.get("/dieu-hanh/cau-hoi").text
    assert ("Xin thẻ tím" in html, "0912345678" in html, "abc" in html) == (True, False, False)
    log_in("truong")
    assert "chưa trả lời được" not in client.get("/dieu-hanh").text


@pytest.fixture
def mondays(database: Database, case: Complaint) -> datetime:
    """Half past seven of a Monday, with an office and a head that can be written to."""
    with database.unit_of_work() as session:
        for name in ("vanphong", "truong", "vuninh"):
            session.scalars(select(Account).where(Account.username == name)).unique().one().email = f"{name}@x.vn"
    return datetime(2026, 11, 30, 7, 30, tzinfo=TIMEZONE)


def letters(database: Database) -> list[OutboxItem]:
    with database.read() as session:
        return list(session.scalars(select(OutboxItem).where(OutboxItem.kind == "monday").order_by(OutboxItem.id)))


def test_the_monday_letter_goes_once_to_those_who_head_something(database: Database, mondays: datetime) -> None:
    early = mondays - timedelta(minutes=1)
    with database.unit_of_work() as session:
        assert monday.send(session, early) == 0
        assert monday.send(session, mondays) == 2
        assert monday.send(session, mondays + timedelta(minutes=5)) == 0
        assert monday.send(session, mondays + timedelta(days=1)) == 0
    assert sorted(str(item.address) for item in letters(database)) == ["truong@x.vn", "vanphong@x.vn"]
    body = letters(database)[0].body or ""
    assert "bao-cao-tuan?tuan=2026-11-23" in body
    assert "ổ gà <script>" not in body
    with database.unit_of_work() as session:
        assert monday.send(session, mondays + timedelta(days=7)) == 2


def test_a_monday_off_moves_the_letter_to_the_first_working_day(database: Database, mondays: datetime) -> None:
    from tracker.services.people.audit import set_day  # noqa: PLC0415

    with database.unit_of_work() as session:
        admin = session.scalars(select(Account.id).where(Account.username == "quantri")).one()
        values = {"working": False, "name": "Nghỉ bù", "decision": "", "pending": False}
        set_day(session, mondays.date(), values, admin, mondays)
    with database.unit_of_work() as session:
        assert monday.send(session, mondays) == 0
        assert monday.send(session, mondays + timedelta(days=1)) == 2
