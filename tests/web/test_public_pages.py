"""What anybody sees: by code, and nothing personal."""

from fastapi.testclient import TestClient

from tracker.db.models import Complaint
from tracker.domain.tracking_code import shown
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
