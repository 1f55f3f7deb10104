"""Looks behind a line that was shown: why it was chosen, where it stands, who words it how, and its story."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import explain, lines
from bot.callers import Caller
from bot.comparison import comparison
from bot.grammar import Story
from bot.message import Message
from bot.shelf import Question, Shelf
from bot.shown import Shown
from bot.storyline import storyline
from bot.strikes import Strikes
from bot.surroundings import Surroundings
from bot.work import off_loop
from summaries import Point, contrast

SAME_STORY = timedelta(days=7)  # how far apart articles may tell the same


class Behind:
    """Shows what stands behind the lines of briefings, which are found by the names they were shown under."""

    def __init__(self, surroundings: Surroundings, shown: Shown, strikes: Strikes) -> None:
        self._here = surroundings
        self._store = surroundings.store
        self._shown = shown
        self._strikes = strikes

    async def press(self, caller: Caller, action: str, value: str) -> Message:
        """A look behind a line: the value is the view's name and the line's number, for a story also how it is told."""
        how = ""
        if action == "story":
            value, _, how = value.rpartition(":")
        view, _, digits = value.rpartition(":")
        number = int(digits) if digits.isdecimal() else 0
        match action:
            case "why":
                return await self.why(caller, view, number)
            case "compare":
                return await self.compare(caller, view, number)
            case _:
                return await self.story(caller, view, Story(item=number, timeline=how == "timeline"))

    async def why(self, caller: Caller, view: str, number: int) -> Message:
        """Why a line was chosen, and for those who may the offer to strike it."""
        found, line = await self._shown.line(caller, view, number)
        told = explain.why(found, line, number, await self._here.horizon(caller))
        offered = await self._strikes.offer(self._here.asker_of(caller), lines.citations_of(line)[0])
        return replace(told, controls=(*told.controls, *offered))

    async def compare(self, caller: Caller, view: str, number: int) -> Message:
        """A line beside what the other articles of its window say of the same."""
        now = self._here.now()
        found, line = await self._shown.line(caller, view, number)
        contrasted = None
        if isinstance(line, Point):
            shelf = await Shelf.of(self._store, caller.space, now)
            cited = await shelf.named(citation.article for citation in line.citations)
            near = await shelf.articles(_told_since(line), Question(line.text))
            held = cited | {article.id: article for article in near}
            contrasted = await off_loop(contrast, tuple(held.values()), line)
        return comparison(found, line, contrasted, number, await self._here.horizon(caller, now))

    async def story(self, caller: Caller, view: str, asked: Story) -> Message:
        """The articles that tell the story of a line, as they were assigned when they came."""
        now = self._here.now()
        found, line = await self._shown.line(caller, view, asked.item)
        shelf = await Shelf.of(self._store, caller.space, now)
        cited = [citation.article for citation in lines.citations_of(line)]
        told = {article.id: article for article in await shelf.same_story(cited)}
        horizon = await self._here.horizon(caller, now)
        return await off_loop(
            storyline, found, line, asked.item, tuple(told.values()), horizon, timeline=asked.timeline
        )

    async def proof(self, caller: Caller, view: str) -> Message:
        """Where every line of what was shown stands."""
        now = self._here.now()
        several = await self._shown.view(caller, view)
        shelf = await Shelf.of(self._store, caller.space, now)
        cited = (
            citation for found in several for line in lines.numbered(found) for citation in lines.citations_of(line)
        )
        held = await shelf.named(citation.article for citation in cited)
        return explain.proof(several, held, await self._here.horizon(caller, now))


def _told_since(line: Point) -> datetime | None:
    """From when on articles may tell the same as a line: a week before the first that is cited; None: whenever."""
    dates = [citation.published for citation in line.citations if citation.published is not None]
    return min(dates) - SAME_STORY if dates else None
