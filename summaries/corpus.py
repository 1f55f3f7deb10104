"""A set of articles as one run looks at it: in order, each once, cut into passages when first asked."""

from collections.abc import Iterable

from summaries.extent import MOST_READ
from summaries.lists import Enumeration
from summaries.model import Article, Passage
from summaries.order import in_order
from summaries.prepared import Prepared, prepare
from summaries.rank import Sentences
from summaries.speakers import Attribution
from summaries.tokens import Written


class Corpus:
    """The articles of one run."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = in_order(articles)
        self._prepared: dict[str, Prepared] = {}

    def passages(self, article: Article) -> tuple[Passage, ...]:
        """The passages of one of the articles, in text order."""
        return self._of(article).passages

    def enumerations(self, article: Article) -> tuple[Enumeration, ...]:
        """The enumerations in one of the articles."""
        return self._of(article).enumerations

    def sentences(self) -> Sentences:
        """All passages that say something by themselves (no headings), in reading order."""
        found = [self._of(article) for article in self.articles]
        return Sentences(
            tuple([passage for article in found for passage in article.sentences]),
            Written.joined([article.written for article in found]),
        )

    def said_by(self, passage: Passage) -> Attribution:
        """Who says a passage, as far as its article tells."""
        return self._of(passage.article).said_by(passage.position)

    def before(self, passage: Passage) -> Passage | None:
        """The passage before it in its article, if that is not a heading."""
        if not passage.position:
            return None
        before = self.passages(passage.article)[passage.position - 1]
        return before if before.kind != "heading" else None

    def cut(self) -> list[Article]:
        """The articles that were looked at, and are too long to be read in full."""
        return [
            article
            for article in self.articles
            if len(article.text) > MOST_READ or (article.id in self._prepared and self._prepared[article.id].is_cut)
        ]

    def _of(self, article: Article) -> Prepared:
        if article.id not in self._prepared:
            self._prepared[article.id] = prepare(article)
        return self._prepared[article.id]
