"""Striking by people: one line of what was posted to a channel, or all lines of a source that was removed."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot import lines
from bot.addresses import Address
from bot.config import SHARED
from bot.corrections import REACH, briefings_of, shown_in, strike
from bot.errors import AskerError
from bot.horizon import count_words
from bot.message import Button, Message
from bot.schedules import Asker
from bot.store import Delivery, Store
from summaries import Citation

log = structlog.get_logger(__name__)


class Strikes:
    """Strikes lines of the posts of the last 48 hours; the posts are edited in a moment, and say it below."""

    def __init__(self, store: Store, *, enabled: bool, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._enabled = enabled
        self._clock = clock

    async def line(self, asker: Asker, number: int) -> Message:
        """`strike 3`: line 3 of what was last posted to this channel."""
        self._must_manage(asker)
        here = [one for one in await self._posts(asker) if _place(one.target) == asker.channel_target]
        post = max(here, key=lambda one: (one.attempted_at or one.created, one.key), default=None)
        if post is None:
            raise AskerError("Nothing was posted to this channel on a schedule in the last 48 hours.")
        subscription = await self._store.subscription(post.subscription_id)
        reason = "by somebody who manages this channel"
        struck = await strike(
            self._store, post, subscription.space, lambda at, _: at == number, reason=reason, now=self._clock()
        )
        if not struck:
            raise AskerError(f"There is no line {number} to strike in the last digest here, or it is struck already.")
        log.info("line_struck", delivery=post.key, line=number, space=asker.space, person=asker.person)
        return Message(
            title=f"Line {number} is struck",
            intro=((f"{subscription.name} shows it struck in a moment, and says so.",),),
        )

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
        reason, struck = "by somebody who manages this channel", 0
        for post in await self._showing(asker, article, at):
            space = (await self._store.subscription(post.subscription_id)).space
            struck += await strike(
                self._store,
                post,
                space,
                lambda _, cited: (cited.article, cited.start) == (article, at),
                reason=reason,
                now=self._clock(),
            )
        if not struck:
            raise AskerError("That line is struck already, or no post of the last 48 hours here shows it.")
        return Message(title="Struck", intro=(("The post shows the line struck in a moment, and says so below.",),))

    async def _showing(self, asker: Asker, article: str, start: int) -> list[Delivery]:
        """The posts of the last 48 hours to this channel that show the line which begins there in that article."""
        here = [one for one in await self._posts(asker) if _place(one.target) == asker.channel_target]
        found = []
        for post in here:
            space = (await self._store.subscription(post.subscription_id)).space
            briefings = await briefings_of(self._store, space, await shown_in(self._store, post))
            firsts = (lines.citations_of(line)[0] for briefing in briefings for line in lines.numbered(briefing))
            if any((one.article, one.start) == (article, start) for one in firsts):
                found.append(post)
        return found

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
            space = (await self._store.subscription(post.subscription_id)).space
            total += await strike(
                self._store,
                post,
                space,
                lambda _, cited: cited.article in gone,
                reason=f"its source {name} was removed",
                now=self._clock(),
            )
        log.info("source_struck", source=name, lines=total, space=asker.space, person=asker.person)
        if not total:
            return Message(title="Nothing to strike", intro=((f"No line of {name} was posted in the last 48 hours.",),))
        words = (f"{count_words(total, 'line')} of {name} from the last 48 hours: the posts show it in a moment.",)
        return Message(title="Struck", intro=(words,))

    async def _posts(self, asker: Asker) -> list[Delivery]:
        found = await self._store.posts_since(self._clock() - REACH)
        return [one for one in found if one.space in {asker.space, SHARED}]

    def _must_manage(self, asker: Asker) -> None:
        if not asker.can_manage:
            raise AskerError("Only who manages this server or channel can strike lines.")
        if not self._enabled:
            raise AskerError("Corrections are switched off: [delivery] corrections in config.toml.")


def _value(cited: Citation) -> str:
    return f"line:{cited.article}:{cited.start}"


def _place(target: str) -> str:
    """A target without the way by which a delivery went there."""
    platform, _, channel = target.partition(":")
    return f"{platform}:{Address.parse(channel).channel}" if channel else target
