"""Dialogue scripts: what a citizen does and what the bot must say, as data; played on the running stack.

A script (tests/dialogue/scripts/*.yml) has a `name`, a `channel` (web or telegram) and a `talk`: a list of steps.
A step is one act (see `people.py`; `agency` and `later` are acts of the world) and what must come of it:
`bot` words that are said, `never` words that are not, `buttons` that are offered, `silent: true` nothing at all.
`filed` says what became of it; `questions` is the most that may be asked until the first report is filed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.dialogue.people import Line, Person, picture

FOLDER = Path(__file__).parent / "scripts"
MOST_MESSAGES = 2
PATIENCE_SECONDS = 120
ACTS = frozenset(
    (
        "citizen",
        "press",
        "photo",
        "voice",
        "video_mb",
        "location",
        "contact",
        "forwarded",
        "edited",
        "group",
        "link",
        "listen",
    )
)
CODE = re.compile(r"\b\d{4} \d{4} \d{4}\b")


@dataclass(frozen=True)
class Script:
    """One talk from a file."""

    name: str
    channel: str
    talk: tuple[dict[str, Any], ...]
    filed: tuple[dict[str, Any], ...] = ()
    questions: int | None = None


def scripts(folder: Path = FOLDER) -> list[Script]:
    """Every script, by file and place in it; two of one name are an error."""
    found = [script for path in sorted(folder.glob("*.yml")) for script in read_scripts(path)]
    assert len({script.name for script in found}) == len(found), "two scripts share a name"
    return found


def read_scripts(path: Path) -> list[Script]:
    """The scripts of one file; a key that is wrong is an error."""
    found = []
    for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
        unknown = set(raw) - {"name", "channel", "talk", "filed", "questions"}
        assert not unknown, f"{path.name}: {unknown}"
        filed = raw.get("filed", [])
        found.append(
            Script(
                f"{path.stem}: {raw['name']}", raw.get("channel", "web"), tuple(raw["talk"]),
                tuple(filed if isinstance(filed, list) else [filed]), raw.get("questions"),
            )
        )  # fmt: skip
    return found


@dataclass
class World:
    """What a script may do beside talking: an agency's act, the passing of days."""

    agency: Callable[[str, dict[str, Any]], None]
    later: Callable[[float], None]


@dataclass
class Playing:
    """A script being played; the transcript is what a failure shows."""

    script: Script
    meet: Callable[[str], Person]
    world: World
    transcript: list[str] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    asked: int = 0
    before: Callable[[int], None] = lambda _: None
    """Called before each step with its number."""
    patient: bool = False
    """Whether what is expected may come late and among other words (something was killed)."""

    def play(self) -> None:
        """Every step in order; AssertionError with the talk so far and what was missing."""
        try:
            for number, step in enumerate(self.script.talk):
                self.before(number)
                self._step(self._filled(step))
        finally:
            for person in self.people.values():
                person.leave()
        if self.script.questions is not None:
            self._check(bool(self.codes), [], "nothing was filed")
            self._check(self.asked <= self.script.questions, [], f"{self.asked} questions until filed")

    def _step(self, step: dict[str, Any]) -> None:
        if "agency" in step:
            self.transcript.append(f"  ({step['agency']})")
            self.world.agency(self.codes[-1], step["agency"])
            return
        if "later" in step:
            self.transcript.append(f"  (… {step['later']} ngày sau)")
            self.world.later(float(step["later"]))
            return
        if not self.codes and "listen" not in step:
            self.asked += 1
        try:
            heard = self._person(step).act(step)
        except AssertionError as error:
            self._check(False, [], str(error))
            raise
        if self.patient:
            heard += self._until_said(step, heard)
        act = next(name for name in step if name in ACTS)
        self.transcript.append(f"{'>' if act == 'citizen' else '> ' + act} {step[act]}")
        self.transcript += [shown(line) for line in heard]
        said = "\n".join(line["text"] for line in heard)
        if not self.codes and CODE.search(said):
            self.asked -= 1
        self.codes += [code for code in CODE.findall(said) if code not in self.codes]
        self._expect(step, heard, said)

    def _until_said(self, step: dict[str, Any], heard: list[Line]) -> list[Line]:
        more: list[Line] = []
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            said = "\n".join(line["text"] for line in [*heard, *more]).lower()
            if all(words.lower() in said for words in _list(step.get("bot"))):
                break
            time.sleep(0.2)
            more += self._person(step).act({"listen": "late"})
        return more

    def _person(self, step: dict[str, Any]) -> Person:
        who = str(step.get("who", "người dân"))
        channel = str(step.get("on", self.script.channel))
        if who not in self.people:
            self.people[who] = self.meet(channel)
        return self.people[who]

    def _expect(self, step: dict[str, Any], heard: list[Line], said: str) -> None:
        if step.get("silent"):
            self._check(not heard, heard, "the bot should say nothing")
            return
        quiet = step.get("listen") == "nothing"
        self._check(quiet != bool(heard), heard, "the bot said nothing" if not quiet else "the bot should be quiet")
        acts = int(step["photo"]) if "photo" in step and self.script.channel == "web" else 1
        few = self.patient or len(heard) <= MOST_MESSAGES * acts
        self._check(few, heard, f"{len(heard)} messages in one turn")
        for words in _list(step.get("bot")):
            self._check(words.lower() in said.lower(), heard, f"not said: {words}")
        for words in _list(step.get("never")):
            self._check(words.lower() not in said.lower(), heard, f"must not be said: {words}")
        labels = [b["label"] for line in heard for row in line["buttons"] for b in row]
        for label in _list(step.get("buttons")):
            self._check(label in labels, heard, f"no button {label!r} among {labels}")
        for label in _list(step.get("no_buttons")):
            self._check(label not in labels, heard, f"button {label!r} should not be there")

    def _check(self, holds: bool, heard: list[Line], what: str) -> None:
        if not holds:
            talk = "\n".join(self.transcript)
            raise AssertionError(f"{self.script.name}\n\n{talk}\n\n!! {what}")

    def _filled(self, step: dict[str, Any]) -> dict[str, Any]:
        def fill(value: Any) -> Any:
            if isinstance(value, str):
                return value.replace("{code}", self.codes[-1] if self.codes else "")
            if isinstance(value, list):
                return [fill(each) for each in value]
            return {key: fill(each) for key, each in value.items()} if isinstance(value, dict) else value

        filled: dict[str, Any] = fill(step)
        return filled


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def shown(line: Line) -> str:
    """A line of the bot as the transcript has it."""
    text = str(line["text"]).replace("\n", "\n      ")
    buttons = " | ".join(f"[{b['label']}]" for row in line["buttons"] for b in row)
    return f"    : {text}" + (f"\n      {buttons}" if buttons else "")


def proof() -> dict[str, Any]:
    """A photo as the staff page takes it."""
    return {"files": ("sau.jpg", picture(), "image/jpeg")}
