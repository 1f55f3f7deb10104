"""Several processes of the finished bot on one PostgreSQL, each with its role."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import FetchSettings, load_settings
from bot.ingest import poll
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from tests.fakes.discord import FakeDiscord, text_of
from tests.fakes.slack import Channel, FakeSlack
from tests.fakes.slack_rules import quotes_of
from tests.installation import Installation, installed, until

QUAY = "The mayor said that the harbour's northern quay opens again in May."
FERRY = "A ferry left the harbour for the islands on its last trip."


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    store = await Store.open(address)
    try:
        yield store
    finally:
        await store.close()


def slot() -> datetime:
    """An hour ago: well within the grace period."""
    return (datetime.now(UTC) - timedelta(hours=1)).replace(second=0, microsecond=0)


def subscriptions(*targets: str) -> str:
    """A daily digest to each of these."""
    return "".join(
        f'[[subscriptions]]\nname = "{target}"\nto = "{target}"\ntopics = ["harbour"]\nwhen = "daily {slot():%H:%M}"\n'
        for target in targets
    )


async def arrive(own: Installation, address: str) -> None:
    """Let an article have come between the start of the subscriptions and their slot: the digests are due."""
    began = slot() - timedelta(minutes=30)
    settings, fetching = load_settings(own.config, {}), FetchSettings()
    async with opened(address) as store, Fetcher(fetching) as fetcher:
        await store.sync_sources(settings.sources, now=began)
        await store.sync_subscriptions(settings.subscriptions, now=began, timezone="UTC")
        (source,) = await store.sources(SHARED)
        await poll(source, store=store, fetcher=fetcher, settings=fetching, clock=lambda: began)
        own.write({"quay.txt": f"{QUAY}\n\nDivers had looked at every pile of it."})
        (source,) = await store.sources(SHARED)
        later = began + timedelta(minutes=1)
        await poll(source, store=store, fetcher=fetcher, settings=fetching, clock=lambda: later)


async def ended(address: str, **states: int) -> None:
    """Wait until so many digests are in these states, and none in another."""

    async def has_ended() -> bool:
        return Counter(row.state for row in await store.deliveries(SHARED)) == states

    async with opened(address) as store:
        await until(has_ended, 40)


async def test_roles_share_the_work(tmp_path: Path, server_address: str) -> None:
    """The ingest process reads what comes, the workers post each digest once without listening to anybody, and the
    chat process alone answers, from what the others brought."""
    slack, discord = FakeSlack(), FakeDiscord()
    slack.channels["C0NEWS"] = Channel()
    due = subscriptions("slack:C0NEWS", "discord:1001", "browser")
    async with slack, discord, installed(tmp_path / "bot", slack=slack, discord=discord, more=due) as own:
        own.environ["READOUT_DATABASE"] = server_address
        await arrive(own, server_address)
        chat = await own.start("--role", "chat")
        workers = [await own.start("--role", "worker"), await own.start("--role", "worker")]
        ingest = await own.start("--role", "ingest")
        await chat.connected("slack", "discord", "browser")
        await ended(server_address, sent=3)
        own.write({"ferry.txt": f"{FERRY}\n\nIts crew waved."})
        await chat.holds(2)
        asked = await slack.command("harbour")
        await slack.until(lambda: asked.replies)
        parts = {"chat": set(await chat.parts()), "ingest": set(await ingest.parts())}
        parts["worker"] = set(await workers[0].parts())
        page, _ = await workers[0].get("/")
        stops = [(await process.stop())[0] for process in (chat, *workers, ingest)]

    assert sorted(quotes_of(asked.private[0]["blocks"])) == [FERRY, QUAY]
    assert [quotes_of(posted.blocks) for posted in slack.posted] == [[QUAY]]
    assert [QUAY in text_of(message) for message in discord.messages["1001"]] == [True]
    assert len(discord.identifies) == 1
    assert parts == {
        "chat": {"store", "browser", "slack", "discord"},
        "ingest": {"store", "ingest"},
        "worker": {"store", "discord", "tick", "jobs", "alerts", "corrections", "reports", "upkeep"},
    }
    assert page == 404
    assert stops == [0, 0, 0, 0]
