"""The browser chat over real sockets: answers, presses, suggestions, and a stream that loses and doubles nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.chat.browser.connection import CHANNEL, FIRST_POSTS
from bot.config import SourceSettings
from bot.message import Button, Line, Link, Message, Moment, Quote, Section
from bot.store import SHARED
from summaries import Article
from tests.web.site import Site, running_site

DIGEST = Message(
    title="Morning briefing <b>",
    intro=(("since ", Moment(at=datetime(2026, 11, 22, 8, 30, tzinfo=UTC), style="time", text="08:30")),),
    sections=(
        Section(
            lines=(Line(number=1, quotes=(Quote(text="“Quoted”", source=(Link(text="x", url="https://x.example"),)),)),)
        ),
    ),
    controls=(Button(label="Sources", action="sources", value="none"),),
    briefing="b1",
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A site without a key."""
    async with running_site(tmp_path) as running:
        yield running


async def say(site: Site, text: str) -> list[dict[str, Any]]:
    response = await site.post("/chat/say", {"text": text, "timezone": "Europe/Berlin"})
    assert response.status == 200
    answers: list[dict[str, Any]] = (await response.json())["answers"]
    return answers


async def stream(site: Site, after: int = 0) -> ClientWebSocketResponse:
    return await site.client.ws_connect(f"{site.url}/chat/stream?after={after}", headers={"Origin": site.url})


async def next_post(socket: ClientWebSocketResponse) -> dict[str, Any]:
    """The next post; beats are passed over."""
    async with asyncio.timeout(5):
        while True:
            post: dict[str, Any] = await socket.receive_json()
            if post:
                return post


async def test_the_page_and_its_files_are_served(site: Site) -> None:
    """One page, two styles, two scripts, one icon; nothing from elsewhere, nothing inline."""
    page = await (await site.get("/")).text()
    for name in ("chat.css", "chat.js", "icon.svg", "message.css", "times.js"):
        assert (await site.get(f"/chat/{name}")).status == 200
    assert "http" not in page
    assert "style=" not in page
    assert "<script>" not in page
    assert (await site.get("/chat/connection.py")).status == 404


async def test_a_new_reader_is_told_what_this_is_and_shown_a_briefing(site: Site) -> None:
    """A greeting with the topics as buttons, then a first briefing, marked as a sample."""
    greeting, first = (await (await site.post("/chat/hello", {})).json())["answers"]
    assert "word for word" in greeting["html"]
    assert 'data-action="brief" data-value="taiwan"' in greeting["html"]
    assert "SAMPLE: invented outlets" in first["html"]
    assert "<blockquote" in first["html"]


@pytest.mark.parametrize("typed", ["/brief taiwan", "taiwan", "  /BRIEF   taiwan ", "/taiwan"])
async def test_a_command_is_answered_however_it_is_typed(site: Site, typed: str) -> None:
    """With or without `/brief`."""
    (answer,) = await say(site, typed)
    assert "<h2" in answer["html"]
    assert answer["briefing"]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "x" * 3000, "@everyone", "<!channel>", "<img src=x onerror=alert(1)>", "عاجل", "🗞️" * 50, "\x00\u202e"],
)
async def test_odd_words_get_a_calm_answer(site: Site, typed: str) -> None:
    """Nothing typed breaks the page or becomes markup."""
    (answer,) = await say(site, typed)
    assert "<article" in answer["html"]
    assert "<img" not in answer["html"]
    assert "went wrong" not in answer["html"]


async def test_half_a_character_is_no_fault(site: Site) -> None:
    """JSON can spell a lone surrogate."""
    headers = site.own() | {"Content-Type": "application/json"}
    response = await site.client.post(f"{site.url}/chat/say", data=b'{"text": "\\ud800"}', headers=headers)
    assert response.status == 200


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Mars/Olympus", "../../etc/passwd", "", 7, None])
async def test_a_time_zone_we_do_not_know_is_passed_over(site: Site, zone: object) -> None:
    """The browser says its zone; what is none does no harm."""
    response = await site.post("/chat/say", {"text": "help", "timezone": zone})
    assert response.status == 200


async def test_why_answers_for_the_line_that_this_reader_saw(site: Site) -> None:
    """ "Line 1" is of the last briefing shown to this browser, not to another."""
    await site.get("/")  # the page gives this reader a name
    await say(site, "/brief taiwan")
    (answer,) = await say(site, "/brief why 1")
    assert "Why line 1" in answer["html"]
    site.client.cookie_jar.clear()
    await site.get("/")
    (other,) = await say(site, "/brief why 1")
    assert "Why line 1" not in other["html"]


async def test_a_button_is_answered_to_its_presser(site: Site) -> None:
    """*Sources* shows the stored paragraphs; nothing goes to the channel."""
    (answer,) = await say(site, "/brief taiwan")
    pressed = await site.post("/chat/press", {"action": "sources", "value": answer["briefing"]})
    (shown,) = (await pressed.json())["answers"]
    assert "Sources" in shown["html"]
    assert await site.store.posts("browser:local", CHANNEL) == ()


async def test_what_is_posted_by_hand_counts_as_shown_to_the_channel(site: Site) -> None:
    """The next digest there does not call it new."""
    now = datetime.now(UTC)
    await site.store.sync_sources([SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")], now=now)
    (source,) = await site.store.sources(SHARED)
    line = "Ferries to Taiwan will run every day from December, the ministry said."
    article = Article(text=line, title="Ferries", url="https://wire.example/1", language="en", published=now)
    await site.store.add_articles(source.id, [article], baseline=False, now=now)
    (answer,) = await say(site, "/brief taiwan")
    pressed = await site.post("/chat/press", {"action": "post", "value": answer["briefing"]})
    (told,) = (await pressed.json())["answers"]
    assert "Posted to #briefings" in told["html"]
    assert len(await site.store.shown(SHARED, f"{CHANNEL}:")) == 1
    (shown,) = await site.store.posts("browser:local", CHANNEL)
    (kept,) = await site.store.posts_since(now)
    assert (kept.key, kept.message_id, kept.target) == (shown.key, str(shown.id), "browser")


async def test_a_press_that_means_nothing_is_answered(site: Site) -> None:
    """Old pages and odd clients send old actions."""
    pressed = await site.post("/chat/press", {"action": "no such", "value": "\u202e" * 500})
    assert pressed.status == 200


async def test_topics_are_suggested_while_typing(site: Site) -> None:
    """The likeliest first; all while nothing is typed."""
    begun = await (await site.post("/chat/suggest", {"typed": "tai"})).json()
    everything = await (await site.post("/chat/suggest", {"typed": ""})).json()
    assert begun["options"][0]["value"] == "taiwan"
    assert len(everything["options"]) >= 4


async def test_a_post_reaches_every_open_page(site: Site) -> None:
    """As safe HTML, with its id, its time and its briefing."""
    pages = [await stream(site), await stream(site)]
    post_id = await site.chat.post("briefings", DIGEST, "d:1:2026-11-22T08:30Z:0")
    for page in pages:
        post = await next_post(page)
        assert (str(post["id"]), post["briefing"]) == (post_id, "b1")
        assert "Morning briefing &lt;b&gt;" in post["html"]
        assert "“Quoted”" in post["html"]
        assert datetime.fromisoformat(post["at"]).tzinfo is not None
        await page.close()


async def test_the_same_key_posts_once(site: Site) -> None:
    """A delivery that is tried again after a lost answer finds its post and makes no second one."""
    page = await stream(site)
    first = await site.chat.post("briefings", DIGEST, "same")
    again = await site.chat.post("briefings", DIGEST, "same")
    other = await site.chat.post("briefings", DIGEST, "other")
    assert first == again != other
    assert [(await next_post(page))["id"], (await next_post(page))["id"]] == [int(first), int(other)]
    await page.close()


async def test_a_post_is_found_by_its_key(site: Site) -> None:
    """What delivery asks after an unknown outcome."""
    post_id = await site.chat.post("briefings", DIGEST, "there")
    now = datetime.now(UTC)
    assert await site.chat.find("briefings", "there", now) == post_id
    assert await site.chat.find("briefings", "not there", now) is None


async def test_a_page_that_was_away_misses_nothing_and_sees_nothing_twice(site: Site) -> None:
    """It says the last post it has; more came meanwhile than one batch holds."""
    page = await stream(site)
    first = await site.chat.post("briefings", DIGEST, "0")
    assert (await next_post(page))["id"] == int(first)
    await page.close()
    missed = [int(await site.chat.post("briefings", DIGEST, str(number))) for number in range(1, 60)]
    page = await stream(site, after=int(first))
    later = asyncio.create_task(site.chat.post("briefings", DIGEST, "later"))
    seen = [(await next_post(page))["id"] for _ in range(60)]
    assert seen == [*missed, int(await later)]
    await page.close()


async def test_an_edit_reaches_the_pages_that_have_the_post(site: Site) -> None:
    """At once where a page is open, also if another process made it; where it was away, when it is back. A page that
    came after the edit has it already."""
    page = await stream(site)
    first = int(await site.chat.post("briefings", DIGEST, "first"))
    second = int(await site.chat.post("briefings", DIGEST, "second"))
    assert [(await next_post(page))["id"], (await next_post(page))["id"]] == [first, second]
    await site.chat.edit("briefings", str(first), replace(DIGEST, title="Struck"), "first")
    edit = await next_post(page)
    assert (edit["edit"], "id" in edit, "Struck" in edit["html"]) == (first, False, True)
    await page.close()
    await site.chat.edit("briefings", str(second), replace(DIGEST, title="Struck too"), "second")
    page = await stream(site, after=second)
    assert [(await next_post(page))["edit"], (await next_post(page))["edit"]] == [first, second]
    await page.close()
    page = await stream(site)
    third = int(await site.chat.post("briefings", DIGEST, "third"))
    shown = [await next_post(page) for _ in range(3)]
    assert [post.get("id") for post in shown] == [first, second, third]
    assert "Struck" in shown[0]["html"]
    await page.close()


async def test_a_new_page_sees_the_newest_posts(site: Site) -> None:
    """Not the history of years."""
    ids = [int(await site.chat.post("briefings", DIGEST, str(number))) for number in range(FIRST_POSTS + 5)]
    page = await stream(site)
    assert [(await next_post(page))["id"] for _ in range(FIRST_POSTS)] == ids[5:]
    await page.close()


async def test_a_post_that_cannot_be_read_does_not_hold_up_the_others(site: Site) -> None:
    """Another version wrote it; it is passed over."""
    await site.store.add_post("browser:local", CHANNEL, "odd", '{"title": 3}', now=datetime.now(UTC))
    readable = await site.chat.post("briefings", DIGEST, "readable")
    page = await stream(site)
    assert (await next_post(page))["id"] == int(readable)
    await page.close()


@pytest.mark.parametrize("after", ["x", "-1", "1e9", "9" * 40, ""])
async def test_an_odd_place_in_the_stream_is_refused(site: Site, after: str) -> None:
    """One clear line instead of a fault."""
    headers = {"Origin": site.url, "Upgrade": "websocket", "Connection": "Upgrade"}
    assert (await site.get(f"/chat/stream?after={after}", **headers)).status == 400


async def test_stopping_ends_the_streams_at_once(site: Site) -> None:
    """The process must not wait for pages that stay open."""
    running = asyncio.create_task(site.chat.run())
    page = await stream(site)
    while site.chat.state != "connected":
        await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(5):
        while (await page.receive()).type is not WSMsgType.CLOSE:
            pass
    assert site.chat.state == "stopped"
