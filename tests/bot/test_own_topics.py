"""`/brief topic ...`: a space's own topics are tried, made, changed, removed and restored, and used as others are."""

from dataclasses import replace

import pytest

from bot.commands import Desk
from bot.errors import AskerError
from bot.formats import as_text
from bot.message import Button, Message
from bot.own_topics import MAX_WORDS, read_topic
from bot.rematching import Rematching
from bot.store import Store
from tests.bot.test_commands import ADA, HARBOUR, START, Clock, article, fill, settings

SEALS = "Seals came back to the bay."


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


@pytest.fixture
async def desk(store: Store) -> Desk:
    configured = settings()
    held = article(" ".join(HARBOUR), outlet="Lis Post", hours_old=5), article(SEALS, outlet="Bay News", hours_old=2)
    await fill(store, configured, *held)
    return Desk(store, configured, clock=Clock())


async def press(desk: Desk, message: Message, label: str) -> Message:
    (pressed,) = (one for one in message.controls if isinstance(one, Button) and one.label == label)
    return await desk.press(ADA, pressed.action, pressed.value)


async def test_a_space_follows_the_topic_that_it_made(desk: Desk, store: Store) -> None:
    """In briefings, suggestions and digests; another space does not."""
    made = await desk.answer(ADA, "topic add bay seals, the bay | related: dredging | title: The Bay")
    assert made.title == "Added bay"
    assert [one.value for one in await desk.suggest(ADA, "ba")] == ["bay"]
    assert SEALS in as_text(await desk.answer(ADA, "bay"))
    assert "The Bay" in as_text(await desk.answer(ADA, "topics"))
    digest = as_text(await desk.answer(ADA, "schedule add bay daily 08:00 Europe/Berlin"))
    assert "This channel gets a digest on" in digest
    elsewhere = replace(ADA, space="slack:T2")
    assert await desk.suggest(elsewhere, "bay") == ()
    (own,) = await store.own_topics(ADA.space)
    assert (own.name, own.title, own.terms, own.related) == ("bay", "The Bay", ("seals", "the bay"), ("dredging",))


async def test_words_that_are_no_topic_can_be_saved_as_one(desk: Desk, store: Store) -> None:
    """By whoever may manage topics, found or not; what is made can be followed at once, and undone."""
    asked = await desk.answer(ADA, "Seals, came back")
    saved = await press(desk, asked, "Save as topic")
    assert saved.title == "Added seals-came-back"
    (own,) = await store.own_topics(ADA.space)
    assert (own.name, own.title, own.terms) == ("seals-came-back", "Seals came back", ("Seals came back",))
    followed = as_text(await press(desk, saved, "Follow Seals came back"))
    assert "You get a digest on Seals came back" in followed
    await press(desk, saved, "Undo")
    assert await store.own_topics(ADA.space) == ()
    await press(desk, await desk.answer(ADA, "melons"), "Save as topic")
    guest = replace(ADA, person="guest", can_manage=False)
    labels = [one.label for one in (await desk.answer(guest, "pears")).controls]
    assert "Save as topic" not in labels


@pytest.mark.parametrize("between", [" ", ": ", " = ", "： ", " := "])
async def test_what_stands_between_name_and_words_is_no_word(desk: Desk, store: Store, between: str) -> None:
    """A colon or an equals sign; quotes are left out as well."""
    await desk.answer(ADA, f'topic add bay{between}"seals", dredging')
    (own,) = await store.own_topics(ADA.space)
    assert (own.name, own.terms) == ("bay", ("seals", "dredging"))


async def test_a_new_topic_says_how_far_it_is_matched(desk: Desk, store: Store) -> None:
    """In the answer, with the topics and in the status, until it is; other spaces hear nothing of it."""
    words = "matching: 0 of 2 articles"
    assert words in as_text(await desk.answer(ADA, "topic add bay seals"))
    assert SEALS in as_text(await desk.answer(ADA, "bay"))
    for command in ("topics", "status"):
        assert words in as_text(await desk.answer(ADA, command))
        assert "matching" not in as_text(await desk.answer(replace(ADA, space="slack:T2"), command))
    work = Rematching(store, Clock())
    while await work.step():
        pass
    for command in ("topics", "status"):
        assert "matching" not in as_text(await desk.answer(ADA, command))
    assert SEALS in as_text(await desk.answer(ADA, "bay"))


async def test_a_trial_counts_and_shows_lines_and_keeps_nothing(desk: Desk, store: Store) -> None:
    """Of words, or of a topic that is there."""
    told = as_text(await desk.answer(ADA, "topic test seals | exclude: bay"))
    assert "1 article of the 2 looked at" in told
    assert HARBOUR[1] in told
    assert SEALS not in told
    assert "2 lines directly about it" in as_text(await desk.answer(ADA, "topic test harbour"))
    assert await store.own_topics(ADA.space) == ()


async def test_a_trial_that_begins_with_a_name_is_told_that_it_needs_none(desk: Desk) -> None:
    """`topic add` needs one, so people type it: then nothing matches."""
    said = as_text(await desk.answer(ADA, "topic test bay seals, the bay"))
    assert "A trial needs no name. Without its first word: topic test seals, the bay" not in said  # the bay matches
    said = as_text(await desk.answer(ADA, "topic test zoo: seals"))
    assert "A trial needs no name. Without its first word: topic test seals" in said


async def test_changes_and_removals_are_undone(desk: Desk, store: Store) -> None:
    """Each by the button below its answer."""
    await desk.answer(ADA, "topic add bay seals")
    changed = await desk.answer(ADA, "topic edit bay dredging")
    assert (await store.own_topics(ADA.space))[0].terms == ("dredging",)
    await press(desk, changed, "Undo")
    assert (await store.own_topics(ADA.space))[0].terms == ("seals",)
    removed = await desk.answer(ADA, "topic remove BAY")
    assert await store.own_topics(ADA.space) == ()
    await press(desk, removed, "Undo")
    assert [one.name for one in await store.own_topics(ADA.space)] == ["bay"]
    assert "nothing to undo" in as_text(await press(desk, removed, "Undo"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("topic add market stalls", "already; choose another name"),
        ("topic add ask why", "is a command word"),
        ("topic add a/b why", "is no topic name"),
        ("topic add bay", "Which words?"),
        ("topic add bay !!!", "There is no word in"),
        ("topic edit market stalls", "set where Readout is configured"),
        ("topic remove nothing", "made no topic “nothing”"),
        ("topic paint bay", "Write topic add, test, edit or remove"),
    ],
)
async def test_what_cannot_be_done_says_why(desk: Desk, typed: str, answer: str) -> None:
    """In one line with the remedy."""
    assert answer in as_text(await desk.answer(ADA, typed))


async def test_only_managers_change_topics(desk: Desk, store: Store) -> None:
    """Everybody may try one."""
    ben = replace(ADA, can_manage=False)
    assert "Only who manages" in as_text(await desk.answer(ben, "topic add bay seals"))
    assert "These words as a topic" in as_text(await desk.answer(ben, "topic test seals"))
    assert await store.own_topics(ADA.space) == ()


async def test_a_name_in_other_letters_is_the_same_topic(store: Store) -> None:
    """The first one stays; a removed one makes room."""
    first, other = read_topic("Bay", "seals"), read_topic("BAY", "boats")
    assert await store.add_topic("s", first, person="ada", now=START)
    assert not await store.add_topic("s", other, person="ada", now=START)
    assert await store.remove_topic("s", "bay", person="ada", now=START)
    assert await store.add_topic("s", other, person="ada", now=START)
    assert [one.terms for one in await store.own_topics("s")] == [("boats",)]


def test_a_topic_has_room_for_so_many_words() -> None:
    """More would slow every briefing."""
    with pytest.raises(AskerError, match="Too long"):
        read_topic("bay", ", ".join(f"word{number}" for number in range(MAX_WORDS + 1)))
