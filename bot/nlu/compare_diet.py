"""A small DIET for the comparison of models; never part of the shipped pipeline."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog


def train_diet(rows: Sequence[tuple[str, str, int]], epochs: int) -> Callable[[str], str]:
    """Trains on (text, intent, group) rows; returns the function from a text to its likeliest intent."""
    configure_structlog(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="diet-"))
    (folder / "nlu.yml").write_text(_nlu(rows), encoding="utf-8")
    (folder / "config.yml").write_text(yaml.safe_dump(_config(epochs)), encoding="utf-8")
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    agent = Agent.load(str(model))

    def guess(text: str) -> str:
        result = asyncio.run(agent.processor.parse_message(UserMessage(text)))
        return str(result["intent"]["name"])

    return guess


def _config(epochs: int) -> dict[str, object]:
    letters = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4, "min_df": 3}
    diet = {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False, "batch_size": 128,
            "number_of_transformer_layers": 0, "random_seed": 1}  # fmt: skip
    pipeline = [{"name": "bot.nlu.tokenizer.VietnameseTokenizer"}, {"name": "CountVectorsFeaturizer", "min_df": 2}]
    return {"recipe": "default.v1", "language": "vi", "assistant_id": "diet", "pipeline": [*pipeline, letters, diet]}


def _nlu(rows: Sequence[tuple[str, str, int]]) -> str:
    by_intent: dict[str, list[str]] = {}
    for text, intent, _ in rows:
        by_intent.setdefault(intent, []).append(" ".join(text.split()))
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)
