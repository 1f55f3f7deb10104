"""What is asked in Discord, over the real client and sockets, against a Discord on the loopback."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.discord.connection import DiscordChat
from bot.commands import Caller, Desk
from bot.config import Settings
from bot.grammar import Ask, Brief, Command, Compare, Help, New, Sources, Status, Story, Topics, WhyLine
from bot.message import Line, Message, Quote, Section
from bot.store import Store
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.discord.chatting import CHANNEL, configured, running
from tests.chat.discord.test_render import read
from tests.fakes.discord import FakeDiscord, parts_of, text_of

HOSTILE = "# @everyone <@500> <#1001> [win](https://evil.example) `x` <t:0:R> **now** ||:smile:|| https://evil.example"


async def test_a_command_is_acknowledged_privately_and_then_answered(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """First "thinking ..." to the asker alone, then the answer in its place, with all mentions off."""
    desk.hold.clear()
    use = await discord.use(
        "now", wait=False, options={"topic": "taiwan", "since": "3d", "size": "short", "lang": "en"}
    )
    await discord.until(lambda: use.callback)

    assert use.callback == {"type": 5, "data": {"flags": 64}}
    assert not use.text
    desk.hold.set()
    await discord.until(lambda: use.original)
    assert "### Taiwan" in use.text
    assert "> It will not bend." in use.text
    assert use.original is not None
    assert use.original["allowed_mentions"] == {"parse": []}
    assert desk.asked == [
        (
            Caller(
                platform="discord",
                space="discord:100",
                channel=CHANNEL,
                person="500",
                can_post=True,
                can_manage=False,
            ),
            Brief(topic="taiwan", since="3d", size="short", language="en"),
        )
    ]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("now", {}, Brief()),
        ("new", {"topic": "gaza"}, New(topic="gaza")),
        ("ask", {"question": "what did Beijing demand", "since": "7d", "source": "lamp"}, None),
        ("why", {"item": 2}, WhyLine(item=2)),
        ("compare", {"story": 3}, Compare(item=3)),
        ("story", {"item": 3, "view": "timeline"}, Story(item=3, timeline=True)),
        ("topics", {}, Topics()),
        ("sources", {}, Sources()),
        ("status", {}, Status()),
        ("help", {}, Help()),
    ],
)
async def test_every_subcommand_reaches_the_desk(
    discord: FakeDiscord,
    desk: CannedDesk,
    chat: DiscordChat,
    name: str,
    options: dict[str, Any],
    expected: Command | None,
) -> None:
    """Each option becomes a field of the command."""
    await discord.use(name, options=options)

    assert desk.asked[0][1] == (expected or Ask(question="what did Beijing demand", since="7d", source="lamp"))


async def test_a_person_in_direct_messages_is_a_space_of_their_own(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """Nothing can be posted there."""
    await discord.use("now", guild=None)

    assert desk.asked[0][0] == Caller(
        platform="discord", space="discord:user:500", channel="900", person="500", can_post=False
    )


async def test_posting_needs_the_permission_to_manage_messages(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """The desk is told."""
    await discord.use("now", permissions=1 << 11)

    assert desk.asked[0][0].can_post is False


async def test_topics_complete_themselves_within_discords_limits(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """At most 25 choices of at most 100 characters."""
    use = await discord.complete("now", "topic", "ta")

    assert len(use.choices) == 25
    assert use.choices[0][0].startswith("ta 0 x")
    assert use.choices[0][1] == "topic0"


async def test_a_press_of_a_button_is_answered_privately(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """Its action and value reach the desk, and the message pressed on stays as it is."""
    first = await discord.use("now")
    assert first.original is not None

    second = await discord.press(first.original, "Post to channel")

    assert desk.presses[0][1:] == ("post", "b1")
    assert second.private
    assert second.callback == {"type": 5, "data": {"flags": 64}}


async def test_controls_of_an_earlier_process_still_work(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """Buttons and menus find us by what they carry, not by what a process remembers."""
    settings = configured(discord).discord
    async with running(DiscordChat(settings, desk, store), discord) as chat:
        await chat.post(CHANNEL, BRIEFING, "k1")
    async with running(DiscordChat(settings, desk, store), discord):
        posted = discord.messages[CHANNEL][0]

        await discord.press(posted, "Post to channel")
        await discord.press(posted, "Line 1")

    assert [press[1:] for press in desk.presses] == [("post", "b1"), ("why", "b1:1")]


async def test_a_public_answer_goes_to_the_channel_and_its_asker_is_told(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """One post, pinging nobody."""
    use = await discord.use("now")
    assert use.original is not None
    desk.message = Message(title="Taiwan for all", public=True)

    told = await discord.press(use.original, "Post to channel")

    (posted,) = discord.messages[CHANNEL]
    assert text_of(posted) == "### Taiwan for all"
    assert posted["allowed_mentions"] == {"parse": []}
    assert told.private
    assert "### Posted" in told.text
    assert desk.posts == [(CHANNEL, "Taiwan for all")]
    ((key, message),) = desk.post_ids
    assert message is not None
    assert message == posted["id"]
    await chat.edit(CHANNEL, message, Message(title="Struck"), key)
    assert text_of(discord.messages[CHANNEL][0]) == "### Struck"


async def test_an_asker_is_told_why_a_channel_took_no_post(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """With what to allow."""
    discord.closed_channels.add(CHANNEL)
    desk.message = Message(title="Taiwan for all", public=True)

    use = await discord.use("now")

    assert "### Not posted" in use.text
    assert desk.failed_posts == [CHANNEL]
    assert "Send Messages" in use.text


async def test_an_interaction_that_comes_twice_is_answered_once(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """Even where the second is acknowledged."""
    use = await discord.use("now")
    await discord.repeat(use)
    await discord.until(lambda: use.callback)
    await discord.use("help")

    assert [command for _, command in desk.asked] == [Brief(), Help()]


@pytest.mark.parametrize(
    "words", ["", " ", "x" * 3000, "@everyone", "<!channel>", "غزة اليوم", "👩‍👩‍👧 🇺🇦", "\u202eabc", "a\nb", HOSTILE]
)
async def test_odd_words_get_an_answer_from_the_real_desk(discord: FakeDiscord, store: Store, words: str) -> None:
    """Private, within the limits (the server checks them), and with nothing in it that pings."""
    desk = Desk(store, Settings(), clock=lambda: datetime.now(UTC))
    async with running(DiscordChat(configured(discord).discord, desk, store), discord):
        use = await discord.use("now", options={"topic": words})

    assert use.private
    assert use.original is not None
    assert use.original["allowed_mentions"] == {"parse": []}
    assert {kind for line in read(use.text) for kind, _ in line}.isdisjoint({"mention", "emoji", "style"})
    assert "(<https://evil" not in use.text


async def test_the_real_desk_answers_briefs_explains_and_completes(discord: FakeDiscord, store: Store) -> None:
    """One way through the whole house, on the sample articles."""
    desk = Desk(store, Settings(), clock=lambda: datetime.now(UTC))
    async with running(DiscordChat(configured(discord).discord, desk, store), discord):
        topics = await discord.complete("now", "topic", "tai")
        use = await discord.use("now", options={"topic": topics.choices[0][1]})
        why = await discord.use("why", options={"item": 1})
        assert use.original is not None
        line = next(o["label"] for p in parts_of(use.original["components"]) for o in p.get("options", ()))
        again = await discord.press(use.original, line)

    assert topics.choices[0] == ("Taiwan", "taiwan")
    assert "SAMPLE" in use.text
    assert "\n> " in use.text
    assert why.text
    assert again.private
    assert again.text


async def test_a_hostile_article_does_nothing_in_the_channel(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Its words stand there as words."""
    message = Message(title=HOSTILE, sections=(Section(lines=(Line(quotes=(Quote(text=HOSTILE),)),)),))

    await chat.post(CHANNEL, message, "k1")

    (posted,) = discord.messages[CHANNEL]
    quote = text_of(posted).split("\n> ")[1]
    assert posted["allowed_mentions"] == {"parse": []}
    assert quote == (
        r"\# \@everyone \<@500> \<#1001> \[win\](https\://evil.example) \`x\` \<t:0:R> \*\*now\*\* "
        r"\|\|\:smile:\|\| https\://evil.example"
    )


@pytest.mark.parametrize("served", [True, False])
@pytest.mark.parametrize(("method", "path"), [("POST", "interactions/.*"), ("PATCH", "webhooks/.*")])
async def test_an_answer_survives_one_lost_connection(
    discord: FakeDiscord, chat: DiscordChat, method: str, path: str, served: bool
) -> None:
    """Whether the request or only the reply was lost: nobody looks at "thinking ..." for ever."""
    discord.fail(method, path, served=served)

    use = await discord.use("now")
    await discord.until(lambda: len(discord.calls(method, path)) == 2)

    assert use.private
    assert "Taiwan" in use.text


async def test_a_long_answer_goes_on_in_private_follow_ups(
    discord: FakeDiscord, desk: CannedDesk, chat: DiscordChat
) -> None:
    """What does not fit in one message is not lost."""
    desk.message = Message(title="Long", sections=(Section(lines=(Line(quotes=(Quote(text="a word " * 2000),)),)),))

    use = await discord.use("now")
    await discord.until(lambda: use.text.replace("\n> ", " ").count("a word") == 2000)

    assert len(use.followups) == 5
    assert all(message["flags"] & 64 for message in use.followups)


async def test_a_command_that_is_gone_is_answered(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Discord may show people a command of another version."""
    use = await discord.use("dance")

    assert use.private
    assert "Reload Discord" in use.text
