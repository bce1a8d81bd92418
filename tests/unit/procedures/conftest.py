"""The curated core, read and indexed once for all tests of this folder."""

import pytest

from bot.procedures.catalogue import Catalogue


@pytest.fixture(scope="session")
def core() -> Catalogue:
    catalogue = Catalogue.from_core(index_dir=None)
    assert catalogue.searcher.procedures
    return catalogue
