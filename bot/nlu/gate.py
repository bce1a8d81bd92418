"""The safety gate in the pipeline: `Gate` looks at the message before the intents, `Precedence` acts after them."""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint
from bot.nlu.gate_model import DEFAULTS, Cues, GateModel, Verdict
from bot.nlu.intents import message_words, training_rows
from bot.nlu.precedence import ORDER, doubt, promote

GATE = "gate"
MODEL_FILE = "gate.joblib"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Gate(GraphComponent, IntentClassifier):
    """Writes `gate`: {"class", "score", "sure"} or None; does nothing where no gate intent was trained."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: GateModel | None = None,
    ) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (signature of Rasa)
    ) -> Gate:
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
    ) -> Gate:
        """Rasa's constructor for a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / MODEL_FILE))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See `bot.nlu.gate_model.DEFAULTS`."""
        return dict(DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003 (signature of Rasa)
        """Rasa's cache sees this class only; the code below it counts too."""
        return fingerprint.of_code()

    def train(self, training_data: TrainingData) -> Resource:
        """Fits and stores the gate, or stores None where there is nothing to guard."""
        texts = [message.get(TEXT) for message in training_data.intent_examples if message.get(TEXT)]
        rows = list(zip(texts, training_rows(training_data)))  # noqa: B905 (same examples)
        labels = {row.label for _, row in rows}
        if labels & set(self._config["classes"]) and labels - set(self._config["classes"]):
            self._model = GateModel(rows, Cues.load(), self._config)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / MODEL_FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Judges each message that has text."""
        for message in messages:
            text = message.get(TEXT) or ""
            verdict = self._model.judge(text, message_words(message)) if self._model and text.strip() else None
            message.set(GATE, as_dict(verdict), add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Precedence(GraphComponent, IntentClassifier):
    """Puts a sure gate class first; a gate intent the gate is not sure of becomes a question (`sure` false)."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (signature of Rasa)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> Precedence:
        """Rasa's constructor."""
        return cls(config)

    @classmethod
    def required_components(cls) -> list[type]:
        """Stands behind an intent classifier and the gate."""
        return [Gate]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Order of intents in a message that says several things; which of them are the gate's."""
        return {"order": list(ORDER), "classes": list(DEFAULTS["classes"])}

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent, ranking and the gate's doubt of each message."""
        for message in messages:
            verdict = from_dict(message.get(GATE))
            ranked = promote(message.get(INTENT_RANKING_KEY) or [], verdict, self._config["order"])
            if ranked:
                message.set(INTENT, ranked[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranked, add_to_output=True)
                message.set(GATE, as_dict(doubt(ranked, verdict, self._config["classes"])), add_to_output=True)
        return messages


def as_dict(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict as the dialogue reads it in the parse result."""
    return verdict and {"class": verdict.name, "score": verdict.score, "sure": verdict.sure}


def from_dict(data: dict[str, Any] | None) -> Verdict | None:
    """The verdict again."""
    return Verdict(data["class"], data["score"], data["sure"]) if data else None
