"""The other answers: why a line stands there, where it comes from, what there is, and what cannot be done."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeGuard
from urllib.parse import urlsplit

from bot.horizon import (
    Horizon,
    as_of,
    count_words,
    date_words,
    day_words,
    failing_words,
    matching_words,
    moment,
    read_words,
)
from bot.lines import Numbered, citations_of, numbered, words_of
from bot.message import Button, Field, Line, Link, Message, Quote, Section, Text
from bot.present import SAMPLE_BANNER
from bot.store import Delivery, Progress, SourceState, Subscription
from summaries import Article, Beaten, Briefing, Citation, ListItem, Point, Topic, Why

MAX_PROOFS = 10  # articles whose paragraphs *Sources* shows; more are counted
ROOM_AROUND = 400  # characters of the stored paragraph that are shown on each side of the quote
MAX_WORDS = 6  # of a topic that are shown; some have a hundred, in all their languages
MAX_MERGED = 3  # other wordings of a line that *Why* shows
MAX_ROWS = 25  # of a list of topics or sources


def said(title: str, text: str) -> Message:
    """An answer of one sentence."""
    return Message(title=title, intro=((text,),))


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


def topics(
    known: Sequence[Topic], horizon: Horizon, *, bundled: bool, own: int = 0, matching: Progress | None = None
) -> Message:
    """The topics here and the words they go by; the last `own` of them were made here. `matching` is how far new ones
    are matched."""
    fields = tuple(Field(name=_named(topic), value=(_terms(topic),)) for topic in known[:MAX_ROWS])
    more = len(known) - len(fields)
    return Message(
        title="Topics",
        intro=(
            (
                "These come with Readout, until config.toml names its own."
                if bundled
                else "Managed in config.toml, under [[topics]].",
            ),
            *(((f"The last {own} of them: made here." if own > 1 else "The last one: made here.",),) if own else ()),
            *((matching_words(matching),) if matching is not None else ()),
        ),
        sections=(Section(fields=fields, texts=(((f"and {count_words(more, 'more topic')}"),),) if more > 0 else ()),),
        footer=(as_of(horizon),),
        controls=tuple(Button(label=topic.heading[:40], action="brief", value=topic.name) for topic in known[:4]),
    )


def sources(
    states: Sequence[SourceState],
    horizon: Horizon,
    *,
    teasers: Mapping[int, int] = MappingProxyType({}),
    reasons: Mapping[int, str] = MappingProxyType({}),
) -> Message:
    """Where the articles come from. Counts only of what fails: `reasons`, by the source's id, are for managers;
    `teasers` are how many articles of a source are only beginnings."""
    if not states:
        text = "No source is configured yet, so I answer from a bundled sample. Add [[sources]] to config.toml."
        return Message(title="Sources", banner=SAMPLE_BANNER, intro=((text,),))
    troubled = sorted(states, key=lambda state: state.id not in reasons)  # a manager sees these first
    fields = tuple(
        Field(
            name=state.title or state.name,
            value=_source_row(state, horizon, teasers=teasers.get(state.id, 0), reason=reasons.get(state.id)),
        )
        for state in troubled[:MAX_ROWS]
    )
    more = len(states) - len(fields)
    return Message(
        title="Sources",
        intro=(("Managed in config.toml, or added here with source add.",), *failing_words(horizon)),
        sections=(Section(fields=fields, texts=((f"and {count_words(more, 'more source')}",),) if more > 0 else ()),),
        footer=(as_of(horizon),),
    )


def status(
    horizon: Horizon,
    *,
    subscriptions: Sequence[Subscription],
    deliveries: Sequence[Delivery],
    parts: Mapping[str, str],
    version: str,
    matching: Progress | None = None,
) -> Message:
    """Whether all is well: what was read, what is held, what is due, and who is connected."""
    holdings = horizon.holdings
    newest = f", newest {day_words(holdings.newest, horizon)}" if holdings.newest is not None else ""
    last: dict[int, Delivery] = {}
    for delivery in deliveries:
        last.setdefault(delivery.subscription_id, delivery)
    fields = [
        Field(name="Sources", value=_reading(horizon)),
        Field(name="Articles", value=(count_words(holdings.articles, "article"), f" held{newest}")),
        *((Field(name="Matching", value=matching_words(matching)),) if matching is not None else ()),
        *(
            Field(name=f"Digest {one.name}", value=_schedule_row(one, last.get(one.id), horizon))
            for one in subscriptions[:MAX_ROWS]
        ),
        *(Field(name=name.capitalize(), value=(state,)) for name, state in parts.items()),
        Field(name="Version", value=(version,)),
    ]
    return Message(title="Status", sections=(Section(fields=tuple(fields)),), footer=(as_of(horizon),))


def usage(platform: str, command: str) -> Message:
    """What can be asked, as it is written on that platform."""
    rows = _DISCORD_USAGE if platform == "discord" else _USAGE
    typed = ((words if words.startswith("/") else f"{command} {words}".strip(), does) for words, does in rows)
    fields = tuple(Field(name=words, value=(does,)) for words, does in typed)
    return Message(
        title="Readout",
        intro=(("Every line is a sentence of a source, word for word, and says whose it is.",),),
        sections=(Section(fields=fields),),
        footer=(("Only you see the answers, until you press Post to channel.",),),
    )


_USAGE = (
    ("taiwan", "the lines on a topic, or on any words"),
    ("", "all topics here: at most 3 lines each, 10 in all"),
    ("taiwan since:3d size:short lang:en", "times: 24h 3d today mon 2024-04-23 last all; sizes: short normal long"),
    ("new taiwan", "only what was not shown here yet"),
    ("ask what did Beijing demand on Taiwan", "the lines that fit a question"),
    ("why 2", "why line 2 of the last briefing stands there"),
    ("compare 2", "line 2 in the words of each outlet, and where their numbers disagree"),
    ("story 2 timeline", "who reported line 2's story when; story 2: by outlet"),
    ("follow ukraine weekdays 08:30 Europe/Kyiv", "a digest of what is new, to you alone; following, unfollow 1"),
    ("schedule add ukraine,gaza weekdays 08:30,17:00 Europe/Berlin", "a digest to this channel"),
    ("schedule", "this channel's digests; schedule edit 1, pause 1, resume 1, run 1, remove 1"),
    ("strike 3", "line 3 of the last digest posted here no longer holds: it is struck, and that is said below it"),
    ("topics", "the topics here and the words they go by"),
    ("topic add harbour harbour, old port | exclude: airport", "a topic of this space; topic test, edit, remove"),
    ("sources", "where the articles come from"),
    ("source add example.org", "a source of this space; source test, remove, import, export"),
    ("status", "whether all is well"),
)
_DISCORD_USAGE = (
    ("now topic:taiwan", "the lines on a topic, or on any words"),
    ("now", "all topics here: at most 3 lines each, 10 in all"),
    ("now topic:taiwan since:3d size:short", "times: 24h 3d today mon 2024-04-23 last all; sizes: short normal long"),
    ("new topic:taiwan", "only what was not shown here yet"),
    ("ask question:what did Beijing demand on Taiwan", "the lines that fit a question"),
    ("why item:2", "why line 2 of the last briefing stands there"),
    ("compare story:2", "line 2 in the words of each outlet, and where their numbers disagree"),
    ("story item:2 view:timeline", "who reported line 2's story when; view:sources: by outlet"),
    ("follow topic:ukraine when:weekdays 08:30 timezone:Europe/Kyiv", "a digest of what is new, to you alone"),
    ("following", "what you follow; unfollow item:1 ends it"),
    ("/brief-admin schedule add topics:ukraine when:daily 8:30", "a digest to this channel"),
    ("/brief-admin strike item:3", "line 3 of the last digest posted here no longer holds: it is struck, and says so"),
    ("topics", "the topics here and the words they go by"),
    ("/brief-admin topic add name:harbour terms:harbour, old port", "a topic of this server; test, edit, remove"),
    ("sources", "where the articles come from"),
    ("/brief-admin source add address:example.org", "a source of this server; test, remove, import, export"),
    ("status", "whether all is well"),
)


def not_yet(word: str) -> Message:
    """The answer to a command word that this version does not carry out: what to do instead."""
    return said("Not in this version", f"{word} is not in this version yet. {_INSTEAD[word]}")


_INSTEAD = {
    "setup": "Sources, topics and digests stand in config.toml; config.example.toml explains each line.",
}


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
    phrases = [
        f"“{one.words}”, in {count_words(one.articles, 'article')} ({one.weight:.0%} of its weight)"
        if at == 0
        else f"“{one.words}”, in {count_words(one.articles, 'article')} ({one.weight:.0%})"
        for at, one in enumerate(sorted(why.phrases, key=lambda phrase: -phrase.weight))
    ]
    return "; ".join(phrases)


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


# What there is


def _named(topic: Topic) -> str:
    """Its name, and its title where that says more."""
    return topic.name if topic.heading.casefold() == topic.name.casefold() else f"{topic.name} ({topic.heading})"


def _terms(topic: Topic) -> str:
    related = f"; related: {_some(topic.related)}" if topic.related else ""
    excluded = f"; not: {_some(topic.exclude)}" if topic.exclude else ""
    return f"{_some(topic.terms)}{related}{excluded}"


def _some(words: Sequence[str]) -> str:
    shown = ", ".join(words[:MAX_WORDS])
    return shown if len(words) <= MAX_WORDS else f"{shown} and {len(words) - MAX_WORDS} more"


def _source_row(state: SourceState, horizon: Horizon, *, teasers: int, reason: str | None) -> Text:
    """`feed · 12 articles, 3 of them only beginnings · last read 08:12`, and to managers, what is amiss."""
    beginnings = f", {teasers:,} of them only beginnings" if teasers else ""
    name = f"{state.name} · " if state.title and state.title != state.name else ""
    moved = f" · moved for good, read at {urlsplit(state.adopted).hostname}" if state.adopted else ""
    held = f"{name}{state.kind} · {count_words(state.articles, 'article')}{beginnings}{moved}"
    paused = " · paused: its server says that it is gone for good" if state.paused else ""
    times = f" ({count_words(state.failures, 'time')} in a row)" if state.failures else ""
    amiss = f" · failing{times}: {reason}" if reason and not state.paused else ""
    if state.last_read is None:
        return (f"{held} · not read yet{paused}{amiss}",)
    return (f"{held} · last read ", moment(state.last_read, horizon), f"{paused}{amiss}")


def _reading(horizon: Horizon) -> Text:
    """`7 of 9 sources read, last 08:12; 2 have not answered since 03:10`."""
    holdings = horizon.holdings
    last: Text = (", last ", moment(holdings.last_read, horizon)) if holdings.last_read is not None else ()
    moved: Text = (f"; {horizon.moved} moved for good and followed",) if horizon.moved else ()
    if not horizon.failing:
        return (read_words(holdings), *last, *moved)
    verb = "has" if horizon.failing == 1 else "have"
    since: Text = (" since ", moment(horizon.failing_since, horizon)) if horizon.failing_since is not None else ()
    return (read_words(holdings), *last, f"; {horizon.failing} {verb} not answered", *since, *moved)


def _schedule_row(one: Subscription, last: Delivery | None, horizon: Horizon) -> Text:
    coming: Text = ("next ", moment(one.next_slot, horizon)) if one.active else (f"paused: {one.paused}",)
    if last is None:
        return (*coming, " · nothing posted yet")
    return (*coming, " · last ", moment(last.slot, horizon), f": {_OUTCOMES[last.state]}", *_because(last))


_OUTCOMES = {
    "due": "waiting",
    "sending": "being posted",
    "sent": "posted",
    "unknown": "unknown: it may or may not have arrived",
    "skipped": "skipped",
    "failed": "not posted",
}


def _because(delivery: Delivery) -> tuple[str, ...]:
    shown = delivery.state in {"skipped", "failed", "unknown"} and delivery.reason
    return (f" ({delivery.reason})",) if shown else ()
