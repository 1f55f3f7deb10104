"""What is asked in Slack, over the real libraries and sockets, against a Slack on the loopback."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.slack.connection import SlackChat
from bot.commands import Desk
from bot.config import Settings
from bot.corrections import Corrections
from bot.digest import deliver
from bot.errors import StoreError
from bot.message import Line, Message, Quote, Section
from bot.store import Store
from summaries import Article
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.slack.chatting import LONG, configured, running
from tests.fakes.slack import CHANNEL, DIRECT, PERSON, Channel, FakeSlack, Fault
from tests.fakes.slack_rules import every_text, mrkdwn_of, quotes_of, read_mrkdwn

HOSTILE = "<!channel> <@U123> @everyone *now* <https://evil.example|win> :tada: `x` > all"


class BrokenStore(Store):
    """A store whose disk is full."""

    async def first_time(self, space: str, event: str, *, now: datetime) -> bool:
        raise StoreError("the disk is full")


# -- asking ------------------------------------------------------------------------------------------------------------


async def test_a_command_is_acknowledged_at_once_and_answered_privately_later(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """The acknowledgement does not wait for the work; the answer comes by response_url, for the asker alone."""
    desk.hold.clear()
    async with running(chat, slack):
        asked = await slack.command("taiwan since:3d")
        await slack.until(lambda: asked.acknowledged)
        assert asked.acknowledged_within < 1
        assert not asked.replies
        desk.hold.set()
        await slack.until(lambda: asked.replies)

    ((caller, words),) = desk.asked
    assert words == "taiwan since:3d"
    assert (caller.platform, caller.space, caller.channel, caller.person) == ("slack", "slack:T1", CHANNEL, PERSON)
    assert caller.timezone is None
    (answer,) = asked.private
    assert quotes_of(answer["blocks"]) == ["It will not bend."]
    assert not slack.posted


async def test_who_waits_for_two_seconds_is_told_that_the_answer_comes(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Slack shows no sign of a command that it has passed on; the answer follows, with as many parts as there is room
    for."""
    desk.hold.clear()
    desk.message = replace(LONG, sections=LONG.sections * 12)
    async with running(chat, slack):
        asked = await slack.command("source add example.org")
        await slack.until(lambda: asked.replies)
        assert "answer comes here" in str(asked.replies[0])
        desk.hold.set()
        await slack.until(lambda: len(asked.replies) == 5)
    assert len(asked.private) == 5
    assert "There is more" in str(asked.replies[-1])


async def test_the_zone_of_the_profile_is_used_where_it_may_be_read(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """With the scope users:read the asker's zone is asked for, once an hour."""
    slack.scopes.add("users:read")
    async with running(chat, slack):
        for words in ("taiwan", "gaza"):
            asked = await slack.command(words)
            await slack.until(lambda asked=asked: asked.replies)  # type: ignore[misc]

    assert [caller.timezone for caller, _ in desk.asked] == ["Europe/Kyiv", "Europe/Kyiv"]
    assert slack.times("users.info") == 1


async def test_without_the_profile_scope_slack_is_asked_once_and_left_alone(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """A missing optional scope costs one call."""
    async with running(chat, slack):
        for person in ("U1", "U2"):
            asked = await slack.command("taiwan", person=person)
            await slack.until(lambda asked=asked: asked.replies)  # type: ignore[misc]

    assert slack.times("users.info") == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("x" * 3000, "x" * 3000),
        ("@everyone", "@everyone"),
        ("<!channel>", "@channel"),
        ("&lt;!channel&gt; a &amp; b", "<!channel> a & b"),
        ("تايوان \u202e🇹🇼", "تايوان \u202e🇹🇼"),
        ("ask <https://a.example|a.example> <#C2|news> <@U9>?", "ask a.example #news ?"),
    ],
)
async def test_odd_arguments_arrive_as_typed_and_their_echo_does_nothing(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, typed: str, words: str
) -> None:
    """Whatever is typed reaches the desk as words, and an answer that repeats it pings nobody."""
    desk.message = Message(title=f"Nothing on “{words}”", intro=((f"I looked for {words}",),))
    async with running(chat, slack):
        asked = await slack.command(typed)
        await slack.until(lambda: asked.replies)

    assert desk.asked[0][1] == words
    for text in (*mrkdwn_of(asked.replies[0]["blocks"]), asked.replies[0]["text"]):
        assert read_mrkdwn(text).mentions == read_mrkdwn(text).stray == []


async def test_a_repeated_envelope_is_answered_once(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """Slack repeats what it saw no acknowledgement of; it is acknowledged again, and worked on once."""
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        await slack.repeat(asked)
        await slack.until(lambda: asked.acknowledged)
        other = await slack.command("gaza")
        await slack.until(lambda: other.replies)

    assert [words for _, words in desk.asked] == ["taiwan", "gaza"]
    assert len(asked.replies) == 1


async def test_the_sample_is_not_shown_to_a_channel(slack: FakeSlack, store: Store) -> None:
    """A mention is answered where all can read it, and invented outlets are nobody's news."""
    desk = Desk(store, Settings(), clock=lambda: datetime.now(UTC))
    settings = configured(slack, command="/news")
    async with running(SlackChat(settings, desk, store), slack):
        await slack.mention("taiwan")
        await slack.until(lambda: slack.posted)
        await slack.direct("taiwan")
        await slack.until(lambda: len(slack.posted) == 2)

    in_channel, in_direct = slack.posted
    assert in_channel.blocks[0]["text"]["text"] == "Only samples"
    assert quotes_of(in_channel.blocks) == []
    assert "/brief" not in "".join(every_text(in_channel.blocks)), "the command has another name here"
    assert quotes_of(in_direct.blocks)


async def test_a_mention_is_answered_in_its_thread(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """@readout in a thread answers there; outside one, it opens one."""
    async with running(chat, slack):
        await slack.mention("taiwan", thread_ts="1700000000.000001")
        await slack.mention("gaza", ts="1700000000.000002")
        await slack.until(lambda: len(slack.posted) == 2)

    assert [words for _, words in desk.asked] == ["taiwan", "gaza"]
    assert [one.body["thread_ts"] for one in slack.posted] == ["1700000000.000001", "1700000000.000002"]


async def test_words_in_a_direct_message_work_like_the_command(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Plain words are enough; our own messages, edits and other channels are not listened to."""
    async with running(chat, slack):
        await slack.direct("old words", subtype="message_changed")
        await slack.direct("a bot speaks", bot_id="B9")
        await slack.event({"type": "message", "channel_type": "channel", "text": "not for us"})
        await slack.direct("why 2")
        await slack.until(lambda: slack.posted)

    assert [words for _, words in desk.asked] == ["why 2"]
    assert slack.posted[0].channel == DIRECT
    assert "thread_ts" not in slack.posted[0].body


async def test_an_answer_too_long_for_a_response_url_says_so(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Slack takes five replies; the fifth says that there is more."""
    quotes = tuple(Line(quotes=(Quote(text="x" * 2600),)) for _ in range(20))
    desk.message = Message(title="Sources", sections=(Section(lines=quotes),))
    async with running(chat, slack):
        asked = await slack.command("sources")
        await slack.until(lambda: len(asked.replies) == 5)

    assert "There is more" in list(every_text(asked.replies[-1]["blocks"]))


async def test_a_reply_that_slack_did_not_take_is_tried_again(slack: FakeSlack, chat: SlackChat) -> None:
    """A 500, or a 429 with its pause, costs the asker a second, not the answer."""
    slack.fail("reply", Fault(status=500))
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        slack.fail("reply", Fault(status=429, retry_after=0))
        asked = await slack.command("gaza")
        await slack.until(lambda: asked.replies)

    assert slack.times("reply") == 4


async def test_a_hostile_article_changes_nothing_but_its_own_words(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """Its quote arrives byte for byte, its title as words, and nobody is pinged."""
    line = Line(number=1, quotes=(Quote(text=HOSTILE, source=(HOSTILE,)),))
    desk.message = Message(title=HOSTILE, sections=(Section(lines=(line,)),))
    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.mention("taiwan")
        await slack.until(lambda: asked.replies and slack.posted)

    for body in (asked.replies[0], slack.posted[0].body):
        assert quotes_of(body["blocks"]) == [HOSTILE]
        for text in mrkdwn_of(body["blocks"]):
            read = read_mrkdwn(text)
            assert (read.mentions, read.links, read.bold, read.other, read.stray) == ([], [], [], [], [])
        assert read_mrkdwn(body["text"]).mentions == []


async def test_a_fault_of_ours_is_said_and_the_connection_stays(
    slack: FakeSlack, desk: CannedDesk, tmp_path: Path
) -> None:
    """When the database fails, the asker is told, once and without its words."""
    broken = await BrokenStore.open(f"sqlite:///{tmp_path / 'broken.db'}")
    try:
        async with running(SlackChat(configured(slack), desk, broken), slack) as chat:
            asked = await slack.command("taiwan")
            await slack.until(lambda: asked.replies)
            assert chat.state == "connected"
    finally:
        await broken.close()

    assert "Something went wrong here; it has been logged." in list(every_text(asked.private[0]["blocks"]))
    assert not desk.asked


# -- pressing ----------------------------------------------------------------------------------------------------------


async def test_a_press_is_answered_privately(slack: FakeSlack, chat: SlackChat, desk: CannedDesk) -> None:
    """Buttons and menus reach the desk with their values; the answer is the presser's alone, in the same thread."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        pressed = await slack.press(shown.replies[0], "Why this line?", thread="1700000000.000001")
        await slack.until(lambda: pressed.replies)

    ((caller, action, value),) = desk.presses
    assert (action, value, caller.channel) == ("why", "b1:1", CHANNEL)
    assert pressed.private == pressed.replies
    assert pressed.replies[0]["thread_ts"] == "1700000000.000001"
    assert pressed.replies[0]["replace_original"] is False


async def test_post_to_channel_posts_for_all_and_tells_the_presser(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk
) -> None:
    """The public message goes to the channel; the presser gets a line."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="Taiwan, for all", public=True)
        pressed = await slack.press(shown.replies[0], "Post to channel")
        await slack.until(lambda: pressed.replies)

    (posted,) = slack.posted
    assert posted.blocks[0]["text"]["text"] == "Taiwan, for all"
    assert pressed.private[0]["blocks"][0]["text"]["text"] == "Posted"
    assert "client_msg_id" in posted.body
    assert [ts for _, ts in desk.post_ids] == [posted.ts]


async def test_what_was_posted_by_hand_can_be_edited_though_it_has_several_parts(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, store: Store
) -> None:
    """Each part in its place; one that is refused for a moment is posted once."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        desk.message = replace(LONG, public=True)
        slack.fail("chat.postMessage", Fault(status=429, retry_after=0))
        pressed = await slack.press(shown.replies[0], "Post to channel")
        await slack.until(lambda: pressed.replies)
        parts = len(slack.posted)
        ((key, ts),) = desk.post_ids
        assert ts is not None
        await chat.edit(CHANNEL, ts, replace(LONG, title="Struck"), key)

    assert parts > 1
    assert slack.posted[0].ts == ts
    assert len(slack.posted) == parts
    assert "Struck" in list(every_text(slack.posted[0].blocks))


@pytest.mark.parametrize("channel", ["C2", "D9"])
async def test_where_it_is_no_member_it_posts_by_response_url_and_says_how_to_invite_it(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, channel: str
) -> None:
    """In a channel without Readout, and in somebody's direct messages, the presser's response_url reaches all."""
    slack.channels["C2"] = Channel(member=False)
    desk.message = BRIEFING
    async with running(chat, slack):
        shown = await slack.command("taiwan", channel=channel)
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="For all", public=True)
        pressed = await slack.press(shown.replies[0], "Post to channel", channel=channel)
        await slack.until(lambda: len(pressed.replies) == 2)

    assert pressed.public[0]["blocks"][0]["text"]["text"] == "For all"
    assert desk.posts == [(channel, "For all")]
    assert [ts for _, ts in desk.post_ids] == [None]
    assert "/invite @readout" in " ".join(every_text(pressed.private[0]["blocks"]))


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (Fault(lost=True), "Perhaps posted"),
        (Fault(error="is_archived"), "Not posted"),
        (Fault(status=429, retry_after=0), "Posted"),
        (Fault(status=429, retry_after=90), "Not posted"),
    ],
)
async def test_the_presser_is_told_what_became_of_the_post(
    slack: FakeSlack, chat: SlackChat, desk: CannedDesk, fault: Fault, title: str
) -> None:
    """A short pause is waited for, a long one is not; an unclear outcome is called so and not repeated."""
    async with running(chat, slack):
        shown = await slack.command("taiwan")
        await slack.until(lambda: shown.replies)
        desk.message = Message(title="For all", public=True)
        slack.fail("chat.postMessage", fault)
        pressed = await slack.press(shown.replies[0], "Post to channel")
        await slack.until(lambda: pressed.replies)

    assert pressed.private[0]["blocks"][0]["text"]["text"] == title
    assert desk.posts == ([(CHANNEL, "For all")] if title == "Posted" else [])
    assert desk.failed_posts == ([CHANNEL] if title == "Not posted" else [])
    assert len(slack.posted) == (title in {"Posted", "Perhaps posted"})


# -- the whole way -----------------------------------------------------------------------------------------------------


async def test_a_command_brings_cited_words_from_the_store_to_slack(slack: FakeSlack, store: Store) -> None:
    """The real desk and store: a command, why a line is here, and a post to the channel, without a fake between."""
    settings = Settings.model_validate({"sources": [{"name": "papers", "kind": "folder", "path": "papers"}]})
    now = datetime.now(UTC)
    await store.sync_sources(settings.sources, now=now)
    (source,) = await store.sources("slack:T1")
    text = "Taiwan said on Monday that it will not bend. The harbour of Keelung stays open, said the mayor."
    article = Article(text=text, title="Keelung", outlet="The Gull", url="https://gull.example/1", published=now)
    await store.add_articles(source.id, [article], baseline=False, now=now)
    chat = SlackChat(configured(slack), Desk(store, settings, clock=lambda: datetime.now(UTC)), store)

    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        why = await slack.press(asked.replies[0], "Why this line?")
        post = await slack.press(asked.replies[0], "Post to channel")
        await slack.until(lambda: why.replies and post.replies)

    assert quotes_of(asked.private[0]["blocks"]) == ["Taiwan said on Monday that it will not bend."]
    assert quotes_of(slack.posted[0].blocks) == ["Taiwan said on Monday that it will not bend."]
    assert any("https://gull.example/1" in text for text in mrkdwn_of(slack.posted[0].blocks))
    assert post.private[0]["blocks"][0]["text"]["text"] == "Posted"
    assert why.private


async def test_a_strike_edits_what_was_posted_by_hand(slack: FakeSlack, store: Store) -> None:
    """In Slack itself, with a reply in its thread."""
    settings = Settings.model_validate({"sources": [{"name": "papers", "kind": "folder", "path": "papers"}]})
    now = datetime.now(UTC)
    await store.sync_sources(settings.sources, now=now)
    (source,) = await store.sources("slack:T1")
    article = Article(text="Taiwan said on Monday that it will not bend.", title="Keelung", published=now)
    await store.add_articles(source.id, [article], baseline=False, now=now)
    chat = SlackChat(configured(slack), Desk(store, settings, clock=lambda: datetime.now(UTC)), store)
    edits = Corrections(store, {"slack": chat}, settings, clock=lambda: datetime.now(UTC))

    async with running(chat, slack):
        asked = await slack.command("taiwan")
        await slack.until(lambda: asked.replies)
        post = await slack.press(asked.replies[0], "Post to channel")
        await slack.until(lambda: post.replies)
        told = await slack.command("strike 1")
        await slack.until(lambda: told.replies)
        await edits.edit_due()
        (key,) = await store.due_deliveries(now=datetime.now(UTC))
        await deliver(key, store=store, chats={"slack": chat}, settings=settings, clock=lambda: datetime.now(UTC))

    edited, comment = slack.posted
    assert quotes_of(edited.blocks) == ["Taiwan said on Monday that it will not bend."]
    assert any("STRUCK" in text for text in every_text(edited.blocks))
    assert comment.body["thread_ts"] == edited.ts
