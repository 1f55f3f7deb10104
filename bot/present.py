"""How briefings read: Briefing -> Message, before any markup."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.holdings import Holdings
from bot.horizon import (
    Horizon,
    as_of,
    count_words,
    failing_words,
    reach,
    read_at,
    read_words,
    slot_words,
)
from bot.lines import (
    Numbered,
    by_topic,
    clip,
    is_worded_differently,
    numbered,
    sections,
    told_by_a_list,
    view_of,
    words_of,
)
from bot.message import Button, Menu, Message, Option, Section, Text
from bot.windows import next_wider, window_words
from bot.wording import (
    LookedFor,
    article_words,
    cited,
    completeness,
    foreign_words,
    from_words,
    line_words,
    looked,
    more_words,
    widened_words,
)
from summaries import Briefing, Topic

SAMPLE_BANNER = "SAMPLE: invented outlets"
MAX_OPTIONS = 25  # of a menu, in the narrowest chat
MAX_TITLE = 100  # characters of somebody's question that stand above its answer
MAX_COMPARING = 2  # buttons; any line can be compared by its number
MAX_VALUE = 80  # characters of a button's value, which the chat sends back
MAX_LABEL = 70  # characters of a menu's option; Slack takes 75
OF_A_QUESTION = "ask"  # in place of a size, in the value of a button that looks wider for a question
ALL_SOURCES = "all"  # the value of a button that shows the sources themselves, not those of a briefing


# Messages


def briefing(
    found: Briefing,
    horizon: Horizon,
    *,
    foreign: Briefing | None = None,
    size: str = "normal",
    follow: Topic | None = None,
) -> Message:
    """The answer that shows one briefing. `foreign` holds the lines in languages that the reader does not read; `size`
    is what looking wider asks for again, OF_A_QUESTION for an answer to a question; `follow` is the topic that can be
    followed from it."""
    controls: list[Button | Menu] = [*_post((found,)), *look_behind((found,))]
    wider = None if found.window.widened else next_wider(found.window.since, horizon.now)
    if wider is not None:
        controls.append(_wider_button(found, wider, size))
    if follow is not None and not found.sample:
        controls.append(Button(label=f"Follow {clip(follow.heading, 40)}", action="follow", value=follow.name))
    footer: list[Text] = []
    if foreign is not None:
        footer.append((foreign_words(foreign),))
        controls.append(Button(label="Show them", action="show", value=foreign.id))
    return Message(
        title=clip(found.title, MAX_TITLE) if found.topic else f"“{clip(found.title, MAX_TITLE)}”",
        banner=_banner((found,)),
        intro=_intro((found,), horizon),
        sections=sections(found, horizon),
        footer=(
            *footer,
            (f"{completeness(found, horizon)} Word for word · ".lstrip(), *as_of(horizon, found.generated)),
        ),
        controls=tuple(controls),
        briefing=found.id,
    )


def overview(
    several: Sequence[Briefing],
    horizon: Horizon,
    *,
    title: str,
    empty: str,
    left_out: Mapping[str, int] = MappingProxyType({}),
) -> Message:
    """The answer that shows several topics together; `empty` says of a topic without a line: "nothing ...".

    Buttons find the briefings under `view_of` of the ids of those that have lines.
    """
    told = tuple(found for found in several if numbered(found))
    quiet = [found.title for found in several if not numbered(found)]
    generated = max((found.generated for found in told if found.generated is not None), default=None)
    return Message(
        title=title,
        banner=_banner(several),
        intro=_intro(told, horizon) if told else failing_words(horizon),
        sections=(*by_topic(told, horizon), *_quiet(quiet, f"{empty}.")),
        footer=(
            *(((f"{more_words(left_out)}.",),) if left_out else ()),
            ("Word for word · " if told else "", *as_of(horizon, generated)),
        ),
        controls=(*_post(told), *look_behind(told)) if told else (),
        briefing=view_of([found.id for found in told]) if told else None,
    )


FROM_NOW_ON = "From now on only what is new."


def digest(
    *,
    title: str,
    briefings: Sequence[Briefing],
    since: datetime | None,
    now: datetime,
    timezone: str,
    holdings: Holdings,
    next_slot: datetime | None = None,
    left_out: Mapping[str, int] = MappingProxyType({}),
    merged: bool = False,
    baseline: bool = False,
    failing: int = 0,
    failing_since: datetime | None = None,
) -> Message:
    """A scheduled post on one or several topics, all of it new to its channel; the first one (`baseline`) is of what is
    held by then.

    `briefings` are the frozen ones, already cut (`fit`); those without a line are told as quiet. `left_out` counts by
    title what they lost. `merged` says that slots were skipped, and so names what the digest covers. Buttons find the
    briefings under `view_of` of the ids of those that have lines: the caller keeps these ids under `view_key`.
    """
    stood = replace(holdings, failing=failing, failing_since=failing_since)
    horizon = Horizon(now=now, timezone=timezone, holdings=stood)
    told = tuple(found for found in briefings if numbered(found))
    period = _period(since, horizon, merged=merged)
    nothing_new = "nothing new" + (f" {period}" if period and not merged else "")
    quiet = [found.title for found in briefings if not numbered(found)]
    head = _digest_words(told, period) if told else period if merged else None
    if baseline:
        head = f"{_baseline_words(told)} {FROM_NOW_ON}"
        quiet, nothing_new = quiet if told else [], "I hold nothing on it yet"
    coming = f" · next: {slot_words(next_slot, horizon, whole=True)} ({timezone})" if next_slot is not None else ""
    today = now.astimezone(horizon.zone)
    titles = ", ".join(found.title for found in briefings)
    subject = () if title.startswith(titles) else (titles,)  # one that people made is called by its topics
    return Message(
        title=" · ".join((title, f"{today:%a} {today.day} {today:%b}", *subject)),
        banner=_banner(briefings),
        intro=(*(((head,),) if head else ()), *_notes(told), *failing_words(horizon)),
        sections=(*by_topic(told, horizon), *_quiet(quiet, f"{nothing_new}. {read_words(holdings)}.")),
        footer=(
            *(((f"{more_words(left_out)}.",),) if left_out else ()),
            (read_words(holdings), *read_at(horizon), coming),
        ),
        controls=look_behind(told) if told else (),
        briefing=view_of([found.id for found in told]) if told else None,
        public=True,
    )


def nothing(
    found: Briefing,
    horizon: Horizon,
    *,
    subject: LookedFor,
    topics: Sequence[Topic],
    foreign: Briefing | None = None,
) -> Message:
    """The answer where no line was found in the reader's languages."""
    name = found.title if subject == "topic" else f"“{clip(found.title, MAX_TITLE)}”"
    controls: list[Button | Menu] = []
    wider = None if found.window.widened else _fruitful(found, horizon)
    if wider is not None:
        controls.append(_wider_button(found, wider, OF_A_QUESTION if subject == "question" else "normal"))
    if subject == "words" and " " in found.title and len(found.title) <= MAX_VALUE:
        controls.append(Button(label="Look for some of these words", action="ask", value=found.title))
    if foreign is not None:
        controls.append(Button(label="Show them", action="show", value=foreign.id))
    names = " · ".join(sorted(topic.name for topic in topics))
    return Message(
        title=f"No line found for {name}" if subject == "question" else f"Nothing on {name}",
        banner=_banner((found,)),
        intro=(
            looked(found, horizon, subject),
            *failing_words(horizon),
            *(((f"Topics here: {names}",),) if names and subject == "words" else ()),
        ),
        footer=(
            *(((foreign_words(foreign, "line"),),) if foreign is not None else ()),
            as_of(horizon, found.generated),
        ),
        controls=(*controls, Button(label="Sources", action="sources", value=ALL_SOURCES)),
        briefing=found.id,
    )


def suggesting(message: Message, close: Topic) -> Message:
    """The message with the topic that was perhaps meant to press."""
    button = Button(label=f"Did you mean {clip(close.heading, 40)}?", action="brief", value=close.name)
    return replace(message, controls=(button, *message.controls))


def savable(message: Message, words: str) -> Message:
    """The message with a button that makes a topic of its words, where a button has room for them."""
    button = Button(label="Save as topic", action="topic", value=f"save:{words}")
    fits = len(button.value) <= MAX_VALUE and message.banner is None
    return replace(message, controls=(*message.controls, button)) if fits else message


def read_as(message: Message, topic: Topic, words: str) -> Message:
    """The message, saying that the words were read as a topic that stands in them, with the words alone to press."""
    told: Text = (f"“{clip(words, MAX_VALUE)}” names the topic {topic.heading}, so this is all of that topic.",)
    look = Button(label="Look for these words only", action="words", value=words)
    controls = (*message.controls, look) if len(words) <= MAX_VALUE else message.controls
    return replace(message, intro=(told, *message.intro), controls=controls)


def public(message: Message) -> Message:
    """The message as it is posted to a channel: without the buttons that only its asker needs, and without NEW, which
    was new to the asker. Whoever presses *Follow* there follows for themselves."""
    kept = tuple(control for control in message.controls if control.action in {"sources", "why", "compare", "follow"})
    sections = tuple(
        replace(section, lines=tuple(replace(line, marks=()) for line in section.lines)) for section in message.sections
    )
    return replace(message, sections=sections, controls=kept, public=True)


# Their parts


def _banner(several: Sequence[Briefing]) -> str | None:
    return SAMPLE_BANNER if any(found.sample for found in several) else None


def _post(several: Sequence[Briefing]) -> tuple[Button, ...]:
    """*Post to channel*; not for the sample, which no channel may take for news."""
    if any(found.sample for found in several):
        return ()
    view = view_of([found.id for found in several])
    return (Button(label="Post to channel", action="post", value=view, primary=True),)


def look_behind(several: Sequence[Briefing]) -> tuple[Button | Menu, ...]:
    """*Sources* and the menu *Why this line?*."""
    view = view_of([found.id for found in several])
    lines = [line for found in several for line in numbered(found)]
    options = tuple(
        Option(label=clip(f"{number} · {words_of(line)}", MAX_LABEL), value=f"{view}:{number}")
        for number, line in enumerate(lines[:MAX_OPTIONS], start=1)
    )
    return (
        Button(label="Sources", action="sources", value=view),
        Menu(label="Why this line?", action="why", options=options),
        *_comparing(lines, view),
    )


def _comparing(shown: Sequence[Numbered], view: str) -> tuple[Button, ...]:
    """*Compare 1*, for the first lines that several outlets carry or articles list in different words."""
    numbers = [number for number, line in enumerate(shown, start=1) if is_worded_differently(line)]
    return tuple(
        Button(label=f"Compare {number}", action="compare", value=f"{view}:{number}")
        for number in numbers[:MAX_COMPARING]
    )


def _wider_button(found: Briefing, word: str, size: str) -> Button:
    return Button(label=f"Look back {reach(word)}", action="wider", value=f"{found.id}:{word}:{size}")


def _fruitful(found: Briefing, horizon: Horizon) -> str | None:
    """The next wider window that holds any article at all."""
    newest, since = horizon.holdings.newest, found.window.since
    reaching = min(since, newest) if since is not None and newest is not None else since
    return next_wider(reaching, horizon.now)


def _intro(several: Sequence[Briefing], horizon: Horizon) -> tuple[Text, ...]:
    window = several[0].window
    widened = ((widened_words(several, horizon),),) if window.widened else ()
    counts = line_words(several)
    if window.asked is not None and window.since is not None and not window.widened:
        phrase = window_words(window.asked, window.since, now=window.until or horizon.now, zone=horizon.zone)
        counts = f"{counts} {from_words(phrase)}"
    return (*widened, (f"{counts} · {article_words(cited(several))}",), *_notes(several), *failing_words(horizon))


def _quiet(titles: Sequence[str], told: str) -> tuple[Section, ...]:
    """`Gaza, Ukraine: nothing new since Tue 08:30.`"""
    return (Section(texts=((f"{', '.join(titles)}: {told}",),)),) if titles else ()


def _notes(several: Sequence[Briefing]) -> tuple[Text, ...]:
    notes = (note for found in several for note in found.notes if not told_by_a_list(note, found.lists))
    return tuple((note,) for note in dict.fromkeys(notes))


def _period(since: datetime | None, horizon: Horizon, *, merged: bool) -> str | None:
    if since is None:
        return None
    began = slot_words(since, horizon)
    return f"covers {began} to {slot_words(horizon.now, horizon)}" if merged else f"since {began}"


def _baseline_words(told: Sequence[Briefing]) -> str:
    """`This is the first digest here: 5 lines of what I hold, from 2 articles: ...`."""
    if not told:
        return "This is the first digest here, and I hold nothing on it yet."
    return f"This is the first digest here: {line_words(told)} of what I hold · {article_words(cited(told))}."


def _digest_words(told: Sequence[Briefing], period: str | None) -> str:
    """`5 lines, all new to this channel · since Tue 08:30 · 1 story · 2 articles: ...`."""
    articles = cited(told)
    stories = max(found.counts.stories for found in told)
    parts = [
        f"{line_words(told)}{_news_words(told)}",
        period,
        (count_words(stories, "story") if stories == 1 else f"{stories} stories")
        if 0 < stories <= len(articles)
        else None,
        article_words(articles),
    ]
    return " · ".join(part for part in parts if part)


def _news_words(told: Sequence[Briefing]) -> str:
    """`, all new to this channel`; or how many of them are updates of what it was shown."""
    points = [point for found in told for point in found.points]
    updated = sum(point.status == "updated" for point in points)
    if not updated:
        return ", all new to this channel"
    fresh = len(points) - updated
    return f": {fresh} new to this channel, {updated} updated" if fresh else ", updated since shown here"
