"""Every route visited as every role: the table decides, and nothing behind the log-in is missing from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from tests.web.conftest import PEOPLE
from tracker.db.models import Complaint
from tracker.domain.roles import Role
from tracker.web.app import PARTS
from tracker.web.permissions import ROLES

OPEN_TO_ALL = {"healthy", "robots", "home", "look_up", "show_figures", "figures_json", "figures_csv", "poster",
               "show_procedures", "show_procedure", "show", "log_in", "forgot", "send_reset", "show_password",
               "choose_password",
               "show_answers", "show_public_photo", "show_work", "show_work_photo", "do_work"}  # fmt: skip


def routes() -> Iterator[tuple[str, str, str]]:
    """(name, method, path) of every page of ours."""
    for part in PARTS:
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            yield route.name, min(route.methods), route.path


GUARDED = [one for one in routes() if one[0] not in OPEN_TO_ALL]


def address(path: str, code: str) -> str:
    return re.sub(r"{\w+}", "1", path.replace("{code}", code).replace("{act}", "nhan").replace("{what}", "sai"))


def test_the_table_and_the_routes_name_each_other() -> None:
    assert {name for name, _, _ in GUARDED} == set(ROLES)
    assert {name for name, _, _ in routes()} >= OPEN_TO_ALL


def test_nobody_passes_without_a_log_in(client: TestClient, case: Complaint) -> None:
    for name, method, path in GUARDED:
        assert client.request(method, address(path, case.code)).status_code == 401, name


@pytest.mark.parametrize("user", PEOPLE)
def test_every_route_as_every_role(
    client: TestClient, log_in: Callable[[str], None], case: Complaint, user: str
) -> None:
    log_in(user)
    role = Role(PEOPLE[user][0])
    csrf = client.get("/tai-khoan").text.split('name="csrf" value="')[1].split('"')[0]
    for name, method, path in GUARDED:
        if name == "log_out":
            continue
        data = {"csrf": csrf, "version": str(case.version)} if method == "POST" else None
        answer = client.request(method, address(path, case.code), data=data)
        refused = answer.status_code == 403
        assert refused == (role not in ROLES[name]), f"{name} as {role}: {answer.status_code}"
        assert answer.status_code < 500, f"{name} as {role}"


def test_forms_of_a_role_that_may_are_refused_without_the_token(
    client: TestClient, log_in: Callable[[str], None], case: Complaint
) -> None:
    log_in("quantri")
    for name, method, path in GUARDED:
        if method == "POST" and Role.ADMIN in ROLES[name]:
            answer = client.post(address(path, case.code), data={"csrf": "khac", "version": "1", "days": "5"})
            assert answer.status_code == 403, name
