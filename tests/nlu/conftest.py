"""What the tests of the understanding process share: a small trained model, made once."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from small_bot import write_project

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["RASA_TELEMETRY_ENABLED"] = "false"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model archive trained by Rasa on the small data set with the repository's config.yml."""
    from rasa.model_training import train  # noqa: PLC0415 (after the environment is set)

    folder = tmp_path_factory.mktemp("bot")
    project = write_project(folder)
    old = Path.cwd()
    os.chdir(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = train(
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
