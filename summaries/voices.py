"""Who speaks in German, Spanish, French, Russian, Ukrainian and Chinese text: a name, or nobody where it is a guess."""

import re

from summaries.model import Passage
from summaries.sayings import GRAMMARS, HAN_KNOWN, HAN_PRONOUN, HAN_TITLED, Grammar

FULL_NAME = 2  # words

Said = tuple[str, str | None]  # the full name, and the pronoun that stands for it

_TWO_WORDS = re.compile(r"(?<![\w’'-])[^\W\d_a-zа-яё][\w’ʼ'-]+(?:\s+[^\W\d_a-zа-яё][\w’ʼ'-]+){1,3}")
_PATRONYMIC = re.compile(r"(?:вич|вна|ична|івна|ївна|йович|ович)$")
_CASE = re.compile(r"(?:у|ю|ом|ем|єм|ым|им|ою|ею)$")  # of whom something is told, or by whom
_WORD_BEFORE = re.compile(r"([\w’ʼ'-]+\.?),?\s+$")
_NOMINATIVE = re.compile(r"[^аяуюиыіїе]$|[ая]$")


class Voices:
    """What one article in a language with a grammar has told so far about who speaks."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.persons: list[str] = []
        self.is_woman: dict[str, bool] = {}
        self.last: str | None = None
        self.mentioned: set[str] = set()  # persons named in full, speaking or not
        self.others: set[str] = set()  # persons named since the last one spoke

    def said(self, text: str) -> Said | None:
        """Who says a text, given after all the text before it."""
        found = self._first(text)
        self.mentioned |= self._named(text)
        if found is None:
            self.others |= self._named(text) - {self.last}
        else:
            self.last, self.others = found[0], self._named(text) - {found[0]}
        return found

    def _first(self, text: str) -> Said | None:
        matches = [match for pattern in (self.grammar.before, self.grammar.after) for match in pattern.finditer(text)]
        for match in sorted(matches, key=lambda match: match.start()):
            groups = match.groupdict()
            pronoun = groups["pronoun"] or groups.get("inverted") or groups.get("present")
            if pronoun is not None:
                meant = self._meant(pronoun, groups["verb"] or "", text[: match.start()])
                if meant is not None:
                    return meant, pronoun
            elif groups["name"] is not None:
                name = self._person(text, match.start("name"), groups["name"], groups["verb"] or "")
                if name is not None:
                    return name, None
        for match in self.grammar.according.finditer(text):
            name = self._according(text, match)
            if name is not None:
                return name, None
        return None

    def _meant(self, pronoun: str, verb: str, before: str) -> str | None:
        """The last speaker, if nobody else can be meant: by the gender of the pronoun and of the verb."""
        is_woman = self._gender(pronoun, verb)
        if self.last is None or is_woman is None or self.is_woman.get(self.last, is_woman) != is_woman:
            return None
        others = (self.others | self._named(before)) - {self.last}
        if any(self.is_woman.get(other, is_woman) == is_woman for other in others):
            return None
        self.is_woman[self.last] = is_woman
        return self.last

    def _gender(self, *words: str) -> bool | None:
        for word in words:
            if self.grammar.feminine.search(word):
                return True
            if self.grammar.masculine.search(word):
                return False
        return None

    def _according(self, text: str, match: re.Match[str]) -> str | None:
        if not self.grammar.inflects:
            return self._person(text, match.start("name"), match["name"], "")
        stem = match["name"].split()[-1][:-2]  # "по словам Ивана Петрова": the form to show is the one known
        known = [person for person in self.persons if person.split()[-1].startswith(stem)]
        return known[0] if len(known) == 1 and len(stem) > 2 else None

    def _person(self, text: str, start: int, written: str, verb: str) -> str | None:
        """The fullest name known of a person, or None if this is no person's name."""
        before = _WORD_BEFORE.search(text, max(0, start - 40), start)
        title = before[1] if before and self.grammar.titles.fullmatch(before[1]) else None
        words = [word.strip("’'ʼ") for word in written.split()]
        has_article = before is not None and before[1].lower() in self.grammar.articles
        if words[0].lower() in self.grammar.articles:
            has_article, words = True, words[1:]
        while words and self.grammar.titles.fullmatch(words[0]):
            title, words = words[0], words[1:]
        if has_article and title is None:  # "der Ingenieur Jonas Keller", but not "der Deutsche Bundestag"
            words = words[1:] if len(words) > FULL_NAME else []
        if self.grammar.inflects:
            words = self._without_country(words)
        if not words or any(self._is_no_name(word) for word in words):
            return None
        name = self._known(words, is_titled=title is not None)
        if name is not None:
            is_woman = self._gender(title or "", verb)
            if is_woman is not None:
                self.is_woman.setdefault(name, is_woman)
        return name

    def _is_no_name(self, word: str) -> bool:
        return self.grammar.no_name.fullmatch(word) is not None or (len(word) > 1 and word.isupper())

    def _without_country(self, words: list[str]) -> list[str]:
        """ "Украины Владимир Зеленский" without the genitive before it; nothing for a name in another case."""
        if not words or _CASE.search(words[-1]) or (len(words) == 1 and not _NOMINATIVE.search(words[0])):
            return []
        if len(words) > 2 and not _PATRONYMIC.search(words[-2]):
            words = words[-2:]
        return words if len(words) < 2 or _NOMINATIVE.search(words[0]) else words[1:]

    def _known(self, words: list[str], *, is_titled: bool) -> str | None:
        if len(words) == 1:
            known = {*self.persons, *(() if self.grammar.inflects else self.mentioned)}
            named = [person for person in sorted(known) if person.split()[-1] == words[0]]
            if named:
                return named[0] if len(named) == 1 else None
            if not is_titled:
                return None
        name = " ".join(words)
        if name not in self.persons:
            self.persons.append(name)
        return name

    def _named(self, text: str) -> set[str]:
        """The persons a text names: those known, and whatever may be a full name."""
        found = {person for person in self.persons if re.search(rf"(?<!\w){re.escape(person.split()[-1][:-1])}", text)}
        for match in _TWO_WORDS.finditer(text):
            words = [word for word in match[0].split() if not self.grammar.titles.fullmatch(word)]
            if len(words) > 1 and not any(map(self._is_no_name, words)):
                surname = words[-1][:-2]
                if not any(person.split()[-1].startswith(surname) for person in self.persons):
                    found.add(" ".join(words))
        return found


class HanVoices:
    """The same for Chinese, which sets no spaces: a name counts behind a title, and once it is known."""

    def __init__(self) -> None:
        self.persons: list[str] = []
        self.last: str | None = None

    def said(self, text: str) -> Said | None:
        """Who says a text, given after all the text before it."""
        titled = HAN_TITLED.search(text)
        if titled is not None:
            self.last = titled["name"]
            self.persons.append(titled["name"])
            return titled["name"], None
        for person in dict.fromkeys(reversed(self.persons)):
            if re.search(rf"(?:^|[，。；：、”」\s]){re.escape(person)}{HAN_KNOWN}", text):
                self.last = person
                return person, None
        pronoun = HAN_PRONOUN.search(text)
        if pronoun is not None and self.last is not None and len(set(self.persons)) == 1:
            return self.last, pronoun["pronoun"]
        return None


def voices_of(passage: Passage) -> Voices | HanVoices | None:
    """What hears who speaks in the language of a passage's article; None for English and languages without rules."""
    language = passage.article.language or ""
    if language == "zh":
        return HanVoices()
    return Voices(GRAMMARS[language]) if language in GRAMMARS else None
