"""The pipeline: articles and a topic, a budget or a question in; a briefing out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from summaries import notes
from summaries.choose import Candidate, cover, take
from summaries.corpus import Corpus
from summaries.groups import Groups
from summaries.lists import Aligned, Enumeration, align
from summaries.model import Article, Briefing, Counts, Passage, Point, Topic, Window
from summaries.order import ReadingKey, reading_order
from summaries.points import point
from summaries.rank import Floats, Sentences, centroid_scores, concept_scores, relevance, scaled
from summaries.readability import FEWEST_OF_WHOLE, is_whole, stands_in_reference
from summaries.reasons import Reasons
from summaries.same import SamePassages, same_passages
from summaries.story import stories
from summaries.sumy_engines import ALGORITHMS, sumy_scores
from summaries.tokens import count_words
from summaries.topics import Hit, about, context, enumerates, is_common, may_name

ENGINES = ("concepts", "centroid", *(f"sumy:{algorithm}" for algorithm in ALGORITHMS))

EVERYTHING = Window()

FEW_LINES = 5  # where direct lines are fewer, related ones may fill the room
CORROBORATED = 0.2  # what a further outlet with own words adds to a line's worth
UNREADABLE = 0.5  # what a line is worth that is hard to read alone
MOST_ALIKE = 0.4  # cosine of two sentences of a summary; room is short, so what is more alike is left out
ANSWERS = 0.4  # the share of a question's words that an answer must have: one of two, two of four
SHORTLIST = 100  # lines of a summary among which sets are compared; 80 and 300 give the same to .01 of ROUGE
FLOOR = 0.05  # of the best line's score: what has less is not used to fill room, be there room or not
MOST_COMPARED = 60  # articles; of more, only those about the topic are sorted by story


def brief(
    articles: Iterable[Article],
    topic: Topic,
    *,
    words: int = 120,
    lines: int | None = None,
    engine: str = "concepts",
    now: datetime | None = None,
    window: Window = EVERYTHING,
    sample: bool = False,
) -> Briefing:
    """What the articles say about a topic, line by line in their own words.

    Direct lines come first, by article (named outlets and dated ones before others, newest first) and in text order;
    related ones follow only where direct ones are few. `words` and `lines` are ceilings, but if no direct line fits,
    the best is shown whole. The articles are those of the window; `window` and `now` are only recorded.
    Raises ValueError for an unknown engine, and for "sumy:edmundson" if the topic has no terms.
    """
    _check(engine, topic.terms)
    corpus = Corpus(articles)
    relevant = [article for article in corpus.articles if may_name(article, topic)]
    lists = align([found for article in relevant for found in _enumerations(corpus, article, topic)])
    hits = _counting([hit for article in relevant for hit in about(corpus.passages(article), topic)], lists)
    if sum(hit.strength == "direct" for hit in hits) < FEW_LINES:
        hits = _with_context(corpus, relevant, hits, topic)
    sentences = Sentences(tuple([hit.passage for hit in hits]))
    scores = _scores(sentences, engine, topic.terms)
    pool = _whole(_lines(_saying_the_same(hits, lists, sentences), sentences, scores, lists))
    chosen = _chosen(sentences, pool, words, lines)
    points = _points(corpus, sentences, pool, sorted(chosen, key=_by_outlet), words, engine)
    return Briefing(
        topic=topic.name,
        title=topic.heading,
        engine=engine,
        points=points,
        lists=tuple(found.as_list() for found in lists),
        notes=(
            *_silence(corpus, topic, hits),
            *notes.one_voice(points),
            *(note for found in lists for note in notes.gaps(found)),
            *notes.cut(corpus.cut()),
        ),
        window=window,
        counts=_counts(
            corpus,
            [hit.passage.article for hit in hits],
            left_out=sum(not line.is_context for line in pool) - sum(not line.is_context for line in chosen),
        ),
        generated=now,
        sample=sample,
    )


def summarize(
    articles: Iterable[Article],
    *,
    words: int = 100,
    engine: str = "concepts",
    query: str | None = None,
    now: datetime | None = None,
    sample: bool = False,
) -> Briefing:
    """What the articles say together, in at most `words` words: whole sentences, by time and in text order.

    With a `query` only sentences that match it are considered. Where no sentence fits into the words there is no
    point. Raises ValueError for an unknown engine, and for "sumy:edmundson" without a query.
    """
    terms = (query,) if query else ()
    _check(engine, terms)
    corpus = Corpus(articles)
    sentences = corpus.sentences()
    if query:
        sentences = sentences.only(np.flatnonzero(relevance(sentences, query)))
    scores = _scores(sentences, engine, terms)
    pool = _lines(_shortlisted(sentences, scores, words), sentences, scores)
    chosen = (_covering if engine == "concepts" else _fitting)(sentences, pool, words)
    points = _points(corpus, sentences, pool, sorted(chosen, key=_by_time), words, engine)
    return Briefing(
        topic="",
        title=query or "Summary",
        engine=engine,
        points=points,
        notes=(*notes.one_voice(points), *notes.cut(corpus.cut())),
        counts=_counts(corpus, [hit.passage.article for line in chosen for hit in line.hits]),
        generated=now,
        sample=sample,
    )


def ask(
    articles: Iterable[Article],
    question: str,
    *,
    words: int = 120,
    lines: int = 5,
    now: datetime | None = None,
    window: Window = EVERYTHING,
    sample: bool = False,
) -> Briefing:
    """The passages that answer a question, the best first; none where nothing matches well enough.

    A passage is worth what it has of the question's words (BM25) times how central it is among those that match.
    """
    corpus = Corpus(articles)
    every = corpus.sentences()
    matches = relevance(every, question, least=ANSWERS)
    found = np.flatnonzero(matches)
    sentences = every.only(found)
    scores = matches[found] * (1 + sentences.centrality)
    pool = _whole(_lines(_direct(sentences, same_passages(sentences)), sentences, scores))
    chosen = _chosen(sentences, pool, words, lines)
    points = _points(corpus, sentences, pool, sorted(chosen, key=_by_worth), words, "ask")
    return Briefing(
        topic="",
        title=question,
        engine="concepts",
        points=points,
        notes=(*notes.one_voice(points), *notes.cut(corpus.cut())),
        window=window,
        counts=_counts(corpus, [line.shown.article for line in pool], left_out=len(pool) - len(points)),
        generated=now,
        sample=sample,
    )


class Line(NamedTuple):
    """What could become a point: hits that say the same, the one to show first, and what it is worth."""

    hits: tuple[Hit, ...]
    number: int  # of the one shown, among all passages that were ranked
    candidate: Candidate
    is_readable: bool

    @property
    def shown(self) -> Passage:
        return self.hits[0].passage

    @property
    def is_direct(self) -> bool:
        return self.hits[0].strength == "direct"

    @property
    def is_context(self) -> bool:
        return self.hits[0].is_context

    @property
    def factors(self) -> dict[str, float]:
        """What its passage's own score was multiplied with."""
        return {"corroboration": _corroboration(self.hits), "readability": 1.0 if self.is_readable else UNREADABLE}


def _check(engine: str, terms: Sequence[str]) -> None:
    if engine not in ENGINES:
        raise ValueError(f'there is no engine "{engine}"; choose one of {", ".join(ENGINES)}')
    if engine == "sumy:edmundson" and not any(term.strip() for term in terms):
        raise ValueError(
            'engine "sumy:edmundson" needs a topic\'s terms or a query to look for; give one or choose another engine'
        )


# Which lines there are


def _enumerations(corpus: Corpus, article: Article, topic: Topic) -> list[Enumeration]:
    return [found for found in corpus.enumerations(article) if enumerates(found, topic)]


def _counting(hits: Sequence[Hit], lists: Sequence[Aligned]) -> list[Hit]:
    """The hits without those that only use a common word ("goals") where the enumeration itself is at hand."""
    if not lists:
        return list(hits)
    places = {_place(member.announcement) for found in lists for member in found.members}
    return [hit for hit in hits if _place(hit.passage) in places or not all(is_common(term) for term in hit.terms)]


def _with_context(corpus: Corpus, articles: Sequence[Article], hits: list[Hit], topic: Topic) -> list[Hit]:
    """The hits and the sentences that go on from them, in reading order."""
    more = [hit for article in articles for hit in context(corpus.passages(article), hits, topic)]
    return sorted([*hits, *more], key=lambda hit: reading_order(hit.passage)) if more else hits


def _place(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.start


def _scores(sentences: Sentences, engine: str, terms: Sequence[str]) -> Floats:
    if engine == "concepts":
        return concept_scores(sentences)
    if engine == "centroid":
        return centroid_scores(sentences)
    return scaled(sumy_scores(engine.removeprefix("sumy:"), sentences.passages, terms))


def _shortlisted(sentences: Sentences, scores: Floats, max_words: int) -> list[dict[int, Hit]]:
    """The best passages, each with those that say the same: readable ones that fit, else all that fit, else none.

    None of them scores less than FLOOR of the best.
    """
    written = sentences.written
    fits = np.flatnonzero((written.words <= max_words) & (scores >= FLOOR * scores.max(initial=0.0)))
    readable = fits[written.readable[fits]]
    allowed = readable if len(readable) else fits
    ranked = allowed[np.argsort(-scores[allowed], kind="stable")[:SHORTLIST]]
    return _direct(sentences, dict.fromkeys(SamePassages(sentences).groups(ranked.tolist()).values()))


def _direct(sentences: Sentences, groups: Iterable[Sequence[int]]) -> list[dict[int, Hit]]:
    return [{at: Hit(passage=sentences.passages[at], strength="direct") for at in group} for group in groups]


def _lines(
    groups: Iterable[Mapping[int, Hit]], sentences: Sentences, scores: Floats, lists: Sequence[Aligned] = ()
) -> list[Line]:
    """A line for each group of hits (by number) that say the same, in reading order."""
    complete = {_place(member.announcement) for found in lists for member in found.members if member.is_inline}
    written, worth = sentences.written, scores.tolist()
    words, readable = written.words.tolist(), written.readable.tolist()
    lines = []
    for group in groups:
        numbers = sorted(group, key=lambda at: _show_first(group[at], complete)) if len(group) > 1 else list(group)
        same = tuple([group[at] for at in numbers])
        first, article = numbers[0], same[0].passage.article
        score = worth[first] * _corroboration(same) * (1.0 if readable[first] else UNREADABLE)
        lines.append(Line(same, first, Candidate(words[first], score, article.outlet or article.id), readable[first]))
    return sorted(lines, key=attrgetter("number"))


def _whole(lines: list[Line]) -> list[Line]:
    """The lines without fragments and references to literature, if what is left has a direct one."""
    whole = [line for line in lines if any(_is_whole(hit.passage) for hit in line.hits)]
    return whole if any(line.is_direct for line in whole) else lines


def _is_whole(passage: Passage) -> bool:
    words = count_words(passage.text)
    is_item = passage.kind == "item" and words >= FEWEST_OF_WHOLE
    return (is_item or is_whole(passage.text, words)) and not stands_in_reference(passage)


def _corroboration(same: Sequence[Hit]) -> float:
    """More than 1 for what several outlets say, each in another wording."""
    if len(same) == 1:
        return 1.0
    outlets = {hit.passage.article.outlet for hit in same} - {None}
    wordings = {hit.passage.text for hit in same}
    return 1 + CORROBORATED * max(0, min(len(outlets), len(wordings)) - 1)


def _saying_the_same(hits: Sequence[Hit], lists: Sequence[Aligned], sentences: Sentences) -> list[dict[int, Hit]]:
    """Hits by number, together where they say the same or announce one list in different words."""
    groups = Groups(len(hits))
    for same in same_passages(sentences):
        for at in same[1:]:
            groups.join(same[0], at)
    for found in lists:
        places = {_place(member.announcement) for member in found.members}
        announcing = [at for at, hit in enumerate(hits) if _place(hit.passage) in places]
        for at in announcing[1:]:
            groups.join(announcing[0], at)
    return [{at: hits[at] for at in group} for group in groups.all()]


def _show_first(hit: Hit, complete: set[tuple[str, int]]) -> tuple[bool, bool, bool, ReadingKey]:
    """Direct ones first, then those that hold a whole enumeration, then named outlets, then the earliest."""
    passage = hit.passage
    return (
        hit.strength != "direct",
        _place(passage) not in complete,
        passage.article.outlet is None,
        reading_order(passage),
    )


# Which are chosen


def _chosen(sentences: Sentences, pool: Sequence[Line], max_words: int, max_lines: int | None) -> list[Line]:
    """The lines to show: direct ones, and related ones if all of few direct ones are shown and there is room."""
    direct = [line for line in pool if line.is_direct]
    taken = _taken(sentences, direct, max_words, max_lines)
    if direct and not taken:
        taken = [min(direct, key=_by_worth)]
    if len(taken) < len(direct) or len(direct) >= (max_lines or FEW_LINES):
        return taken
    floor = FLOOR * max((line.candidate.score for line in pool), default=0.0)
    for is_context in (False, True):  # what only goes on from another line comes last
        room = max_words - sum(line.candidate.words for line in taken)
        more = [line for line in pool if not line.is_direct and line.is_context == is_context]
        lines_left = max_lines - len(taken) if max_lines is not None else None
        taken += _taken(sentences, [line for line in more if line.candidate.score >= floor], room, lines_left)
    return taken


def _fitting(sentences: Sentences, pool: Sequence[Line], max_words: int) -> list[Line]:
    lines = [line for line in pool if line.is_readable] or pool
    return _taken(sentences, lines, max_words, most_alike=MOST_ALIKE)


def _taken(
    sentences: Sentences,
    lines: Sequence[Line],
    max_words: int,
    max_lines: int | None = None,
    most_alike: float = 1.0,
) -> list[Line]:
    rows = [line.number for line in lines]
    numbers = take(
        [line.candidate for line in lines],
        lambda at: sentences.cosines(rows[at])[rows],
        max_words=max_words,
        max_lines=max_lines,
        most_alike=most_alike,
    )
    return [lines[number] for number in numbers]


def _covering(sentences: Sentences, pool: Sequence[Line], max_words: int) -> list[Line]:
    lines = {line.number: line for line in pool}
    allowed = [number for number, line in lines.items() if line.is_readable] or list(lines)
    return [lines[number] for number in cover(sentences, sorted(allowed), max_words=max_words)]


# How they are shown


def _by_time(line: Line) -> ReadingKey:
    return reading_order(line.shown)


def _by_worth(line: Line) -> tuple[float, ReadingKey]:
    return -round(line.candidate.score, 9), reading_order(line.shown)


def _by_outlet(line: Line) -> tuple[bool, bool, bool, float, ReadingKey]:
    article = line.shown.article
    newest_first = -article.published.timestamp() if article.published is not None else 0.0
    return (
        not line.is_direct,
        article.outlet is None,
        article.published is None,
        newest_first,
        reading_order(line.shown),
    )


def _points(
    corpus: Corpus, sentences: Sentences, pool: Sequence[Line], chosen: Sequence[Line], max_words: int, engine: str
) -> tuple[Point, ...]:
    """The chosen lines as points, in the order given, each with why it was chosen."""
    reasons = Reasons(sentences, pool, chosen, max_words=max_words, engine=engine)
    return tuple(point(line.hits, corpus, reasons.why(line, **line.factors)) for line in chosen)


def _silence(corpus: Corpus, topic: Topic, hits: Sequence[Hit]) -> Iterable[str]:
    """The note on articles of the same stories that never name the topic; a common word is no name.

    An outlet of which another article names it is not silent.
    """
    naming = {hit.passage.article.id for hit in hits if hit.strength == "direct"}
    outlets = {hit.passage.article.outlet for hit in hits if hit.strength == "direct"} - {None}
    names = any(not is_common(term) for hit in hits if hit.strength == "direct" for term in hit.terms)
    if not names or len(corpus.articles) > MOST_COMPARED:
        return ()
    silent = {a.id for a in corpus.articles if a.id not in naming and a.outlet not in outlets}
    if not silent:
        return ()
    told = [article for story in stories(corpus.articles) if any(a.id in naming for a in story) for article in story]
    return notes.silent([article for article in told if article.id in silent], len(told), topic.heading)


def _counts(corpus: Corpus, used: Iterable[Article], left_out: int = 0) -> Counts:
    """`used` are the articles whose stories are counted."""
    outlets = [article.outlet for article in corpus.articles]
    return Counts(
        articles=len(outlets),
        outlets=len({outlet for outlet in outlets if outlet is not None}),
        unnamed=outlets.count(None),
        stories=len(stories(used)),
        left_out=left_out,
    )
