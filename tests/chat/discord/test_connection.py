"""The real client over real sockets against a Discord on the loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.discord.connection import DiscordChat, check_discord
from bot.chat.discord.posts import HISTORY
from bot.commands import Caller, Desk
from bot.config import DiscordSettings, Settings, SourceSettings, SubscriptionSettings
from bot.digest import deliver
from bot.errors import ChannelClosed, ConnectionRefused, HistoryUnreadable, NotPosted, OutcomeUnknown, ReadoutError
from bot.grammar import Ask, Brief, Command, Compare, Help, New, Sources, Status, Story, Topics, WhyLine
from bot.message import Button, Line, Menu, Message, Option, Quote, Section
from bot.store import SHARED, Store
from bot.tick import tick
from summaries import Article
from tests.chat.discord.test_render import read
from tests.fakes.discord import MANAGE_GUILD, FakeDiscord, Use, parts_of, text_of

CHANNEL = "1001"
POSTS = rf"channels/{CHANNEL}/messages"
HOSTILE = "# @everyone <@500> <#1001> [win](https://evil.example) `x` <t:0:R> **now** ||:smile:|| https://evil.example"
BRIEFING = Message(
    title="Taiwan",
    sections=(Section(lines=(Line(number=1, quotes=(Quote(text="It will not bend."),)),)),),
    controls=(
        Button(label="Post to channel", action="post", value="b1"),
        Menu(label="Why this line?", action="why", options=(Option(label="Line 1", value="b1:1"),)),
    ),
)


class CannedDesk(Desk):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Settings(), clock=lambda: datetime.now(UTC))
        self.message = BRIEFING
        self.asked: list[tuple[Caller, Command | str]] = []
        self.presses: list[tuple[Caller, str, str]] = []
        self.posts: list[tuple[str | None, str]] = []
        self.failed_posts: list[str | None] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def answer(self, caller: Caller, command: Command | str) -> Message:
        self.asked.append((caller, command))
        await self.hold.wait()
        return self.message

    async def press(self, caller: Caller, action: str, value: str) -> Message:
        self.presses.append((caller, action, value))
        return self.message

    async def posted(self, caller: Caller, message: Message) -> None:
        self.posts.append((caller.channel, message.title))

    def not_posted(self, caller: Caller) -> None:
        self.failed_posts.append(caller.channel)

    async def suggest(self, caller: Caller, typed: str) -> tuple[Option, ...]:
        await self.hold.wait()
        return tuple(Option(label=f"{typed} {n} " + "x" * 200, value=f"topic{n}") for n in range(30))


def configured(discord: FakeDiscord, **settings: Any) -> Settings:
    addresses = {"token": discord.token, "api_url": discord.api_url, "gateway_url": discord.gateway_url}
    return Settings.model_validate({"discord": addresses | settings})


@contextlib.asynccontextmanager
async def running(chat: DiscordChat, discord: FakeDiscord) -> AsyncIterator[DiscordChat]:
    """The chat connected and its first guild known; stopped, and its end looked at, afterwards."""
    before = len(discord.identifies)
    task = asyncio.create_task(chat.run())
    try:
        await until(lambda: len(discord.identifies) > before or task.done())
        if task.done():
            await task
        await until(lambda: chat.state == "connected")
        yield chat
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task


async def until(happened: Any, seconds: float = 10.0) -> None:
    """Wait for something of the client's that tells nobody."""
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)


@pytest.fixture
def desk(store: Store) -> CannedDesk:
    return CannedDesk(store)


@pytest.fixture
async def chat(discord: FakeDiscord, store: Store, desk: CannedDesk) -> AsyncIterator[DiscordChat]:
    async with running(DiscordChat(configured(discord).discord, desk, store), discord) as connected:
        yield connected


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


# -- posting -----------------------------------------------------------------------------------------------------------


async def test_a_post_whose_reply_was_lost_is_not_there_twice(discord: FakeDiscord, chat: DiscordChat) -> None:
    """The outcome is unknown, the same key finds it, and posting again with it posts nothing new."""
    began = datetime.now(UTC)
    discord.fail("POST", POSTS, served=True)

    with pytest.raises(OutcomeUnknown):
        await chat.post(CHANNEL, BRIEFING, "d:1:2026-11-22T08:00:00Z:1")
    found = await chat.find(CHANNEL, "d:1:2026-11-22T08:00:00Z:1", began)
    again = await chat.post(CHANNEL, BRIEFING, "d:1:2026-11-22T08:00:00Z:1")

    assert found == again == discord.messages[CHANNEL][0]["id"]
    assert len(discord.messages[CHANNEL]) == 1
    assert discord.calls("POST", POSTS)[0].body["enforce_nonce"] is True
    assert await chat.find(CHANNEL, "another", began) is None
    assert await chat.find(CHANNEL, "d:1:2026-11-22T08:00:00Z:1", began + timedelta(hours=1)) is None


async def test_a_post_of_several_parts_goes_on_where_it_stopped(discord: FakeDiscord, chat: DiscordChat) -> None:
    """A part that is in the channel is not posted again, although Discord has forgotten its nonce by then."""
    message = Message(title="Long", sections=(Section(lines=(Line(quotes=(Quote(text="a word " * 1000),)),)),))
    discord.fail("POST", POSTS, status=429, retry_after=90, skip=1)
    with pytest.raises(NotPosted):
        await chat.post(CHANNEL, message, "k1")
    discord.messages[CHANNEL][0]["nonce"] = None

    last = await chat.post(CHANNEL, message, "k1")

    assert [posted["id"] == last for posted in discord.messages[CHANNEL]] == [False, False, True]


async def test_a_channel_too_busy_to_look_through_is_not_taken_for_empty(
    discord: FakeDiscord, chat: DiscordChat
) -> None:
    """The post may stand behind what was looked at; what came long after the attempt is not asked about."""
    began = datetime.now(UTC)
    discord.messages[CHANNEL] = [discord.said(CHANNEL, f"{number}") for number in range(HISTORY)]

    with pytest.raises(HistoryUnreadable, match="too many messages"):
        await chat.find(CHANNEL, "k1", began)
    assert await chat.find(CHANNEL, "k1", began - timedelta(hours=1)) is None


async def test_a_message_without_buttons_is_found_too(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Its container carries the mark."""
    posted = await chat.post(CHANNEL, Message(title="Nothing new"), "k1")

    assert await chat.find(CHANNEL, "k1", datetime.now(UTC)) == posted


async def test_an_unreadable_history_is_said(discord: FakeDiscord, chat: DiscordChat) -> None:
    """With what to allow."""
    discord.unreadable_channels.add(CHANNEL)

    with pytest.raises(HistoryUnreadable, match="Read Message History"):
        await chat.find(CHANNEL, "k1", datetime.now(UTC))


@pytest.mark.parametrize("channel", ["404", "", "general", "１２", "-1"])
async def test_a_channel_that_is_not_there_is_closed(chat: DiscordChat, channel: str) -> None:
    """Nothing is posted to it again."""
    with pytest.raises(ChannelClosed):
        await chat.post(channel, BRIEFING, "k1")


async def test_a_forbidden_channel_is_closed(discord: FakeDiscord, chat: DiscordChat) -> None:
    """10,000 refusals in 10 minutes would ban the address."""
    discord.closed_channels.add(CHANNEL)

    with pytest.raises(ChannelClosed, match="Send Messages"):
        await chat.post(CHANNEL, BRIEFING, "k1")
    assert len(discord.calls("POST", POSTS)) == 1


async def test_a_short_429_is_waited_out(discord: FakeDiscord, chat: DiscordChat) -> None:
    """By the library, as long as Discord asks."""
    discord.fail("POST", POSTS, status=429, retry_after=0.2)

    await chat.post(CHANNEL, BRIEFING, "k1")

    assert [r.status for r in discord.calls("POST", POSTS)] == [429, 200]


@pytest.mark.parametrize("via", [True, False])
async def test_a_long_429_is_left_to_the_delivery(discord: FakeDiscord, chat: DiscordChat, via: bool) -> None:
    """It certainly was not posted, and it says when to try again."""
    discord.fail("POST", POSTS, status=429, retry_after=90, via=via)

    with pytest.raises(NotPosted) as caught:
        await chat.post(CHANNEL, BRIEFING, "k1")
    assert caught.value.retry_after == timedelta(seconds=90)
    assert caught.value.reach == ("channel" if via else "platform")


async def test_a_500_is_tried_again_with_the_same_nonce(discord: FakeDiscord, chat: DiscordChat) -> None:
    """So that a post which was made in spite of it is not made twice."""
    discord.fail("POST", POSTS, status=500, served=True)

    await chat.post(CHANNEL, BRIEFING, "k1")

    assert len({r.body["nonce"] for r in discord.calls("POST", POSTS)}) == 1
    assert len(discord.messages[CHANNEL]) == 1


async def test_before_connecting_nothing_is_posted(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """It may be tried again."""
    chat = DiscordChat(configured(discord).discord, desk, store)

    with pytest.raises(NotPosted):
        await chat.post(CHANNEL, BRIEFING, "k1")


async def test_a_scheduled_digest_whose_reply_was_lost_is_posted_once_over_a_restart(
    discord: FakeDiscord, store: Store
) -> None:
    """Delivered by the real carrier: the next process looks into the channel and finds it; its buttons work."""
    now = datetime.now(UTC)
    entry = {"name": "Morning", "to": f"discord:{CHANNEL}", "topics": ["gaza"], "when": f"daily {now:%H:%M}"}
    settings = configured(discord).model_copy(
        update={
            "sources": (SourceSettings(name="wire", kind="feed", url="https://wire.example/feed"),),
            "subscriptions": (SubscriptionSettings.model_validate(entry | {"timezone": "UTC"}),),
        }
    )
    early, later = now - timedelta(hours=1), now + timedelta(hours=1)
    await store.sync_sources(settings.sources, now=early)
    await store.sync_subscriptions(settings.subscriptions, now=early)
    (source,) = await store.sources(SHARED)
    text = "Aid convoys reached Gaza on Monday after the crossing was opened for six hours, @everyone heard."
    await store.add_articles(source.id, [Article(text=text, language="en")], baseline=False, now=now)
    (key,) = await tick(store, now=now, grace=timedelta(hours=12))
    desk = Desk(store, settings, clock=lambda: now)

    discord.fail("POST", POSTS, served=True)
    for clock in (lambda: now, lambda: later):
        async with running(DiscordChat(settings.discord, desk, store), discord) as chat:
            await deliver(key, store=store, chats={"discord": chat}, settings=settings, clock=clock)

    (posted,) = discord.messages[CHANNEL]
    delivery = await store.delivery(key)
    assert delivery is not None
    assert (delivery.state, delivery.message_id) == ("sent", posted["id"])
    assert r"six hours, \@everyone heard." in text_of(posted)
    async with running(DiscordChat(settings.discord, desk, store), discord):
        proof = await discord.press(posted, "Sources")
    assert "six hours" in proof.text


# -- connecting --------------------------------------------------------------------------------------------------------


async def test_only_the_guilds_intent_is_asked_for(discord: FakeDiscord, chat: DiscordChat) -> None:
    """No privileged intent, and no question to /gateway/bot."""
    assert discord.identifies[0]["intents"] == 1
    assert "shard" not in discord.identifies[0]
    assert discord.calls("GET", "gateway/bot") == []


async def test_several_shards_are_launched_where_configured(
    discord: FakeDiscord, store: Store, desk: CannedDesk
) -> None:
    """Beyond 2,500 servers Discord asks for it."""
    settings = configured(discord, shard_count=2).discord
    async with running(DiscordChat(settings, desk, store), discord) as chat:
        await discord.until(lambda: len(discord.identifies) == 2)
        await discord.use("now")
        await chat.post(CHANNEL, BRIEFING, "k1")

    assert sorted(identify["shard"] for identify in discord.identifies) == [[0, 2], [1, 2]]


async def test_resuming_keeps_to_the_configured_gateway(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """Whatever address READY names: it may lead around the proxy."""
    discord.resume_url = "wss://gateway.invalid"
    async with running(DiscordChat(configured(discord).discord, desk, store), discord):
        await discord.close_socket(4000)
        await discord.until(lambda: discord.resumes)


async def test_a_gateway_that_is_down_is_no_refusal(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """The supervisor tries again."""
    settings = configured(discord, gateway_url="ws://127.0.0.1:9/gateway").discord

    with pytest.raises(ReadoutError, match="gateway cannot be reached"):
        await DiscordChat(settings, desk, store).run()


async def test_with_only_an_api_address_the_gateway_is_asked_for(
    discord: FakeDiscord, store: Store, desk: CannedDesk
) -> None:
    """Else the library would go to Discord's own."""
    settings = configured(discord, gateway_url=None).discord
    async with running(DiscordChat(settings, desk, store), discord):
        await discord.use("now")

    assert len(discord.calls("GET", "gateway/bot")) == 1


async def test_commands_are_synced_once_over_two_starts(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """Discord takes 200 creations a day; a definition that it knows is not sent again."""
    for _ in range(2):
        async with running(DiscordChat(configured(discord).discord, desk, store), discord):
            pass

    assert len(discord.calls("PUT", "applications/1/commands")) == 1
    brief, admin = discord.commands
    assert [option["name"] for option in brief["options"]] == [
        "now",
        "new",
        "ask",
        "why",
        "compare",
        "story",
        "topics",
        "sources",
        "status",
        "help",
        "follow",
        "following",
        "unfollow",
    ]
    assert brief["contexts"] == [0, 1]
    assert brief["integration_types"] == [0, 1]
    assert admin["name"] == "brief-admin"
    assert [option["name"] for option in admin["options"]] == ["schedule", "strike", "topic", "source"]
    assert admin["default_member_permissions"] == MANAGE_GUILD
    assert admin["contexts"] == [0]
    assert admin["integration_types"] == [0]


async def test_a_failed_sync_does_not_keep_us_from_serving(
    discord: FakeDiscord, store: Store, desk: CannedDesk
) -> None:
    """It is tried again at the next start."""
    discord.fail("PUT", "applications/1/commands", status=400)
    for _ in range(2):
        async with running(DiscordChat(configured(discord).discord, desk, store), discord):
            await discord.use("now")

    assert [r.status for r in discord.calls("PUT", "applications/1/commands")] == [400, 200]


@pytest.mark.parametrize("code", [1000, 1001, 1012, 4000, 4009])
async def test_a_closed_connection_is_resumed_and_nothing_is_missed(
    discord: FakeDiscord, chat: DiscordChat, code: int
) -> None:
    """A command given meanwhile is answered; no second session is opened."""
    await discord.close_socket(code)
    use = await discord.use("now")

    assert "Taiwan" in use.text
    assert len(discord.resumes) == 1
    assert len(discord.identifies) == 1
    await until(lambda: chat.state == "connected")


@pytest.mark.parametrize("invalidated", [True, False])
async def test_a_request_to_reconnect_is_followed(discord: FakeDiscord, chat: DiscordChat, invalidated: bool) -> None:
    """Discord asks for it every few hours; so it does when a session can be taken up again."""
    await (discord.invalidate(resumable=True) if invalidated else discord.ask_to_reconnect())
    await discord.until(lambda: discord.resumes)

    await discord.use("now")

    assert len(discord.identifies) == 1


async def test_a_forgotten_session_is_begun_anew_and_nothing_is_posted(discord: FakeDiscord, chat: DiscordChat) -> None:
    """READY comes again: nobody must notice."""
    await discord.invalidate()
    await discord.until(lambda: len(discord.identifies) == 2)
    await discord.until(lambda: discord.sessions)

    await discord.use("now")

    assert discord.messages == {}
    assert len(discord.calls("PUT", "applications/1/commands")) == 1


@pytest.mark.parametrize("token", ["wrong", "", "Bot abc", "a\nb", "naïve"])
async def test_a_wrong_token_is_refused_in_one_sentence_without_it(
    discord: FakeDiscord, store: Store, desk: CannedDesk, token: str
) -> None:
    """It says what to do."""
    chat = DiscordChat(configured(discord, token=token).discord, desk, store)

    with pytest.raises(ConnectionRefused, match="DISCORD_TOKEN") as caught:
        await chat.run()
    assert not token or token not in str(caught.value).replace('"Bot"', "")
    assert chat.state == "not connected"


async def test_a_discord_that_is_down_is_no_refusal(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """The supervisor tries again."""
    settings = configured(discord, api_url="http://127.0.0.1:9/api/v10").discord

    with pytest.raises(ReadoutError, match="cannot be reached") as caught:
        await DiscordChat(settings, desk, store).run()
    assert not isinstance(caught.value, ConnectionRefused)


async def test_refused_intents_turn_the_part_off(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """The gateway's close code is translated."""
    discord.allowed_intents = 0
    chat = DiscordChat(configured(discord).discord, desk, store)

    with pytest.raises(ConnectionRefused, match="intents"):
        await chat.run()


async def test_stopping_waits_for_an_answer_under_way(discord: FakeDiscord, store: Store, desk: CannedDesk) -> None:
    """And leaves no task behind."""
    desk.hold.clear()
    async with running(DiscordChat(configured(discord).discord, desk, store), discord):
        use = await discord.use("now", wait=False)
        await discord.until(lambda: use.callback)
        await until(lambda: desk.asked)
        asyncio.get_running_loop().call_later(0.2, desk.hold.set)

    assert "Taiwan" in use.text
    assert discord.sessions[0].socket is None or discord.sessions[0].socket.closed


async def test_stopping_does_not_wait_for_a_server_that_says_nothing(
    discord: FakeDiscord, store: Store, desk: CannedDesk
) -> None:
    """The library would wait half a minute for the good-bye if it were still listening."""
    discord.deaf = True
    async with running(DiscordChat(configured(discord).discord, desk, store), discord):
        began = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - began < 4


# -- whom it serves ----------------------------------------------------------------------------------------------------


async def test_by_default_the_first_guild_is_served_and_a_second_is_refused(
    discord: FakeDiscord, store: Store, desk: CannedDesk, chat: DiscordChat
) -> None:
    """Politely and privately; also after a restart, and without choices."""
    await discord.join("200")

    refused = await discord.use("now", guild="200")
    nothing = await discord.complete("now", "topic", "ta", guild="200")
    served = await discord.use("now")

    assert refused.private
    assert "another Discord server" in refused.text
    assert nothing.choices == []
    assert "Taiwan" in served.text
    assert len(desk.asked) == 1
    assert discord.messages == {}


async def test_configured_guilds_are_served(store: Store, desk: CannedDesk) -> None:
    """And only they."""
    async with FakeDiscord(guilds=("100", "200", "300")) as discord:
        settings = configured(discord, guilds=["200", "300"]).discord
        async with running(DiscordChat(settings, desk, store), discord):
            uses: list[Use] = [await discord.use("now", guild=guild) for guild in ("100", "200", "300")]

    assert ["Taiwan" in use.text for use in uses] == [False, True, True]


async def test_a_command_that_is_gone_is_answered(discord: FakeDiscord, chat: DiscordChat) -> None:
    """Discord may show people a command of another version."""
    use = await discord.use("dance")

    assert use.private
    assert "Reload Discord" in use.text


async def test_the_check_takes_a_good_token_without_connecting(discord: FakeDiscord) -> None:
    """Discord is asked who we are, and no session is begun."""
    await check_discord(configured(discord).discord)

    assert discord.calls("GET", "users/@me")
    assert discord.calls("GET", "oauth2/applications/@me")
    assert not discord.identifies


@pytest.mark.parametrize(
    ("token", "said"),
    [("wrong", "Discord refuses the bot token. Make a new one"), ("Bot wrong", "DISCORD_TOKEN holds no bot token.")],
)
async def test_the_check_names_a_wrong_token_and_its_remedy(discord: FakeDiscord, token: str, said: str) -> None:
    """In one sentence of ours, as at the start."""
    with pytest.raises(ConnectionRefused, match=said):
        await check_discord(configured(discord, token=token).discord)


async def test_the_check_tells_a_discord_that_is_away_from_a_wrong_token() -> None:
    """Nobody makes a new token because of a network that is down."""
    away = DiscordSettings.model_validate({"token": "fine", "api_url": "http://127.0.0.1:9/api"})

    with pytest.raises(ReadoutError, match="cannot be reached") as fault:
        await check_discord(away)

    assert not isinstance(fault.value, ConnectionRefused)
