"""The trained pipeline without Rasa: the same models, loaded from Rasa's archive in a second or two."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib

from bot.nlu.features import words_of
from bot.nlu.gate_model import GateModel, Verdict
from bot.nlu.linear import LinearModel
from bot.nlu.precedence import doubt, promote, ranking

INTENTS = [
    "greet",
    "goodbye",
    "thanks",
    "help",
    "affirm",
    "deny",
    "cancel",
    "complaint",
    "suggestion",
    "praise",
    "procedure_question",
    "status_lookup",
    "add_info",
    "withdraw",
    "office_info",
    "human_handoff",
    "formal_complaint",
    "denunciation",
    "emergency",
    "abusive",
    "privacy_request",
    "out_of_scope",
]
_OTHER = "out_of_scope"


@dataclass(frozen=True)
class Understanding:
    """Intents, gate and precedence of one trained model."""

    intents: LinearModel
    gate: GateModel | None
    order: Sequence[str]
    gate_classes: Sequence[str]

    @classmethod
    def load(cls, archive: Path) -> Understanding:
        """From a model archive of `rasa train` with this project's config.yml."""
        with tarfile.open(archive) as tar:
            members = {Path(member.name).name: member for member in tar.getmembers()}
            intents, gate = (_joblib(tar, members[name]) for name in ("intents.joblib", "gate.joblib"))
            nodes = json.load(_open(tar, members["metadata.json"]))["predict_schema"]["nodes"]
        node = next(node for node in nodes.values() if node["uses"].endswith(".Precedence"))
        return cls(intents, gate, node["config"]["order"], node["config"]["classes"])

    def understand(self, text: str) -> tuple[list[dict[str, Any]], Verdict | None]:
        """The 22 intents, likeliest first, and the verdict of the gate."""
        words = words_of(text)
        if not words:
            return fold([{"name": _OTHER, "confidence": 1.0}]), None
        ranked = ranking(self.intents.classes, self.intents.probabilities([words])[0])
        verdict = self.gate.judge(text) if self.gate else None
        ranked = fold(promote(ranked, verdict, self.order))
        return ranked, doubt(ranked, verdict, self.gate_classes)


def parent_of(name: str) -> str:
    """The one of the 22 intents a finer one (`complaint_noise`, `help/photo`) belongs to."""
    if name in INTENTS:
        return name
    parents = [intent for intent in INTENTS if name.startswith(intent) and name[len(intent)] in "_/.+"]
    return max(parents, key=len, default=_OTHER)


def fold(ranked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each of the 22 intents once, likeliest first, summing to 1."""
    chances = dict.fromkeys(INTENTS, 0.0)
    for each in ranked:
        chances[parent_of(each["name"])] += each["confidence"]
    total = sum(chances.values())
    return ranking(list(chances), [chance / total for chance in chances.values()])


def _open(tar: tarfile.TarFile, member: tarfile.TarInfo) -> io.BytesIO:
    stream = tar.extractfile(member)
    if stream is None:
        raise FileNotFoundError(member.name)
    return io.BytesIO(stream.read())


def _joblib(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    return joblib.load(_open(tar, member))
