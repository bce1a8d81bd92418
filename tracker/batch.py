"""Batch tools: JSON lines in, JSON lines out, in order; a bad line is answered and reading goes on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import IO, Any

from tracker.errors import LangNgheError

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def run_lines(answer: Answer, source: IO[str], target: IO[str], needed: tuple[str, ...] = ("text",)) -> None:
    """Answer every line of `source` on `target`, flushed one by one."""
    for line in source:
        if line.strip():
            target.write(json.dumps(answer_line(answer, line, needed), ensure_ascii=False) + "\n")
            target.flush()


def answer_line(answer: Answer, line: str, needed: tuple[str, ...]) -> dict[str, Any]:
    """One line's answer; whatever goes wrong becomes `{"id", "error"}`."""
    identity: Any = None
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return {"id": None, "error": "dòng phải là một đối tượng JSON"}
        identity = record.get("id")
        for field in needed:
            if not isinstance(record.get(field), str):
                return {"id": identity, "error": f"thiếu trường “{field}” (chuỗi ký tự)"}
        return {"id": identity, **{k: v for k, v in answer(record).items() if k != "id"}}
    except json.JSONDecodeError as error:
        return {"id": None, "error": f"không phải JSON: {error.msg} ở ký tự {error.pos}"}
    except (LangNgheError, ValueError, KeyError, TypeError) as error:
        return {"id": identity, "error": str(error) or type(error).__name__}


def use_utf8() -> None:
    """Read and write UTF-8 whatever the machine's locale says."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
