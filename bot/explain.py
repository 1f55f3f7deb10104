"""Why a line stands in its briefing, and where it comes from."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from bot.horizon import Horizon, as_of, count_words, date_words, moment
from bot.lines import Numbered, citations_of, numbered, words_of
from bot.message import Button, Field, Line, Link, Message, Quote, Section, Text
from bot.present import SAMPLE_BANNER
from summaries import Article, Beaten, Briefing, Citation, ListItem, Point, Why

MAX_PROOFS = 10  # articles whose paragraphs *Sources* shows; more are counted
ROOM_AROUND = 400  # characters of the stored paragraph that are shown on each side of the quote
MAX_MERGED = 3  # other wordings of a line that *Why* shows


def why(found: Briefing, line: Numbered, number: int, horizon: Horizon) -> Message:
    """Why a line stands in its briefing, in words."""
    first = citations_of(line)[0]
    reasons = _point_reasons(found, line) if isinstance(line, Point) else _item_reasons(line)
    quote = Quote(text=words_of(line), source=_source(first, horizon), language=first.language)
    return Message(
        title=f"Why line {number}",
        banner=SAMPLE_BANNER if found.sample else None,
        sections=(
            Section(lines=(Line(quotes=(quote,), number=number),)),
            Section(fields=tuple(Field(name=name, value=(value,)) for name, value in reasons)),
        ),
        footer=(as_of(horizon, found.generated),),
        controls=(Button(label="Sources", action="sources", value=found.id),),
        briefing=found.id,
    )


def proof(several: Sequence[Briefing], articles: Mapping[str, Article], horizon: Horizon) -> Message:
    """Where the lines come from: each cited article, and the stored paragraph around each quote.

    `articles` are those still held, by id, in their latest version.
    """
    cited: dict[str, list[tuple[int, Citation]]] = {}
    lines = [line for found in several for line in numbered(found)]
    for number, line in enumerate(lines, start=1):
        for citation in citations_of(line):
            cited.setdefault(citation.article, []).append((number, citation))
    sections = tuple(
        _proof_of(quotes, articles.get(article), horizon) for article, quotes in list(cited.items())[:MAX_PROOFS]
    )
    more = len(cited) - len(sections)
    return Message(
        title=f"Sources · {', '.join(found.title for found in several)}",
        banner=SAMPLE_BANNER if any(found.sample for found in several) else None,
        sections=sections,
        footer=(
            *(((f"{count_words(more, 'more article')} cited.",),) if more > 0 else ()),
            as_of(horizon, several[0].generated),
        ),
        briefing=several[0].id if len(several) == 1 else None,
    )


# Why


def _point_reasons(found: Briefing, point: Point) -> list[tuple[str, str]]:
    why = point.why
    reasons = [("Matched", _matched(found, point))]
    if point.speaker:
        named = f", who stands in it only as “{point.pronoun}”" if point.pronoun else ""
        reasons.append(("Speaker", f"{point.speaker}{named}"))
    reasons.append(("Said by", _said_by(point)))
    if point.was is not None:
        reasons.append(("Shown before", f"“{point.was.quote}” ({_carrier(point.was)})"))
    others = [one for one in point.citations[1:] if one.quote != point.text][:MAX_MERGED]
    if others:
        reasons.append(("Put together with", " · ".join(f"“{one.quote}” ({_carrier(one)})" for one in others)))
    if why.phrases:
        reasons.append(("What counted", _phrase_words(why)))
    if why.rank is not None and why.of is not None:
        reasons.append(("Ranked", f"{_rank_words(why.rank, why.of, why.score)}{_score_parts(why)}"))
    if why.beaten:
        reasons += [
            ("Left out", f"“{one.passage.quote}” ({_carrier(one.passage)}): {_setback(one)}") for one in why.beaten
        ]
    elif why.beat is not None:
        reasons.append(("Stands before", f"“{why.beat}”, which was left out"))
    return reasons


def _phrase_words(why: Why) -> str:
    """`“South China Sea”, in 8 articles (58 % of its weight); “Taiwan”, in 12 articles (6 %)`."""
    heaviest_first = sorted(why.phrases, key=lambda phrase: -phrase.weight)
    return "; ".join(
        f"“{one.words}”, in {count_words(one.articles, 'article')} ({one.weight:.0%}{' of its weight' * (at == 0)})"
        for at, one in enumerate(heaviest_first)
    )


def _score_parts(why: Why) -> str:
    """What else its weight is made of, as far as it is more or less than usual."""
    parts = []
    if why.position == 1:
        parts.append("it opens its article")
    if why.corroboration > 1:
        parts.append(f"{why.corroboration - 1:.0%} more because several outlets word it themselves")
    if why.readability < 1:
        parts.append(f"{1 - why.readability:.0%} less because it is hard to read alone")
    return f"; {'; '.join(parts)}" if parts else ""


def _setback(one: Beaten) -> str:
    """Why a passage was left out."""
    weight = f"{one.score:.2f} of the best one's weight"
    match one.reason:
        case "room":
            return f"{weight}, but no room for its words"
        case "said":
            return f"{weight}, but it says much the same as line {one.line}"
        case "readability":
            return f"{weight}, as it is hard to read alone"
        case "lines":
            return f"{weight}, behind the lines shown"


def _rank_words(rank: int, of: int, score: float | None) -> str:
    if of == 1:
        return "the only line found"
    best = f", at {score:.2f} of the best one's weight" if score is not None and rank > 1 else ""
    return f"{_ordinal(rank)} of {count_words(of, 'line')} found{best}"


def _matched(found: Briefing, point: Point) -> str:
    if not found.topic:
        return "the question's words, the rarer ones more"
    terms = ", ".join(f"“{term}”" for term in dict.fromkeys(point.why.terms))
    if point.strength == "related":
        return f"only related: {point.reason}" if point.reason else f"only related, by {terms}"
    if point.kind == "context" or not terms:
        return f"it goes on about {found.title} from the sentence before it, without the name"
    return f"{terms}, for {found.title}"


def _said_by(point: Point) -> str:
    """Who carries the line: named outlets first, and whether in their own words."""
    articles = list(dict.fromkeys(citation.article for citation in point.citations))
    if len(articles) == 1:
        return f"one article: {_carrier(point.citations[0])}"
    carriers = list(dict.fromkeys(_carrier(citation) for citation in point.citations))
    own = f"; {count_words(point.outlets, 'outlet')}, {point.own_words} in their own words" if point.outlets > 1 else ""
    return f"{count_words(len(articles), 'article')}: {', '.join(carriers)}{own}"


def _item_reasons(item: ListItem) -> list[tuple[str, str]]:
    wordings = [f"“{wording.quote}” ({_carrier(wording)})" for wording in item.wordings]
    together = (
        "the same item in every list: matched by their words and their place"
        if len(wordings) > 1
        else "one article lists it"
    )
    details = count_words(len(item.details), "sentence") if item.details else "no sentence"
    return [
        ("Listed as", " · ".join(wordings)),
        ("Put together", together),
        ("Under it", f"{details} that a source marks as being about it"),
    ]


def _carrier(citation: Citation) -> str:
    return citation.outlet or f"“{citation.title or citation.source or 'untitled page'}”, no outlet"


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


# Where it comes from


def _proof_of(quotes: Sequence[tuple[int, Citation]], article: Article | None, horizon: Horizon) -> Section:
    """One cited article: what is known of it, and its stored paragraphs around the quotes."""
    first = quotes[0][1]
    address: Text = (Link(text=first.url, url=first.url),) if _web(first.url) else (first.source or "no address",)
    fetched: Text = ("fetched ", moment(first.fetched, horizon)) if first.fetched is not None else ()
    digest = f" · sha256 {first.sha256[:12]}…" if first.sha256 else ""
    printed = (f" · printed as “{first.printed_date}”",) if first.printed_date else ()
    kept: dict[str, tuple[list[int], Citation]] = {}
    for number, citation in quotes:
        kept.setdefault(_paragraph(citation, article), ([], citation))[0].append(number)
    lines = tuple(
        Line(
            quotes=(
                Quote(text=paragraph, source=(_line_numbers(numbers, article, citation),), language=citation.language),
            )
        )
        for paragraph, (numbers, citation) in kept.items()
    )
    return Section(
        title=first.title or first.source or "Untitled page",
        texts=(
            (first.outlet or "no outlet named", " · ", *date_words(first, horizon), *printed),
            (*address, *((" · ", *fetched) if fetched else ()), digest),
        ),
        lines=lines,
    )


def _paragraph(citation: Citation, article: Article | None) -> str:
    """The stored paragraph around a quote, the quote whole; the quote alone where the article is another by now."""
    if not _holds(article, citation):
        return citation.quote
    assert article is not None
    text = article.text
    begin = text.rfind("\n", 0, citation.start) + 1
    end = text.find("\n", citation.end)
    end = len(text) if end < 0 else end
    near, far = max(begin, citation.start - ROOM_AROUND), min(end, citation.end + ROOM_AROUND)
    return f"{'…' if near > begin else ''}{text[near:far]}{'…' if far < end else ''}"


def _holds(article: Article | None, citation: Citation) -> bool:
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _line_numbers(numbers: Sequence[int], article: Article | None, citation: Citation) -> str:
    unique = list(dict.fromkeys(numbers))
    words = f"line {unique[0]}" if len(unique) == 1 else f"lines {', '.join(map(str, unique))}"
    if _holds(article, citation):
        return words
    return f"{words} · the article has changed or gone since; these are the words that were quoted"


def _source(citation: Citation, horizon: Horizon) -> Text:
    return (_carrier(citation), " · ", *date_words(citation, horizon))


def _web(url: str | None) -> TypeGuard[str]:
    return url is not None and url.startswith(("http://", "https://"))
