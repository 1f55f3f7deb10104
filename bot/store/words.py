"""The words that articles are found by: those of a text, and those that a term or a question looks for."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words
from summaries.surface import Surface
from summaries.terms import fold

EVERYWHERE = "\ue000"  # stands in an article with too many words to list: every search finds it
MAX_WORDS = 20_000  # distinct ones of an article; PostgreSQL keeps at most a megabyte of them
MAX_LETTERS = 100  # of a word; what differs later is one word here
MAX_ASKED = 12  # words of a question; a longer one is not looked for more precisely

# Scripts that set no space between words, and Hangul, whose words carry their particles: pairs of neighbouring
# characters stand for words there, so that a word of two characters is found wherever it stands.
_PAIRED = "\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_FIRST_PAIRED = _PAIRED[0]
_PAIRED_ONE = re.compile(f"[{_PAIRED}]")
_PIECES = re.compile(f"[{_PAIRED}]+|[^{_PAIRED}]+")
_WORDS = re.compile(rf"[\w{_PAIRED}]+")  # marks inside the paired scripts are no \w
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_SPACES: dict[int, str | None] = {ord("_"): " "}
_PREFIXED = re.compile("[وفبلك](?=.)")  # Arabic: and, so, in, for, like; written together with the word that follows
_LANGUAGES = (
    *("ar", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id", "it", "lt"),
    *("nb", "ne", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "uk", "yi"),
)

# One word; with the star as its last character it stands for every word that begins so.
Word: TypeAlias = str
PREFIX = "*"
Group: TypeAlias = frozenset[Word]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an article must have: of one of these sets, one word of each group."""

    sets: tuple[frozenset[Group], ...]

    @property
    def is_of_single_words(self) -> bool:
        """Whether one word is enough."""
        return all(len(each) == 1 for each in self.sets)

    def finds(self, found: frozenset[Word]) -> bool:
        """Whether an article with those words is one: what the databases' own queries say, in Python."""
        return EVERYWHERE in found or any(
            all(any(_stands(word, found) for word in group) for group in each) for each in self.sets
        )

    def as_fts5(self) -> str:
        """As SQLite's FTS5 takes it."""
        return self._written('"{}"', '"{}"*', " OR ", " AND ")

    def as_tsquery(self) -> str:
        """As PostgreSQL's type tsquery is written."""
        return self._written("'{}'", "'{}':*", " | ", " & ")

    def _written(self, word: str, prefix: str, either: str, both: str) -> str:
        def write(one: Word) -> str:
            return prefix.format(one[:-1]) if one.endswith(PREFIX) else word.format(one)

        def write_set(each: frozenset[Group]) -> str:
            return both.join(sorted(f"({either.join(map(write, sorted(group)))})" for group in each))

        return either.join([word.format(EVERYWHERE), *(f"({write_set(each)})" for each in self.sets)])


def words_of(text: str, title: str, language: str | None) -> frozenset[Word]:
    """The words by which an article is found: those of its text and title, folded, and their stems.

    A word is found without its marks, too, and an Arabic one without the letters that are written together with it.
    """
    said = f"{title}\n{text}"
    spoken = set(_tokens(fold(said)))
    found = {word[:MAX_LETTERS] for word in spoken}
    whole = [word for word in spoken if not _is_paired(word)]
    found.update(stem[:MAX_LETTERS] for stem in stem_words(whole, language or DEFAULT_LANGUAGE))
    unmarked = set() if said.isascii() else {*_tokens(Surface(said).folded)} - spoken
    found.update(word[:MAX_LETTERS] for word in unmarked)
    for word in (*whole, *unmarked):
        rest = word
        for _ in range(2):
            if not _PREFIXED.match(rest):
                break
            rest = rest[1:]
            found.add(rest[:MAX_LETTERS])
    if len(found) > MAX_WORDS:
        return frozenset({EVERYWHERE, *sorted(found)[:MAX_WORDS]})
    return frozenset(found)


def naming(terms: Iterable[str]) -> Wanted | None:
    """What finds every article that has one of the terms, as `summaries.topics.may_name` sees it, and few others.

    None if a term has no letter or digit: by words alone it cannot be found.
    """
    sets: list[frozenset[Group]] = []
    for term in terms:
        folded = fold(term)
        if not folded.strip():
            continue
        looked_for = _looked_for(folded)
        if not looked_for:
            return None
        *before, last = looked_for
        numbers = frozenset().union(*map(_numbers_of, _written(last)))
        sets.append(frozenset([*map(_written, before), numbers]))
    return Wanted(tuple(dict.fromkeys(sets)))


def answering(question: str) -> tuple[Wanted, ...]:
    """What finds articles that may answer a question, strictest first: all its words, most, two, one.

    A word is found in any form that a stemmer of one of the languages brings together with it. Stop words of the
    language that has most of them in the question are not looked for.
    """
    asked = _content(tuple(dict.fromkeys(_looked_for(fold(question)))))[:MAX_ASKED]
    forms = sorted({_forms_of(word) for word in asked}, key=sorted)
    found = []
    for size in sorted({len(forms), max(len(forms) - 1, 1), min(2, len(forms)), 1} - {0}, reverse=True):
        sets = tuple(frozenset(chosen) for chosen in combinations(forms, size))
        if sets:
            found.append(Wanted(sets))
    return tuple(found)


def _tokens(folded: str) -> Iterator[Word]:
    """The words of a folded text, and of unspaced scripts each pair and the last character. Where words are split
    depends on two neighbouring characters alone: a part that begins and ends at edges has the same words inside."""
    for piece in _pieces(folded):
        if _is_paired(piece):
            yield from (piece[at : at + 2] for at in range(len(piece)))
        else:
            yield piece


def _looked_for(folded: str) -> list[Word]:
    """The words of a term. In pairs: the last character of several stands in the pair before, and a lone one may stand
    at the beginning of any."""
    found: list[Word] = []
    for piece in _pieces(folded):
        if not _is_paired(piece):
            found.append(piece[:MAX_LETTERS])
        elif len(piece) == 1:
            found.append(piece + PREFIX)
        else:
            found.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return found


def _pieces(folded: str) -> Iterator[str]:
    """The runs of letters and digits that are all of paired scripts, or none of them; marks are left out."""
    if folded.isascii():
        yield from _ASCII_WORDS.findall(folded)
        return
    marks: dict[int, str | None] = {
        ord(one): None for one in set(folded) if unicodedata.category(one)[0] == "M" and not _is_paired(one)
    }
    for run in _WORDS.findall(folded.translate(marks | _SPACES)):
        if max(run) < _FIRST_PAIRED:
            yield run
        else:
            yield from _PIECES.findall(run)


def _is_paired(piece: str) -> bool:
    return piece >= _FIRST_PAIRED and _PAIRED_ONE.match(piece) is not None


def _written(word: Word) -> Group:
    """A word, and as it is written without its marks."""
    plain = [] if word.isascii() or _is_paired(word) else list(_pieces(Surface(word).folded))
    return frozenset({word, plain[0]} if len(plain) == 1 else {word})


def _numbers_of(word: Word) -> Group:
    """A word and the Latin singular and plurals by which a term is found, too."""
    if not "a" <= word[-1] < "\u0250":
        return frozenset({word})
    bases = (word, word[:-1]) if word.endswith("s") and len(word) > 1 else (word,)
    return frozenset(f"{base}{ending}"[:MAX_LETTERS] for base in bases for ending in ("", "s", "es"))


def _content(asked: Sequence[Word]) -> Sequence[Word]:
    """The words without the stop words of the likeliest language; all of them if nothing else is there."""
    language = max(_LANGUAGES, key=lambda one: (len(stop_words(one).intersection(asked)), one == "en", one))
    return [word for word in asked if word not in stop_words(language)] or asked


def _forms_of(word: Word) -> Group:
    """The word and its stems in every language that has a stemmer: articles keep the stems of their own."""
    if _is_paired(word):
        return frozenset({word})
    stems = {stem for language in _LANGUAGES for stem in stem_words([word], language)}
    return frozenset(one[:MAX_LETTERS] for one in (word, *sorted(stems)))


def _stands(word: Word, found: frozenset[Word]) -> bool:
    if word.endswith(PREFIX):
        return any(one.startswith(word[:-1]) for one in found)
    return word in found
