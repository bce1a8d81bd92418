"""A small SMTP server on loopback for tests: it keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class PostOffice:
    """What arrived, and the answer to each recipient."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """recipient -> answer to RCPT, e.g. "550 no such box"."""
    answer_to_data: str = "250 kept"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    office: PostOffice


class _Desk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 post office")
        while line := self.rfile.readline():
            word = line[:4].decode().upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            self._say(self._answer(word, line.decode().strip()))

    def _answer(self, word: str, line: str) -> str:
        office = self.server.office
        if word == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            return office.answers.get(address, "250 known")
        if word == "DATA":
            self._say("354 go on")
            words = self._words()
            if office.answer_to_data.startswith("250"):
                office.letters.append(words)
            return office.answer_to_data
        return "250 fine"

    def _words(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A server that listens while the block runs."""
    office = PostOffice()
    with _Server(("127.0.0.1", 0), _Desk) as server:
        server.office, office.port = office, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield office
        server.shutdown()
        thread.join()
