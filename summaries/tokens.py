"""Sentences as numbers: a token a word, the same in every process, at the price of a look-up a word."""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Self

import numpy as np
import numpy.typing as npt

from summaries.model import Passage
from summaries.readability import is_readable
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words, words
from summaries.sorting import Flags, Numbers
from summaries.terms import fold

MOST_KNOWN = 50_000  # chunks of text a language whose tokens are kept: some 10 MB, the words of a year of news
LONGEST_KNOWN = 30  # characters; what is longer is rarely seen twice (Chinese sets no space between words)
LARGEST = 2**31 - 1  # of a token; two of 20,000 words share one in every tenth corpus, and so become one

Tokens = npt.NDArray[np.int32]

_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def number(stem: str) -> int:
    """The token of a stem or stop word, from 1 to LARGEST: a checksum, so that no process needs another's list."""
    return zlib.crc32(stem.encode("utf-8", "surrogatepass")) % LARGEST + 1


def count_words(text: str) -> int:
    """How many words a reader sees: the runs between white space, and two Han, Kana or Thai characters for one."""
    return len(text.split()) + _dense_words(text)


def language_of(passage: Passage) -> str:
    return passage.article.language or DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What some passages say, a row each: the tokens of all rows one after the other, below 0 those of stop words."""

    tokens: Tokens
    lengths: Numbers  # of each row, in tokens
    words: Numbers  # of each row, as a reader counts them
    readable: Flags  # whether each row can stand alone

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Self:
        rows: list[bytes] = []
        counts: list[int] = []
        readable: list[bool] = []
        for article, own in groupby(passages, attrgetter("article")):
            whole, language = article.text, article.language or DEFAULT_LANGUAGE
            tokens, is_dense = _vocabulary(language).__getitem__, not whole.isascii()
            for passage in own:
                text = whole[passage.start : passage.end]
                chunks = text.split()
                rows.append(b"".join(map(tokens, chunks)))
                count = len(chunks) + _dense_words(text) if is_dense else len(chunks)
                counts.append(count)
                readable.append(is_readable(text, count, language))
        return cls(
            tokens=np.frombuffer(b"".join(rows), dtype=np.int32),
            lengths=np.array([len(row) for row in rows], dtype=np.int64) // 4,
            words=np.array(counts, dtype=np.int64),
            readable=np.array(readable, dtype=bool),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, in order."""
        if not parts:
            return cls.of(())
        return cls(
            tokens=np.concatenate([part.tokens for part in parts]),
            lengths=np.concatenate([part.lengths for part in parts]),
            words=np.concatenate([part.words for part in parts]),
            readable=np.concatenate([part.readable for part in parts]),
        )

    def only(self, rows: Numbers) -> Self:
        """Some of the rows, given in ascending order."""
        kept = np.zeros(len(self.lengths), dtype=bool)
        kept[rows] = True
        return type(self)(
            tokens=self.tokens[np.repeat(kept, self.lengths)],
            lengths=self.lengths[rows],
            words=self.words[rows],
            readable=self.readable[rows],
        )


class _Known(dict[str, bytes]):
    """The tokens of every chunk (what stands between white space) seen in a language, as the bytes of 32-bit numbers.

    A chunk is a word with its punctuation, mostly seen before: so a text costs a look-up a chunk. Bounded, and
    forgotten as a whole when full.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._ignored = stop_words(language)

    def __missing__(self, chunk: str) -> bytes:
        found = list(words(fold(chunk)))
        tokens = [
            -number(word) if word in self._ignored else number(stem)
            for word, stem in zip(found, stem_words(found, self._language), strict=True)
        ]
        made = np.array(tokens, dtype=np.int32).tobytes()
        if len(chunk) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[chunk] = made
        return made


@lru_cache(maxsize=64)  # languages
def _vocabulary(language: str) -> _Known:
    """Shared by all threads: a chunk's tokens are the same whoever finds them, and are never changed."""
    return _Known(language)


def _dense_words(text: str) -> int:
    return 0 if text.isascii() else len(_DENSE.findall(text)) // 2
