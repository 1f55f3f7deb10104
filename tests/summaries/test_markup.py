"""Pages read as HTML: which lines stand in the article, who agrees, and what the page states about itself."""

import json
from datetime import UTC, datetime

import pytest
from lxml import html as parser

from summaries.blocks import standing_blocks, visible_blocks
from summaries.clean import clean_html
from summaries.linked_data import linked_facts
from summaries.screen import Screen, any_of, required_literals
from summaries.vote import agreed, held_lines

FIRST = "The harbour council said on Monday that the old bridge would be closed to lorries, buses and vans next month."
SECOND = "Engineers found cracks in two of the seven pillars, and they want to look at the others before winter comes."
THIRD = "A ferry will carry the lorries for as long as the work goes on, the council said after its meeting."


def test_lines_of_asides_and_links_do_not_stand_in_the_article() -> None:
    """Captions, menus, share boxes and lists of links are outside; paragraphs under one element are inside."""
    tree = parser.document_fromstring(
        f"<body><nav>Home and world and all the other sections, many of them</nav><div id=text><p>{FIRST}</p>"
        f"<figure><figcaption>The bridge, seen from the harbour on a day in May</figcaption></figure><p>{SECOND}</p>"
        "<div class='share-tools'>Share this article with friends, or print it</div>"
        "<ul><li><a href=x>Ferry late again, and the reasons why it is</a></li></ul></div></body>"
    )
    blocks = visible_blocks(tree)
    standing = [block.text for block, stands in zip(blocks, standing_blocks(blocks), strict=True) if stands]
    assert standing == [FIRST, SECOND]


def standing_lines(body: str) -> list[str]:
    blocks = visible_blocks(parser.document_fromstring(body))
    return [block.text for block, stands in zip(blocks, standing_blocks(blocks), strict=True) if stands]


def test_an_element_of_nearly_all_prose_is_no_aside_whatever_its_name() -> None:
    """The class of a layout often names what stands beside the article; a smaller box of that name is one."""
    article = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert standing_lines(f"<div class=with-sidebar>{article}</div>") == [FIRST, SECOND, THIRD]
    assert standing_lines(f"<div>{article}<div class=sidebar><p>{FIRST}</p></div></div>") == [FIRST, SECOND, THIRD]


def test_comments_are_asides_however_long_they_are() -> None:
    comments = f"<p>{SECOND}</p><p>{THIRD}</p>" * 9
    assert standing_lines(f"<div><p>{FIRST}</p></div><div class=comments>{comments}</div>") == [FIRST]


def test_an_opinion_holds_a_line_that_it_has_joined_or_cut() -> None:
    """An extractor joins lines to their neighbours, or cuts them in two."""
    assert held_lines(["Menu", FIRST, SECOND, "***"], [f"{FIRST} Share", SECOND[:60], SECOND[60:]]) == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_line_is_kept_if_two_of_three_opinions_hold_it() -> None:
    assert agreed([[True, False, True], [True, True, False], [False, False, True]]) == [True, False, True]


def facts_of(data: object) -> dict[str, str]:
    script = data if isinstance(data, str) else json.dumps(data)
    return linked_facts(parser.document_fromstring(f'<script type="application/ld+json">{script}</script><p>a'))


NEWS = {
    "@type": ["Thing", "NewsArticle"],
    "headline": "Bridge  closed",
    "author": [{"name": "Ann Example"}, "Ben Example", {"name": "https://harbour.example/ann"}],
    "publisher": {"@type": "Organization", "name": "Harbour Daily"},
    "inLanguage": "en-GB",
    "datePublished": "2024-05-05T09:30:00Z",
}


@pytest.mark.parametrize("data", [NEWS, [NEWS], {"@graph": [{"@type": "WebSite", "name": "x"}, NEWS]}])
def test_linked_data_is_found_wherever_it_stands(data: object) -> None:
    """Alone, in a list or in a graph; names are names and no addresses."""
    assert facts_of(data) == {
        "title": "Bridge closed",
        "author": "Ann Example, Ben Example",
        "outlet": "Harbour Daily",
        "language": "en-GB",
        "date": "2024-05-05T09:30:00Z",
    }


@pytest.mark.parametrize(
    "data", ["", "{", "[" * 5_000, '{"@type": "NewsArticle", "headline": 7}', "null", '{"@type": 1}']
)
def test_broken_linked_data_states_nothing(data: str) -> None:
    """Unfinished, far too deep, of the wrong types."""
    assert facts_of(data) == {}


def test_a_date_is_read_even_from_broken_linked_data() -> None:
    """A comma too many is the commonest fault."""
    assert facts_of('{"datePublished": "2024-05-05",}') == {"date": "2024-05-05"}


def test_what_a_page_states_in_linked_data_reaches_the_article() -> None:
    """Where the head has no metas: title, author, outlet, language and date."""
    script = f'<script type="application/ld+json">{json.dumps(NEWS)}</script>'
    article = clean_html(f"<html><head>{script}</head><body><article><p>{FIRST}<p>{SECOND}<p>{THIRD}</article></body>")
    assert (article.title, article.author) == ("Bridge closed", "Ann Example, Ben Example")
    assert (article.outlet, article.language) == ("Harbour Daily", "en")
    assert article.published == datetime(2024, 5, 5, 9, 30, tzinfo=UTC)
    assert article.text.split("\n") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("sign up for our", {"sign up for our"}),
        ("(?:get|receive) .{0,60}inbox", {"receive", "get"} | {"inbox"} - {"receive", "get"}),
        (r"\w+ \d+", set()),
        ("(?:abc|x)?|def", set()),
        ("(?:abc|xyz)+", {"abc", "xyz"}),
    ],
)
def test_the_literals_of_a_pattern_are_what_it_cannot_do_without(pattern: str, literals: set[str]) -> None:
    """None where a match may hold none."""
    found = required_literals(pattern)
    assert found <= literals
    assert bool(found) == bool(literals)


@pytest.mark.parametrize("text", ["Sign up for our letters", "sign up for our letters", "your inbox", "", "获取"])
def test_a_screen_finds_what_its_pattern_finds(text: str) -> None:
    """The literals only spare work."""
    pattern = any_of(r"""
        # English
        sign up for (?:our|the)|(?:your|my) inbox
    """)
    assert Screen(pattern).found_in(text) is (pattern.search(text) is not None)


def test_date_author_and_title_are_found_on_a_page_whose_head_states_none() -> None:
    """A stated author stays, whoever else is named."""
    head = "<h1>Old bridge closed</h1><p class=author>Ann Lee</p><p class=date>3 May 2021</p>"
    body = f"{head}<p>{FIRST}</p><p>{SECOND}</p>"
    found = clean_html(f"<html><body>{body}</body></html>")
    assert (found.title, found.author) == ("Old bridge closed", "Ann Lee")
    assert found.published == datetime(2021, 5, 3, tzinfo=UTC)
    stated = clean_html(f"<html><head><meta name=author content='Bo Ray'></head><body>{body}</body></html>")
    assert (stated.author, stated.published) == ("Bo Ray", found.published)


@pytest.mark.parametrize("hiding", ["style='display: none'", "style='visibility:hidden'", "hidden"])
def test_what_a_page_does_not_show_is_no_line_of_it(hiding: str) -> None:
    """Unless it is nearly all that the page says: then a script shows it."""
    shown = f"<p>{FIRST}</p><p>{SECOND}</p>"
    assert standing_lines(f"<div>{shown}<div {hiding}><p>{THIRD}</p></div></div>") == [FIRST, SECOND]
    assert "ferry" not in clean_html(f"<p>{FIRST}</p><p {hiding}>{THIRD}</p>").text
    assert standing_lines(f"<div {hiding}>{shown}<p>{THIRD}</p></div>") == [FIRST, SECOND, THIRD]
