"""Topics and sources of a server's own, and stories, by Discord's commands: against a Discord on the loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.chat.discord.connection import DiscordChat
from bot.chat.discord.reading_commands import topic_words
from bot.commands import Desk
from bot.config import Settings, SourceSettings
from bot.grammar import OwnTopic, parse
from bot.own_topics import read_topic
from bot.store import SHARED, Store
from summaries import Article
from tests.chat.discord.chatting import configured, running
from tests.fakes.discord import MANAGE_GUILD, SEND_MESSAGES, FakeDiscord, Use
from tests.fakes.site import Site
from tests.fakes.site import settings as fetching

MANAGER = SEND_MESSAGES | MANAGE_GUILD
SPACE = "discord:100"
SEALS = "Seals came back to the bay on Sunday."
RSS = "<rss version='2.0'><channel><title>The Invented Post</title><item><title>N</title><link>/n</link>"
RSS += f"<description>{SEALS} Nobody knows for how long they will stay.</description></item></channel></rss>"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A feed, and a list that names it."""
    made = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        listed = f'<opml><body><outline text="Post" xmlUrl="{made.url("/news.rss")}"/></body></opml>'
        return web.Response(text=listed if request.path == "/list.opml" else RSS, content_type="text/xml")

    made.answer = answer
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture(autouse=True)
async def chat(discord: FakeDiscord, store: Store) -> AsyncIterator[DiscordChat]:
    topics = [{"name": name, "terms": [name]} for name in ("ukraine", "gaza")]
    settings = Settings.model_validate({"topics": topics, "fetch": fetching()})
    desk = Desk(store, settings, clock=lambda: datetime.now(UTC))
    async with running(DiscordChat(configured(discord).discord, desk, store), discord) as connected:
        yield connected


async def used(discord: FakeDiscord, command: str, permissions: int = MANAGER, **options: Any) -> Use:
    return await discord.use(f"brief-admin {command}", options=options, permissions=permissions)


async def hold(store: Store, *texts: str) -> None:
    now = datetime.now(UTC)
    await store.sync_sources([SourceSettings(name="lis", kind="feed", url="https://lis.example/rss")], now=now)
    (source,) = await store.sources(SHARED)
    held = [
        Article(text=text, title="Seals", outlet="Lis Post", published=now - timedelta(hours=2), language="en")
        for text in texts
    ]
    await store.add_articles(source.id, held, baseline=False, now=now)


async def test_a_manager_makes_changes_and_removes_a_topic(discord: FakeDiscord, store: Store) -> None:
    """Each field of the form arrives in it; a name of two words becomes one."""
    made = await used(
        discord, "topic add", name="old bay", terms="seals, the bay", related="dredging", exclude="film", title="Bay"
    )
    (own,) = await store.own_topics(SPACE)
    assert made.private
    assert (own.name, own.title, own.terms, own.related, own.exclude) == (
        "old-bay",
        "Bay",
        ("seals", "the bay"),
        ("dredging",),
        ("film",),
    )
    await used(discord, "topic edit", name="old-bay", terms="walrus")
    (own,) = await store.own_topics(SPACE)
    assert (own.terms, own.related, own.title) == (("walrus",), (), "")
    assert "Removed" in (await used(discord, "topic remove", name="old-bay")).text
    assert await store.own_topics(SPACE) == ()


async def test_a_topic_is_tried_without_being_made(discord: FakeDiscord, store: Store) -> None:
    """Its line is shown."""
    await hold(store, SEALS)
    tried = await used(discord, "topic test", topic="seals", exclude="film")
    assert "Seals came back to the bay" in tried.text
    assert "Nothing was added" in tried.text
    assert await store.own_topics(SPACE) == ()


@pytest.mark.parametrize(("command", "option"), [("test", "topic"), ("edit", "name"), ("remove", "name")])
async def test_names_of_topics_complete_themselves(discord: FakeDiscord, command: str, option: str) -> None:
    """The server's own among them."""
    await used(discord, "topic add", name="bay", terms="seals")
    offered = await discord.complete(f"brief-admin topic {command}", option, "ba", permissions=MANAGER)
    assert ("bay", "bay") in offered.choices


async def test_a_bar_within_a_field_begins_no_other_part(store: Store) -> None:
    """What is typed into one field cannot fill another."""
    words = topic_words("a | title: Mine", "b|c", None)
    topic = read_topic("x", words)
    assert (topic.title, topic.exclude) == ("", ())
    assert parse(f"topic add x {topic_words('a, b', 'c', 'd', 'T')}") == OwnTopic(
        action="add", words="x a, b | related: c | exclude: d | title: T"
    )


async def test_a_manager_tries_adds_exports_and_removes_a_source(
    discord: FakeDiscord, store: Store, site: Site
) -> None:
    """Of this server alone."""
    assert "Nothing was added" in (await used(discord, "source test", address=site.url("/news.rss"))).text
    assert await store.sources(SPACE) == ()
    added = await used(discord, "source add", address=site.url("/news.rss"))
    assert added.private
    (source,) = await store.sources(SPACE)
    assert source.name in added.text.replace("\\", "")
    assert "/news.rss" in (await used(discord, "source export")).text
    await used(discord, "source remove", name=source.name)
    assert await store.sources(SPACE) == ()


async def test_a_list_of_sources_is_imported_from_its_address(discord: FakeDiscord, store: Store, site: Site) -> None:
    """As OPML."""
    await used(discord, "source import", address=site.url("/list.opml"))
    assert [one.space for one in await store.sources(SPACE)] == [SPACE]


async def test_an_address_within_the_network_is_not_read(discord: FakeDiscord, store: Store) -> None:
    """Whoever asks for it."""
    refused = await used(discord, "source add", address="http://169.254.169.254/latest")
    assert "That address cannot be read" in refused.text
    assert await store.sources(SPACE) == ()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("topic add", {"name": "bay", "terms": "seals"}),
        ("topic edit", {"name": "bay", "terms": "seals"}),
        ("topic remove", {"name": "bay"}),
        ("source add", {"address": "https://news.example"}),
        ("source test", {"address": "https://news.example"}),
        ("source import", {"address": "https://news.example"}),
        ("source remove", {"name": "lis"}),
        ("source export", {}),
    ],
)
async def test_only_who_manages_the_server_changes_what_it_reads(
    discord: FakeDiscord, store: Store, command: str, options: dict[str, str]
) -> None:
    """Looked at again when it is answered: a server may show the command to others."""
    refused = await used(discord, command, SEND_MESSAGES, **options)
    assert "Only who manages this server or channel" in refused.text
    assert (await store.sources(SPACE), await store.own_topics(SPACE)) == ((), ())


@pytest.mark.parametrize(
    ("view", "title"),
    [({}, "Story of line 1"), ({"view": "sources"}, "Story of line 1"), ({"view": "timeline"}, "Timeline of line 1")],
)
async def test_the_story_of_a_line_is_told_both_ways(
    discord: FakeDiscord, store: Store, view: dict[str, str], title: str
) -> None:
    """Of what was shown last."""
    await hold(store, f"{SEALS} The seals had left Gaza in the spring.")
    assert "Not answered" in (await discord.use("story", options={"item": 1})).text
    await discord.use("now", options={"topic": "seals"})
    told = await discord.use("story", options={"item": 1} | view)
    assert title in told.text
    assert "Lis Post" in told.text
    assert told.private


async def test_a_line_is_struck_by_who_manages_the_server(discord: FakeDiscord) -> None:
    """The same as `strike 1` where words are typed; nobody else's press of the command does anything."""
    told = await used(discord, "strike", item=1)
    assert told.private
    assert "Nothing was posted to this channel in the last 48 hours" in told.text
    refused = await used(discord, "strike", permissions=0, item=1)
    assert "Only who manages" in refused.text
