"""Damaged, poisoned and enormous pages: an article or an empty one, never an error, in bounded time."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries.clean import clean_html, clean_lines, clean_markdown, clean_text
from summaries.dates import find_date, read_time

P = "The harbour council said on Monday that the old bridge would be closed to lorries from the first of next month. "
BODY = f"<article><h1>Bridge closed to lorries</h1><p>{P}</p><p>{P[:-2]} at last.</p></article>"
SECONDS = 15.0  # of the processor; each takes under three alone, and the machine may be busy

PIECES = (
    "<p>", "</p>", "<div class='share'>", "</div>", "<a href=x>", "</a>", "<table><tr><td>", "<li>", "<br>", "&amp;",
    "<!--", "-->", "<script>", "</script>", "<![CDATA[", "&#0;", "&#xd800;", "\x00", "\ud800", "\ufeff", "<", ">",
    "Related", "\n", "<meta name=date content='0000-00-00'>", "<script type='application/ld+json'>{",
    '{"@type":"NewsArticle"', P, "3 comments", "Share", "Міст зачинено. ", "桥已关闭。", "الجسر مغلق. ",
)  # fmt: skip
markup = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(markup)
@settings(max_examples=150)
def test_any_markup_gives_an_article_whose_words_are_the_pages(html: str) -> None:
    """The same page twice gives the same article, with single spaces and without halves of surrogate pairs."""
    article = clean_html(html)
    assert article == clean_html(html)
    assert all(line == " ".join(line.split()) for line in article.text.split("\n"))
    article.text.encode()
    article.title.encode()


@given(st.binary(max_size=2000))
@settings(max_examples=100)
def test_any_bytes_are_read(data: bytes) -> None:
    """Whatever charset they are in or claim to be in."""
    clean_html(data).text.encode()
    clean_html(b"<meta charset=utf-16><p>" + data).text.encode()


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_any_text_is_read_by_every_door(text: str) -> None:
    """Plain text, feed text and Markdown."""
    for clean in (clean_text, clean_lines, clean_markdown):
        assert all(line == " ".join(line.split()) for line in clean(text).text.split("\n"))


LARGE = {
    "200,000 unclosed inline tags": "<b>x " * 200_000,
    "200,000 unclosed paragraphs": "<p>x " * 200_000,
    "100,000 nested blocks": "<div>" * 100_000 + P + "</div>" * 100_000,
    "50,000 nested lists": "<ul><li>" * 50_000 + P,
    "a paragraph of five megabytes": f"<p>{P * 45_000}",
    "a word of ten megabytes": "<p>" + "a" * 10_000_000,
    "a class of six megabytes": f'<div class="{"share " * 1_000_000}">{BODY}</div>',
    "100,000 attributes": f"<div {' '.join(f'a{i}=1' for i in range(100_000))}>{BODY}</div>",
    "entities of entities": "<!DOCTYPE a [<!ENTITY a 'aaaaaaaa'>"
    + "".join(f"<!ENTITY c{i} '&c{i - 1};&c{i - 1};&c{i - 1};'>" for i in range(1, 40))
    + f"]><p>&c39;</p>{BODY}",
    "a million entities": "<p>" + "&amp;" * 1_000_000,
    "500,000 opened comments": "<!--" * 500_000 + BODY,
    "nested JSON": f"<script type='application/ld+json'>{'[' * 200_000}</script>{BODY}",
    "wide JSON": "<script type='application/ld+json'>[" + '{"a": 1},' * 40_000 + f"{{}}]</script>{BODY}",
    "100,000 metas": "<meta name=date content=never>" * 100_000 + BODY,
    "20,000 headlines": "<meta property='og:title' content='Bridge'>" + "<h1>Bridge closed</h1>" * 20_000,
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_page_is_read_in_bounded_time(kind: str) -> None:
    """Time grows with a page's length and no faster."""
    begun = time.process_time()
    clean_html(LARGE[kind])
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    "line", ["a", P, "Share\n", f"{P}\nRelated\n", f"{P}\nComments\n", "aB", "[", "*a", "\x00", "\ud800", "|", "1. "]
)
def test_megabytes_of_anything_are_cleaned_in_bounded_time(line: str) -> None:
    """One endless line, or a line repeated without end."""
    begun = time.process_time()
    clean_text(line * (1_500_000 // len(line)))
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-32", "idna", "zip", "base64", "unicode_escape", "no-such", "punycode"]
)
def test_a_wrong_charset_is_seen_through(charset: str) -> None:
    """A page that declares a charset it is not in, or none that there is, is read all the same."""
    html = f"<html><head><meta charset='{charset}'></head><body>{BODY}</body></html>"
    assert P.strip() in clean_html(html.encode()).text


def test_two_encodings_in_one_page_lose_neither_words_nor_the_page() -> None:
    """What fits no charset becomes U+FFFD or a wrong letter; the rest stays."""
    html = f"<meta charset=utf-8>{BODY}".encode() + b"<p>caf\xe9 and \x93quotes\x94</p>"
    assert P.strip() in clean_html(html).text


@pytest.mark.parametrize(
    "date",
    [
        "0000-00-00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
        "1970-01-01T00:00:00Z",
        "<script>alert(1)</script>", "2024-13-45", "2024-02-30", "NaN", "null", "-1", "99999999999999999999", "\x00",
        "Tue, 99 Abc 2024 99:99:99 GMT", "2024-05-05T99:99:99Z", "2" * 5_000, "0001-01-01T00:00:00+23:59",
    ],
)  # fmt: skip
def test_a_poisoned_date_is_no_date(date: str) -> None:
    """Neither an error nor a year that no page has; the next date that is stated counts."""
    assert read_time(date) is None
    html = f'<meta property="article:published_time" content="{date}"><time datetime="2024-05-05" pubdate></time>{BODY}'
    article = clean_html(html)
    assert article.published == datetime(2024, 5, 5, tzinfo=UTC)
    assert article.printed_date is None


@given(st.text(alphabet="0123456789-/.:TZ+ ,APMJanuaryмаяيناير年月日", max_size=60))
def test_no_line_of_digits_is_an_error(line: str) -> None:
    """Dates that cannot be are open or none."""
    found = find_date(line)
    assert found is None or found.at is None or 1900 <= found.at.year <= 2100
    read_time(line)
