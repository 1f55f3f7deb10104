"""Which lines of a read page are its article's: those that most opinions hold, less what only looks like its text."""

from collections import Counter
from collections.abc import Iterable, Sequence

from summaries.markup import Page
from summaries.prose import SENTENCE_END, Line, body, is_page_line, kept_lines, weigh
from summaries.sentences import words
from summaries.vote import agreed, held_lines, letters

MAX_HEADINGS = 2  # between two paragraphs
MAX_NOTES = 3  # lines on who wrote an article, where it was printed and what readers may do; more are its last page
MOSTLY = 2 / 3  # of the article's words: who has found so many knows where it ends
MIN_ELSEWHERE = 1 / 4  # of the words that stand in the article; with fewer, a page is a talk among readers
MIN_ARTICLE = 100  # words; an <article> of fewer may be the head of one, or a list's entry
MIN_TEASERS = 2  # one paragraph under a link may be a list's
TEASER_REACH = 6  # lines from one teaser to the next


def body_lines(page: Page, ignored: frozenset[str]) -> list[str]:
    """The lines that two of three opinions take for the article's: trafilatura's, the line scorer's, and whether they
    stand where most paragraphs do. `ignored` are the stop words of its language. Empty if the page has no article."""
    if not page.extracted:
        return []
    lines = weigh(page.lines, ignored)
    extracted = held_lines(page.lines, page.extracted)
    scored = _scored(lines)
    may_stay = [line.repeated or not line.page for line in lines]
    counts = [line.count if may else 0 for line, may in zip(lines, may_stay, strict=True)]
    held = agreed([extracted, page.standing, scored])
    _end(held, extracted, counts)
    doubted = [not (stands and weighs) for stands, weighs in zip(page.standing, scored, strict=True)]
    is_teaser = zip(held, extracted, doubted, page.teased, (line.weight > 0 for line in lines), strict=True)
    _drop_teasers(held, [at for at, signs in enumerate(is_teaser) if all(signs)])
    _drop_comments(held, page, counts)
    _drop_other_articles(held, page, counts)
    _drop_tail(held, page, lines, counts)
    _drop_pull_quotes(held, extracted, page, counts)
    _hold_headings(held, list(map(all, zip(extracted, page.plain, may_stay, strict=True))))
    title = letters(page.title)
    if not any(held):
        return [line for line in page.extracted if letters(line) != title and not is_page_line(line, len(words(line)))]
    return [
        line.text
        for line, is_held, may in zip(lines, held, may_stay, strict=True)
        if is_held and may and letters(line.text) not in ("", title)
    ]


def _scored(lines: Sequence[Line]) -> list[bool]:
    """Of each line whether the line scorer holds it, or another one like it."""
    start, end = body(lines)
    kept = {start + at for at in kept_lines(lines[start:end])}
    texts = {lines[at].text for at in kept}
    return [at in kept or (start <= at < end and line.repeated and line.text in texts) for at, line in enumerate(lines)]


def _end(held: list[bool], extracted: Sequence[bool], counts: Sequence[int]) -> None:
    """Let go of the few lines after trafilatura's last one, if it holds most of the article: notes on the author, on
    comments or on mistakes stand there like paragraphs. `counts` are words of lines that may stay, else 0."""
    own = _own(held, extracted)
    if not own:
        return
    notes = [at for at in range(own[-1] + 1, len(held)) if held[at] and counts[at]]
    if len(notes) <= MAX_NOTES and _is_most(own, held, counts):
        _drop(held, notes)


def _drop_teasers(held: list[bool], teasers: Sequence[int]) -> None:
    """Let go of paragraphs that tell of other articles, and of the linked headlines right over them: several, one near
    the other, none held by all opinions."""
    for at, line in enumerate(teasers):
        near = [other for other in teasers[max(0, at - 1) : at + 2] if abs(other - line) <= TEASER_REACH]
        if len(near) >= MIN_TEASERS:
            held[line - 1 : line + 1] = [False, False]


def _drop_comments(held: list[bool], page: Page, counts: Sequence[int]) -> None:
    """Let go of what readers wrote, if an article stands before it: two opinions may take it for prose, as it is."""
    own = _own(held, page.standing)
    if _words(own, counts) >= MIN_ELSEWHERE * _words(_true(held), counts):
        _drop(held, (at for at in _true(held) if page.comments[at]))


def _drop_other_articles(held: list[bool], page: Page, counts: Sequence[int]) -> None:
    """Let go of the articles that follow each other on an endless page: what stands in other <article> elements than
    the one with the page's headline, if that one is long enough to be all."""
    title = letters(page.title)
    found: Counter[int] = Counter()  # words of each
    for at in _true(held):
        found[page.articles[at]] += counts[at]
    titled = (number for number, line in zip(page.articles, page.lines, strict=True) if letters(line) == title)
    main = next((number for number in titled if number and title and found[number] >= MIN_ARTICLE), 0)
    if main:
        _drop(held, (at for at in _true(held) if page.articles[at] not in (0, main)))


def _drop_tail(held: list[bool], page: Page, lines: Sequence[Line], counts: Sequence[int]) -> None:
    """Let go of links and boxes after the last line that stands in the article, if most of it does, and of the heading
    right over them: they lead to other articles."""
    own = _own(held, page.standing)
    if not own or not _is_most(own, held, counts):
        return
    last = own[-1]
    tail = [at for at in range(last + 1, len(held)) if held[at] and not page.plain[at]]
    if last + 1 in tail and lines[last].weight <= 0:
        tail.append(last)
    _drop(held, tail)


def _drop_pull_quotes(held: list[bool], extracted: Sequence[bool], page: Page, counts: Sequence[int]) -> None:
    """Let go of lines without a full stop that stand alone in a box between two lines of another one, as captions and
    quotes in large print do, if trafilatura, which holds most of the article, does not hold them."""
    if not _is_most(_own(held, extracted), held, counts):
        return
    kept = _true(held)
    for before, at, after in zip(kept, kept[1:], kept[2:], strict=False):
        if extracted[at] or SENTENCE_END.search(page.lines[at]):
            continue
        box, left, right = page.places[at][1:2], page.places[before], page.places[after]
        if box and box[0] not in {*left, *right} and not set(left[1:]).isdisjoint(right[1:]):
            held[at] = False


def _drop(held: list[bool], positions: Iterable[int]) -> None:
    for at in positions:
        held[at] = False


def _own(held: Sequence[bool], opinion: Sequence[bool]) -> list[int]:
    """The positions of the lines that most opinions and this one hold."""
    return [at for at, (is_held, is_own) in enumerate(zip(held, opinion, strict=True)) if is_held and is_own]


def _is_most(own: Sequence[int], held: Sequence[bool], counts: Sequence[int]) -> bool:
    return _words(own, counts) >= MOSTLY * _words(_true(held), counts)


def _hold_headings(held: list[bool], may_be: Sequence[bool]) -> None:
    """Lines that one opinion alone holds, no more than a heading or two between two lines that most hold."""
    last = -1
    for at in _true(held):
        if 0 <= last < at - 1 <= last + MAX_HEADINGS and all(may_be[last + 1 : at]):
            held[last + 1 : at] = [True] * (at - last - 1)
        last = at


def _true(held: Iterable[bool]) -> list[int]:
    return [at for at, is_held in enumerate(held) if is_held]


def _words(positions: Iterable[int], counts: Sequence[int]) -> int:
    return sum(counts[at] for at in positions)
