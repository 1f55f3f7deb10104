"""A feed's bytes made sound before a parser sees them: not too many, in UTF-8, without references that break XML."""

import re
from html.entities import name2codepoint

from summaries.charset import decode

HEAD = 200  # bytes, in which an XML declaration stands
BYTES_LOST = 0.1  # of those that are no ASCII, that may be spoilt in what is still UTF-8

ENTRY_START = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)


def first_entries(data: bytes, most: int) -> bytes:
    """The feed up to its last entry that is read: a parser may hold fifty times what it reads in memory."""
    for number, found in enumerate(ENTRY_START.finditer(data)):
        if number == most:
            return data[: found.start()]
    return data


def mended(data: bytes) -> bytes:
    """The feed in UTF-8 where it says nothing else, and without characters that there are not."""
    return _REFERENCE.sub(_sound_number, _in_utf8(data))


def with_sound_names(data: bytes) -> bytes:
    """The feed as a strict parser takes it: a bare ampersand ends a title or a link for it, and so does a name that
    HTML has and XML has not (`&nbsp;`). In CDATA both are text, and stay."""
    is_ascii_like = b"\0" not in data[:HEAD] and b"\x1b$" not in data  # UTF-16 and ISO-2022 have other ampersands
    if is_ascii_like and _UNSOUND.search(data) and not _OWN_NAMES.search(data):
        return _UNSOUND_OUTSIDE.sub(_sound_name, data)
    return data


def _sound_number(reference: re.Match[bytes]) -> bytes:
    """A character by its number; U+FFFD where there is no such character, which brings parsers down."""
    number = int(reference[2], 16) if reference[1] else int(reference[2]) if reference[2].isdigit() else -1
    is_one = number in (9, 10, 13) or 31 < number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if is_one else b"&#xFFFD;"


_REFERENCE = re.compile(rb"&#([xX]?)([0-9a-fA-F]{1,20});")


def _sound_name(found: re.Match[bytes]) -> bytes:
    if not found[0].startswith(b"&"):
        return found[0]
    number = name2codepoint.get(found[1].decode("ascii")) if found[1] else None
    return b"&amp;" + found[0][1:] if number is None else f"&#{number};".encode("ascii")


_SOUND = rb"(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"
_UNSOUND = re.compile(rb"&(?!" + _SOUND + rb")")
_UNSOUND_OUTSIDE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?!" + _SOUND + rb")(?:([A-Za-z][A-Za-z0-9]{1,30});)?", re.DOTALL
)
_OWN_NAMES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def _in_utf8(data: bytes) -> bytes:
    """The feed in UTF-8 where it says nothing else, or says so without being it: a few spoilt bytes are left to the
    parser, another charset is guessed."""
    said = _ENCODING.search(data[:HEAD])
    if b"\0" in data[:HEAD] or (said and said[1].lower() not in (b"utf-8", b"utf8")):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        beyond = len(data) - len(data.translate(None, _BEYOND_ASCII))
        if data.decode("utf-8", "replace").count("\ufffd") > BYTES_LOST * beyond:
            return decode(data).encode("utf-8", "replace")
    return data


_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BEYOND_ASCII = bytes(range(128, 256))
