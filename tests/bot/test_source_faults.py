"""What managers read of a source that is amiss: which file or which answer, and nothing of the disk or the network."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import Caller, Desk
from bot.config import FetchSettings, Settings, SourceSettings
from bot.formats import as_text
from bot.ingest import Ingest
from bot.sources.fetch import Fetcher
from bot.store import Store
from tests.fakes.site import Nowhere

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ADA = Caller(platform="browser", space="browser:local", channel="briefings", person="ada")


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


async def said_of(source: SourceSettings, store: Store) -> str:
    """What /brief sources says once the source was read."""
    settings = FetchSettings(delay_seconds=0)
    await store.sync_sources([source], now=NOW)
    ingest = Ingest(store, settings, clock=lambda: NOW + timedelta(minutes=1))
    async with Fetcher(settings, resolver=Nowhere()) as fetcher:
        await ingest.watch(fetcher)
        await ingest.poll_due(fetcher)
    return as_text(await Desk(store, Settings(), clock=lambda: NOW).answer(ADA, "sources"))


async def test_a_folder_names_the_files_that_cannot_be_read(tmp_path: Path, store: Store) -> None:
    """It is no address, and it was read: only these files were not."""
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "good.txt").write_text("The council backed the tram line to the harbour on Sunday.", "utf-8")
    (papers / "empty.txt").touch()
    said = await said_of(SourceSettings(name="desk", kind="folder", path=papers), store)
    assert "read but in part: empty.txt: it is empty; remove it or save the article again." in said
    assert "address" not in said
    assert str(tmp_path) not in said


async def test_a_folder_that_is_not_there_is_said_to_be_so(tmp_path: Path, store: Store) -> None:
    """Without the path on the disk, which is for the log."""
    said = await said_of(SourceSettings(name="desk", kind="folder", path=tmp_path / "moved"), store)
    assert "failing (1 time in a row)" in said
    assert "there is no folder" in said
    assert str(tmp_path) not in said


async def test_a_source_that_cannot_be_reached_sends_its_managers_to_the_log(store: Store) -> None:
    """Its address was good when it was added, so nothing is said of what an address must be."""
    said = await said_of(SourceSettings(name="post", kind="feed", url="https://post.example/feed"), store)
    assert "failing (1 time in a row): No answer from its address; Readout's log says why." in said
