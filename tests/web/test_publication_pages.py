"""Answers released to everybody: read first, never of some topics, taken back when in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tracker.config import Settings
from tracker.db.models import Account, Agency, Attachment, CaseEvent, Complaint, Publication, Topic
from tracker.delivery import media
from tracker.domain.blanking import blanked, suggest
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.people.privacy import _erase_cases
from tracker.uow import Database
from tracker.web.publications import LIST

ANSWER = "Đã vá xong ổ gà trước cổng trường, liên hệ anh Nguyễn Văn An 0912 345 678."
CLEAN = "Đã vá xong ổ gà trước cổng trường."


@pytest.fixture
def answered(database: Database, case: Complaint) -> Complaint:
    """The pothole, answered by the commune."""
    with database.unit_of_work() as session:
        act(session, case.id, Action.TAKE, Actor(Role.OFFICE), Given(), datetime.now(UTC))
        return act(session, case.id, Action.ANSWER, Actor(Role.OFFICE), Given(ANSWER), datetime.now(UTC))


@pytest.fixture
def photo(database: Database, settings: Settings, answered: Complaint) -> int:
    """A photo the citizen sent."""
    path = media.path_of(settings.media_dir, "ab" * 32)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"jpeg")
    with database.unit_of_work() as session:
        row = Attachment(
            complaint_id=answered.id, kind="photo", status="stored", sha256="cd" * 32, shown_sha256="ab" * 32,
            created_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


Release = Callable[..., int]


@pytest.fixture
def release(client: TestClient, log_in: Callable[[str], None], answered: Complaint) -> Release:
    """Post the form as the office; returns the status."""

    def release(**given: str) -> int:
        log_in("vanphong")
        html = client.get(f"/phan-anh/{answered.code}/cong-khai").text
        csrf = html.split('name="csrf" value="')[1].split('"')[0]
        message = html.split('name="message" value="')[1].split('"')[0] if 'name="message"' in html else "0"
        data = {"csrf": csrf, "message": message, "answer": CLEAN, "read": "1", **given}
        return client.post(f"/phan-anh/{answered.code}/cong-khai", data=data).status_code

    return release


def seen(client: TestClient, **query: str) -> str:
    client.cookies.clear()
    return client.get(LIST, params=query).text


def test_names_and_numbers_are_suggested() -> None:
    text = "Nhà bà Nguyễn Thị Hoa, số 12 ngõ 5 đường Trần Phú, gọi 0912345678, xe 99A-123.45, chị Lan ở Vũ Ninh"
    assert [(one.what, one.text) for one in suggest(text)] == [
        ("họ tên", "Nguyễn Thị Hoa"), ("số nhà", "số 12 ngõ 5"), ("số điện thoại", "0912345678"),
        ("biển số xe", "99A-123.45"), ("họ tên", "Lan"),
    ]  # fmt: skip
    assert "Trần Phú" in blanked(text)
    assert "Vũ Ninh" in blanked(text)


def test_nothing_is_public_before_somebody_releases_it(client: TestClient, answered: Complaint) -> None:
    assert "Chưa có phản hồi nào" in seen(client)
    assert "vá xong" not in seen(client)


def test_the_form_comes_with_names_and_numbers_blanked(
    client: TestClient, log_in: Callable[[str], None], answered: Complaint
) -> None:
    log_in("truong")
    html = client.get(f"/phan-anh/{answered.code}/cong-khai").text
    shown = html.split('name="answer"')[1].split("</textarea>")[0]
    assert "0912" not in shown
    assert "Văn An" not in shown
    assert "Nguyễn Văn An</b> (họ tên)" in html


def test_a_released_answer_is_found_and_tells_nothing_of_the_citizen(
    client: TestClient, database: Database, release: Release, answered: Complaint
) -> None:
    assert release() == 303
    for query in ({}, {"tim": "va xong o ga"}, {"chu_de": "HT01"}, {"xa": "09169"}, {"tim": "vu ninh"}):
        html = seen(client, **query)
        assert CLEAN in html, query
        assert "alert(1)" not in html
        assert answered.code not in html
    for query in ({"tim": "rac"}, {"chu_de": "MT01"}, {"xa": "09190"}, {"tu": "2099-01-01"}, {"den": "2020-01-01"}):
        assert CLEAN not in seen(client, **query), query
    assert client.get(LIST, params={"tu": "hôm qua"}).status_code == 422
    with database.read() as session:
        actions = session.scalars(select(CaseEvent.action).where(CaseEvent.complaint_id == answered.id)).all()
        assert actions[-1] == "publish"


def test_the_citizens_words_only_when_ticked_and_escaped(
    client: TestClient, release: Release, answered: Complaint
) -> None:
    assert release(words="Đường toàn ổ gà <b>") == 303
    assert "toàn ổ gà" not in seen(client)
    assert release(words="Đường toàn ổ gà <b>", with_words="1") == 303
    assert "Đường toàn ổ gà &lt;b&gt;" in seen(client)
    assert "toàn ổ gà" not in seen(client, tim="khong co dau")


@pytest.mark.parametrize(
    "given",
    [{"read": ""}, {"answer": " "}, {"answer": "Gọi 0912 345 678"}, {"words": "cccd 027099001234", "with_words": "1"},
     {"message": "999999"}],
)  # fmt: skip
def test_what_is_not_ready_comes_back_with_a_sentence(
    client: TestClient, release: Release, given: dict[str, str]
) -> None:
    assert release(**given) == 422
    assert CLEAN not in seen(client)


@pytest.mark.parametrize("code", ["AN01", "AN06", "HC02", "YT01", "GD03", "CT01"])
def test_some_topics_are_never_public(
    client: TestClient, database: Database, release: Release, answered: Complaint, code: str
) -> None:
    assert release() == 303
    with database.unit_of_work() as session:
        case = session.get_one(Complaint, answered.id)
        case.topic_id = session.scalars(select(Topic.id).where(Topic.code == code)).one()
    assert CLEAN not in seen(client)
    assert release() == 422


def test_a_reopened_case_is_hidden(
    client: TestClient, database: Database, release: Release, answered: Complaint
) -> None:
    assert release() == 303
    with database.unit_of_work() as session:
        session.get_one(Complaint, answered.id).state = "reopened"
    assert CLEAN not in seen(client)


def test_an_answer_that_waits_for_the_head_is_not_released(
    client: TestClient, database: Database, log_in: Callable[[str], None], case: Complaint
) -> None:
    with database.unit_of_work() as session:
        session.get_one(Agency, case.agency_id).needs_approval = True
        handler = session.scalars(select(Account).where(Account.username == "vuninh")).one()
        actor = Actor(Role.HANDLER, handler.id)
        act(session, case.id, Action.TAKE, actor, Given(), datetime.now(UTC))
        act(session, case.id, Action.ANSWER, actor, Given(ANSWER), datetime.now(UTC))
    log_in("vanphong")
    assert "đang chờ lãnh đạo" in client.get(f"/phan-anh/{case.code}/cong-khai").text


def test_taken_back_with_a_reason(
    client: TestClient, log_in: Callable[[str], None], release: Release, answered: Complaint
) -> None:
    assert release() == 303
    log_in("vanphong")
    html = client.get(f"/phan-anh/{answered.code}/cong-khai").text
    csrf = html.split('name="csrf" value="')[1].split('"')[0]
    path = f"/phan-anh/{answered.code}/go-cong-khai"
    assert client.post(path, data={"csrf": csrf, "reason": " "}).status_code == 422
    assert client.post(path, data={"csrf": csrf, "reason": "Lộ tên người"}).status_code == 303
    assert "Lộ tên người" in client.get(f"/phan-anh/{answered.code}/cong-khai").text
    assert CLEAN not in seen(client)


def test_a_citizens_photo_needs_their_consent_each_time_it_is_seen(
    client: TestClient, database: Database, release: Release, answered: Complaint, photo: int
) -> None:
    def consent(given: bool | None) -> None:
        with database.unit_of_work() as session:
            session.get_one(Complaint, answered.id).photo_consent = given

    assert release(photo=str(photo)) == 303
    with database.read() as session:
        row = session.scalars(select(Publication)).one()
        assert row.photos == []
    address = f"{LIST}/anh/{row.id}/{photo}"
    assert client.get(address).status_code == 404
    consent(True)
    assert release(photo=str(photo)) == 303
    assert f'src="{address}"' in seen(client)
    assert client.get(address).content == b"jpeg"
    consent(False)
    assert address not in seen(client)
    assert client.get(address).status_code == 404


def test_erasing_the_person_takes_their_words_from_the_page(
    client: TestClient, database: Database, release: Release, answered: Complaint
) -> None:
    assert release(words="Đường toàn ổ gà", with_words="1") == 303
    with database.unit_of_work() as session:
        _erase_cases(session, [session.get_one(Complaint, answered.id)], datetime.now(UTC))
    html = seen(client)
    assert "toàn ổ gà" not in html
    assert CLEAN in html


def test_pages_follow_one_another(client: TestClient, release: Release) -> None:
    assert release() == 303
    assert CLEAN in seen(client, trang="1")
    assert CLEAN not in seen(client, trang="2")
    assert CLEAN in seen(client, trang="abc")
