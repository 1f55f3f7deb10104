"""Alerts: one post of a story that enough outlets tell, which grows; capped, held in quiet hours, never repeated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.alerts import Alerts, day_began, own_words
from bot.config import SourceSettings
from bot.corrections import Corrections
from bot.message import Message, plain
from bot.plans import parse_plan
from bot.store import SHARED, Store
from summaries import Article, Topic
from tests.bot.test_digest import GAZA, SLOT, House, words

OUTLETS = ("Lis Post", "Harbour Courier", "Valley Gazette", "Hilltop Observer", "Morning Ledger", "Cedar Daily")
# One event, as each outlet tells it.
TOLD = (
    (
        "Gunmen seized the ferry Aurora off Gaza on Tuesday with 140 passengers on board, the coast guard said. "
        "The ferry Aurora had left the port of Gaza at dawn."
    ),
    (
        "The coast guard says the Aurora, a ferry with 140 people aboard, has been taken by armed men near Gaza. "
        "Relatives of passengers of the Aurora gathered at the port on Tuesday."
    ),
    (
        "A passenger ferry, the Aurora, was hijacked within sight of Gaza's harbour on Tuesday. "
        "The coast guard counted 140 passengers of the Aurora and nine gunmen."
    ),
    (
        "Nine gunmen hold 140 passengers of the ferry Aurora off Gaza, according to the coast guard. "
        "Talks with the hijackers of the Aurora began on Tuesday afternoon."
    ),
    (
        "Two children were let go from the hijacked ferry Aurora off Gaza on Tuesday evening, the coast guard said. "
        "The gunmen on the Aurora still hold 138 passengers."
    ),
)


def telling(numbers: Sequence[int], *, at: datetime, texts: Sequence[str] = TOLD) -> list[Article]:
    return [
        Article(
            text=texts[number],
            title="Ferry Aurora hijacked off Gaza",
            outlet=OUTLETS[number],
            url=f"https://{number}.example/aurora",
            published=at + timedelta(minutes=number),
            language="en",
        )
        for number in numbers
    ]


class Watched(House):
    """A house with one subscription that asks for alerts, and the loops that carry them."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.alerts = Alerts(store, self.settings, clock=lambda: self.now)
        self.edits = Corrections(store, {"slack": self.chat}, self.settings, clock=lambda: self.now)

    async def subscribe(self, options: str = "alert min:3 outlets", topics: str = "gaza") -> None:
        plan = parse_plan(f"{topics} daily 08:30 {options}", timezone="Europe/Berlin", example="")
        await self.store.add_subscription(
            SHARED, name="Gaza", target="slack:C0123", plan=plan, owner="U1", now=self.now
        )
        self.now += timedelta(minutes=1)

    async def tell(self, *numbers: int, texts: Sequence[str] = TOLD, baseline: bool = False) -> None:
        (source,) = await self.store.sources(SHARED)
        found = telling(numbers, at=self.now - timedelta(minutes=20), texts=texts)
        await self.store.add_articles(source.id, found, baseline=baseline, now=self.now)
        self.now += timedelta(minutes=1)
        await self.carry()

    async def carry(self) -> None:
        await self.alerts.look()
        for key in await self.store.due_deliveries(now=self.now):
            await self.deliver(key)
        await self.edits.edit_due()

    @property
    def alerted(self) -> list[Message]:
        return [message for _, key, message in self.chat.posts if key.startswith("a:")]


@pytest.fixture
async def watched(store: Store) -> Watched:
    made = Watched(store)
    await made.store.sync_sources(made.settings.sources, now=made.now)
    return made


def test_copies_are_no_outlets_in_their_own_words() -> None:
    """Nor are articles that name no outlet."""
    at = SLOT
    four = telling(range(4), at=at)
    copy = Article(text=TOLD[0], title="Copied", outlet="Echo", published=at)
    unnamed = Article(text="Something else of Gaza, told by nobody in particular today.", published=at)
    assert own_words(four) == 4
    assert own_words([*four, copy, unnamed]) == 4


async def test_a_story_is_posted_once_when_enough_outlets_tell_it(watched: Watched) -> None:
    """Not before; and it says who they are."""
    await watched.subscribe()
    await watched.tell(0, 1)
    assert watched.alerted == []
    await watched.tell(2)
    (message,) = watched.alerted
    assert message.title.startswith("Alert · ")
    assert "3 outlets tell this story, each in its own words: Lis Post, Harbour Courier and Valley Gazette." in words(
        message
    )
    assert "3 outlets or more" in plain(message.footer[0])


async def test_a_topic_that_the_space_made_is_watched_too(watched: Watched) -> None:
    """Not those of the configuration alone."""
    topic = Topic(name="piracy", title="Piracy", terms=("Aurora",))
    await watched.store.add_topic(SHARED, topic, person="U1", now=watched.now)
    await watched.subscribe(topics="piracy")
    await watched.tell(0, 1, 2)
    (message,) = watched.alerted
    assert "3 outlets tell this story" in words(message)


async def test_a_later_outlet_edits_the_post(watched: Watched) -> None:
    """The counts, and the newest line beside the first one; nothing is posted again."""
    await watched.subscribe()
    await watched.tell(0, 1, 2)
    await watched.tell(4)
    assert len(watched.alerted) == 1
    ((message_id, edited),) = watched.chat.edits
    assert message_id == "m1"
    assert "4 outlets tell this story" in words(edited)
    assert "Two children were let go" in words(edited)
    first = watched.alerted[0].sections[0].lines[0].quotes[0].text
    assert edited.sections[0].lines[0].quotes[0].text == first


async def test_a_restart_neither_repeats_nor_forgets_a_story(watched: Watched) -> None:
    """Its name is in the rows, with the articles by which it is known again."""
    await watched.subscribe()
    await watched.tell(0, 1, 2)
    watched.alerts = Alerts(watched.store, watched.settings, clock=lambda: watched.now)
    await watched.carry()
    assert (len(watched.alerted), watched.chat.edits) == (1, [])
    watched.alerts = Alerts(watched.store, watched.settings, clock=lambda: watched.now)
    await watched.tell(3)
    assert (len(watched.alerted), len(watched.chat.edits)) == (1, 1)


async def test_the_articles_of_a_first_read_alert_to_nothing(watched: Watched) -> None:
    """However many there are: they are no news. One that comes later makes them a story."""
    await watched.subscribe()
    await watched.tell(0, 1, 2, 3, baseline=True)
    assert watched.alerted == []


async def test_what_a_digest_showed_is_no_alert(watched: Watched) -> None:
    """The channel knows the story, however many outlets follow; nor does the digest repeat an alert's line."""
    await watched.subscribe()
    await watched.tell(0)
    watched.now = SLOT
    await watched.deliver(await watched.tick(SLOT))
    await watched.tell(1, 2, 3)
    assert watched.alerted == []


async def test_a_digest_does_not_repeat_the_line_of_an_alert(watched: Watched) -> None:
    """It was shown when the alert was posted."""
    await watched.subscribe()
    await watched.tick(SLOT)
    await watched.carry()
    await watched.tell(0, 1, 2)
    shown = watched.alerted[0].sections[0].lines[0].quotes[0].text
    await watched.arrive(GAZA)
    await watched.deliver(await watched.tick(SLOT + timedelta(days=1)))
    assert shown not in words(watched.chat.posts[-1][2])


async def test_the_cap_of_a_day_holds(watched: Watched) -> None:
    """More stories wait for the digest."""
    limit = watched.settings.delivery.model_copy(update={"alerts_a_day": 1})
    watched.settings = watched.settings.model_copy(update={"delivery": limit})
    watched.alerts = Alerts(watched.store, watched.settings, clock=lambda: watched.now)
    await watched.subscribe("alert min:2 outlets")
    await watched.tell(0, 1)
    other = [
        "A bakery burned down in northern Gaza and 3 bakers were hurt, firefighters said.",
        "Firefighters fought a blaze at a Gaza bakery for hours; three bakers went to hospital.",
    ]
    await watched.tell(0, 1, texts=[f"{one} The fire began in an oven at night." for one in other])
    assert len(watched.alerted) == 1


async def test_quiet_hours_hold_alerts_and_merge_them(watched: Watched) -> None:
    """One post at their end, which says so."""
    await watched.subscribe("alert min:2 outlets quiet:22-07")
    watched.now = SLOT.replace(hour=23)
    await watched.tell(0, 1)
    assert watched.alerted == []
    watched.now += timedelta(hours=1)
    await watched.tell(2)
    watched.now = SLOT + timedelta(hours=22, minutes=31)  # 07:01 in Berlin
    await watched.carry()
    (message,) = watched.alerted
    assert "quiet hours" in words(message)
    assert "3 outlets tell this story" in words(message)


async def test_a_subscription_without_alerts_is_left_alone(watched: Watched) -> None:
    """Nothing is looked through for it."""
    await watched.subscribe("")
    await watched.tell(0, 1, 2, 3)
    assert watched.chat.posts == []


async def test_a_source_added_later_does_not_flood(watched: Watched) -> None:
    """Its first read is a baseline, whatever the stories in it."""
    await watched.subscribe("alert min:2 outlets")
    added = SourceSettings(name="new", kind="feed", url="https://new.example/feed")
    await watched.store.sync_sources([*watched.settings.sources, added], now=watched.now)
    source = next(one for one in await watched.store.sources(SHARED) if one.name == "new")
    await watched.store.add_articles(
        source.id, telling(range(5), at=watched.now - timedelta(hours=1)), baseline=True, now=watched.now
    )
    await watched.carry()
    assert watched.chat.posts == []


def test_a_day_begins_at_midnight_on_the_wall_clock() -> None:
    """Of the subscription's zone, in summer and in winter."""
    assert day_began(SLOT, "Europe/Berlin").isoformat() == "2026-11-23T00:00:00+01:00"
    assert day_began(SLOT - timedelta(hours=8), "Asia/Taipei").isoformat() == "2026-11-23T00:00:00+08:00"
