"""What two channels see in a week: the sample corpus arrives at its times, and everything is posted that is due.

    python -m bench.week [--write]

Monday to Sunday, by an injected clock, on a SQLite file in a temporary folder, with a fake chat that keeps what it is
given. There is an alert that grows, one that quiet hours hold, a downtime with its catch-up, and an article that is
changed after it was quoted. Prints the transcript; `--write` pins it to tests/artefacts/week.txt.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.alerts import Alerts
from bot.config import Settings, SourceSettings, TopicSettings
from bot.corrections import Corrections
from bot.digest import deliver
from bot.formats import as_text
from bot.message import Message
from bot.plans import parse_plan
from bot.store import SHARED, Store
from bot.tick import tick
from summaries import BUNDLED_TOPICS, Article
from summaries.sample import sample_articles

ARTEFACT = Path(__file__).parents[1] / "tests" / "artefacts" / "week.txt"
MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
STEP = timedelta(minutes=30)
DOWN = (MONDAY + timedelta(days=2, hours=15, minutes=30), MONDAY + timedelta(days=3, hours=10))
CHANGED_AT = MONDAY + timedelta(days=2, hours=14)
CHANGED = ("some 70 return flights", "some 68 return flights")  # in what the courier says
CHANNELS = {
    "C0DESK": ("#foreign-desk", "Europe/Berlin", "goals,taiwan,gaza,ukraine weekdays 08:30,17:00 alert min:2 outlets"),
    "C0MOVE": (
        "#transport",
        "America/New_York",
        "flights,talks daily 07:00 alert min:2 outlets quiet:20-06 skip-empty",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something that stood in a channel from a moment on."""

    at: datetime
    channel: str
    what: str  # posted, edited, said below
    message: Message


@dataclass(slots=True)
class KeepingChat:
    """A chat that keeps what it is given, in order."""

    now: datetime = MONDAY
    seen: list[Seen] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)  # by key

    async def post(self, channel: str, message: Message, key: str) -> str:
        return self._keep(channel, message, key, "posted")

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        return self.ids.get(key)

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        posted = self.seen[int(message_id)]
        self._keep(channel, message, f"{key}/{len(self.seen)}", f"edited the post of {_clock(posted)}")

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        return self._keep(channel, message, key, f"said below the post of {_clock(self.seen[int(message_id)])}")

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        return self.ids.get(key)

    def _keep(self, channel: str, message: Message, key: str, what: str) -> str:
        self.ids[key] = str(len(self.seen))
        self.seen.append(Seen(at=self.now, channel=channel, what=what, message=message))
        return self.ids[key]


async def simulate(folder: Path) -> tuple[Seen, ...]:
    """The week, as the channels saw it."""
    chat = KeepingChat()
    settings = Settings(
        sources=tuple(
            SourceSettings(name=name, kind="feed", url=f"https://{name}.example/feed") for name in _sources()
        ),
        topics=(*(_setting(topic.name, topic.title, topic.terms) for topic in BUNDLED_TOPICS), *_own_topics()),
    )
    store = await Store.open(f"sqlite:///{folder / 'week.db'}")
    try:
        await store.sync_sources(settings.sources, now=MONDAY)
        for channel, (name, zone, words) in CHANNELS.items():
            plan = parse_plan(words, timezone=zone, example="")
            target = f"slack:{channel}"
            await store.add_subscription(SHARED, name=name, target=target, plan=plan, owner="U1", now=MONDAY)
        await _live(store, settings, chat)
    finally:
        await store.close()
    return tuple(chat.seen)


async def _live(store: Store, settings: Settings, chat: KeepingChat) -> None:
    alerts = Alerts(store, settings, clock=lambda: chat.now)
    corrections = Corrections(store, {"slack": chat}, settings, clock=lambda: chat.now)
    ids = {source.name: source.id for source in await store.sources(SHARED)}
    for number in ids.values():
        await store.record_poll(number, outcome="read", now=MONDAY, next_poll=MONDAY + timedelta(days=30))
    coming = _arrivals()
    while chat.now < MONDAY + timedelta(days=7):
        chat.now += STEP
        if DOWN[0] <= chat.now < DOWN[1]:
            continue
        while coming and coming[0][0] <= chat.now:
            _, article = coming.pop(0)
            source = ids[_slug(article)]
            await store.add_articles(source, [article], baseline=False, now=chat.now)
            await store.record_poll(source, outcome="read", now=chat.now, next_poll=MONDAY + timedelta(days=30))
        await tick(store, now=chat.now, grace=timedelta(hours=settings.delivery.grace_hours))
        await alerts.look()
        await _carry(store, settings, chat)
        await corrections.look()
        await corrections.edit_due()
        await _carry(store, settings, chat)


async def _carry(store: Store, settings: Settings, chat: KeepingChat) -> None:
    for key in await store.due_deliveries(now=chat.now):
        await deliver(key, store=store, chats={"slack": chat}, settings=settings, clock=lambda: chat.now)


def _arrivals() -> list[tuple[datetime, Article]]:
    """The sample's articles at their times, the first on Monday, and the changed one later."""
    every = [(one.published or MONDAY, one) for one in sample_articles(MONDAY + timedelta(days=4))]
    (quoted,) = (one for _, one in every if CHANGED[0] in one.text)
    changed = replace(quoted, text=quoted.text.replace(*CHANGED))
    return sorted([*every, (CHANGED_AT, changed)], key=lambda one: (one[0], one[1].id))


def _sources() -> list[str]:
    return sorted({_slug(one) for one in sample_articles(MONDAY)})


def _slug(article: Article) -> str:
    return (article.outlet or "unnamed").removeprefix("Sample ").casefold().replace(" ", "-")


def _own_topics() -> tuple[TopicSettings, ...]:
    return _setting("flights", "Flights", ("flights",)), _setting(
        "talks", "Talks", ("talks", "delegates", "delegation")
    )


def _setting(name: str, title: str, terms: tuple[str, ...]) -> TopicSettings:
    return TopicSettings(name=name, title=title, terms=terms)


def transcript(seen: tuple[Seen, ...]) -> str:
    """The week for people to read: by day, what each channel saw at its own clock."""
    parts: list[str] = []
    day = ""
    for one in seen:
        local = one.at.astimezone(ZoneInfo(CHANNELS[one.channel][1]))
        if (today := f"{local:%A} {local.day} {local:%B}") != day:
            day = today
            parts.append(f"{'=' * 100}\n{day}\n{'=' * 100}\n")
        parts.append(f"--- {CHANNELS[one.channel][0]}, {_clock(one)}: {one.what}\n\n{_words(one.message)}")
    return "\n".join(parts)


def _words(message: Message) -> str:
    """The message as a terminal shows it, without the addresses of links."""
    rows = [row for row in as_text(message).splitlines() if not row.startswith("  https://")]
    return "\n".join(rows).rstrip() + "\n"


def _clock(one: Seen) -> str:
    local = one.at.astimezone(ZoneInfo(CHANNELS[one.channel][1]))
    return f"{local:%a %H:%M}"


def repeats(seen: tuple[Seen, ...]) -> list[str]:
    """The lines that a channel was posted a second time without being an update of anything."""
    told: set[tuple[str, str]] = set()
    found = []
    for one in seen:
        for section in one.message.sections if one.what == "posted" else ():
            for line in section.lines:
                key = (one.channel, " ".join(line.quotes[0].text.casefold().split()))
                if key in told and "UPDATED" not in line.marks:
                    found.append(f"{_clock(one)} {CHANNELS[one.channel][0]}: {line.quotes[0].text}")
                told.add(key)
    return found


def run() -> tuple[Seen, ...]:
    """Simulate in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(simulate(Path(folder)))


def main() -> None:
    """Print the transcript, and how long it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="pin the transcript to tests/artefacts/week.txt")
    write = options.parse_args().write
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    began = time.process_time()
    seen = run()
    seconds = time.process_time() - began
    text = transcript(seen)
    if write:
        ARTEFACT.write_text(text, "utf-8")
    print(text)
    posts = sum(one.what == "posted" for one in seen)
    print(
        f"{posts} posts, {len(seen) - posts} edits and comments in {seconds:.1f} s of CPU; {len(repeats(seen))} repeats"
    )


if __name__ == "__main__":
    main()
