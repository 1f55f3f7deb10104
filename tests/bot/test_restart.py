"""A restart must not post twice: a real process is killed at the worst moments, and started again."""

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import SourceSettings, SubscriptionSettings
from bot.store import SHARED, Store
from summaries import Article

SLOT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
KEY = "d:1:20261123T073000Z:1"
MORNING = SubscriptionSettings(
    name="Morning", to="slack:C0123", topics=("gaza",), when="weekdays 08:30", timezone="Europe/Berlin"
)


async def run(folder: Path, point: str, now: datetime) -> int:
    """The exit code of one life of the process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.mortal"),
        *(f"sqlite:///{folder / 'readout.db'}", str(folder / "history"), point, now.isoformat()),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), timeout=30)


async def prepare(folder: Path) -> None:
    """A store with one article that arrived before the slot of its one subscription."""
    store = await Store.open(f"sqlite:///{folder / 'readout.db'}")
    early = SLOT - timedelta(hours=2)
    await store.sync_sources([SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")], now=early)
    await store.sync_subscriptions([MORNING], now=early)
    (source,) = await store.sources(SHARED)
    article = Article(text="Aid convoys reached Gaza on Monday, the agency said.", title="Convoys", language="en")
    await store.add_articles(source.id, [article], baseline=False, now=early + timedelta(minutes=1))
    await store.close()


@pytest.mark.parametrize(
    ("dies", "then", "state"),
    [
        ("before", "never", "sent"),
        ("after", "never", "sent"),
        ("confirmed", "never", "sent"),
        ("after", "unreadable", "unknown"),
    ],
)
async def test_a_process_killed_around_a_post_leaves_exactly_one_post(
    tmp_path: Path, dies: str, then: str, state: str
) -> None:
    """Killed before the call, between the call and its confirmation, or after it: the channel holds the digest once.
    Where the channel's history cannot be read, the row says `unknown` instead of posting again."""
    await prepare(tmp_path)
    assert await run(tmp_path, dies, SLOT) == -signal.SIGKILL
    assert await run(tmp_path, then, SLOT + timedelta(minutes=1)) == 0
    assert (tmp_path / "history").read_text().splitlines() == [KEY]
    store = await Store.open(f"sqlite:///{tmp_path / 'readout.db'}")
    assert [(row.key, row.state) for row in await store.deliveries(SHARED)] == [(KEY, state)]
    assert len(await store.shown(SHARED, "C0123:")) == (1 if state == "sent" else 0)
    await store.close()
