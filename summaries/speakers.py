"""Who says a sentence: named speakers, and the pronouns and titles that stand for them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from summaries.either import either
from summaries.model import Passage
from summaries.voices import HanVoices, Voices, voices_of

FARTHEST_NAME = 10_000  # characters back to where a surname may have been introduced


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


_UPPER = "A-ZÀ-ÖØ-ÞĀŁŚŠŽČĆА-ЯІЇЄҐ"
_NAME_WORD = rf"(?:(?:Mrs?|Ms|Dr|Gen|Sen|Rep|Gov|St|[{_UPPER}])\.|[{_UPPER}][\w’'-]*)"
_NAME = rf"{_NAME_WORD}(?:\s+{_NAME_WORD}){{0,4}}"
_VERBS = _set("""
    said says added adds noted notes stressed stresses urged urges told tells stated states announced announces warned
    warns argued argues insisted insists emphasised emphasises emphasized emphasizes claimed claims explained explains
    declared declares reiterated reiterates acknowledged acknowledges remarked replied vowed wrote
""") | {"pointed out", "called for", "called on"}
_VERB = either(_VERBS)
_ADVERB = r"(?:(?:also|then|later|further|again|however|has|had|\w+ly)\s+){0,2}"
_PRONOUN = r"(?:[Hh]e|[Ss]he)"
_OFFICE = (
    r"[Tt]he\s+(?:[\w-]+\s+){0,3}?"
    r"(?:official|diplomat|spokes(?:person|man|woman)|minister|director|director-general|ambassador|president|secretary)"
)
_WHO = rf"(?:(?P<pronoun>{_PRONOUN}|{_OFFICE})|(?P<name>{_NAME}))"
_BEFORE_VERB = re.compile(rf"(?<![\w’'-]){_WHO}(?:,[^,]{{1,90}},)?\s+{_ADVERB}{_VERB}\b")
_AFTER_VERB = re.compile(rf"[,;\"”’']\s*(?:as\s+)?{_VERB}\s+{_WHO}(?!\w)")
_ACCORDING = re.compile(rf"\b[Aa]ccording\s+to\s+{_WHO}(?!\w)")
_CLAUSE = re.compile(
    rf"[,;\"”]\s*(?:(?:as\s+)?{_VERB}\s+(?:{_PRONOUN}|{_OFFICE}|{_NAME})(?!\w)"
    rf"|(?:{_PRONOUN}|{_OFFICE}|{_NAME})\s+{_ADVERB}{_VERB}\b|according\s+to\b)"
)
_SPEECH = re.compile(rf"[\s,;\"”’]{_VERB}\b")  # without it the first two patterns find nothing
_QUOTATION_MARK = re.compile('[“«„”»"]')
_LAST_NAME_WORD = re.compile(rf"\b{_NAME_WORD}$")
_SUBJECT = re.compile(rf"\W*(?P<name>{_NAME})\s+[a-z]")

_TITLES = _set("""
    president vice premier prime minister deputy foreign defense defence secretary general state chancellor chairman
    chairwoman ambassador senator representative governor mayor king queen prince princess pope mr mrs ms dr sir
    lady professor judge director spokesperson spokesman spokeswoman chinese american russian ukrainian us u.s of
""")
_NOT_IN_NAMES = _set("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december but and yet still then later on in as while when meanwhile however at for
    from the a an also if after before since although though this that these those it he she they we i so
""")
_ORGANISATIONS = _set("""
    agency army association authority bank board bureau commission committee communist company congress corporation
    council court department embassy federation force forces foundation government group house institute kingdom
    ministry nations news office organisation organization parliament party police post republic reuters senate
    service states street team times union university press pentagon kremlin assembly department affairs
""")
_NO_FIRST_NAMES = _TITLES | _NOT_IN_NAMES
_NO_PERSONS = _ORGANISATIONS | _NOT_IN_NAMES


@dataclass(frozen=True, slots=True)
class Attribution:
    """The full name of who says it, and the word that stands for them where the passage does not name them."""

    speaker: str | None
    pronoun: str | None = None


NOBODY = Attribution(None)


def attributions(passages: Iterable[Passage]) -> Iterator[Attribution]:
    """Who says each of one article's passages, given in text order; `speaker` is None where nobody is named.

    A name counts in full where the article gives it in full ("said Yang Tao", later "Yang said"). A pronoun stands
    for the speaker before it unless another subject came between: better no name than a wrong one.
    """
    return map(_Voices().hear, passages)


def attribution_clause(text: str) -> int | None:
    """Where the first clause that only says who speaks begins ("..., said Yang Tao, ..."), or None."""
    found = _CLAUSE.search(text)
    return found.start() if found else None


class _Voices:
    """What one article has told so far about who speaks."""

    def __init__(self) -> None:
        self.persons: list[str] = []
        self.heard: list[Passage] = []
        self.last: str | None = None
        self.block = -1
        self.in_quotation = False
        self.voices: Voices | HanVoices | None = None  # for languages other than English

    def hear(self, passage: Passage) -> Attribution:
        text = passage.text
        if passage.block != self.block:
            self.block, self.in_quotation = passage.block, False
        continues = self.in_quotation
        self.in_quotation = _leaves_quotation_open(text, continues, passage.article.language)
        self.heard.append(passage)
        self.voices = self.voices or voices_of(passage)
        said = self._attribution(text) if self.voices is None else self._told(text)
        if said is None and continues and self.last is not None:
            said = Attribution(self.last)
        if said is not None:
            self.last = said.speaker or self.last
            return said
        if self.voices is None:
            self._forget_after_other_subject(text)
        return NOBODY

    def _told(self, text: str) -> Attribution | None:
        said = self.voices.said(text) if self.voices is not None else None
        return Attribution(*said) if said is not None else None

    def _attribution(self, text: str) -> Attribution | None:
        spoken = _last_speech(text)
        found = [*_BEFORE_VERB.finditer(text, 0, spoken), *_AFTER_VERB.finditer(text)] if spoken else []
        if "ccording" in text:
            found.extend(_ACCORDING.finditer(text))
        for match in sorted(found, key=lambda match: match.start()):
            if match["pronoun"] is not None and self.last is not None:
                return Attribution(self.last, match["pronoun"])
            name = self._person(match["name"]) if match["name"] is not None else None
            if name is not None:
                return Attribution(name)
        return None

    def _person(self, written: str) -> str | None:
        """The fullest name known of a person, or None if this is no person's name."""
        parts = written.removesuffix("'s").removesuffix("’s").split()
        titled = False
        while parts and _plain(parts[0]) in _NO_FIRST_NAMES:
            titled = titled or _plain(parts[0]) in _TITLES
            parts = parts[1:]
        if not parts or any(_plain(part) in _NO_PERSONS for part in parts):
            return None
        if len(parts) == 1:
            return self._full_name(parts[0]) or (parts[0] if titled else None)
        name = " ".join(parts)
        if name not in self.persons:
            self.persons.append(name)
        return name

    def _full_name(self, surname: str) -> str | None:
        for person in reversed(self.persons):
            if surname in person.split():
                return person
        heard = self._last_heard()
        for start in islice(_places(surname, heard), 3):  # named in full when first named
            first = _LAST_NAME_WORD.search(heard, max(0, start - 30), start)
            if first and _plain(first[0]) not in _NO_FIRST_NAMES | _ORGANISATIONS:
                return f"{first[0]} {surname}"
        return None

    def _last_heard(self) -> str:
        """The last of the text: a surname's first name is looked up in it."""
        texts: list[str] = []
        length = 0
        for passage in reversed(self.heard):
            texts.append(f"{passage.text}\n")
            length += len(texts[-1])
            if length >= FARTHEST_NAME:
                break
        return "".join(reversed(texts))[-FARTHEST_NAME:]

    def _forget_after_other_subject(self, text: str) -> None:
        subject = _SUBJECT.match(text) if self.last is not None else None
        if self.last is None or subject is None:
            return
        words = [part for part in subject["name"].split() if _plain(part) not in _NO_FIRST_NAMES]
        if words and not set(words) & set(self.last.split()):
            self.last = None


def _places(surname: str, text: str) -> Iterator[int]:
    """Where the white space before a surname stands that is a word of its own."""
    at = text.find(surname, 1)
    while at > 0:
        end = at + len(surname)
        if text[at - 1].isspace() and _is_word(text[end - 1]) != _is_word(text[end : end + 1]):
            yield at - 1
        at = text.find(surname, at + 1)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _last_speech(text: str) -> int:
    """Where the last word of saying ends; 0 without one. An automaton looks first: most sentences have none."""
    try:
        may_speak = bool(_verbs().find_matches_as_indexes(text))
    except UnicodeEncodeError:  # half of a surrogate pair
        may_speak = True
    ends = [match.end() for match in _SPEECH.finditer(text)] if may_speak else []
    return ends[-1] if ends else 0


@cache
def _verbs() -> Any:
    from ahocorasick_rs import AhoCorasick

    return AhoCorasick(sorted({verb.split()[0] for verb in _VERBS}))


def _plain(word: str) -> str:
    return word.rstrip(".").lower()


def _leaves_quotation_open(text: str, is_open: bool, language: str | None) -> bool:
    if text.isascii():  # then " is the only one
        return is_open != (text.count('"') % 2 == 1)
    for mark in _QUOTATION_MARK.findall(text):
        if language == "de" and mark in "“«»":  # „so“, »so« and «so»
            is_open = mark != "“" and not is_open
        elif mark == '"':
            is_open = not is_open
        else:
            is_open = mark in "“«„"
    return is_open
