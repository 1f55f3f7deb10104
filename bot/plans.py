"""The words of a subscription: topics, schedule, zone and options, as one Plan; and a Plan as words. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Self, get_args

from bot.addresses import Place
from bot.entries import MAX_OUTLETS, MAX_WORDS, SubscriptionSettings
from bot.errors import AskerError
from bot.grammar import Size, echo, size_of
from bot.quiet import Quiet
from bot.rules import DAYS, GROUPS, ZONE, Rule, parse_rule

MAX_TOPICS = 10

# An option as it is typed, and the field of Options that it sets. `without:no` takes back every -word.
FIELDS = MappingProxyType(
    {"size": "size", "to": "to", "quiet": "quiet", "min": "outlets", "without": "without", "sources": "sources"}
    | {"ping": "ping", "publish": "publish", "skip-empty": "skip_empty", "skip_empty": "skip_empty", "alert": "alert"}
)
_OPTION = re.compile(rf"({'|'.join(FIELDS)}):(\S*)", re.IGNORECASE)
_ROLE = re.compile(r"<@&(\d{1,25})>|<!subteam\^([A-Z0-9]{3,20})(?:\|[^>]*)?>|@?(\d{1,25}|S[A-Z0-9]{2,19})")
_WEEK = frozenset({*DAYS, *GROUPS})
_YES, _NO = frozenset({"yes", "on", "true", "1"}), frozenset({"no", "off", "false", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a subscription says beside its topics and its schedule."""

    size: Size = "normal"
    to: Place = "channel"
    quiet: Quiet | None = None
    outlets: int = 0  # a line needs so many, in their own words
    without: tuple[str, ...] = ()  # words that a line must not hold
    sources: tuple[str, ...] = ()  # only from these; none: from all
    ping: str | None = None  # the id of the one role that is pinged
    publish: bool = False  # to the followers of an announcement channel
    skip_empty: bool = False  # no post where nothing is new
    alert: int = 0  # post at once when a story reaches so many outlets; 0: never

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for the store."""
        return asdict(self) | {
            "quiet": str(self.quiet) if self.quiet is not None else None,
            "without": list(self.without),
            "sources": list(self.sources),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; what an older version did not write has its default."""
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        known |= {name: tuple(known[name]) for name in ("without", "sources") if name in known}
        if known.get("quiet") is not None:
            known["quiet"] = Quiet.parse(known["quiet"])
        return cls(**known)

    @classmethod
    def configured(cls, one: SubscriptionSettings) -> Self:
        """Those of an entry of the configuration."""
        return cls(
            size=one.size,
            to=one.into,
            quiet=Quiet.parse(one.quiet) if one.quiet is not None else None,
            outlets=one.min,
            without=one.without,
            sources=one.sources,
            ping=one.ping,
            publish=one.publish,
            skip_empty=one.skip_empty,
            alert=one.alert,
        )

    def words(self) -> str:
        """As somebody would type them; nothing for what is the default."""
        return " ".join(self._each())

    def back(self) -> str:
        """What takes them back, as somebody would type it."""
        words = dict.fromkeys(f"+{one[1:]}" if one[0] == "-" else f"{one.partition(':')[0]}:no" for one in self._each())
        return " ".join(words)

    def _each(self) -> tuple[str, ...]:
        said = (
            f"size:{self.size}" if self.size != "normal" else "",
            f"to:{self.to}" if self.to != "channel" else "",
            f"quiet:{self.quiet}" if self.quiet is not None else "",
            f"min:{self.outlets}" if self.outlets else "",
            *(f"-{word}" for word in self.without),
            f"sources:{','.join(self.sources)}" if self.sources else "",
            f"ping:{self.ping}" if self.ping is not None else "",
            "publish:yes" if self.publish else "",
            "skip-empty" if self.skip_empty else "",
            f"alert:{self.alert}" if self.alert else "",
        )
        return tuple(filter(None, said))


_USUAL = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A subscription as somebody asked for it."""

    topics: tuple[str, ...]
    rule: Rule
    options: Options

    def words(self) -> str:
        """As it could be typed again."""
        said = (",".join(self.topics), self.rule.phrase, self.rule.timezone, self.options.words())
        return " ".join(filter(None, said))


def parse_plan(typed: str, *, timezone: str | None, example: str) -> Plan:
    """The plan that was typed: `ukraine,gaza weekdays 08:30,17:00 Europe/Berlin quiet:22-07 -sport skip-empty`.

    A zone among the words wins over `timezone`, the one that is known of the channel or the person. Raises AskerError
    with what is wrong and the nearest valid words; `example` is what to type where too little was.
    """
    rest, options = _take_options(typed, _USUAL)
    topics, _, schedule = rest.partition(" ")
    names = _names(topics)
    if not names or not schedule.strip():
        raise AskerError(f"Which topics, and when? For example: {example}")
    return Plan(topics=names, rule=rule_of(schedule, timezone), options=options)


def parse_change(typed: str, was: Plan, *, is_topic: Callable[[str], bool]) -> Plan:
    """The plan with what was typed in its place: topics, days, times, a zone, options; what is not named stays.

    `quiet:no` takes an option back, `+sport` a word that was left out. `is_topic` tells the names of topics, which may
    stand alone, from a schedule, which may too. Raises AskerError.
    """
    rest, options = _take_options(typed, was.options)
    topics, _, schedule = rest.partition(" ")
    if _is_schedule(rest) or (_begins_schedule(topics) and not any(map(is_topic, topics.split(",")))):
        topics, schedule = "", rest
    rule = rule_of(_completed(schedule, was.rule), was.rule.timezone) if schedule else was.rule
    return Plan(topics=_names(topics) or was.topics, rule=rule, options=options)


def rule_of(schedule: str, timezone: str | None) -> Rule:
    """The rule that was typed, in the zone that stands at its end or else in the one given. Raises AskerError."""
    try:
        return parse_rule(schedule, timezone or "")
    except ValueError as fault:
        if not timezone and "needs a time zone" in str(fault):
            raise AskerError(
                f"In which time zone? Write it at the end, for example: {echo(schedule)} Europe/Berlin"
            ) from None
        raise AskerError(str(fault)) from None


def quiet_of(words: str) -> Quiet:
    """`22-07` or `22:30-6:45`. Raises AskerError."""
    try:
        return Quiet.parse(words)
    except ValueError:
        raise AskerError(
            f"“{echo(words)}” are no quiet hours. Write them as quiet:22-07 or quiet:22:30-06:45."
        ) from None


def _names(typed: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for name in typed.split(",") if name))
    if len(names) > MAX_TOPICS:
        raise AskerError(f"At most {MAX_TOPICS} topics fit into one digest; make another for the rest.")
    return names


def _is_schedule(words: str) -> bool:
    try:
        parse_rule(words, "UTC")
    except ValueError:
        return False
    return True


def _completed(schedule: str, was: Rule) -> str:
    """A schedule of which only days, times or a zone were typed, with the rest as it was."""
    if ZONE.fullmatch(schedule):
        return f"{was.phrase} {schedule}"
    days, _, times = was.phrase.partition(" ")
    if not _WEEK.issuperset(days.split(",")):  # every few hours, or a cron line
        return schedule
    several = (schedule, f"{days} {schedule}", f"{schedule} {times}")
    return next(filter(_is_schedule, several), schedule)


def _begins_schedule(word: str) -> bool:
    """Whether a schedule or a zone begins so, be it right or wrong."""
    names = {*_WEEK, "every"}
    return (
        word[:1] in set("*0123456789") or ZONE.fullmatch(word) is not None or names.issuperset(word.lower().split(","))
    )


def _take_options(typed: str, was: Options) -> tuple[str, Options]:
    """The words without the options, and these; those that are not named are as they were."""
    rest: list[str] = []
    values: dict[str, Any] = {}
    without = list(was.without)
    tokens = iter(typed.split())
    for token in tokens:
        found = _OPTION.fullmatch(token)
        if found is not None:
            name = FIELDS[found[1].casefold()]
            values[name] = getattr(_USUAL, name) if found[2].casefold() in _NO else _read(name, found[2])
            without = [] if name == "without" else without
        elif token.casefold() in {"skip-empty", "skip_empty"}:
            values["skip_empty"] = True
        elif token.casefold() == "alert":
            words = next(tokens, "")
            values["alert"] = 0 if words.casefold() in _NO else _read("alert", words)
        elif token.casefold() == "outlets" and ("alert" in values or "outlets" in values):
            continue  # alert min:4 outlets
        elif len(token) > 1 and token[0] in "-−–" and not token[1].isdigit():
            without.append(token[1:])
        elif len(token) > 1 and token[0] == "+" and not token[1].isdigit():  # a digit: +02:00 in place of a zone
            without = [word for word in without if word.casefold() != token[1:].casefold()]
        else:
            rest.append(token)
    if len(without) > MAX_WORDS:
        raise AskerError(f"At most {MAX_WORDS} words can be left out with -word.")
    return " ".join(rest), replace(was, **values | {"without": tuple(dict.fromkeys(without))})


def _read(field: str, value: str) -> Any:
    """The value of a field of Options that was typed."""
    match field:
        case "size":
            return size_of(value.casefold())
        case "to":
            if value.casefold() not in get_args(Place):
                raise AskerError(f"I cannot post to “{echo(value)}”. Write to:channel, to:thread or to:forum.")
            return value.casefold()
        case "quiet":
            return quiet_of(value)
        case "outlets":
            return _number(value, "min:2")
        case "alert":
            return _number(value.casefold().removeprefix("min:"), "alert min:4 outlets")
        case "without":
            raise AskerError("Write each word that a line must not hold as -word, and without:no for none.")
        case "sources":
            names = tuple(dict.fromkeys(part for part in value.split(",") if part))
            if not names or len(names) > MAX_WORDS:
                raise AskerError(f"Name 1 to {MAX_WORDS} sources, for example sources:cgtn,reuters.")
            return names
        case "ping":
            return _role(value)
        case _:
            return _yes(field.replace("_", "-"), value)


def _number(value: str, example: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value[:4]) <= MAX_OUTLETS):
        raise AskerError(f"“{echo(value)}” is no number of outlets. Write 1 to {MAX_OUTLETS}, for example {example}.")
    return int(value)


def _role(value: str) -> str:
    found = _ROLE.fullmatch(value)
    if found is None:
        raise AskerError(
            f"“{echo(value)}” is no role. Choose it from the list after @, or write its id: ping:123456789"
        )
    return found[1] or found[2] or found[3]


def _yes(name: str, value: str) -> bool:
    if value.casefold() not in _YES:
        raise AskerError(f"Write {name}:yes or {name}:no.")
    return True
