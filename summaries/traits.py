"""What an article is told by when stories are told apart: its words, names, numbers, counts, weekdays and years."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress
from math import log
from unicodedata import is_normalized, normalize

from summaries.model import Article
from summaries.number_words import cardinals
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words, words

MOST_TEXT = 2000  # characters of a text; what happened stands at its beginning
MOST_TITLE = 300  # characters of a title; a longer one is no title
TITLE = 2  # how often the title counts beside the text
LEAD = 40  # stems at the beginning of a text; they count twice
LEAD_WORDS = 70  # about three sentences, where the names stand that the news is about
MOST_KNOWN = 20_000  # words a language that need no stemming again, and as many chunks of text: some 9 MB
LONGEST_KNOWN = 30  # characters; what is longer is rarely seen twice
DATELINE = 300  # characters in which a page prints its date
COUNTED = 3  # words after a number among which the matter counted stands: "two of the wounded"
NUMBER = 2.0  # weight of dates, ages and scores, which tell look-alike events apart

_UPPER = "A-ZÀ-ÞА-ЯІЇЄҐ"
_FULL_NAME = re.compile(rf"[{_UPPER}][\w’'-]++(?:\s++[{_UPPER}][\w’'-]++)+")
_ASCII_FULL_NAME = re.compile(r"[A-Z][a-zA-Z0-9_'-]++(?:\s++[A-Z][a-zA-Z0-9_'-]++)+")  # of ASCII the same, and faster
_YEAR = re.compile(r"(?:19|20)\d\d(?<![\d.,]\d{4})(?!\d)")
_WEEKDAYS = {
    name: str(day)
    for week in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "понеділок вівторок середу четвер п'ятницю суботу неділю",
        "понедельник вторник среду четверг пятницу субботу воскресенье",
    )
    for day, name in enumerate(week.split())
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an article is compared by; nothing of it depends on other articles.

    Every list is in the order of the text, so that sums over it are the same in every run.
    """

    features: Mapping[str, float]  # stems, and names of several words behind "="
    names: tuple[str, ...]  # capitalised words, folded, that the article does not write in lower case too
    lead: Mapping[str, int]  # those of the title and the first sentences, and how often
    numbers: tuple[str, ...]
    counted: tuple[tuple[str, str], ...]  # stem of what is counted, and behind the count: ("kill", "12 kill")
    weekdays: tuple[str, ...]  # from "0", Monday
    years: tuple[str, ...]  # in the dateline
    length: int  # stems of the text


_Told = tuple[str, ...]  # of each word: as written, its stem, what it is notable for; of the next word; ...
_WORD, _STEM, _NOTABLE, _PARTS = 0, 1, 2, 3
_WEEKDAY = "="  # before the number of a weekday, so that it is no number
_NUMBER_WORD = "#"  # before the number that a word stands for, likewise
_AFTER_NUMBERS = ":"  # sorts behind all digits and the sign of a number word, and before letters


@lru_cache(maxsize=128)  # articles: those that one briefing after the other shows, at some 20 kB each
def traits(article: Article) -> Traits:
    """The traits of an article's beginning, in time that does not grow with the rest of it."""
    known = _known(article.language or DEFAULT_LANGUAGE)
    text = _plain(article.text[:MOST_TEXT])
    told, titled = known.told(text), known.told(_plain(article.title[:MOST_TITLE]))
    stems, title = list(filter(None, told[_STEM::_PARTS])), list(filter(None, titled[_STEM::_PARTS]))
    by_word = told[_NOTABLE::_PARTS]
    in_lead = [*filter(None, titled[_NOTABLE::_PARTS]), *filter(None, by_word[:LEAD_WORDS])]
    notable = dict.fromkeys(filter(None, by_word))
    capitals = dict.fromkeys([*in_lead, *notable])
    small = capitals.keys() & told[_WORD::_PARTS]
    names = {one: None for one in capitals if one[0].isalpha() and one not in small}
    pattern = _ASCII_FULL_NAME if text.isascii() else _FULL_NAME
    full_names = [f"={name}" for name in pattern.findall(text)]
    features = _weighted(chain(stems, stems[:LEAD], title * TITLE, full_names))
    numbers = [one for one in notable if one[0].isdigit()]
    for number in {*numbers, *[stem for stem in title if stem[0].isdigit()]}:
        features[number] *= NUMBER
    return Traits(
        features=features,
        names=tuple(names),
        lead=Counter([one for one in in_lead if one in names]),
        numbers=tuple(numbers),
        counted=_counted(told, by_word, frozenset([one for one in notable if one < _AFTER_NUMBERS])),
        weekdays=tuple(sorted([one[1:] for one in notable if one[0] == _WEEKDAY])),
        years=tuple(dict.fromkeys(_YEAR.findall(text[:DATELINE]))),
        length=len(stems),
    )


def _counted(told: Sequence[str], notable: Sequence[str], numbers: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What each number counts: the stem of the next word that is no stop word and no number."""
    found: dict[tuple[str, str], None] = {}
    for at in compress(range(len(notable)), map(numbers.__contains__, notable)):
        for to in range(at + 1, min(at + 1 + COUNTED, len(notable))):
            matter = told[_PARTS * to + _STEM]
            if matter and notable[to] not in numbers:
                found[matter, f"{notable[at].removeprefix(_NUMBER_WORD)} {matter}"] = None
                break
    return tuple(found)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    plain = text if is_normalized("NFKC", text) else normalize("NFKC", text)
    return plain.replace("’", "'").replace("ʼ", "'")


class _Words(dict[str, _Told]):
    """The words seen in a language, as written, and their stems; "" for a stop word.

    Notable are a number; a word for one; a weekday; a name, which is a word in capitals that is no ordinary one,
    folded, without "'s". Most words of an article were seen before. Bounded, and forgotten as a whole when full.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._ignored = stop_words(language)
        self._cardinals = cardinals(language)

    def __missing__(self, word: str) -> _Told:
        found = self.told(word)
        if len(word) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[word] = found
        return found

    def told(self, word: str) -> _Told:
        """Of a word that is not looked up, and not kept."""
        folded = word.casefold()
        stem = "" if folded in self._ignored else stem_words([folded], self._language)[0]
        return word, stem, self._notable(word, folded, stem)

    def _notable(self, word: str, folded: str, stem: str) -> str:
        if stem[:1].isdigit():
            return stem
        if folded in _WEEKDAYS:
            return _WEEKDAY + _WEEKDAYS[folded]
        if folded in self._cardinals:
            return f"{_NUMBER_WORD}{self._cardinals[folded]}"
        name = folded.removesuffix("'s") if word[0].isupper() and len(word) > 1 else ""
        return "" if name in self._ignored or name in _WEEKDAYS else name


class _Chunks(dict[str, _Told]):
    """The words of every chunk seen, which is what stands between white space: a word with its punctuation, mostly.

    So an article costs a look-up a chunk. Words are kept by themselves only where a chunk has several, as in scripts
    without spaces. Bounded likewise.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._words = _Words(language)

    def told(self, text: str) -> list[str]:
        return list(chain.from_iterable(map(self.__getitem__, text.split())))

    def __missing__(self, chunk: str) -> _Told:
        written = words(chunk)
        if len(written) == 1:
            found = self._words.told(written[0])
        else:
            found = tuple(chain.from_iterable(map(self._words.__getitem__, written)))
        if len(chunk) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[chunk] = found
        return found


@lru_cache(maxsize=64)  # languages
def _known(language: str) -> _Chunks:
    """Shared by all threads: what is known of a word is the same whoever finds it, and is never changed."""
    return _Chunks(language)


def _weighted(told: Iterable[str]) -> dict[str, float]:
    counts = Counter(told)
    return dict(zip(counts, map(_weight, counts.values()), strict=True))


class _Weights(dict[int, float]):
    """Of a feature by how often it is there."""

    def __missing__(self, count: int) -> float:
        self[count] = found = 1 + log(count)
        return found


_weight = _Weights().__getitem__
