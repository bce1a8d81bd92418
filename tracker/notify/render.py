"""Notices as text: one template per event and audience, Jinja in plain text files."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text; channels escape for their own format
        keep_trailing_newline=False,
    )


def render(audience: str, kind: str, facts: dict[str, Any]) -> str:
    """The notice's text; blank lines that empty parts leave behind are dropped."""
    text = _environment().get_template(f"{audience}/{kind}.txt").render(facts)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
