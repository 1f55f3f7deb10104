"""What one transaction takes in from one source: new articles, new versions of known ones, and who brings them."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.identity import PER_SECOND, first_id, guid_identity, identity, version_digest
from bot.store.interests import Interests, interests_state, match_row
from bot.store.seen import SAID
from bot.store.tables import articles, bodies, files, holdings, matches, search, sources, versions
from bot.store.words import words_of
from bot.work import off_loop
from summaries import Article

CHUNK = 400  # rows asked for in one query; SQLite allows 2,000 columns and 32,766 parameters
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a read brought: articles not held before, new versions of held ones, and what was known already."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(added=self.added + other.added, changed=self.changed + other.changed, same=self.same + other.same)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article as a source brings it."""

    article: Article
    guid: str | None = None  # the feed's own id, which no other entry of this feed has
    teaser: bool = False  # only the beginning of the text, or a paywall's stub
    received: bytes | None = None  # the bytes it came in


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An arrival, ready to be compared with what is held."""

    identity: str
    article: Article
    guid: str | None
    teaser: bool
    digest: str
    received: bytes | None

    def is_news(self, held: sa.Row[Any], source_id: int) -> bool:
        """Whether it makes a new version of a held article. A teaser of a whole text does not, nor does another
        source's shorter text: it is a feed's teaser of a page. An article let go for its age stays gone."""
        if held.digest is None or self.digest == held.digest or (self.teaser and not held.teaser):
            return False
        return held.source_id in (None, source_id) or len(self.article.text) > held.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What takes the processor's time, done before the transaction: words and matches by digest, bytes by hash."""

    interests: Interests  # those that were looked for
    words: dict[str, str]
    matches: dict[str, dict[int, bool]]
    bodies: dict[str, bytes]

    async def is_current(self, connection: AsyncConnection) -> bool:
        """Whether nothing else is looked for by now: an article must not come between a topic and its past."""
        return await interests_state(connection) == self.interests.state


def readings(found: Iterable[Article | Arrival], *, source: str, place: str, received: bytes | None) -> list[Reading]:
    """The arrivals of one read or file, each article once, the first one of it."""
    arrivals = [one if isinstance(one, Arrival) else Arrival(article=one) for one in found]
    once: dict[str, Reading] = {}
    guids: set[str] = set()
    for arrival in arrivals:
        guid = _storable_text(arrival.guid)
        article = arrival.article
        if guid is not None and guid in guids:
            continue
        key = identity(article, source=source, place=place or None, alone=len(arrivals) == 1)
        if guid is not None and not article.url:
            key = guid_identity(source, guid)
        if key in once:
            continue
        guids.update(() if guid is None else (guid,))
        once[key] = _reading(arrival, key, guid, received)
    return list(once.values())


def _reading(arrival: Arrival, key: str, guid: str | None, received: bytes | None) -> Reading:
    article = _storable(arrival.article)
    body = arrival.received if arrival.received is not None else received
    if body is not None and article.sha256 is None:
        article = replace(article, sha256=hashlib.sha256(body).hexdigest())
    return Reading(
        identity=key,
        article=article,
        guid=guid,
        teaser=arrival.teaser,
        digest=version_digest(article),
        received=body,
    )


async def known(connection: AsyncConnection, source: sa.Row[Any], wanted: Sequence[Reading]) -> dict[str, sa.Row[Any]]:
    """The held articles among these, by the reading's identity, with what decides whether a reading is a new version.
    A guid that the source has used before tells more than the address, which may have changed."""
    query = (
        sa.select(
            articles.c.id,
            articles.c.identity,
            articles.c.version,
            articles.c.brought,
            versions.c.digest,
            versions.c.source_id,
            versions.c.teaser,
            sa.func.length(versions.c.text).label("size"),
        )
        .select_from(articles)
        .outerjoin(versions, (versions.c.article_id == articles.c.id) & (versions.c.number == articles.c.version))
    )
    by_identity: dict[str, sa.Row[Any]] = {}
    for some in chunks([reading.identity for reading in wanted]):
        here = query.where(articles.c.space == source.space, articles.c.identity.in_(some))
        by_identity |= {row.identity: row for row in await connection.execute(here)}
    by_guid: dict[str, sa.Row[Any]] = {}
    for some in chunks([reading.guid for reading in wanted if reading.guid is not None]):
        ours = (holdings.c.source_id == source.id) & holdings.c.guid.in_(some)
        here = query.add_columns(holdings.c.guid).join(holdings, holdings.c.article_id == articles.c.id).where(ours)
        by_guid |= {row.guid: row for row in await connection.execute(here)}
    found = {one.identity: by_guid.get(one.guid or "") or by_identity.get(one.identity) for one in wanted}
    return {key: row for key, row in found.items() if row is not None}


async def prepare(news: Sequence[Reading], interests: Interests, space: str) -> Prepared:
    """The costly part of taking these into a space, away from the event loop and from every transaction."""
    return await off_loop(_prepare, news, interests, space)


def _prepare(news: Sequence[Reading], interests: Interests, space: str) -> Prepared:
    received = {one.article.sha256: one.received for one in news if one.article.sha256}
    return Prepared(
        interests=interests,
        words={one.digest: _words(one.article) for one in news},
        matches={one.digest: interests.of_article(one.article, space) for one in news},
        bodies={sha256: zlib.compress(body) for sha256, body in received.items() if body is not None},
    )


def _words(article: Article) -> str:
    return " ".join(sorted(words_of(article.text, article.title, article.language)))


class Intake:
    """What one transaction takes in from one source."""

    def __init__(self, connection: AsyncConnection, source: sa.Row[Any], arrived: datetime, *, baseline: bool) -> None:
        self._connection = connection
        self.source = source
        self._arrived = arrived
        self._baseline = baseline
        self._last_ids: dict[int, int] = {}  # by the start of their second

    @classmethod
    async def of(cls, connection: AsyncConnection, source_id: int, *, baseline: bool, now: datetime) -> Self:
        source = (await connection.execute(sa.select(sources).where(sources.c.id == source_id))).one()
        return cls(connection, source, await _next_arrival(connection, now), baseline=baseline)

    async def take(self, found: Sequence[Reading], prepared: Prepared, *, place: str) -> Added:
        """Keep these articles; nothing else is held at this place afterwards if the place is a file."""
        held = await known(self._connection, self.source, found)
        await self._reserve_ids([one for one in found if one.identity not in held])
        counts = Counter(added=0, changed=0, same=0)
        new_articles, newer, new_versions, new_words, new_matches = [], [], [], [], []
        ids: dict[int, str | None] = {}
        for one in found:
            row = held.get(one.identity)
            if row is not None and row.digest is None:  # let go for its age
                counts["same"] += 1
                continue
            outcome = "added" if row is None else "changed" if one.is_news(row, self.source.id) else "same"
            number = 1 if row is None else row.version + 1
            article_id = self._free_id(one.article) if row is None else row.id
            counts[outcome] += 1
            ids.setdefault(article_id, one.guid)
            if row is None:
                made = {"id": article_id, "space": self.source.space, "identity": one.identity, "version": 1}
                made |= {"arrived": self._arrived, "baseline": self._baseline, "brought": self.source.active}
                new_articles.append(made)
            elif outcome == "changed":
                newer.append({"which": article_id, "number": number})
            if outcome != "same":
                new_versions.append(self._version(one, article_id, number))
                words = prepared.words.get(one.digest) or _words(one.article)
                new_words.append({"article_id": article_id, "space": self.source.space, "words": words})
                new_matches += self._matches(one, article_id, prepared)
        await self._insert(bodies, self._bodies(new_versions, prepared))
        await self._insert(articles, new_articles)
        if newer:
            this = sa.update(articles).where(articles.c.id == sa.bindparam("which"))
            await self._connection.execute(this.values(version=sa.bindparam("number")), newer)
            for some in chunks([row["which"] for row in newer]):
                await self._connection.execute(sa.delete(matches).where(matches.c.article_id.in_(some)))
        await self._insert(versions, new_versions)
        await self._index(new_words)
        await self._insert(matches, new_matches)
        await self._hold(place, ids)
        return Added(**counts)

    async def forget(self, place: str) -> None:
        """Let go of a file and of what it brought."""
        await let_go(self._connection, (holdings.c.source_id == self.source.id) & (holdings.c.place == place))
        this = (files.c.source_id == self.source.id) & (files.c.place == place)
        await self._connection.execute(sa.delete(files).where(this))

    def _version(self, one: Reading, article_id: int, number: int) -> dict[str, Any]:
        row = {column: getattr(one.article, column) for column in (*SAID, "sha256")}
        row |= {"article_id": article_id, "number": number, "space": self.source.space}
        return row | {"source_id": self.source.id, "digest": one.digest, "teaser": one.teaser}

    def _matches(self, one: Reading, article_id: int, prepared: Prepared) -> list[dict[str, Any]]:
        found = prepared.matches.get(one.digest)
        if found is None:
            found = prepared.interests.of_article(one.article, self.source.space)
        return [match_row(interest, article_id, self.source.space, direct) for interest, direct in found.items()]

    def _bodies(self, made: Sequence[dict[str, Any]], prepared: Prepared) -> list[dict[str, Any]]:
        wanted = sorted({row["sha256"] for row in made}.intersection(prepared.bodies))
        return [{"space": self.source.space, "sha256": one, "content": prepared.bodies[one]} for one in wanted]

    async def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table).on_conflict_do_nothing(), rows)

    async def _index(self, rows: list[dict[str, Any]]) -> None:
        """Make articles findable by the words of their latest version."""
        if rows:
            added = insert(search)
            words = {"words": added.excluded.words}
            await self._connection.execute(added.on_conflict_do_update(index_elements=["article_id"], set_=words), rows)

    async def _reserve_ids(self, fresh: Sequence[Reading]) -> None:
        """Look up the last id of each second that an article will stand in."""
        starts = sorted({self._start(one.article) for one in fresh}.difference(self._last_ids))
        for some in chunks(starts):
            last = [_last_id_from(start) for start in some]
            taken = (await self._connection.execute(sa.select(*last))).one()
            self._last_ids |= {start: found or start for start, found in zip(some, taken, strict=True)}

    def _start(self, article: Article) -> int:
        return first_id(article.published, self._arrived, baseline=self._baseline)

    def _free_id(self, article: Article) -> int:
        """The first id after those of the same second."""
        start = self._start(article)
        self._last_ids[start] += 1
        return self._last_ids[start]

    async def _hold(self, place: str, ids: dict[int, str | None]) -> None:
        """Note that the source brings these articles; a file brings no others any more."""
        ours = holdings.c.source_id == self.source.id
        brought: dict[int, set[tuple[str, str | None]]] = {}
        for some in chunks(sorted(ids)):
            query = sa.select(holdings.c.article_id, holdings.c.place, holdings.c.guid)
            for row in await self._connection.execute(query.where(ours, holdings.c.article_id.in_(some))):
                brought.setdefault(row.article_id, set()).add((row.place, row.guid))
        here_held = {"source_id": self.source.id, "place": place, "space": self.source.space}
        rows = [
            here_held | {"article_id": article_id, "guid": guid}
            for article_id, guid in ids.items()
            if (place, guid) not in brought.get(article_id, ())
        ]
        if rows:
            added = insert(holdings)
            guid = {"guid": sa.func.coalesce(added.excluded.guid, holdings.c.guid)}
            upsert = added.on_conflict_do_update(index_elements=["source_id", "article_id", "place"], set_=guid)
            await self._connection.execute(upsert, rows)
        if self.source.active:
            await _show(self._connection, [row["article_id"] for row in rows])
        if more := len(ids) - len(brought):
            counted = sa.update(sources).where(sources.c.id == self.source.id)
            await self._connection.execute(counted.values(held=sources.c.held + more))
        if place:
            here = ours & (holdings.c.place == place)
            held = set((await self._connection.execute(sa.select(holdings.c.article_id).where(here))).scalars())
            for some in chunks(sorted(held.difference(ids))):
                await let_go(self._connection, here & holdings.c.article_id.in_(some))


async def let_go(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> None:
    """Delete these holdings; an article that no active source brings any more goes out of sight."""
    gone = (await connection.execute(sa.select(holdings.c.article_id, holdings.c.source_id).where(which))).all()
    if not gone:
        return
    await connection.execute(sa.delete(holdings).where(which))
    await see_again(connection, {row.article_id for row in gone})
    await count_again(connection, {row.source_id for row in gone})


async def see_again(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Show or hide these articles as their sources have it now."""
    is_brought = sa.exists(
        sa.select(sa.literal(1))
        .select_from(holdings.join(sources, holdings.c.source_id == sources.c.id))
        .where(holdings.c.article_id == articles.c.id, sources.c.active)
    )
    for some in chunks(sorted(ids)):
        await connection.execute(sa.update(articles).where(articles.c.id.in_(some)).values(brought=is_brought))


async def count_again(connection: AsyncConnection, source_ids: Iterable[int]) -> None:
    """Count the articles of these sources anew."""
    count = sa.select(sa.func.count(holdings.c.article_id.distinct())).where(holdings.c.source_id == sources.c.id)
    this = sources.c.id.in_(sorted(source_ids))
    await connection.execute(sa.update(sources).where(this).values(held=count.scalar_subquery()))


def chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows, as many at a time as one query can ask for."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


async def _show(connection: AsyncConnection, ids: Sequence[int]) -> None:
    for some in chunks(ids):
        hidden = articles.c.id.in_(some) & sa.not_(articles.c.brought)
        await connection.execute(sa.update(articles).where(hidden).values(brought=True))


def _last_id_from(start: int) -> sa.ColumnElement[int]:
    same_second = (articles.c.id >= start) & (articles.c.id < start + PER_SECOND)
    last: sa.ColumnElement[int] = sa.select(sa.func.max(articles.c.id)).where(same_second).scalar_subquery()
    return last


async def _next_arrival(connection: AsyncConnection, now: datetime) -> datetime:
    """Now, or the moment after the last arrival: arrivals ascend in the order of commits, so that a reader who
    remembers the last one it saw misses nothing, although reads overlap and clocks are set back."""
    last: datetime | None = (await connection.execute(sa.select(sa.func.max(articles.c.arrived)))).scalar()
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _storable_text(value: str | None) -> str | None:
    return _UNSTORABLE.sub("\ufffd", value) if value is not None and _UNSTORABLE.search(value) else value


def _storable(article: Article) -> Article:
    """The article without the characters that no database keeps: lone surrogates and NUL become U+FFFD."""
    changed: dict[str, Any] = {}
    for name in SAID:
        value = getattr(article, name)
        if isinstance(value, str) and _UNSTORABLE.search(value):
            changed[name] = _storable_text(value)
    return replace(article, **changed) if changed else article
