"""The finished bot as a process: started by its command line, beside a Slack and a Discord on the loopback."""

import asyncio
import html
import json
import os
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.config import FetchSettings, load_settings
from bot.ingest import poll
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from tests.fakes.discord import FakeDiscord, parts_of, text_of
from tests.fakes.slack import Channel, FakeSlack
from tests.fakes.slack_rules import quotes_of
from tests.installation import Installation, Running, installed, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONVOYS = "Two convoys with grain left the harbour before noon."
QUAY = "The mayor said that the harbour's northern quay opens again in May."
ARTICLES = {
    "convoys.txt": f"{CONVOYS}\n\nTheir crews had waited for eleven days.",
    "quay.txt": f"{QUAY}\n\nDivers had looked at every pile of it.",
}
NOBODY = 65534


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[FakeSlack]:
    """The Slack of the one bot that most tests share."""
    async with FakeSlack() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord() -> AsyncIterator[FakeDiscord]:
    """Its Discord."""
    async with FakeDiscord() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(
    tmp_path_factory: pytest.TempPathFactory, slack: FakeSlack, discord: FakeDiscord
) -> AsyncIterator[Installation]:
    """Where it is installed."""
    async with installed(tmp_path_factory.mktemp("shared") / "bot", slack=slack, discord=discord) as shared:
        shared.write(ARTICLES)
        yield shared


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(installation: Installation) -> Running:
    """It, connected to both, with the articles read."""
    running = await installation.start()
    await running.connected("slack", "discord", "browser")
    await running.holds(2)
    return running


# -- answers -----------------------------------------------------------------------------------------------------------


async def test_slack_is_answered_from_the_articles_word_for_word(bot: Running, slack: FakeSlack) -> None:
    """A command is acknowledged, then answered privately; its button posts the same quotes to the channel."""
    asked = await slack.command("harbour")
    await slack.until(lambda: asked.replies)
    pressed = await slack.press(asked.replies[0], "Post to channel")
    await slack.until(lambda: pressed.replies)

    assert asked.acknowledged_within < 3
    assert sorted(quotes_of(asked.private[0]["blocks"])) == [QUAY, CONVOYS]
    assert [sorted(quotes_of(posted.blocks)) for posted in slack.posted] == [[QUAY, CONVOYS]]
    assert slack.complaints == []


async def test_discord_is_answered_from_the_articles_word_for_word(bot: Running, discord: FakeDiscord) -> None:
    """The command is deferred, then answered privately; a choice in its menu is answered, too."""
    asked = await discord.use("now", options={"topic": "harbour"})
    assert asked.original is not None
    menu = next(part for part in parts_of(asked.original["components"]) if part["type"] == 3)
    pressed = await discord.press(asked.original, menu["options"][0]["label"])

    assert asked.callback is not None
    assert asked.callback["type"] == 5
    assert asked.private
    assert sorted(re.findall(r"^> (.*)$", asked.text, re.MULTILINE)) == [QUAY, CONVOYS]
    assert pressed.private
    assert "harbour" in pressed.text


async def test_a_file_is_answered_from_soon_after_it_came_and_not_after_it_went(
    bot: Running, installation: Installation
) -> None:
    """The folder is watched: nobody restarts or reads anything by hand."""
    sentence = "A zeppelin crossed the lagoon on its first flight."

    async def is_quoted() -> bool:
        return sentence in html.unescape((await bot.say("zeppelin"))["html"])

    assert not await is_quoted()
    installation.write({"zeppelin.txt": f"{sentence} Children waved from the bridges."})
    await until(is_quoted, 8)
    (installation.articles / "zeppelin.txt").unlink()

    async def is_gone() -> bool:
        return not await is_quoted()

    await until(is_gone, 8)


async def test_briefings_outlive_the_process(tmp_path: Path) -> None:
    """After a restart `why 1` is about the same line, and a briefing's link still opens it."""
    async with FakeSlack() as slack, installed(tmp_path / "bot", slack=slack) as own:
        own.write(ARTICLES)
        before = await own.start()
        await before.connected("slack")
        await before.holds(2)
        asked = await slack.command("harbour")
        await slack.until(lambda: asked.replies)
        first = quotes_of(asked.replies[0]["blocks"])[0]
        shown = (await before.say("harbour"))["briefing"]
        _, page = await before.get(f"/b/{shown}")
        (link,) = re.findall(r'href="(/b/[^"]+\?t=[^"]+)">Link for others', page)
        assert (await before.stop())[0] == 0
        after = await own.start()
        await after.connected("slack")
        why = await slack.command("why 1")
        await slack.until(lambda: why.replies)
        status, opened = await after.get(html.unescape(link))

    assert first in json.dumps(why.replies, ensure_ascii=False)
    assert status == 200
    assert CONVOYS in html.unescape(opened)


# -- digests -----------------------------------------------------------------------------------------------------------


async def test_a_due_digest_is_posted_once_to_each_platform(tmp_path: Path) -> None:
    """Slack, Discord and the browser get it, each exactly once, with the words of the articles."""
    slack, discord = FakeSlack(), FakeDiscord()
    slack.channels["C0NEWS"] = Channel()
    due = _subscriptions("slack:C0NEWS", "discord:1001", "browser")
    async with slack, discord, installed(tmp_path / "bot", slack=slack, discord=discord, more=due) as own:
        await _arrive(own)
        running = await own.start()
        streamed = await _first_post(await running.address())
        await _ended(own, sent=3)
        assert (await running.stop())[0] == 0
        in_browser = await _posts_in_browser(own)

    assert sorted(quotes_of(slack.posted[0].blocks)) == [QUAY, CONVOYS]
    assert CONVOYS in text_of(discord.messages["1001"][0])
    assert CONVOYS in streamed
    assert (len(slack.posted), len(discord.messages["1001"]), in_browser) == (1, 1, 1)


async def test_a_kill_in_the_middle_of_posting_leaves_one_message_in_each_channel(tmp_path: Path) -> None:
    """Slack and Discord have the post, the process dies before their replies: the next one finds its message and
    posts none; where Slack's history may not be read, `readout status` says unknown."""
    slack, discord = _SlackThatHolds(), _DiscordThatHolds()
    slack.channels |= {"C0OPEN": Channel(readable=True), "C0BLIND": Channel()}
    due = _subscriptions("slack:C0OPEN", "slack:C0BLIND", "discord:1001")
    async with slack, discord, installed(tmp_path / "bot", slack=slack, discord=discord, more=due) as own:
        await _arrive(own)
        victim = await own.start()
        await until(lambda: len(slack.posted) == 2 and discord.messages, 20)
        await victim.stop(signal.SIGKILL)
        slack.replies.set()
        discord.replies.set()
        heir = await own.start()
        await _ended(own, sent=2, unknown=1)
        assert (await heir.stop())[0] == 0
        status = await own.command("status")

    assert {name: len(slack.channels[name].messages) for name in ("C0OPEN", "C0BLIND")} == {"C0OPEN": 1, "C0BLIND": 1}
    assert len(discord.messages["1001"]) == 1
    assert status.out.count("state sent") == 2
    assert status.out.count("state unknown") == 1


# -- starting and stopping ---------------------------------------------------------------------------------------------


async def test_a_stop_is_clean_however_early_it_comes(tmp_path: Path) -> None:
    """SIGTERM in the midst of imports, of the start or just after it: exit code 0, in time, without a traceback."""

    async def live(seconds: float) -> tuple[int, float, str]:
        slack, discord = FakeSlack(), FakeDiscord()
        async with slack, discord, installed(tmp_path / f"{seconds}", slack=slack, discord=discord) as own:
            running = await own.start()
            await asyncio.sleep(seconds)
            return *await running.stop(), running.err

    for status, seconds, err in await asyncio.gather(live(0.3), live(1), live(3)):
        assert (status, "Traceback" in err) == (0, False), err
        assert seconds < 5


async def test_a_stop_while_connected_is_clean(tmp_path: Path) -> None:
    """The connections are closed and nothing is complained of."""
    slack, discord = FakeSlack(), FakeDiscord()
    async with slack, discord, installed(tmp_path / "bot", slack=slack, discord=discord) as own:
        running = await own.start()
        await running.connected("slack", "discord")
        status, seconds = await running.stop()
        await slack.until(lambda: slack.open_sessions == 0)

    assert (status, "Traceback" in running.err, "error" in running.err) == (0, False, False), running.err
    assert seconds < 5


async def test_a_second_process_on_the_same_data_names_the_first(bot: Running, installation: Installation) -> None:
    """Two would post twice; the second ends at once, in one line."""
    second = await installation.command("run", "--port", "0")

    assert (second.status, second.out) == (1, "")
    assert second.err.startswith(f"readout: Readout already runs on {installation.data} (process {bot.pid}); ")
    assert second.err.count("\n") == 1


async def test_a_wrong_slack_token_turns_off_slack_alone(tmp_path: Path) -> None:
    """/readyz says why; Discord and the browser are answered."""
    slack, discord = FakeSlack(), FakeDiscord()
    async with slack, discord, installed(tmp_path / "bot", slack=slack, discord=discord) as own:
        own.environ["SLACK_BOT_TOKEN"] = "xoxb-not-the-right-one"
        own.write(ARTICLES)
        running = await own.start()
        await running.connected("discord", "browser")
        await running.holds(2)
        asked = await discord.use("now", options={"topic": "harbour"})
        said = await running.say("harbour")
        status, _ = await running.get("/readyz")
        parts = await running.parts()
        checked = await own.command("check")

    assert CONVOYS in asked.text
    assert CONVOYS in html.unescape(said["html"])
    assert status == 503
    assert parts["slack"].startswith("off: Slack refuses the token (invalid_auth). Copy the Bot User OAuth Token")
    assert checked.status == 1
    assert "wrong  slack: Slack refuses the token (invalid_auth). " in checked.out
    assert "ok     discord\n" in checked.out
    assert "xoxb-" not in checked.out + checked.err


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_a_data_folder_that_cannot_be_written_is_one_line_with_the_remedy(open_folder: Path) -> None:
    """It names who we are, and the command that helps."""
    async with installed(open_folder / "bot") as own:
        own.data.mkdir(mode=0o555)
        refused = await own.command("run", "--port", "0", user=_somebody())

    user, group = (NOBODY, NOBODY) if _somebody() else (os.getuid(), os.getgid())
    assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith(f"readout: cannot write to {own.data} as user id {user} (")
    assert f"; run: chown -R {user}:{group} {own.data} (" in refused.err


async def test_a_configuration_that_cannot_be_read_is_one_line(open_folder: Path) -> None:
    """It names the file; nothing is started with defaults instead."""
    async with installed(open_folder / "bot") as own:
        own.config.chmod(0)
        refused = await own.command("run", "--port", "0", user=_somebody())
        own.config.chmod(0o600)

    said = f"readout: {own.config}: cannot be read (Permission denied); check its permissions\n"
    assert (refused.status, refused.out, refused.err) == (1, "", said)


async def test_no_token_is_written_anywhere(
    bot: Running, installation: Installation, slack: FakeSlack, discord: FakeDiscord
) -> None:
    """Not to the log at its most talkative, not to the database, not by the command that says how things are; the end
    of every other test here looks for them, too."""
    asked = await slack.command("status")
    await slack.until(lambda: asked.replies)
    await discord.use("status")
    told = await installation.command("status")

    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"):
        token = installation.environ[name]
        assert installation.files_with(token) == []
        assert token not in told.out + told.err
    assert "articles/convoys.txt" in installation.files_with(CONVOYS)
    assert any(name.startswith("data/") for name in installation.files_with(CONVOYS))
    assert told.status == 0


# -- what the tests need -----------------------------------------------------------------------------------------------


class _SlackThatHolds(FakeSlack):
    """Takes every post, and does not reply until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.replies = asyncio.Event()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        response = await super()._api(request)
        if request.match_info["method"] == "chat.postMessage":
            await self.replies.wait()
        return response


class _DiscordThatHolds(FakeDiscord):
    """Takes every post, and does not reply until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.replies = asyncio.Event()

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        response = await super()._rest(request)
        if request.method == "POST" and request.match_info["path"].startswith("channels/"):
            await self.replies.wait()
        return response


@asynccontextmanager
async def _store(own: Installation) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite:///{own.data / 'readout.db'}")
    try:
        yield store
    finally:
        await store.close()


def _slot() -> datetime:
    """An hour ago: well within the grace period."""
    return (datetime.now(UTC) - timedelta(hours=1)).replace(second=0, microsecond=0)


def _subscriptions(*targets: str) -> str:
    """A daily digest to each of these."""
    return "".join(
        f'[[subscriptions]]\nname = "{target}"\nto = "{target}"\ntopics = ["harbour"]\nwhen = "daily {_slot():%H:%M}"\n'
        for target in targets
    )


async def _arrive(own: Installation) -> None:
    """Let the articles have come between the start of the subscriptions and their slot: the digests are due."""
    began = _slot() - timedelta(minutes=30)
    settings = load_settings(own.config, {})
    async with _store(own) as store:
        await store.sync_sources(settings.sources, now=began)
        await store.sync_subscriptions(settings.subscriptions, now=began, timezone="UTC")
        await _read_folder(store, began)  # what a first read brings is no news
        own.write(ARTICLES)
        await _read_folder(store, began + timedelta(minutes=1))


async def _read_folder(store: Store, now: datetime) -> None:
    fetching = FetchSettings()
    (source,) = await store.sources(SHARED)
    async with Fetcher(fetching) as fetcher:
        await poll(source, store=store, fetcher=fetcher, settings=fetching, clock=lambda: now)


async def _ended(own: Installation, **states: int) -> None:
    """Wait until so many digests are in these states, and none in another."""

    async def has_ended() -> bool:
        return Counter(row.state for row in await store.deliveries(SHARED)) == states

    async with _store(own) as store:
        await until(has_ended, 30)


async def _posts_in_browser(own: Installation) -> int:
    async with _store(own) as store:
        return len(await store.posts("browser:local", "briefings"))


async def _first_post(address: str) -> str:
    """What the browser's stream shows first, as text."""
    async with (
        aiohttp.ClientSession(headers={"Origin": address}) as client,
        client.ws_connect(f"{address}/chat/stream") as stream,
        asyncio.timeout(20),
    ):
        while "html" not in (post := await stream.receive_json()):
            pass
        return html.unescape(post["html"])


def _somebody() -> int | None:
    """A user who is not root: root may write anywhere."""
    return NOBODY if os.geteuid() == 0 else None
