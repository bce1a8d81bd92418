"""Routing data with a small model trained on a few topics: enough to tell them apart, quick to make."""

from pathlib import Path

import pytest

from tracker.routing.classifier import fit
from tracker.routing.data import RoutingData
from tracker.routing.training import base_examples, store, use_version

TOPICS = "HT01 HT08 DT01 DT03 MT01 MT05 AN02 AN05 GD01 HC02 CT01 LD01 DN01 KH02"


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small trained version in use."""
    folder = tmp_path_factory.mktemp("models")
    examples = [example for example in base_examples() if example.topic in TOPICS]
    store(fit(examples, "small"), folder, {"kind": "test"})
    use_version(folder, "small")
    return folder


@pytest.fixture(scope="session")
def data(models_dir: Path) -> RoutingData:
    """The repository's topics, agencies and rules with the small model."""
    return RoutingData.from_files(models_dir)
