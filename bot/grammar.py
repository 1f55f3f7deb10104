"""The words of /brief: what somebody typed, as one Command. Knows no platform, no store."""

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, cast, get_args

from bot.errors import AskerError

MAX_TYPED = 3_000  # characters that are looked at; nobody means more
MAX_ECHO = 80  # characters of somebody's words that an answer repeats

Size = Literal["short", "normal", "long"]
ScheduleAction = Literal["add", "list", "edit", "pause", "resume", "run", "remove"]
SourceAction = Literal["add", "test", "remove", "check", "import", "export"]
TopicAction = Literal["add", "test", "edit", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much a briefing may hold: ceilings, not targets."""

    lines: int
    words: int


ROOMS = MappingProxyType(
    {"short": Room(lines=3, words=60), "normal": Room(lines=5, words=120), "long": Room(lines=12, words=300)}
)


@dataclass(frozen=True, slots=True)
class Brief:
    """A briefing now: of a topic, of any words, or of all topics here."""

    topic: str | None = None
    since: str | None = None
    size: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class New:
    """What was not shown here yet."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The lines that answer a question."""

    question: str
    since: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class WhyLine:
    """Why a line of the last briefing stands there."""

    item: int


@dataclass(frozen=True, slots=True)
class Strike:
    """Strike a line of what was last posted here."""

    item: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A line of the last briefing in the words of each outlet."""

    item: int


@dataclass(frozen=True, slots=True)
class Story:
    """The articles of a line's story, by outlet or in the order of time."""

    item: int
    timeline: bool = False


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics here."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the articles come from."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether all is well."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The digests of this channel: what to do, and the words that say with which."""

    action: ScheduleAction
    words: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """A digest to the asker alone."""

    words: str


@dataclass(frozen=True, slots=True)
class Following:
    """What the asker follows."""


@dataclass(frozen=True, slots=True)
class Unfollow:
    """An end to one of those."""

    which: str


@dataclass(frozen=True, slots=True)
class Source:
    """The space's own sources: what to do, and with which address or name."""

    action: SourceAction
    words: str = ""


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """The space's own topics: what to do, and the name and the words."""

    action: TopicAction
    words: str = ""


@dataclass(frozen=True, slots=True)
class NotYet:
    """A command word that this version knows and does not carry out."""

    word: str


Command: TypeAlias = (
    Brief
    | New
    | Ask
    | WhyLine
    | Strike
    | Compare
    | Story
    | Topics
    | Sources
    | Status
    | Help
    | Schedule
    | Follow
    | Following
    | Unfollow
    | Source
    | OwnTopic
    | NotYet
)

NOT_YET = frozenset({"setup"})  # command words of later versions: reserved, so that no topic takes their place

_OPTION = re.compile(r"(since|size|lang|source):(\S*)", re.IGNORECASE)
_CALL = re.compile(r"^/?brief(?:-admin)?(?:\s+|$)", re.IGNORECASE)
# Marks that turn the direction of what follows: an answer that repeated them would be read wrongly.
_TURNS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))


def parse(words: str) -> Command:
    """The command that was typed, with or without `/brief` or Discord's `/brief-admin` before it; nothing is a bare
    briefing.

    Raises AskerError where a command word lacks what it needs or an option has a value it cannot have.
    """
    typed = _CALL.sub("", tidy(words))
    own = _about_digests(typed) or _about_what_is_read(typed)
    if own is not None:  # they have options of their own
        return own
    rest, options = _take_options(typed)
    first, _, after = rest.partition(" ")
    match first.casefold():
        case "now":
            return _brief(after, options)
        case "new":
            return New(topic=after or None)
        case "ask":
            return _ask(after, options)
        case "why" | "compare" | "story" as command:
            return _about_line(command, after)
        case "topics":
            return Topics()
        case "sources":
            return Sources()
        case "status":
            return Status()
        case "help" | "?":
            return Help()
        case word if word in NOT_YET:
            return NotYet(word)
        case number if number.isascii() and number.isdigit() and len(number) <= 2 and not after:
            return WhyLine(item=int(number))
        case _:
            return _brief(rest, options)


def _about_digests(typed: str) -> Command | None:
    """The command about digests that was typed, if it is one."""
    first, _, after = typed.partition(" ")
    match first.casefold():
        case "schedule":
            return _schedule(after)
        case "follow":
            return Follow(words=after)
        case "following":
            return Following()
        case "unfollow":
            return Unfollow(which=after)
        case "strike" if (number := after.lstrip("#")).isascii() and number.isdigit() and len(number) <= 3:
            return Strike(item=int(number))  # else it is a word to look for
        case _:
            return None


def _schedule(words: str) -> Schedule:
    first, _, after = words.partition(" ")
    action = {"": "list", "delete": "remove", "stop": "pause"}.get(first.casefold(), first.casefold())
    if action not in get_args(ScheduleAction):
        raise AskerError(
            f"I know no “schedule {echo(first)}”. Write schedule add, list, edit, pause, resume, run or remove."
        )
    return Schedule(action=cast("ScheduleAction", action), words=after)


def _about_what_is_read(typed: str) -> Command | None:
    """The command about the space's own sources or topics that was typed, if it is one."""
    first, _, after = typed.partition(" ")
    what = first.casefold()
    if what not in {"source", "topic"}:
        return None
    word, _, rest = after.partition(" ")
    action = {"delete": "remove", "change": "edit"}.get(word.casefold(), word.casefold())
    known = get_args(SourceAction if what == "source" else TopicAction)
    if action not in known:
        ways = f"{', '.join(known[:-1])} or {known[-1]}"
        raise AskerError(f"I know no “{f'{what} {echo(word)}'.strip()}”. Write {what} {ways}; {what}s lists them.")
    if what == "source":
        return Source(action=cast("SourceAction", action), words=rest)
    return OwnTopic(action=cast("TopicAction", action), words=rest)


def tidy(words: str) -> str:
    """Somebody's words on one line: no control characters, no turning marks, single spaces, at most MAX_TYPED long."""
    shown = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} else c for c in words[:MAX_TYPED])
    return " ".join("".join(shown).translate(_TURNS).split())


def echo(words: str) -> str:
    """Somebody's words as an answer may repeat them: on one line and not long."""
    shown = tidy(words)
    return shown if len(shown) <= MAX_ECHO else f"{shown[: MAX_ECHO - 1].rstrip()}…"


def size_of(word: str) -> Size:
    """The size that a word names; raises AskerError otherwise."""
    if word not in get_args(Size):
        raise AskerError(f"I know no size “{echo(word)}”. Write size:short, size:normal or size:long.")
    return cast("Size", word)


def _take_options(typed: str) -> tuple[str, dict[str, str]]:
    """The words without `since:24h` and the like, and these. The last of two wins."""
    rest, options = [], {}
    for token in typed.split(" "):
        found = _OPTION.fullmatch(token)
        if found is None:
            rest.append(token)
        elif not found[2]:
            raise AskerError(
                f"{found[1].lower()}: stands there without a value. Write for example {_EXAMPLES[found[1].lower()]}."
            )
        else:
            options[found[1].lower()] = found[2].strip("\"'“”‘’").casefold()
    return " ".join(rest), options


_EXAMPLES = {"since": "since:24h", "size": "size:short", "lang": "lang:en", "source": "source:cgtn"}


def _brief(words: str, options: dict[str, str]) -> Brief:
    size = options.get("size")
    return Brief(
        topic=words.strip(" \"'“”‘’") or None,
        since=options.get("since"),
        size=size_of(size) if size is not None else None,
        language=options.get("lang"),
    )


def _ask(question: str, options: dict[str, str]) -> Ask:
    if not question:
        raise AskerError("Ask what? For example: ask what did Beijing demand on Taiwan")
    return Ask(question=question, since=options.get("since"), source=options.get("source"))


def _story(words: str) -> Story:
    number, _, how = words.partition(" ")
    number = number.lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise AskerError("Which line's story? Write its number, for example: story 2, or story 2 timeline")
    if how.casefold() not in {"", "sources", "timeline"}:
        raise AskerError(
            f"I know no “{echo(how)}” of a story. Write story {number} sources or story {number} timeline."
        )
    return Story(item=int(number), timeline=how.casefold() == "timeline")


def _about_line(command: str, words: str) -> WhyLine | Compare | Story:
    if command == "story":
        return _story(words)
    number = words.lstrip("#")
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise AskerError(f"Which line? Write its number, for example: {command} 2")
    return WhyLine(item=int(number)) if command == "why" else Compare(item=int(number))
