"""Logs after a whole talk: no word of the citizen, no name, no number, no token, in any file the stack writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.channels.bot_api import TOKEN
from tests.stack import Official, Stack, WebCitizen, code_in, text_of

pytestmark = pytest.mark.stack

WORDS = "Cống trước cửa nhà bà Quýt ở phường Vũ Ninh bị tắc, nước tràn vào sân"
SECRETS = ("Quýt", "quyt", "Nguyễn Thị Bưởi", "0912345678", "0912 345 678", "nước tràn vào sân", "nuoc tran vao san")


def written(stack: Stack) -> dict[str, str]:
    """Every log of the stack: the supervisor's, the processes', and the file the start itself writes."""
    files = [*(stack.folder / "log").rglob("*"), stack.folder / "demo.log"]
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()}


def test_a_whole_dialogue_leaves_nothing_personal_in_any_log(
    stack: Stack, citizen: WebCitizen, official: Callable[[str], Official]
) -> None:
    heard = citizen.says(WORDS)
    for label in ("Không chụp được", "Bỏ qua"):
        heard = citizen.presses(label, heard)
    code = code_in(citizen.presses("Gửi", heard))
    citizen.says("Tên tôi là Nguyễn Thị Bưởi, số 0912345678, gọi giúp tôi")
    citizen.says("!!!")
    staff = official("ubnd.vuninh")
    staff.does(code, "nhan")
    staff.does(code, "hoi", {"text": "Nhà bà Quýt ở số nhà bao nhiêu?"})
    assert "Quýt" in text_of(citizen.hears())
    citizen.says("Số 5, gọi 0912 345 678")
    staff.does(code, "tra-loi", {"text": "Đã thông cống trước nhà bà Quýt."})
    citizen.hears()
    found = written(stack)
    assert {"web.log", "actions.log", "rasa.log", "worker.log"} <= set(found)
    leaks = [(name, secret) for name, text in found.items() for secret in (*SECRETS, TOKEN) if secret in text]
    assert leaks == []


def test_the_tracker_holds_the_words_encrypted(stack: Stack) -> None:
    with closing(sqlite3.connect(stack.folder / "langnghe.db")) as connection:
        assert connection.execute("select count(*) from case_message").fetchone()[0] > 0
    stored = b"".join(one.read_bytes() for one in stack.folder.glob("langnghe.db*"))
    assert not [secret for secret in ("Nguyễn Thị Bưởi", "0912345678") if secret.encode() in stored]
