"""A set of articles as one run looks at it: in order, each once, cut into passages when first asked."""

from collections.abc import Iterable, Iterator
from itertools import islice

from summaries.model import Article, Passage
from summaries.order import in_order
from summaries.sentences import passages
from summaries.speakers import Attribution, attributions


class Corpus:
    """The articles of one run."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = in_order(articles)
        self._passages: dict[str, tuple[Passage, ...]] = {}
        self._voices: dict[str, Iterator[Attribution]] = {}
        self._heard: dict[str, list[Attribution]] = {}  # of each article as far as was asked

    def passages(self, article: Article) -> tuple[Passage, ...]:
        """The passages of one of the articles, in text order."""
        if article.id not in self._passages:
            self._passages[article.id] = passages(article)
        return self._passages[article.id]

    def sentences(self) -> tuple[Passage, ...]:
        """All passages that say something by themselves (no headings), in reading order."""
        return tuple(
            passage for article in self.articles for passage in self.passages(article) if passage.kind != "heading"
        )

    def said_by(self, passage: Passage) -> Attribution:
        """Who says a passage, as far as its article tells."""
        article = passage.article
        if article.id not in self._voices:
            self._voices[article.id] = attributions(self.passages(article))
        heard = self._heard.setdefault(article.id, [])
        heard.extend(islice(self._voices[article.id], max(0, passage.position + 1 - len(heard))))
        return heard[passage.position]

    def before(self, passage: Passage) -> Passage | None:
        """The passage before it in its article, if that is not a heading."""
        if not passage.position:
            return None
        before = self.passages(passage.article)[passage.position - 1]
        return before if before.kind != "heading" else None
