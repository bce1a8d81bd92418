"""Who may open which page: one table by route name; rows are narrowed further by `services.queue.within_reach`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from tracker.config import Settings
from tracker.db.models import Account
from tracker.domain.roles import MAY_APPROVE, STAFF, Role
from tracker.errors import ForbiddenError
from tracker.services.published.publication import MAY_PUBLISH
from tracker.web.deps import CurrentLogin

_WATCHERS = frozenset({Role.ADMIN, Role.AUDITOR, Role.READER})
READERS = STAFF | _WATCHERS
"""Who sees cases at all; the sealed-tray reader sees that tray alone."""
MANAGERS = _WATCHERS | {Role.HEAD, Role.OFFICE, Role.DESK}
EVERYONE = READERS | {Role.SEALED}
_ADMIN = frozenset({Role.ADMIN})
_AUDIT = frozenset({Role.ADMIN, Role.AUDITOR})
_DESK = frozenset({Role.DESK, Role.OFFICE})
_ROSTER = frozenset({Role.HEAD, Role.OFFICE, Role.DESK, Role.ADMIN})
_SEALED = frozenset({Role.SEALED})

ROLES: dict[str, frozenset[Role]] = {
    "show_queue": READERS,
    "export_cases": MANAGERS,
    "export_cases_xlsx": MANAGERS,
    "act_on_many": STAFF,
    "act_here": STAFF,
    "keep_words": STAFF,
    "show_case": READERS,
    "print_case": READERS,
    "add_note": STAFF,
    "write_down": STAFF,
    "extend_case": STAFF,
    "reveal": STAFF,
    "reopen_case": frozenset({Role.DESK, Role.OFFICE}),
    "act_on_case": STAFF,
    "correct_topic": STAFF,
    "ask_for_help": STAFF,
    "show_helping": STAFF,
    "show_helped": STAFF,
    "give_help": STAFF,
    "show_help_file": STAFF,
    "draft_document": STAFF,
    "hand_case": STAFF,
    "merge_case": STAFF,
    "unmerge_case": STAFF,
    "show_file": READERS,
    "ask_erase_file": STAFF,
    "erase_file": STAFF,
    "show_entry": STAFF,
    "add_entry": STAFF,
    "show_slip": READERS,
    "show_managers": MANAGERS,
    "export_csv": MANAGERS,
    "export_xlsx": MANAGERS,
    "show_week": MANAGERS,
    "show_learning": MANAGERS,
    "decide_correction": _DESK,
    "show_ratios": MANAGERS,
    "export_ratios": MANAGERS,
    "show_questions": MANAGERS,
    "show_account": EVERYONE,
    "change_password": EVERYONE,
    "start_totp": EVERYONE,
    "link_chat": STAFF,
    "unlink_chat": STAFF,
    "finish_totp": EVERYONE,
    "log_out": EVERYONE,
    "show_sealed": _SEALED,
    "pass_on_sealed": _SEALED,
    "erase_sealed": _SEALED,
    "show_desk": _DESK,
    "answer_question": _DESK,
    "close_question": _DESK,
    "show_misunderstood": _DESK | _ADMIN,
    "export_misunderstood": _DESK | _ADMIN,
    "pick_meaning": _DESK,
    "ask_erasure": frozenset({Role.OFFICE}),
    "grant_erasure": frozenset({Role.OFFICE}),
    "retry_held": _DESK,
    "mark_called": _DESK,
    "block_conversation": _DESK,
    "unblock_conversation": _DESK,
    "show_alarms": _DESK | _ADMIN,
    "close_alarm": _DESK,
    "resend_letter": _DESK | _ADMIN,
    "show_roster": _ROSTER,
    "add_shift": _ROSTER,
    "remove_shift": _ROSTER,
    "import_shifts": _ROSTER,
    "decide_answer": MAY_APPROVE,
    "show_publication": MAY_PUBLISH,
    "publish_case": MAY_PUBLISH,
    "unpublish_case": MAY_PUBLISH,
    "show_posters": READERS,
    "show_admin": _ADMIN,
    "create_account": _ADMIN,
    "change_account": _ADMIN,
    "show_agencies": _ADMIN,
    "change_agency": _ADMIN,
    "show_topics": _ADMIN,
    "show_rules": _ADMIN,
    "change_topic": _ADMIN,
    "show_calendar": _ADMIN,
    "change_day": _ADMIN,
    "show_documents": _ADMIN,
    "keep_document": _ADMIN,
    "download_form": _ADMIN,
    "take_out_document": _ADMIN,
    "import_calendar": _ADMIN,
    "show_retention": _AUDIT,
    "show_templates": _ADMIN,
    "export_templates": _ADMIN,
    "import_templates": _ADMIN,
    "add_template": _ADMIN,
    "change_template": _ADMIN,
    "show_audit": _AUDIT,
}
"""Route name -> roles. A route behind a log-in that is missing here lets nobody in."""

NOT_YOURS = "Tài khoản này không được xem trang này."


WITHOUT_TOTP = frozenset({"show_account", "start_totp", "finish_totp", "change_password", "log_out"})
"""What an account that owes its second factor may still open."""


class SecondFactorNeededError(Exception):
    """The role needs a second factor that is not set up yet: the edge shows where to set it up."""


def must_set_up_totp(settings: Settings, account: Account) -> bool:
    """Whether the installation wants a second factor of this role and the account has none."""
    return account.role in settings.totp_roles.replace(" ", "").split(",") and account.totp_secret is None


def permit(request: Request, login: CurrentLogin) -> None:
    """The table's answer for the route being asked for; ForbiddenError when it does not name the account's role."""
    name = request.scope["route"].name
    if must_set_up_totp(request.app.state.settings, login.account) and name not in WITHOUT_TOTP:
        raise SecondFactorNeededError
    if Role(login.account.role) not in ROLES.get(name, frozenset()):
        raise ForbiddenError(NOT_YOURS)


def may(role: str, name: str) -> bool:
    """Whether a page should offer this route to the role."""
    return Role(role) in ROLES.get(name, frozenset())


Permit = Annotated[None, Depends(permit, scope="function")]
