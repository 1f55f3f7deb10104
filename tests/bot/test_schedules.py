"""Digests are made, listed, changed and ended by words and buttons, in any chat."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands import Caller, Desk
from bot.config import Settings, SourceSettings
from bot.message import Button, Message, plain
from bot.store import Store

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # a Sunday
ADA = Caller(platform="slack", space="slack:T1", channel="C1", person="U1", timezone="Europe/Kyiv")
GUEST = replace(ADA, person="U2", can_manage=False, timezone=None)


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


@pytest.fixture
async def desk(store: Store) -> Desk:
    wire = SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")
    await store.sync_sources([wire], now=NOW)
    topics = [{"name": "ukraine", "title": "Ukraine", "terms": ["ukraine"]}, {"name": "gaza", "terms": ["gaza"]}]
    return Desk(store, Settings.model_validate({"topics": topics}), clock=lambda: NOW)


def words_of(message: Message) -> str:
    """All that a reader reads."""
    parts = [message.title, *map(plain, message.intro)]
    for section in message.sections:
        parts += [f"{field.name}: {plain(field.value)}" for field in section.fields]
    return "\n".join(parts)


async def press(desk: Desk, caller: Caller, message: Message, label: str) -> Message:
    (button,) = (one for one in message.controls if isinstance(one, Button) and one.label == label)
    return await desk.press(caller, button.action, button.value)


async def test_a_digest_for_a_channel_tells_its_next_runs_in_the_readers_zone(desk: Desk, store: Store) -> None:
    """And is kept with its target, its maker and its options."""
    said = await desk.answer(ADA, "schedule add Ukraine,gaza weekdays 08:30,17:00 Europe/Berlin quiet:22-07 -sport")
    assert words_of(said) == (
        "Ukraine, gaza\n"
        "This channel gets a digest on Ukraine, gaza: weekdays 08:30,17:00 (Europe/Berlin; the times below are"
        " Europe/Kyiv).\n"
        "Options: quiet:22-07 -sport\n"
        "Next: Mon 23 Nov, 09:30 · Mon 23 Nov, 18:00 · Tue 24 Nov, 09:30\n"
        "The first one is of what I hold by then; the others bring only what is new."
    )
    (made,) = await store.subscriptions("slack:T1")
    assert (made.target, made.owner, made.topics) == ("slack:C1", "U1", ("ukraine", "gaza"))
    assert made.next_slot == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


async def test_without_a_source_it_says_that_nothing_is_posted_yet(store: Store) -> None:
    """The sample articles are never scheduled."""
    said = await Desk(store, Settings(), clock=lambda: NOW).answer(ADA, "follow gaza daily 9:00")
    assert "Nothing is posted until there is a source: the sample articles never are." in words_of(said)


async def test_the_zone_is_the_channels_else_the_readers_else_asked_for(desk: Desk) -> None:
    """Never the host's in silence."""
    nobody = replace(ADA, timezone=None)
    assert "In which time zone?" in words_of(await desk.answer(nobody, "schedule add gaza daily 9:00"))
    assert "(Europe/Kyiv)" in words_of(await desk.answer(ADA, "schedule add gaza daily 9:00"))
    assert "(Europe/Kyiv; " in words_of(await desk.answer(nobody, "schedule add gaza daily 10:00"))


async def test_digests_are_listed_paused_resumed_removed_and_restored(desk: Desk, store: Store) -> None:
    """By number, name or button."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    await desk.answer(ADA, "schedule add ukraine daily 9:00")
    listed = words_of(await desk.answer(ADA, "schedule"))
    assert "2 · Ukraine: ukraine · daily 09:00 (Europe/Kyiv) · next: Mon 23 Nov, 09:00 (Europe/Kyiv)" in listed
    paused = await desk.answer(ADA, "schedule pause 2")
    assert "Ukraine posts nothing until it is resumed." in words_of(paused)
    assert "paused: paused in chat" in words_of(await desk.answer(ADA, "schedule list"))
    assert "Ukraine goes on: Mon 23 Nov, 09:00" in words_of(await press(desk, ADA, paused, "Resume"))
    removed = await desk.answer(ADA, "schedule remove ukraine")
    assert [one.name for one in await store.subscriptions("slack:T1")] == ["gaza"]
    assert "Restored" in words_of(await press(desk, ADA, removed, "Undo"))
    assert [one.name for one in await store.subscriptions("slack:T1")] == ["Ukraine", "gaza"]


async def test_a_digest_can_be_edited_and_run_now(desk: Desk, store: Store) -> None:
    """An edit keeps the zone; a run makes a delivery that is due at once, and leaves the schedule as it is."""
    await desk.answer(ADA, "schedule add gaza daily 9:00 Asia/Taipei")
    assert "daily 17:00 (Asia/Taipei" in words_of(await desk.answer(ADA, "schedule edit 1 gaza,ukraine daily 17:00"))
    (edited,) = await store.subscriptions("slack:T1")
    assert "On its way" in words_of(await desk.answer(ADA, "schedule run 1"))
    (key,) = await store.due_deliveries(now=NOW)
    assert key == f"d:{edited.id}:20261122T083000Z:1"
    assert (await store.subscription(edited.id)).next_slot == edited.next_slot


@pytest.mark.parametrize(
    ("typed", "topics", "rule", "options"),
    [
        ("size:long", ("gaza", "ukraine"), "daily 09:00", "size:long quiet:22-07 min:2 -sport"),
        ("ukraine", ("ukraine",), "daily 09:00", "quiet:22-07 min:2 -sport"),
        ("weekdays 8:15", ("gaza", "ukraine"), "weekdays 08:15", "quiet:22-07 min:2 -sport"),
        ("Gaza every 4h min:3", ("gaza",), "every 4h", "quiet:22-07 min:3 -sport"),
        ("-weather", ("gaza", "ukraine"), "daily 09:00", "quiet:22-07 min:2 -sport -weather"),
        ("quiet:no +Sport", ("gaza", "ukraine"), "daily 09:00", "min:2"),
        ("min:no alert min:4 outlets", ("gaza", "ukraine"), "daily 09:00", "quiet:22-07 -sport alert:4"),
    ],
)
async def test_what_an_edit_does_not_name_stays(
    desk: Desk, store: Store, typed: str, topics: tuple[str, ...], rule: str, options: str
) -> None:
    """Topics, times, zone and each option alike; `no` takes an option back, and + a word that was left out."""
    await desk.answer(ADA, "schedule add gaza,ukraine daily 9:00 Asia/Taipei quiet:22-07 min:2 -sport")
    said = words_of(await desk.answer(ADA, f"schedule edit 1 {typed}"))
    (edited,) = await store.subscriptions("slack:T1")
    assert (edited.topics, edited.rule, edited.options.words()) == (topics, rule, options)
    assert edited.timezone == "Asia/Taipei"
    assert f"{rule} (Asia/Taipei" in said
    assert f"Options: {options}" in said


async def test_a_digest_on_other_topics_is_called_by_these(desk: Desk, store: Store) -> None:
    """Its name is the title of its posts; of two the second has a number."""
    await desk.answer(ADA, "schedule add ukraine daily 8:00")
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert words_of(await desk.answer(ADA, "schedule edit 2 gaza size:long")).startswith("gaza\n")
    assert words_of(await desk.answer(ADA, "schedule edit 2 ukraine")).startswith("Ukraine 2\n")
    assert words_of(await desk.answer(ADA, "schedule edit 1 gaza,ukraine")).startswith("gaza, Ukraine\n")
    assert [one.name for one in await store.subscriptions("slack:T1")] == ["Ukraine 2", "gaza, Ukraine"]


async def test_an_edit_says_how_its_options_are_taken_back(desk: Desk) -> None:
    """As they are written there."""
    await desk.answer(ADA, "schedule add gaza daily 9:00 quiet:22-07 skip-empty -sport")
    said = words_of(await desk.answer(ADA, "schedule edit 1 size:long"))
    assert "\nOptions: size:long quiet:22-07 -sport skip-empty\n" in said
    assert "What you did not name stays. To take an option back: size:no quiet:no +sport skip-empty:no\n" in said
    bare = words_of(await desk.answer(ADA, "schedule edit 1 size:no quiet:no +sport skip-empty:no"))
    assert "Options" not in bare
    assert "take an option back" not in bare


async def test_an_edit_may_name_another_zone_alone(desk: Desk, store: Store) -> None:
    """The times stay, on another clock."""
    await desk.answer(ADA, "schedule add gaza mon,thu 9:00 Asia/Taipei")
    await desk.answer(ADA, "schedule edit 1 Europe/Kyiv")
    (edited,) = await store.subscriptions("slack:T1")
    assert (edited.topics, edited.rule, edited.timezone) == (("gaza",), "mon,thu 09:00", "Europe/Kyiv")


async def test_an_edit_keeps_a_topic_that_is_followed_no_more(store: Store) -> None:
    """Who changes the size alone is not asked about it."""
    await store.sync_sources([SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")], now=NOW)
    desk = Desk(store, Settings(), clock=lambda: NOW)
    await desk.answer(ADA, "topic add harbour port, quay")
    await desk.answer(ADA, "schedule add harbour daily 9:00")
    await desk.answer(ADA, "topic remove harbour")
    assert "Options: size:long" in words_of(await desk.answer(ADA, "schedule edit 1 size:long"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "What is to change? It is now: gaza daily 09:00 Europe/Kyiv quiet:22-07. Name what is to be otherwise"),
        ("mars", "I follow no topic called “mars”. Try: gaza, ukraine."),
        ("gazza,ukraine size:long", "I follow no topic called “gazza”. Try: gaza, ukraine."),
        ("25:00", '"25:00" is no schedule: "25:00" is no time of day.'),
        ("gaza dayly 9:00", '"dayly 9:00" is no schedule: "dayly" is no day. Try "daily 09:00".'),
        ("Europe/Kyjiv", 'There is no time zone "Europe/Kyjiv". Try "Europe/Kyiv".'),
        ("to:forum", "Slack has no forums."),
    ],
)
async def test_an_edit_that_cannot_be_says_so_and_changes_nothing(
    desk: Desk, store: Store, typed: str, said: str
) -> None:
    """One that names nothing is answered with what there is."""
    await desk.answer(ADA, "schedule add gaza daily 9:00 quiet:22-07")
    assert said in words_of(await desk.answer(ADA, f"schedule edit 1 {typed}"))
    (kept,) = await store.subscriptions("slack:T1")
    assert (kept.topics, kept.rule, kept.revision) == (("gaza",), "daily 09:00", 1)


async def test_a_paused_digest_rests_on_when_it_is_edited(desk: Desk, store: Store) -> None:
    """It was not asked to go on; one press lets it."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    await desk.answer(ADA, "schedule pause 1")
    said = await desk.answer(ADA, "schedule edit 1 size:long")
    assert "It rests: paused in chat." in words_of(said)
    assert not (await store.subscriptions("slack:T1"))[0].active
    await press(desk, ADA, said, "Resume")
    assert (await store.subscriptions("slack:T1"))[0].active


async def test_a_second_digest_on_a_topic_is_told_by_the_topic_not_by_its_own_name(desk: Desk) -> None:
    """`gaza 2` is what the list calls it; what it is on is gaza."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    said = words_of(await desk.answer(ADA, "schedule add gaza daily 17:00"))
    assert said.startswith("gaza 2\nThis channel gets a digest on gaza: daily 17:00")


async def test_a_name_wins_over_a_topic_and_several_are_told_by_their_numbers(desk: Desk) -> None:
    """`gaza` is the digest of that name, though another is on gaza too."""
    await desk.answer(ADA, "schedule add gaza,ukraine daily 9:00")
    await desk.answer(ADA, "schedule add gaza,ukraine daily 17:00")
    said = words_of(await desk.answer(ADA, "schedule pause gaza"))
    assert "The digests 1 and 2 are on “gaza”. Write the number of the one you mean." in said
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert "gaza posts nothing until it is resumed." in words_of(await desk.answer(ADA, "schedule pause gaza"))


async def test_a_digest_from_a_source_that_is_not_read_says_so(desk: Desk) -> None:
    """It would stay empty, and nobody would know why."""
    said = words_of(await desk.answer(ADA, "schedule add gaza daily 9:00 sources:wire,moon"))
    assert "No source here is called “moon”: only an outlet with that name would bring lines." in said
    assert "“wire”" not in said


async def test_a_run_by_hand_says_when_it_may_post_nothing(desk: Desk) -> None:
    """A digest that skips empty ones does so by hand too."""
    await desk.answer(ADA, "schedule add gaza daily 9:00 skip-empty")
    assert "in a moment, unless nothing is new: it skips empty ones." in words_of(
        await desk.answer(ADA, "schedule run 1")
    )


async def test_following_is_a_digest_to_oneself(desk: Desk, store: Store) -> None:
    """With a topic alone at the usual time; nobody else's list shows it."""
    said = words_of(await desk.answer(GUEST, "follow gaza weekdays 07:15 Europe/Kyiv quiet:22-07"))
    assert "You get a digest on gaza: weekdays 07:15 (Europe/Kyiv" in said
    assert "weekdays 08:30 (Europe/Kyiv)" in words_of(await desk.answer(ADA, "follow ukraine"))
    assert "1 · gaza" in words_of(await desk.answer(GUEST, "following"))
    assert "gaza" not in words_of(await desk.answer(ADA, "following"))
    assert "Removed" in words_of(await desk.answer(GUEST, "unfollow gaza"))
    assert "You follow nothing yet." in words_of(await desk.answer(GUEST, "following"))


async def test_who_may_not_manage_changes_no_schedule(desk: Desk, store: Store) -> None:
    """Nor by a button that was shown to somebody else, nor from another space."""
    refused = await desk.answer(GUEST, "schedule add gaza daily 9:00 UTC")
    assert "Only who manages this server or channel can change its schedule." in words_of(refused)
    made = await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert "not yours to change" in words_of(await press(desk, GUEST, made, "Remove"))
    stranger = replace(ADA, space="slack:T2")
    assert "There is no such digest any more." in words_of(await press(desk, stranger, made, "Pause"))
    own = await desk.answer(GUEST, "follow gaza daily 9:00 UTC")
    assert "not yours to change" in words_of(await press(desk, ADA, own, "Remove"))
    assert len(await store.subscriptions("slack:T1")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("schedule add mars daily 9:00", "I follow no topic called “mars”. Try: gaza, ukraine."),
        ("schedule add gaza dayly 9:00", 'is no schedule: "dayly" is no day. Try "daily 09:00".'),
        ("schedule add", "Which topics, and when? For example: /brief schedule add ukraine weekdays 08:30"),
        ("schedule dance", "I know no “schedule dance”. Write schedule add, list, edit, pause, resume, run or remove."),
        ("schedule pause 7", "There is no number 7 in the list: it has 0."),
        ("schedule remove", "Which one? Write its number in the list."),
        ("schedule pause moon", "Of the digests here none is called “moon”. Write its number in the list."),
        ("schedule run 1", "There is no number 1 in the list: it has 0."),
        ("follow", "Which topics, and when? For example: /brief follow ukraine weekdays 08:30 Europe/Kyiv"),
        ("unfollow 1", "There is no number 1 in the list: it has 0."),
        ("schedule", "No digest is scheduled for this channel. Make one:"),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_type(desk: Desk, typed: str, said: str) -> None:
    """In one sentence."""
    assert said in words_of(await desk.answer(ADA, typed))


async def test_the_same_digest_is_made_once(desk: Desk, store: Store) -> None:
    """Typed twice by mistake, it would post twice."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    assert "There is that very digest already." in words_of(await desk.answer(ADA, "schedule add gaza daily 9:00"))
    assert len(await store.subscriptions("slack:T1")) == 1


async def test_what_the_configuration_sets_is_read_only(store: Store) -> None:
    """And is listed with the others."""
    configured = Settings.model_validate(
        {
            "subscriptions": [
                {"name": "Morning", "to": "slack:C0123", "topics": ["gaza"], "when": "daily 9:00", "timezone": "UTC"}
            ]
        }
    )
    await store.sync_subscriptions(configured.subscriptions, now=NOW)
    desk = Desk(store, configured, clock=lambda: NOW)
    ada = replace(ADA, channel="C0123")
    assert "managed in config.toml" in words_of(await desk.answer(ada, "schedule"))
    for typed in ("schedule pause 1", "schedule remove Morning", "schedule edit 1 gaza daily 8:00"):
        assert "Morning is managed in config.toml; change it there." in words_of(await desk.answer(ada, typed))


@pytest.mark.parametrize(
    ("platform", "words", "said"),
    [
        ("slack", "to:forum", "Slack has no forums."),
        ("slack", "publish:yes", "Only Discord has announcement channels"),
        ("slack", "ping:123456", "role of another chat"),
        ("discord", "ping:S0123", "role of another chat"),
        ("discord", "ping:<@&100>", "That role is everyone"),
        ("discord", "publish:yes to:thread", "cannot be published"),
        ("browser", "to:thread", "one channel"),
    ],
)
async def test_what_a_chat_cannot_do_is_said_when_it_is_asked_for(
    desk: Desk, store: Store, platform: str, words: str, said: str
) -> None:
    """Not when the digest is due."""
    caller = replace(ADA, platform=platform, space=f"{platform}:100")
    assert said in words_of(await desk.answer(caller, f"schedule add gaza daily 9:00 UTC {words}"))
    assert await store.subscriptions(caller.space) == ()


async def test_a_digest_to_oneself_pings_and_publishes_nothing(desk: Desk) -> None:
    """Nor does it open threads."""
    for option in ("to:thread", "ping:S0123", "publish:yes"):
        assert "these are of channels" in words_of(await desk.answer(ADA, f"follow gaza daily 9:00 UTC {option}"))


async def test_where_a_digest_goes_says_by_which_way(desk: Desk, store: Store) -> None:
    """A thread is the subscription's own; what was shown there was shown to the channel."""
    caller = replace(ADA, platform="discord", space="discord:100", channel="1001")
    for option in ("", "to:thread", "to:forum", "publish:yes"):
        await desk.answer(caller, f"schedule add gaza daily 9:00 UTC {option}")
    made = sorted(await store.subscriptions(caller.space), key=lambda one: one.id)
    assert [one.address for one in made] == [
        "discord:1001",
        "discord:1001#thread:2",
        "discord:1001#forum:3",
        "discord:1001#publish:4",
    ]
    assert {replace(one, target=one.address).reader for one in made} == {"1001:"}
    assert not any(one.is_personal for one in made)


async def test_a_press_in_direct_messages_ends_what_was_followed_on_a_server(desk: Desk, store: Store) -> None:
    """Discord's direct messages are another space; a person's own digest is theirs in both, and nobody else's."""
    on_server = replace(ADA, platform="discord", space="discord:100", channel="1001", person="500")
    in_direct = replace(on_server, space="discord:user:500", channel="900")
    stranger = replace(in_direct, space="discord:user:501", person="501")
    await desk.answer(on_server, "follow gaza daily 9:00 UTC")
    (made,) = await store.subscriptions("discord:100")
    assert made.is_personal
    assert "There is no such digest" in words_of(await desk.press(stranger, "pause", str(made.id)))
    assert "Paused" in words_of(await desk.press(in_direct, "pause", str(made.id)))
    assert "Removed" in words_of(await desk.press(in_direct, "remove", str(made.id)))
    assert await store.subscriptions("discord:100") == ()


async def test_digests_are_suggested_by_number_name_and_time(desk: Desk) -> None:
    """A channel's apart from the asker's own; what is chosen names the digest itself."""
    await desk.answer(ADA, "schedule add gaza daily 9:00")
    await desk.answer(ADA, "schedule add ukraine weekdays 8:30")
    await desk.answer(ADA, "follow gaza daily 7:00")
    here = await desk.suggest_digests(ADA, "", own=False)
    assert [(one.label, one.value) for one in here] == [
        ("1 · gaza · daily 09:00", "id:1"),
        ("2 · Ukraine · weekdays 08:30", "id:2"),
    ]
    assert [one.value for one in await desk.suggest_digests(ADA, "ukr", own=False)] == ["id:2"]
    assert [one.value for one in await desk.suggest_digests(ADA, "", own=True)] == ["id:3"]
    assert "Paused" in words_of(await desk.answer(ADA, f"schedule pause {here[1].value}"))
