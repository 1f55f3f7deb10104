"""What the tests of every chat share."""

import pytest

from bot.store import Store
from tests.chat.canned import CannedDesk


@pytest.fixture
def store(file_store: Store) -> Store:
    """A chat knows nothing of the kind of database."""
    return file_store


@pytest.fixture
def desk(store: Store) -> CannedDesk:
    """Answers with a briefing unless told otherwise."""
    return CannedDesk(store)
