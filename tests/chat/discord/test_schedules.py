"""Digests made, listed and ended by Discord's commands: the real client and desk against a Discord on the loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.discord.connection import DiscordChat
from bot.commands import Desk
from bot.config import Settings
from bot.store import Store
from tests.chat.discord.chatting import CHANNEL, configured, running
from tests.fakes.discord import MANAGE_GUILD, SEND_MESSAGES, FakeDiscord, RoleOption

MANAGER = SEND_MESSAGES | MANAGE_GUILD
ADD = "brief-admin schedule add"


@pytest.fixture(autouse=True)
async def chat(discord: FakeDiscord, store: Store) -> AsyncIterator[DiscordChat]:
    topics = [{"name": name, "terms": [name]} for name in ("ukraine", "gaza", "germany")]
    settings = Settings.model_validate({"topics": topics})
    desk = Desk(store, settings, clock=lambda: datetime.now(UTC))
    async with running(DiscordChat(configured(discord).discord, desk, store), discord) as connected:
        yield connected


async def test_a_manager_makes_a_digest_with_every_option(discord: FakeDiscord, store: Store) -> None:
    """Each field of the form arrives in the subscription."""
    options: dict[str, Any] = {
        "topics": "ukraine, Gaza",
        "when": "weekdays 08:30,17:00",
        "timezone": "Europe/Berlin",
        "size": "short",
        "quiet": "22-07",
        "min": 2,
        "without": "sport, weather",
        "sources": "cgtn, reuters",
        "ping": RoleOption("700"),
        "publish": True,
        "skip_empty": True,
        "alert": 4,
    }
    said = await discord.use(ADD, options=options, permissions=MANAGER)

    (made,) = await store.subscriptions("discord:100")
    assert said.private
    assert "ukraine, gaza" in said.text
    assert (made.topics, made.timezone, made.target) == (("ukraine", "gaza"), "Europe/Berlin", f"discord:{CHANNEL}")
    assert made.options.words() == (
        "size:short quiet:22-07 min:2 -sport -weather sources:cgtn,reuters ping:700 publish:yes skip-empty alert:4"
    )
    assert made.owner == "500"


async def test_only_who_manages_the_server_changes_its_schedule(discord: FakeDiscord, store: Store) -> None:
    """Looked at again when it is answered: a server may show the command to others, who then only read."""
    options = {"topics": "gaza", "when": "daily 9:00", "timezone": "UTC"}
    refused = await discord.use(ADD, options=options, permissions=SEND_MESSAGES)
    await discord.use(ADD, options=options, permissions=MANAGER)
    for action in ("pause", "run", "remove"):
        answer = await discord.use(f"brief-admin schedule {action}", options={"item": "1"}, permissions=SEND_MESSAGES)
        assert "Not answered" in answer.text
    listed = await discord.use("brief-admin schedule list", permissions=SEND_MESSAGES)

    assert "Only who manages this server or channel" in refused.text
    assert "gaza" in listed.text
    (made,) = await store.subscriptions("discord:100")
    assert made.active


async def test_a_digest_is_edited_paused_resumed_run_and_removed(discord: FakeDiscord, store: Store) -> None:
    """By what is offered while one types."""
    await discord.use(ADD, options={"topics": "gaza", "when": "daily 9:00", "timezone": "UTC"}, permissions=MANAGER)
    offered = await discord.complete("brief-admin schedule edit", "item", "ga", permissions=MANAGER)
    assert offered.choices == [("1 · gaza · daily 09:00", "id:1")]
    item = {"item": offered.choices[0][1]}

    async def used(action: str, **more: str) -> str:
        name = f"brief-admin schedule {action}"
        return (await discord.use(name, options=item | more, permissions=MANAGER)).text

    assert "daily 17:00" in await used("edit", topics="ukraine", when="daily 17:00")
    assert "posts nothing until it is resumed" in await used("pause")
    assert "goes on" in await used("resume")
    assert "posted here in a moment" in await used("run")
    assert "Removed" in await used("remove")
    assert await store.subscriptions("discord:100") == ()


async def test_an_edit_keeps_what_its_form_leaves_empty(discord: FakeDiscord, store: Store) -> None:
    """And takes back what it names: a box that is unticked, and what stands in `no`."""
    options: dict[str, Any] = {"topics": "gaza", "when": "daily 9:00", "timezone": "UTC", "quiet": "22-07", "min": 2}
    options |= {"without": "sport, weather", "ping": RoleOption("700"), "skip_empty": True, "publish": True}
    await discord.use(ADD, options=options, permissions=MANAGER)

    async def edited(**more: Any) -> str:
        said = await discord.use("brief-admin schedule edit", options={"item": "1"} | more, permissions=MANAGER)
        assert "What you did not name stays" in said.text
        (found,) = await store.subscriptions("discord:100")
        return f"{','.join(found.topics)} {found.rule} {found.options.words()}"

    kept = "quiet:22-07 min:2 -sport -weather ping:700 publish:yes skip-empty"
    assert await edited(size="long") == f"gaza daily 09:00 size:long {kept}"
    assert await edited(topics="ukraine", size="normal") == f"ukraine daily 09:00 {kept}"
    assert await edited(when="every 4h", skip_empty=False, publish=False) == (
        "ukraine every 4h quiet:22-07 min:2 -sport -weather ping:700"
    )
    assert await edited(no="ping, min, sport") == "ukraine every 4h quiet:22-07 -weather"


async def test_a_person_follows_lists_and_unfollows(discord: FakeDiscord, store: Store) -> None:
    """Without any permission; the digest goes to them alone."""
    said = await discord.use("follow", options={"topic": "ukraine", "timezone": "Europe/Kyiv"}, permissions=0)
    listed = await discord.use("following", permissions=0)
    offered = await discord.complete("unfollow", "item", "", permissions=0)
    (made,) = await store.subscriptions("discord:100")
    gone = await discord.use("unfollow", options={"item": offered.choices[0][1]}, permissions=0)

    assert "You get a digest on ukraine: weekdays 08:30" in said.text
    assert "1 · ukraine" in listed.text.replace("\\", "")
    assert made.target == "discord:@500"
    assert "Removed" in gone.text


async def test_a_manager_cannot_touch_what_somebody_follows(discord: FakeDiscord, store: Store) -> None:
    """Not even by its id."""
    await discord.use("follow", options={"topic": "gaza", "timezone": "UTC"}, person="501")
    more = {"topics": "ukraine", "when": "daily 9:00"}
    for action, options in (("edit", {"item": "id:1"} | more), ("run", {"item": "id:1"}), ("remove", {"item": "id:1"})):
        answer = await discord.use(f"brief-admin schedule {action}", options=options, permissions=MANAGER)
        assert "not yours to change" in answer.text
    (kept,) = await store.subscriptions("discord:100")
    assert kept.topics == ("gaza",)


async def test_in_direct_messages_everybody_manages_their_own(discord: FakeDiscord, store: Store) -> None:
    """There is nobody else."""
    said = await discord.use("follow", options={"topic": "gaza", "timezone": "UTC"}, guild=None)
    assert "You get a digest on gaza" in said.text
    (made,) = await store.subscriptions("discord:user:500")
    assert made.target == "discord:@500"


async def test_without_a_zone_it_is_asked_for(discord: FakeDiscord, store: Store) -> None:
    """Discord tells nobody's; it is never guessed."""
    said = await discord.use("follow", options={"topic": "gaza"})
    assert "In which time zone?" in said.text
    assert await store.subscriptions("discord:100") == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("KYI", "Europe/Kyiv"),
        ("utc", "UTC"),
        ("asia/tai", "Asia/Taipei"),
    ],
)
async def test_time_zones_complete_themselves(discord: FakeDiscord, typed: str, first: str) -> None:
    """By their city or area; the city that begins so comes first."""
    assert (await discord.complete("follow", "timezone", typed)).choices[0][1] == first


async def test_a_zone_that_is_not_there_has_no_choices_and_nothing_typed_has_25(discord: FakeDiscord) -> None:
    """Discord takes no more."""
    assert (await discord.complete(ADD, "timezone", "atlantis")).choices == []
    assert len((await discord.complete(ADD, "timezone", "")).choices) == 25


async def test_several_topics_complete_themselves_one_after_the_other(discord: FakeDiscord) -> None:
    """What stands before the last comma stays, and is not offered again."""
    assert (await discord.complete(ADD, "topics", "g")).choices[:2] == [("gaza", "gaza"), ("germany", "germany")]
    after = (await discord.complete(ADD, "topics", "gaza, g")).choices
    assert ("gaza,germany", "gaza,germany") in after
    assert ("gaza,gaza", "gaza,gaza") not in after
