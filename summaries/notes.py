"""What the reader must know beside the lines: who never names the topic, whose words they all are, what is missing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from summaries.lists import Aligned
from summaries.model import Article, Point

MOST_NAMED = 3  # articles that a note lists by name


def silent(silent_articles: Sequence[Article], of: int, title: str) -> Iterator[str]:
    """Which of the articles on a story never name the topic; `of` counts all articles on it."""
    count = len(silent_articles)
    if count == 1 and of == 2 and silent_articles[0].outlet is None:
        yield f"The other page never names {title}."
    elif 0 < count <= MOST_NAMED:
        names = list(dict.fromkeys(called(article) for article in silent_articles))
        yield f"{_listing(names, 'and')} never {'names' if len(names) == 1 else 'name'} {title}."
    elif count:
        yield f"{count} of {of} articles on this story never name {title}."


def cut(articles: Sequence[Article]) -> Iterator[str]:
    """The articles of which only the beginning was read."""
    for name in dict.fromkeys(called(article) for article in articles):
        yield f"{name} is too long: only its beginning was read."


def one_voice(points: Sequence[Point]) -> Iterator[str]:
    """Each outlet whose lines, two or more, all go back to one named speaker."""
    voices: dict[str, list[str | None]] = defaultdict(list)
    for point in points:
        if point.citations[0].outlet is not None:
            voices[point.citations[0].outlet].append(point.speaker)
    for outlet, speakers in sorted(voices.items()):
        if len(speakers) > 1 and speakers[0] is not None and len(set(speakers)) == 1:
            yield f"{_genitive(outlet)} lines all go back to one named speaker, {speakers[0]}."


def gaps(found: Aligned) -> Iterator[str]:
    """Items under which an outlet gives no detail, and lists that are not as long as their number says."""
    missing: dict[str, list[str]] = defaultdict(list)
    for item in found.without_detail():
        missing[called(item.article)].append(f"“{item.text}”")
    for name, labels in missing.items():
        yield f"{name} gives no detail under {_listing(labels, 'or')}."
    for enumeration in found.members:
        if enumeration.stated is not None and enumeration.stated != len(enumeration.items):
            article = enumeration.announcement.article
            yield f"{called(article)} says “{enumeration.noun}” and lists {len(enumeration.items)}."


def called(article: Article) -> str:
    """An article's outlet, else its title, else what it is."""
    if article.outlet is not None:
        return article.outlet
    return f"“{article.title}”" if article.title else "A page without outlet and title"


def _genitive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _listing(names: Sequence[str], last: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
