"""Rasa's tokenizer for Vietnamese: a thin shell around `bot.nlu.segment`."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import calls, fingerprint, logs, runner, validator
from bot.nlu.segment import Span, segment

validator.install()
calls.install()
runner.install()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Words of accented text, syllables of stripped text; offsets are those of the text as written."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        logs.install()  # at each load, for Rasa configures its own logging after its components are imported

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Options of Rasa's base tokenizer; intents are never split."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 (signature of Rasa)
        """Rasa's cache sees this class only; the code below it counts too."""
        return fingerprint.of_code()

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages this component needs at run time."""
        return ["underthesea"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute; a text without visible characters is one token, as elsewhere in Rasa."""
        text: str = message.get(attribute)
        tokens = [Token(span.text, span.start, span.end, _data(span)) for span in segment(text)]
        return self._apply_token_pattern(tokens or [Token(text, 0, len(text))])


def _data(span: Span) -> dict[str, str]:
    return {"kind": span.kind} if span.kind else {}
