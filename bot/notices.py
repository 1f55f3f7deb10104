"""How alerts, corrections and reports read: what is posted at once, which lines are struck, which sources fail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.horizon import Horizon, count_words, moment
from bot.lines import by_topic, name_of, numbered, view_of
from bot.message import Field, Line, Message, Quote, Section, Text
from bot.present import look_behind
from bot.store import Correction, SourceState
from summaries import Briefing, novelty

CORRECTED = "CORRECTED"
STRUCK = "STRUCK"
MAX_SILENT = 20  # sources that one report names; the rest are counted


def alert(
    several: Sequence[Briefing],
    horizon: Horizon,
    *,
    name: str,
    outlets: int,
    held: bool = False,
    ping: str | None = None,
) -> Message:
    """The post that tells of stories as soon as enough outlets carry them; their notes say which. `held` says that
    quiet hours kept it back."""
    told = tuple(found for found in several if numbered(found))
    titles = ", ".join(dict.fromkeys(found.title for found in told))
    waited = "These came in the quiet hours." if len(told) > 1 else "This came in the quiet hours."
    asked = f"Told at once since {count_words(outlets, 'outlet')} or more carry it in their own words · alert of {name}"
    return Message(
        title=f"Alert · {titles}",
        intro=((waited,),) if held else (),
        sections=tuple(
            replace(section, texts=(*_notes(found), *section.texts))
            for found, section in zip(told, by_topic(told, horizon), strict=True)
        ),
        footer=((asked,),),
        controls=look_behind(told) if told else (),
        briefing=view_of([found.id for found in told]) if told else None,
        public=True,
        ping=ping,
        thread=name,
    )


def corrected(message: Message, several: Sequence[Correction], horizon: Horizon) -> Message:
    """A posted message with the lines struck that were corrected since."""
    by_quote = {one.was.quote: one for one in several}
    sections = tuple(
        replace(section, lines=tuple(_struck(line, by_quote, horizon) for line in section.lines))
        for section in message.sections
    )
    return replace(message, sections=sections)


def comment(several: Sequence[Correction], horizon: Horizon) -> Message:
    """What is said, once, below a post of which lines were struck."""
    numbers = list(dict.fromkeys(one.line for one in several))
    kinds = {one.kind for one in several}
    title = "Struck" if kinds == {"struck"} else "Corrected"
    return Message(
        title=f"{title}: {'line' if len(numbers) == 1 else 'lines'} {', '.join(map(str, numbers))}",
        intro=((_lead(several),),),
        sections=(Section(lines=tuple(_line(one, horizon) for one in several)),),
    )


def above(several: Sequence[Correction], horizon: Horizon) -> Message:
    """The dated corrections that stand above a briefing's page, which itself stays as it was."""
    return Message(
        title="Corrected since",
        intro=(("Below stands what was posted, as it was.",),),
        sections=(Section(lines=tuple(replace(_line(one, horizon), number=None) for one in several)),),
    )


def silent(failing: Sequence[SourceState], reasons: Mapping[int, str], horizon: Horizon) -> Message:
    """What managers are told of sources that have failed for a day; `reasons` by the source's id."""
    several = len(failing) > 1
    titles = [one.title or one.name for one in failing]
    more = len(failing) - MAX_SILENT
    goes_on = "I go on asking, once a day at least, and write again only if {} answered in between."
    return Message(
        title=(
            f"{count_words(len(failing), 'source')} have failed for a day"
            if several
            else f"“{titles[0]}” has failed for a day"
        ),
        intro=((goes_on.format("one of them has" if several else "it has"),),),
        sections=(
            Section(
                fields=tuple(
                    Field(name=title, value=_silence(one, reasons.get(one.id), horizon))
                    for title, one in zip(titles[:MAX_SILENT], failing, strict=False)
                ),
                texts=((f"and {count_words(more, 'more source')}",),) if more > 0 else (),
            ),
        ),
    )


def _silence(one: SourceState, reason: str | None, horizon: Horizon) -> Text:
    """`post · since 21 Nov, 07:10 · 12 times in a row: HTTP 404 Not Found.`"""
    name = f"{one.name} · " if one.title and one.title != one.name else ""
    since: Text = ("since ", moment(one.failing_since, horizon)) if one.failing_since is not None else ()
    times = f" · {count_words(one.failures, 'time')} in a row"
    paused = f" · not asked any more: {one.paused}." if one.paused else ""
    return (name, *since, times, paused or f": {reason or 'no reason is known'}")


def _notes(found: Briefing) -> tuple[Text, ...]:
    return tuple((note,) for note in found.notes)


def _lead(several: Sequence[Correction]) -> str:
    kinds = {one.kind for one in several}
    if kinds == {"struck"}:
        return f"S{_struck_why(next((one.reason for one in several if one.reason), None))[1:]}."
    if kinds == {"gone"}:
        return "The article no longer says this."
    return "The article was changed after it was quoted here. Struck: as quoted; below: as it reads now."


def _struck(line: Line, by_quote: dict[str, Correction], horizon: Horizon) -> Line:
    found = [by_quote[one.text] for one in (*line.quotes, line.before) if one is not None and one.text in by_quote]
    if not found:
        return line
    mark = STRUCK if any(one.kind == "struck" for one in found) else CORRECTED
    quotes = (
        _quotes(by_quote[one.text], one.source or name_of(by_quote[one.text].was), horizon)
        if one.text in by_quote
        else (one,)
        for one in line.quotes
    )
    before = line.before
    if before is not None and before.text in by_quote:
        *_, last = _quotes(by_quote[before.text], before.source, horizon)
        now = (f"now “{last.text}” · ",) if not last.struck else ()
        before = replace(before, struck=True, source=(*now, *last.source))
    marks = (mark, *(one for one in line.marks if one != "NEW"))
    return replace(line, quotes=tuple(part for parts in quotes for part in parts), before=before, marks=marks)


def _line(one: Correction, horizon: Horizon) -> Line:
    source: Text = name_of(one.was)
    mark = STRUCK if one.kind == "struck" else CORRECTED
    return Line(quotes=_quotes(one, source, horizon), number=one.line, marks=(mark,))


def _quotes(one: Correction, source: Text, horizon: Horizon) -> tuple[Quote, ...]:
    """The words that were quoted, struck, and those that stand in their place."""
    old = Quote(text=one.was.quote, language=one.was.language, struck=True)
    seen: Text = (moment(one.at, horizon),)
    if one.kind == "struck":
        return (replace(old, source=(*source, f" · {_struck_why(one.reason)}, ", *seen)),)
    if one.now is None:
        return (replace(old, source=(*source, " · no longer in the article, seen ", *seen)),)
    changes = "".join(f" · {change}" for change in _changes(one))
    new = Quote(text=one.now.quote, language=one.now.language, source=(*source, changes, " · changed, seen ", *seen))
    return replace(old, source=("as quoted",)), new


def _struck_why(reason: str | None) -> str:
    """`struck by somebody who manages this channel`, `struck: its source wire was removed`."""
    reason = reason or "by somebody who manages this channel"
    return f"struck{'' if reason.startswith('by ') else ':'} {reason}"


def _changes(one: Correction) -> Iterable[str]:
    """`now “17 people”, was “12 people”`."""
    assert one.now is not None
    (found,) = novelty([one.now], [one.was])
    return (f"now “{change.now}”, was “{change.was}”" for change in found.changes if change.now and change.was)
