"""The commands about digests in Discord: /brief-admin schedule for a channel's, and the words that all of them make."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias

import discord
from discord import app_commands

from bot.grammar import Command, Schedule, ScheduleAction, Strike, tidy
from bot.plans import FIELDS
from bot.zones import zones_like

Interaction: TypeAlias = discord.Interaction[Any]
Answer: TypeAlias = Callable[[Interaction, Command], Awaitable[None]]
Choices: TypeAlias = list[app_commands.Choice[str]]
Suggest: TypeAlias = Callable[[Interaction, str], Awaitable[Choices]]

MAX_CHOICES = 25

WHEN = "When: weekdays 08:30, daily 8:30,17:00, mon,thu 9:00, every 4h"
ZONE = "Time zone, for example Europe/Berlin"
QUIET = "Hours in which nothing is posted: 22-07"
NO = "Options to take back, and words to leave out no more: quiet, ping, sport"
TOPICS = "One or several topics: ukraine,gaza"

_ADMIN = discord.Permissions(manage_guild=True)
_DESCRIBED = {
    "topics": TOPICS,
    "when": WHEN,
    "timezone": ZONE,
    "size": "How long a digest may be",
    "to": "Into this channel, one thread of it, or one post of this forum",
    "quiet": QUIET,
    "minimum": "Only lines of so many outlets, in their own words",
    "without": "Words that a line must not hold: sport,weather",
    "sources": "Only from these sources: cgtn,reuters",
    "ping": "A role to ping when there is news",
    "publish": "To the followers of this announcement channel",
    "skip_empty": "No post when nothing is new",
    "alert": "Post at once when a story reaches so many outlets",
}

Outlets: TypeAlias = app_commands.Range[int, 1, 20] | None
Size: TypeAlias = Literal["short", "normal", "long"] | None
Place: TypeAlias = Literal["channel", "thread", "forum"] | None


class AdminCommands(app_commands.Group):
    """The group /brief-admin, for who may manage the server. Discord lets only the top of a group ask for that, and a
    server can change it; so the answer looks at the asker's permissions again."""

    schedule = app_commands.Group(name="schedule", description="The digests of this channel.")

    def __init__(self, answer: Answer, topics: Suggest, digests: Suggest) -> None:
        super().__init__(
            name="brief-admin",
            description="Schedules, topics and sources, for who manages the server.",
            default_permissions=_ADMIN,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._answer = answer
        self._topics = topics
        self._digests = digests

    @app_commands.command(description="Strike a line of what was last posted here: it no longer holds.")
    @app_commands.describe(item="The number of the line")
    async def strike(self, interaction: Interaction, item: app_commands.Range[int, 1, 999]) -> None:
        """`/brief-admin strike`."""
        await self._answer(interaction, Strike(item=item))

    @schedule.command(description="Make a digest for this channel.")
    @app_commands.describe(**_DESCRIBED)
    @app_commands.rename(minimum="min")
    async def add(
        self,
        interaction: Interaction,
        topics: str,
        when: str,
        timezone: str | None = None,
        size: Size = None,
        to: Place = None,
        quiet: str | None = None,
        minimum: Outlets = None,
        without: str | None = None,
        sources: str | None = None,
        ping: discord.Role | None = None,
        publish: bool | None = None,
        skip_empty: bool | None = None,
        alert: Outlets = None,
    ) -> None:
        """`/brief-admin schedule add`."""
        words = plan_words(topics, when, timezone)
        more = option_words(size, to, quiet, minimum, without, sources, ping, publish, skip_empty, alert)
        await self._answer(interaction, Schedule(action="add", words=f"{words} {more}".strip()))

    @schedule.command(description="Give a digest other topics, times or options; what is not named stays.")
    @app_commands.describe(item="The digest", no=NO, **_DESCRIBED)
    @app_commands.rename(minimum="min")
    async def edit(
        self,
        interaction: Interaction,
        item: str,
        topics: str | None = None,
        when: str | None = None,
        timezone: str | None = None,
        size: Size = None,
        to: Place = None,
        quiet: str | None = None,
        minimum: Outlets = None,
        without: str | None = None,
        sources: str | None = None,
        ping: discord.Role | None = None,
        publish: bool | None = None,
        skip_empty: bool | None = None,
        alert: Outlets = None,
        no: str | None = None,
    ) -> None:
        """`/brief-admin schedule edit`."""
        words = f"{one_word(item)} {plan_words(topics, when, timezone)}"
        more = option_words(size, to, quiet, minimum, without, sources, ping, publish, skip_empty, alert)
        words = " ".join(filter(None, (words.strip(), more, back_words(no or ""))))
        await self._answer(interaction, Schedule(action="edit", words=words))

    @schedule.command(description="The digests of this channel, with their next times.")
    async def list(self, interaction: Interaction) -> None:
        """`/brief-admin schedule list`."""
        await self._answer(interaction, Schedule(action="list"))

    @schedule.command(description="Let a digest rest.")
    @app_commands.describe(item="The digest")
    async def pause(self, interaction: Interaction, item: str) -> None:
        """`/brief-admin schedule pause`."""
        await self._about(interaction, "pause", item)

    @schedule.command(description="Let a paused digest go on.")
    @app_commands.describe(item="The digest")
    async def resume(self, interaction: Interaction, item: str) -> None:
        """`/brief-admin schedule resume`."""
        await self._about(interaction, "resume", item)

    @schedule.command(description="Post a digest now, beside its schedule.")
    @app_commands.describe(item="The digest")
    async def run(self, interaction: Interaction, item: str) -> None:
        """`/brief-admin schedule run`."""
        await self._about(interaction, "run", item)

    @schedule.command(description="End a digest. One press undoes it.")
    @app_commands.describe(item="The digest")
    async def remove(self, interaction: Interaction, item: str) -> None:
        """`/brief-admin schedule remove`."""
        await self._about(interaction, "remove", item)

    async def _about(self, interaction: Interaction, action: ScheduleAction, item: str) -> None:
        await self._answer(interaction, Schedule(action=action, words=tidy(item)))

    @add.autocomplete("topics")
    @edit.autocomplete("topics")
    async def _topics_like(self, interaction: Interaction, typed: str) -> Choices:
        return await after_comma(self._topics, interaction, typed)

    @add.autocomplete("timezone")
    @edit.autocomplete("timezone")
    async def _zones_like(self, interaction: Interaction, typed: str) -> Choices:
        return zone_choices(typed)

    @edit.autocomplete("item")
    @pause.autocomplete("item")
    @resume.autocomplete("item")
    @run.autocomplete("item")
    @remove.autocomplete("item")
    async def _items_like(self, interaction: Interaction, typed: str) -> Choices:
        return await self._digests(interaction, typed)


def plan_words(topics: str | None, when: str | None, timezone: str | None) -> str:
    """Topics, schedule and zone as they would be typed: topics in one word, with commas between them."""
    return " ".join(filter(None, (one_word(topics or ""), tidy(when or ""), one_word(timezone or ""))))


def one_word(typed: str) -> str:
    """Names with commas between them, however they were typed."""
    return ",".join(tidy(typed).replace(",", " ").split())


def option_words(
    size: str | None = None,
    to: str | None = None,
    quiet: str | None = None,
    minimum: int | None = None,
    without: str | None = None,
    sources: str | None = None,
    ping: discord.Role | None = None,
    publish: bool | None = None,
    skip_empty: bool | None = None,
    alert: int | None = None,
) -> str:
    """Options as they would be typed; nothing for those that are not named."""
    said = (
        f"size:{size}" if size else "",
        f"to:{to}" if to else "",
        f"quiet:{''.join(tidy(quiet).split())}" if quiet else "",
        f"min:{minimum}" if minimum else "",
        *(f"-{word}" for word in one_word(without or "").split(",") if word),
        f"sources:{one_word(sources)}" if sources else "",
        f"ping:{ping.id}" if ping is not None else "",
        f"publish:{'yes' if publish else 'no'}" if publish is not None else "",
        f"skip-empty:{'yes' if skip_empty else 'no'}" if skip_empty is not None else "",
        f"alert:{alert}" if alert else "",
    )
    return " ".join(filter(None, said))


def back_words(typed: str) -> str:
    """What takes options back, and words that were left out, as it would be typed: `quiet, sport`."""
    named = one_word(typed).split(",")
    return " ".join(f"{one}:no" if one.casefold() in FIELDS else f"+{one}" for one in named if one)


def zone_choices(typed: str) -> Choices:
    """Time zones that hold what was typed."""
    return [app_commands.Choice(name=name, value=name) for name in zones_like(typed, MAX_CHOICES)]


async def after_comma(topics: Suggest, interaction: Interaction, typed: str) -> Choices:
    """Choices for the last of several topics, behind those that stand there already."""
    before, comma, last = typed.rpartition(",")
    start = f"{one_word(before)}," if comma else ""
    chosen = set(start.split(","))
    choices = [one for one in await topics(interaction, last.strip()) if one.value not in chosen]
    behind = [(f"{start}{one.name}", f"{start}{one.value}") for one in choices]
    return [app_commands.Choice(name=name, value=value) for name, value in behind if max(len(name), len(value)) <= 100]
