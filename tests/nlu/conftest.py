"""What the tests of the understanding process share: a small trained model, made once."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from bank_bot import LEARN
from small_bot import SENTENCES, write_project

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["RASA_TELEMETRY_ENABLED"] = "false"


def train(folder: Path, intents: Mapping[str, Sequence[str]] = SENTENCES) -> Path:
    """A model archive trained by Rasa in a folder on these intents with the repository's config.yml."""
    from rasa.model_training import train as rasa_train  # noqa: PLC0415 (after the environment is set)

    project = write_project(folder, intents)
    old = Path.cwd()
    os.chdir(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = rasa_train(
                domain=str(project["domain"]),
                config=str(project["config"]),
                training_files=[str(project["data"])],
                output=str(folder / "models"),
                fixed_model_name="nlu",
            )
    finally:
        os.chdir(old)
    assert result.code == 0
    assert result.model
    return Path(result.model)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the small bot, made once."""
    return train(tmp_path_factory.mktemp("bot"))


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of another bot altogether, made once."""
    return train(tmp_path_factory.mktemp("bank"), LEARN)
