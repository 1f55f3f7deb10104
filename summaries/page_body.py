"""Which lines of a read page are its article's: those that most opinions hold, less what only looks like its text."""

from collections.abc import Iterable, Sequence

from summaries.markup import Page
from summaries.prose import Line, body, is_page_line, kept_lines, weigh
from summaries.sentences import words
from summaries.vote import agreed, held_lines, letters

MAX_HEADINGS = 2  # between two paragraphs
MAX_NOTES = 3  # lines on who wrote an article, where it was printed and what readers may do; more are its last page
MOSTLY = 2 / 3  # of the article's words: who has found so many knows where it ends
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
    held = agreed([extracted, page.standing, scored])
    _end(held, extracted, [line.count if may else 0 for line, may in zip(lines, may_stay, strict=True)])
    doubted = [not (stands and weighs) for stands, weighs in zip(page.standing, scored, strict=True)]
    is_teaser = zip(held, extracted, doubted, page.teased, (line.weight > 0 for line in lines), strict=True)
    _drop_teasers(held, [at for at, signs in enumerate(is_teaser) if all(signs)])
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
    own = [at for at, is_own in enumerate(extracted) if is_own and held[at]]
    if not own:
        return
    notes = [at for at in range(own[-1] + 1, len(held)) if held[at] and counts[at]]
    if len(notes) <= MAX_NOTES and _words(own, counts) >= MOSTLY * _words(_true(held), counts):
        for at in notes:
            held[at] = False


def _drop_teasers(held: list[bool], teasers: Sequence[int]) -> None:
    """Let go of paragraphs that tell of other articles, and of the linked headlines right over them: several, one near
    the other, none held by all opinions."""
    for at, line in enumerate(teasers):
        near = [other for other in teasers[max(0, at - 1) : at + 2] if abs(other - line) <= TEASER_REACH]
        if len(near) >= MIN_TEASERS:
            held[line - 1 : line + 1] = [False, False]


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
