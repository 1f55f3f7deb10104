"""Corrections: only what no longer stands in its article is struck, once, and the post is edited until it shows it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import Caller, Desk
from bot.corrections import Corrections, comment_key, corrections_of, strike, verdict
from bot.digest import deliver
from bot.errors import NotEdited, NotPosted, OutcomeUnknown
from bot.message import Line, Message
from bot.pacing import Pace
from bot.posted import message_of
from bot.store import SHARED, Correction, Delivery, HandPost, Store
from bot.store.corrections import wish_edit
from bot.store.schedule import Waiting
from summaries import Article, Briefing, Citation, ItemList, ListItem, Point, cite, passages
from tests.bot.test_digest import SLOT, House

KILLED = "At least 12 people were killed in Gaza City on Monday, the health ministry said."
NOW_17 = "At least 17 people were killed in Gaza City on Monday, the health ministry said."
CROSSING = "The crossing at Rafah was closed for the third day, aid agencies said."


def article(text: str) -> Article:
    return Article(text=text, title="Gaza City", outlet="The Wire", url="https://wire.example/1", language="en")


def quoted(text: str) -> Citation:
    return cite(passages(article(text))[0])


@pytest.mark.parametrize(
    "text",
    [
        f"{KILLED}\n{CROSSING}",
        f"{CROSSING}\n\n{KILLED}",
        KILLED.replace(" ", "  ").replace("12", "12\n"),
        KILLED.replace("said.", "said"),
        f"“{KILLED[:-1]}”, it added.",
        KILLED.replace("Gaza City", "*Gaza City*"),
    ],
)
def test_words_that_still_stand_there_are_not_corrected(text: str) -> None:
    """Wherever they stand, and whatever white space, punctuation or markup is around and between them."""
    assert verdict(quoted(KILLED), article(text)) is None


@pytest.mark.parametrize(
    ("text", "now"),
    [
        (f"{CROSSING}\n{NOW_17}", NOW_17),
        (KILLED.replace("Gaza City", "Rafah"), KILLED.replace("Gaza City", "Rafah")),
        (CROSSING, None),
        ("", None),
    ],
)
def test_a_changed_number_or_name_and_words_that_are_gone_are_corrected(text: str, now: str | None) -> None:
    """The new wording is a slice of the new version; where none says the same, none is shown."""
    found = verdict(quoted(KILLED), article(text))
    assert found is not None
    assert (found.now.quote if found.now is not None else None) == now
    if found.now is not None:
        assert text[found.now.start : found.now.end] == found.now.quote


def test_a_number_is_not_the_same_without_its_decimal() -> None:
    """1.5 million is not 15 million: only markup and spaces are looked past."""
    was = quoted("The fund holds 1.5 million euros for Gaza, the bank said.")
    assert verdict(was, article("The fund holds 15 million euros for Gaza, the bank said.")) is not None


class Proof(House):
    """A house whose one article can change, with the loop that looks at it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.loop = self.restarted()

    def restarted(self) -> Corrections:
        return Corrections(self.store, {"slack": self.chat}, self.settings, clock=lambda: self.now)

    async def says(self, text: str) -> None:
        (source,) = await self.store.sources(SHARED)
        await self.store.add_articles(source.id, [article(text)], baseline=False, now=self.now)

    async def posted(self) -> Delivery:
        """A digest that quotes the article as it is now."""
        delivery = await self.deliver(await self.tick(SLOT))
        self.now += timedelta(hours=1)
        return delivery

    async def carry(self) -> None:
        """Everything that is due, once."""
        await self.loop.look()
        await self.loop.edit_due()
        for key in await self.store.due_deliveries(now=self.now):
            await deliver(
                key, store=self.store, chats={"slack": self.chat}, settings=self.settings, clock=lambda: self.now
            )


@pytest.fixture
async def proof(store: Store) -> Proof:
    made = Proof(store)
    await made.configure()
    made.now += timedelta(minutes=1)
    return made


def first_line(message: Message) -> Line:
    return next(line for section in message.sections for line in section.lines)


async def test_a_changed_article_edits_the_posted_line_and_is_told_once(proof: Proof) -> None:
    """Struck, with the new words below; one comment under the post, however often is looked."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    await proof.says(NOW_17)
    for _ in range(3):
        await proof.carry()
        proof.now += timedelta(minutes=2)
    ((edited, message),) = proof.chat.edits
    line = first_line(message)
    assert edited == delivery.message_id
    assert [(quote.text, quote.struck) for quote in line.quotes] == [(KILLED, True), (NOW_17, False)]
    assert line.marks == ("CORRECTED",)
    ((below, key, comment),) = proof.chat.comments
    assert below == delivery.message_id
    assert key.startswith(f"c:{delivery.key}:")
    assert comment.title == "Corrected: line 1"
    assert len(proof.chat.posts) == 1


async def test_a_changed_article_edits_what_was_posted_by_hand(proof: Proof) -> None:
    """As a digest, and as often; also where another process made the post."""
    await proof.says(f"{KILLED}\n{CROSSING}")
    caller = Caller(platform="slack", space="slack:T1", channel="C0123", person="U1")
    desk = Desk(proof.store, proof.settings, clock=lambda: proof.now)
    answer = await desk.answer(caller, "gaza since:30d")
    message = await desk.press(caller, "post", answer.briefing or "")
    await desk.posted(caller, message, key="p:1", message_id="m1")
    proof.now += timedelta(hours=1)
    await proof.says(f"{NOW_17}\n{CROSSING}")
    for _ in range(3):
        await proof.carry()
        proof.now += timedelta(minutes=2)
    ((edited, now),) = proof.chat.edits
    line = first_line(now)
    assert (edited, line.marks) == ("m1", ("CORRECTED",))
    assert [(quote.text, quote.struck) for quote in line.quotes] == [(KILLED, True), (NOW_17, False)]
    assert [(below, comment.title) for below, _, comment in proof.chat.comments] == [("m1", "Corrected: line 1")]


async def test_a_post_by_hand_that_an_other_version_kept_is_left_as_it_is(proof: Proof) -> None:
    """Its words cannot be read by this one, so it is not asked for again and again."""
    await proof.says(KILLED)
    post = HandPost(
        key="p:1", space="slack:T1", target="slack:C0123", message_id="m1", briefings=(), standing={"message": {"x": 1}}
    )
    await proof.store.keep_post(post, now=proof.now)
    async with proof.store.writing() as connection:
        await wish_edit(connection, "p:1")
    await proof.carry()
    assert proof.chat.edits == []
    assert await proof.store.due_edits(now=proof.now + timedelta(days=1)) == ()


async def test_a_comment_that_stands_below_no_post_names_its_digest(proof: Proof) -> None:
    """The browser chat has no threads: there it is the next message."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    await proof.says(NOW_17)
    await proof.carry()
    ((_, key, _),) = proof.chat.comments
    told = await proof.store.delivery(key)
    assert told is not None
    subscription = replace(await proof.store.subscription(delivery.subscription_id), target="browser")
    comment = await message_of(told, subscription, store=proof.store, public_url=None)
    assert comment.title == "Corrected: line 1 of Morning"


async def test_posts_are_looked_at_a_part_at_a_time(proof: Proof) -> None:
    """By key, each after the one before, and without what they say: thousands may have been posted in a minute."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    since = proof.now - timedelta(days=2)
    (posted,) = await proof.store.posted_since(since, limit=1)
    assert (posted.key, posted.kind, posted.briefings) == (delivery.key, "digest", delivery.briefings)
    assert await proof.store.posted_since(since, after=posted.key, limit=1) == ()


async def test_an_edit_changes_no_other_word(proof: Proof) -> None:
    """What stood around the lines is frozen with the digest: sources read since, or failing since, stay out of it."""
    await proof.says(f"{KILLED}\n{CROSSING}")
    await proof.posted()
    (source,) = await proof.store.sources(SHARED)
    await proof.store.record_poll(source.id, outcome="failed", error="x", now=proof.now, next_poll=proof.now)
    await proof.says(f"{NOW_17}\n{CROSSING}")
    await proof.carry()
    (_, _, posted), (_, edited) = proof.chat.posts[0], proof.chat.edits[0]
    assert (edited.title, edited.intro, edited.footer) == (posted.title, posted.intro, posted.footer)
    assert edited.sections[0].lines[1:] == posted.sections[0].lines[1:]


async def test_only_markup_that_changed_does_nothing(proof: Proof) -> None:
    """Nobody is told that an article has other spaces."""
    await proof.says(KILLED)
    await proof.posted()
    await proof.says(KILLED.replace(" ", "  "))
    await proof.carry()
    assert (proof.chat.edits, proof.chat.comments) == ([], [])


async def test_a_second_change_is_a_second_correction(proof: Proof) -> None:
    """The old quote stays the one that was posted."""
    await proof.says(KILLED)
    await proof.posted()
    for number in ("17", "23"):
        await proof.says(KILLED.replace("12", number))
        await proof.carry()
    assert [quote.text for quote in first_line(proof.chat.edits[-1][1]).quotes] == [
        KILLED,
        KILLED.replace("12", "23"),
    ]
    assert len({key for _, key, _ in proof.chat.comments}) == 2


async def test_after_two_days_a_post_is_left_as_it_was(proof: Proof) -> None:
    """Nobody reads it any more."""
    await proof.says(KILLED)
    await proof.posted()
    proof.now = SLOT + timedelta(hours=49)
    await proof.says(NOW_17)
    await proof.carry()
    assert proof.chat.edits == []


async def test_corrections_can_be_switched_off(proof: Proof) -> None:
    """`[delivery] corrections = false`."""
    off = proof.settings.delivery.model_copy(update={"corrections": False})
    proof.settings = proof.settings.model_copy(update={"delivery": off})
    proof.loop = proof.restarted()
    await proof.says(KILLED)
    await proof.posted()
    await proof.says(NOW_17)
    await proof.carry()
    assert (proof.chat.edits, proof.chat.comments) == ([], [])


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (NotPosted("slow down", timedelta(seconds=30)), True),
        (OutcomeUnknown("the reply was lost"), True),
        (NotEdited("the post is gone"), False),
    ],
)
async def test_an_edit_that_failed_is_made_again_where_it_can_be(proof: Proof, fault: Exception, again: bool) -> None:
    """After the pause that the platform asks for; never where the post is gone."""
    await proof.says(KILLED)
    await proof.posted()
    await proof.says(NOW_17)
    proof.chat.fault_of_edit = fault
    await proof.carry()
    proof.chat.fault_of_edit = None
    await proof.loop.edit_due()
    assert proof.chat.edits == []
    proof.now += timedelta(seconds=31)
    await proof.loop.edit_due()
    assert len(proof.chat.edits) == (1 if again else 0)


async def test_a_lost_reply_to_a_comment_is_resolved_by_looking(proof: Proof) -> None:
    """The comment stands there once."""
    await proof.says(KILLED)
    await proof.posted()
    await proof.says(NOW_17)
    proof.chat.fault_after_posting = OutcomeUnknown("connection reset")
    await proof.carry()
    proof.chat.fault_after_posting = None
    proof.now += timedelta(seconds=11)
    await proof.carry()
    ((_, key, _),) = proof.chat.comments
    row = await proof.store.delivery(key)
    assert row is not None
    assert row.state == "sent"


async def test_a_wish_that_comes_during_an_edit_is_not_lost(proof: Proof) -> None:
    """The edit that was under way ends only the wish that it was made for."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    await proof.says(NOW_17)
    await proof.loop.look()
    edit = await proof.store.claim_edit(delivery.key, now=proof.now, lease=timedelta(minutes=1))
    assert edit is not None
    await proof.says(KILLED.replace("12", "23"))
    await proof.loop.look()
    await proof.store.edited(edit)
    assert await proof.store.due_edits(now=proof.now) == (Waiting(delivery.key, delivery.target),)


async def test_a_struck_line_stays_struck(proof: Proof) -> None:
    """By a manager, with the reason; what the article says later changes nothing of it."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    struck = [
        await strike(proof.store, delivery, lambda number, _: number == 1, reason="wrong city", now=proof.now)
        for _ in range(2)
    ]
    await proof.says(NOW_17)
    await proof.carry()
    assert struck == [1, 0]
    line = first_line(proof.chat.edits[-1][1])
    assert (line.marks, [quote.text for quote in line.quotes]) == (("STRUCK",), [KILLED])
    assert [comment.title for _, _, comment in proof.chat.comments] == ["Struck: line 1"]


async def test_what_was_corrected_of_a_briefing_is_found_by_its_id(proof: Proof) -> None:
    """For the page, which stays as it was below the dated correction."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    await proof.says(NOW_17)
    await proof.carry()
    (found,) = await proof.store.corrections_of([delivery.briefings[0]])
    assert (found.was.quote, found.now and found.now.quote) == (KILLED, NOW_17)
    assert await proof.store.corrections_of(["other"]) == ()


async def test_the_comment_of_the_same_corrections_has_the_same_key(proof: Proof) -> None:
    """So that two processes that look at the same time tell of it once."""
    await proof.says(KILLED)
    delivery = await proof.posted()
    await proof.says(NOW_17)
    await proof.carry()
    several = await proof.store.corrections(delivery.key)
    later = tuple(replace(one, at=one.at + timedelta(minutes=1)) for one in several)
    assert comment_key(delivery, several) == comment_key(delivery, later)


def listed(*wordings: str, detail: str) -> Briefing:
    """A list of one item in the words of several outlets, each an article of its own; the first says more of it."""
    said = [replace(quoted(text), article=str(at)) for at, text in enumerate(wordings, start=1)]
    item = ListItem(label=wordings[0], wordings=tuple(said), details=(replace(quoted(detail), article="1"),))
    found = ItemList(title="What changed", stated=1, items=(item,))
    return Briefing(topic="gaza", title="Gaza", engine="concepts", lists=(found,))


async def test_every_quote_of_a_line_is_looked_at(proof: Proof) -> None:
    """Other outlets' wordings and what they say below, not only the first words; those that still stand stay."""
    detail, other = "Half of them were on their way to work.", "A dozen died in Gaza City on Monday."
    briefing = listed(KILLED, other, detail=detail)
    held = {"1": article(f"{KILLED}\n{CROSSING}"), "2": article(f"{other.replace('dozen', 'score')}\n{CROSSING}")}
    await proof.says(KILLED)
    found = corrections_of(await proof.posted(), [briefing], held, now=SLOT)
    assert [(one.line, one.quote, one.was.quote, one.kind) for one in found] == [
        (1, 1, detail, "gone"),
        (1, 2, other, "changed"),
    ]
    assert found[1].now is not None
    assert found[1].now.quote == "A score died in Gaza City on Monday."


async def test_the_sentence_before_a_line_is_looked_at(proof: Proof) -> None:
    """It stands in the post word for word, too."""
    point = Point(citations=(quoted(CROSSING),), before=quoted(KILLED), outlets=1, own_words=1)
    briefing = Briefing(topic="gaza", title="Gaza", engine="concepts", points=(point,))
    await proof.says(KILLED)
    held = {quoted(KILLED).article: article(f"{NOW_17}\n{CROSSING}")}
    (found,) = corrections_of(await proof.posted(), [briefing], held, now=SLOT)
    assert (found.line, found.quote, found.was.quote) == (1, 1, KILLED)
    assert found.now is not None
    assert found.now.quote == NOW_17


async def test_the_sentence_before_a_line_that_stands_above_it_is_told_once(proof: Proof) -> None:
    """The post shows it as the line above, and not again; so its correction is of that line alone."""
    above = Point(citations=(quoted(KILLED),), outlets=1, own_words=1)
    point = Point(citations=(quoted(CROSSING),), before=quoted(KILLED), outlets=1, own_words=1)
    several = [Briefing(topic=one, title=one, engine="concepts", points=(above, point)) for one in ("gaza", "rafah")]
    await proof.says(KILLED)
    held = {quoted(KILLED).article: article(f"{NOW_17}\n{CROSSING}")}
    found = corrections_of(await proof.posted(), several, held, now=SLOT)
    assert [(one.line, one.quote) for one in found] == [(1, 0), (3, 0)]


async def test_corrections_of_several_quotes_of_a_line_stay_side_by_side(proof: Proof) -> None:
    """A later one takes the place of none before."""
    await proof.says(KILLED)
    post = await proof.posted()
    first = Correction(delivery=post.key, line=1, kind="gone", was=quoted(KILLED), at=proof.now)
    second = replace(first, quote=1, was=quoted(CROSSING))
    assert await proof.store.correct(post, [first], comment="c:1", now=proof.now)
    assert await proof.store.correct(post, [first, second], comment="c:2", now=proof.now)
    assert not await proof.store.correct(post, [first, second], comment="c:3", now=proof.now)
    assert [one.quote for one in await proof.store.corrections(post.key)] == [0, 1]
    assert [one.quote for one in await proof.store.told_by("c:2")] == [1]


async def test_edits_keep_to_the_budgets_that_posts_keep_to(proof: Proof) -> None:
    """A channel that was just posted to is edited later; a platform that is held, not at all until it is free."""
    await proof.says(KILLED)
    post = await proof.posted()
    await proof.says(NOW_17)
    await proof.loop.look()
    pace, time = Pace(), asyncio.get_running_loop().time
    (waiting,) = await proof.store.due_edits(now=proof.now)
    chats = {"slack": proof.chat}
    loop = Corrections(proof.store, chats, proof.settings, clock=lambda: proof.now, pace=pace)
    pace.hold("slack", 60, time())
    assert not await loop.edit_due()
    assert proof.chat.edits == []
    later = Pace()
    assert later.choose([waiting], 1, time()) == [waiting]  # as for a post to its channel
    busy = Corrections(proof.store, chats, proof.settings, clock=lambda: proof.now, pace=later)
    assert await busy.edit_due()
    assert proof.chat.edits == []
    free = Corrections(proof.store, chats, proof.settings, clock=lambda: proof.now, pace=Pace())
    assert not await free.edit_due()
    assert [edited for edited, _ in proof.chat.edits] == [post.message_id]
