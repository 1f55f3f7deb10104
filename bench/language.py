"""How often and how fast the language of a short text is told, on windows cut from annotated sentences.

    python -m bench.language

Needs ../shared/data/sentences.json.gz. Each window starts at a word and ends at one, of about the given number of
characters; the texts are those of the seven languages of the parallel treebanks. The figures measured last and the
machine stand in bench/README.md under "Language".
"""

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from summaries.language import detect_language

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sentences.json.gz"
LENGTHS = (20, 30, 60)
CONFIGURED = {
    "the seven": ("en", "de", "es", "fr", "ru", "zh", "ar"),
    "with Ukrainian, Japanese": ("en", "de", "es", "fr", "ru", "zh", "ar", "uk", "ja"),
    "with close neighbours": (
        *("en", "de", "es", "fr", "ru", "zh", "ar", "uk", "ja"),
        *("pt", "it", "nl", "bg", "be", "ca", "fa", "ko", "he", "pl", "sv"),
    ),
}


def windows(text: str, length: int, *, is_spaced: bool) -> Iterator[str]:
    """Pieces of about `length` characters from word border to word border, one after the other."""
    if not is_spaced:
        yield from (text[at : at + length] for at in range(0, len(text) - length + 1, length))
        return
    piece = ""
    for word in text.split():
        piece = f"{piece} {word}".lstrip()
        if len(piece) >= length:
            yield piece[: length + 1].rsplit(" ", 1)[0] if len(piece) > length and " " in piece[: length + 1] else piece
            piece = ""


def measure(sets: list[tuple[str, list[str]]]) -> None:
    print(f"{'configured':26s} characters  all   worst      right of, microseconds a call")
    for name, among in CONFIGURED.items():
        for length in LENGTHS:
            right: Counter[str] = Counter()
            total: Counter[str] = Counter()
            missed: Counter[str] = Counter()
            seconds = 0.0
            for language, texts in sets:
                pieces = [
                    piece for text in texts for piece in windows(text, length, is_spaced=language not in ("zh", "ja"))
                ]
                start = time.process_time()
                found = [detect_language(piece, among) for piece in pieces]
                seconds += time.process_time() - start
                total[language] = len(pieces)
                right[language] = found.count(language)
                missed.update(f"{language}>{one}" for one in found if one != language)
            worst = min(total, key=lambda language: right[language] / total[language])
            print(
                f"{name:26s} {length:10d}  {sum(right.values()) / sum(total.values()):.2%}"
                f"  {worst} {right[worst] / total[worst]:.2%}  {sum(right.values())} of {sum(total.values())},"
                f" {1e6 * seconds / sum(total.values()):.0f}",
                *(f"{pair} {count}" for pair, count in missed.most_common(8)),
            )


if __name__ == "__main__":
    if not DATA.is_file():
        sys.exit(f"{DATA} is not there; the annotated sets are not part of this repository")
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        groups = json.load(file)["sets"]
    measure([(group["lang"], [text for text, _ in group["paras"]]) for group in groups if group["name"] == "PUD"])
