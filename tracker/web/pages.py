"""Rendering: one Jinja environment, escaped, with the words pages share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from tracker.domain.lifecycle import STATE_NAMES
from tracker.domain.tracking_code import shown
from tracker.web import words
from tracker.web.permissions import may

FOLDER = Path(__file__).parent
_templates = Jinja2Templates(FOLDER / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True
_templates.env.filters.update(
    moment=words.moment, day=words.day, working_time=words.working_time, code=shown, number=words.number,
    state_name=lambda state: STATE_NAMES.get(state, state),
    source_name=lambda source: words.SOURCES.get(source, source),
    audit_changes=words.audit_changes,
    event_name=lambda action: words.EVENTS.get(action, action),
)  # fmt: skip
_templates.env.globals.update(
    deadline=words.deadline, finished_late=words.finished_late,
    change=words.change, may=may, role_names=words.ROLES, state_names=STATE_NAMES,
    source_names=words.SOURCES, kind_names=words.KINDS, message_names=words.MESSAGES, file_states=words.FILE_STATES,
    refusal_names=words.REFUSALS, audit_names=words.AUDIT,
)  # fmt: skip


def page(request: Request, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """The template `name` with `facts`, the account logged in (if any) and the time."""
    login = getattr(request.state, "login", None)
    pattern = getattr(getattr(request.app.state, "settings", None), "map_url", None)
    context = {
        "login": login, "account": login.account if login else None, "now": datetime.now(UTC),
        "map_address": lambda case: words.map_address(case, pattern), **facts,
    }  # fmt: skip
    return _templates.TemplateResponse(request, name, context, status_code=status)
