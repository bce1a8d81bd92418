"""A province with staff, the application over it, and a browser-like client that keeps its cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tracker.config import Settings
from tracker.db.models import Complaint
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference
from tracker.uow import Database
from tracker.web import public
from tracker.web.app import create_app

PEOPLE = {
    "xaydung": ("handler", "SXD"), "vuninh": ("handler", "UBNDX:09169"), "truong": ("head", "UBNDX:09169"),
    "tiepnhan": ("desk", None), "vanphong": ("office", None), "quantri": ("admin", None),
    "kiemtra": ("auditor", None), "chixem": ("reader", None), "thumat": ("sealed", None),
}  # fmt: skip
Client = TestClient


@pytest.fixture
def passwords(database: Database) -> dict[str, str]:
    """Reference data and one account of every role; user -> password."""
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        load_reference(session, now)
        return {user: accounts.create(session, user, role, agency, user.title(), now)
                for user, (role, agency) in PEOPLE.items()}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, totp_roles="")


@pytest.fixture
def client(database: Database, settings: Settings, passwords: dict[str, str]) -> Client:
    public._recent.clear()
    return TestClient(create_app(database, settings), follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def log_in(client: Client, passwords: dict[str, str]) -> Callable[[str], None]:
    def log_in(user: str) -> None:
        client.cookies.clear()
        answer = client.post("/dang-nhap", data={"username": user, "password": passwords[user]})
        assert answer.status_code == 303, answer.text

    return log_in


@pytest.fixture
def case(database: Database, passwords: dict[str, str]) -> Complaint:
    """A pothole in Vũ Ninh, owned by its commune committee."""
    with database.unit_of_work() as session:
        return open_complaint(
            session,
            NewCase(
                description="Đường trước cổng trường toàn ổ gà <script>alert(1)</script>",
                topic=find_topic(session, "HT01"), agency=find_agency(session, "UBNDX", "09169"), source="web",
                commune=find_commune(session, "09169"),
            ),
            datetime.now(UTC),
        )  # fmt: skip


def form_of(html: str, act: str) -> dict[str, str]:
    """The hidden fields of the form that posts to `act`."""
    found = re.search(rf'action="[^"]*/{act}".*?</form>', html, re.DOTALL)
    assert found is not None, f"no form {act}"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found.group()))
