from pathlib import Path

import rasa.core.processor
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu import runner
from bot.nlu.runner import StraightRunner


def test_the_same_results_as_rasas_runner(archive: Path) -> None:
    runner.install()
    assert rasa.core.processor.DaskGraphRunner is StraightRunner
    processor = Agent.load(str(archive)).processor
    assert processor is not None
    graph = processor.graph_runner
    assert isinstance(graph, StraightRunner)
    target = processor.model_metadata.nlu_target
    for text in ("rác chưa thu, hôi quá", "Cháy nhà rồi cứu với", "😀"):
        found = [
            run(graph, {"__message__": [UserMessage(text)], "__tracker__": _nothing()}, [target])[target][0].as_dict(
                True
            )
            for run in (StraightRunner.run, DaskGraphRunner.run)
        ]
        assert found[0] == found[1]
        assert found[0]["intent_ranking"]


def _nothing() -> DialogueStateTracker:
    return DialogueStateTracker.from_events("ai đó", [])
