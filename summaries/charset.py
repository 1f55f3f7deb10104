"""Bytes made into text, whatever they are encoded in."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
DECLARATION_REACH = 4096  # bytes; HTML wants it in the first 1024, pages put it later
# What pages mean by these names (WHATWG Encoding Standard, section 4.2).
_MEANT = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030",
}  # fmt: skip
_USUAL = "cp1252"  # where nothing tells it from others, and they stand before it in the alphabet
SAMPLE = 20_000  # bytes that are enough to guess from


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of some bytes: by byte order mark, as UTF-8, by the declared charset, else by the likeliest one.

    Bytes that fit none become U+FFFD, so a text full of them is no text.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data.decode(charset, "replace")
    named = _DECLARED.search(data[:DECLARATION_REACH])
    for candidate in ("utf-8", declared, named and named[1].decode("ascii")):
        text = _try(data, candidate)
        if text is not None:
            return text
    return _guess(data)


def _try(data: bytes, charset: str | None) -> str | None:
    if charset is None:
        return None
    try:
        return data.decode(_MEANT.get(charset.lower(), charset))
    except (LookupError, ValueError):  # an unknown charset, or the wrong one
        return None


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(data[:SAMPLE])
    best = found.best()
    if best is None:
        return data.decode("utf-8", "replace")
    likely = {one.encoding for one in found if (one.chaos, one.coherence) == (best.chaos, best.coherence)}
    return data.decode(_USUAL if _USUAL in likely else best.encoding, "replace")
