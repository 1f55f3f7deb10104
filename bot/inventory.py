"""What there is: the topics and their words, the sources, and whether all is well."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlsplit

from bot.horizon import Horizon, as_of, count_words, day_words, failing_words, health_words, matching_words, moment
from bot.message import Button, Field, Message, Section, Text
from bot.present import SAMPLE_BANNER
from bot.store import Delivery, Progress, SourceState, Subscription
from summaries import Topic

MAX_WORDS = 6  # of a topic that are shown; some have a hundred, in all their languages
MAX_ROWS = 25  # of a list of topics, sources or digests
CHECK = Button(label="Check sources now", action="source", value="check")


def topics(
    known: Sequence[Topic], horizon: Horizon, *, bundled: bool, own: int = 0, matching: Progress | None = None
) -> Message:
    """The topics here and the words they go by; the last `own` of them were made here. `matching` is how far new ones
    are matched."""
    fields = tuple(Field(name=_named(topic), value=(_terms(topic),)) for topic in known[:MAX_ROWS])
    more = len(known) - len(fields)
    return Message(
        title="Topics",
        intro=(
            (
                "These come with Readout, until config.toml names its own."
                if bundled
                else "Managed in config.toml, under [[topics]].",
            ),
            *(((f"The last {own} of them: made here." if own > 1 else "The last one: made here.",),) if own else ()),
            *((matching_words(matching),) if matching is not None else ()),
        ),
        sections=(Section(fields=fields, texts=(((f"and {count_words(more, 'more topic')}"),),) if more > 0 else ()),),
        footer=(as_of(horizon),),
        controls=tuple(Button(label=topic.heading[:40], action="brief", value=topic.name) for topic in known[:4]),
    )


def sources(
    states: Sequence[SourceState],
    horizon: Horizon,
    *,
    teasers: Mapping[int, int] = MappingProxyType({}),
    reasons: Mapping[int, str] = MappingProxyType({}),
    manages: bool = False,
) -> Message:
    """Where the articles come from. Counts only of what fails: `reasons`, by the source's id, are for managers, as is
    the button to `manages`; `teasers` are how many articles of a source are only beginnings."""
    if not states:
        text = (
            "No source is configured yet, so I answer from a bundled sample. Add one here with source add and its "
            "address, or [[sources]] to config.toml."
        )
        return Message(title="Sources", banner=SAMPLE_BANNER, intro=((text,),))
    troubled = sorted(states, key=lambda state: state.id not in reasons)  # a manager sees these first
    fields = tuple(
        Field(
            name=state.title or state.name,
            value=_source_row(state, horizon, teasers=teasers.get(state.id, 0), reason=reasons.get(state.id)),
        )
        for state in troubled[:MAX_ROWS]
    )
    more = len(states) - len(fields)
    return Message(
        title="Sources",
        intro=(("Managed in config.toml, or added here with source add.",), *failing_words(horizon)),
        sections=(Section(fields=fields, texts=((f"and {count_words(more, 'more source')}",),) if more > 0 else ()),),
        footer=(as_of(horizon),),
        controls=(CHECK,) if manages else (),
    )


def status(
    horizon: Horizon,
    *,
    subscriptions: Sequence[Subscription],
    deliveries: Sequence[Delivery],
    parts: Mapping[str, str],
    version: str,
    matching: Progress | None = None,
) -> Message:
    """Whether all is well: what was read, what is held, what is due, and who is connected."""
    holdings = horizon.holdings
    newest = f", newest {day_words(holdings.newest, horizon)}" if holdings.newest is not None else ""
    last: dict[int, Delivery] = {}
    for delivery in deliveries:
        last.setdefault(delivery.subscription_id, delivery)
    fields = [
        Field(name="Sources", value=health_words(horizon)),
        Field(name="Articles", value=(count_words(holdings.articles, "article"), f" held{newest}")),
        *((Field(name="Matching", value=matching_words(matching)),) if matching is not None else ()),
        *(
            Field(name=f"Digest {one.name}", value=_schedule_row(one, last.get(one.id), horizon))
            for one in subscriptions[:MAX_ROWS]
        ),
        *(Field(name=name.capitalize(), value=(state,)) for name, state in parts.items()),
        Field(name="Version", value=(version,)),
    ]
    return Message(title="Status", sections=(Section(fields=tuple(fields)),), footer=(as_of(horizon),))


def _named(topic: Topic) -> str:
    """Its name, and its title where that says more."""
    return topic.name if topic.heading.casefold() == topic.name.casefold() else f"{topic.name} ({topic.heading})"


def _terms(topic: Topic) -> str:
    related = f"; related: {_some(topic.related)}" if topic.related else ""
    excluded = f"; not: {_some(topic.exclude)}" if topic.exclude else ""
    return f"{_some(topic.terms)}{related}{excluded}"


def _some(words: Sequence[str]) -> str:
    shown = ", ".join(words[:MAX_WORDS])
    return shown if len(words) <= MAX_WORDS else f"{shown} and {len(words) - MAX_WORDS} more"


def _source_row(state: SourceState, horizon: Horizon, *, teasers: int, reason: str | None) -> Text:
    """`feed · 12 articles, 3 of them only beginnings · last read 08:12`, and to managers, what is amiss."""
    beginnings = f", {teasers:,} of them only beginnings" if teasers else ""
    name = f"{state.name} · " if state.title and state.title != state.name else ""
    moved = f" · moved for good, read at {urlsplit(state.adopted).hostname}" if state.adopted else ""
    held = f"{name}{state.kind} · {count_words(state.articles, 'article')}{beginnings}{moved}"
    paused = " · paused: its server says that it is gone for good" if state.paused else ""
    times = f" ({count_words(state.failures, 'time')} in a row)" if state.failures else ""
    how = "read but in part" if not state.failures else f"failing{times}"
    amiss = f" · {how}: {reason}" if reason and not state.paused else ""
    again: Text = (" Asked again ", moment(state.next_poll, horizon)) if amiss and state.failures else ()
    if state.last_read is None:
        return (f"{held} · not read yet{paused}{amiss}", *again)
    return (f"{held} · last read ", moment(state.last_read, horizon), f"{paused}{amiss}", *again)


def _schedule_row(one: Subscription, last: Delivery | None, horizon: Horizon) -> Text:
    coming: Text = ("next ", moment(one.next_slot, horizon)) if one.active else (f"paused: {one.paused}",)
    if last is None:
        return (*coming, " · nothing posted yet")
    return (*coming, " · last ", moment(last.slot, horizon), f": {_OUTCOMES[last.state]}", *_because(last))


_OUTCOMES = {
    "due": "waiting",
    "sending": "being posted",
    "sent": "posted",
    "unknown": "unknown: it may or may not have arrived",
    "skipped": "skipped",
    "failed": "not posted",
}


def _because(delivery: Delivery) -> tuple[str, ...]:
    shown = delivery.state in {"skipped", "failed", "unknown"} and delivery.reason
    return (f" ({delivery.reason})",) if shown else ()
