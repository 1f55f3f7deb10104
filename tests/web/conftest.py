"""Sites for the tests of the pages and of the browser chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.site import KEY, Site, running_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A site without a key, as on somebody's own machine."""
    async with running_site(tmp_path) as running:
        yield running


@pytest.fixture
async def locked_site(tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a key."""
    async with running_site(tmp_path, key=KEY) as running:
        yield running
