"""The browser chat in a real headless Chromium, by keyboard alone."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.config import Settings
from bot.digest import deliver
from bot.message import Line, Message, Quote, Section
from bot.store import SHARED
from bot.tick import tick
from bot.web.login import make_login_link
from summaries import Article
from tests.web.site import KEY, running_site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
DIGEST = Message(
    title="Morning briefing",
    sections=(Section(lines=(Line(number=1, quotes=(Quote(text="An invented line.", source=("The Post",)),)),)),),
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install Debian's package chromium, or name one in CHROMIUM"
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield running
        finally:
            await running.close()


@asynccontextmanager
async def opened(
    browser: Browser, url: str, *, scheme: str = "light", width: int = 1100, height: int = 900
) -> AsyncIterator[Page]:
    """A fresh browser profile on the page; at its end, the page must have logged no fault."""
    context = await browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        timezone_id="Europe/Berlin",
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(url) else None)
    await page.goto(url)
    try:
        yield page
        assert [fault for fault in faults if not fault.startswith("ws")] == []
    finally:
        await context.close()


async def asked(page: Page, words: str) -> None:
    """Type words and Enter into whatever has the focus, then wait for the answer."""
    answers = await page.locator(".private").count()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await expect(page.locator(".private")).to_have_count(answers + 1)


async def press_by_keyboard(page: Page, control: Locator) -> None:
    """Walk back from the input until the control has the focus, and press Enter."""
    await page.locator("#words").focus()
    for _ in range(15):
        await page.keyboard.press("Shift+Tab")
        if await control.evaluate("element => element === document.activeElement"):
            break
    await expect(control).to_be_focused()
    await page.keyboard.press("Enter")


@asynccontextmanager
async def running_bot(folder: Path) -> AsyncIterator[str]:
    """The finished bot in a process of its own, as `make run` starts it, over the sample corpus; its address."""
    passed = {
        name: value for name, value in os.environ.items() if not name.startswith(("READOUT_", "SLACK_", "DISCORD_"))
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--port", "0"),
        cwd=folder,
        env=passed | {"READOUT_DATA": str(folder / "data"), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            said = b""
            while b"http://127.0.0.1:" not in said:
                said = await process.stdout.readline()
                assert said, "the bot ended without telling its address"
        yield said.decode().split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await process.stdout.read()
            ended = await process.wait()
        assert ended == 0


async def test_the_finished_bot_briefs_a_topic_and_explains_it(browser: Browser, tmp_path: Path) -> None:
    """Greeting, `/brief gaza`, its citation, *Why this line?*: by keyboard alone, and nothing comes from elsewhere."""
    async with running_bot(tmp_path) as url, opened(browser, url) as page:
        first = page.locator(".private").first
        await expect(first).to_contain_text("This is Readout")
        await expect(page.locator(".message .banner").first).to_have_text("SAMPLE: invented outlets")
        await expect(page.locator("#words")).to_be_focused()

        await asked(page, "/brief gaza")
        answer = page.locator(".private").nth(2)
        await expect(answer.locator("h2")).to_have_text("Gaza")
        await expect(answer.locator(".who")).to_have_text("Only you see this")
        await expect(answer.locator("blockquote").first).to_contain_text("Gaza")
        await expect(answer.locator("figcaption").first).to_contain_text("Sample ")

        menu = answer.locator("summary")
        await press_by_keyboard(page, menu)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".private").last.locator("h2")).to_have_text("Why line 1")
        await expect(menu).to_be_focused()


async def test_a_scheduled_digest_appears_and_its_sources_are_shown_privately(browser: Browser, tmp_path: Path) -> None:
    """A slot comes, its digest is delivered to the open page; a press on it is answered to the presser alone."""
    morning = {"name": "Morning", "to": "browser", "topics": ["gaza"], "when": "daily 08:30", "timezone": "UTC"}
    settings: dict[str, Any] = {
        "sources": [{"name": "wire", "kind": "feed", "url": "https://wire.example/feed"}],
        "subscriptions": [morning],
    }
    chosen = Settings.model_validate(settings)
    start = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    line = "Aid convoys reached Gaza on Monday after the crossing was opened for six hours, the agency said."
    async with running_site(tmp_path, settings=settings) as site, opened(browser, site.url) as page:
        await expect(page.locator(".private")).to_have_count(2)
        await site.store.sync_sources(chosen.sources, now=start)
        await site.store.sync_subscriptions(chosen.subscriptions, now=start)
        (source,) = await site.store.sources(SHARED)
        article = Article(text=line, title="At the crossing", outlet="The Wire", language="en")
        await site.store.add_articles(source.id, [article], baseline=False, now=start + timedelta(hours=1))
        slot = start.replace(hour=8, minute=30)
        (key,) = await tick(site.store, now=slot, grace=timedelta(hours=12))
        for _ in range(2):  # told twice, posted once
            await deliver(key, store=site.store, chats={"browser": site.chat}, settings=chosen, clock=lambda: slot)

        post = page.locator(".public")
        await expect(post).to_have_count(1)
        await expect(post.locator("blockquote")).to_have_text(line)
        await expect(post.locator(".who")).to_have_text("#briefings")
        await press_by_keyboard(page, post.get_by_role("button", name="Sources"))
        await expect(page.locator(".private")).to_have_count(3)
        await expect(page.locator(".private").last.locator("h2")).to_have_text("Sources · Gaza")


async def test_the_keyboard_recalls_focuses_and_completes(browser: Browser, tmp_path: Path) -> None:
    """Arrow up brings the last words back, `/` leads to the input, arrow down and Enter take a suggestion."""
    async with running_site(tmp_path) as site, opened(browser, site.url) as page:
        await expect(page.locator(".private")).to_have_count(2)
        words = page.locator("#words")
        await asked(page, "/brief help")
        await page.keyboard.press("ArrowUp")
        await expect(words).to_have_value("/brief help")
        await page.keyboard.press("ArrowDown")
        await expect(words).to_have_value("")

        await page.keyboard.press("Shift+Tab")
        await expect(words).not_to_be_focused()
        await page.keyboard.press("/")
        await expect(words).to_be_focused()
        await page.keyboard.type("brief tai")
        option = page.get_by_role("option", name="/brief taiwan")
        await expect(page.get_by_role("option")).to_have_count(1)  # until then it shows what fitted fewer letters
        await page.keyboard.press("ArrowDown")
        await expect(option).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Enter")
        await expect(words).to_have_value("/brief taiwan ")
        await asked(page, "")
        await expect(page.locator(".private").last.locator("h2")).to_have_text("Taiwan")


async def test_posts_stream_in_once_and_survive_a_reload(browser: Browser, tmp_path: Path) -> None:
    """A scheduled post appears by itself, and what is put in its place; after a reload, and one more post meanwhile,
    each is there once."""
    async with running_site(tmp_path) as site, opened(browser, site.url) as page:
        await expect(page.locator(".private")).to_have_count(2)
        await site.chat.post("briefings", DIGEST, "one")
        await expect(page.locator(".public")).to_have_count(1)
        await expect(page.locator(".public h2")).to_have_text("Morning briefing")
        await site.chat.close()  # the stream breaks
        await site.chat.post("briefings", DIGEST, "two")
        await expect(page.locator(".public")).to_have_count(2)
        await site.chat.edit("briefings", "1", replace(DIGEST, title="Morning briefing, corrected"), "one")
        await expect(page.locator(".public h2").first).to_have_text("Morning briefing, corrected")
        await expect(page.locator(".public h2").last).to_have_text("Morning briefing")
        await page.reload()
        await expect(page.locator(".public h2").first).to_have_text("Morning briefing, corrected")
        await site.chat.post("briefings", DIGEST, "three")
        await expect(page.locator(".public")).to_have_count(3)
        await expect(page.locator(".private")).to_have_count(2)


async def test_a_hostile_article_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    """Markup in a post is shown as the words it is."""
    words = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> @everyone"
    post = Message(title=words, sections=(Section(lines=(Line(quotes=(Quote(text=words, source=(words,)),)),)),))
    async with running_site(tmp_path) as site, opened(browser, site.url) as page:
        await site.chat.post("briefings", post, "hostile")
        await expect(page.locator(".public blockquote")).to_have_text(words)
        await expect(page.locator("#log img, #log script")).to_have_count(0)
        assert await page.title() == "Readout"


async def test_a_login_is_asked_for_and_remembered(browser: Browser, tmp_path: Path) -> None:
    """With a key, the page leads to the form, and the form to the chat."""
    async with running_site(tmp_path, key=KEY) as site, opened(browser, site.url) as page:
        await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        await page.keyboard.type(KEY)
        await page.keyboard.press("Enter")
        await expect(page.locator("#words")).to_be_focused()


async def test_a_login_link_leads_into_the_chat(browser: Browser, tmp_path: Path) -> None:
    """The browser keeps the session that the link gave, and sends it with the way on."""
    async with running_site(tmp_path, key=KEY) as site, opened(browser, site.url) as page:
        await page.goto(make_login_link(tmp_path, site.url))
        await expect(page.locator("#words")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "scheme", "width", "height"),
    [("light", "light", 1100, 1250), ("dark", "dark", 1100, 1250), ("phone", "light", 390, 844)],
)
async def test_it_looks_as_it_should_be_read(
    browser: Browser, tmp_path: Path, name: str, scheme: str, width: int, height: int
) -> None:
    """A picture of `/brief taiwan` is kept; nothing is wider than the page."""
    ARTEFACTS.mkdir(exist_ok=True)
    async with (
        running_site(tmp_path) as site,
        opened(browser, site.url, scheme=scheme, width=width, height=height) as page,
    ):
        await expect(page.locator(".private")).to_have_count(2)
        await page.screenshot(path=ARTEFACTS / f"{name}-first.png")
        await page.locator("#words").focus()
        await asked(page, "/brief taiwan")
        await page.screenshot(path=ARTEFACTS / f"{name}-taiwan.png")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
