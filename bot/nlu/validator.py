"""A compiled check of action-server replies, in place of Rasa's, which re-checks its schema at every call.

Rasa 3.6 calls `jsonschema.validate` (31 ms of a 37 ms action turn); the same schema compiled once takes 0.4 ms.
A test compares the source of the replaced method with the one this was written against.
"""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import exceptions, validators
from jsonschema.protocols import Validator
from rasa.core.actions.action import RemoteAction

REPLACES_SHA256 = "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"


@functools.cache
def _compiled() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """True for a well-formed reply; raises jsonschema's ValidationError, which holds no reply text, otherwise."""
    if _compiled().is_valid(result):
        return True
    error = exceptions.best_match(_compiled().iter_errors(result))
    path = "/".join(str(part) for part in error.absolute_path)
    raise exceptions.ValidationError(f"the action server's reply breaks '{error.validator}' at '/{path}'")


def install() -> None:
    """Replace Rasa's method for this process; calling it again changes nothing."""
    RemoteAction._validate_action_result = validate_action_result
