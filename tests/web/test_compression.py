"""What is sent small, and what is not because a secret stands in it."""

from collections.abc import Callable

from fastapi.testclient import TestClient

SMALL = {"Accept-Encoding": "gzip"}


def test_assets_and_pages_for_strangers_are_compressed(client: TestClient) -> None:
    client.cookies.clear()
    for path in ("/static/app.css", "/dang-nhap"):
        answer = client.get(path, headers=SMALL)
        assert answer.headers.get("Content-Encoding") == "gzip", path
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in client.get("/static/app.css", headers={"Accept-Encoding": "identity"}).headers


def test_a_page_with_a_secret_beside_typed_words_is_not(client: TestClient, log_in: Callable[[str], None]) -> None:
    log_in("xaydung")
    answer = client.get("/hang-doi?tim=do+lo", headers=SMALL)
    assert answer.status_code == 200
    assert 'name="csrf"' in answer.text
    assert "Content-Encoding" not in answer.headers
    assert client.get("/static/app.css", headers=SMALL).headers["Content-Encoding"] == "gzip"
