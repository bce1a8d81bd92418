"""The whole product as a citizen and an official meet it: every process started, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tracker.config import ROOT

START_SECONDS = 240
ANSWER_SECONDS = 20.0
LONGEST_AWAY = 600
"""Tries, 0.3 s apart, to reach a web server that was killed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """`langnghe demo` without sample cases; `telegram` is the root address of a Bot API server, if any.

    With a `secret` of the test's own, the test can read what the stack stored.
    """

    def __init__(self, folder: Path, telegram: tuple[str, str] | None = None, secret: str | None = None) -> None:
        self.folder = folder
        ports = {name: free_port() for name in ("WEB", "RASA", "ACTIONS")}
        self.root = f"http://127.0.0.1:{ports['WEB']}"
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("LANGNGHE_", "TELEGRAM_"))},
            **{f"LANGNGHE_{name}_PORT": str(port) for name, port in ports.items()},
            "LANGNGHE_DATA_DIR": str(folder),
            "LANGNGHE_DEMO_CASES": "0",
            "LANGNGHE_RATE_PER_MINUTE": "0",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
        }
        if secret:
            self._environment["LANGNGHE_SECRET_KEY"] = secret
        if telegram:
            self._environment |= {"TELEGRAM_API_URL": telegram[0], "TELEGRAM_BOT_TOKEN": telegram[1]}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "demo.log").open("ab") as log:
            command = [sys.executable, "-m", "tracker.cli", "demo"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while not (self.folder / "ready.json").exists():
            assert self._process.poll() is None, (self.folder / "demo.log").read_text(encoding="utf-8")[-2000:]
            assert time.monotonic() < end, "the stack did not come up"
            time.sleep(0.3)

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    def accounts(self) -> dict[str, str]:
        rows = json.loads((self.folder / "accounts.json").read_text(encoding="utf-8"))
        return {row["user"]: row["password"] for row in rows}

    def kill(self, process: str) -> None:
        """kill -9; the supervisor brings it back."""
        os.kill(int((self.folder / "run" / f"{process}.pid").read_text()), signal.SIGKILL)

    def database(self) -> str:
        return f"sqlite:///{self.folder}/langnghe.db"

    def wake(self) -> None:
        """Notices that wait for the morning go out now: a test runs at any hour."""
        with closing(sqlite3.connect(self.folder / "langnghe.db", timeout=20)) as connection, connection:
            connection.execute("UPDATE outbox SET not_before = created_at WHERE status = 'pending'")


class WebCitizen:
    """Somebody in the browser chat."""

    def __init__(self, root: str) -> None:
        self._http = httpx.Client(base_url=root, trust_env=False, follow_redirects=True, timeout=20)
        self._after = 0
        self._root = root
        self._patiently("GET", "/chat")

    def leave(self) -> None:
        self._http.close()

    def says(self, text: str) -> list[dict[str, Any]]:
        return self._send({"text": text})

    def presses(self, label: str, heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
        buttons = [button for line in heard for row in line["buttons"] for button in row]
        token = next((b["token"] for b in buttons if label in b["label"]), None)
        assert token is not None, f"no button {label!r} in {[b['label'] for b in buttons]}"
        return self._send({"token": token})

    def hears(self, seconds: float = ANSWER_SECONDS) -> list[dict[str, Any]]:
        """What the bot says next, once it has stopped talking."""
        end, heard = time.monotonic() + seconds, []
        while time.monotonic() < end:
            lines = self._patiently("GET", "/chat/messages", params={"after": self._after}).json()["lines"]
            if not lines and heard:
                break
            for line in lines:
                self._after = max(self._after, line["id"])
                heard.append(line)
            time.sleep(0.2)
        return heard

    def _send(self, data: dict[str, str]) -> list[dict[str, Any]]:
        data = {"id": str(uuid.uuid4()), **data}
        self._patiently("POST", "/chat/messages", data=data, headers={"Origin": self._root})
        return self.hears()

    def _patiently(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Like a browser that tries again while the server is away; the message id makes that safe."""
        headers = {"Accept": "application/json", **more.pop("headers", {})}
        for attempt in range(LONGEST_AWAY):
            try:
                answer = self._http.request(method, path, headers=headers, **more)
                answer.raise_for_status()
            except httpx.TransportError:
                assert attempt < LONGEST_AWAY - 1, "the web server stayed away"
                time.sleep(0.3)
            else:
                return answer
        raise AssertionError


class Official:
    """Somebody of an agency at the staff pages."""

    def __init__(self, stack: Stack, user: str) -> None:
        self._http = httpx.Client(base_url=stack.root, trust_env=False, follow_redirects=True, timeout=20)
        self._stack = stack
        self.page("POST", "/dang-nhap", data={"username": user, "password": stack.accounts()[user]})

    def leave(self) -> None:
        self._http.close()

    def page(self, method: str, path: str, **more: Any) -> str:
        answer = self._http.request(method, path, **more)
        answer.raise_for_status()
        return answer.text

    def does(self, code: str, act: str, data: dict[str, str] | None = None, **more: Any) -> None:
        html = self.page("GET", f"/phan-anh/{code}")
        form = re.search(rf'action="[^"]*/{act}".*?</form>', html, re.DOTALL)
        assert form is not None, f"{act} is not offered"
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.group()))
        self.page("POST", f"/phan-anh/{code}/{act}", data={**hidden, **(data or {})}, **more)
        self._stack.wake()


def text_of(heard: list[dict[str, Any]]) -> str:
    return "\n".join(line["text"] for line in heard)


def code_in(heard: list[dict[str, Any]]) -> str:
    found = re.search(r"\b\d{4} \d{4} \d{4}\b", text_of(heard))
    assert found is not None, text_of(heard)
    return found.group().replace(" ", "")
