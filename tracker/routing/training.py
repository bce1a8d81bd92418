"""Training the topic classifier from the sentence files, only when something it depends on has changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import version as package_version
from pathlib import Path

import yaml

from tracker.config import ROOT
from tracker.errors import DataFileError, ModelMissingError, NotFoundError
from tracker.routing.classifier import Example, fit
from tracker.routing.model import NOTE_FILE, TopicModel
from tracker.routing.placeless import without_place
from tracker.routing.taxonomy import DATA

SENTENCES = ROOT / "nlu_data" / "topics"
CUES_FILE = DATA / "topic_words.yml"
_CODE = ("classifier.py", "grams.py", "model.py", "noise.py")
_SHARED = ("text.py", "text_patterns.py", "text_variants.py", "data/abbreviations.json")


def read_sentences(folder: Path = SENTENCES) -> list[Example]:
    """Sentences of every topic file (`<code>.txt`, one a line, `#` starts a comment), their places blanked."""
    return [
        Example(without_place(line.strip()), file.stem)
        for file in sorted(folder.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def read_cues(path: Path = CUES_FILE) -> list[Example]:
    """Words and phrases typical of each topic, as very short examples."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataFileError(path, line, "không phải YAML: mỗi dòng là “MÃ: từ, từ, …”") from error
    return [
        Example(cue.strip(), topic, cue=True)
        for topic, cues in content.items()
        for cue in str(cues).split(",")
        if cue.strip()
    ]


def base_examples() -> list[Example]:
    """All the repository has to learn topics from."""
    return [*read_sentences(), *read_cues()]


def fingerprint(examples: Sequence[Example]) -> str:
    """SHA-256 of the examples, the code and the library version that shape a model."""
    digest = hashlib.sha256(repr(examples).encode())
    files = [Path(__file__).with_name(name) for name in _CODE] + [ROOT / "bot" / name for name in _SHARED]
    for file in files:
        digest.update(file.read_bytes())
    digest.update(package_version("scikit-learn").encode())
    return digest.hexdigest()


def train_if_stale(models_dir: Path, say: Callable[[str], None]) -> Path:
    """Make sure a model of today's base data exists; returns its folder. A chosen retrained model stays chosen."""
    examples = base_examples()
    version = fingerprint(examples)[:12]
    folder = models_dir / "routing" / version
    if not (folder / NOTE_FILE).exists():
        say(f"· bộ chọn chủ đề ({len(examples)} câu, từ)")
        store(fit(examples, version), models_dir, {"kind": "base"})
        use_version(models_dir, version)
    elif not (models_dir / "routing" / "current").exists():
        use_version(models_dir, version)
    return folder


def store(model: TopicModel, models_dir: Path, note: dict[str, object]) -> Path:
    """Put a model beside the others, complete or not at all."""
    folder = models_dir / "routing" / model.version
    half = folder.with_suffix(".part")
    shutil.rmtree(half, ignore_errors=True)
    model.save(half, note)
    shutil.rmtree(folder, ignore_errors=True)
    half.rename(folder)
    return folder


def note_of(models_dir: Path, version: str) -> dict[str, object]:
    """What was written down when the version was made: its kind and how many corrections it learned from."""
    content = json.loads((models_dir / "routing" / version / NOTE_FILE).read_text(encoding="utf-8"))
    return {name: content.get(name) for name in ("kind", "corrections", "made_at")}


def versions(models_dir: Path) -> list[str]:
    """Versions on disk, oldest first."""
    notes = (models_dir / "routing").glob(f"*/{NOTE_FILE}")
    return [note.parent.name for note in sorted(notes, key=lambda path: path.stat().st_mtime)]


def use_version(models_dir: Path, version: str) -> None:
    """Make a stored version the one that decides; the one before is remembered for `roll_back`."""
    if version not in versions(models_dir):
        raise NotFoundError(f"Không có bộ chọn chủ đề phiên bản {version}.")
    before = _pointer(models_dir)
    previous = before.get("previous") if before.get("version") == version else before.get("version")
    pointer = models_dir / "routing" / "current"
    temporary = pointer.with_suffix(".tmp")
    temporary.write_text(json.dumps({"version": version, "previous": previous}), encoding="utf-8")
    temporary.replace(pointer)


def _pointer(models_dir: Path) -> dict[str, str | None]:
    try:
        found: dict[str, str | None] = json.loads((models_dir / "routing" / "current").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def current_version(models_dir: Path) -> str | None:
    """The version that decides now, if one was ever chosen."""
    return _pointer(models_dir).get("version")


def roll_back(models_dir: Path) -> str:
    """Go back to the version used before; again to return. Its name."""
    previous = _pointer(models_dir).get("previous")
    if previous is None:
        raise NotFoundError("Chưa có phiên bản nào trước phiên bản đang dùng.")
    use_version(models_dir, previous)
    return previous


def load_model(models_dir: Path) -> TopicModel:
    """The version in use."""
    try:
        return TopicModel.load(models_dir / "routing" / (current_version(models_dir) or "none"))
    except FileNotFoundError as error:
        raise ModelMissingError("Chưa có bộ chọn chủ đề: hãy chạy `make train`.") from error
