"""What comes from sumy: its stop words, its stems, and its algorithms as engines that work offline. Nothing else knows
sumy."""

import hashlib
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, groupby
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
SPARSE = frozenset({"lexrank", "textrank", "lsa"})  # those that `sparse_ranks` computes


def sumy_scores(algorithm: str, passages: Sequence[Passage], terms: Sequence[str]) -> list[float]:
    """The ratings of `sumy_ratings`, from 0 to 1 for the best."""
    ratings = sumy_ratings(algorithm, passages, terms)
    worst, best = min(ratings, default=0.0), max(ratings, default=0.0)
    return [(rating - worst) / (best - worst) if best > worst else 1.0 for rating in ratings]


def sumy_ratings(algorithm: str, passages: Sequence[Passage], terms: Sequence[str]) -> list[float]:
    """The ratings that one of sumy's algorithms gives to passages, in the order given.

    The passages are handed over as the sentences of one document, a block (paragraph) of an article as a paragraph.
    `terms` are the topic's; only "edmundson" uses them, as its bonus words, and raises ValueError without one.
    "lexrank", "textrank" and "lsa" are computed in `sparse_ranks`, equal to sumy's to 1e-9; the time of the others is
    sumy's own, most of which grows with the square of the number of passages.
    """
    if algorithm == "edmundson" and not terms:
        raise ValueError(
            'engine "sumy:edmundson" needs a topic\'s terms or a query; give one, or choose another engine'
        )
    with _quiet():
        if algorithm in SPARSE:
            return _sparse_ratings(algorithm, passages)
        return _rate(algorithm, passages, terms)


@contextmanager
def _quiet() -> Iterator[None]:
    """sumy and nltk warn about syntax, versions and small matrices: nothing our callers could act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _sparse_ratings(algorithm: str, passages: Sequence[Passage]) -> list[float]:
    from summaries import sparse_ranks

    texts = [passage.text for passage in passages]
    languages = _languages(passages)
    sentences = _stems(texts, languages, keep_all=algorithm == "lsa")
    rate: Callable[[Sequence[Sequence[str]]], list[float]] = getattr(sparse_ranks, algorithm)
    by_text = dict(zip(texts, rate(sentences), strict=True))  # as in sumy: what is equal is not told apart by rounding
    return [by_text[text] for text in texts]


def _stems(texts: Sequence[str], languages: Sequence[str], *, keep_all: bool) -> list[list[str]]:
    """The stems that sumy gets from each text: of all words but the stop words.

    Its LSA drops stop words from its list of stems only, and so keeps one whose stem a word with content shares: that
    is `keep_all`.
    """
    chunks = [text.split() for text in texts]
    written = {
        chunk: [word.lower() for word in _Tokenizer.to_words(chunk)]
        for chunk in dict.fromkeys(chain.from_iterable(chunks))
    }
    distinct = dict.fromkeys(chain.from_iterable(written.values()))
    known = {word: _stem(languages[0], word) for word in distinct}
    ignored = frozenset(word.lower() for word in _ignored(languages))
    content = {word: stem for word, stem in known.items() if word not in ignored}
    if keep_all:
        rated = frozenset(content.values())
        content = {word: stem for word, stem in known.items() if stem in rated}
    stems = {chunk: [content[word] for word in words if word in content] for chunk, words in written.items()}
    return [list(chain.from_iterable(map(stems.__getitem__, row))) for row in chunks]


@lru_cache(maxsize=100_000)  # words; nltk takes 10 us for one
def _stem(language: str, word: str) -> str:
    return str(_stemmers.of(language)(word))


class _Stemmers(threading.local):
    """One stemmer a language and thread: some of nltk's keep what they are doing in themselves."""

    def __init__(self) -> None:
        self.by_language: dict[str, Callable[[str], str]] = {}

    def of(self, language: str) -> Callable[[str], str]:
        if language not in self.by_language:
            self.by_language[language] = _stemmer(language)
        return self.by_language[language]


_stemmers = _Stemmers()


def _ignored(languages: Sequence[str]) -> frozenset[str]:
    """The stop words of all the languages; one at least, for sumy refuses to go without."""
    return frozenset().union(*(stop_words(language) for language in languages)) or frozenset({"the"})


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
    ignored = _ignored(languages)
    if algorithm == "edmundson":
        summarizer.bonus_words = [word for term in terms for word in _Tokenizer.to_words(term)]
        summarizer.stigma_words = ("hardly", "impossible")  # Edmundson's own examples (1969); sumy wants some
        summarizer.null_words = ignored
    elif hasattr(summarizer, "stop_words"):
        summarizer.stop_words = ignored
    return summarizer


_CLASSES = {
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
