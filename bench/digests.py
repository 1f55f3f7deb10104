"""What a full minute of digests costs: thousands come due at once, and the finished bot posts them.

    python -m bench.digests [--store sqlite|postgres] [--replicas R] [--digests 10000] [--slack SHARE]

Starts the bot as processes (workers, where several share a PostgreSQL) beside a Slack and a Discord on the loopback
that answer 429 to what is faster than they allow: 50 posts a second on Discord, one a second in each Slack channel.
Every digest has a channel of its own; all are due in the same minute, each for two of 20 topics, with what arrived
since the digest before it: articles of 40 events by several outlets each. Needs /proc, so Linux. Counted at the
platforms.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter, deque
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from bench.faults import NOUNS, PLACES, VERBS, database_of
from bench.idle import cpu_seconds, memory
from bot.config import FetchSettings, load_settings
from bot.ingest import poll
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store, delivery_key
from bot.store.tables import deliveries, subscriptions
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import Channel, FakeSlack
from tests.fakes.slack import Fault as SlackFault
from tests.installation import Installation, Running, installed

SPACES = 5
TOPICS = [noun for noun in NOUNS.split() if noun != "lamp"][:12] + PLACES.split()[:8]
EVENTS, OUTLETS = 40, 4
DISCORD_RATE = 50  # posts a second, over all channels
SLACK_EVERY = 0.9  # seconds between two posts of a channel, less what clocks differ
AHEAD = timedelta(seconds=20)  # from the start of the processes to the slot, at least
STALLED = 90.0  # seconds without a post: no more are coming
CPU_GOAL = 15.0  # ms a delivery


class StrictDiscord(FakeDiscord):
    """Answers 429 to what is faster than 50 a second; keeps no requests."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self.recent: deque[float] = deque()

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and request.match_info["path"].startswith("channels/"):
            now = time.monotonic()
            while self.recent and self.recent[0] <= now - 1:
                self.recent.popleft()
            if len(self.recent) >= DISCORD_RATE:
                self.refused += 1
                self.fail("POST", request.match_info["path"], status=429, retry_after=1.0)
            else:
                self.recent.append(now)
        response = await super()._rest(request)
        self.requests.clear()
        return response


class StrictSlack(FakeSlack):
    """Answers 429 to a second post within a second in a channel; keeps no calls."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self._last: dict[str, float] = {}

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] == "chat.postMessage":
            channel = (await request.json())["channel"]
            now = time.monotonic()
            if now - self._last.get(channel, 0.0) < SLACK_EVERY:
                self.refused += 1
                return self._failure(SlackFault(status=429, retry_after=1))
            self._last[channel] = now
        response = await super()._api(request)
        self.calls.clear()
        return response


def articles(chance: random.Random) -> dict[str, str]:
    """What several outlets write about each event, half of it in their own words, by file."""
    written = {}
    for event in range(EVENTS):
        nouns, (town, other) = chance.sample(NOUNS.split(), 5), chance.sample(PLACES.split(), 2)
        verb, count = chance.choice(VERBS.split()), chance.randint(3, 900)
        for outlet in range(OUTLETS):
            mine = chance.sample(NOUNS.split(), 3)
            told = f"the {nouns[0]} of {town} {verb} on Monday"
            crews = f"{count} {nouns[1]} crews from {other}"
            written[f"{event}-{outlet}.txt"] = (
                (
                    f"T{told[1:]} after {crews} came."
                    if outlet % 2
                    else f"After {crews} arrived, {told}, officials said."
                )
                + f"\n\nPeople in {other} said that the {nouns[2]} and the {mine[0]} had waited since {outlet + 3} May."
                f"\n\nNobody in {town} spoke of the {mine[1]}, the {nouns[3]} or the {mine[2]} near the {nouns[4]}.\n"
            )
    return written


def configuration() -> str:
    """The topics."""
    return "".join(f'[[topics]]\nname = "{topic.lower()}"\nterms = ["{topic}"]\n' for topic in TOPICS)


class Digests:
    """One run: the platforms, the rows, the processes, the count."""

    def __init__(self, *, digests: int, slack_share: float, replicas: int) -> None:
        self._replicas = replicas
        self._slack, self._discord = StrictSlack(), StrictDiscord()
        self._targets = [
            f"slack:C{number:06}" if number < digests * slack_share else f"discord:{500_000 + number}"
            for number in range(digests)
        ]

    async def run(self, folder: Path, database: str | None) -> None:
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(self._slack)
            discord = await stack.enter_async_context(self._discord)
            for target in self._targets:
                platform, _, channel = target.partition(":")
                if platform == "slack":
                    slack.channels[channel] = Channel()
                else:
                    discord.channels[channel] = "100"
            homes = []
            for replica in range(self._replicas):
                home = await stack.enter_async_context(
                    installed(folder / str(replica), slack=slack, discord=discord, more=configuration())
                )
                home.environ["READOUT_READOUT__LOG_LEVEL"] = "warning"
                if database is not None:
                    home.environ["READOUT_DATABASE"] = database
                homes.append(home)
            slot = await self._prepare(homes[0], database or f"sqlite:///{homes[0].data / 'readout.db'}")
            role = "all" if self._replicas == 1 else "worker"
            bots = [await home.start("--role", role) for home in homes]
            for bot in bots:
                await bot.address()
            await self._watch(bots, slot)
            for bot in bots:
                await bot.stop()

    async def _prepare(self, home: Installation, address: str) -> datetime:
        """Fill the database: an article or two a minute after the digests of an hour ago, and now they are due."""
        store = await Store.open(address)
        settings, fetching = load_settings(home.config, {}), FetchSettings()
        began = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
        await store.sync_sources(settings.sources, now=began)
        async with Fetcher(fetching) as fetcher:
            for minutes in (0, 2):
                (source,) = await store.sources(SHARED)
                now = began + timedelta(minutes=minutes)
                await poll(source, store=store, fetcher=fetcher, settings=fetching, clock=repeat(now).__next__)
                home.write(articles(random.Random(1)))
        slot = datetime.now(UTC) + timedelta(seconds=len(self._targets) / 2000) + AHEAD
        slot = slot.replace(second=0, microsecond=0) + timedelta(minutes=1)
        await self._subscribe(store, before=began + timedelta(minutes=1), slot=slot)
        await store.close()
        return slot

    async def _subscribe(self, store: Store, *, before: datetime, slot: datetime) -> None:
        """A subscription for each channel, whose digest before was sent."""
        names = [topic.lower() for topic in TOPICS]
        rows, sent = [], []
        for number, target in enumerate(self._targets, start=1):
            topics = [names[number % len(names)], names[number // len(names) % len(names)]]
            row: dict[str, Any] = {"id": number, "space": f"bench:{number % SPACES}", "name": f"number {number}"}
            row |= {"target": target, "topics": list(dict.fromkeys(topics)), "rule": f"daily {slot:%H:%M}"}
            row |= {"timezone": "UTC", "size": "normal", "revision": 1, "active": True, "next_slot": slot}
            row |= {"covered_until": before, "options": {}, "configured": False}
            rows.append(row)
            past: dict[str, Any] = {"key": delivery_key(number, before), "space": row["space"], "target": target}
            past |= {"subscription_id": number, "slot": before, "part": 1, "revision": 1, "state": "sent"}
            past |= {"briefings": [], "points": {}, "left_out": {}, "merged": False, "attempts": 1, "created": before}
            sent.append(past)
        async with store.writing() as connection:
            await connection.execute(sa.insert(subscriptions), rows)
            await connection.execute(sa.insert(deliveries), sent)

    async def _watch(self, bots: list[Running], slot: datetime) -> None:
        await asyncio.sleep((slot - datetime.now(UTC)).total_seconds())
        began, cpu = time.monotonic(), sum(cpu_seconds(bot.pid) for bot in bots)
        sizes: list[float] = []
        posted, last, first = 0, began, 0.0
        while (found := self._posted()) < len(self._targets) and time.monotonic() - last < STALLED:
            if found > posted:
                posted, last = found, time.monotonic()
                first = first or last - began
            sizes.append(max(memory(bot.pid) for bot in bots))
            await asyncio.sleep(0.5)
        took, cpu = time.monotonic() - began, sum(cpu_seconds(bot.pid) for bot in bots) - cpu
        each = self._each()
        slack = sum(count for target, count in each.items() if target.startswith("slack"))
        quarter = max(1, len(sizes) // 4)
        print(f"posted {found} of {len(self._targets)} ({slack} Slack, {found - slack} Discord) in {took:.0f} s")
        print(f"first post after                 {first:6.1f} s")
        print(f"digests a second                 {found / took:6.1f}")
        print(f"processor time a digest          {1000 * cpu / found:6.1f} ms  goal {CPU_GOAL:.0f} ms")
        print(
            f"memory of a process, first quarter {max(sizes[:quarter]):6.1f} MB, last {max(sizes[-quarter:]):6.1f} MB"
        )
        print(f"posts refused with 429           Slack {self._slack.refused}, Discord {self._discord.refused}")
        print(f"lost {len(self._targets) - len(each)} repeated {found - len(each)} of {len(self._targets)} digests")

    def _each(self) -> Counter[str]:
        """How many messages each channel holds."""
        slack = {f"slack:{name}": len(channel.messages) for name, channel in self._slack.channels.items()}
        discord = {f"discord:{name}": len(messages) for name, messages in self._discord.messages.items()}
        return +Counter(slack | discord)

    def _posted(self) -> int:
        return self._each().total()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.digests", description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--digests", type=int, default=10_000)
    parser.add_argument("--slack", type=float, default=0.2, help="the share of Slack's channels")
    asked = parser.parse_args()
    if asked.replicas > 1 and asked.store == "sqlite":
        parser.error("SQLite has one process; several replicas need --store postgres")
    digests = Digests(digests=asked.digests, slack_share=asked.slack, replicas=asked.replicas)
    with (
        tempfile.TemporaryDirectory(prefix="readout-digests-") as folder,
        database_of(asked.store, Path(folder)) as database,
    ):
        asyncio.run(digests.run(Path(folder), database))


if __name__ == "__main__":
    main()
