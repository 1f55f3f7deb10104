"""Articles cut into passages (sentences, list items, headings) with their offsets; words and stems of a text."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from summaries import sumy_engines
from summaries.abbreviations import Rules, rules
from summaries.extent import MOST_PASSAGES, beginning
from summaries.model import Article, Passage, PassageKind
from summaries.sentence_ends import ENDS, cuts

Span = tuple[int, int]

DEFAULT_LANGUAGE = "en"  # its rules serve any language that has none of its own

# --- sentences ---------------------------------------------------------------------------------------------------

_LIST_OPENS = re.compile(r"\s*[•⁃*-]?\s?(\d{1,2}|[a-z])([.)]{1,2})\s")
_BULLETS = "•⁃"
_MAX_ITEMS = 99


def split_sentences(text: str, language: str | None) -> tuple[Span, ...]:
    """The sentences of a text as `(start, end)` slices in order: without overlap, covering every character that is
    not white space. `language` is an ISO 639-1 code. The end of a line always ends a sentence.

    Closing marks stay with the sentence they end, opening ones go with the next; a quotation of several sentences is
    several. Whether a full stop ends a sentence follows from the word before it (listed abbreviations, initials,
    ordinals) and, where that may be either, from whether the word after it is one that opens sentences, as in Kiss
    and Strunk, "Unsupervised Multilingual Sentence Boundary Detection" (2006), with lists instead of counts.

    Time is linear and bounded: what stands after the first MOST_ENDS marks and ends of lines is cut into pieces of
    whole lines, each of at least PIECE characters.
    """
    known = rules(language or DEFAULT_LANGUAGE)
    reach = _reach(text)
    found = [span for start, end in _lines(text[:reach]) for span in _in_line(text, start, end, known)]
    return (*found, *_pieces(text, reach)) if reach < len(text) else tuple(found)


MOST_ENDS = 500_000  # ten megabytes of news and books have 200,000
PIECE = 10_000  # characters
_MAY_END = re.compile(ENDS)


def _reach(text: str) -> int:
    """Up to where each mark and end of a line of a text is looked at."""
    if len(text) <= MOST_ENDS:
        return len(text)
    last = next(islice(_MAY_END.finditer(text), MOST_ENDS - 1, None), None)
    return last.end() if last else len(text)


def _pieces(text: str, start: int) -> Iterator[Span]:
    """What is left of a text from `start` on, cut at ends of lines."""
    while start < len(text):
        line_end = text.find("\n", start + PIECE)
        end = line_end + 1 if line_end >= 0 else len(text)
        piece = text[start:end]
        if body := piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            yield left, left + len(body)
        start = end


def _in_line(text: str, start: int, end: int, known: Rules) -> Iterator[Span]:
    left = start
    for item in (*_item_ends(text, start, end, known), end):
        for cut in (*cuts(text, left, item, known), item):
            piece = text[left:cut]
            body = piece.lstrip()
            if body:
                yield cut - len(body), left + len(piece.rstrip())
            left = cut


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            yield start, start + len(line.rstrip())
        start += len(line)


def _item_ends(text: str, start: int, end: int, known: Rules) -> list[int]:
    """Where the items of a list end that was run into one line: "1. One 2. Two", "a) one b) two"."""
    found: list[int] = []
    opening = _LIST_OPENS.match(text, start, end)
    if opening is None or known.has_ordinals:
        return found
    label, sign = opening.groups()
    at = opening.end()
    for _ in range(_MAX_ITEMS):
        label = str(int(label) + 1) if label.isdigit() else chr(ord(label) + 1)
        at = text.find(f"{label}{sign} ", at, end)
        while at > 0 and not (text[at - 1].isspace() or text[at - 1] in _BULLETS):
            at = text.find(f"{label}{sign} ", at + 1, end)
        if at < 0:
            break
        found.append(at - len(text[at - 2 : at]) + len(text[at - 2 : at].rstrip(" " + _BULLETS)))
    return found


# --- words and stems ---------------------------------------------------------------------------------------------

_UNSPACED = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # no spaces between words
# Marks are part of a word, but not of \\w.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_LETTERS = rf"[^\W_{_UNSPACED}]+"
_WORD = re.compile(
    rf"[{_UNSPACED}]+"
    r"|(?:[^\W\d_]\.){2,}"  # U.S.
    r"|\d+(?:[.,]\d+)+"
    rf"|{_LETTERS}(?:['’ʼ{_MARKS}]+{_LETTERS})*[{_MARKS}]*"
)
_ASCII_WORD = re.compile(  # the same without what ASCII does not have: twice as fast
    r"(?:[a-zA-Z]\.){2,}|[0-9]+(?:[.,][0-9]+)+|[a-zA-Z0-9]+(?:'+[a-zA-Z0-9]+)*"
)
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Words that sumy's lists miss, and lists for two languages that it has none for.
_MORE_STOP_WORDS = {
    "de": "wurde wurden hat haben hatte um nur noch sei seien",
    "es": "a al de del durante es está este esta estos estas fue ha han hasta hay la las le les lo los más me no o que "
    "se son su sus sí un una y ya",
    "fr": "a aux cette d de du en est l la le les n ne ont plus qu que s se sont un une être",
    "pt": "a às à é e está foi já mais não o os ou são seu seus sua sus só também quando um uma",
    "ru": "а без бы был была были было в вам вас во вот все всех вы где да для до его ее если есть еще же за и из или "
    "им их к как когда которая которые который ли мы на над не него нет но о об он она они оно от по под при "
    "с со так также то только у уже что чтобы эта эти это этот я",
    "uk": "або більше в вже вона вони він де для до ж за зі його й лише ще між може на над не по перед після при про "
    "та також те тільки у це цей ця ці через чи що щоб як яка яке який які якщо і її їх з із за від",
}  # fmt: skip

_UKRAINIAN_ENDING = re.compile(
    r"(?<=\w{3})(?:ами|ями|ього|ому|ого|ими|іми|ові|еві|єві|ості|істю|ість|ах|ях|ам|ям|ою|ею|єю|ів|їв|ий|ій|их|іх|им|ім"
    r"|ем|єм|ом|ую|юю|ого|ьої|ої|а|я|у|ю|і|ї|и|е|є|о|ь|й)$"
)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, as written. Where a script sets no spaces between words (Chinese, Japanese, Thai)
    the pairs of neighbouring characters stand for them, and a lone character for itself."""
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text))
    found: list[str] = []
    for word in _WORD.findall(text):
        if len(word) > 2 and _is_unspaced(word[0]):
            found.extend(word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.append(word)
    return tuple(found)


def stems(text: str, language: str | None) -> tuple[str, ...]:
    """The stems of a text's words in order, without stop words: what two wordings of the same thing share."""
    language = language or DEFAULT_LANGUAGE
    ignored = stop_words(language)
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("ʼ", "'")
    return tuple(stem_words([word for word in words(folded) if word not in ignored], language))


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that carry no content, in lower case; none for a language without a list."""
    return sumy_engines.stop_words(language) | frozenset(_MORE_STOP_WORDS.get(language, "").split())


def _is_unspaced(character: str) -> bool:
    return character >= "\u0e01" and re.match(rf"[{_UNSPACED}]", character) is not None


def stem_words(content: list[str], language: str) -> list[str]:
    """The stem of each of some words in lower case; the words themselves in a language without a stemmer."""
    if language == "uk":
        return [_UKRAINIAN_ENDING.sub("", word) for word in content]
    if language not in _SNOWBALL:
        return content
    stemmer = _stemmers.of(_SNOWBALL[language])
    return [str(stem) for stem in stemmer.stemWords(content)]


class _Stemmers(threading.local):
    """One PyStemmer stemmer a language and thread: it caches what it has stemmed, and is not thread-safe."""

    def __init__(self) -> None:
        self.by_name: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        if name not in self.by_name:
            import Stemmer

            self.by_name[name] = Stemmer.Stemmer(name)
        return self.by_name[name]


_stemmers = _Stemmers()

# --- passages ----------------------------------------------------------------------------------------------------

MAX_HEADING_WORDS = 14  # longer lines without a full stop are captions or broken paragraphs
MAX_LABEL_WORDS = 10
_ITEM_MARK = re.compile(r"(?:\(?\d{1,2}(?:[.)](?=\s)|[、．）])|\(?[a-zA-Z]\)(?=\s)|[•●▪■◦‣∙·*+–—-](?=\s))\s*")
_LABEL = re.compile(r"([^.:：!?。！？]{2,100}+)(?::(?=\s)|：)")
_OPENS_HEADING = re.compile(r"[\"'“”„‘’«»‹›「『【《¿¡#]*\w")
REFERENCE = re.compile(r"[ \t]*(?:\d{1,4}\.|[•*–-])?[ \t]*\^")  # to literature, as encyclopaedias set it
SENTENCE_END = re.compile(r"[.!?…:;,।。！？：；，،؟؛][\"”’»)」』\]]*$")

_Part = tuple[int, int, int, PassageKind, str | None]  # start, end, block, kind, heading


def passages(article: Article) -> tuple[Passage, ...]:
    """The passages of an article in text order.

    A line is a heading (short, without a full stop, before a longer one), a list item (it opens with a number or a
    bullet) or a paragraph. The label of an item ("1. Strengthening Dialogue: ...") is a heading of its own; what it
    labels stands under it, sentence by sentence. An item without a label is cut into sentences of kind "item".
    `heading` is the label without number and colon, else the heading of the section. Numbers and bullets belong to
    no sentence. Of a text that is too long only the `beginning` is cut, into MOST_PASSAGES at most.
    """
    text = beginning(article.text)
    found: list[Passage] = []
    for start, end, block, kind, heading in _parts(text, article.language):
        if not _says_something(text[start:end]):
            continue
        found.append(
            Passage(article=article, start=start, end=end, position=len(found), block=block, kind=kind, heading=heading)
        )
        if len(found) == MOST_PASSAGES:
            break
    return tuple(found)


def _parts(text: str, language: str | None) -> Iterator[_Part]:
    lines, known = list(_lines(text)), rules(language or DEFAULT_LANGUAGE)
    labels = _labels(text, lines)
    section: str | None = None
    for block, (start, end) in enumerate(lines):
        body = start
        kind: PassageKind = "sentence"
        heading = section
        if label := labels.get(block):
            yield start, label.end(), block, "heading", section
            body, heading = label.end(), label.group(1).strip()
        elif mark := _ITEM_MARK.match(text, start, end):
            body, kind = mark.end(), "item"
        elif block + 1 < len(lines) and _is_heading(text[start:end], text[slice(*lines[block + 1])]):
            if _names_section(line := text[start:end].strip()):
                section = line
            yield start, end, block, "heading", None
            continue
        for left, right in _in_line(text, body, end, known):
            yield left, right, block, kind, heading


def _labels(text: str, lines: list[Span]) -> dict[int, re.Match[str]]:
    """The labels of "Head: body" items by line: numbered or bulleted, or one of several lines in a row."""
    found: dict[int, re.Match[str]] = {}
    marked = set()
    for block, (start, end) in enumerate(lines):
        if text.find(":", start, end) < 0 and text.find("：", start, end) < 0:
            continue
        mark = _ITEM_MARK.match(text, start, end)
        label = _LABEL.match(text, mark.end() if mark else start, end)
        if label and label.end() < end and len(words(label.group(1))) <= MAX_LABEL_WORDS:
            found[block] = label
            if mark:
                marked.add(block)
    return {
        block: label for block, label in found.items() if block in marked or block - 1 in found or block + 1 in found
    }


def _is_heading(line: str, following: str) -> bool:
    if len(line) > 120 or SENTENCE_END.search(line) or len(words(line)) > MAX_HEADING_WORDS:
        return False
    return len(following) > 1.5 * len(line) and SENTENCE_END.search(following) is not None


def _names_section(heading: str) -> bool:
    """Whether a heading tells what stands under it; a note in brackets, a row of numbers or a line of code does not."""
    letters = sum(map(str.isalpha, heading))
    is_title = _OPENS_HEADING.match(heading) is not None and REFERENCE.match(heading) is None
    return is_title and 3 * letters >= len(heading)


def _says_something(text: str) -> bool:
    return text[:1].isalnum() or any(character.isalnum() for character in text)
