"""What comes from sumy: its stop words, and its algorithms as engines that work offline. Nothing else knows sumy."""

import hashlib
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from summaries.model import Passage

STOP_WORD_FILES = {
    "ar": "arabic",
    "cs": "czech",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "he": "hebrew",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "pl": "polish",
    "pt": "portuguese",
    "sk": "slovak",
    "sv": "swedish",
    "th": "thai",
    "uk": "ukrainian",
    "zh": "chinese",
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """sumy's stop words of a language (ISO 639-1), in lower case; none for a language it has no list of."""
    name = STOP_WORD_FILES.get(language)
    if name is None:
        return frozenset()
    text = (resources.files("sumy") / "data" / "stopwords" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word.strip().casefold() for word in text.splitlines() if word.strip())


ALGORITHMS = ("lexrank", "textrank", "lsa", "luhn", "edmundson", "sumbasic", "kl", "reduction", "random")


def sumy_scores(algorithm: str, passages: Sequence[Passage], terms: Sequence[str]) -> list[float]:
    """The ratings that one of sumy's algorithms gives to passages, in the order given, from 0 to 1 for the best.

    The passages are handed over as the sentences of one document, a block (paragraph) of an article as a paragraph.
    `terms` are the topic's; only "edmundson" uses them, as its bonus words, and raises ValueError without one.
    sumy's time grows with the square of the number of passages.
    """
    if algorithm == "edmundson" and not terms:
        raise ValueError(
            'engine "sumy:edmundson" needs a topic\'s terms or a query; give one, or choose another engine'
        )
    with _quiet():
        ratings = _rate(algorithm, passages, terms)
    worst, best = min(ratings, default=0.0), max(ratings, default=0.0)
    return [(rating - worst) / (best - worst) if best > worst else 1.0 for rating in ratings]


@contextmanager
def _quiet() -> Iterator[None]:
    """sumy and nltk warn about syntax, versions and small matrices: nothing our callers could act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _rate(algorithm: str, passages: Sequence[Passage], terms: Sequence[str]) -> list[float]:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    class Numbered(Sentence):  # type: ignore[misc]  # sumy is untyped
        """A sentence that knows its number, so that two with the same words keep ratings of their own."""

        __slots__ = ("number",)

        def __init__(self, number: int, text: str) -> None:
            super().__init__(text, _Tokenizer)
            self.number = number

        def __eq__(self, other: object) -> bool:
            return self is other

        def __hash__(self) -> int:
            return self.number

    sentences = [Numbered(number, passage.text) for number, passage in enumerate(passages)]
    paragraphs = groupby(sentences, key=lambda sentence: _paragraph_of(passages[sentence.number]))
    document = ObjectDocumentModel([Paragraph(list(members)) for _, members in paragraphs])
    ratings: dict[int, float] = {}

    def keep(infos: Sequence[Any]) -> Sequence[Any]:
        ratings.update({info.sentence.number: float(info.rating) for info in infos})
        return infos

    summarizer = _summarizer(algorithm, _languages(passages), document, terms)
    if sentences:
        summarizer(document, keep)
    return [ratings.get(number, 0.0) for number in range(len(sentences))]


class _Tokenizer:
    """Stands in for sumy's tokenizer, whose data is a download: sentences are cut already, words are ours."""

    @staticmethod
    def to_words(text: str) -> tuple[str, ...]:
        from summaries.sentences import words

        return words(text)


def _paragraph_of(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.block


def _languages(passages: Sequence[Passage]) -> tuple[str, ...]:
    """The languages of the passages, the most frequent first."""
    counted = Counter(passage.article.language or "en" for passage in passages)
    return tuple(sorted(counted, key=lambda language: (-counted[language], language)))


def _summarizer(algorithm: str, languages: Sequence[str], document: Any, terms: Sequence[str]) -> Any:
    from importlib import import_module

    name, class_name = _CLASSES[algorithm]
    kind = getattr(import_module(f"sumy.summarizers.{name}"), class_name)
    if algorithm == "random":
        kind = type("Seeded", (kind,), {"_get_random_ratings": staticmethod(_seeded_ratings)})
    summarizer = kind(_stemmer(languages[0] if languages else "en"))
    ignored = frozenset().union(*(stop_words(language) for language in languages)) or frozenset({"the"})
    if algorithm == "edmundson":
        summarizer.bonus_words = [word for term in terms for word in _Tokenizer.to_words(term)]
        summarizer.stigma_words = ("hardly", "impossible")  # Edmundson's own examples (1969); sumy wants some
        summarizer.null_words = ignored
    elif hasattr(summarizer, "stop_words"):
        summarizer.stop_words = ignored
    return summarizer


_CLASSES = {
    "lexrank": ("lex_rank", "LexRankSummarizer"),
    "textrank": ("text_rank", "TextRankSummarizer"),
    "lsa": ("lsa", "LsaSummarizer"),
    "luhn": ("luhn", "LuhnSummarizer"),
    "edmundson": ("edmundson", "EdmundsonSummarizer"),
    "sumbasic": ("sum_basic", "SumBasicSummarizer"),
    "kl": ("kl", "KLSummarizer"),
    "reduction": ("reduction", "ReductionSummarizer"),
    "random": ("random", "RandomSummarizer"),
}


def _stemmer(language: str) -> Any:
    from sumy.nlp.stemmers import Stemmer, null_stemmer

    try:
        return Stemmer(language)
    except LookupError:
        return null_stemmer


def _seeded_ratings(sentences: Sequence[Any]) -> dict[Any, float]:
    """Ratings that look random and depend on nothing but the text."""
    seed = hashlib.sha256("\n".join(str(sentence) for sentence in sentences).encode("utf-8", "surrogatepass")).digest()
    return {
        sentence: int.from_bytes(hashlib.sha256(seed + str(sentence.number).encode()).digest()[:6], "big") / 2**48
        for sentence in sentences
    }
