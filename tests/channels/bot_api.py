"""A small Bot API server on loopback: updates out, messages in, trouble on demand."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "not-a-real-token"
CHAT = 4242
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00"
    b"\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


class BotApi:
    """`trouble[method]` is a list of answers to give first: 429, 500, "silence", 403, 404, 400."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.trouble: dict[str, list[int | str]] = defaultdict(list)
        self.unknown: set[str] = set()
        self.file = PNG
        self.patience = 0.0
        """Seconds `getUpdates` waits for news, as the real server does."""
        self._news = threading.Condition()
        self._ids = itertools.count(9001)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def next_update(self) -> int:
        """The next update's number; the real server's only grow too."""
        return next(self._ids)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def of(self, method: str) -> list[dict[str, Any]]:
        return [data for name, data in self.calls if name == method]

    def says(
        self, update_id: int, text: str | None = None, *, edited: bool = False, **message: Any
    ) -> dict[str, Any]:
        """Queue a message of the citizen."""
        name = "edited_message" if edited else "message"
        number = message.pop("message_id", update_id)
        return self._queue({"update_id": update_id, name: a_message(number, text, **message)})

    def presses(self, update_id: int, token: str, chat: int = CHAT) -> dict[str, Any]:
        """Queue a press of a button."""
        query = {"id": str(update_id), "from": {**PERSON, "id": chat}, "chat_instance": "1", "data": token}
        under = a_message(1, "…", chat={"id": chat, "type": "private"})
        return self._queue({"update_id": update_id, "callback_query": {**query, "message": under}})

    def _queue(self, update: dict[str, Any]) -> dict[str, Any]:
        with self._news:
            self.updates.append(update)
            self._news.notify_all()
        return update

    def _fresh(self, first: int) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            return [update for update in self.updates if update["update_id"] >= first]

        with self._news:
            self._news.wait_for(lambda: bool(found()), self.patience)
            return found()

    def answer(self, method: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method == "sendMessage":
            data["id"] = 1001 + len(self.calls)
        self.calls.append((method, data))
        if method in self.unknown:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        if self.trouble[method]:
            return self._trouble(self.trouble[method].pop(0))
        return 200, {"ok": True, "result": self._result(method, data)}

    def _trouble(self, what: int | str) -> tuple[int, dict[str, Any]]:
        if what == "silence":
            time.sleep(1)
            return 500, {"ok": False, "error_code": 500, "description": "too late"}
        body: dict[str, Any] = {"ok": False, "error_code": what, "description": f"error {what}"}
        if what == 429:
            body["parameters"] = {"retry_after": 7}
        return int(what), body

    def _result(self, method: str, data: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return self._fresh(int(data.get("offset", 0)))
        if method == "sendMessage":
            return a_message(int(data["id"]), data["text"])
        if method == "getFile":
            return {"file_id": data["file_id"], "file_unique_id": "u", "file_path": "photos/1.png"}
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "Lắng Nghe", "username": "langnghe_bot"}
        return True


PERSON = {"id": CHAT, "is_bot": False, "first_name": "An"}


def a_message(message_id: int, text: str | None = None, **more: Any) -> dict[str, Any]:
    """A private message as Telegram writes it."""
    message = {
        "message_id": message_id,
        "date": 1_764_000_000,
        "chat": {"id": CHAT, "type": "private"},
        "from": PERSON,
    }
    return {**message, **({"text": text} if text is not None else {}), **more}


def _handler(api: BotApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace")
            if self.headers.get("Content-Type", "").startswith("application/json"):
                data = json.loads(raw or "{}")
            else:
                data = {name: values[0] for name, values in parse_qs(raw).items()}
            status, body = api.answer(self.path.rpartition("/")[2], data)
            self._reply(status, json.dumps(body).encode(), "application/json")

        def do_GET(self) -> None:
            self._reply(200, api.file, "application/octet-stream")

        def _reply(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except BrokenPipeError:
                return

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
