"""The same config.yml on intents that are not ours: it trains, it understands, and no gate stands before it."""

import asyncio
from pathlib import Path

import pytest
from bank_bot import ASKED
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.text import strip_marks

ENOUGH = 0.8


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
