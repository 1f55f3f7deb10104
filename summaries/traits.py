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
    language = article.language or DEFAULT_LANGUAGE
    ignored = stop_words(language)
    text = _plain(article.text[:MOST_TEXT])
    title, written = words(_plain(article.title[:MOST_TITLE])), words(text)
    folded = [word.casefold() for word in written]
    stems = stem_words([word for word in folded if word not in ignored], language)
    counts = Counter(stems)
    own = frozenset(written)
    lead = _names([*title, *written[:LEAD_WORDS]], own, ignored)
    return Traits(
        features=_features(counts, stems, stem_words(_content(title, ignored), language), text),
        names=tuple(dict.fromkeys([*lead, *_names(written[LEAD_WORDS:], own, ignored)])),
        lead=Counter(lead),
        numbers=tuple([stem for stem in counts if stem[0].isdigit()]),
        weekdays=tuple(sorted({_WEEKDAYS[word] for word in _WEEKDAYS.keys() & set(folded)})),
        years=tuple(dict.fromkeys(_YEAR.findall(text[:DATELINE]))),
        length=len(stems),
    )


def _plain(text: str) -> str:
    return text if text.isascii() else normalize("NFKC", text).translate(_APOSTROPHES)


def _content(written: Sequence[str], ignored: frozenset[str]) -> list[str]:
    return [folded for word in written if (folded := word.casefold()) not in ignored]


def _names(written: Sequence[str], own: frozenset[str], ignored: frozenset[str]) -> list[str]:
    """The capitalised words that are not ordinary ones in capitals, folded, without "'s"."""
    capitals = [word.casefold().removesuffix("'s") for word in written if word[0].isupper() and len(word) > 1]
    return [name for name in capitals if name not in own and name not in ignored and name not in _WEEKDAYS]


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
