"""Who acts: the roles of staff accounts, the citizen and the system itself."""

from enum import StrEnum


class Role(StrEnum):
    """Roles as stored; the Vietnamese names stand in the glossary."""

    DESK = "desk"
    HANDLER = "handler"
    HEAD = "head"
    OFFICE = "office"
    SEALED = "sealed"
    ADMIN = "admin"
    AUDITOR = "auditor"
    READER = "reader"
    BODY = "body"
    """A body without accounts, acting through the link it was mailed."""
    CITIZEN = "citizen"
    SYSTEM = "system"


NO_ACCOUNT = frozenset({Role.BODY, Role.CITIZEN, Role.SYSTEM})
"""Roles that nobody logs in with."""

STAFF = frozenset({Role.DESK, Role.HANDLER, Role.HEAD, Role.OFFICE})
"""Roles that move cases."""

MAY_APPROVE = frozenset({Role.HEAD, Role.OFFICE})
"""Roles whose word an answer waits for, where the agency wants one."""

WHOLE_PROVINCE = frozenset({Role.DESK, Role.OFFICE, Role.ADMIN, Role.AUDITOR, Role.READER})
"""Roles that see every agency's cases; the others see their own agency's."""
