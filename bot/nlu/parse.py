"""`python -m bot.nlu.parse`: JSON lines {"id","text"} in, intents and entities out, one line each, in order."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bot.nlu import fingerprint
from bot.nlu.fingerprint import MODEL, ROOT
from bot.nlu.understanding import Understanding
from bot.text import find_patterns


def answer(line: bytes, model: Understanding) -> dict[str, Any]:
    """The answer to one line; a line that cannot be read is answered with its error."""
    try:
        asked = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return {"id": None, "error": "not a line of JSON in UTF-8"}
    if not isinstance(asked, dict):
        return {"id": None, "error": "not an object with id and text"}
    if not isinstance(asked.get("text"), str):
        return {"id": asked.get("id"), "error": "text is missing or not a string"}
    return {"id": asked.get("id"), **parsed(asked["text"], model)}


def parsed(text: str, model: Understanding) -> dict[str, Any]:
    """Intent, its confidence, all intents ranked, and what was found by pattern."""
    ranked, verdict = model.understand(text)
    found = find_patterns(text)
    return {
        "intent": ranked[0]["name"],
        "confidence": ranked[0]["confidence"],
        "ranking": [{"intent": each["name"], "confidence": each["confidence"]} for each in ranked],
        "entities": [{"entity": p.kind, "value": p.value, "start": p.start, "end": p.end} for p in found],
        "gate": verdict and {"class": verdict.name, "score": verdict.score, "sure": verdict.sure},
    }


def main() -> int:
    """0 when every line was read; 1 with one sentence where the model is missing."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.parse", description=__doc__)
    parser.add_argument("--model", type=Path, default=MODEL)
    archive: Path = parser.parse_args().model
    if not archive.exists():
        sys.stderr.write(f"Thiếu {archive.name}: hãy chạy `make train`.\n")
        return 1
    _warn_if_stale(archive)
    model = Understanding.load(archive)
    for line in sys.stdin.buffer:
        reply = json.dumps(answer(line, model), ensure_ascii=False)
        sys.stdout.buffer.write(reply.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _warn_if_stale(archive: Path) -> None:
    data, config, domain = (ROOT / name for name in ("nlu_data", "config.yml", "domain.yml"))
    if archive != MODEL or not domain.exists():
        return
    if not fingerprint.is_current(archive, fingerprint.of_training(data, config, domain)):
        sys.stderr.write("Mô hình cũ hơn dữ liệu của nó: hãy chạy `make train`.\n")


if __name__ == "__main__":
    sys.exit(main())
