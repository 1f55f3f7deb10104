"""The pages: a briefing by link, topics and their feeds, sources, health."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.lines import view_key, view_of
from bot.plans import parse_plan
from bot.store import SHARED, Content, Correction, Outcome, Slot
from bot.web.application import PartState
from summaries import Briefing, Citation, Point
from tests.web.site import KEY, Site

CITATION = Citation(
    article="a1",
    title="On <Taiwan> & more",
    outlet="The Invented Post",
    url="https://invented.example/1?a=1&b=2",
    published=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    printed_date=None,
    fetched=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    sha256=None,
    start=3,
    end=30,
    quote="An <i>invented</i> sentence & its end.",
)
BRIEFING = Briefing(
    topic="taiwan",
    title="Taiwan",
    engine="concepts",
    points=(Point(citations=(CITATION,), outlets=1, own_words=1),),
    generated=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
)


async def frozen(site: Site, space: str) -> str:
    return await site.store.freeze(BRIEFING, space=space, now=datetime.now(UTC))


async def linked(site: Site, space: str = "slack:T1") -> str:
    """The address of a briefing of another space, with its token."""
    briefing = await frozen(site, space)
    return f"/b/{briefing}?t={await site.store.link_token(space, briefing)}"


async def test_a_link_opens_a_briefing_without_the_key(locked_site: Site) -> None:
    """Whoever has the link reads the quotes, and nothing else."""
    path = await linked(locked_site)
    page = await locked_site.get(path)
    text = await page.text()
    assert page.status == 200
    assert "An &lt;i&gt;invented&lt;/i&gt; sentence &amp; its end." in text
    assert "data-action" not in text
    assert page.headers["Cache-Control"] == "no-store"


async def test_a_briefings_page_says_why_each_line_is_there(site: Site) -> None:
    """Behind a line to open, with what was left out."""
    path = await linked(site)
    text = await (await site.get(path)).text()
    assert "<summary>Why these lines?</summary>" in text
    assert "Why line 1" in text
    assert "one article: The Invented Post" in text


async def test_a_briefing_that_was_corrected_says_so_above(site: Site) -> None:
    """Dated, with the old words struck; the briefing itself stays as it was posted."""
    path, store, now = await linked(site), site.store, datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    plan = parse_plan("taiwan daily 08:30 UTC", timezone=None, example="")
    made = await store.add_subscription("slack:T1", name="T", target="slack:C1", plan=plan, owner="U1", now=now)
    (key,) = await store.advance(made, [Slot(at=now)], next_slot=now + timedelta(days=1), now=now)
    content = Content(
        briefings=(BRIEFING.id,), points={}, left_out={}, merged=False, covers_from=None, covers_until=now
    )
    post = await store.composed(key, content, now=now)
    says = replace(CITATION, quote="Another sentence.")
    found = Correction(delivery=key, line=1, kind="changed", was=CITATION, now=says, at=now)
    await store.correct(post, [found], comment="c:1", now=now)
    text = await (await site.get(path)).text()
    assert "<del>An &lt;i&gt;invented&lt;/i&gt; sentence &amp; its end.</del>" in text
    assert text.index("Corrected since") < text.index("Another sentence.") < text.rindex("An &lt;i&gt;invented")


@pytest.mark.parametrize("ending", ["", ".json", ".md"])
async def test_a_wrong_token_opens_nothing(locked_site: Site, ending: str) -> None:
    """The id alone, a wrong token, another's token: there is no such briefing."""
    briefing = await frozen(locked_site, "slack:T1")
    assert (await locked_site.get(f"/b/{briefing}{ending}")).status == 404
    assert (await locked_site.get(f"/b/{briefing}{ending}?t=")).status == 404
    await locked_site.store.link_token("slack:T1", briefing)
    assert (await locked_site.get(f"/b/{briefing}{ending}?t=wrong")).status == 404


async def test_the_key_opens_the_chats_own_briefings_only(locked_site: Site) -> None:
    """Another workspace's briefing needs its link."""
    right = {"Authorization": f"Bearer {KEY}"}
    other = await frozen(locked_site, "slack:T1")
    assert (await locked_site.get(f"/b/{other}", **right)).status == 404
    await frozen(locked_site, "browser:local")
    own = await locked_site.get(f"/b/{other}", **right)
    assert own.status == 200
    assert "?t=" in await own.text()


async def test_a_briefing_as_json_is_the_frozen_one(site: Site) -> None:
    """Byte for byte what the contract says."""
    path, _, token = (await linked(site)).partition("?")
    content = await (await site.get(f"{path}.json?{token}")).json()
    assert Briefing.from_dict(content) == BRIEFING


async def test_a_briefing_as_markdown_keeps_its_words(site: Site) -> None:
    """Quoted, escaped, cited."""
    path, _, token = (await linked(site)).partition("?")
    response = await site.get(f"{path}.md?{token}")
    text = await response.text()
    assert response.content_type == "text/markdown"
    assert text.startswith("# Taiwan\n")
    assert r"> An \<i\>invented\</i\> sentence \& its end." in text


@pytest.mark.parametrize(
    "command", ["/brief", "/brief taiwan", "/brief nosuchword", "/brief ask what was said of Gaza"]
)
async def test_every_answer_opens_as_a_page(site: Site, command: str) -> None:
    """The page that the chat links shows the same title, also for several topics and for nothing found."""
    (answer,) = (await (await site.post("/chat/say", {"text": command})).json())["answers"]
    page = await site.get(f"/b/{answer['briefing']}")
    text = await page.text()
    assert page.status == 200
    assert "went wrong" not in text
    for ending in (".json", ".md"):
        assert (await site.get(f"/b/{answer['briefing']}{ending}")).status == 200


async def test_a_digest_of_several_topics_opens_as_a_page(site: Site) -> None:
    """Digests are shared, and so is the name under which their briefings were posted together."""
    second = replace(BRIEFING, topic="gaza", title="Gaza", id="")
    for found in (BRIEFING, second):
        await site.store.freeze(found, space=SHARED, now=datetime.now(UTC))
    view = view_of([BRIEFING.id, second.id])
    await site.store.remember(SHARED, view_key(view), f"{BRIEFING.id},{second.id}")
    page = await site.get(f"/b/{view}")
    assert page.status == 200
    assert "Gaza" in await page.text()


async def test_a_topics_page_shows_it_and_names_its_feed(site: Site) -> None:
    """Without script, for people and for feed readers."""
    text = await (await site.get("/topics/taiwan")).text()
    assert "<blockquote" in text
    assert '<link rel="alternate" type="application/atom+xml" href="/topics/taiwan.atom">' in text


@pytest.mark.parametrize(
    "path", ["/topics/mars", "/topics/mars.atom", "/topics/%3Cscript%3E", "/b/none?t=none", "/b/none.md"]
)
async def test_what_is_not_there_is_said(site: Site, path: str) -> None:
    """One sentence, 404."""
    response = await site.get(path)
    assert (response.status, len((await response.text()).splitlines())) == (404, 1)


async def test_a_feed_has_an_entry_for_each_line(site: Site) -> None:
    """Well-formed Atom, with ids that stay and the quote as content."""
    response = await site.get("/topics/taiwan.atom")
    feed = ET.fromstring(await response.text())
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert response.content_type == "application/atom+xml"
    assert len(entries) >= 1
    for entry in entries:
        assert (entry.findtext(f"{atom}content") or "").startswith("<blockquote>")
        for name in ("id", "title", "updated"):
            assert entry.findtext(f"{atom}{name}")
    again = ET.fromstring(await (await site.get("/topics/taiwan.atom")).text())
    assert [e.findtext(f"{atom}id") for e in again.findall(f"{atom}entry")] == [
        e.findtext(f"{atom}id") for e in entries
    ]


async def test_a_feed_reader_needs_no_login_but_the_feeds_token(locked_site: Site) -> None:
    """The topic's page gives the address; its token opens that feed alone."""
    page = await (await locked_site.get("/topics/taiwan", Authorization=f"Bearer {KEY}")).text()
    feed = page.partition('type="application/atom+xml" href="')[2].partition('"')[0]
    assert (await locked_site.get(feed)).status == 200
    assert (await locked_site.get(feed.replace("taiwan", "gaza"))).status == 401
    assert (await locked_site.get("/topics/taiwan.atom")).status == 401


async def test_the_sources_page_links_the_topics(site: Site) -> None:
    """It says what is read, here that it is a sample."""
    text = await (await site.get("/sources")).text()
    assert "SAMPLE: invented outlets" in text
    assert 'href="/topics/taiwan"' in text


async def test_health_says_that_the_process_answers(locked_site: Site) -> None:
    """Always, without a key."""
    response = await locked_site.get("/healthz")
    assert (response.status, await response.text()) == (200, "ok")


async def test_readiness_names_the_part_that_does_not_work(locked_site: Site) -> None:
    """200 while all work, else 503 and which."""
    assert (await locked_site.get("/readyz")).status == 200
    locked_site.parts["slack"] = PartState(up=False, state="off: token refused")
    response = await locked_site.get("/readyz")
    content = await response.json()
    assert (response.status, content["ready"]) == (503, False)
    assert content["parts"]["slack"] == {"up": False, "state": "off: token refused"}
    outside = await (await locked_site.get("/readyz", Forwarded="for=203.0.113.5")).json()
    assert outside["parts"]["slack"] == {"up": False}


async def test_metrics_are_in_prometheus_format(site: Site) -> None:
    """Counters of our own, readable by its scraper."""
    await site.post("/chat/say", {"text": "help"})
    response = await site.get("/metrics")
    assert 'readout_answers_total{command="help",platform="browser"}' in await response.text()
    assert response.content_type == "text/plain"


async def test_chat_page_and_metrics_say_the_same_of_the_sources(site: Site) -> None:
    """One that is read, one that fails, one that is gone for good and one that was not read yet."""
    now = datetime.now(UTC)
    outcomes: tuple[tuple[Outcome | None, str | None], ...] = (
        ("read", None),
        ("failed", None),
        ("failed", "HTTP 410"),
        (None, None),
    )
    for number, (outcome, paused) in enumerate(outcomes):
        address = f"http://{number}.example/"
        source = await site.store.add_source(SHARED, name=f"s{number}", kind="feed", address=address, now=now)
        assert source is not None
        if outcome is not None:
            later = now + timedelta(hours=1)
            await site.store.record_poll(source.id, outcome=outcome, now=now, next_poll=later, paused=paused)
    lead = "2 of 4 sources have not answered since"
    for words in ("sources", "nonsense nobody writes of"):
        (answer,) = (await (await site.post("/chat/say", {"text": words})).json())["answers"]
        assert lead in answer["html"]
    (status,) = (await (await site.post("/chat/say", {"text": "status"})).json())["answers"]
    assert "1 of 4 sources read" in status["html"]
    assert "2 have not answered since" in status["html"]
    assert "1 of them gone for good" in status["html"]
    assert lead in await (await site.get("/sources")).text()
    counted = await (await site.get("/metrics")).text()
    states = {"read": 1, "failing": 1, "gone": 1, "unread": 1}
    assert all(f'readout_sources{{state="{state}"}} {number}.0' in counted for state, number in states.items())


async def test_the_pages_are_in_the_package(site: Site) -> None:
    """Style sheets and scripts are files beside the code, installed with it."""
    import bot.chat.browser.connection as chat
    import bot.web.application as web

    assert {path.name for path in chat.ASSETS.iterdir()} == {*chat.ASSET_NAMES, "page.html"}
    assert [path.name for path in Path(web.ASSETS).iterdir()] == ["site.css"]
