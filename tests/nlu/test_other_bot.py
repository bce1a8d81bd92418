"""The same config.yml on intents that are not ours: it trains, it understands, and no gate stands before it."""

import asyncio
from pathlib import Path

import pytest
import shop_bot
from bank_bot import ASKED
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.nlu.features import words_of
from bot.nlu.linear import LinearModel, Row
from bot.nlu.variants import DEFAULTS, expand
from bot.text import strip_marks

ENOUGH = 0.8
ENOUGH_OF_TWENTY = 0.75


@pytest.mark.parametrize("form", ["accented", "stripped"])
def test_other_intents_are_learnt_as_well(bank: Path, form: str) -> None:
    agent = Agent.load(str(bank))
    assert agent.processor is not None
    hits = []
    for intent, texts in ASKED.items():
        for text in texts:
            written = text if form == "accented" else strip_marks(text)
            heard = asyncio.run(agent.processor.parse_message(UserMessage(written)))
            ranking = [each["name"] for each in heard["intent_ranking"] if each["name"] != "nlu_fallback"]
            assert set(ranking) == set(ASKED)
            assert heard.get("gate") is None
            hits.append(ranking[0] == intent)
    assert sum(hits) / len(hits) >= ENOUGH


@pytest.fixture(scope="module")
def shop() -> LinearModel:
    examples = [(text, intent) for intent, texts in shop_bot.LEARN.items() for text in texts]
    return LinearModel([Row(words_of(text), intent, group) for text, intent, group in expand(examples, DEFAULTS)])


@pytest.mark.parametrize("form", ["accented", "stripped"])
def test_twenty_intents_of_a_shop_need_only_a_few_sentences_each(shop: LinearModel, form: str) -> None:
    asked = [(text, intent) for intent, texts in shop_bot.ASKED.items() for text in texts]
    written = [text if form == "accented" else strip_marks(text) for text, _ in asked]
    likeliest = shop.probabilities([words_of(text) for text in written]).argmax(axis=1)
    hits = [shop.classes[at] == intent for at, (_, intent) in zip(likeliest, asked)]  # noqa: B905 (same length)
    assert sum(hits) / len(hits) >= ENOUGH_OF_TWENTY
