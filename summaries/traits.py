"""What an article is told by when stories are told apart: its words, names, numbers, weekdays and years."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from unicodedata import normalize

from summaries.model import Article
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words, words

MOST_TEXT = 2000  # characters of a text; what happened stands at its beginning
MOST_TITLE = 300  # characters of a title; a longer one is no title
TITLE = 2  # how often the title counts beside the text
LEAD = 40  # stems at the beginning of a text; they count twice
LEAD_WORDS = 70  # about three sentences, where the names stand that the news is about
MOST_KNOWN = 20_000  # words a language that need no stemming again: some 4 MB
LONGEST_KNOWN = 30  # characters; what is longer is rarely seen twice
DATELINE = 300  # characters in which a page prints its date
NUMBER = 2.0  # weight of dates, ages and scores, which tell look-alike events apart

_UPPER = "A-ZÀ-ÞА-ЯІЇЄҐ"
_FULL_NAME = re.compile(rf"[{_UPPER}][\w’'-]+(?:\s+[{_UPPER}][\w’'-]+)+")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d])")
_APOSTROPHES = str.maketrans("’ʼ", "''")
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
    weekdays: tuple[str, ...]  # from "0", Monday
    years: tuple[str, ...]  # in the dateline
    length: int  # stems of the text


@lru_cache(maxsize=128)  # articles: those that one briefing after the other shows, at some 20 kB each
def traits(article: Article) -> Traits:
    """The traits of an article's beginning, in time that does not grow with the rest of it."""
    known = _known(article.language or DEFAULT_LANGUAGE).__getitem__
    text = _plain(article.text[:MOST_TEXT])
    written = words(text)
    title, told = list(map(known, words(_plain(article.title[:MOST_TITLE])))), list(map(known, written))
    stems = [stem for stem, _, _ in told if stem]
    counts, own = Counter(stems), frozenset(written)
    lead = [name for _, name, _ in [*title, *told[:LEAD_WORDS]] if name and name not in own]
    names = [name for _, name, _ in told[LEAD_WORDS:] if name and name not in own]
    return Traits(
        features=_features(counts, stems, [stem for stem, _, _ in title if stem], text),
        names=tuple(dict.fromkeys([*lead, *names])),
        lead=Counter(lead),
        numbers=tuple([stem for stem in counts if stem[0].isdigit()]),
        weekdays=tuple(sorted({day for _, _, day in told if day})),
        years=tuple(dict.fromkeys(_YEAR.findall(text[:DATELINE]))),
        length=len(stems),
    )


def _plain(text: str) -> str:
    return text if text.isascii() else normalize("NFKC", text).translate(_APOSTROPHES)


class _Known(dict[str, tuple[str, str, str]]):
    """The words seen in a language, as written: each with its stem, with itself as a name, with its weekday.

    "" where it is none: a stop word has no stem; a name is a word in capitals that is no ordinary one, folded, without
    "'s". Most words of an article were seen before. Bounded, and forgotten as a whole when full.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._ignored = stop_words(language)

    def __missing__(self, word: str) -> tuple[str, str, str]:
        folded = word.casefold()
        stem = "" if folded in self._ignored else stem_words([folded], self._language)[0]
        name = folded.removesuffix("'s") if word[0].isupper() and len(word) > 1 else ""
        is_ordinary = name in self._ignored or name in _WEEKDAYS
        found = stem, "" if is_ordinary else name, _WEEKDAYS.get(folded, "")
        if len(word) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[word] = found
        return found


@lru_cache(maxsize=64)  # languages
def _known(language: str) -> _Known:
    """Shared by all threads: what is known of a word is the same whoever finds it, and is never changed."""
    return _Known(language)


def _features(counts: Mapping[str, int], stems: Sequence[str], title: Sequence[str], text: str) -> Mapping[str, float]:
    weighted = Counter(counts)
    weighted.update(stems[:LEAD])
    for stem in title:
        weighted[stem] += TITLE
    weighted.update([f"={name}" for name in _FULL_NAME.findall(text)])
    return {
        feature: (_WEIGHT[count] if count < len(_WEIGHT) else 1 + log(count))
        * (NUMBER if feature[0].isdigit() else 1.0)
        for feature, count in weighted.items()
    }


_WEIGHT = (0.0, *[1 + log(count) for count in range(1, 64)])  # of a feature by how often it is there
