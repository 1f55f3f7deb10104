"""`/brief source ...`: the sources that a space adds for itself, through the same guard and code as the terminal's."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import structlog

from bot.adding import Found, add, baseline_words, bring_in, look, outlines_of, size_words
from bot.checking import WAIT, Checked, Checks
from bot.config import FetchSettings
from bot.errors import AskerError, SourceError
from bot.grammar import Source, echo
from bot.horizon import Horizon, as_of, count_words, moment
from bot.log import mask
from bot.message import Button, Field, Line, Message, Quote, Section, Text
from bot.schedules import Asker
from bot.sources.fetch import Fetcher, Unchanged
from bot.sources.guard import SCHEMES
from bot.sources.opml import Outline, read_opml, write_opml
from bot.store import SourceState, Store
from bot.work import Work
from bot.workers import Workers, WorkFailed
from summaries import Article

QUOTA = 50  # sources that a space may add: each costs a read every 15 minutes, for as long as it stands there
AT_ONCE = 2  # addresses that are looked at for people at the same time
MAX_ADDRESS = 2000  # characters
OTHERS = 4  # further feeds of a page that are offered
QUOTED = 300  # characters of an article, as a proof of what is extracted
NAMED = 10  # failures of a list that are named; the rest are counted

CANNOT = "That address cannot be read. It must be an http or https address that is open to everybody."
# What a server that answered said. Everything else, above all where the guard let nobody through or a name is unknown,
# gets the one answer above, so that nobody maps a network by asking.
UNREACHED = "No answer from its address; Readout's log says why."
_ANSWERED = re.compile(
    r"HTTP \d{3}|, not a page of text|not a feed|it is no RSS or Atom feed|no feed and no article"
    r"|larger than [\d,]+ bytes|a source already"
    r"|the file (?:is larger|is no OPML|holds more|names no feed)"
)

log = structlog.get_logger(__name__)


class OwnSources:
    """Adds, tries, removes, imports and exports the sources of a space."""

    def __init__(
        self,
        store: Store,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime],
        fetcher: Callable[[FetchSettings], Fetcher] = Fetcher,
        wait: float = WAIT,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._fetcher = fetcher
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._checks = Checks(store, clock=clock, wait=wait)

    async def answer(self, asker: Asker, command: Source, horizon: Horizon) -> Message:
        """Do what the command says. Raises AskerError."""
        if not asker.can_manage:
            raise AskerError("Only who manages this server or channel can change its sources.")
        if not command.words and command.action not in {"check", "export"}:
            raise AskerError(f"source {command.action} needs {_NEEDS[command.action]}.")
        match command.action:
            case "add":
                return await self._add(asker, command.words, horizon)
            case "test":
                return await self._test(asker, command.words, horizon)
            case "remove":
                return await self._remove(asker, command.words)
            case "check":
                return _checked(await self._checks.check(asker.space), horizon)
            case "import":
                return await self._import(asker, command.words)
            case "export":
                return await self._export(asker)

    async def press(self, asker: Asker, value: str, horizon: Horizon) -> Message:
        """A button: `undo:ID` of an addition, `again:ID` of a removal, `add:KEY` of a feed on offer, `check`."""
        what, _, which = value.partition(":")
        match what:
            case "check":
                return await self.answer(asker, Source("check"), horizon)
            case "undo" if which.isdecimal():
                own = await self._own(asker)
                found = next((one for one in own if one.id == int(which[:9])), None)
                return await self.answer(asker, Source("remove", found.name if found else "?"), horizon)
            case "again" if which.isdecimal():
                return await self._restore(asker, int(which[:9]))
            case "add":
                address = await self._store.recall(asker.space, _offer_key(which))
                return await self.answer(asker, Source("add", address or ""), horizon)
            case _:
                raise AskerError("This button is of another version.")

    async def _add(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        address = _address(words)
        await self._must_have_room(asker)
        if any(address == one.address for one in await self._store.sources(asker.space)):
            raise AskerError(f"{mask(address)} is a source already; the command sources lists it.")
        async with self._reading() as (fetcher, work), self._saying(asker, address):
            fetcher.remember()
            found = await look(address, fetcher, work=work, now=self._clock())
            source = await add(
                found,
                space=asker.space,
                owner=asker.own_target,
                store=self._store,
                fetcher=fetcher,
                settings=self._settings,
                clock=self._clock,
                work=work,
            )
        log.info("source_added", source=source.name, space=asker.space, person=asker.person, kind=source.kind)
        offers = [await self._offer(asker, one.title, one.url) for one in found.others[:OTHERS]]
        shown = _found(
            found,
            horizon,
            title=f"Added {source.name}",
            said=baseline_words(source.articles),
        )
        undo = Button(label="Undo", action="source", value=f"undo:{source.id}")
        return replace(shown, controls=(undo, *offers))

    async def _test(self, asker: Asker, words: str, horizon: Horizon) -> Message:
        address = _address(words)
        async with self._reading() as (fetcher, work), self._saying(asker, address):
            found = await look(address, fetcher, work=work, now=self._clock())
        offers = [await self._offer(asker, "this", found.address)]
        offers += [await self._offer(asker, one.title, one.url) for one in found.others[:OTHERS]]
        return replace(_found(found, horizon, title="Found", said="Nothing was added."), controls=tuple(offers))

    async def _remove(self, asker: Asker, name: str) -> Message:
        own = await self._own(asker)
        wanted = name.casefold()
        found = next((one for one in own if wanted in {one.name.casefold(), (one.title or "").casefold()}), None)
        if found is None:
            there = any(one.name.casefold() == wanted for one in await self._store.sources(asker.space))
            if there:
                raise AskerError(f"“{echo(name)}” is not this space's own, so it cannot be removed here.")
            raise AskerError(f"There is no source “{echo(name)}”. The command sources lists them.")
        await self._store.remove_source(asker.space, found.name)
        log.info("source_removed", source=found.name, space=asker.space, person=asker.person)
        return Message(
            title=f"Removed {found.name}",
            intro=(("Its articles are kept, out of sight, and come back with it.",),),
            controls=(
                Button(label="Undo", action="source", value=f"again:{found.id}"),
                Button(
                    label="Strike its lines of the last 48 h", action="strike", value=f"{found.id}:{found.name[:60]}"
                ),
            ),
        )

    async def _restore(self, asker: Asker, source_id: int) -> Message:
        if not asker.can_manage:
            raise AskerError("Only who manages this server or channel can change its sources.")
        await self._must_have_room(asker)
        found = await self._store.restore_source(asker.space, source_id, now=self._clock())
        if found is None:
            raise AskerError("There is nothing to undo any more.")
        log.info("source_restored", source=found.name, space=asker.space, person=asker.person)
        return Message(title=f"{found.name} is back", intro=(("Its articles are in sight again.",),))

    async def _import(self, asker: Asker, words: str) -> Message:
        address = _address(words)
        room = await self._must_have_room(asker)
        async with self._reading() as (fetcher, work), self._saying(asker, address):
            page = await fetcher.get(address)
            assert not isinstance(page, Unchanged)  # nothing was said that it could be unchanged from
            outlines = await work(read_opml, page.body)
            result = await bring_in(
                outlines[:room],
                space=asker.space,
                owner=asker.own_target,
                store=self._store,
                fetcher=fetcher,
                settings=self._settings,
                clock=self._clock,
                work=work,
            )
        for one in result.failed:
            log.info("source_not_imported", space=asker.space, person=asker.person, reason=one.comment)
        log.info("sources_imported", space=asker.space, person=asker.person, result=str(result))
        over = len(outlines) - room
        left = (f"{count_words(over, 'more feed')} of the list found no room: a space has {QUOTA} sources.",)
        fields = tuple(_failure(one) for one in result.failed[:NAMED])
        more = len(result.failed) - len(fields)
        return Message(
            title="Import",
            intro=((f"{result}.",), *((left,) if over > 0 else ())),
            sections=(Section(fields=fields, texts=((f"and {more} more",),) if more > 0 else ()),) if fields else (),
        )

    async def _export(self, asker: Asker) -> Message:
        """Of the space's own sources only; without the keys that their addresses hold: an answer may stand in a
        channel."""
        whole = outlines_of(await self._own(asker))
        outlines = tuple(replace(one, url=mask(one.url)) for one in whole)
        if not outlines:
            raise AskerError("This space has no feeds of its own to export. Add one: source add example.org")
        text = write_opml(outlines, title="Readout")
        intro = f"{count_words(len(outlines), 'feed')} of this space's own, as OPML."
        masked = sum(one.url != shown.url for one, shown in zip(whole, outlines, strict=True))
        if masked:
            verbs = "holds a key and is masked" if masked == 1 else "hold keys and are masked"
            intro += f" {masked} of their addresses {verbs}: write them in again before you import this."
        lines = tuple((line,) for line in text.splitlines())
        return Message(title="Export", intro=((intro,),), sections=(Section(texts=lines),))

    async def _own(self, asker: Asker) -> tuple[SourceState, ...]:
        every = await self._store.sources(asker.space)
        return tuple(one for one in every if one.space == asker.space and not one.configured)

    async def _must_have_room(self, asker: Asker) -> int:
        """How many sources more the space may add. Raises AskerError if none."""
        room = QUOTA - len(await self._own(asker))
        if room <= 0:
            raise AskerError(f"A space may add {QUOTA} sources, and this one has. Remove one first.")
        return room

    async def _offer(self, asker: Asker, title: str, address: str) -> Button:
        """A button that adds this address; the button has no room for it, so it is remembered."""
        key = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        await self._store.remember(asker.space, _offer_key(key), address)
        return Button(label=f"Add {title or 'feed'}"[:40], action="source", value=f"add:{key}")

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[tuple[Fetcher, Work]]:
        """What reads addresses, for a few people at a time: workers for documents are started and let go with it."""
        async with self._turns, self._fetcher(self._settings) as fetcher, Workers(count=1) as workers:
            workers.begin()  # while the address is asked
            yield fetcher, workers.run

    @asynccontextmanager
    async def _saying(self, asker: Asker, address: str) -> AsyncIterator[None]:
        """Turn what went wrong into an answer that tells of no network; the log has the reason."""
        try:
            yield
        except (SourceError, WorkFailed) as fault:
            log.info("source_not_read", reason=str(fault), space=asker.space, person=asker.person)
            raise AskerError(told(str(fault), address)) from None


def told(reason: str, address: str = "") -> str:
    """A fault as a chat may hear it: what the server said, or the one answer that says nothing."""
    if not _ANSWERED.search(reason):
        return CANNOT
    said = reason.removeprefix(f"{mask(address)}: ")
    return f"{said if said.startswith('http') else said[:1].upper() + said[1:]}."


def told_of(source: SourceState) -> str:
    """What is amiss with a source that is there, as its managers may hear it: of a folder the files and why, without
    where on the disk they are."""
    reason = source.error or ""
    if source.kind == "folder":
        return f"{reason.replace(f'{source.place}/', '').replace(source.place, 'the folder')}."
    said = told(reason, source.place)
    return UNREACHED if said == CANNOT else said


def _address(words: str) -> str:
    """The address that was typed. Raises AskerError, in the same words for all that are refused."""
    typed = words.strip(" <>\"'“”‘’").partition("|")[0]  # Slack writes <https://a.example|a.example>
    address = typed if "://" in typed else f"https://{typed}"
    scheme = address.partition("://")[0].casefold()
    if scheme not in SCHEMES or len(address) > MAX_ADDRESS or " " in address:
        log.info("source_not_read", reason="no http or https address")
        raise AskerError(CANNOT)
    return address


def _offer_key(key: str) -> str:
    return f"offered source:{key[:16]}"


def _found(found: Found, horizon: Horizon, *, title: str, said: str) -> Message:
    """What is behind an address, and its last articles as they would be kept."""
    lines = tuple(
        _extract(article, horizon, teaser=number in found.teasers) for number, article in enumerate(found.articles)
    )
    address = mask(found.address)
    return Message(
        title=title,
        intro=((f"A {found.kind}: {found.title or 'without a title'} · {address}",), (said,)),
        sections=(
            Section(
                title="Its last articles, as I read them" if lines else None,
                texts=() if lines else (("It holds no article now.",),),
                lines=lines,
            ),
        ),
    )


def _extract(article: Article, horizon: Horizon, *, teaser: bool) -> Line:
    """The beginning of an article, word for word, and what is known of it."""
    text = article.text
    cut = text[:QUOTED].rpartition(" ")[0] if len(text) > QUOTED else text
    begin = next((line for line in cut.splitlines() if line.strip()), article.title or "no text")
    when: Text = (moment(article.published, horizon),) if article.published is not None else ("no date",)
    source: Text = (article.title or "without a title", " · ", *when, f" · {size_words(article, teaser=teaser)}")
    return Line(quotes=(Quote(text=begin, source=source, language=article.language),))


def _checked(checked: Checked, horizon: Horizon) -> Message:
    """What came of a check: counts, and of what failed the reasons."""
    choice, after = checked.choice, replace(horizon, holdings=checked.holdings)
    came = f"{count_words(checked.new, 'new article')}." if checked.new else "Nothing new."
    told: list[Text] = []
    if choice.asked:
        told.append((f"{len(checked.read)} of {count_words(len(choice.asked), 'source')} read. {came}",))
    if checked.under_way:
        told.append((f"{len(checked.under_way)} still being read; the command sources says what comes of it.",))
    if choice.fresh:
        told.append((f"{len(choice.fresh)} not asked: read less than a minute ago.",))
    if choice.waiting:
        soonest = min(one.next_poll for one in choice.waiting)
        told.append((f"{len(choice.waiting)} not asked before ", moment(soonest, after), ": the server wants a pause."))
    if choice.gone:
        soonest = min(one.next_poll for one in choice.gone)
        told.append(
            (f"{len(choice.gone)} not asked before ", moment(soonest, after), ": gone for good, says the server.")
        )
    fields = tuple(
        Field(name=one.title or one.name, value=(f"did not answer: {told_of(one)}",)) for one in checked.failed[:NAMED]
    )
    more = len(checked.failed) - len(fields)
    texts: tuple[Text, ...] = ((f"and {more} more did not answer",),) if more > 0 else ()
    return Message(
        title="Sources checked",
        intro=tuple(told) or (("There is no source yet. Add one: source add example.org",),),
        sections=(Section(fields=fields, texts=texts),) if fields else (),
        footer=(as_of(after),),
    )


def _failure(one: Outline) -> Field:
    return Field(name=one.title[:80] or mask(one.url)[:80], value=(told(one.comment, one.url),))


_NEEDS = {
    "add": "the address of a feed, a page or a site",
    "test": "the address of a feed, a page or a site",
    "remove": "the name of a source; the command sources lists them",
    "import": "the address of an OPML file",
}
