"""Figures that open their cases, and sheets no spreadsheet takes for formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from tests.web.test_staff_pages import act, photo
from tracker.db.models import Agency, Complaint
from tracker.domain.tracking_code import shown
from tracker.uow import Database
from tracker.web.manager import period_of
from tracker.web.sheets import as_csv, harmless

LogIn = Callable[[str], None]


@pytest.fixture
def done(client: TestClient, log_in: LogIn, case: Complaint) -> Complaint:
    log_in("vuninh")
    assert act(client, case.code, "nhan", {}) == 303
    assert (
        act(client, case.code, "xong", {"text": "Đã vá."}, files={"files": ("a.jpg", photo(), "image/jpeg")}) == 303
    )
    return case


def test_every_figure_opens_the_cases_it_counts(client: TestClient, log_in: LogIn, done: Complaint) -> None:
    log_in("vanphong")
    html = client.get("/dieu-hanh").text
    links = re.findall(r'<a class="value[^"]*" href="(/hang-doi[^"]+)">([\d.]+)</a>', html)
    assert len(links) == 10
    for link, number in links:
        listed = client.get(unescape(link))
        assert listed.status_code == 200
        assert f"{number} phản ánh" in listed.text, link
    resolved = unescape(next(link for link, _ in links if "so=resolved" in link))
    assert shown(done.code) in client.get(resolved).text


def test_cells_of_every_table_open_their_cases(client: TestClient, log_in: LogIn, done: Complaint) -> None:
    log_in("vanphong")
    for dimension in ("agency", "commune", "topic", "source"):
        html = client.get(f"/dieu-hanh?theo={dimension}").text
        cells = re.findall(r'<td><a href="([^"]+)"[^>]*>(\d+)</a>', html)
        assert cells, dimension
        for link, number in cells:
            assert f"{number} phản ánh" in client.get(unescape(link)).text, link


def test_a_head_sees_their_own_agency_alone(client: TestClient, log_in: LogIn, done: Complaint) -> None:
    log_in("truong")
    assert "phường Vũ Ninh" in client.get("/dieu-hanh").text
    other = client.get("/hang-doi.csv?trang_thai=all")
    assert done.code[:4] in other.text


def test_exports_in_both_forms(client: TestClient, log_in: LogIn, done: Complaint, database: Database) -> None:
    with database.unit_of_work() as session:
        session.get_one(Agency, done.agency_id).name = '=HYPERLINK("http://evil")'
    log_in("vanphong")
    assert "'=HYPERLINK" in client.get("/dieu-hanh.csv").text
    sheet = load_workbook(io.BytesIO(client.get("/dieu-hanh.xlsx").content)).active
    assert sheet is not None
    rows = list(sheet.values)
    assert rows[1][0] == '\'=HYPERLINK("http://evil")'
    assert rows[1][1] == 1
    listed = client.get("/hang-doi.csv?trang_thai=all")
    assert shown(done.code) in listed.text
    assert "'=HYPERLINK" in listed.text


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_starts_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert f"'{text[0]}" in as_csv(["a"], [[text]])


def test_periods_of_ones_own(client: TestClient, log_in: LogIn, done: Complaint) -> None:
    log_in("vanphong")
    assert client.get("/dieu-hanh?ky=khac&tu=2026-01-01&den=2026-01-31").status_code == 200
    for bad in ("tu=2026-02-01&den=2026-01-01", "tu=2999-01-01&den=2999-02-01", "tu=hom-qua&den=2026-01-01"):
        assert client.get(f"/dieu-hanh?ky=khac&{bad}").status_code == 422, bad


def test_a_period_is_compared_with_one_of_the_same_length(now: object) -> None:
    from datetime import datetime, timedelta  # noqa: PLC0415

    assert isinstance(now, datetime)
    week = period_of("tuan", now)
    assert week.start.weekday() == 0
    assert week.end - week.start == week.before.end - week.before.start
    own = period_of("khac", now, "2026-11-01", "2026-11-10")
    assert own.end - own.start == timedelta(days=10)
    assert own.query == {"ky": "khac", "tu": "2026-11-01", "den": "2026-11-10"}


def test_the_monday_page(client: TestClient, log_in: LogIn, done: Complaint) -> None:
    log_in("vanphong")
    assert "Năm việc lỡ hạn trong tuần" in client.get("/bao-cao-tuan").text
    assert client.get("/bao-cao-tuan?tuan=2999-01-01").status_code == 422
