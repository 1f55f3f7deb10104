"""Where a sentence ends: the decision at each full stop, question mark, ellipsis, colon and bullet of a line."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from summaries.abbreviations import LONGEST, Rules
from summaries.full_stops import AFTER_CYRILLIC, CJK, INVISIBLE, SHORT, ends_after_word, kind_of, word_before

# The marks that end a sentence wherever they stand: CJK, Devanagari, Urdu, Arabic, Armenian, Ethiopic, Khmer, Burmese
# and others of Unicode's property Sentence_Terminal (UAX #44), and the Greek question mark.
_SURE = "。！？｡︒﹒﹖﹗।॥۔؟؞։።፧፨។៕၊။᠃᠉‼⁇⁈⁉\u037e"
_MAYBE = ".!?…‥"
ENDS = rf"[{_MAYBE}{_SURE}:;•⁃\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"  # where a sentence may end, in any language
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u200c\u200d"
_NOTES = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079"  # raised digits of footnotes
_CLOSING = rf"\"'`“”‟‘’«»‹›」』〉》】〕］）｝)\]}}{_NOTES}{INVISIBLE}{_MARKS}"
_BLANK = re.compile(r"\s*+")
_BEFORE_LETTER = re.compile(rf"[\s\"'`“”„‟‘’‚‛«»‹›「『〈《【〔［（｛(\[{{¿¡–—―‒‐*_\-{INVISIBLE}]*+")
_LONGEST_TITLE = 40  # characters before or after a mark
_DASHES = re.compile(r"[–—―‒-]")
_CLOSES_QUOTE = re.compile(r"[\"'“”‟‘’«»‹›」』]")
_CLOSES_ASIDE = re.compile(r"[\"'“”‟‘’«»‹›」』)\]]")
_SET_APART = "»›”"  # « ainsi. »
_OPENING_QUOTES = "“„‟‘‚«‹"
_UNENDING = ",;:)]}、，；：，؛%–?!.&="  # no sentence opens so
_UNENDING_DENSE = _UNENDING + "—…"
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_EMOTICON = re.compile(
    rf"(?:[:;=][-'^o]?[)(DPp|*\]\[3]++|<3|[{_PICTURES}][\u200d\ufe0f{_PICTURES}\U000e0020-\U000e007f]*+)(?!\S)"
)
_FOOTNOTES = re.compile(r"(?:\[\d{1,3}\])++(?!\S)")
_ELISION = re.compile(r"(?:\. ){3}[A-Z]")  # "... ends here. . . . The next one"
_ENUMERATOR = re.compile(r"\s?[•⁃*(§-]?\s?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]+")
_EDITOR = re.compile(r"(?:Ред|Авт|Прим|Ed|Red|Anm)\.")  # "(… agreed. — Ed.)"


_GLUED = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?(?=[\s,])")
_IN_NAME = re.compile(r"[./@_]")  # of a file, an address, a part of a program
_LONGEST_NAME = 40  # characters looked back
_ADDRESS_ENDS = frozenset(
    ["com", "org", "net", "edu", "gov", "int", "mil", "info", "co", "uk", "de", "fr", "ru", "eu", "io", "ua"]
)
# What goes on after a closed quotation: "he said" in Chinese, particles of quotation in Japanese and Korean.
_CJK_SPEECH = re.compile(r"[\u3400-\u9fff·]{0,8}?[说說道问問喊叫称稱][，。：,]|と|って|など|라고|하고|는\s|고\s")
_SPEECH = re.compile(  # "Really?" Ann Example asked
    r"(?:[A-Z][\w.'’-]*+\s){1,3}(?:said|says|asked|asks|replied|answered|added|wrote|cried|shouted|told|exclaimed)\b"
)
_NAME = r"[A-Z][\w.'’-]*+\s(?:(?:of|for|and|&|the|by|/)\s)*"
_RUN_IN_HEADING = re.compile(
    rf"(?=([A-Z]\w*)){_NAME}(?:{_NAME}){{1,6}}?"
    r"(?=(?:In|The|This|These|It|He|She|We|They|When|While|After|Before|Here|There) [a-z])"
)
_CREDITS = frozenset(
    ["Image", "Images", "Photo", "Photos", "Picture", "Credit", "Foto", "Fotos", "Bild", "Imagen", "Фото"]
)


def cuts(text: str, start: int, end: int, rules: Rules) -> Iterator[int]:
    """The positions inside the line `text[start:end]` at which a sentence ends, ascending.

    One pass over the line; the work at each mark is bounded, so the whole is linear in the line's length.
    """
    opened = _after_heading(text, start, end, rules)
    if opened > start:
        yield opened
    quotes = _Quotes(text, start)
    has_titles = text.find("《", start, end) >= 0
    for found in _candidates(rules.question_mark).finditer(text, start, end):
        at, after = found.span()
        if at < opened:
            continue
        cut = _cut(text, opened, at, after, end, rules, quotes)
        if opened < cut < end and not _joins(text, cut) and not (has_titles and _is_in_title(text, at)):
            yield cut
            opened = cut


def _after_heading(text: str, start: int, end: int, rules: Rules) -> int:
    """Where a heading of capitalized words ends that a sentence was run into: "Ann Example In the east ..."."""
    found = _RUN_IN_HEADING.match(text, start, end) if rules.is_english else None
    return found.end() if found and found[1] not in rules.openers else start


@cache
def _candidates(question_mark: str) -> re.Pattern[str]:
    # It opens with a class, which the regex engine skips to, and never steps back (linear on a line of dots).
    return re.compile(
        rf"[{_MAYBE}{_SURE}:•⁃{question_mark}](?:(?<=[:•⁃])|[{_MAYBE}{_SURE}{_CLOSING}{question_mark}]*+)"
    )


class _Quotes:
    """Counts the quotation marks of a line, each once, to tell whether a straight one opens or closes."""

    __slots__ = ("count", "seen", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.seen, self.count = text, start, 0

    def is_open(self, at: int) -> bool:
        """Whether an odd number of them stands before `at`; the positions asked for ascend."""
        if at > self.seen:
            self.count += sum(self.text.count(mark, self.seen, at) for mark in '"“”')  # writers mix them
            self.seen = at
        return self.count % 2 == 1


def _is_in_title(text: str, at: int) -> bool:
    """Whether a mark stands between the signs that Chinese and Japanese put around titles: 《》."""
    opened = text.rfind("《", max(0, at - _LONGEST_TITLE), at)
    return opened >= 0 and text.find("》", opened, at + _LONGEST_TITLE) >= 0 and text.find("》", opened, at) < 0


def _joins(text: str, cut: int) -> bool:
    """Whether what stands at `cut`, or after a space there, extends the character before it (UAX #29, rule GB9)."""
    character = text[cut]
    if character.isspace():
        character = text[cut + 1 : cut + 2]
    return character > "\u02ff" and (
        unicodedata.category(character)[0] == "M"
        or character in "\u200c\u200d\uff9e\uff9f"
        or "🏻" <= character <= "🏿"
    )


def _cut(text: str, opened: int, at: int, after: int, end: int, rules: Rules, quotes: _Quotes) -> int:
    """Where the sentence that began at `opened` ends, given the mark at `at` and what clings to it up to `after`;
    -1 where it goes on."""
    mark = text[at]
    if mark in ":•⁃" and mark != rules.question_mark:
        return _before_mark(text, opened, at, after, end)
    if after >= end:
        return -1
    if not text[after].isspace():
        if after == at + 1 and mark in _SURE:  # nearly always so in Chinese and Japanese
            return -1 if text[after] in _UNENDING_DENSE else after
        if after == at + 1 and mark == "." and text[after].isalnum() and not text[after].isupper():
            return -1  # "3.5", "example.com"
        return _cut_inside(text, opened, at, after, end, rules, quotes)
    following = _skip(text, after, end)
    if following < end and not text[following].isalnum():
        after = _past_closing(text, after, end, quotes)
        following = _skip(text, after, end)
    if following >= end:
        return -1
    if text[following].isalnum():
        return after if _ends(text, opened, at, after, following, following, rules) else -1
    return _cut_before_sign(text, opened, at, after, following, end, rules)


def _skip(text: str, at: int, end: int) -> int:
    """Where the white space that begins at `at` ends."""
    if at + 1 < end and not text[at + 1].isspace():  # nearly always one space
        return at + 1
    found = _BLANK.match(text, at, end)
    return found.end() if found else at


def _past_closing(text: str, after: int, end: int, quotes: _Quotes) -> int:
    """Past the closing marks that are set apart by white space: "« Ainsi. » Il ..."."""
    while True:
        sign = _skip(text, after, end)
        if sign >= end or not (text[sign] in _SET_APART or (text[sign] == '"' and quotes.is_open(sign))):
            return after
        if sign + 1 < end and not text[sign + 1].isspace():
            return after
        after = sign + 1


def _cut_before_sign(text: str, opened: int, at: int, after: int, following: int, end: int, rules: Rules) -> int:
    """The cut where white space and then neither letter nor digit come after the mark."""
    sign = text[following]
    if smile := _EMOTICON.match(text, following, end):
        return smile.end() if _opens(text, _skip(text, smile.end(), end), end, rules) else -1
    if sign in _UNENDING:
        return after if text[at - 1] != " " and _ELISION.match(text, following, end) else -1
    if sign in "([" and _is_ellipsis(text, at):
        return -1
    found = _BEFORE_LETTER.match(text, following, end)
    letter = found.end() if found else following
    if letter >= end or text[letter] in _UNENDING:
        return -1
    if _EDITOR.match(text, letter) and _DASHES.search(text, following, letter):
        return -1
    if not text[letter].isalnum():
        word = word_before(text, opened, at) if text[at] == "." else ""
        return -1 if word and kind_of(word, rules) else after  # "vs. $3 million"
    if _DASHES.search(text, following, min(letter, following + 8)) and (
        text[letter].islower() or _CLOSES_QUOTE.search(text, at, after)
    ):
        return -1  # «Нет!» — сказал он
    return after if _ends(text, opened, at, after, following, letter, rules) else -1


def _opens(text: str, at: int, end: int, rules: Rules) -> bool:
    return at < end and text[at] not in _UNENDING and (rules.is_english or not text[at].islower())


def _ends(text: str, opened: int, at: int, after: int, following: int, letter: int, rules: Rules) -> bool:
    """Whether the mark ends the sentence, given the letter or digit that comes next, behind quotes and brackets."""
    mark = text[at]
    if mark in _SURE:
        return not (_CLOSES_QUOTE.search(text, at, after) and _CJK_SPEECH.match(text, letter))
    first = text[letter]
    if first.islower() and not text[letter + 1 : letter + 2].isupper():  # but "iPhone"
        return letter == following and rules.is_english and _ends_before_lower(text, opened, at, after, rules)
    if mark in "!?;":
        is_aside = text[at - 1 : at] in ("(", "[")
        is_said = _SPEECH.match(text, letter) or (letter == after and _CJK_SPEECH.match(text, letter))
        return not is_aside and not (is_said and _CLOSES_QUOTE.search(text, at, after))
    if mark != "." or _is_ellipsis(text, at):
        says_i = (
            first == "I" and rules.is_english and text[at - 1].isspace() and not text[letter + 1 : letter + 2].isalpha()
        )
        is_bare = at - opened < SHORT and not text[opened:at].strip(" .…")
        may_open = first.isupper() or first.isdigit() or (letter > after and CJK.match(first) is not None)
        is_omission = text[at - 1 : at] == "(" and text[after - 1] == ")"  # "[...]" stands between sentences
        return may_open and not says_i and not is_bare and not is_omission
    if at - opened <= LONGEST and _ENUMERATOR.fullmatch(text, opened, after):
        return False
    return ends_after_word(text, opened, at, after, letter, rules)


def _is_ellipsis(text: str, at: int) -> bool:
    return text[at] in "…‥" or text[at + 1 : at + 2] == "." or text[at - 2 : at] == ". "


def _ends_before_lower(text: str, opened: int, at: int, after: int, rules: Rules) -> bool:
    """Whether a sentence ends before a small letter, as people write who care little for capitals."""
    if _CLOSES_ASIDE.search(text, at, after) or text[at - 1 : at] in ("(", "["):
        return False
    word = word_before(text, opened, at)
    if text[at] == "?":
        return bool(word)
    if text[at] == "!":
        return word[:1].islower()  # not "Yahoo! in the ..."
    if text[at:after] != "." or text[at - 1].isspace():
        return False
    return len(word) > 2 and word.isalpha() and kind_of(word, rules) is None


def _cut_inside(text: str, opened: int, at: int, after: int, end: int, rules: Rules, quotes: _Quotes) -> int:
    """The cut where no white space follows the mark."""
    closed = after
    while text[closed - 1] in _OPENING_QUOTES or (text[closed - 1] == '"' and quotes.is_open(closed)):
        closed -= 1  # it opens the next sentence
    if text[at] in _SURE:
        if text[after] in _UNENDING_DENSE:
            return -1
        return closed if _ends(text, opened, at, closed, after, after, rules) else -1
    if notes := _FOOTNOTES.match(text, after, end):
        return _cut(text, opened, at, notes.end(), end, rules, quotes)
    if smile := _EMOTICON.match(text, after, end):
        return smile.end() if _opens(text, _skip(text, smile.end(), end), end, rules) else -1
    if CJK.match(text, after) and text[at] in "!?" and CJK.match(text, at - 1):
        return closed if _ends(text, opened, at, closed, after, after, rules) else -1
    return closed if text[after].isupper() and _is_glued(text, opened, at, after, end, rules) else -1


def _is_glued(text: str, opened: int, at: int, after: int, end: int, rules: Rules) -> bool:
    """Whether what lost the space before it opens a sentence: "... relations.China said", but "Prof.Smith"."""
    least = 3 if text[at] == "." else 2
    before = text[max(opened, at - least) : at]
    if len(before) < least or not (before.isalpha() and before.islower()) or before > AFTER_CYRILLIC:
        return False
    found = _GLUED.match(text, after, end)
    word = found[0] if found else ""
    if not word or word.lower() in _ADDRESS_ENDS or (len(word) > 1 and word.isupper()):
        return False
    name = text[max(opened, at - _LONGEST_NAME) : at].rsplit(None, 1)[-1]
    if _IN_NAME.search(name):
        return False
    return text[at] != "." or ends_after_word(text, opened, at, after, after, rules)


def _before_mark(text: str, opened: int, at: int, after: int, end: int) -> int:
    """The cut at a bullet, after a smile, or before the credit of a picture."""
    before = text[max(opened, at - 14) : at]
    if not before or before.isspace():
        return -1
    if text[at] != ":":
        return at if before[-1].isspace() else -1
    if after < end and not text[after].isspace():
        smile = _EMOTICON.match(text, at, end) if before[-1].isspace() else None
        following = _skip(text, smile.end(), end) if smile else end
        return smile.end() if smile and following < end and text[following].isupper() else -1
    word = before.rsplit(None, 1)[-1]
    is_inside = word in _CREDITS and before[: -len(word)].strip()[-1:] not in ("", "(", "[")
    following = _skip(text, after, end) if is_inside else end
    return at - len(word) if following < end and text[following].isupper() else -1
