"""The desk answers commands and presses: over a real store, with a settable clock."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
import structlog
from structlog.testing import LogCapture

from bot.commands import Ask, Brief, Caller, Desk
from bot.config import Settings
from bot.formats import as_text
from bot.lines import shown_in
from bot.message import Button, Link, Menu, Message, plain
from bot.present import SAMPLE_BANNER
from bot.store import SHARED, Store
from summaries import Article, load

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
START = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ADA = Caller(platform="slack", space="slack:T1", channel="C1", person="ada", timezone="Europe/Berlin")
BEN = replace(ADA, person="ben")

MARKET = ("The market on the old square will close on Friday.", "The mayor called the market a danger to traffic.")
HARBOUR = ("Dredging of the harbour begins in spring.", "Fishermen fear for the harbour and its seals.")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


def article(text: str, *, outlet: str, hours_old: float, language: str = "en", now: datetime = START) -> Article:
    return Article(
        title=f"{outlet} on {text.split()[1]}",
        text=text,
        outlet=outlet,
        url=f"https://{outlet.casefold().replace(' ', '-')}.example/{crc32(text.encode())}",
        published=now - timedelta(hours=hours_old),
        language=language,
        fetched=now,
    )


def settings(**more: object) -> Settings:
    return Settings.model_validate(
        {
            "sources": [{"name": "town", "kind": "feed", "url": "https://town.example/feed"}],
            "topics": [
                {"name": "market", "title": "Market", "terms": ["market"]},
                {"name": "harbour", "title": "Harbour", "terms": ["harbour", "old port"]},
            ],
        }
        | more
    )


async def fill(store: Store, configured: Settings, *articles: Article, now: datetime = START) -> None:
    await store.sync_sources(configured.sources, now=now)
    for source in await store.sources(SHARED):
        await store.add_articles(source.id, articles, baseline=False, now=now)
        await store.record_poll(source.id, outcome="read", now=now, next_poll=now + timedelta(hours=1))


@pytest.fixture
def store(file_store: Store) -> Store:
    return file_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    configured = settings()
    await fill(
        store,
        configured,
        article(MARKET[0], outlet="Lis Post", hours_old=2),
        article(MARKET[1], outlet="Square News", hours_old=40),
        article(" ".join(HARBOUR), outlet="Lis Post", hours_old=100),
    )
    return Desk(store, configured, clock=clock)


def quotes_of(message: Message) -> list[str]:
    return [quote.text for section in message.sections for line in section.lines for quote in line.quotes]


def intro_of(message: Message) -> str:
    return "\n".join(plain(text) for text in message.intro)


def button(message: Message, action: str) -> Button:
    return next(one for one in message.controls if isinstance(one, Button) and one.action == action)


async def test_a_topic_is_briefed_from_the_last_day(desk: Desk) -> None:
    """What is older stays out while there is something in the default window."""
    message = await desk.answer(ADA, "market")
    assert message.title == "Market"
    assert quotes_of(message) == [MARKET[0]]
    assert intro_of(message).startswith("1 line from the last 24 hours")


async def test_a_window_without_a_line_widens_and_says_so(desk: Desk) -> None:
    """Step by step, to the first that holds a direct line."""
    message = await desk.answer(ADA, "harbour")
    assert quotes_of(message) == list(HARBOUR)
    assert intro_of(message).startswith("Nothing on Harbour in the last 24 hours. This is the newest I hold: 18 Nov,")


async def test_an_explicit_window_never_widens_but_offers_to(desk: Desk) -> None:
    """The button asks the same again over the next wider window that holds something."""
    narrow = await desk.answer(ADA, "harbour since:24h")
    assert quotes_of(narrow) == []
    wider = button(narrow, "wider")
    assert wider.label == "Look back 3 days"
    still = await desk.press(ADA, "wider", wider.value)
    found = await desk.press(ADA, "wider", button(still, "wider").value)
    assert quotes_of(found) == list(HARBOUR)


async def test_sizes_are_ceilings(store: Store, clock: Clock) -> None:
    """Short shows three lines; the rest is counted."""
    configured = settings()
    places = ("north", "south", "east", "west", "centre")
    sayings = [f"The market in the {place} opened {n} {place}ern stalls today." for n, place in enumerate(places, 2)]
    await fill(store, configured, *(article(one, outlet=f"Outlet {n}", hours_old=n) for n, one in enumerate(sayings)))
    desk = Desk(store, configured, clock=clock)
    assert len(quotes_of(await desk.answer(ADA, "market size:short"))) <= 3
    assert len(quotes_of(await desk.answer(ADA, "market"))) <= 5


async def test_with_a_public_address_an_answer_leads_to_its_page(store: Store, desk: Desk, clock: Clock) -> None:
    """The link opens that briefing by a token; without the address, messages carry no link to us."""
    at_home = await desk.answer(ADA, "market")
    assert not any(isinstance(part, Link) for text in at_home.footer for part in text)
    abroad = Desk(store, settings(web={"public_url": "https://readout.example/"}), clock=clock)
    message = await abroad.answer(ADA, "market")
    (link,) = message.footer[-1]
    assert isinstance(link, Link)
    page, _, token = link.url.partition("?t=")
    assert page == f"https://readout.example/b/{message.briefing}"
    assert await store.space_by_token(str(message.briefing), token) == ADA.space


async def test_bare_brief_shows_all_topics(desk: Desk) -> None:
    """One window for all; a topic without a line there is named."""
    assert (await desk.answer(BEN, Brief(topic=" "))).title == "Market, Harbour"
    message = await desk.answer(ADA, "")
    assert [section.title for section in message.sections] == ["MARKET", None]
    assert quotes_of(message) == [MARKET[0]]
    assert plain(message.sections[1].texts[0]) == "Harbour: nothing found."


async def test_words_that_are_no_topic_are_looked_for(desk: Desk) -> None:
    """The word itself, at once."""
    assert quotes_of(await desk.answer(ADA, "dredging")) == [HARBOUR[0]]


async def test_nothing_found_says_where_was_looked(desk: Desk) -> None:
    """And what was perhaps meant."""
    nothing = await desk.answer(ADA, "semiconductors")
    assert nothing.title == "Nothing on “semiconductors”"
    assert "3 articles from 1 source, newest dated 22 Nov, last read 09:30." in intro_of(nothing)
    assert "Topics here: harbour · market" in intro_of(nothing)
    misspelled = await desk.answer(ADA, "harbuor")
    assert quotes_of(await desk.press(ADA, "brief", button(misspelled, "brief").value)) == list(HARBOUR)


async def test_words_that_name_a_topic_among_others_are_read_as_it(desk: Desk) -> None:
    """The answer says so and offers the words alone."""
    message = await desk.answer(ADA, "the old port tomorrow")
    assert intro_of(message).startswith("“the old port tomorrow” names the topic Harbour")
    alone = await desk.press(ADA, "words", button(message, "words").value)
    assert alone.title == "Nothing on “the old port tomorrow”"


async def test_a_question_is_answered_with_lines_that_fit_it(desk: Desk) -> None:
    """Over thirty days at first; where nothing fits, that is said."""
    message = await desk.answer(ADA, "ask what do fishermen fear for the seals")
    assert quotes_of(message) == [HARBOUR[1]]
    assert (await desk.answer(ADA, "ask zebra quantum?")).title == "No line found for “zebra quantum?”"


async def test_a_question_keeps_to_the_configured_words(store: Store, desk: Desk, clock: Clock) -> None:
    """As a briefing does."""
    question = Ask("market square harbour", since="all")
    short = Desk(store, settings(briefing={"words": 10}), clock=clock)
    assert len(quotes_of(await desk.answer(ADA, question))) > 1
    assert len(quotes_of(await short.answer(ADA, question))) == 1


async def test_a_question_can_name_its_source(desk: Desk) -> None:
    """Only what that outlet says is looked at."""
    assert quotes_of(await desk.answer(ADA, Ask("the market is a danger to traffic", source="square"))) == [MARKET[1]]
    assert quotes_of(await desk.answer(ADA, Ask("the market is a danger to traffic", source="lis"))) != [MARKET[1]]
    unknown = await desk.answer(ADA, Ask("the market is a danger to traffic", source="mars"))
    assert intro_of(unknown).startswith("No article here is from “mars”.")


async def test_why_counts_the_lines_of_the_last_briefing(desk: Desk) -> None:
    """By number, also through several topics; without a briefing it says what to do."""
    assert "No briefing was shown to you here yet" in intro_of(await desk.answer(ADA, "why 1"))
    await desk.answer(ADA, "since:all")
    message = await desk.answer(ADA, "why 3")
    assert quotes_of(message) == [HARBOUR[0]]
    assert "There is no line 9: that briefing has lines 1 to 4." in intro_of(await desk.answer(ADA, "why 9"))


async def test_buttons_work_after_a_restart(store: Store, desk: Desk, clock: Clock) -> None:
    """What was shown is frozen: another process finds it by the button's value, for anybody in the space."""
    shown = await desk.answer(ADA, "market since:all")
    again = Desk(store, settings(), clock=clock)
    menu = next(one for one in shown.controls if isinstance(one, Menu))
    assert quotes_of(await again.press(BEN, "why", menu.options[1].value)) == [quotes_of(shown)[1]]
    sources = await again.press(BEN, "sources", button(shown, "sources").value)
    assert quotes_of(sources) == quotes_of(shown)
    assert [section.title for section in sources.sections] == ["Lis Post on market", "Square News on mayor"]


async def test_another_space_sees_nothing_of_it(desk: Desk) -> None:
    """Its buttons find no briefing there."""
    shown = await desk.answer(ADA, "market")
    stranger = replace(ADA, space="slack:T2")
    assert shown.briefing is not None
    assert "not kept any more" in intro_of(await desk.press(stranger, "sources", shown.briefing))


async def test_a_press_of_post_answers_in_public(desk: Desk, clock: Clock) -> None:
    """The same lines, with what everybody may press; a second post has to wait."""
    shown = await desk.answer(ADA, "market")
    posted = await desk.press(ADA, "post", button(shown, "post").value)
    assert posted.public
    assert quotes_of(posted) == quotes_of(shown)
    assert [one.action for one in posted.controls] == ["sources", "why", "follow"]
    refused = await desk.press(BEN, "post", button(shown, "post").value)
    assert not refused.public
    assert "You can post again at 09:32:00." in intro_of(refused)
    clock.pass_(minutes=2)
    assert (await desk.press(BEN, "post", button(shown, "post").value)).public


async def test_what_could_not_be_posted_may_be_tried_again_at_once(desk: Desk) -> None:
    """ "Invite me, then press again" must not be answered with a wait."""
    shown = await desk.answer(ADA, "market")
    assert (await desk.press(ADA, "post", button(shown, "post").value)).public
    desk.not_posted(ADA)
    assert (await desk.press(ADA, "post", button(shown, "post").value)).public
    assert not (await desk.press(ADA, "post", button(shown, "post").value)).public


async def test_strangers_in_direct_messages_are_apart(store: Store, desk: Desk) -> None:
    """Each is a space of its own: its own turns, its own last briefing, nothing of anybody else's."""
    one, other = (
        Caller(platform="discord", space=f"discord:user:{n}", channel=f"9{n}", person=f"{n}", can_post=False)
        for n in (1, 2)
    )
    shown = await desk.answer(one, "market")
    assert "No briefing was shown to you here yet" in intro_of(await desk.answer(other, "why 1"))
    assert (await desk.press(other, "sources", shown.briefing or "")).title == "Not done"
    for _ in range(12):
        last = await desk.answer(one, "market")
    assert "10 answers within a minute" in intro_of(last)
    assert quotes_of(await desk.answer(other, "market"))


async def test_what_was_posted_by_hand_is_no_news_to_its_channel(store: Store, desk: Desk, clock: Clock) -> None:
    """Once the chat says that it was posted, and not before, digests and people there count its lines as shown."""
    shown = await desk.answer(ADA, "market")
    posted = await desk.press(ADA, "post", button(shown, "post").value)
    assert await store.shown(SHARED, "C1:") == frozenset()
    await desk.posted(ADA, posted, key="p:1", message_id="m1")
    assert len(await store.shown(SHARED, "C1:")) == len(quotes_of(shown))
    assert not set(quotes_of(shown)) & set(quotes_of(await desk.answer(BEN, "new market")))


async def test_what_a_digest_of_people_brought_is_no_news_to_its_channel(store: Store, desk: Desk) -> None:
    """It is kept in their space, where digests of the configuration have none."""
    shown = await desk.answer(ADA, "market")
    found = await store.briefing(ADA.space, shown.briefing or "")
    assert found is not None
    await store.mark_shown(ADA.space, "C1:", shown_in([found]), now=START)
    assert not set(quotes_of(shown)) & set(quotes_of(await desk.answer(BEN, "new market")))


async def test_of_nobody_nothing_is_remembered(store: Store, desk: Desk) -> None:
    """A page that a feed reader asks for every quarter of an hour must not fill the store with readers."""
    nobody = Caller(platform="browser", space="browser:local", channel=None, person="")
    for _ in range(20):
        message = await desk.answer(nobody, "market")
    assert quotes_of(message) == [MARKET[0]]
    assert message.briefing is not None
    assert await store.briefing("browser:local", message.briefing) is not None
    assert await store.shown("browser:local", nobody.reader) == frozenset()
    assert await store.recall("browser:local", f"last view:{nobody.reader}") is None


async def test_who_may_not_post_is_told(desk: Desk) -> None:
    """And nothing becomes public."""
    guest = replace(ADA, can_post=False)
    shown = await desk.answer(guest, "market")
    refused = await desk.press(guest, "post", button(shown, "post").value)
    assert not refused.public
    assert "You may not post here" in intro_of(refused)


async def test_an_answer_without_lines_has_nothing_to_post_or_show(desk: Desk) -> None:
    """Even where its id is pressed."""
    nothing = await desk.answer(ADA, "semiconductors")
    assert nothing.briefing is not None
    for action in ("post", "show", "sources"):
        refused = await desk.press(ADA, action, nothing.briefing)
        assert refused.title == "Not done"
        assert not refused.public


async def test_several_topics_are_posted_together(desk: Desk) -> None:
    """One press, one message."""
    shown = await desk.answer(ADA, "since:all")
    posted = await desk.press(ADA, "post", button(shown, "post").value)
    assert posted.public
    assert quotes_of(posted) == quotes_of(shown)


async def test_new_shows_what_came_since_and_was_not_shown(store: Store, desk: Desk, clock: Clock) -> None:
    """A second time there is nothing, until something comes."""
    clock.pass_(minutes=1)
    first = await desk.answer(ADA, "new")
    assert sorted(quotes_of(first)) == sorted(MARKET)
    assert "Harbour, Market: nothing new since Sun 09:30." not in as_text(first)
    second = await desk.answer(ADA, "new market")
    assert quotes_of(second) == []
    assert "Market: nothing new since" in as_text(second)
    clock.pass_(hours=1)
    (source,) = await store.sources(SHARED)
    fresh = article("A night market opens on the quay.", outlet="Quay News", hours_old=0, now=clock.now)
    await store.add_articles(source.id, [fresh], baseline=False, now=clock.now)
    assert quotes_of(await desk.answer(ADA, "new market")) == ["A night market opens on the quay."]


async def test_new_stands_beside_lines_that_others_are_not(store: Store, desk: Desk, clock: Clock) -> None:
    """What this reader was shown before is told from what is news."""
    await desk.answer(ADA, "market")
    (source,) = await store.sources(SHARED)
    fresh = article("A night market opens on the quay.", outlet="Quay News", hours_old=1)
    await store.add_articles(source.id, [fresh], baseline=False, now=clock.now)
    message = await desk.answer(ADA, "market")
    marks = {line.quotes[0].text: line.marks for section in message.sections for line in section.lines}
    assert marks == {"A night market opens on the quay.": ("NEW",), MARKET[0]: ()}


async def test_since_last_begins_at_the_last_briefing(desk: Desk, clock: Clock) -> None:
    """And is refused before the first."""
    assert "none was shown to you here yet" in intro_of(await desk.answer(ADA, "market since:last"))
    await desk.answer(ADA, "market")
    clock.pass_(minutes=5)
    assert intro_of(await desk.answer(ADA, "market since:last")).startswith(
        "None of the 3 articles I hold is since the last briefing (09:30)"
    )


async def test_lines_in_other_languages_are_counted_and_shown_on_request(store: Store, clock: Clock) -> None:
    """The reader's languages are shown; a press shows the others."""
    configured = settings(readout={"languages": ["en"]}, topics=[{"name": "market", "terms": ["market", "marché"]}])
    french = "Le marché ferme vendredi sur la place."
    await fill(
        store,
        configured,
        article(MARKET[0], outlet="Lis Post", hours_old=2),
        article(french, outlet="La Place", hours_old=3, language="fr"),
    )
    desk = Desk(store, configured, clock=clock)
    message = await desk.answer(ADA, "market")
    assert quotes_of(message) == [MARKET[0]]
    assert plain(message.footer[0]) == "1 more line in French."
    assert quotes_of(await desk.press(ADA, "show", button(message, "show").value)) == [french]
    assert quotes_of(await desk.answer(ADA, "market lang:fr")) == [french]
    assert quotes_of(await desk.answer(ADA, "market lang:French")) == [french]
    assert "I know no language “klingon”. Write lang:en" in intro_of(await desk.answer(ADA, "market lang:klingon"))
    assert sorted(quotes_of(await desk.answer(ADA, "market lang:all"))) == sorted([french, MARKET[0]])
    assert quotes_of(await desk.answer(ADA, Brief(topic="market", language=" FR"))) == [french]
    none = await desk.answer(ADA, "market lang:zh")
    assert intro_of(none) == "None of the 2 articles I hold is in the language asked for."
    assert plain(none.footer[0]) == "2 lines in English and French."


async def test_without_a_source_the_sample_answers_and_stays_private(store: Store, clock: Clock) -> None:
    """Every answer is marked, and none can be posted, even by a button of our own making."""
    desk = Desk(store, Settings(), clock=clock)
    message = await desk.answer(ADA, "taiwan")
    assert message.banner == SAMPLE_BANNER
    assert quotes_of(message)
    assert not any(one.action == "post" for one in message.controls)
    assert message.briefing is not None
    refused = await desk.press(ADA, "post", message.briefing)
    assert not refused.public
    assert "sample" in intro_of(refused)
    assert (await desk.press(ADA, "sources", message.briefing)).banner == SAMPLE_BANNER


async def test_an_eleventh_answer_within_a_minute_waits(desk: Desk, clock: Clock) -> None:
    """Of one person; the answer says until when."""
    for _ in range(10):
        await desk.answer(ADA, "help")
    refused = await desk.answer(ADA, "market")
    assert "The next one is free at 09:31:00." in intro_of(refused)
    assert quotes_of(await desk.answer(BEN, "market"))
    clock.pass_(seconds=60)
    assert quotes_of(await desk.answer(ADA, "market"))


async def test_topics_sources_status_and_help_answer(desk: Desk) -> None:
    """Each in its own words."""
    assert [field.name for field in (await desk.answer(ADA, "topics")).sections[0].fields] == ["market", "harbour"]
    assert [field.name for field in (await desk.answer(ADA, "sources")).sections[0].fields] == ["town"]
    assert "3 articles held" in as_text(await desk.answer(ADA, "status"))
    assert "/brief why 2" in as_text(await desk.answer(ADA, "help"))
    assert (await desk.answer(ADA, "setup")).title == "Not in this version"


async def test_status_tells_the_connections(store: Store, clock: Clock) -> None:
    """As the supervisor sees them."""
    desk = Desk(store, settings(), clock=clock, parts=lambda: {"slack": "connected"})
    fields = (await desk.answer(ADA, "status")).sections[0].fields
    assert ("Slack", ("connected",)) in [(field.name, field.value) for field in fields]


async def test_suggestions_are_topics(desk: Desk) -> None:
    """What was typed so far picks them."""
    assert [one.value for one in await desk.suggest(ADA, "")] == ["market", "harbour"]
    assert [(one.label, one.value) for one in await desk.suggest(ADA, "old")] == [("Harbour", "harbour")]


ODD_WORDS = (
    "a" * 3000,
    "ask " + "why " * 700,
    "@everyone <!channel> <@U1>",
    "سلام عليكم",
    "\u202egnirts a",
    "🍉🍉🍉",
    "\x00\x1b[31m\x07",
    "…",
    "why 999",
    "since:99999999d",
    "market since:0001-01-01",
    "lang:zz market",
    "\ud800",
)


async def test_odd_words_get_a_short_answer(desk: Desk) -> None:
    """Never a crash, and never the whole of what was typed."""
    for number, words in enumerate(ODD_WORDS):
        message = await desk.answer(replace(ADA, person=f"person {number}"), words)
        said = [message.title, *(plain(text) for text in message.intro)]
        assert message.title != "Something went wrong", words
        assert len(message.title) < 150, words
        assert all(len(line) < 500 for line in said), words
        assert not any(re.search(r"[\x00-\x1f\u202e\ud800]", line) for line in said), words


async def test_odd_presses_get_a_short_answer(desk: Desk) -> None:
    """A value that we never made finds nothing, breaks nothing and makes nothing public."""
    actions = ("post", "sources", "why", "wider", "show", "brief", "words", "ask", "dance")
    values = ("", ":", "nonsense", "v0:1", "a:b:c:d", "0" * 90, "x:-1", "x:²")
    for action in actions:
        for value in values:
            message = await desk.press(replace(ADA, person=f"{action} {value}"), action, value)
            assert message.title != "Something went wrong", (action, value)
            assert not message.public


async def test_an_unknown_zone_of_the_caller_is_not_used(desk: Desk) -> None:
    """The configured one is, else UTC."""
    message = await desk.answer(replace(ADA, timezone="Mars/Olympus"), "market")
    assert "as of 08:30 UTC" in as_text(message)


async def test_a_fault_of_ours_is_logged_and_answered_shortly(store: Store, clock: Clock) -> None:
    """With the traceback in the log, and nothing of it in the answer."""

    def broken() -> dict[str, str]:
        raise RuntimeError("a part without a state")

    desk = Desk(store, settings(), clock=clock, parts=broken)
    captured = LogCapture()
    structlog.configure(processors=[captured])
    try:
        message = await desk.answer(ADA, "status")
    finally:
        structlog.reset_defaults()
    assert intro_of(message) == "Something went wrong here; it has been logged."
    assert [(entry["event"], entry["exc_info"]) for entry in captured.entries] == [("answer_failed", True)]


@pytest.fixture
async def visit(store: Store, clock: Clock) -> Desk:
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is not beside this checkout")
    configured = Settings.model_validate({"sources": [{"name": "visit", "kind": "folder", "path": str(CORPUS)}]})
    await store.sync_sources(configured.sources, now=START)
    (source,) = await store.sources(SHARED)
    await store.add_articles(source.id, load(CORPUS), baseline=True, now=START)
    await store.record_poll(source.id, outcome="read", now=START, next_poll=START + timedelta(hours=1))
    return Desk(store, configured, clock=clock)


def small_lines_of(message: Message) -> list[str]:
    return [
        plain(quote.source)
        for section in message.sections
        for line in section.lines
        for quote in line.quotes
        if quote.source
    ]


async def test_two_old_pages_give_a_good_briefing_years_later(visit: Desk) -> None:
    """The first of the three messages to aim at, line by line."""
    message = await visit.answer(ADA, "taiwan")
    assert intro_of(message).splitlines() == [
        "Nothing dated in the last 24 hours. This is the newest I hold: 23 Apr 2024, 2 years and 7 months old.",
        "3 lines · 2 articles: CGTN, and one page that names no outlet and no date",
    ]
    first, second, third = small_lines_of(message)
    assert first == "CGTN · updated 23 Apr 2024, 14:14 (time zone not given) · speaker: Yang Tao"
    assert second.endswith("· no outlet, no date · under “Effectively Managing Disagreements”")
    assert third == "same page as 2"
    assert plain(message.footer[-1]) == (
        "These are all the lines that name Taiwan in the 2 articles I hold. No line is in both. Word for word"
        " · as of 09:30 · 1 of 1 sources read"
    )
    assert [one.label for one in message.controls] == [
        "Post to channel",
        "Sources",
        "Why this line?",
        "Follow Taiwan",
    ]


async def test_the_five_goals_stand_with_both_pages_words(visit: Desk) -> None:
    """Each item in two wordings; where one page gives no detail, that is said."""
    message = await visit.answer(ADA, "goals")
    (listed,) = [section for section in message.sections if section.title == "“five goals”"]
    assert [line.number for line in listed.lines] == [2, 3, 4, 5, 6]
    assert all(len([quote for quote in line.quotes if quote.source]) == 2 for line in listed.lines)
    silent = [
        line.quotes[0].text for line in listed.lines if plain(line.quotes[0].source).endswith("no detail on this one")
    ]
    assert silent == ["strengthening dialogue", "promoting mutually beneficial cooperation"]


async def test_a_related_line_and_a_pronoun_say_what_they_are(visit: Desk) -> None:
    """Neither is taken for more than it is."""
    gaza = small_lines_of(await visit.answer(ADA, "gaza"))
    assert gaza[-1].endswith('related: says "the Middle East", not Gaza')
    ukraine = small_lines_of(await visit.answer(ADA, "ukraine"))
    assert ukraine[0].endswith("speaker (“He”): Yang Tao")
    assert ukraine[1].endswith("speaker (“he”): Yang Tao")


async def test_a_word_in_neither_page_is_not_found(visit: Desk) -> None:
    """The third of the three messages to aim at."""
    message = await visit.answer(ADA, "semiconductors")
    assert message.title == "Nothing on “semiconductors”"
    assert intro_of(message).splitlines() == [
        (
            "There is no topic of that name here, so I looked for the word itself in everything I hold: 2 articles from"
            " 1 source, newest dated 23 Apr 2024, last read 09:30. It does not occur in them. Other media may well"
            " have it."
        ),
        "Topics here: gaza · goals · taiwan · ukraine",
    ]


async def test_a_topic_is_followed_by_a_press(desk: Desk, store: Store) -> None:
    """By whoever presses, for themselves; words that are no topic have no such button."""
    message = await desk.answer(ADA, "market")
    (button,) = (one for one in message.controls if isinstance(one, Button) and one.action == "follow")
    made = await desk.press(BEN, button.action, button.value)
    assert "You get a digest on" in plain(made.intro[0])
    (followed,) = await store.subscriptions("slack:T1")
    assert followed.target == "slack:ben"
    words = await desk.answer(ADA, "mayor")
    assert "follow" not in [one.action for one in words.controls]
