"""What /brief story answers: the articles of a line's story, by outlet or by time, each in its own words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.horizon import Horizon, as_of, count_words, moment
from bot.lines import Numbered, words_of
from bot.message import Button, Line, Message, Quote, Section, Text
from bot.present import SAMPLE_BANNER
from summaries import Article, Briefing, Passage, passages

MOST = 25  # articles that are shown; more are counted
SUMMED_UP_WITHIN = 3000  # characters of an article among which its first sentence is looked for

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def storyline(
    found: Briefing, line: Numbered, number: int, articles: Sequence[Article], horizon: Horizon, *, timeline: bool
) -> Message:
    """Who reported on the story of a line: its outlets, each with its articles, or who said what when, the earliest
    first. Articles without a date come last."""
    ordered = sorted(articles, key=lambda one: (one.published is None, one.published or _LONG_AGO, one.id))
    shown = ordered[:MOST]
    lines = [(article, _line(article, at, horizon)) for at, article in enumerate(shown, start=1)]
    if timeline:
        sections: tuple[Section, ...] = (Section(lines=tuple(line for _, line in lines)),)
    else:
        outlets = dict.fromkeys(_outlet(article) for article in shown)
        sections = tuple(
            Section(title=outlet, lines=tuple(line for article, line in lines if _outlet(article) == outlet))
            for outlet in outlets
        )
    named = len({article.outlet for article in articles if article.outlet})
    told = f"{count_words(len(articles), 'article')} of {count_words(named, 'outlet')} tell this story"
    more = len(ordered) - len(shown)
    other = Button(
        label="By outlet" if timeline else "Timeline",
        action="story",
        value=f"{found.id}:{number}:{'sources' if timeline else 'timeline'}",
    )
    return Message(
        title=f"{'Timeline' if timeline else 'Story'} of line {number}",
        banner=SAMPLE_BANNER if found.sample else None,
        intro=((f"“{words_of(line)}”",), (f"{told}.",)),
        sections=sections,
        footer=(*(((f"and {count_words(more, 'later article')}",),) if more else ()), as_of(horizon, found.generated)),
        controls=(other,),
        briefing=found.id,
    )


def _line(article: Article, number: int, horizon: Horizon) -> Line:
    """An article by its first sentence, word for word."""
    first = _first_sentence(article)
    when: Text = (moment(article.published, horizon),) if article.published is not None else ("no date",)
    title = (f" · {article.title}",) if article.title and article.title != first else ()
    source: Text = (_outlet(article), " · ", *when, *title)
    return Line(quotes=(Quote(text=first, source=source, language=article.language),), number=number)


def _first_sentence(article: Article) -> str:
    beginning = Article(text=article.text[:SUMMED_UP_WITHIN], title=article.title, language=article.language)
    said: list[Passage] = [passage for passage in passages(beginning) if passage.kind != "heading"]
    return said[0].text if said else article.title or "no text"


def _outlet(article: Article) -> str:
    return article.outlet or "no outlet named"
