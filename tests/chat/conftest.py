"""What the tests of every chat share."""

import pytest

from bot.store import Store


@pytest.fixture
def store(file_store: Store) -> Store:
    """A chat knows nothing of the kind of database."""
    return file_store
