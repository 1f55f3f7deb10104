"""What is told of digests: one that was made or changed with its next runs, and the list of those there are."""

from collections.abc import Sequence
from datetime import datetime

from bot.grammar import echo
from bot.horizon import Horizon, slot_words
from bot.message import Button, Field, Message, Section, Text
from bot.rules import Rule
from bot.store import Subscription

NEXT_RUNS = 3

FIRST = "The first one is of what I hold by then; the others bring only what is new."
NO_SOURCE_YET = "Nothing is posted until there is a source: the sample articles never are."


def made(
    one: Subscription,
    rule: Rule,
    horizon: Horizon,
    lead: str,
    now: datetime,
    *,
    unread: Sequence[str],
    back: str | None = None,
) -> Message:
    """What was made or changed, and its next runs in the reader's zone. `unread` are names of sources that no source
    here has; `back` says, of one that was changed, what takes its options back."""
    zone = f"{rule.timezone}" + (
        f"; the times below are {horizon.timezone}" if horizon.timezone != rule.timezone else ""
    )
    said = one.options.words()
    told = (
        f"{lead}: {rule.phrase} ({zone}).",
        f"Options: {said}" if said else "",
        f"What you did not name stays. To take an option back: {back}" if back else "",
        *(
            f"No source here is called “{echo(name)}”: only an outlet with that name would bring lines."
            for name in unread
        ),
        f"Next: {_coming(rule, horizon, now)}" if one.active else f"It rests: {one.paused}.",
        NO_SOURCE_YET if not horizon.holdings.sources else FIRST if back is None else "",
    )
    switch = ("Pause", "pause") if one.active else ("Resume", "resume")
    return Message(
        title=one.name,
        intro=tuple((words,) for words in told if words),
        controls=tuple(
            Button(label=label, action=action, value=str(one.id)) for label, action in (switch, ("Remove", "remove"))
        ),
    )


def listed(title: str, several: Sequence[Subscription], horizon: Horizon) -> Message:
    """The digests, numbered, each with its times and what comes next."""
    fields = tuple(
        Field(name=f"{number} · {one.name}", value=_row(one, horizon)) for number, one in enumerate(several, 1)
    )
    return Message(title=title, sections=(Section(fields=fields),))


def _coming(rule: Rule, horizon: Horizon, now: datetime) -> str:
    runs: list[datetime] = []
    while len(runs) < NEXT_RUNS:
        runs.append(rule.next(runs[-1] if runs else now))
    return " · ".join(slot_words(run, horizon, whole=True) for run in runs)


def _row(one: Subscription, horizon: Horizon) -> Text:
    said = one.options.words()
    state = (
        f"next: {slot_words(one.next_slot, horizon, whole=True)} ({horizon.timezone})"
        if one.active
        else f"paused: {one.paused}"
    )
    where = "managed in config.toml" if one.configured else None
    parts = (", ".join(one.topics), f"{one.rule} ({one.timezone})", said, where, state)
    return (" · ".join(part for part in parts if part),)
