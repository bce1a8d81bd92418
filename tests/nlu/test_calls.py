import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from small_bot import changed_in_rasa

from bot.nlu import calls, runner

DOMAIN = Domain.from_yaml('version: "3.1"\nintents: [greet]\nactions: [action_chat]\n')


class ActionServer(ThreadingHTTPServer):
    """Answers every call, and remembers what was said to it and over which connections."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[dict[str, Any]] = []
        self.callers: set[object] = set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, ActionServer)
        self.server.callers.add(self.client_address)
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = json.dumps({"events": [], "responses": [{"text": "vâng"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ActionServer]:
    calls.install()
    server = ActionServer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def dialogue() -> DialogueStateTracker:
    events = [ActionExecuted("action_listen"), UserUttered("chào", {"name": "greet", "confidence": 0.9})]
    return DialogueStateTracker.from_events("người dân", events, DOMAIN.slots)


async def act(endpoint: EndpointConfig, times: int) -> list[Any]:
    said = []
    for _ in range(times):
        action = RemoteAction("action_chat", endpoint)
        nlg = TemplatedNaturalLanguageGenerator({})
        said += await action.run(CollectingOutputChannel(), nlg, dialogue(), DOMAIN)
    await (await calls.kept_session(endpoint).__aenter__()).close()
    return said


def endpoint_of(server: ActionServer, **options: bool) -> EndpointConfig:
    return EndpointConfig(f"http://127.0.0.1:{server.server_address[1]}/webhook", **options)


def test_calls_share_one_connection(server: ActionServer) -> None:
    said = asyncio.run(act(endpoint_of(server), 3))
    assert [each.text for each in said] == ["vâng"] * 3
    assert len(server.heard) == 3
    assert len(server.callers) == 1


def test_another_event_loop_gets_a_session_of_its_own(server: ActionServer) -> None:
    endpoint = endpoint_of(server)
    for _ in range(2):
        asyncio.run(act(endpoint, 1))
    assert len(server.heard) == 2


def test_everything_travels_unless_the_endpoint_says_otherwise(server: ActionServer) -> None:
    asyncio.run(act(endpoint_of(server), 1))
    assert len(server.heard[0]["tracker"]["events"]) == 2
    assert server.heard[0]["domain"]["intents"]


def test_without_events_the_latest_message_still_travels(server: ActionServer) -> None:
    asyncio.run(act(endpoint_of(server, send_events=False, enable_selective_domain=True), 1))
    call = server.heard[0]
    assert call["tracker"]["events"] == []
    assert call["tracker"]["latest_message"]["text"] == "chào"
    assert (call["next_action"], call["sender_id"]) == ("action_chat", "người dân")
    assert "domain" not in call


@pytest.mark.parametrize("written_against", [calls.WRITTEN_AGAINST, runner.WRITTEN_AGAINST])
def test_rasa_has_not_changed_what_is_replaced(written_against: dict[str, str]) -> None:
    assert changed_in_rasa(written_against) == []
