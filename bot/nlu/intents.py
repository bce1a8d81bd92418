"""Intent classifier of the pipeline: all intents ranked, with probabilities that can be believed."""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint
from bot.nlu.features import Words, normal_words, words_of
from bot.nlu.linear import LinearModel, Row
from bot.nlu.precedence import ranking
from bot.nlu.variants import GROUP

MODEL_FILE = "intents.joblib"


def message_words(message: Message) -> Words:
    """Words of a message, from the tokenizer before this component or, without one, from the text."""
    tokens = message.get(TOKENS_NAMES[TEXT])
    if tokens is None:
        return words_of(message.get(TEXT) or "")
    return normal_words((token.text, token.get("kind", "")) for token in tokens)


def training_rows(training_data: TrainingData) -> list[Row]:
    """The intent examples as rows; an example no component numbered stands alone."""
    examples = [message for message in training_data.intent_examples if message.get(TEXT)]
    return [
        Row(message_words(message), message.get(INTENT), message.get(GROUP, len(examples) + number))
        for number, message in enumerate(examples)
    ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VietnameseIntentClassifier(IntentClassifier, GraphComponent):
    """Logistic regression on words, syllables and letter runs; any intents, any number of them."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (signature of Rasa)
    ) -> VietnameseIntentClassifier:
        """Rasa's constructor for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (signature of Rasa)
        **_: Any,
    ) -> VietnameseIntentClassifier:
        """Rasa's constructor for a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / MODEL_FILE))

    @classmethod
    def required_components(cls) -> list[type]:
        """Stands behind a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages this component needs at run time."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: inverse of the regularisation (scikit-learn's C)."""
        return {"strength": 4.0}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 (signature of Rasa)
        """Rasa's cache sees this class only; the code below it counts too."""
        return fingerprint.of_code()

    def train(self, training_data: TrainingData) -> Resource:
        """Fits and stores the model; with fewer than two intents there is nothing to tell apart."""
        rows = training_rows(training_data)
        if len({row.label for row in rows}) >= 2:  # noqa: PLR2004
            self._model = LinearModel(rows, self._config["strength"])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / MODEL_FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and the full ranking of each message."""
        for message in messages:
            ranked = self._ranked(message)
            message.set(INTENT, ranked[0] if ranked else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranked, add_to_output=True)
        return messages

    def _ranked(self, message: Message) -> list[dict[str, Any]]:
        if self._model is None or not (message.get(TEXT) or "").strip():
            return []
        return ranking(self._model.classes, self._model.probabilities([message_words(message)])[0])
