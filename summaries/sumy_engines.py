"""What comes from sumy: its stop words, and its algorithms as engines that work offline. Nothing else knows sumy."""

from functools import cache
from importlib import resources

STOP_WORD_FILES = {
    "ar": "arabic",
    "cs": "czech",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "he": "hebrew",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "pl": "polish",
    "pt": "portuguese",
    "sk": "slovak",
    "sv": "swedish",
    "th": "thai",
    "uk": "ukrainian",
    "zh": "chinese",
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """sumy's stop words of a language (ISO 639-1), in lower case; none for a language it has no list of."""
    name = STOP_WORD_FILES.get(language)
    if name is None:
        return frozenset()
    text = (resources.files("sumy") / "data" / "stopwords" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word.strip().casefold() for word in text.splitlines() if word.strip())
