"""Delivering a digest: posted once, shown once, and every other outcome recorded with its reason."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.candidates import Shared
from bot.config import Settings, SourceSettings, SubscriptionSettings
from bot.digest import LEASE, Means, deliver, prepare
from bot.errors import ChannelClosed, HistoryUnreadable, NotPosted, OutcomeUnknown
from bot.jobs import Jobs
from bot.message import Button, Message, plain
from bot.plans import parse_plan
from bot.store import SHARED, Delivery, Store
from bot.tick import tick
from summaries import Article

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SLOT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
GAZA = "Aid convoys reached Gaza on Monday after the crossing was opened for six hours, the agency said."
TAIWAN = "Ferries between Taiwan and its outer islands will run every day from December, the ministry said."
WEATHER = "Rain is expected in the north of the country during most of the coming week, forecasters said."


class FakeChat:
    """A chat platform with one history; what happens to a post, or to a look, can be set."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, Message]] = []  # channel, key, message
        self.fault: Exception | None = None
        self.fault_after_posting: Exception | None = None
        self.history: Exception | None = None
        self.looks: list[tuple[str, str, datetime]] = []
        self.closed: set[str] = set()  # channels and persons
        self.edits: list[tuple[str, Message]] = []  # message id, message
        self.comments: list[tuple[str, str, Message]] = []  # message id, key, message
        self.fault_of_edit: Exception | None = None
        self.calls: list[str] = []

    async def post(self, channel: str, message: Message, key: str) -> str:
        self.calls.append(channel)
        if channel in self.closed:
            raise ChannelClosed(f"nobody may post in {channel}")
        if self.fault is not None:
            raise self.fault
        self.posts.append((channel, key, message))
        if self.fault_after_posting is not None:
            raise self.fault_after_posting
        return f"m{len(self.posts)}"

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        self.looks.append((channel, key, since))
        if self.history is not None:
            raise self.history
        found = (n for n, post in enumerate(self.posts, 1) if post[:2] == (channel, key))
        return next((f"m{n}" for n in found), None)

    async def edit(self, channel: str, message_id: str, message: Message, key: str) -> None:
        if self.fault_of_edit is not None:
            raise self.fault_of_edit
        self.edits.append((message_id, message))

    async def comment(self, channel: str, message_id: str, message: Message, key: str) -> str:
        self.comments.append((message_id, key, message))
        if self.fault_after_posting is not None:
            raise self.fault_after_posting
        return f"c{len(self.comments)}"

    async def find_comment(self, channel: str, message_id: str, key: str, since: datetime) -> str | None:
        found = (n for n, one in enumerate(self.comments, 1) if one[:2] == (message_id, key))
        return next((f"c{n}" for n in found), None)


class House:
    """A store with a source and a subscription, a fake chat, and a clock that is moved by hand."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.chat = FakeChat()
        self.now = NOW
        self.settings = Settings(
            sources=(SourceSettings(name="wire", kind="feed", url="https://wire.example/feed"),),
            subscriptions=(morning(),),
        )

    async def configure(self, *subscriptions: SubscriptionSettings) -> None:
        if subscriptions:
            self.settings = self.settings.model_copy(update={"subscriptions": subscriptions})
        await self.store.sync_sources(self.settings.sources, now=self.now)
        await self.store.sync_subscriptions(self.settings.subscriptions, now=self.now)

    async def arrive(self, *texts: str, published: datetime | None = None, baseline: bool = False) -> None:
        (source,) = await self.store.sources(SHARED)
        found = [Article(text=t, title=t[:20], published=published, language="en", source="wire") for t in texts]
        await self.store.add_articles(source.id, found, baseline=baseline, now=self.now)

    async def tick(self, at: datetime) -> str:
        self.now = at
        (key,) = await tick(self.store, now=at, grace=timedelta(hours=12))
        return key

    async def deliver(self, key: str) -> Delivery:
        chats = {"slack": self.chat}
        await deliver(key, store=self.store, chats=chats, settings=self.settings, clock=lambda: self.now)
        found = await self.store.delivery(key)
        assert found is not None
        return found


def morning(**changes: object) -> SubscriptionSettings:
    entry: dict[str, object] = {"name": "Morning", "to": "slack:C0123", "topics": ["gaza", "taiwan"]}
    entry |= {"when": "weekdays 08:30", "timezone": "Europe/Berlin"}
    return SubscriptionSettings.model_validate(entry | changes)


def words(message: Message) -> str:
    """Everything a reader of the message reads, in a line."""
    parts = [message.title, *map(plain, message.intro)]
    for section in message.sections:
        parts += [section.title or "", *map(plain, section.texts)]
        parts += [quote.text for line in section.lines for quote in line.quotes]
    return "\n".join([*parts, *map(plain, message.footer)])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = await Store.open(f"sqlite:///{tmp_path / 'readout.db'}")
    house = House(store)
    await house.configure()
    house.now += timedelta(minutes=1)
    yield house
    await store.close()


async def test_a_digest_brings_what_arrived_and_counts_it_as_shown(house: House) -> None:
    """The lines stand word for word in one public message; the row holds the platform's id of it."""
    await house.arrive(GAZA, TAIWAN, WEATHER)
    delivery = await house.deliver(await house.tick(SLOT))
    ((channel, key, message),) = house.chat.posts
    assert (channel, key) == ("C0123", delivery.key)
    assert (delivery.state, delivery.message_id) == ("sent", "m1")
    assert GAZA in words(message)
    assert TAIWAN in words(message)
    assert WEATHER not in words(message)
    assert message.public
    assert message.title.startswith("Morning · Mon 23 Nov · Gaza, Taiwan")
    assert len(await house.store.shown(SHARED, "C0123:")) == 2


async def test_what_was_delivered_is_not_delivered_again(house: House) -> None:
    """The next digest begins where the last one ended, and the same words in a new article are no news."""
    await house.arrive(GAZA)
    await house.deliver(await house.tick(SLOT))
    await house.arrive(GAZA + " ", published=None)
    delivery = await house.deliver(await house.tick(SLOT + timedelta(days=1)))
    second = words(house.chat.posts[1][2])
    assert delivery.state == "sent"
    assert GAZA not in second
    assert "nothing new since Mon 08:30." in second


async def test_baseline_and_old_articles_are_never_announced_as_new(house: House) -> None:
    """What a source's first read brought, and what was published more than four days ago, is no news."""
    await house.deliver(await house.tick(SLOT))
    await house.arrive(GAZA, baseline=True)
    await house.arrive(TAIWAN, published=SLOT - timedelta(hours=97))
    await house.deliver(await house.tick(SLOT + timedelta(days=1)))
    told = words(house.chat.posts[1][2])
    assert GAZA not in told
    assert TAIWAN not in told
    assert "Gaza, Taiwan: nothing new" in told


async def test_the_first_digest_is_what_is_held_by_then(house: House) -> None:
    """However old it is, and nothing of it is called new; the next one does not say it again."""
    await house.arrive(GAZA, baseline=True)
    await house.arrive(TAIWAN, published=SLOT - timedelta(days=900))
    await house.deliver(await house.tick(SLOT))
    await house.deliver(await house.tick(SLOT + timedelta(days=1)))
    first, second = (words(message) for _, _, message in house.chat.posts)
    assert GAZA in first
    assert TAIWAN in first
    assert "This is the first digest here: 2 lines of what I hold" in first
    assert "From now on only what is new." in first
    assert "new to this channel" not in first
    assert GAZA not in second
    assert TAIWAN not in second


async def test_a_first_digest_without_a_line_says_so(house: House) -> None:
    """Silence would look like a fault."""
    await house.deliver(await house.tick(SLOT))
    told = words(house.chat.posts[0][2])
    assert "This is the first digest here, and I hold nothing on it yet. From now on only what is new." in told


async def subscribed(house: House, plan: str) -> str:
    """The key of the first slot of a subscription that somebody made in chat."""
    made = await house.store.add_subscription(
        SHARED,
        name="mine",
        target="slack:C0123",
        plan=parse_plan(plan, timezone="Europe/Berlin", example=""),
        owner="U1",
        now=house.now,
    )
    await house.store.pause_subscription(1, "only the other one is looked at")
    return await house.tick(made.next_slot)


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("", True),
        ("-ferries", True),
        ("-convoys", False),
        ("sources:WIRE", True),
        ("sources:gazette", False),
        ("min:1", False),
    ],
)
async def test_a_subscription_gets_only_what_it_asks_for(house: House, option: str, told: bool) -> None:
    """Words that it leaves out, sources that it names, outlets that a line needs: the article here names none."""
    await house.arrive(GAZA)
    await house.deliver(await subscribed(house, f"gaza daily 08:30 {option}"))
    ((_, _, message),) = house.chat.posts
    assert (GAZA in words(message)) is told


async def test_an_empty_digest_is_posted_only_where_it_is_wanted(house: House) -> None:
    """With skip-empty the row says why there is no post."""
    delivery = await house.deliver(await subscribed(house, "gaza daily 08:30 skip-empty"))
    assert house.chat.posts == []
    assert (delivery.state, delivery.reason) == (
        "skipped",
        "nothing new, and the subscription skips empty digests",
    )


async def test_a_digest_of_quiet_hours_is_posted_at_their_end(house: House) -> None:
    """However long they are; with what came until then."""
    key = await subscribed(house, "gaza daily 08:30 quiet:8-23:30")
    held = await house.deliver(key)
    assert (held.state, house.chat.posts) == ("due", [])
    house.now = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    await house.arrive(GAZA)
    assert (await house.deliver(key)).state == "sent"
    assert GAZA in words(house.chat.posts[0][2])


async def test_a_changed_number_is_an_update_and_the_same_in_other_words_is_nothing(house: House) -> None:
    """What the channel was shown is compared by content: the line says what it was before."""
    twelve = "At least 12 people were killed when a building collapsed in Gaza on Sunday, medics said."
    again = "Medics said that at least 12 people were killed in Gaza on Sunday when a building collapsed."
    more = "At least 17 people were killed when a building collapsed in Gaza on Sunday, medics said."
    await house.deliver(await house.tick(SLOT))
    for day, text in enumerate((twelve, again, more), 1):
        await house.arrive(text)
        await house.deliver(await house.tick(SLOT + timedelta(days=day)))
    first, second, third = (words(message) for _, _, message in house.chat.posts[1:])
    assert twelve in first
    assert again not in second
    assert "Gaza, Taiwan: nothing new since Tue 08:30." in second
    assert more in third
    assert "1 line, updated since shown here" in third
    (line,) = (line for section in house.chat.posts[3][2].sections for line in section.lines)
    assert line.marks == ("UPDATED",)
    assert "now “At least 17 people”, was “At least 12 people”" in plain(line.quotes[0].source)


async def test_related_lines_are_left_out_of_a_digest(house: House) -> None:
    """No line that is only near the topic fills room."""
    await house.arrive("The Middle East envoy will travel to the region again next week, the spokesman said.")
    await house.deliver(await house.tick(SLOT))
    assert "Middle East" not in words(house.chat.posts[0][2])


async def test_a_digest_after_skipped_slots_says_what_it_covers(house: House) -> None:
    """After a weekend of downtime one digest brings everything since the last delivered one."""
    await house.arrive(GAZA)
    await house.deliver(await house.tick(SLOT))
    house.now = SLOT + timedelta(days=2)
    await house.arrive(TAIWAN)
    await house.deliver(await house.tick(SLOT + timedelta(days=3)))
    told = words(house.chat.posts[1][2])
    assert TAIWAN in told
    assert "covers Mon 08:30 to Thu 08:30" in told


async def test_without_a_source_nothing_is_posted(house: House) -> None:
    """The sample is never postable; the row says so."""
    house.settings = house.settings.model_copy(update={"sources": ()})
    await house.configure()
    delivery = await house.deliver(await house.tick(SLOT))
    assert (delivery.state, delivery.reason) == ("skipped", "no source is configured; the sample is never posted")
    assert house.chat.posts == []


async def test_a_post_that_certainly_failed_is_tried_again_when_the_platform_says(house: House) -> None:
    """Nothing counts as shown meanwhile, and the second attempt shows the same."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault = NotPosted("rate limited", retry_after=timedelta(seconds=90))
    waiting = await house.deliver(key)
    assert (waiting.state, waiting.retry_at, waiting.reason) == ("due", SLOT + timedelta(seconds=90), "rate limited")
    assert await house.store.shown(SHARED, "C0123:") == set()
    house.chat.fault = None
    await house.deliver(key)
    assert house.chat.posts == []
    await house.arrive(TAIWAN)
    house.now += timedelta(seconds=90)
    assert (await house.deliver(key)).state == "sent"
    assert TAIWAN not in words(house.chat.posts[0][2])
    assert house.chat.looks == []


async def test_a_lost_reply_is_resolved_by_looking_into_the_channel(house: House) -> None:
    """The post is there: it is not made again, and it counts as sent."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault_after_posting = OutcomeUnknown("connection reset")
    unclear = await house.deliver(key)
    assert (unclear.state, unclear.reason) == ("sending", "connection reset")
    house.now += timedelta(seconds=10)
    found = await house.deliver(key)
    assert (found.state, found.message_id, len(house.chat.posts)) == ("sent", "m1", 1)
    assert house.chat.looks == [("C0123", key, SLOT)]
    assert len(await house.store.shown(SHARED, "C0123:")) == 1


async def test_a_lost_request_is_posted_again_after_looking(house: House) -> None:
    """The post is not there: the second attempt makes it."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault = OutcomeUnknown("connection reset")
    await house.deliver(key)
    house.chat.fault = None
    house.now += timedelta(seconds=10)
    assert (await house.deliver(key)).state == "sent"
    assert len(house.chat.posts) == 1


async def test_a_lost_reply_is_looked_for_in_the_minutes_of_its_own_attempt(house: House) -> None:
    """An earlier attempt that certainly failed an hour before says nothing about where the post is."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault = NotPosted("rate limited", retry_after=timedelta(hours=1))
    await house.deliver(key)
    house.now += timedelta(hours=1)
    house.chat.fault, house.chat.fault_after_posting = None, OutcomeUnknown("connection reset")
    await house.deliver(key)
    house.now += timedelta(seconds=20)
    assert (await house.deliver(key)).state == "sent"
    assert house.chat.looks == [("C0123", key, SLOT + timedelta(hours=1))]


async def test_a_digest_that_could_not_be_posted_gives_way_to_the_next(house: House) -> None:
    """Two digests of one subscription never show the same lines."""
    await house.arrive(GAZA)
    first = await house.tick(SLOT)
    house.chat.fault = NotPosted("not connected", retry_after=timedelta(seconds=1))
    await house.deliver(first)
    second = await house.tick(SLOT + timedelta(days=1))
    house.chat.fault = None
    given_way = await house.deliver(first)
    assert (given_way.state, given_way.reason) == ("skipped", "not posted in time; the next digest covers it")
    assert (await house.deliver(second)).state == "sent"
    assert [GAZA in words(message) for _, _, message in house.chat.posts] == [True]


async def test_a_digest_waits_until_the_outcome_of_the_one_before_is_known(house: House) -> None:
    """It cannot know before then where to begin."""
    await house.arrive(GAZA)
    first = await house.tick(SLOT)
    house.chat.fault_after_posting = OutcomeUnknown("connection reset")
    await house.deliver(first)
    house.chat.fault_after_posting = None
    house.now += timedelta(seconds=1)
    await house.arrive(TAIWAN)
    second = await house.tick(SLOT + timedelta(days=1))
    assert (await house.deliver(second)).state == "due"
    assert (await house.deliver(first)).state == "sent"
    assert (await house.deliver(second)).state == "sent"
    assert [GAZA in words(message) for _, _, message in house.chat.posts] == [True, False]


@pytest.mark.parametrize(("on_unknown", "state", "posts"), [("skip", "unknown", 1), ("repost", "sent", 2)])
async def test_where_history_cannot_be_read_the_setting_decides(
    house: House, on_unknown: str, state: str, posts: int
) -> None:
    """Skip by default, and say so; a second post only where the owner prefers it."""
    house.settings = Settings.model_validate(
        house.settings.model_dump(exclude={"delivery"}) | {"delivery": {"on_unknown": on_unknown}}
    )
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault_after_posting = OutcomeUnknown("connection reset")
    house.chat.history = HistoryUnreadable("the history scope was not granted")
    await house.deliver(key)
    house.chat.fault_after_posting = None
    house.now += timedelta(seconds=10)
    delivery = await house.deliver(key)
    assert (delivery.state, len(house.chat.posts)) == (state, posts)
    if state == "unknown":
        assert delivery.reason == "the reply was lost, and the history scope was not granted"


async def test_a_post_is_looked_for_where_it_was_made(house: House) -> None:
    """A subscription that was moved to another channel meanwhile is not posted there a second time."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault_after_posting = OutcomeUnknown("connection reset")
    await house.deliver(key)
    house.now += timedelta(seconds=10)
    await house.configure(morning(to="slack:C9999"))
    assert (await house.deliver(key)).state == "sent"
    assert [channel for channel, _, _ in house.chat.posts] == ["C0123"]
    assert await house.store.shown(SHARED, "C9999:") == set()


async def test_a_restart_resumes_a_paused_subscription(house: House) -> None:
    """Whoever mended the channel restarts; if it is still closed, one more attempt says so."""
    house.chat.fault = ChannelClosed("channel_not_found")
    await house.deliver(await house.tick(SLOT))
    await house.configure()
    (subscription,) = await house.store.subscriptions(SHARED)
    assert (subscription.active, subscription.paused) == (True, None)


async def test_a_closed_channel_pauses_its_subscription(house: House) -> None:
    """The reason is kept, and nothing more is posted there."""
    house.chat.fault = ChannelClosed("channel_not_found")
    delivery = await house.deliver(await house.tick(SLOT))
    (subscription,) = await house.store.subscriptions(SHARED)
    assert (delivery.state, delivery.reason) == ("failed", "channel_not_found")
    assert (subscription.active, subscription.paused) == (False, "channel_not_found")


async def test_a_platform_without_a_token_fails_its_deliveries(house: House) -> None:
    """The row says which platform is not connected."""
    await house.configure(morning(to="discord:77"))
    delivery = await house.deliver(await house.tick(SLOT))
    assert (delivery.state, delivery.reason) == ("failed", "discord is not connected: it has no token")


async def test_a_delivery_that_cannot_be_made_for_hours_is_given_up(house: House) -> None:
    """A morning briefing does not come at night."""
    key = await house.tick(SLOT)
    house.chat.fault = NotPosted("not connected")
    await house.deliver(key)
    house.now = SLOT + timedelta(hours=13)
    delivery = await house.deliver(key)
    assert (delivery.state, delivery.reason) == ("failed", "it could not be posted within 12 hours")


async def test_a_fault_of_ours_while_posting_is_treated_as_an_unknown_outcome(house: House) -> None:
    """It is logged, and the channel is looked into before anything is posted again."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    house.chat.fault_after_posting = RuntimeError("a bug")
    await house.deliver(key)
    house.now += timedelta(seconds=10)
    assert (await house.deliver(key)).state == "sent"
    assert len(house.chat.posts) == 1


async def test_two_carriers_post_once(house: House) -> None:
    """Of any number of carriers the lease lets one through."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    await asyncio.gather(*(house.deliver(key) for _ in range(5)))
    assert len(house.chat.posts) == 1


async def test_several_topics_share_the_room(house: House) -> None:
    """At most three lines each; what was left out is counted."""
    convoys = [
        f"Convoy {n} reached Gaza on Monday with {n} tonnes of {what} for its bakeries and clinics."
        for n, what in enumerate(("flour", "rice", "fuel", "water", "medicine"), 11)
    ]
    await house.arrive(*convoys, TAIWAN)
    await house.deliver(await house.tick(SLOT))
    (_, _, message) = house.chat.posts[0]
    assert {section.title: len(section.lines) for section in message.sections} == {"GAZA": 3, "TAIWAN": 1}
    assert any("more line" in plain(text) for text in message.footer)


async def test_the_buttons_of_a_digest_find_its_briefings(house: House) -> None:
    """Every space that sees the channel finds what the message shows."""
    await house.arrive(GAZA, TAIWAN)
    delivery = await house.deliver(await house.tick(SLOT))
    (_, _, message) = house.chat.posts[0]
    kept = await house.store.recall(SHARED, f"view:{message.briefing}")
    assert kept == ",".join(delivery.briefings)
    for briefing_id in delivery.briefings:
        assert await house.store.briefing("slack:T1", briefing_id) is not None


async def test_jobs_carry_what_is_due_and_stop_at_once(house: House) -> None:
    """A row becomes a post without anybody calling; cancelling ends the loop."""
    await house.arrive(GAZA)
    await house.tick(SLOT)
    jobs = Jobs(house.store, {"slack": house.chat}, house.settings, clock=lambda: house.now, every=timedelta(0))
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(10):
        while not [row for row in await house.store.deliveries(SHARED) if row.state == "sent"]:
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, timeout=1)
    assert len(house.chat.posts) == 1


async def test_a_stop_in_the_middle_of_a_post_leaves_the_row_to_be_looked_up(house: House) -> None:
    """Cancelled while the platform has not answered: the row says `sending`, and a restart looks first."""
    await house.arrive(GAZA)
    key = await house.tick(SLOT)
    called = asyncio.Event()

    class Silent(FakeChat):
        async def post(self, channel: str, message: Message, key: str) -> str:
            await super().post(channel, message, key)
            called.set()
            await asyncio.Event().wait()
            raise AssertionError

    house.chat = silent = Silent()
    task = asyncio.create_task(house.deliver(key))
    await called.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    row = await house.store.delivery(key)
    assert row is not None
    assert row.state == "sending"
    await house.store.shorten_leases(until=SLOT + timedelta(seconds=10))
    house.now = SLOT + timedelta(seconds=10)
    assert house.now < SLOT + LEASE
    assert (await house.deliver(key)).state == "sent"
    assert len(silent.posts) == 1


async def chosen(house: House, words: str, *, target: str = "slack:C0123") -> str:
    """The key of the second slot of a digest made in chat, after its first one; there is news for it."""
    plan = parse_plan(words, timezone="Europe/Berlin", example="")
    made = await house.store.add_subscription(SHARED, name="mine", target=target, plan=plan, owner="U1", now=house.now)
    await house.store.pause_subscription(1, "only the other one is looked at")
    await house.deliver(await house.tick(made.next_slot))
    await house.arrive(GAZA)
    return await house.tick((await house.store.subscription(made.id)).next_slot)


async def test_a_role_is_pinged_only_by_news(house: House) -> None:
    """Neither by a first digest, which is no news, nor by one that has nothing new."""
    await house.deliver(await chosen(house, "gaza daily 08:30 ping:<!subteam^S0123> to:thread"))
    await house.deliver(await house.tick(SLOT + timedelta(days=2)))
    assert [message.ping for _, _, message in house.chat.posts] == [None, "S0123", None]
    assert [channel for channel, _, _ in house.chat.posts] == ["C0123#thread:2"] * 3
    assert house.chat.posts[0][2].thread == "mine"
    assert len(await house.store.shown(SHARED, "C0123:")) == 1


async def test_a_digest_to_a_person_ends_with_pause_and_unfollow(house: House) -> None:
    """Their values name the digest."""
    await house.deliver(await chosen(house, "gaza daily 08:30", target="slack:U1"))
    for _, _, message in house.chat.posts:
        ends = [(one.action, one.value) for one in message.controls if isinstance(one, Button)][-2:]
        assert ends == [("pause", "2"), ("remove", "2")]
        assert message.ping is None


async def test_a_digest_to_a_channel_can_be_followed_by_whoever_reads_it(house: House) -> None:
    """For themselves: a press names its topics, as `follow` does."""
    await house.deliver(await house.tick(SLOT))
    ((_, _, message),) = house.chat.posts
    assert Button(label="Follow", action="follow", value="gaza,taiwan") in message.controls


async def test_the_owner_of_a_closed_channel_is_told_once(house: House) -> None:
    """By a direct message that says why and how to go on; the channel is not asked again."""
    key = await chosen(house, "gaza daily 08:30")
    house.chat.closed = {"C0123"}
    delivery = await house.deliver(key)
    await house.deliver(key)
    assert delivery.state == "failed"
    (told,) = [post for post in house.chat.posts if post[0] == "U1"]
    assert "Paused: mine" in words(told[2])
    assert "nobody may post in C0123" in words(told[2])
    assert await tick(house.store, now=SLOT + timedelta(days=9), grace=timedelta(hours=12)) == ()
    assert house.chat.calls.count("C0123") == 2


async def test_an_owner_who_cannot_be_told_changes_nothing(house: House) -> None:
    """The reason stands with the subscription, for status."""
    key = await chosen(house, "gaza daily 08:30")
    house.chat.closed = {"C0123", "U1"}
    assert (await house.deliver(key)).state == "failed"
    assert (await house.store.subscription(2)).paused == "nobody may post in C0123"
    assert house.chat.calls.count("U1") == 1


async def test_a_shared_digest_does_not_repeat_what_the_channels_own_digest_showed(house: House) -> None:
    """The configuration's digest and one that people of the channel's space made there are read by the same people."""
    plan = parse_plan("gaza daily 08:10", timezone="Europe/Berlin", example="")
    await house.store.add_subscription(
        "slack:T1", name="theirs", target="slack:C0123", plan=plan, owner="U1", now=house.now
    )
    await house.arrive(GAZA)
    await house.deliver(await house.tick(SLOT - timedelta(minutes=20)))
    await house.deliver(await house.tick(SLOT))
    theirs, shared = (words(message) for _, _, message in house.chat.posts)
    assert GAZA in theirs
    assert GAZA not in shared


async def test_a_row_says_that_it_is_posted_right_before_the_call_and_not_when_it_is_made_ready(house: House) -> None:
    """A process that is killed while digests wait for their turns leaves none of them in doubt."""
    await house.arrive(GAZA)
    claimed = await house.store.claim(await house.tick(SLOT), now=SLOT, lease=LEASE)
    assert claimed is not None
    means = Means(
        store=house.store,
        chats={"slack": house.chat},
        settings=house.settings,
        clock=lambda: house.now,
        lease=LEASE,
        shared=Shared(house.store),
    )
    (ready,) = await prepare([claimed], means)
    row = await house.store.delivery(claimed.key)
    assert row is not None
    assert (row.state, row.attempts, row.composed_at) == ("due", 0, SLOT)
    await ready.post()
    row = await house.store.delivery(claimed.key)
    assert row is not None
    assert (row.state, row.attempts) == ("sent", 1)
