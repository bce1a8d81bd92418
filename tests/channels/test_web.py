"""The web chat, with and without script."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import func, select

from bot.channels.runner import Runner
from bot.channels.web import events, make_router
from bot.channels.web.visitor import COOKIE
from tracker.db.models import Conversation, InboxItem, OutboxItem
from tracker.delivery import inbox, media, outbox
from tracker.delivery.message import Message

JSON = {"Accept": "application/json"}


@pytest.fixture
def client(stack: Any) -> Iterator[TestClient]:
    with a_browser(stack) as browser:
        yield browser


def a_browser(stack: Any) -> TestClient:
    app = FastAPI()
    app.include_router(make_router(stack.database, stack.settings))
    return TestClient(app, base_url="http://testserver", follow_redirects=True)


def work(stack: Any) -> int:
    runner = Runner(stack.database, stack.dialogue, "web", "runner")
    return sum(1 for _ in iter(runner.step, False))


def count(stack: Any, model: type) -> int:
    with stack.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def a_photo(size: tuple[int, int] = (30, 20)) -> bytes:
    image, out = Image.new("RGB", size, "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "position of the house"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_plain_form_works_without_script(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    page = client.post("/chat/messages", data={"text": "Đường <b>ngập</b> quá", "key": "a"})
    assert page.status_code == 200
    assert page.request.method == "GET"
    assert "Đường &lt;b&gt;ngập&lt;/b&gt; quá" in page.text
    assert 'http-equiv="refresh"' in page.text
    assert work(stack) == 1
    page = client.get("/chat")
    assert "Đã nghe: Đường" in page.text
    assert 'http-equiv="refresh"' not in page.text
    with stack.database.read() as session:
        assert session.scalars(select(OutboxItem)).one().status == "sent"


def test_the_same_form_sent_twice_is_one_turn(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    for _ in range(2):
        client.post("/chat/messages", data={"text": "một", "key": "a"}, headers=JSON)
    assert work(stack) == 1


def test_the_script_gets_lines_and_buttons(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    stack.dialogue.rows = ((("Gửi đi", "send"), ("Vị trí", "request:location")),)
    assert client.post("/chat/messages", data={"text": "một"}, headers=JSON).json() == {"ok": True}
    work(stack)
    (line,) = client.get("/chat/messages").json()["lines"]
    assert line["text"] == "Đã nghe: một"
    send, place = line["buttons"][0]
    assert place["share"] == "location"
    assert client.get(f"/chat/messages?after={line['id']}").json()["lines"] == []
    for _ in range(2):
        client.post("/chat/messages", data={"token": send["token"]}, headers=JSON)
    assert work(stack) == 1
    assert stack.dialogue.heard[-1] == '/add_info{"choice": "send"}'
    page = client.get("/chat").text
    assert page.count("<p>Gửi đi</p>") == 2
    assert "đã nhận lựa chọn này" in page


def test_a_photo_is_kept_by_its_bytes(stack: Any, client: TestClient) -> None:
    data = a_photo()
    client.get("/chat")
    client.post("/chat/messages", data={"text": "đây ạ"}, files={"photo": ("a.jpg", data)}, headers=JSON)
    with stack.database.read() as session:
        item = session.scalars(select(InboxItem)).one()
        (file,) = inbox.files_of([item])
        assert (item.kind, item.text) == ("media", "đây ạ")
    sha = file["ref"].removeprefix(media.STORED)
    assert media.path_of(stack.settings.media_dir, sha).read_bytes() == data


@pytest.mark.parametrize("data", [b"MZ" + b"\0" * 100, b"<svg onload=alert(1)>", b"%PDF-1.4"])
def test_a_file_that_lies_about_its_type_is_refused(stack: Any, client: TestClient, data: bytes) -> None:
    client.get("/chat")
    answer = client.post("/chat/messages", files={"photo": ("a.jpg", data, "image/jpeg")}, headers=JSON)
    assert answer.status_code == 422
    assert "ảnh" in answer.json()["error"]
    assert count(stack, InboxItem) == 0


def test_over_twenty_megabytes_is_refused_with_a_sentence(client: TestClient) -> None:
    client.get("/chat")
    data = a_photo() + b"\0" * media.BIGGEST
    page = client.post("/chat/messages", files={"photo": ("a.jpg", data)})
    assert page.status_code == 422
    assert "20 MB" in page.text


@pytest.mark.parametrize(
    "form",
    [{"text": "   "}, {"text": "a" * 4097}, {"lat": "abc", "lon": "1"}, {"lat": "91", "lon": "1"}, {"lat": "nan"}],
)
def test_what_cannot_be_used_gets_a_sentence(stack: Any, client: TestClient, form: dict[str, str]) -> None:
    client.get("/chat")
    assert client.post("/chat/messages", data=form, headers=JSON).status_code == 422
    assert count(stack, InboxItem) == 0


def test_a_place(stack: Any, client: TestClient) -> None:
    client.post("/chat/messages", data={"lat": "21.18", "lon": "106.07"}, headers=JSON)
    work(stack)
    assert stack.dialogue.heard == ['/add_info{"choice": "location"}']


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/x"}]
)
def test_another_site_cannot_send_in_somebodys_name(stack: Any, client: TestClient, headers: dict[str, str]) -> None:
    client.get("/chat")
    assert client.post("/chat/messages", data={"text": "một"}, headers=headers).status_code == 403
    assert count(stack, InboxItem) == 0
    own = client.post("/chat/messages", data={"text": "một"}, headers={"Origin": "http://testserver"})
    assert own.status_code == 200


def test_a_private_link_reopens_the_talk_elsewhere(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    client.post("/chat/messages", data={"text": "chuyện của tôi"})
    found = re.search(r"/chat/mo/[\w.-]+", client.get("/chat").text)
    assert found is not None
    with a_browser(stack) as other:
        assert "chuyện của tôi" not in other.get("/chat").text
        assert "chuyện của tôi" in other.get(found[0]).text
        assert other.get("/chat/mo/made-up").status_code == 404
        assert other.get("/chat/qr.svg").headers["content-type"] == "image/svg+xml"


def test_the_cookie_is_signed_and_out_of_scripts_reach(stack: Any, client: TestClient) -> None:
    cookie = client.get("/chat").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    client.post("/chat/messages", data={"text": "bí mật"})
    value = client.cookies[COOKIE]
    with a_browser(stack) as other:
        other.cookies.set(COOKIE, value[:-2] + "xx")
        assert "bí mật" not in other.get("/chat").text


def test_a_posters_code_starts_in_its_commune(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    client.get("/chat?xa=09169")
    client.get("/chat?xa=09169")
    work(stack)
    assert stack.dialogue.heard == ['/add_info{"choice": "start:xa_09169"}']


def test_the_page_holds_no_inline_script_or_style(client: TestClient) -> None:
    page = client.get("/chat").text
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on\w+=", page)
    assert "không thể đổ chuông" in page
    assert client.get("/chat/static/chat.js").status_code == 200
    assert client.get("/chat/static/router.py").status_code == 404


def test_events_bring_late_lines_even_below_the_cursor(stack: Any, client: TestClient) -> None:
    client.get("/chat")
    client.post("/chat/messages", data={"text": "một"}, headers=JSON)
    now = datetime.now(UTC)
    with stack.database.unit_of_work() as session:
        conversation = session.scalars(select(Conversation)).one()
        address = conversation.address
        late = outbox.say(session, conversation, Message("muộn"), kind="x", dedupe_key="a", now=now)

    async def read() -> list[dict[str, str]]:
        return [event async for event in events.stream(stack.database, address, late.id + 5, longest=0)]

    (event,) = asyncio.run(read())
    assert json.loads(event["data"])["text"] == "muộn"
    assert asyncio.run(read()) == []


def test_the_shown_copy_has_no_exif_and_is_small(stack: Any) -> None:
    folder = stack.settings.media_dir
    shown = media.shown_copy(folder, a_photo((4000, 1000)))
    assert shown is not None
    with Image.open(media.path_of(folder, shown)) as image:
        assert image.size == (2048, 512)
        assert not image.getexif()
    assert media.shown_copy(folder, b"no picture") is None
