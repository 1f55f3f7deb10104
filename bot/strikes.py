"""Striking by people: one line of what was posted to a channel, or all lines of a source that was removed."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot import lines
from bot.addresses import Address
from bot.config import SHARED
from bot.corrections import REACH, briefings_of, shown_in, strike
from bot.errors import AskerError
from bot.horizon import count_words
from bot.message import Button, Message
from bot.posted import title_of
from bot.schedules import Asker
from bot.store import Delivery, Store
from summaries import Citation

BY_A_MANAGER = "by somebody who manages this channel"

log = structlog.get_logger(__name__)


class Strikes:
    """Strikes lines of the posts of the last 48 hours; the posts are edited in a moment, and say it below."""

    def __init__(self, store: Store, *, enabled: bool, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._enabled = enabled
        self._clock = clock

    async def line(self, asker: Asker, number: int) -> Message:
        """`strike 3`: line 3 of what was last posted to this channel, wherever it stands here."""
        self._must_manage(asker)
        here = await self._here(asker)
        last = max(here, key=lambda one: (one.attempted_at or one.created, one.key), default=None)
        if last is None:
            raise AskerError("Nothing was posted to this channel in the last 48 hours.")
        every = await self._lines_of(last)
        struck = []
        if 1 <= number <= len(every):
            first = lines.citations_of(every[number - 1])[0]
            by_number = _quoting(first.article, first.start, number=number)
            by_words = _quoting(first.article, first.start)
            struck = [one for one in here if await self._strike(one, by_number if one is last else by_words)]
        if not struck:
            raise AskerError(f"There is no line {number} to strike in the last post here, or it is struck already.")
        log.info("line_struck", posts=[one.key for one in struck], space=asker.space, person=asker.person)
        return Message(title=f"Line {number} is struck", intro=((await self._shows(struck),),))

    async def offer(self, asker: Asker, cited: Citation) -> tuple[Button, ...]:
        """*Strike in the post*, to managers, where a post of the last 48 hours to this channel shows the line."""
        if not (asker.can_manage and self._enabled):
            return ()
        found = await self._showing(asker, cited.article, cited.start)
        return (Button(label="Strike in the post", action="strike", value=_value(cited)),) if found else ()

    async def press(self, asker: Asker, value: str) -> Message:
        """A button: below a removed source, or below *Why*."""
        if not value.startswith("line:"):
            return await self.source(asker, value)
        self._must_manage(asker)
        _, article, start = f"{value}::".split(":")[:3]
        at = int(start) if start.isascii() and start.isdigit() else -1
        showing = await self._showing(asker, article, at)
        struck = [one for one in showing if await self._strike(one, _quoting(article, at))]
        if not struck:
            raise AskerError("That line is struck already, or no post of the last 48 hours here shows it.")
        return Message(title="Struck", intro=((await self._shows(struck),),))

    async def source(self, asker: Asker, value: str) -> Message:
        """The button below a removed source: every line of it that no other source brings. `value` is its id and
        name."""
        self._must_manage(asker)
        number, _, name = value.partition(":")
        gone = await self._store.brought_only_by(
            asker.space, int(number) if number.isascii() and number.isdigit() else -1
        )
        total = 0
        for post in await self._posts(asker):
            reason = f"its source {name} was removed"
            total += await self._strike(post, lambda _, cited: cited.article in gone, reason=reason)
        log.info("source_struck", source=name, lines=total, space=asker.space, person=asker.person)
        if not total:
            return Message(title="Nothing to strike", intro=((f"No line of {name} was posted in the last 48 hours.",),))
        words = (f"{count_words(total, 'line')} of {name} from the last 48 hours: the posts show it in a moment.",)
        return Message(title="Struck", intro=(words,))

    async def _strike(
        self, post: Delivery, which: Callable[[int, Citation], bool], *, reason: str = BY_A_MANAGER
    ) -> int:
        return await strike(self._store, post, which, reason=reason, now=self._clock())

    async def _shows(self, struck: Sequence[Delivery]) -> str:
        """What is said of the posts that are edited in a moment."""
        if len(struck) > 1:
            return f"The {len(struck)} posts here that quote it show it struck in a moment, and say so."
        title = title_of(struck[0], await self._store.subscription(struck[0].subscription_id))
        return f"{title} shows it struck in a moment, and says so."

    async def _showing(self, asker: Asker, article: str, start: int) -> list[Delivery]:
        """The posts of the last 48 hours to this channel that show the line which begins there in that article."""
        found = []
        for post in await self._here(asker):
            firsts = [lines.citations_of(line)[0] for line in await self._lines_of(post)]
            if any((one.article, one.start) == (article, start) for one in firsts):
                found.append(post)
        return found

    async def _lines_of(self, post: Delivery) -> list[lines.Numbered]:
        """The lines that a post shows, in the order of their numbers."""
        briefings = await briefings_of(self._store, post.space, await shown_in(self._store, post))
        return [line for briefing in briefings for line in lines.numbered(briefing)]

    async def _here(self, asker: Asker) -> list[Delivery]:
        return [one for one in await self._posts(asker) if _place(one.target) == asker.channel_target]

    async def _posts(self, asker: Asker) -> list[Delivery]:
        found = await self._store.posts_since(self._clock() - REACH)
        return [one for one in found if one.space in {asker.space, SHARED}]

    def _must_manage(self, asker: Asker) -> None:
        if not asker.can_manage:
            raise AskerError("Only who manages this server or channel can strike lines.")
        if not self._enabled:
            raise AskerError("Corrections are switched off: [delivery] corrections in config.toml.")


def _quoting(article: str, start: int, *, number: int | None = None) -> Callable[[int, Citation], bool]:
    """What tells the wordings that begin there in that article, and all of the line with that number."""
    return lambda at, cited: at == number or (cited.article, cited.start) == (article, start)


def _value(cited: Citation) -> str:
    return f"line:{cited.article}:{cited.start}"


def _place(target: str) -> str:
    """A target without the way by which a delivery went there."""
    platform, _, channel = target.partition(":")
    return f"{platform}:{Address.parse(channel).channel}" if channel else target
