"""What /brief compare says: a line in the words of each outlet, where numbers disagree, what one alone tells."""

from collections.abc import Sequence

from bot.horizon import Horizon, as_of, count_words, date_words
from bot.lines import Numbered, clip
from bot.message import Button, Field, Line, Message, Quote, Section, Text
from bot.present import SAMPLE_BANNER
from summaries import Briefing, Citation, ComparedNumber, Contrast, Fact, ListItem, Wording

MOST_WORDINGS = 6  # of a line; more are counted
MOST_ALONE = 4  # lines that one outlet alone tells
MOST_OTHERS = 2  # other facts that the same articles tell in different words
MAX_WHO = 100  # characters of the words that say whose statement it is

_AGREEMENTS = {
    "same": "Numbers agree",
    "compatible": "Numbers differ, both can be true",
    "different": "Numbers disagree",
}


def comparison(found: Briefing, line: Numbered, contrasted: Contrast | None, number: int, horizon: Horizon) -> Message:
    """A line's wordings side by side, each whole and cited. `contrasted` is None for an item of a list, whose wordings
    the briefing holds."""
    if contrasted is None:
        assert isinstance(line, ListItem)
        sections: tuple[Section, ...] = (Section(lines=_item_wordings(line, horizon)),)
        told = _item_words(line)
    else:
        own, *others = contrasted.facts
        sections = (
            Section(lines=tuple(_wording(one, horizon) for one in own.wordings[:MOST_WORDINGS]), fields=_numbers(own)),
            *_others(others, horizon),
            *_alone(contrasted, horizon),
        )
        told = _told(own)
    return Message(
        title=f"Line {number} compared",
        banner=SAMPLE_BANNER if found.sample else None,
        intro=((told,),),
        sections=sections,
        footer=(("Word for word · ", *as_of(horizon, found.generated)),),
        controls=(Button(label="Sources", action="sources", value=found.id),),
        briefing=found.id,
    )


def _told(own: Fact) -> str:
    """How many word it, and whether they disagree. We measure that words differ, not that sources do."""
    if len(own.wordings) == 1:
        same = len(own.wordings[0].also)
        if not same:
            return "No other article I looked through tells this in words that I could match."
        has = "has" if same == 1 else "have"
        return f"{count_words(same, 'other article')} {has} the same words; none tells it in others."
    parts = [f"{len(own.wordings)} wordings of the same fact, as far as words show"]
    more = len(own.wordings) - MOST_WORDINGS
    if more > 0:
        parts[0] += f"; the first {MOST_WORDINGS} are shown"
    if any(one.agreement == "different" for one in own.numbers):
        parts.append("their numbers disagree")
    if own.disputed:
        parts.append("one of them speaks of a denial")
    return f"{'; '.join(parts)}."


def _wording(one: Wording, horizon: Horizon) -> Line:
    return Line(quotes=(_quote(one, horizon),))


def _quote(one: Wording, horizon: Horizon) -> Quote:
    who: Text = (f" · who says it: {_who(one)}",) if _who(one) else ()
    copies = list(dict.fromkeys(_carrier(copy) for copy in one.also))
    also: Text = (f" · the same words in {', '.join(copies)}",) if copies else ()
    citation = one.citation
    source = (_carrier(citation), " · ", *date_words(citation, horizon), *who, *also)
    return Quote(text=citation.quote, source=source, language=citation.language)


def _who(one: Wording) -> str:
    """The person by full name where the article tells it, else the words that name a source."""
    said = f"“{clip(one.attribution.quote, MAX_WHO)}”" if one.attribution is not None else ""
    if one.speaker and said and one.speaker not in said:
        return f"{one.speaker} ({said})"
    return said or (one.speaker or "")


def _numbers(fact: Fact) -> tuple[Field, ...]:
    compared = [Field(name=_AGREEMENTS[one.agreement], value=(_figures(one),)) for one in fact.numbers]
    only = [f"“{one.quote}” ({_carrier(one)})" for one in fact.only]
    return (*compared, *((Field(name="In one wording only", value=(", ".join(only),)),) if only else ()))


def _figures(one: ComparedNumber) -> str:
    return " · ".join(f"“{figure.quote}” ({_carrier(figure)})" for figure in one.figures)


def _others(facts: Sequence[Fact], horizon: Horizon) -> tuple[Section, ...]:
    """Other facts of the same articles, those with numbers that disagree first."""
    ranked = sorted(facts, key=lambda fact: not any(one.agreement == "different" for one in fact.numbers))[:MOST_OTHERS]
    return tuple(
        Section(
            title="The same articles also tell in different words" if fact is ranked[0] else None,
            lines=(Line(quotes=tuple(_quote(one, horizon) for one in fact.wordings[:MOST_WORDINGS])),),
            fields=_numbers(fact),
        )
        for fact in ranked
    )


def _alone(contrasted: Contrast, horizon: Horizon) -> tuple[Section, ...]:
    """What no other outlet's words match, if several outlets are compared at all."""
    if len({one.citation.article for fact in contrasted.facts for one in fact.wordings}) < 2 or not contrasted.alone:
        return ()
    lines = tuple(
        Line(
            quotes=(
                Quote(
                    text=one.quote,
                    source=(_carrier(one), " · ", *date_words(one, horizon)),
                    language=one.language,
                ),
            )
        )
        for one in contrasted.alone[:MOST_ALONE]
    )
    return (Section(title="In one outlet only, as far as words show", lines=lines),)


def _item_words(item: ListItem) -> str:
    words = {" ".join(one.quote.casefold().split()) for one in item.wordings}
    if len(item.wordings) == 1:
        return "One article alone lists this item."
    if len(words) == 1:
        return f"{count_words(len(item.wordings), 'article')} list this item in the same words."
    return f"{len(words)} wordings of the same item, matched by their words and their place in the list."


def _item_wordings(item: ListItem, horizon: Horizon) -> tuple[Line, ...]:
    """Each article's wording and, below it, what the article says under it."""
    lines = []
    for wording in item.wordings:
        below = [detail for detail in item.details if detail.article == wording.article]
        quotes = [Quote(text=one.quote, language=one.language) for one in (wording, *below)]
        nothing = "" if below else " · says nothing under it"
        source = (_carrier(wording), " · ", *date_words(wording, horizon), nothing)
        quotes[-1] = Quote(text=quotes[-1].text, language=quotes[-1].language, source=source)
        lines.append(Line(quotes=tuple(quotes)))
    return tuple(lines)


def _carrier(citation: Citation) -> str:
    return citation.outlet or f"“{clip(citation.title or citation.source or 'untitled page', MAX_WHO)}”, no outlet"
