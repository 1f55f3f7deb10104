"""The connection to Discord, over the real client and sockets, against a Discord on the loopback."""

import asyncio

import discord as discord_library
import pytest

from bot.chat.discord.client import Client
from bot.chat.discord.connection import DiscordChat, check_discord
from bot.config import DiscordSettings
from bot.errors import ConnectionRefused, ReadoutError
from bot.store import Store
from tests.chat.canned import BRIEFING, CannedDesk
from tests.chat.discord.chatting import CHANNEL, configured, running, until
from tests.fakes.discord import MANAGE_GUILD, FakeDiscord, Use

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


async def test_what_the_library_tells_after_a_stop_starts_nothing() -> None:
    """It tells of being ready up to two seconds late, and a closed client cannot run what that would start."""
    told = asyncio.Event()

    async def on_ready() -> None:
        told.set()

    async with Client(intents=discord_library.Intents(guilds=True)) as client:
        client.event(on_ready)
        client.dispatch("ready")
        await asyncio.wait_for(told.wait(), 5)
        told.clear()
        client.hears = False
        client.dispatch("ready")
    client.dispatch("ready")
    client.hears = True
    client.dispatch("ready")
    await asyncio.sleep(0)
    assert not told.is_set()


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
