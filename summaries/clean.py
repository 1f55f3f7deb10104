"""Scraped pages made into articles: what is the page's goes, what is the article's stays, word for word."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from summaries import phrases
from summaries.charset import decode
from summaries.dates import PrintedDate, find_date
from summaries.extent import beginning
from summaries.language import detect_language
from summaries.markdown import read_markdown
from summaries.markup import Page, read_page
from summaries.model import Article
from summaries.page_body import body_lines
from summaries.prose import BULLET, SENTENCE_END, UNSPACED, Line, body, is_page_line, is_page_phrase, kept_lines, weigh
from summaries.sentences import stop_words, words


def clean_text(text: str, *, name: str | None = None) -> Article:
    """The article of a page that was scraped as plain text; `name` becomes its `source`.

    `text` of the result holds one paragraph, heading or list item a line, each a slice of the source but for white
    space. Consent notices, menus, captions, share bars, comments and links to other articles are left out; the
    headline, the outlet's name and the printed date are taken out of the lines before the text. Any string is
    accepted, in time linear in its length; one without prose keeps its lines. Only the beginning is read of
    one that has more than MOST_CLEANED characters.
    """
    texts = _unglue(_unwrap(_read_lines(text)))
    language = detect_language(" ".join(sorted(texts, key=len)[-20:]))
    ignored = _ignored(language)
    lines = weigh(texts, ignored)
    start, end = body(lines)
    kept = [lines[start + at].text for at in kept_lines(lines[start:end])]
    kept = kept or [line.text for line in lines if not line.page]
    head = _head([*lines[:start], *_before_prose(lines[start:end])], kept, ignored)
    kept = [line for line in kept if line != head.title] or kept
    return Article(
        text="\n".join(kept),
        title=head.title,
        outlet=head.outlet,
        published=head.date.at if head.date else None,
        printed_date=head.date.words if head.date else None,
        language=language,
        source=name,
    )


def clean_html(html: str | bytes, url: str | None = None) -> Article:
    """The article of an HTML page, with what the page states about itself: title, outlet, author, canonical URL,
    language, date. `url` is the address it was read from; it stands if the page names no canonical one.

    Bytes are decoded as declared, else as detected. Where no article stands out, the visible lines go through
    `clean_text`.
    """
    page = read_page(html if isinstance(html, str) else decode(html), url)
    kept = _article_of(page)
    if not kept:
        return _from_flat_page(page)
    date = None if page.published else _date_over(page.lines, kept)
    kept = [line for line in kept[:LATE_DATE] if not _is_dateline(line)] + kept[LATE_DATE:] or kept[:1]
    text = "\n".join(kept)
    return Article(
        text=text,
        title=page.title,
        outlet=page.outlet,
        url=page.url,
        author=page.author,
        published=date.at if date else page.published,
        printed_date=date.words if date else page.printed_date,
        language=page.language or detect_language(text),
    )


def clean_lines(text: str) -> Article:
    """The article of a text that is all article: only lines that are plainly a page's go."""
    found = article_lines(text)
    return Article(text=found, language=detect_language(found))


def article_lines(text: str) -> str:
    """The lines of such a text, as a feed entry's, alone."""
    lines = _unwrap(_read_lines(text))
    return "\n".join(line for line in lines if not is_page_line(line, len(words(line))))


def clean_markdown(text: str, *, name: str | None = None) -> Article:
    """The article of a Markdown text: its first heading is the title, every other block stays unless it is a page's."""
    title, plain = read_markdown(text)
    article = clean_lines(plain)
    kept = "\n".join(line for line in article.text.split("\n") if line != title)
    return Article(text=kept, title=title, language=article.language, source=name)


def _article_of(page: Page) -> list[str]:
    """The lines of a page that are its article's; none if trafilatura found no article."""
    if not page.extracted:
        return []
    language = page.language or detect_language(" ".join(sorted(page.lines, key=len)[-20:]))
    return body_lines(page, _ignored(language))


def _date_over(lines: Sequence[str], kept: Sequence[str]) -> PrintedDate | None:
    """The date printed last before the text, in its first line, or in a line of its own right after that."""
    before = list(takewhile(lambda line: line != kept[0], lines))
    first = [kept[0], *filter(_is_dateline, kept[1:LATE_DATE])]
    near = [line for line in [*before[-HEAD_REACH:], *first] if len(line) <= MAX_DATE_LINE]
    dates = [found for line in near if (found := find_date(line)) is not None and found.at is not None]
    return dates[-1] if dates else None


def _is_dateline(line: str) -> bool:
    """Whether a line is a date with no more than a few words or names around it, and no sentence."""
    found = find_date(line) if len(line) <= MAX_DATE_LINE else None
    if found is None:
        return False
    count = len(words(line))
    if _AT_A_TIME.search(line):
        return count <= MAX_TIMED_WORDS
    return count <= MAX_DATE_WORDS and SENTENCE_END.search(line) is None


_AT_A_TIME = re.compile(r"\d ?[ap]\.m\.$")  # its last full stop ends no sentence


def _ignored(language: str | None) -> frozenset[str]:
    return stop_words(language) if language and language not in UNSPACED else frozenset()


def _from_flat_page(page: Page) -> Article:
    found = clean_text("\n".join(page.lines))
    dated = page if page.published else found
    return Article(
        text=found.text,
        title=page.title or found.title,
        outlet=page.outlet or found.outlet,
        url=page.url,
        author=page.author,
        published=dated.published,
        printed_date=dated.printed_date,
        language=page.language or found.language,
    )


# --- lines -------------------------------------------------------------------------------------------------------

# A control character, a line separator or half of a surrogate pair stands in no text: it ends a line.
_LINE_END = re.compile(r"\r\n|[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACES = re.compile(r"[^\S ]\s*| \s+")  # all but single spaces: they need no change
_DENSE = re.compile(r"[\u0e01-\u0eff\u3041-\u30ff\u3400-\u9fff]")

MOST_CLEANED = 1_200_000  # characters: more than is looked at of an article, so that it is known to be too long
MIN_WRAP, MAX_WRAP = 50, 100  # columns that people wrap text at
MIN_OPEN = 3  # lines that end in mid-sentence; fewer are chance in a text with long lines


def _read_lines(text: str) -> list[str]:
    """The lines of a text with single spaces inside; an empty line stays as the end of a paragraph."""
    return [_SPACES.sub(" ", line).strip(" \ufeff") for line in _LINE_END.split(beginning(text, MOST_CLEANED))]


def _unwrap(lines: list[str]) -> list[str]:
    """Hard-wrapped lines joined to paragraphs, if the text is wrapped at some column at all."""
    column = _wrap_column(lines)
    joined: list[list[str]] = []
    previous = ""
    for line in lines:
        if line and previous and column and _is_wrapped(previous, line, column):
            joined[-1].append(line)
        elif line:
            joined.append([line])
        previous = line
    return [_join(parts) for parts in joined]


def _wrap_column(lines: list[str]) -> int:
    """The column that a text is wrapped at; 0 if it is not: then most of its lines in mid-sentence are long."""
    open_lines = sorted(len(line) for line, following in pairwise(lines) if _is_open(line, following))
    fitting = bisect_right(open_lines, MAX_WRAP)
    few = fitting < MIN_OPEN and any(len(line) > MAX_WRAP for line in lines)
    if not fitting or few or fitting * 2 < len(open_lines):
        return 0
    column = open_lines[fitting * 19 // 20]  # not the longest: a table or a long address may stand out
    return column if column >= MIN_WRAP else 0


def _is_open(line: str, following: str) -> bool:
    """Whether a line ends in mid-sentence and the next one goes on."""
    return len(line) > MIN_WRAP // 2 and (line[-1].isalnum() or line[-1] == ",") and following[:1].islower()


def _is_wrapped(line: str, following: str, column: int) -> bool:
    """Whether `following` continues `line`: its first word would not have fitted any more."""
    if len(line) > MAX_WRAP or BULLET.match(following):
        return False
    first = following.partition(" ")[0]
    return len(line) * 2 > column and len(line) + 1 + len(first) > column


def _join(parts: Sequence[str]) -> str:
    glue = ["" if _DENSE.match(left[-1]) and _DENSE.match(right[0]) else " " for left, right in pairwise(parts)]
    return "".join(part for pair in zip(parts, [*glue, ""], strict=True) for part in pair)


_GLUE = re.compile(r"(?<=[a-zа-яіїєґ])(?=[A-ZА-ЯІЇЄҐ])")
GLUE_REACH = 60  # characters from either end of a line in which a glued phrase is looked for
MOST_GLUED = 5  # places at either end; where a line has more, capitals say nothing


def _unglue(lines: Iterable[str]) -> list[str]:
    """Lines cut where a page's phrase is glued to something else ("Search TrendsChina Outlines ...")."""
    found: list[str] = []
    for line in lines:
        for match in islice(_GLUE.finditer(line, 0, GLUE_REACH), MOST_GLUED):
            if is_page_phrase(line[: match.start()]):
                found.append(line[: match.start()])
                line = line[match.start() :]
                break
        for match in islice(_GLUE.finditer(line, max(0, len(line) - GLUE_REACH)), MOST_GLUED):
            if is_page_phrase(line[match.start() :]) and len(line) - match.start() > 3:
                found.append(line[: match.start()])
                line = line[match.start() :]
                break
        found.append(line)
    return found


# --- title, outlet and date --------------------------------------------------------------------------------------

MIN_TITLE_WORDS, MAX_TITLE_WORDS = 3, 30
MIN_TITLE_SHARE = 0.3  # of a headline's content words occur in the text
MAX_DATE_WORDS = 20  # words of a line that is no more than when, where and by whom it was written
MAX_TIMED_WORDS = 10  # of a line that ends in "11:29 a.m."; a sentence that does is longer
LATE_DATE = 3  # lines of a text among which its date may stand, under a standfirst
MAX_DATE_LINE = 120  # characters of a byline with a date
HEAD_REACH = 40  # lines before the text in which its title and date are looked for
MAX_OUTLET = 60  # characters of an outlet's name
LATE_HEAD = 3  # lines of the text that may be a headline yet, since some read like prose
_TITLE_SUFFIX = re.compile(r"\s+[|–—·»-]+\s+([^|–—·»]{2,60})")


@dataclass(frozen=True, slots=True)
class _Head:
    title: str = ""
    outlet: str | None = None
    date: PrintedDate | None = None


def _head(lines: Sequence[Line], body: Sequence[str], ignored: frozenset[str]) -> _Head:
    """Title, outlet and date from the lines before the text; the page's very first line may be its <title>."""
    texts = [line.text for line in [*lines[:-HEAD_REACH][:1], *lines[-HEAD_REACH:]]]
    dates = [(at, found) for at, text in enumerate(texts) if len(text) <= 200 and (found := find_date(text))]
    date_at, date = dates[-1] if dates else (len(texts), None)
    title = _title(texts, body, ignored)
    return _Head(title, _stated_outlet(texts, title) or _outlet_before(texts, date_at, title, body), date)


def _before_prose(lines: Sequence[Line]) -> list[Line]:
    return list(takewhile(lambda line: not SENTENCE_END.search(line.text), lines[:LATE_HEAD]))


def _title(texts: Sequence[str], body: Sequence[str], ignored: frozenset[str]) -> str:
    """The line that shares most content words with the text, of equals the last; without the outlet's name where the
    page also has it so."""
    known = {word.casefold() for word in words(" ".join(body)[:20_000])} - ignored
    best, title = 0.0, ""
    for text in texts:
        if not _may_be_title(text):
            continue
        content = {word.casefold() for word in words(text)} - ignored
        shared = len(content & known)
        share = shared / len(content) if content else 0.0
        if share >= MIN_TITLE_SHARE and shared * share >= best:
            best, title = shared * share, text
    bare = (text for text in texts if title.startswith(text) and _TITLE_SUFFIX.fullmatch(title, len(text)))
    return next(bare, title)


def _may_be_title(text: str) -> bool:
    if len(text) > phrases.MAX_LINE or BULLET.match(text) or (SENTENCE_END.search(text) and text[-1] not in '?!…”"’»'):
        return False
    count = len(words(text))
    return MIN_TITLE_WORDS <= count <= MAX_TITLE_WORDS and not is_page_line(text, count) and find_date(text) is None


def _stated_outlet(texts: Sequence[str], title: str) -> str | None:
    """What the page's <title> adds to the headline, or what a line such as "Source: ..." names."""
    for text in texts:
        if title and text.startswith(title) and (suffix := _TITLE_SUFFIX.fullmatch(text, len(title))):
            return suffix[1]
        if source := phrases.SOURCE_LINE.fullmatch(text.lower()):
            return text[-len(source[1]) :]
    return None


_COINED = re.compile(r"[A-Z]{2,6}|[A-Z][a-z]+[A-Z]\w+")  # CGTN, TechCrunch


def _outlet_before(texts: Sequence[str], date_at: int, title: str, body: Sequence[str]) -> str | None:
    """The short line right before the date, if it reads like an outlet's name: not a person's, nor a section's."""
    if not 0 < date_at < len(texts):
        return None
    text = texts[date_at - 1]
    if text == title or len(text) > MAX_OUTLET or is_page_line(text, len(words(text))):
        return None
    if phrases.OUTLET_WORD.search(text.lower()):
        return text
    is_section = any(text.title() in line for line in body)  # "CHINA" over a text on China
    return text if _COINED.fullmatch(text) and not is_section else None
