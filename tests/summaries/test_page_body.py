"""Which lines of a read page are its article's, where the opinions on it differ."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from lxml import html as parser

from summaries.blocks import teased_blocks, visible_blocks
from summaries.clean import clean_html
from summaries.markup import Page
from summaries.page_body import body_lines
from summaries.sentences import stop_words

PARAGRAPHS = (
    "The harbour council said on Monday that the old bridge would be closed to lorries from the first of next month.",
    "Drivers who cross it on the way to the market will have to take the longer road around the bay until the spring.",
    "The mayor told reporters that the engineers had found cracks in two of the pillars when they looked last summer.",
    "Nobody has been hurt, but the council did not want to wait for the winter storms before it did something.",
    "The work is to cost four million and will be paid for by the region, which owns the road on both of the shores.",
)
NOTE = "The writer of these lines has covered the harbour and the people who live from it for more than twenty years."
TEASERS = (
    "Ferry late again after storm",
    "The ferry to the islands was late for the third time this week, and the passengers were not amused at all.",
    "Market hall to close in May",
    "The hall in the old town is to be closed for repairs in May, and the traders do not know where they are to go.",
)


def body(
    lines: Sequence[str],
    extracted: Sequence[str],
    *,
    loose: Sequence[str] = (),
    teased: int = 0,
    boxed: Sequence[str] = (),
    apart: Sequence[str] = (),
    comments: Sequence[str] = (),
) -> list[str]:
    """The article's lines of a page; `loose` ones do not stand in the article, every second of the last `teased` lines
    stands under a link, `boxed` ones are links or in a box of the page's, `apart` ones each in a box of their own, and
    `comments` are readers'."""
    first = len(lines) - teased
    return body_lines(
        Page(
            lines=tuple(lines),
            extracted=tuple(extracted),
            standing=tuple(line not in loose for line in lines),
            plain=tuple(line not in boxed for line in lines),
            teased=tuple(at >= first and (at - first) % 2 == 1 for at in range(len(lines))),
            comments=tuple(line in comments for line in lines),
            articles=(0,) * len(lines),
            places=tuple((10 + at, 1000 + at, 1) if line in apart else (10 + at, 1) for at, line in enumerate(lines)),
        ),
        stop_words("en"),
    )


def test_a_note_after_what_holds_most_of_the_article_is_no_part_of_it() -> None:
    assert body([*PARAGRAPHS, NOTE], PARAGRAPHS) == list(PARAGRAPHS)


def test_what_an_extractor_has_missed_before_its_last_line_is_kept() -> None:
    assert body(PARAGRAPHS, [*PARAGRAPHS[:2], *PARAGRAPHS[3:]]) == list(PARAGRAPHS)


@pytest.mark.parametrize("found", [1, 2, 3])
def test_an_article_goes_on_where_an_extractor_has_found_no_more_than_its_beginning(found: int) -> None:
    """A third to three fifths of it: then the lines after them are no notes."""
    assert body(PARAGRAPHS, PARAGRAPHS[:found]) == list(PARAGRAPHS)


def test_many_lines_after_an_extractors_last_are_the_article_going_on() -> None:
    rest = [f"{start} {line}" for start in ("In May", "In June") for line in PARAGRAPHS[:2]]
    long = [f"{start} {line}" for start in ("In July", "In August") for line in PARAGRAPHS]
    assert body([*long, *rest], long) == [*long, *rest]


def test_paragraphs_under_links_to_other_articles_go_with_the_links() -> None:
    lines = [*PARAGRAPHS, *TEASERS]
    assert body(lines, lines, loose=TEASERS, teased=4) == list(PARAGRAPHS)


def test_paragraphs_under_links_stay_where_all_opinions_hold_them() -> None:
    """So are the points of a list of links."""
    lines = [*PARAGRAPHS, *TEASERS]
    assert body(lines, lines, loose=TEASERS[::2], teased=4) == lines


def test_one_paragraph_under_a_link_is_no_list_of_teasers() -> None:
    lines = [*PARAGRAPHS, *TEASERS[:2]]
    assert body(lines, lines, loose=TEASERS[:2], teased=2) == lines


def test_what_readers_wrote_under_an_article_is_no_part_of_it_however_well_it_reads() -> None:
    lines = [*PARAGRAPHS, *TEASERS[1::2]]
    assert body(lines, lines, loose=TEASERS, comments=TEASERS) == list(PARAGRAPHS)


def test_a_page_that_is_a_talk_among_readers_keeps_what_they_wrote() -> None:
    assert body(PARAGRAPHS, PARAGRAPHS, loose=PARAGRAPHS[1:], comments=PARAGRAPHS[1:]) == list(PARAGRAPHS)


def test_links_in_boxes_after_an_article_go_with_their_heading() -> None:
    heading = "Our editors recommend"
    lines = [*PARAGRAPHS, heading, *TEASERS[1::2]]
    assert body(lines, lines, loose=TEASERS, boxed=TEASERS) == list(PARAGRAPHS)


def test_a_paragraph_that_stands_elsewhere_but_in_no_box_ends_an_article() -> None:
    lines = [*PARAGRAPHS, TEASERS[1]]
    assert body(lines, lines, loose=TEASERS) == lines


def test_a_quote_in_large_print_between_two_paragraphs_is_no_line() -> None:
    quote = "Cracks in two of the pillars of the bridge"
    lines = [*PARAGRAPHS[:2], quote, *PARAGRAPHS[2:]]
    assert body(lines, PARAGRAPHS, apart=[quote]) == list(PARAGRAPHS)
    assert body(lines, lines, apart=[quote]) == lines


def test_a_heading_that_stands_among_the_paragraphs_stays_where_an_extractor_has_missed_it() -> None:
    lines = [*PARAGRAPHS[:2], "Cracks in two of the pillars", *PARAGRAPHS[2:]]
    assert body(lines, PARAGRAPHS) == lines


def _article(headline: str, paragraphs: Sequence[str]) -> str:
    return f"<article><h1>{headline}</h1>{''.join(f'<p>{line}</p>' for line in paragraphs)}</article>"


def test_of_the_articles_of_an_endless_page_only_the_one_under_the_pages_headline_stays() -> None:
    others = [f"{start} {line}" for start in ("In May", "In June") for line in PARAGRAPHS]
    page = _article("Old bridge to close", PARAGRAPHS) + _article("Bridges that closed before", others)
    head = "<head><title>Old bridge to close</title></head>"
    found = clean_html(f"<html>{head}<body><main>{page}</main></body></html>")
    assert found.text.split("\n") == list(PARAGRAPHS)


def test_an_article_in_two_article_elements_stays_whole_where_the_headline_stands_over_both() -> None:
    rest = [f"In May {line}" for line in PARAGRAPHS]
    halves = [f"<article>{''.join(f'<p>{line}</p>' for line in part)}</article>" for part in (PARAGRAPHS, rest)]
    head = "<head><title>Old bridge to close</title></head>"
    found = clean_html(f"<html>{head}<body><main><h1>Old bridge to close</h1>{''.join(halves)}</main></body></html>")
    assert found.text.split("\n") == [*PARAGRAPHS, *rest]


def test_what_a_player_says_to_old_browsers_is_no_line() -> None:
    tree = parser.document_fromstring(
        "<body><p>One.</p><video><p>Your browser is too old.</p></video><p>Two.</p></body>"
    )
    assert [block.text for block in visible_blocks(tree)] == ["One.", "Two."]


def test_a_line_is_teased_by_a_linked_headline_right_over_it_in_one_box() -> None:
    """Not by a word that is a link, nor by a link in another box."""
    page = """<article><p>The bridge is closed.</p></article>
        <ul><li><h3><a href=/a>Ferry late again after storm</a></h3><p>It was late.</p></li></ul>
        <section><div><div><div><a href=/b>Market hall to close in May</a></div></div></div></section>
        <section><div><div><p>The hall is old.</p><p><a href=/c>More</a></p><p>And so on.</p></div></div></section>"""
    blocks = visible_blocks(parser.document_fromstring(page))
    teased = [block.text for block, is_teased in zip(blocks, teased_blocks(blocks), strict=True) if is_teased]
    assert teased == ["It was late."]


@pytest.mark.parametrize("dateline", ["Posted on May 3, 2021, at 11:29 a.m.", "3 May 2021 | by Ann Lee"])
def test_a_date_under_the_standfirst_dates_the_article_and_is_no_line_of_it(dateline: str) -> None:
    paragraphs = [PARAGRAPHS[0], dateline, *PARAGRAPHS[1:]]
    found = clean_html("<article>" + "".join(f"<p>{line}</p>" for line in paragraphs) + "</article>")
    assert found.text.split("\n") == list(PARAGRAPHS)
    assert found.published is not None
    assert found.published.replace(hour=0, minute=0) == datetime(2021, 5, 3, tzinfo=UTC)


def test_a_sentence_with_a_date_and_a_time_at_its_end_stays() -> None:
    lead = "The ship left the harbour with all of its passengers on Monday, May 3, 2021, at 11:29 a.m."
    found = clean_html("<article>" + "".join(f"<p>{line}</p>" for line in [lead, *PARAGRAPHS]) + "</article>")
    assert found.text.split("\n") == [lead, *PARAGRAPHS]
