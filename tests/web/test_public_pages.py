"""What anybody sees: by code, and nothing personal."""

from datetime import timedelta

from fastapi.testclient import TestClient

from tracker.db.models import Complaint, Topic
from tracker.domain.tracking_code import shown
from tracker.uow import Database
from tracker.web import public
from tracker.web.public import LOOKUPS


def test_a_code_with_or_without_spaces_shows_public_facts(client: TestClient, case: Complaint) -> None:
    for typed in (case.code, shown(case.code)):
        page = client.get("/tra-cuu", params={"ma": typed})
        assert page.status_code == 200
        assert "Phường Vũ Ninh" in page.text
        assert "cổng trường" not in page.text


def test_wrong_and_unknown_codes_get_a_sentence(client: TestClient) -> None:
    assert client.get("/tra-cuu", params={"ma": "1234"}).status_code == 422
    unknown = client.get("/tra-cuu", params={"ma": "482739156047"})
    assert unknown.status_code in (404, 422)


def test_guessing_codes_is_slowed(client: TestClient, case: Complaint) -> None:
    answers = [client.get("/tra-cuu", params={"ma": case.code}).status_code for _ in range(LOOKUPS + 1)]
    assert answers[-2:] == [200, 429]


def test_pages_carry_strict_headers(client: TestClient) -> None:
    answer = client.get("/")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in answer.text


def test_an_unknown_page_is_said_in_vietnamese(client: TestClient) -> None:
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_open_figures_in_every_form(client: TestClient, case: Complaint) -> None:
    assert "Chúng tôi làm được đến đâu" in client.get("/so-lieu").text
    data = client.get("/so-lieu.json").json()
    assert len(data["months"]) == 12
    assert data["months"][0]["received"] == 1
    assert "received" in data["fields"]
    lines = client.get("/so-lieu.csv").text.splitlines()
    assert lines[0].removeprefix("\ufeff").split(",")[:2] == ["month", "received"]
    assert len(lines) == 13


def test_procedures_are_found_without_diacritics_and_shown_with_their_source(client: TestClient) -> None:
    found = client.get("/thu-tuc", params={"tim": "khai sinh"}).text
    assert 'href="/thu-tuc/' in found
    path = found.split('class="list"')[1].split('href="')[1].split('"')[0]
    page = client.get(path).text
    assert "theo bản ghi ngày" in page
    assert client.get("/thu-tuc/khong-co").status_code == 404


def test_a_poster_opens_the_chat_with_its_commune(client: TestClient, passwords: dict[str, str]) -> None:
    page = client.get("/to-in/09169").text
    assert "/chat?xa=09169" in page
    assert "Phường Vũ Ninh" in page
    assert client.get("/to-in/00000").status_code == 404


def test_a_confidential_topic_says_nothing_of_place_or_content(
    client: TestClient, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.get_one(Topic, case.topic_id).confidential = True
    page = client.get("/tra-cuu", params={"ma": case.code}).text
    assert "Nội dung không công khai" in page
    assert "Vũ Ninh" not in page.replace("phường Vũ Ninh", "")


def test_open_figures_are_counted_once_in_a_while(client: TestClient, case: Complaint, database: Database) -> None:
    first = client.get("/so-lieu.json").json()
    with database.unit_of_work() as session:
        session.get_one(Complaint, case.id).source = "phone"
        session.get_one(Complaint, case.id).received_at -= timedelta(days=400)
    assert client.get("/so-lieu.json").json() == first
    public._told.clear()
    assert client.get("/so-lieu.json").json() != first
