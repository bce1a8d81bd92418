import hashlib
import importlib
import inspect
import subprocess
import sys

import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from small_bot import ROOT

from bot.nlu import validator

GOOD = {"events": [{"event": "slot", "name": "x", "value": 1}], "responses": [{"text": "chào"}]}
BAD = [
    {"events": "none"},
    {"events": [{"name": "x"}]},
    {"responses": ["chào"]},
    {"responses": {"text": "nhà ông Bình"}},
    ["nhà ông Bình"],
]


def test_rasa_has_not_changed_the_method_that_is_replaced() -> None:
    source = (
        "import hashlib, inspect; from rasa.core.actions.action import RemoteAction as R; "
        "print(hashlib.sha256(inspect.getsource(R._validate_action_result).encode()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == validator.REPLACES_SHA256


def test_the_replacement_takes_the_same_arguments() -> None:
    assert len(inspect.signature(validator.validate_action_result).parameters) == 2
    assert len(hashlib.sha256().hexdigest()) == len(validator.REPLACES_SHA256)


def test_loading_the_tokenizer_installs_it() -> None:
    importlib.import_module("bot.nlu.tokenizer")

    assert RemoteAction._validate_action_result is validator.validate_action_result


def test_a_good_reply_passes() -> None:
    assert validator.validate_action_result(RemoteAction("x", None), GOOD)
    assert validator.validate_action_result(RemoteAction("x", None), {})


@pytest.mark.parametrize("reply", BAD)
def test_a_bad_reply_fails_as_before_but_without_its_words(reply: object) -> None:
    with pytest.raises(ValidationError):
        validate(reply, RemoteAction.action_response_format_spec())
    with pytest.raises(ValidationError) as failure:
        validator.validate_action_result(RemoteAction("x", None), reply)
    assert "Bình" not in str(failure.value)


def test_the_schema_is_compiled_once() -> None:
    assert validator._compiled() is validator._compiled()
    assert (ROOT / "bot" / "nlu" / "validator.py").exists()
