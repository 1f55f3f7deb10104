"""Which lines of a page are its article's: each is weighed, and the slice that weighs most is the article."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from summaries import asides, phrases
from summaries.sentences import words
from summaries.threads import is_stamp, thread_start

BULLET = re.compile(r"(?:[•●▪■◦‣∙·*+–—-]|\(?\d{1,2}[.)])\s")
SENTENCE_END = re.compile(r"[.!?…。！？؟।:;：；][\"”’»)」』\]]*(?:\[\d+\])*$")
_BULLETS = re.compile(rf"(?:{BULLET.pattern})+")
_DOTS = ("...", "…", "[…]", "[...]")
_TAG = re.compile(r"(?:[*•] )?(?:<\w{1,20}>){0,9}<\w{1,20} (?:href|src|style|class|id|target|type|width)=")
_CLOCK = re.compile(r"(?:[•●▪■◦*·–—-]\s)?\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?\s", re.IGNORECASE)

# --- weights -----------------------------------------------------------------------------------------------------

SHORT_LINE = 5.0  # what a line that is no prose costs: a menu of three entries outweighs a stray sentence
PAGE_LINE = 8.0  # what a line of the page's own costs
LIST_ITEM = 1.0  # what an item weighs under a line that announces a list
LONGEST_GAP = 60.0  # what a run of lines costs at most that are no prose: a long paragraph
SCATTERED = (0.4, 0.7, 1.0)  # what prose of one, two, three lines in a row weighs of its full weight
DOUBTED = 0.5  # of its weight that a line keeps which teasers are more often like than paragraphs
MAX_LONE = 45  # words; a longer paragraph between two headings is no teaser
MAX_LONE_SHARE = 1.0  # of what all other prose weighs; where lone lines weigh more, the page is written so
CUT_OFF = 0.25  # of its weight that a line keeps which ends in "…", as teasers do that were cut to a length
MAX_CUT_OFF = 40  # words; a longer one is a paragraph that trails off
NEAR_TWIN = 5  # lines between a teaser's picture, whose text it is, and its headline
MIN_TIMED, TIMED_REACH = 3, 4  # so many lines that open with a clock time, in so many further lines, are a ticker
RUN_WEIGHT = 10.0  # lighter lines may be a teaser's headline
MAX_HEADINGS = 6  # short lines between two paragraphs; more are a menu
HEAVIEST = 60  # words; one endless line must not outweigh an article
MIN_PROSE = 8  # words; shorter ones without a full stop are captions, links and headings
UNSPACED = frozenset({"zh", "ja", "th"})  # their stop words do not stand apart
MAX_REPEATED = 40  # words; longer paragraphs are no captions, however often they stand there
MIN_DENSITY = 0.12  # share of stop words below which words are a list of names
TAIL_SHARE = 0.5  # under "Related" all goes if it weighs less than this share of what stands before
RESUME_REACH = 6  # lines under "Related" within which the article goes on, if it does
PARAGRAPH = 25.0  # weight of a line that is a paragraph of an article
FRAYED_AFTER, FRAYED_BEFORE = 3.0, 1.0  # teasers and comments follow an article more often than they precede it
FRAYED_SHARE = 0.5
MIN_FRAYED = 8.0  # what a single line of the page's costs: a box before an article's last sentence frays nothing
COMMENTS_SHARE = 6.0  # comments may outweigh the article; "Comments" over nearly everything is a link


@dataclass(slots=True)
class Line:
    text: str
    count: int  # words
    weight: float
    page: bool = False  # known to be the page's
    tail: bool = False  # opens comments or links to other articles
    comments: bool = False
    repeated: bool = False  # it stands there more than once, so it may be the page's
    ended: bool = False  # it is no page's and ends as a sentence does
    lone: bool = False  # short prose without prose right before or after it


def weigh(texts: Sequence[str], ignored: frozenset[str]) -> list[Line]:
    bare = [_bare(text) for text in texts]
    repeated, timed = _repeated(texts, bare), _timed(texts)
    weighed = {text: _weigh_line(text, ignored) for text in dict.fromkeys(texts)}
    seen: set[str] = set()
    lines: list[Line] = []
    in_list = False
    for at, text in enumerate(texts):
        line = replace(weighed[text]) if text in repeated else weighed[text]
        if text in repeated and line.count <= MAX_REPEATED and (not SENTENCE_END.search(text) or bare[at] in seen):
            line.weight, line.repeated = -SHORT_LINE, not line.page
            line.page = True
        elif at in timed and not line.ended and not line.page:
            line.weight, line.page = -SHORT_LINE, True
        elif in_list and BULLET.match(text) and not line.page:
            line.weight = max(line.weight, LIST_ITEM)
        else:
            in_list = line.weight > 0 and text.endswith((":", "："))
        seen.add(bare[at])
        lines.append(line)
    _discount_lone(lines)
    _discount_scattered(lines)
    _cap_gaps(lines)
    return lines


def _repeated(texts: Sequence[str], bare: Sequence[str]) -> set[str]:
    """The lines that stand there more than once, or close to each other once with a bullet and once without it: `bare`
    has them without."""
    repeated = {text for text, times in Counter(texts).items() if times > 1}
    last: dict[str, int] = {}
    near: set[str] = set()
    for at, text in enumerate(bare):
        if at - last.get(text, at - NEAR_TWIN - 1) <= NEAR_TWIN:
            near.add(text)
        last[text] = at
    return repeated | {text for text, without in zip(texts, bare, strict=True) if without in near}


def _bare(text: str) -> str:
    bullets = _BULLETS.match(text)
    return text[bullets.end() :] if bullets else text


def _timed(texts: Sequence[str]) -> set[int]:
    """The positions of the lines of a ticker: "14:05 Ferry late", "• 13:50 Bridge open"."""
    found = [at for at, text in enumerate(texts) if _CLOCK.match(text)]
    groups = zip(*(found[at:] for at in range(MIN_TIMED)), strict=False)
    return {at for group in groups if group[-1] - group[0] <= TIMED_REACH for at in group}


def _discount_lone(lines: Sequence[Line]) -> None:
    """Short prose without a paragraph before or after it, as a teaser under its headline, weighs half; the page's own
    lines between two paragraphs part none."""
    own = [line for line in lines if not line.page]
    prose = [line.weight > 0 and line.count >= MIN_PROSE for line in own]
    padded = [False, *(is_prose and line.ended for is_prose, line in zip(prose, own, strict=True)), False]
    lone: list[Line] = []
    weight = other = 0.0
    for line, is_prose, before, after in zip(own, prose, padded, padded[2:], strict=False):
        if is_prose and not before and not after and line.count <= MAX_LONE:
            lone.append(line)
            weight += line.weight
        elif is_prose:
            other += line.weight
    if weight <= MAX_LONE_SHARE * other:
        for line in lone:
            line.weight, line.lone = line.weight * DOUBTED, True


def _discount_scattered(lines: Sequence[Line]) -> None:
    """Prose that stands alone between a page's own lines is a teaser: its lines weigh less than a paragraph's."""
    runs = _runs(lines)
    if not any(len(run) >= len(SCATTERED) for run in runs):
        return
    for run in runs:
        share = SCATTERED[min(len(run), len(SCATTERED)) - 1]
        for line in lines[run[0] : run[-1] + 1]:
            if line.weight > 0:
                line.weight *= min(1.0, share / DOUBTED) if line.lone else share


def _runs(lines: Sequence[Line]) -> list[list[int]]:
    """The positions of lines of prose, in runs: a line or a few between two of them, none the page's, end no run."""
    runs: list[list[int]] = []
    last, pages = -1, 0
    for at, line in enumerate(lines):
        if line.weight < RUN_WEIGHT:
            pages += line.page
            continue
        gap = at - last - 1
        if runs and (gap <= 1 or (gap <= MAX_HEADINGS and not pages)):
            runs[-1].append(at)
        else:
            runs.append([at])
        last, pages = at, 0
    return runs


def _cap_gaps(lines: Sequence[Line]) -> None:
    """No run of lines that are no prose costs more than `LONGEST_GAP`: an advert, code or a table is no end."""
    cost = 0.0
    for line in lines:
        if line.weight > 0:
            cost = 0.0
        else:
            line.weight = -min(-line.weight, LONGEST_GAP - cost)
            cost -= line.weight


def _weigh_line(text: str, ignored: frozenset[str]) -> Line:
    found = words(text) if len(text) < 2000 else words(text[:2000])
    count = len(found)
    if is_page_line(text, count):
        bare = text.strip(_EDGES).lower()
        comments = phrases.COMMENTS.fullmatch(bare) is not None
        tail = comments or phrases.RELATED.fullmatch(bare) is not None
        return Line(text, count, -PAGE_LINE, page=True, tail=tail, comments=comments)
    if "<" in text and _TAG.match(text):
        return Line(text, count, -SHORT_LINE)
    is_cut_off = count < MAX_CUT_OFF and text.endswith(_DOTS)
    ended = SENTENCE_END.search(text) is not None
    density = 2 * MIN_DENSITY
    if ignored:
        density = sum(map(ignored.__contains__, map(str.lower, found))) / max(count, 1)
    weight = _prose_weight(count, density, ended and not is_cut_off)
    if weight > 0 and is_cut_off:
        weight *= CUT_OFF
    elif weight > 0 and not ended and BULLET.match(text):
        weight *= DOUBTED
    return Line(text, count, weight, ended=ended)


def _prose_weight(count: int, density: float, ended: bool) -> float:
    if count >= MIN_PROSE and density >= MIN_DENSITY and (ended or count >= 2 * MIN_PROSE):
        return float(min(count, HEAVIEST))
    if ended and count >= 3 and (density > 0 or count < MIN_PROSE):
        return count / 2
    if count >= MIN_PROSE and density >= 2 * MIN_DENSITY:
        return count / 3
    return -SHORT_LINE


# --- the article among the lines ---------------------------------------------------------------------------------


def body(lines: Sequence[Line]) -> tuple[int, int]:
    """The slice of lines that weighs most in all, without the ends that are more of the page than of the article."""
    start, end = _heaviest(lines, 0, len(lines))
    start, end = _untailed(lines, *_unthreaded(lines, start, end))
    cut = _frayed(lines, range(end - 1, start - 1, -1), FRAYED_AFTER)
    end = end if cut is None else cut
    cut = _frayed(lines, range(start, end), FRAYED_BEFORE)
    start = start if cut is None else cut + 1
    return start, end


def _unthreaded(lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The slice cut where readers begin to talk, if they do."""
    after = lines[start:]
    stamps = [at for at, line in enumerate(after) if is_stamp(line.text, line.count, ended=line.ended)]
    first = thread_start(stamps, [line.weight for line in after], end - start)
    return (start, end) if first is None else _heaviest(lines, start, start + first)


def _untailed(lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The slice cut at the first tail heading that little follows, unless the article goes on right under it."""
    before, after = 0.0, sum(max(line.weight, 0.0) for line in lines[start:end])
    for at in range(start, end):
        line = lines[at]
        if line.comments and after < COMMENTS_SHARE * before:
            return _heaviest(lines, start, at)
        if line.tail and after < TAIL_SHARE * before and not _goes_on(lines[at + 1 : at + 1 + RESUME_REACH]):
            return _heaviest(lines, start, at)
        before += max(line.weight, 0.0)
        after -= max(line.weight, 0.0)
    return start, end


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether two paragraphs follow each other: a link stood between the article's, it did not end them."""
    return any(min(line.weight, following.weight) >= PARAGRAPH for line, following in pairwise(lines))


def _frayed(lines: Sequence[Line], order: Sequence[int], price: float) -> int | None:
    """The line of the page's, furthest from the end that `order` begins at, up to which prose is worth less than
    `price` times what the page's own lines among it cost, and less than half of the rest; None if there is none."""
    total = sum(max(lines[at].weight, 0.0) for at in order)
    prose = cost = 0.0
    found = None
    for at in order:
        line = lines[at]
        if line.page:
            cost -= line.weight
            if cost > MIN_FRAYED and prose < price * cost and prose < FRAYED_SHARE * (total - prose):
                found = at
        prose += max(line.weight, 0.0)
    return found


def _heaviest(lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The slice of `lines[start:end]` with the greatest sum of weights (Kadane 1984); empty if none is above 0."""
    best, slice_ = 0.0, (start, start)
    total, opened = 0.0, start
    for at in range(start, end):
        if total <= 0:
            total, opened = 0.0, at
        total += lines[at].weight
        if total > best:
            best, slice_ = total, (opened, at + 1)
    return slice_


MAX_WEAK_RUN = 3  # so many short lines in a row may be headings; more are a menu or a table


def kept_lines(lines: Sequence[Line]) -> list[int]:
    """The positions of the lines of the body that are the article's: prose, and short lines between prose."""
    kept: list[int] = []
    weak: list[int] = []
    for at, line in enumerate(lines):
        if line.page:
            continue
        if line.weight <= 0:
            weak.append(at)
            continue
        announced = bool(kept) and lines[kept[-1]].text.endswith((":", "："))
        are_items = announced or all(BULLET.match(lines[position].text) for position in weak)
        if kept and (len(weak) <= MAX_WEAK_RUN or are_items):
            kept.extend(weak)
        weak = []
        kept.append(at)
    return kept


# --- lines that are known to be the page's -------------------------------------------------------------------------

MAX_PHRASE = 120  # characters of a control, a heading or a byline
MIN_STATEMENT = 4  # words; so many with a full stop are a sentence, whatever they open with


def is_page_line(text: str, count: int) -> bool:
    """Whether a line of `count` words is known to be the page's."""
    if len(text) > phrases.MAX_CONSENT:
        return False
    lower = text.lower()
    if phrases.CONSENT.found_in(lower):
        return True
    if len(text) > phrases.MAX_LINE:
        return False
    if phrases.ANYWHERE.found_in(lower) or _is_slug(text) or _is_caption(text) or asides.BOX.found_in(lower):
        return True
    bare = lower.strip(_MARKS)
    if len(text) <= asides.MAX_POINTER and asides.POINTER.match(bare):
        return True
    if len(text) > MAX_PHRASE or (count >= MIN_STATEMENT and text.endswith((".", "。"))):
        return False
    if any(pattern.fullmatch(bare) for pattern in (asides.AGE, asides.PLAYER, asides.CONTACT, phrases.BYLINE)):
        return True
    return is_page_phrase(text)


_FILE = re.compile(r"\S{1,80}\.(?:jpe?g|png|gif|webp|svg|mp[34]|pdf)", re.IGNORECASE)


def _is_slug(text: str) -> bool:
    if " " in text or not text.isascii():  # Chinese and Japanese set no spaces
        return False
    return _FILE.fullmatch(text) is not None or text.count("_") >= 2 or text.count("-") >= 4 or "://" in text


def _is_caption(text: str) -> bool:
    lower, end = text.lower(), text[-phrases.CAPTION_TAIL :]
    return bool(
        phrases.CAPTION_START.match(lower)
        or phrases.CAPTION_END.search(end.lower())
        or phrases.CREDIT_AT_END.search(end)
    )


_BAR = re.compile(r"\s+[|·•▪/»›]+\s+")
_MARKS = " *•●▪■|»›>→-–—+"
_EDGES = " .:*•|»›>→-–—+"


def is_page_phrase(line: str) -> bool:
    """Whether a line is a control, a link or a heading of the page's, or a bar of such with one among them."""
    parts = [part.strip(_EDGES) for part in _BAR.split(line)]
    if len(parts) > 1 and all(len(part) <= 30 for part in parts):
        return any(is_page_phrase(part) for part in parts)
    bare = line.strip(_EDGES).lower()
    return any(pattern.fullmatch(bare) for pattern in (phrases.ALONE, phrases.RELATED, phrases.COMMENTS))
