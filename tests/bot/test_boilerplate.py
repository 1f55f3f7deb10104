"""Boilerplate: a line on three pages of a host is furniture, and what is said once stays."""

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.boilerplate import KEPT_HOSTS, KEPT_PAGES, HostLines
from summaries import Article

HOST = "https://post.example"
NOTICE = "Sign up for our letter, and never miss a story."
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


@given(st.lists(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd", ""]), max_size=6).map("\n".join), max_size=8))
def test_nothing_is_ever_added_or_reordered(texts: list[str]) -> None:
    """What is left is the text's own lines, in their order, and at least half of it."""
    lines = HostLines()
    for number, text in enumerate(texts):
        left = lines.cleaned(Article(text=text), f"{HOST}/{number}").text
        remaining = iter(text.split("\n"))
        assert all(line in remaining for line in left.split("\n"))
        assert len(left) * 2 >= len(text)
