"""What readers were shown: frozen when it is handed out, found again by its name, line by line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot import lines
from bot.callers import Caller
from bot.errors import AskerError
from bot.message import Message
from bot.posted import standing_of_hand
from bot.store import SHARED, HandPost
from bot.surroundings import Surroundings
from bot.windows import NEWS_MAX_AGE
from summaries import Briefing, Point
from summaries.model import Status


class Shown:
    """The briefings that were handed out in one process, and what each reader saw of them."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._here = surroundings
        self._store = surroundings.store

    async def hand_out(self, caller: Caller, several: Sequence[Briefing], now: datetime) -> tuple[Briefing, ...]:
        """Freeze briefings for the reader who gets to see them; lines say whether they are new to that reader."""
        seen = await self.seen(caller)
        frozen = tuple(_with_status(found, seen, now) for found in several)
        told = [found for found in frozen if lines.numbered(found)]
        if told and caller.person:
            reader, ids = caller.reader, [found.id for found in told]
            view = lines.view_of(ids)
            facts = {
                lines.view_key(view): ",".join(ids),
                f"last view:{reader}": view,
                f"last time:{reader}": now.isoformat(),
            }
            shown = lines.shown_in(told)
            await self._store.hand_out(told, space=caller.space, reader=reader, lines=shown, facts=facts, now=now)
        elif told:  # nobody in particular remembers nothing
            await self._store.hand_out(told, space=caller.space, now=now)
        return frozen

    async def frozen(self, caller: Caller, found: Briefing | None, now: datetime) -> Briefing | None:
        """Freeze what was not shown but may be asked for by a button."""
        if found is not None:
            await self._store.freeze(found, space=caller.space, now=now)
        return found

    async def seen(self, caller: Caller) -> frozenset[str]:
        """The lines that this person was shown here, or that were posted to this channel: by hand and by digests of
        the configuration (the shared space), or by digests that people made."""
        channel = caller.channel_reader
        return await self._store.shown_to([(caller.space, caller.reader), (SHARED, channel), (caller.space, channel)])

    async def recall_time(self, caller: Caller, what: str) -> datetime | None:
        """When the reader last got something here."""
        kept = await self._store.recall(caller.space, f"{what}:{caller.reader}")
        return datetime.fromisoformat(kept) if kept is not None else None

    async def remember_post(self, caller: Caller, view: str, now: datetime) -> None:
        """Keep that what was shown under that name now stands in the caller's channel.

        Digests are the configuration's, so what a channel was shown is kept where they look: in the shared space.
        """
        several = await self.together(caller.space, view)
        await self._store.mark_shown(SHARED, caller.channel_reader, lines.shown_in(several), now=now)

    async def keep_post(self, caller: Caller, message: Message, *, key: str, message_id: str, now: datetime) -> None:
        """Keep a message that stands in the caller's channel by now, so that its lines can be corrected and struck."""
        several = await self.together(caller.space, message.briefing or "")
        post = HandPost(
            key=key,
            space=caller.space,
            target=self._here.asker_of(caller).channel_target,
            message_id=message_id,
            briefings=tuple(one.id for one in several),
            standing=standing_of_hand(message, (await self._here.horizon(caller, now)).timezone),
        )
        await self._store.keep_post(post, now=now)

    async def together(self, space: str, view: str) -> tuple[Briefing, ...]:
        """The briefings that the space, or a digest, showed under that name; none if one of them is not kept."""
        kept = await self._store.recall(space, lines.view_key(view))
        kept = kept or await self._store.recall(SHARED, lines.view_key(view)) or view
        found = [await self._store.briefing(space, one) for one in kept.split(",")]
        several = tuple(one for one in found if one is not None)
        return several if len(several) == len(found) else ()

    async def last_view(self, caller: Caller) -> str:
        """The name of what the reader was shown last. Raises AskerError if nothing was."""
        view = await self._store.recall(caller.space, f"last view:{caller.reader}")
        if view is None:
            raise AskerError(f"No briefing was shown to you here yet. Begin with {self._here.command_of(caller)}.")
        return view

    async def view(self, caller: Caller, view: str) -> tuple[Briefing, ...]:
        """The briefings with lines that were shown together under that name."""
        several = tuple(one for one in await self.together(caller.space, view) if lines.numbered(one))
        if not several:
            raise self.gone(caller)
        return several

    async def line(self, caller: Caller, view: str, number: int) -> tuple[Briefing, lines.Numbered]:
        """A line by its number in what was shown together, and the briefing that it is of."""
        several = await self.view(caller, view)
        every = [(found, line) for found in several for line in lines.numbered(found)]
        if not 1 <= number <= len(every):
            has = "one line" if len(every) == 1 else f"lines 1 to {len(every)}"
            raise AskerError(f"There is no line {number}: that briefing has {has}.")
        return every[number - 1]

    def gone(self, caller: Caller) -> AskerError:
        """What to say where a briefing is not kept any more."""
        return AskerError(f"That briefing is not kept any more. Type {self._here.command_of(caller)} for a new one.")


def _with_status(found: Briefing, seen: frozenset[str], now: datetime) -> Briefing:
    """The briefing with its news told from what its reader was shown before; what is old is neither."""
    if not seen:
        return found

    def status(point: Point) -> Status | None:
        if not seen.isdisjoint(lines.line_keys(point)):
            return "seen"
        published = point.citations[0].published
        return "new" if published is not None and published > now - NEWS_MAX_AGE else None

    return replace(found, points=tuple(replace(point, status=status(point)) for point in found.points), id="")
