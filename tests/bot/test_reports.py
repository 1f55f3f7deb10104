"""Managers are told once of a source that has failed for a day; again only after it recovered and failed anew."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.chat.browser.connection import CHANNEL, SPACE, BrowserChat
from bot.chat.browser.render import render
from bot.commands import Desk
from bot.config import ReadoutSettings, Settings, SourceSettings
from bot.errors import ChannelClosed, NotPosted
from bot.ingest import Ingest
from bot.message import Message
from bot.notices import MAX_SILENT
from bot.reports import Reports
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from tests.fakes.site import NOW, Nowhere, Site, says, settings

FEED = b'<rss version="2.0"><channel><title>Post</title><item><title>One</title></item></channel></rss>'


class Platform:
    """A chat platform that takes what is posted, unless `fault` says otherwise."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Message]] = []
        self.fault: Exception | None = None

    async def post(self, channel: str, message: Message, key: str) -> str:
        if self.fault is not None:
            raise self.fault
        self.posted.append((channel, message))
        return str(len(self.posted))


class House:
    """A bot without its loops: it reads its sources and reports when a test says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.site = Site()
        self.now = NOW
        self.chat = Platform()
        self.managers: tuple[str, ...] = ("slack:UBOSS",)

    def clock(self) -> datetime:
        return self.now

    async def read(self) -> None:
        """Read what is due."""
        async with Fetcher(settings(), resolver=Nowhere()) as fetcher:
            await Ingest(self.store, settings(), clock=self.clock).poll_due(fetcher)

    async def report(self) -> list[tuple[str, Message]]:
        """What a bot that was just started has to tell."""
        told = len(self.chat.posted)
        configured = Settings(readout=ReadoutSettings(managers=self.managers))
        await Reports(self.store, {"slack": self.chat}, configured, clock=self.clock).report()
        return self.chat.posted[told:]

    async def fail(self, name: str = "post", **changes: str) -> None:
        """Add a source that answers 404 since the beginning, and let a day go by; then it is asked again."""
        self.now = NOW
        await self.store.add_source(
            SHARED, name=name, kind="feed", address=self.site.url(f"/{name}"), now=NOW, **changes
        )
        await self.read()
        self.now = NOW + timedelta(hours=25)
        await self.read()


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = House(store)
    await made.site.server.start_server()
    yield made
    await made.site.server.close()


async def test_a_source_that_fails_for_a_day_is_told_once(house: House) -> None:
    """Not before a day has passed, and not again, after a restart neither: each look is a new bot's."""
    await house.store.sync_sources([SourceSettings(name="post", kind="feed", url=house.site.url("/post"))], now=NOW)
    await house.read()
    house.now = NOW + timedelta(hours=23)
    await house.read()
    assert await house.report() == []
    house.now = NOW + timedelta(hours=25)
    await house.read()
    ((channel, message),) = await house.report()
    assert (channel, message.title) == ("UBOSS", "“post” has failed for a day")
    (field,) = message.sections[0].fields
    assert field.value[-2:] == (" · 3 times in a row", ": The server answered HTTP 404 Not Found.")
    house.now += timedelta(days=30)
    await house.read()
    assert await house.report() == []


async def test_one_that_recovered_and_fails_anew_is_told_again(house: House) -> None:
    """Its next failure is another one."""
    await house.fail()
    assert len(await house.report()) == 1
    house.site.answer = says(FEED)
    house.now += timedelta(hours=1)
    await house.read()
    house.now += timedelta(days=2)
    house.site.answer = says(b"", "text/html")
    await house.read()
    assert await house.report() == []
    house.now += timedelta(hours=25)
    await house.read()
    assert len(await house.report()) == 1


async def test_a_day_on_which_nobody_asked_is_no_day_of_failing(house: House) -> None:
    """A bot that was away knows of one failure before it; only when it has asked again is there something to tell."""
    await house.store.sync_sources([SourceSettings(name="post", kind="feed", url=house.site.url("/post"))], now=NOW)
    await house.read()
    house.now = NOW + timedelta(hours=25)
    assert await house.report() == []
    house.site.answer = says(FEED)
    await house.read()
    assert await house.report() == []


async def test_the_person_who_added_a_source_is_told_of_it(house: House) -> None:
    """They alone; the managers hear of those that the configuration or the terminal has set."""
    await house.fail("theirs", owner="slack:UANNA")
    await house.fail("ours")
    told = await house.report()
    assert sorted((channel, message.title) for channel, message in told) == [
        ("UANNA", "“theirs” has failed for a day"),
        ("UBOSS", "“ours” has failed for a day"),
    ]


async def test_many_that_fail_together_are_told_in_one_message(house: House) -> None:
    """When the machine has no network, all of them do."""
    for number in range(MAX_SILENT + 2):
        await house.fail(f"n{number:02}")
    ((_, message),) = await house.report()
    assert message.title == "22 sources have failed for a day"
    assert len(message.sections[0].fields) == MAX_SILENT
    assert message.sections[0].texts == (("and 2 more sources",),)


async def test_what_cannot_be_posted_now_is_told_later(house: House) -> None:
    """A platform that is away for an hour loses nothing."""
    await house.fail()
    house.chat.fault = NotPosted("away")
    assert await house.report() == []
    house.chat.fault = None
    assert len(await house.report()) == 1
    assert await house.report() == []


async def test_a_person_who_can_never_be_told_is_not_tried_for_ever(house: House) -> None:
    """Their messages are closed: the log, `/brief sources` and `status` say it."""
    await house.fail(owner="slack:UGONE")
    house.chat.fault = ChannelClosed("the person takes no messages")
    assert await house.report() == []
    house.chat.fault = None
    assert await house.report() == []


async def test_without_a_manager_or_a_connection_the_log_alone_is_told(house: House) -> None:
    """Nothing is kept waiting for a platform that has no token."""
    await house.fail("one", owner="discord:@1")
    house.managers = ()
    await house.fail("two")
    assert await house.report() == []
    assert await house.store.unreported_failures(failing_before=house.now) == ()


async def test_managers_are_told_in_the_browser_chat_by_default(house: House) -> None:
    """It is the operator's own; the address of a private place is told to nobody."""
    await house.fail()
    house.now = NOW
    await house.store.add_source(SHARED, name="nas", kind="feed", address="http://169.254.1.1/x", now=NOW)
    await house.read()
    house.now += timedelta(hours=26)
    await house.read()
    desk = Desk(house.store, Settings(), clock=house.clock)
    browser = BrowserChat(desk, house.store, clock=house.clock)
    await Reports(house.store, {"browser": browser}, Settings(), clock=house.clock).report()
    (post,) = await house.store.posts(SPACE, CHANNEL)
    assert "2 sources have failed for a day" in json.loads(post.payload)["title"]
    assert "169.254" not in post.payload


async def test_a_report_can_be_rendered(house: House) -> None:
    """By the pages, escaped."""
    await house.fail("<b>x</b>")
    ((_, message),) = await house.report()
    assert "<b>x</b>" not in str(render(message))
