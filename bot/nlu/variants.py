"""Training-time variants: each sentence also without diacritics and with noise, and some sentences joined.

A graph component, so that every data set trained with the same config.yml gets them; nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint
from bot.nlu.linear import JOINED
from bot.nlu.noise import noisy
from bot.text import strip_marks

GROUP = "variant_of"
DEFAULTS: dict[str, Any] = {
    "seed": 2026, "stripped": 1, "noisy": 1, "mixed": 0.05, "precedence": [], "ends": {}, "ended": 0.3,
}  # fmt: skip
SHORT_LEADER, SHORT_END = 12, 7
"""Most words of a sentence that gets an end, and of the end."""


def variants(text: str, rng: Random, config: dict[str, Any]) -> list[str]:
    """New spellings of one sentence, each once, never the sentence itself."""
    made = [strip_marks(text)] * config["stripped"] + [noisy(text, rng) for _ in range(config["noisy"])]
    return [variant for variant in dict.fromkeys(made) if variant.strip() and variant != text]


def mixed(examples: Sequence[tuple[str, str]], rng: Random, config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Two sentences in one message, labelled with the intent that goes first (see `precedence` in config.yml)."""
    rank = {intent: place for place, intent in enumerate(config["precedence"])}
    leaders = [example for example in examples if example[1] in rank]
    for _ in range(int(len(examples) * config["mixed"]) if leaders else 0):
        first, second = rng.choice(leaders), rng.choice(examples)
        if first[1] != second[1]:
            pair = [first, second] if rng.choice((True, False)) else [second, first]
            intent = min((intent for _, intent in pair), key=lambda name: rank.get(name, len(rank)))
            yield rng.choice((" ", ". ", ", ", "\n")).join(text.rstrip(" .") for text, _ in pair), intent


def ended(examples: Sequence[tuple[str, str]], rng: Random, config: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """A short sentence ended by a short one of another intent ("đèn hỏng" + "ngõ 5"): a variant of the first."""
    for intent, end in config["ends"].items():
        ends = [text for text, name in examples if name == end and len(text.split()) <= SHORT_END]
        for number, (text, name) in enumerate(examples):
            if name == intent and ends and len(text.split()) <= SHORT_LEADER and rng.random() < config["ended"]:
                yield f"{text.rstrip(' .')}{rng.choice((' ', ', ', ' ở '))}{rng.choice(ends)}", intent, number


def expand(examples: Sequence[tuple[str, str]], config: dict[str, Any]) -> list[tuple[str, str, int]]:
    """(text, intent, number of the sentence it varies, or JOINED) of the sentences and all their variants."""
    rng = Random(config["seed"])  # noqa: S311 (repeatable noise, nothing secret)
    rows = [(text, intent, number) for number, (text, intent) in enumerate(examples)]
    rows += [(text, intent, JOINED) for text, intent in mixed(examples, rng, config)]
    rows += ended(examples, rng, config)
    spelled = [(variant, intent, group) for text, intent, group in rows for variant in variants(text, rng, config)]
    return rows + spelled


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TrainingVariants(GraphComponent):
    """Adds the variants before the tokenizer sees the training data; messages of citizens pass unchanged."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (signature of Rasa)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> TrainingVariants:
        """Rasa's constructor."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Seed, copies per sentence, share of joined messages, the order of intents in them, what ends what."""
        return dict(DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 (signature of Rasa)
        """Rasa's cache sees this class only; the code below it counts too."""
        return fingerprint.of_code()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data with its variants; other data (entities, look-ups, responses) stays as it is."""
        examples = [(message.get(TEXT), message.get(INTENT)) for message in _intent_examples(training_data)]
        known = set(examples)
        for number, message in enumerate(_intent_examples(training_data)):
            message.set(GROUP, number)
        added = [
            Message(data={TEXT: text, INTENT: intent, GROUP: number})
            for text, intent, number in expand(examples, self._config)
            if (text, intent) not in known
        ]
        return training_data.merge(TrainingData(added))

    def process(self, messages: list[Message]) -> list[Message]:
        """Nothing to do for a citizen's message."""
        return messages


def _intent_examples(training_data: TrainingData) -> list[Message]:
    return [message for message in training_data.intent_examples if message.get(TEXT)]
