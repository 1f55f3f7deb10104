"""Whether a sentence can stand alone."""

import re
from functools import lru_cache

from summaries.model import Passage
from summaries.sentences import REFERENCE, SENTENCE_END
from summaries.terms import fold

FEWEST_WORDS = 8  # shorter ones are captions, bylines, exclamations
FEWEST_OF_WHOLE = 3  # shorter ones are labels and cries, even with a full stop
FEWEST_WITHOUT_END = 5  # of what ends without one: shorter ones are captions, longer ones may be a feed's teaser
MOST_WORDS = 45
MOST_OPENINGS = 8_192  # first words kept with what they are; a year of news begins its sentences with few more

# First words that refer to what was said before: pronouns, connectives. Left out are those that are other words, too,
# such as the German article "das" or Spanish "este", with which news says when ("este martes").
_REFERRING = {
    "en": """
        he she it they we this that these those his her its their there such but and so or yet then however
        also meanwhile moreover furthermore besides instead still thus therefore nevertheless nonetheless
        otherwise additionally
    """,
    "de": """
        er sie es ihr ihre ihren ihrem ihrer ihm ihnen sein seine seinen seinem seiner dies dabei damit
        dadurch danach daher darum deshalb deswegen dazu dennoch trotzdem aber doch jedoch allerdings
        außerdem zudem ferner und oder denn also auch
    """,
    "fr": """
        il elle ils elles celui celle ceux celles cela ceci ça c son sa ses leur leurs mais et ou donc or
        car cependant toutefois néanmoins pourtant ainsi alors puis ensuite aussi
    """,
    "es": "él ella ellos ellas ello esto eso aquello su sus pero y o entonces luego además también tampoco así",
    "pt": "ele ela eles elas isso isto aquilo mas e porém contudo entretanto portanto também então assim",
    "it": """
        lui lei egli ella essa esso essi esse loro ciò ma e però tuttavia inoltre quindi così poi infatti
        dunque anche
    """,
    "nl": """
        hij zij ze dit dat hun haar zijn maar en of echter toch ook daarom daardoor daarnaast daarbij daarna
        bovendien vervolgens dus zo
    """,
    "pl": """
        on ona ono oni one to jego jej ich ale a i jednak lecz zatem więc ponadto także również natomiast
        dlatego potem wtedy
    """,
    "sv": "han hon de hans hennes deras men och också därför dessutom däremot sedan då",
    "da": "han hun de hans hendes deres men og også derfor desuden derimod så",
    "nb no": "han hun de hans hennes deres men og også derfor dessuten derimot så",
    "tr": "o onlar onun onların bunun bununla bunlar bunu ancak ama fakat ayrıca böylece çünkü dolayısıyla",
}
# Words in other scripts than Latin are taken for no others, whatever the language is said to be.
_REFERRING_IN_OTHER_SCRIPTS = """
    він вона воно вони його її їх їхній це ці але й і а та тож також однак проте втім отже водночас
    натомість тому тоді он она оно они его её ее их это эти но и также однако поэтому затем потом впрочем
    тогда
    هو هي هم هذا هذه ذلك وهو وهي وهم وهذا وهذه وذلك ولكن لكن لكنه لكنها ولكنه ولكنها كما كذلك او وی آنها
    آنان اما ولی همچنین بنابراین
    הוא היא הם הן זה זאת אלה והוא והיא והם אך אבל אולם גם לכן כך
    그는 그가 그녀는 그녀가 그들은 이는 이를 이에 그러나 하지만 그리고 또한 따라서 그래서 다만
"""
_HAN_REFERENCES = {  # Han text sets no space after them
    "zh": ("他", "她", "它", "但", "然而", "此外", "不过", "因此", "另外"),
    "ja": ("彼は", "彼女は", "彼ら", "これ", "それ", "しかし", "だが", "そして", "また", "なお", "ただし", "さらに"),
}
_REFERENCES = {
    language: frozenset(map(fold, words.split()))
    for languages, words in _REFERRING.items()
    for language in languages.split()
}
_REFERENCES_ANYWHERE = frozenset(map(fold, _REFERRING_IN_OTHER_SCRIPTS.split()))
_BEGINNINGS = re.compile(r"\b[^\W\d_]")  # the first letter of each word
_FIRST_WORD = re.compile(r"[\W_]*(\w{1,40})")  # no such word is longer


def is_readable(text: str, words: int, language: str | None = None) -> bool:
    """Whether a sentence can stand alone: of good length, quoting whole, its brackets closed, not opening with "But" or
    "He", nor announcing what follows it.

    `words` are its words as a reader counts them.
    """
    return (
        FEWEST_WORDS <= words <= MOST_WORDS
        and text[-1] not in ":："
        and text.count("(") <= text.count(")")
        and is_quoted_whole(text)
        and not opens_with_reference(text, language)
    )


def is_whole(text: str, words: int) -> bool:
    """Whether it is a sentence at all, however hard to read alone: not a name ("Global Innovation Index."), nor a very
    short line that never ends. `words` are its words as a reader counts them."""
    if words >= FEWEST_WORDS:
        return True
    if all(map(str.isupper, _BEGINNINGS.findall(text))):
        return False
    return words >= (FEWEST_OF_WHOLE if SENTENCE_END.search(text) else FEWEST_WITHOUT_END)


def stands_in_reference(passage: Passage) -> bool:
    """Whether its line is a reference to literature, which encyclopaedias begin with an arrow back to the text."""
    text = passage.article.text
    return REFERENCE.match(text, text.rfind("\n", 0, passage.start) + 1) is not None


def is_quoted_whole(text: str) -> bool:
    """Whether all that is quoted in a text both begins and ends in it, whichever marks its language sets.

    "…", “…”, „…“, „…”, ”…”, «…», »…«, ``…'' as agencies write it, ‘…’ and '…', 「…」 and 『…』. Apostrophes are no
    marks: a single one opens before a letter and closes after a letter or a stop, and where none opens, it closes after
    a stop only ("the workers' union"). Nor is the mark in a Hebrew abbreviation.
    """
    if not _has_marks(text):
        return True
    is_even = text.count('"') % 2 == 0 or len(_STRAIGHT.findall(text)) % 2 == 0
    return is_even and _has_pairs(text) and _has_single_pairs(text)


def _has_marks(text: str) -> bool:
    if text.isascii():  # then looking for three characters is several times as fast as a pattern
        return '"' in text or "'" in text or "`" in text
    return _MARK.search(text) is not None


def _has_pairs(text: str) -> bool:
    open_ones: list[str] = []
    for mark in _DOUBLE.findall(text):
        if open_ones and mark in _CLOSED_BY.get(open_ones[-1], ""):
            open_ones.pop()
        else:
            open_ones.append(mark)
    return not open_ones


def _has_single_pairs(text: str) -> bool:
    opening = len(_OPENS_SINGLE.findall(text))
    return len(_CLOSES_SINGLE.findall(text)) >= opening if opening else not _STOPS_SINGLE.search(text)


_MARK = re.compile("[\"'`‘’“”„«»「」『』]")
_STRAIGHT = re.compile('(?<![א-ת])"|"(?![א-ת])')
_DOUBLE = re.compile("[“”„«»「」『』]|``|''")
_CLOSED_BY = {"“": "”", "„": "“”", "”": "”", "«": "»", "»": "«»", "「": "」", "『": "』", "``": "''"}
_ELIDES = "0-9A-Za-z\u00c0-\u052f"  # Latin, Greek and Cyrillic are written with apostrophes
# What stands before a mark is looked at behind it: patterns that begin with the mark are much faster.
_OPENS_SINGLE = re.compile(rf"['‘`](?<![{_ELIDES}'‘’`].)(?=[^\W\d_])(?!(?:[dmnst]|ll|re|ve|em|til)\b)")  # no clitic
_CLOSES_SINGLE = re.compile(rf"['’](?<=\S.)(?![{_ELIDES}'’])")
_STOPS_SINGLE = re.compile(r"['’](?<=[,.!?…].)(?![\w'’])")


def opens_with_reference(text: str, language: str | None = None) -> bool:
    """Whether a sentence opens with a pronoun or a connective, so that it needs the sentence before.

    Known in English, which a text counts as whose language is not known, and 19 other languages.
    """
    opening = _FIRST_WORD.match(text)
    return opening is not None and _is_reference(opening[1], language or "en")


@lru_cache(maxsize=MOST_OPENINGS)
def _is_reference(word: str, language: str) -> bool:
    folded = fold(word)
    if folded in _REFERENCES_ANYWHERE or folded in _REFERENCES.get(language, ()):
        return True
    return folded.startswith(_HAN_REFERENCES["ja" if language == "ja" else "zh"])
