"""Where readers' comments begin on a page that came as plain lines: at the first of several lines that say when."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from summaries import asides

MAX_STAMP, MAX_WORDS = 100, 16  # characters and words of "Posted by: A reader, 27 Sep 2011 | 15:22"
MAX_SENTENCE = 8  # words; a longer line with a full stop tells when something happened
MIN_AGE, MAX_AGE = 10, 40  # characters of "3 hours ago"; "14:05" may be a ticker's, a programme's or a timetable's
MIN_STAMPS = 4  # an article has one or two: published, updated
REACH = 40  # lines from one stamp to the next: a long comment
MIN_BEFORE = 60.0  # weight of an article before comments: two short paragraphs
MOST_COMMENTS = 10.0  # times what stands before; more are no comments on it, but the entries of a live page
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_MARKS = " *•●▪■|»›>→-–—+"


def is_stamp(text: str, count: int, *, ended: bool) -> bool:
    """Whether a line of `count` words, which ends as a sentence does or not, says no more than when something was
    written, and by whom."""
    if len(text) > MAX_STAMP or count > MAX_WORDS:
        return False
    if _YEAR.search(text) and _TIME.search(text):
        return not (ended and count > MAX_SENTENCE)
    return MIN_AGE <= len(text) <= MAX_AGE and asides.AGE.fullmatch(text.lower().strip(_MARKS)) is not None


def thread_start(stamps: Sequence[int], weights: Sequence[float], end: int) -> int | None:
    """The line at which a talk among readers begins: the first of several stamps with prose between most of them, under
    enough prose and over less of it. None if there is no such talk.

    `stamps` are positions in `weights`: those of the lines from the article's first one on. It has `end` lines.
    """
    prose = list(accumulate((max(weight, 0.0) for weight in weights), initial=0.0))
    for run in _runs(stamps):
        first, last = run[0], run[-1]
        if len(run) < MIN_STAMPS or first >= end:
            continue
        parted = sum(prose[right] > prose[left + 1] for left, right in pairwise(run))
        before, after = prose[first], max(prose[end] - prose[last + 1], 0.0)
        talk = prose[last + 1] - before
        if parted * 2 >= len(run) - 1 and before >= MIN_BEFORE and talk <= MOST_COMMENTS * before and after <= before:
            return first
    return None


def _runs(stamps: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for at in stamps:
        if runs and at - runs[-1][-1] <= REACH:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
