import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from small_bot import ROOT, SENTENCES

from bot.nlu.understanding import Understanding


@pytest.fixture(scope="module")
def agent(archive: Path) -> Agent:
    return Agent.load(str(archive))


def read(agent: Agent, text: str) -> dict[str, Any]:
    assert agent.processor is not None
    return asyncio.run(agent.processor.parse_message(UserMessage(text)))


@pytest.mark.parametrize(
    "text",
    ["xin chào", "rac chua thu, hoi qua", "làm căn cước ở đâu", "Cháy nhà rồi cứu với", "tố cáo cán bộ nhận hối lộ",
     "Đường hỏng. Cảm ơn!", "Có người bị điện giật\nđèn đường hỏng"],
)  # fmt: skip
def test_rasa_and_the_batch_tool_understand_alike(agent: Agent, archive: Path, text: str) -> None:
    inside = read(agent, text)
    ranked, verdict = Understanding.load(archive).understand(text)
    ranking = [each for each in inside["intent_ranking"] if each["name"] != "nlu_fallback"]
    assert ranking[0]["name"] == ranked[0]["name"]
    for each in ranking:
        other = next(one for one in ranked if one["name"] == each["name"])
        assert each["confidence"] == pytest.approx(other["confidence"], abs=1e-6)
    assert inside.get("gate") == (verdict and {"class": verdict.name, "score": verdict.score, "sure": verdict.sure})


def test_the_ranking_holds_every_intent(agent: Agent) -> None:
    names = {each["name"] for each in read(agent, "xin chào")["intent_ranking"]}
    assert names - {"nlu_fallback"} == set(SENTENCES)


def test_what_nobody_can_read_falls_back_with_meanings_to_offer(agent: Agent) -> None:
    result = read(agent, "早上好")
    assert result["intent"]["name"] == "nlu_fallback"
    assert len(result["intent_ranking"]) == len(SENTENCES) + 1


def test_a_message_without_text_does_not_raise(agent: Agent) -> None:
    assert read(agent, "   ").get("gate") is None


def test_the_configuration_names_only_our_components_and_rules() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [policy["name"] for policy in config["policies"]] == ["RulePolicy"]
    names = [component["name"] for component in config["pipeline"]]
    assert all(name.startswith("bot.nlu.") for name in names if name != "FallbackClassifier")
    assert config["assistant_id"] == "lang-nghe"
