"""Sources that mean harm or know no better: more than fifty kinds, each a path of one server on 127.0.0.1."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

Send = Callable[[asyncio.StreamWriter], Awaitable[None]]

ITEM = "<item><title>Whole</title><link>https://post.example/whole</link></item>"
WORDS = "The bridge was closed on Tuesday, and the ferry goes every hour until the new one is built. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of harm: what the server sends, how it is read, and what must come of it."""

    send: Send
    tells: str | None = None  # what the reason must say (a pattern); None: it is read; "": either
    page: bool = False  # read as a page, else as a feed
    heavy: bool = False  # takes seconds or much memory to make


def answer(body: bytes, kind: str = "application/rss+xml", status: str = "200 OK", **headers: str) -> Send:
    """A proper answer with this body."""
    lines = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


def raw(data: bytes) -> Send:
    """These bytes, whatever they are."""

    async def send(writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(data), 1 << 18):
            writer.write(data[start : start + (1 << 18)])
            await writer.drain()

    return send


def forever(head: bytes, piece: bytes, pause: float = 0) -> Send:
    """A beginning, and then the same without end."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return send


def rss(inside: str, before: str = "", tail: str = "</channel></rss>") -> bytes:
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel><title>P</title>{inside}{tail}'.encode()


def page(inside: str) -> Send:
    return answer(f"<html><head><title>A page</title></head><body>{inside}".encode(), "text/html")


def redirect(to: str) -> Send:
    return answer(b"", status="302 Found", Location=to)


def feed(body: bytes) -> Kind:
    return Kind(send=answer(body))


def refused(body: bytes, tells: str, kind: str = "application/rss+xml", **headers: str) -> Kind:
    return Kind(send=answer(body, kind, **headers), tells=tells)


def json_feed(*items: object) -> Kind:
    stated = {"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [*items, {"title": "Whole"}]}
    return Kind(send=answer(json.dumps(stated).encode(), "application/feed+json"))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
MANY_ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(50_000))
MANY_NAMESPACES = " ".join(f'xmlns:n{n}="u{n}"' for n in range(10_000))
LONG_ENTRY = f"<item><title>x</title><description>{WORDS * 270}</description></item>"  # 25,000 characters
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
NO_FEED = "it is no RSS or Atom feed"
BROKEN = "broke off or cannot be unpacked|no proper HTTP"
TOO_LARGE = "larger than"


def kinds(*, megabytes: int) -> Mapping[str, Kind]:
    """Every kind by its name; `megabytes` is the size of what is large."""
    large = megabytes * 1_000_000
    zeros = b"\0" * large
    return {
        # entities
        "billion laughs": feed(
            rss(f"<item><title>&l11;</title></item>{ITEM}", f'<!DOCTYPE r [<!ENTITY l0 "l">{LAUGHS}]>')
        ),
        "quadratic entity": feed(
            rss(f"<item><title>{'&a;' * 20_000}</title></item>{ITEM}", f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>')
        ),
        "entity of a file": feed(
            rss(f"<item><title>&x;</title></item>{ITEM}", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
        ),
        "entity of a place": feed(rss(ITEM, '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">')),
        "parameter entities": feed(rss(ITEM, "<!DOCTYPE r [<!ENTITY % a \"<!ENTITY b SYSTEM 'file:///'>\"> %a;]>")),
        "endless doctype": refused(b"<!DOCTYPE r [" + b'<!ENTITY a "b">' * 60_000, NO_FEED),
        # markup
        "deep nesting": Kind(send=answer(rss(ITEM + "<a>" * 100_000))),
        "200k unclosed tags": Kind(send=answer(rss(f"{ITEM}<item><description>{'&lt;b&gt;' * 200_000}"))),
        "200k unclosed tags, unescaped": Kind(
            send=answer(rss(f"{ITEM}<item><description>{'<b>' * 200_000}")), tells=""
        ),
        "page of 200k unclosed tags": Kind(send=page("<div>" * 200_000 + WORDS * 5), page=True, tells=""),
        "page of deep tables": Kind(send=page("<table><tr><td>" * 20_000 + WORDS * 5), page=True, tells=""),
        "cdata without end": feed(rss(f"{ITEM}<item><description><![CDATA[{'x' * 100_000}", tail="")),
        "comment without end": feed(rss(f"{ITEM}<!--{'-' * 100_000}", tail="")),
        "instruction without end": feed(rss(f"{ITEM}<?{'x ' * 50_000}", tail="")),
        "50k attributes": Kind(send=answer(rss(f"{ITEM}<item {MANY_ATTRIBUTES}></item>")), tells=""),
        "huge attribute": feed(rss(f'{ITEM}<item a="{"x" * 1_000_000}"></item>')),
        "10k namespaces": feed(rss(f"{ITEM}<item {MANY_NAMESPACES}></item>")),
        "spaces": feed(rss(ITEM + " " * 2_000_000)),
        "open brackets": refused(b"<" * 300_000, NO_FEED),
        "half links": feed(rss(f"{ITEM}{'<link a ' * 40_000}")),
        "own base": feed(b'<rss version="2.0" xml:base="javascript:x"><channel>' + ITEM.encode() + b"</channel></rss>"),
        # text
        "control characters": feed(rss(f"<item><title>a\x01\x02\x1fb</title></item>{ITEM}")),
        "nul bytes": feed(rss(f"<item><title>a\0b</title></item>{ITEM}")),
        "direction overrides": feed(rss(f"<item><title>a\u202eb</title></item>{ITEM}")),
        "huge title": feed(rss(f"<item><title>{'x' * 1_000_000}</title></item>{ITEM}")),
        "javascript links": feed(rss(f"<item><title>J</title><link>javascript:alert(1)</link></item>{ITEM}")),
        "numeric references": feed(rss(f"<item><title>&#0;&#xD800;&#x110000;&#99999999999;</title></item>{ITEM}")),
        "no charset known": feed(rss(ITEM).replace(b'"1.0"', b'"1.0" encoding="x-no-such"')),
        "utf-7": Kind(send=answer(rss(ITEM), "application/xml; charset=utf-7")),
        "utf-16 called utf-8": Kind(send=answer(rss(ITEM).decode().encode("utf-16"), "application/xml; charset=utf-8")),
        "a charset that is a codec": Kind(send=answer(rss(ITEM) + b"\xff", "application/xml; charset=zip_codec")),
        # entries
        "duplicate ids": feed(rss("<item><title>a</title><guid>x</guid></item>" * 3 + ITEM)),
        "missing everything": feed(rss("<item></item><item><title></title><link/></item>" + ITEM)),
        "poisoned dates": feed(
            rss("".join(f"<item><title>{d}</title><pubDate>{d}</pubDate></item>" for d in DATES) + ITEM)
        ),
        "20k entries": feed(rss(ITEM + "<item><title>x</title></item>" * 20_000)),
        "500 long entries": Kind(send=answer(rss(ITEM + LONG_ENTRY * 500)), heavy=True),
        "340k entries": Kind(send=answer(rss(ITEM + "<item><title>x</title></item>" * 340_000)), heavy=True),
        # JSON
        "nulls": json_feed({"title": None, "id": None, "url": None, "content_html": None, "authors": None}),
        "wrong types": json_feed(None, 3, [], {"title": 7, "url": {}, "authors": 3, "date_published": []}),
        "surrogates": json_feed({"title": "a\ud800b", "content_text": "\udfff"}),
        "deep json": refused(b"[" * 500_000, NO_FEED, "application/json"),
        "huge number": refused(b'{"items": ' + b"9" * 100_000 + b"}", NO_FEED, "application/json"),
        "infinity": Kind(send=answer(b'{"items": [{"title": "Whole", "id": Infinity}]}', "application/json")),
        # bytes that are none of it
        "empty": refused(b"", NO_FEED),
        "path": refused(b"/etc/passwd", NO_FEED),
        "random bytes": refused(bytes(range(256)) * 2000, NO_FEED),
        "home page": refused(b"<html><head><title>Home</title></head><body>Hello</body></html>", NO_FEED, "text/html"),
        "image": refused(b"\x89PNG", "the answer is image/png", "image/png"),
        "zip": refused(b"PK\3\4", "the answer is application/zip", "application/zip"),
        "page without words": Kind(send=page("<script>x</script>"), page=True, tells="no article was found"),
        "page of one long line": Kind(send=page("<p>" + "word " * 200_000), page=True, tells=""),
        "page of 50k links": Kind(send=page('<a href="/x">x</a>' * 50_000), page=True, tells=""),
        # the answer
        "endless body": Kind(send=forever(OK + b"\r\n", b"x" * 65536), tells=TOO_LARGE),
        "slow body": Kind(send=forever(OK + b"\r\n", b"x", 0.05), tells="no answer within"),
        "slow headers": Kind(send=forever(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), tells="no answer within"),
        "endless headers": Kind(
            send=forever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 50), tells="headers are too large|broke"
        ),
        "huge header": refused(rss(ITEM), "headers are too large|broke", X_Huge="x" * 100_000),
        "huge tag": Kind(send=answer(rss(ITEM), ETag='"' + "x" * 8000 + '"')),
        "length too great": Kind(send=raw(OK + b"Content-Length: 999999\r\n\r\nshort"), tells=BROKEN),
        "length beyond the limit": Kind(send=raw(OK + b"Content-Length: 99999999999\r\n\r\n"), tells=TOO_LARGE),
        "negative length": Kind(send=raw(OK + b"Content-Length: -5\r\n\r\nx"), tells=BROKEN),
        "broken chunks": Kind(send=raw(OK + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\nx"), tells=BROKEN),
        "no http": Kind(send=raw(b"SSH-2.0-OpenSSH_9.6\r\n"), tells=BROKEN),
        "nothing": Kind(send=raw(b""), tells=BROKEN),
        "no content": Kind(send=answer(b"", status="204 No Content"), tells="HTTP 204"),
        "words in the status": Kind(
            send=answer(b"", status="500 \x1b[31mOh"), tells=r"HTTP 500 \[31mOh|no proper HTTP"
        ),
        "gzip bomb": refused(gzip.compress(zeros), TOO_LARGE, Content_Encoding="gzip"),
        "deflate bomb": refused(zlib.compress(zeros), TOO_LARGE, Content_Encoding="deflate"),
        "gzip in gzip": refused(gzip.compress(gzip.compress(zeros)), NO_FEED, Content_Encoding="gzip"),
        "no gzip": refused(b"not packed", BROKEN, Content_Encoding="gzip"),
        "packing unknown": refused(b"not packed", BROKEN + "|" + NO_FEED, Content_Encoding="br"),
        # redirects
        "redirect loop": Kind(send=redirect("/redirect loop".replace(" ", "%20")), tells="more than 5 redirects"),
        "redirect to a private place": Kind(send=redirect("http://127.0.0.2:1/"), tells="private network"),
        "redirect to metadata": Kind(send=redirect("http://169.254.169.254/latest"), tells="private network"),
        "redirect to a file": Kind(send=redirect("file:///etc/passwd"), tells="only http and https"),
        "redirect to nonsense": Kind(send=redirect("http://[::1"), tells="no address that can be read"),
        "redirect to a number": Kind(
            send=redirect("http://2130706434/"), tells="private network|cannot be resolved|no address"
        ),
    }


DATES = (
    "Fri, 31 Dec 9999 23:59:59 -1400",
    "0000-00-00T00:00:00Z",
    "Tue, 23 Apr 2099 14:14:00 GMT",
    "1e300",
    "-1",
    "x" * 9999,
)


class Hostile:
    """The server. Use as `async with Hostile(kinds) as server: server.url(name)`."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def url(self, name: str) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/{name.replace(' ', '%20')}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.split()[1].decode().strip("/").replace("%20", " ")
            await self._kinds[name].send(writer)
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()
