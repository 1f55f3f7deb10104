"""The words around the lines: how many there are and of what, why these, and what was looked through in vain."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from bot.horizon import Horizon, age_words, count_words, date_words, day_words, moment, read_words
from bot.lines import citations_of, numbered
from bot.message import Text
from bot.windows import read_since, window_words
from summaries import Briefing, Citation

MAX_NAMED = 4  # outlets that a count names; the rest are counted

LookedFor = Literal["topic", "words", "question"]  # what was looked for

LANGUAGES = MappingProxyType(
    {
        "ar": "Arabic",
        "bg": "Bulgarian",
        "cs": "Czech",
        "da": "Danish",
        "de": "German",
        "el": "Greek",
        "en": "English",
        "es": "Spanish",
        "fa": "Persian",
        "fi": "Finnish",
        "fr": "French",
        "he": "Hebrew",
        "hi": "Hindi",
        "hu": "Hungarian",
        "id": "Indonesian",
        "it": "Italian",
        "ja": "Japanese",
        "ko": "Korean",
        "nl": "Dutch",
        "no": "Norwegian",
        "pl": "Polish",
        "pt": "Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "sk": "Slovak",
        "sv": "Swedish",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "vi": "Vietnamese",
        "zh": "Chinese",
    }
)


def widened_words(several: Sequence[Briefing], horizon: Horizon) -> str:
    """Why lines are shown that are older than was asked for."""
    window = several[0].window
    asked = read_since(window.asked or "24h", now=horizon.now, zone=horizon.zone)
    phrase = window_words(asked.word, asked.at, now=horizon.now, zone=horizon.zone)
    newest_held = horizon.holdings.newest
    empty = horizon.holdings.sources > 0 and (newest_held is None or (asked.at is not None and newest_held < asked.at))
    subject = several[0].title if len(several) == 1 else "these topics"
    first = f"Nothing dated {phrase}." if empty else f"Nothing on {subject} {phrase}."
    dated = [citation for citation in cited(several) if citation.published is not None]
    if not dated:
        return f"{first} What I hold names no date."
    newest = max(dated, key=lambda citation: citation.published or horizon.now)
    assert newest.published is not None
    day = date_words(newest, horizon, short=True)[0]
    told = day if isinstance(day, str) else day.text
    return f"{first} This is the newest I hold: {told}, {age_words(newest.published, horizon.now)} old."


def line_words(several: Sequence[Briefing]) -> str:
    """`3 lines`, `1 line and a list of 5`."""
    points = sum(len(found.points) for found in several)
    lists = [f"a list of {len(found.items)}" for one in several for found in one.lists]
    return _join([*([count_words(points, "line")] if points else []), *lists])


def cited(several: Iterable[Briefing]) -> tuple[Citation, ...]:
    """One citation of each cited article, in the order of the lines."""
    first: dict[str, Citation] = {}
    for found in several:
        for line in numbered(found):
            for citation in citations_of(line):
                first.setdefault(citation.article, citation)
    return tuple(first.values())


def article_words(articles: Sequence[Citation]) -> str:
    """`2 articles: CGTN, and one page that names no outlet and no date`."""
    named = list(dict.fromkeys(citation.outlet for citation in articles if citation.outlet))
    unnamed = [citation for citation in articles if not citation.outlet]
    more = [count_words(len(named) - MAX_NAMED, "more outlet")] if len(named) > MAX_NAMED else []
    parts = [_join([*named[:MAX_NAMED], *more])] if named else []
    if unnamed:
        dateless = " and no date" if all(citation.published is None for citation in unnamed) else ""
        pages = "one page that names" if len(unnamed) == 1 else f"{len(unnamed)} pages that name"
        parts.append(f"{'and ' if named else ''}{pages} no outlet{dateless}")
    return f"{count_words(len(articles), 'article')}: {', '.join(parts)}"


def completeness(found: Briefing, horizon: Horizon) -> str:
    """Whether these are all the lines, and whether articles say the same."""
    if not found.topic:  # an answer to a question, or a summary: a choice, and never all
        lines = count_words(found.counts.left_out, "more line")
        return f"{lines} with words of the question left out for room." if found.counts.left_out else ""
    if found.counts.left_out:
        told = f"{count_words(found.counts.left_out, 'more line')} left out for room."
    else:
        told = f"These are all the lines {_aboutness(found)} {_articles_held(found, horizon)}."
    return f"{told}{_agreement(found)}"


def _aboutness(found: Briefing) -> str:
    """`that name Taiwan` where every line does, else `on Gaza`."""
    subject = found.title if found.title != found.topic else f"“{found.title}”"
    named = all(point.kind != "context" and point.strength == "direct" and point.why.terms for point in found.points)
    return f"that name {subject}" if named and not found.lists else f"on {subject}"


def _articles_held(found: Briefing, horizon: Horizon) -> str:
    """`in the 2 articles I hold`, `in the 14 articles I hold from the last 24 hours`."""
    count, held = found.counts.articles, horizon.holdings.articles
    window = found.window
    if window.since is not None:
        phrase = window_words(window.asked, window.since, now=window.until or horizon.now, zone=horizon.zone)
        if window.widened:
            phrase = f"since {day_words(window.since.astimezone(horizon.zone), horizon)}"
        return f"in the {count_words(count, 'article')} I hold {from_words(phrase)}"
    if count < held and not found.sample:
        return f"in the {count_words(count, 'article')} I looked through, of {held:,} held"
    return f"in the {count_words(count, 'article')} I hold"


def _agreement(found: Briefing) -> str:
    """Says so where no line stands in two of the articles; where one does, its own small line says it."""
    articles = {citation.article for point in found.points for citation in point.citations}
    if found.lists or len(found.points) < 2 or len(articles) < 2:
        return ""
    if any(len({citation.article for citation in point.citations}) > 1 for point in found.points):
        return ""
    return " No line is in both." if len(articles) == 2 else " No line is in two of them."


def foreign_words(foreign: Briefing, noun: str = "more line") -> str:
    """`4 more lines in Ukrainian and Chinese`. In which languages those are that had no room, is not known."""
    codes = Counter(_language(citations_of(line)[0]) for line in numbered(foreign))
    if not foreign.counts.left_out:
        return f"{count_words(sum(codes.values()), noun)} in {_join(list(codes))}."
    lines = count_words(sum(codes.values()) + foreign.counts.left_out, noun)
    return f"{lines} in other languages, the first in {_join(list(codes))}."


def _language(citation: Citation) -> str:
    return LANGUAGES.get(citation.language or "", citation.language or "another language")


def more_words(left_out: Mapping[str, int]) -> str:
    """`4 more lines: Taiwan 2, Gaza 1, Ukraine 1`."""
    lines = count_words(sum(left_out.values()), "more line")
    return f"{lines}: {', '.join(f'{title} {count}' for title, count in left_out.items())}"


def looked(found: Briefing, horizon: Horizon, subject: LookedFor) -> Text:
    """Where was looked and for what, in how much, and with what outcome."""
    window, holdings = found.window, horizon.holdings
    phrase = window_words(window.asked, window.since, now=horizon.now, zone=horizon.zone)
    newest = "" if holdings.newest is None else day_words(holdings.newest, horizon)
    if holdings.articles == 0 and not found.sample:
        return (_nothing_held(horizon),)
    if found.counts.articles == 0:
        held = count_words(holdings.articles, "article")
        if window.since is None:  # all were looked at, so only the reader's languages can have left them out
            return (f"None of the {held} I hold is in the language asked for.",)
        return (
            f"None of the {held} I hold is {from_words(phrase)}{f': the newest is dated {newest}' if newest else ''}.",
        )
    read: Text = (", last read ", moment(holdings.last_read, horizon)) if holdings.last_read is not None else ()
    where = phrase if window.since is None else f"in what I hold {from_words(phrase)}"
    itself = "words themselves" if " " in found.title else "word itself"
    no_topic = f"There is no topic of that name here, so I looked for the {itself}"
    begin = f"{no_topic if subject == 'words' else 'I looked'} {where}: {_searched(found, horizon)}"
    dated = f", newest dated {newest}" if newest else ""
    return (f"{begin}{dated}", *read, f". {_not_found(found, subject)}")


def _nothing_held(horizon: Horizon) -> str:
    """What to do where there is no article at all: wait for the first read, or look at the sources."""
    holdings = horizon.holdings
    if holdings.sources_read + holdings.failing < holdings.sources:
        return f"I hold no article yet: {read_words(holdings)} so far. Ask again in a minute."
    return "I hold no article yet. The command sources says how each source is."


def _searched(found: Briefing, horizon: Horizon) -> str:
    """`2 articles from 1 source`."""
    articles = count_words(found.counts.articles, "article")
    if found.sample:
        return f"{articles} of the bundled sample"
    if found.window.since is None and found.counts.articles < horizon.holdings.articles:
        articles = f"{articles} of the {horizon.holdings.articles:,} held"
    return f"{articles} from {count_words(horizon.holdings.sources, 'source')}"


def _not_found(found: Briefing, subject: LookedFor) -> str:
    if subject == "question":
        return "No line there fits the question. Other media may well answer it."
    if subject == "topic":
        return f"No line there is on {found.title}. Other media may well have it."
    if " " in found.title:
        return "They do not occur in them. Other media may well have them."
    return "It does not occur in them. Other media may well have it."


def from_words(phrase: str) -> str:
    """A window's words after a noun: "in the last 24 hours" -> "from the last 24 hours"."""
    if phrase.startswith("in the last"):
        return f"from{phrase.removeprefix('in')}"
    return "from today" if phrase == "today" else phrase


def _join(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
