"""What a trained model depends on, as one number: training is skipped when nothing of it changed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "nlu.tar.gz"
NOTE = "nlu.json"
_PACKAGES = ("rasa", "underthesea", "scikit-learn")
_TOOLS = {
    "__main__.py",
    "calls.py",
    "compare.py",
    "compare_diet.py",
    "dialogues.py",
    "evaluate.py",
    "logs.py",
    "parse.py",
    "report.py",
    "serve.py",
}
_TOOLS |= {"runner.py", "train.py", "validator.py"}


def of_files(files: Iterable[Path], base: Path) -> str:
    """SHA-256 of names (below `base`) and contents, in the order of the names."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(base).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def of_code() -> str:
    """SHA-256 of the code and cues that shape a model, and of the versions below them."""
    own = [file for file in Path(__file__).parent.iterdir() if file.suffix in {".py", ".yml"}]
    shared = [*(ROOT / "bot").glob("text*.py"), *(ROOT / "bot" / "data").glob("*.json")]
    versions = [platform.python_version(), *(importlib.metadata.version(name) for name in _PACKAGES)]
    files = of_files([*(file for file in own if file.name not in _TOOLS), *shared], ROOT)
    return hashlib.sha256("\0".join([files, *versions]).encode()).hexdigest()


def of_training(data: Path, config: Path, domain: Path) -> str:
    """SHA-256 of everything `rasa train` reads and of the code it runs; moving the folder changes nothing."""
    parts = [of_code(), *(of_files(*_yaml_under(path)) for path in (data, config, domain))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_current(model: Path, fingerprint: str) -> bool:
    """Whether this model exists and was made from what the fingerprint stands for."""
    note = model.with_name(NOTE)
    if not model.exists() or not note.exists():
        return False
    return bool(json.loads(note.read_text(encoding="utf-8")).get("fingerprint") == fingerprint)


def _yaml_under(path: Path) -> tuple[list[Path], Path]:
    if path.is_file():
        return [path], path.parent
    return [file for file in path.rglob("*") if file.suffix in {".yml", ".yaml"}], path
