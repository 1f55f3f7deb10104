"""Boilerplate: a line on three pages of a host is furniture, and what is said once stays."""

from collections import Counter
from datetime import timedelta

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest import Ingest
from bot.sources.boilerplate import KEPT_HOSTS, KEPT_PAGES, HostLines
from bot.sources.fetch import Fetcher
from bot.store import SHARED, Store
from summaries import Article
from tests.fakes.site import NOW, Nowhere, Site, settings

HOST = "https://post.example"
NOTICE = "Sign up for our letter, and never miss a story."
HALL = "The Harbour Post is printed every night in the old hall beside the river, by forty people of the town."
OWN = "What page {0} says of the day, and of what came after it in the long evening of that day."


def page(number: int, *more: str) -> Article:
    return Article(text="\n".join((OWN.format(number), NOTICE, *more)))


def test_a_line_on_three_pages_of_a_host_goes() -> None:
    """From the third page on; the first two could not know."""
    lines = HostLines()
    texts = [lines.cleaned(page(n), f"{HOST}/{n}").text for n in range(4)]
    assert [NOTICE in text for text in texts] == [True, True, False, False]
    assert all(OWN.format(n) in text for n, text in enumerate(texts))


def test_one_page_read_again_is_one_page() -> None:
    """However often it is polled, with whatever fragment or tracking in its address."""
    lines = HostLines()
    for address in (f"{HOST}/1", f"{HOST}/1#top", f"{HOST}/1?utm_source=x", f"{HOST}/1"):
        assert lines.cleaned(page(1), address) == page(1)


def test_hosts_do_not_share_their_lines() -> None:
    """An agency's line may stand on the pages of many outlets."""
    lines = HostLines()
    for host in ("a", "b", "c", "d"):
        assert NOTICE in lines.cleaned(page(1), f"https://{host}.example/1").text


def test_one_article_under_several_addresses_stays_whole() -> None:
    """Where most of a text repeats, the text itself is what repeats."""
    lines = HostLines()
    for section in ("news", "world", "latest", "amp"):
        assert lines.cleaned(page(1), f"{HOST}/{section}/1") == page(1)


def test_only_the_latest_pages_and_hosts_are_remembered() -> None:
    """Its memory does not grow."""
    lines = HostLines()
    for number in range(KEPT_HOSTS * 2):
        lines.cleaned(page(number), f"https://h{number}.example/")
        lines.cleaned(page(number), f"{HOST}/{number}")
    assert len(lines._hosts) == KEPT_HOSTS
    assert len(lines._hosts["post.example"]) == KEPT_PAGES


async def test_what_a_host_repeats_is_known_after_a_restart(store: Store) -> None:
    """The pages read before count as if they had just been read."""
    before = HostLines()
    for number in range(2):
        assert NOTICE in before.cleaned(page(number), f"{HOST}/{number}").text
    await store.keep_page_lines(before.take_fresh(), now=NOW, most_of_host=9, most=99)
    after = HostLines(await store.page_lines())
    assert NOTICE not in after.cleaned(page(2), f"{HOST}/2").text


async def test_a_bot_that_was_restarted_leaves_out_what_it_knows(store: Store) -> None:
    """Two pages are read by one, the third by the next."""
    site = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        number = int(request.path[1:])
        lines = "".join(f"<p>{line}</p>" for line in page(number, OWN.format(f"after {number}"), HALL).text.split("\n"))
        body = f"<html><head><title>T</title></head><body><article><h1>T</h1>{lines}</article></body></html>"
        return web.Response(text=body, content_type="text/html")

    site.answer = answer
    await site.server.start_server()
    for number in range(3):
        await store.add_source(SHARED, name=f"{number}", kind="page", address=site.url(f"/{number}"), now=NOW)
        async with Fetcher(settings(), resolver=Nowhere()) as fetcher:
            await Ingest(store, settings(), clock=lambda: NOW).poll_due(fetcher)
    await site.server.close()
    texts = {article.source: article.text for article in await store.articles(SHARED)}
    assert [HALL in texts[f"{number}"] for number in range(3)] == [True, True, False]


async def test_only_what_changed_is_to_be_kept(store: Store) -> None:
    """A page that is read again as it was costs the store nothing."""
    lines = HostLines()
    lines.cleaned(page(1), f"{HOST}/1")
    assert [one.host for one in lines.take_fresh()] == ["post.example"]
    lines.cleaned(page(1), f"{HOST}/1#top")
    assert lines.take_fresh() == ()
    lines.cleaned(page(1, "More."), f"{HOST}/1")
    await store.keep_page_lines(lines.take_fresh(), now=NOW, most_of_host=9, most=99)
    assert [len(one.lines) for one in await store.page_lines()] == [3]


async def test_the_store_keeps_the_latest_pages_of_the_latest_hosts(store: Store) -> None:
    """So many of a host, and so many of all."""
    lines = HostLines()
    for number in range(6):
        now = NOW + timedelta(minutes=number)
        for host in ("a", "b") if number < 5 else ("b",):
            lines.cleaned(page(number), f"https://{host}.example/{number}")
        await store.keep_page_lines(lines.take_fresh(), now=now, most_of_host=4, most=7)
    kept = await store.page_lines()
    assert Counter(one.host for one in kept) == {"a.example": 3, "b.example": 4}
    assert kept[-1].host == "b.example"


@given(st.lists(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd", ""]), max_size=6).map("\n".join), max_size=8))
def test_nothing_is_ever_added_or_reordered(texts: list[str]) -> None:
    """What is left is the text's own lines, in their order, and at least half of it."""
    lines = HostLines()
    for number, text in enumerate(texts):
        left = lines.cleaned(Article(text=text), f"{HOST}/{number}").text
        remaining = iter(text.split("\n"))
        assert all(line in remaining for line in left.split("\n"))
        assert len(left) * 2 >= len(text)
