"""One running stack for the whole session; it needs the trained models."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.channels.bot_api import TOKEN, BotApi
from tests.stack import Official, Stack, WebCitizen
from tracker.config import ROOT


@pytest.fixture(scope="session")
def bot_api() -> Iterator[BotApi]:
    server = BotApi()
    server.patience = 1.0
    yield server
    server.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, bot_api: BotApi) -> Iterator[Stack]:
    assert (ROOT / "models" / "nlu.tar.gz").exists(), "run `make train` first"
    secret = os.environ["LANGNGHE_SECRET_KEY"]
    stack = Stack(tmp_path_factory.mktemp("stack"), (bot_api.root, TOKEN), secret)
    stack.start()
    yield stack
    assert stack.stop() == 0


@pytest.fixture
def citizen(stack: Stack) -> Iterator[WebCitizen]:
    citizen = WebCitizen(stack.root)
    yield citizen
    citizen.leave()


@pytest.fixture
def official(stack: Stack) -> Iterator[Callable[[str], Official]]:
    """`official("ubnd.vuninh")` logs in."""
    there: list[Official] = []

    def log_in(user: str) -> Official:
        there.append(Official(stack, user))
        return there[-1]

    yield log_in
    for one in there:
        one.leave()
