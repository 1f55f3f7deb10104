"""What people can type in Discord: /brief and its subcommands, as Discord is told of them."""

import hashlib
import json
from typing import Any, Literal, TypeAlias

from discord import app_commands

from bot.chat.discord.schedule_commands import (
    QUIET,
    TOPICS,
    WHEN,
    ZONE,
    Answer,
    Choices,
    Interaction,
    Suggest,
    after_comma,
    option_words,
    plan_words,
    zone_choices,
)
from bot.grammar import (
    Ask,
    Brief,
    Compare,
    Follow,
    Following,
    Help,
    New,
    Sources,
    Status,
    Story,
    Topics,
    Unfollow,
    WhyLine,
    tidy,
)
from bot.schedules import FOLLOWED_AT

_SINCE = "How far back: 24h, 3d, today, mon, 2024-04-23, last"
_SIZES = [app_commands.Choice(name=size, value=size) for size in ("short", "normal", "long")]

View: TypeAlias = Literal["sources", "timeline"]


class BriefCommands(app_commands.Group):
    """The group /brief. Each subcommand turns its options into a Command and hands it on."""

    def __init__(self, answer: Answer, suggest: Suggest, digests: Suggest) -> None:
        super().__init__(
            name="brief",
            description="Cited, word-for-word briefings from the articles held here.",
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._answer = answer
        self._suggest = suggest
        self._digests = digests

    @app_commands.command(description="A briefing now: on a topic, on any words, or on all topics here.")
    @app_commands.describe(
        topic="A topic, or any words to look for",
        since=_SINCE,
        size="How long it may be",
        lang="Only lines in this language: en, uk, ar, zh",
    )
    @app_commands.choices(size=_SIZES)
    async def now(
        self,
        interaction: Interaction,
        topic: str | None = None,
        since: str | None = None,
        size: str | None = None,
        lang: str | None = None,
    ) -> None:
        """`/brief now`."""
        await self._answer(interaction, Brief(topic=topic, since=since, size=size, language=lang))

    @app_commands.command(description="What is new for this channel or for you.")
    @app_commands.describe(topic="A topic; without one, all topics here")
    async def new(self, interaction: Interaction, topic: str | None = None) -> None:
        """`/brief new`."""
        await self._answer(interaction, New(topic=topic))

    @app_commands.command(description="The lines that answer a question, word for word.")
    @app_commands.describe(question="Your question", since=_SINCE, source="Only this source or outlet")
    async def ask(
        self, interaction: Interaction, question: str, since: str | None = None, source: str | None = None
    ) -> None:
        """`/brief ask`."""
        await self._answer(interaction, Ask(question=question, since=since, source=source))

    @app_commands.command(description="Why a line of the last briefing shown to you here stands in it.")
    @app_commands.describe(item="The number of the line")
    async def why(self, interaction: Interaction, item: app_commands.Range[int, 1, 99]) -> None:
        """`/brief why`."""
        await self._answer(interaction, WhyLine(item=item))

    @app_commands.command(description="A line of the last briefing in the words of each outlet, with their numbers.")
    @app_commands.describe(story="The number of the line")
    async def compare(self, interaction: Interaction, story: app_commands.Range[int, 1, 99]) -> None:
        """`/brief compare`."""
        await self._answer(interaction, Compare(item=story))

    @app_commands.command(description="The articles that tell the story of a line of the last briefing.")
    @app_commands.describe(item="The number of the line", view="By outlet, or in the order of time")
    async def story(
        self, interaction: Interaction, item: app_commands.Range[int, 1, 99], view: View = "sources"
    ) -> None:
        """`/brief story`."""
        await self._answer(interaction, Story(item=item, timeline=view == "timeline"))

    @app_commands.command(description="The topics followed here.")
    async def topics(self, interaction: Interaction) -> None:
        """`/brief topics`."""
        await self._answer(interaction, Topics())

    @app_commands.command(description="Where the articles come from, and when each was last read.")
    async def sources(self, interaction: Interaction) -> None:
        """`/brief sources`."""
        await self._answer(interaction, Sources())

    @app_commands.command(description="Whether all is well: connections, sources, schedules.")
    async def status(self, interaction: Interaction) -> None:
        """`/brief status`."""
        await self._answer(interaction, Status())

    @app_commands.command(description="What you can ask, with examples.")
    async def help(self, interaction: Interaction) -> None:
        """`/brief help`."""
        await self._answer(interaction, Help())

    @app_commands.command(description="A digest of what is new, in direct messages to you alone.")
    @app_commands.describe(topic=TOPICS, when=f"{WHEN} (else {FOLLOWED_AT})", timezone=ZONE, quiet=QUIET)
    async def follow(
        self,
        interaction: Interaction,
        topic: str,
        when: str | None = None,
        timezone: str | None = None,
        quiet: str | None = None,
    ) -> None:
        """`/brief follow`."""
        words = f"{plan_words(topic, when or FOLLOWED_AT, timezone)} {option_words(quiet=quiet)}"
        await self._answer(interaction, Follow(words=words.strip()))

    @app_commands.command(description="What you follow, and when each digest comes next.")
    async def following(self, interaction: Interaction) -> None:
        """`/brief following`."""
        await self._answer(interaction, Following())

    @app_commands.command(description="End a digest to you. One press undoes it.")
    @app_commands.describe(item="The digest")
    async def unfollow(self, interaction: Interaction, item: str) -> None:
        """`/brief unfollow`."""
        await self._answer(interaction, Unfollow(which=tidy(item)))

    @now.autocomplete("topic")
    @new.autocomplete("topic")
    async def _topics_like(self, interaction: Interaction, typed: str) -> Choices:
        return await self._suggest(interaction, typed)

    @follow.autocomplete("topic")
    async def _several_like(self, interaction: Interaction, typed: str) -> Choices:
        return await after_comma(self._suggest, interaction, typed)

    @follow.autocomplete("timezone")
    async def _zones_like(self, interaction: Interaction, typed: str) -> Choices:
        return zone_choices(typed)

    @unfollow.autocomplete("item")
    async def _items_like(self, interaction: Interaction, typed: str) -> Choices:
        return await self._digests(interaction, typed)


def fingerprint(tree: app_commands.CommandTree[Any]) -> str:
    """Of the commands of a tree as Discord is told of them: it changes whenever they do."""
    commands = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()
