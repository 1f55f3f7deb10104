"""Which passages are about a topic, and why; the topics that come with the package."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from summaries.extent import beginning
from summaries.lists import Enumeration, announces
from summaries.model import Article, Passage, Strength, Topic
from summaries.readability import opens_with_reference
from summaries.surface import Surface
from summaries.terms import anchors_of, fold, names_any, spans

# Common words, not names: they count where an enumeration is announced, or in a lead (a title is one, too).
_COMMON = """
    goal aim objective target principle priority point step ціль цілі цілей цель цели целей 目标 目標 أهداف Ziel Ziele
    objectif objetivo
"""
COMMON_WORDS = tuple(_COMMON.split())

# Names stand in their dictionary form; `summaries.forms` knows the others.
BUNDLED_TOPICS: tuple[Topic, ...] = (
    Topic(
        name="goals",
        title="Goals",
        terms=("goals", "цілі", "цілей", "цели", "целей", "目标", "目標", "أهداف", "Ziele", "objectifs", "objetivos"),
        related=("objectives",),
    ),
    Topic(
        name="taiwan",
        title="Taiwan",
        terms=(
            *("taiwan", "taiwanese", "taipei", "Taïwan", "Taiwán", "Tajwan", "Tayvan"),
            *("Тайвань", "тайванський", "тайванский", "Тайбей", "Тайбэй"),
            *("تايوان", "تايواني", "تايبيه", "טאיוואן", "טייוואן"),
            *("台湾", "台灣", "臺灣", "台北", "臺北", "대만", "타이완"),
        ),
        related=("cross-strait", "one-china", "two-china", "两岸", "兩岸", "一个中国", "一個中國", "الصين الواحدة"),
    ),
    Topic(
        name="gaza",
        title="Gaza",
        terms=(
            *("gaza", "gazan", "غزة", "加沙", "加薩", "ガザ", "가자지구", "רצועת עזה"),
            *("Газа", "сектор Газа", "сектор Гази", "смуга Гази", "сектора Газа"),
        ),
        related=(
            *("middle east", "palestinian", "palestine", "rafah", "khan younis", "hamas", "unrwa", "west bank"),
            *("Близький Схід", "Ближний Восток", "палестинці", "палестинцы", "палестинський", "палестинский"),
            *("ХАМАС", "Рафах", "الشرق الأوسط", "فلسطين", "فلسطيني", "حماس", "رفح"),
            *("中东", "中東", "巴勒斯坦", "哈马斯", "哈馬斯", "拉法"),
        ),
    ),
    Topic(
        name="ukraine",
        title="Ukraine",
        terms=(
            *("ukraine", "ukrainian", "kyiv", "kiev", "Ucrania", "Ucraina", "Ukrayna", "Ukraina", "Ukrajina"),
            *("Україна", "українці", "українець", "український", "Київ"),
            *("Украина", "украинцы", "украинец", "украинский", "Киев"),
            *(
                "أوكرانيا",
                "أوكراني",
                "كييف",
                "乌克兰",
                "烏克蘭",
                "基辅",
                "基輔",
                "ウクライナ",
                "우크라이나",
                "אוקראינה",
            ),
        ),
        related=(
            "zelensky",
            "zelenskyy",
            "donbas",
            "crimea",
            "Зеленський",
            "Зеленский",
            "Донбас",
            "Донбасс",
            "Крим",
            "Крым",
        ),
    ),
)


class Hit(NamedTuple):
    """A passage about a topic."""

    passage: Passage
    strength: Strength
    terms: tuple[str, ...] = ()  # as they stand in the text, or in the heading it stands under
    reason: str | None = None  # why a related passage is one
    is_context: bool = False  # it only goes on from a direct one before it


def about(passages: Iterable[Passage], topic: Topic) -> tuple[Hit, ...]:
    """The passages about a topic, in the order given: directly, or related with the reason.

    A list item inherits its label; what stands under a section heading that names the topic is related to it.
    A common word ("goals") counts only where an enumeration is announced and in a lead. Headings are no evidence.
    """
    leads: dict[str, int] = {}  # the first paragraph of each article
    labels: set[tuple[str, int]] = set()  # the lines that open with a label ("Head: body")
    anchors = anchors_of((*topic.terms, *topic.related))
    hits = []
    ground: _Ground | None = None
    for passage in passages:
        if ground is None or ground.article is not passage.article:
            ground = _Ground(passage.article, anchors)
        if passage.kind == "heading":
            labels.add((passage.article.id, passage.block))
            continue
        is_lead = leads.setdefault(passage.article.id, passage.block) == passage.block
        if passage.heading is None and not ground.may_name(passage):  # most of them
            continue
        is_labelled = passage.kind == "item" or (passage.article.id, passage.block) in labels
        hit = _hit(passage, topic, is_lead=is_lead, is_labelled=is_labelled)
        if hit is not None:
            hits.append(hit)
    return tuple(hits)


def context(passages: Iterable[Passage], hits: Sequence[Hit], topic: Topic) -> tuple[Hit, ...]:
    """The sentences that go on from a direct hit, in text order: right after it in its paragraph, opening with a
    pronoun or a connective ("It will ..."), no hits themselves and free of exclusions.

    The sentence before a hit that opens so is shown with it (`Point.before`), and is none of these.
    """
    direct = {(hit.passage.article.id, hit.passage.position) for hit in hits if hit.strength == "direct"}
    every = {(hit.passage.article.id, hit.passage.position) for hit in hits}
    found = []
    before: Passage | None = None
    for passage in passages:
        if before is not None and (passage.article.id, before.position) in direct and before.block == passage.block:
            place = (passage.article.id, passage.position)
            goes_on = opens_with_reference(passage.text, passage.article.language)
            if goes_on and place not in every and passage.kind == "sentence":
                found.append(passage)
        before = passage
    return tuple(
        Hit(passage=passage, strength="related", reason="goes on from the sentence before it", is_context=True)
        for passage in found
        if not spans(Surface(passage.text, passage.article.language), topic.exclude)
    )


def may_name(article: Article, topic: Topic) -> bool:
    """Whether any of an article's passages can be about a topic: a quick look before it is cut into passages."""
    return names_any(Surface(beginning(article.text), article.language), (*topic.terms, *topic.related))


def names_topic(text: str, topic: Topic, language: str | None = None) -> bool:
    """Whether a text has one of the topic's terms."""
    return bool(_standing(Surface(text, language), topic.terms, topic.exclude))


def enumerates(found: Enumeration, topic: Topic) -> bool:
    """Whether an enumeration is about a topic: it counts what the topic is ("five goals") or its announcement names it.

    In the announcement a common word does not count: "for these goals, three steps: ..." lists steps.
    """
    language = found.announcement.article.language
    if names_topic(found.noun, topic, language):
        return True
    lead_in = _standing(Surface(found.lead_in, language), topic.terms, topic.exclude)
    return bool(_counting(lead_in, every_word_counts=False))


@lru_cache(maxsize=8192)
def is_common(term: str) -> bool:
    """Whether a term, in any of its forms, is a common word, which says little where it stands alone."""
    return (0, len(term)) in spans(Surface(term), COMMON_WORDS)


class _Ground:
    """An article folded once, to see which of its passages can have a term, given what each term has (`anchors_of`)."""

    def __init__(self, article: Article, anchors: Sequence[str]) -> None:
        surface = Surface(article.text, article.language)
        self.article = article
        self._anchors = anchors
        self._folded = surface.folded if surface.is_even else None

    def may_name(self, passage: Passage) -> bool:
        if self._folded is None:
            return True
        folded = self._folded[passage.start : passage.end]
        return any(map(folded.__contains__, self._anchors))


def _hit(passage: Passage, topic: Topic, *, is_lead: bool, is_labelled: bool) -> Hit | None:
    surface = Surface(passage.text, passage.article.language)
    direct = _counted(surface, topic.terms, topic.exclude, is_lead=is_lead)
    if direct:
        return Hit(passage=passage, strength="direct", terms=direct)
    under = _heading_hit(passage, surface, topic, is_labelled=is_labelled)
    if under is not None and under.strength == "direct":
        return under
    related = _counted(surface, topic.related, topic.exclude, is_lead=is_lead)
    if related:
        reason = f'says "{_with_article(passage.text, related[0])}", not {topic.heading}'
        return Hit(passage=passage, strength="related", terms=related, reason=reason)
    return under


def _heading_hit(passage: Passage, surface: Surface, topic: Topic, *, is_labelled: bool) -> Hit | None:
    heading = passage.heading
    if heading is None or fold(heading) == fold(passage.article.title):
        return None
    standing = _standing(Surface(heading, passage.article.language), topic.terms, topic.exclude)
    terms = _counting(standing, every_word_counts=False)
    if not terms or spans(surface, topic.exclude):
        return None
    if is_labelled:
        return Hit(passage=passage, strength="direct", terms=terms)
    return Hit(passage=passage, strength="related", terms=terms, reason=f"stands under “{heading}”")


def _standing(surface: Surface, terms: Sequence[str], exclude: Sequence[str]) -> tuple[str, ...]:
    """The terms as they stand in a text, without those an exclusion covers; an exclusion elsewhere in it hides all."""
    found = spans(surface, terms)
    if not found:
        return ()
    if exclude:
        hidden = spans(surface, exclude)
        covered = {span for span in found for start, end in hidden if start < span[1] and span[0] < end}
        covering = {(start, end) for start, end in hidden for span in found if start < span[1] and span[0] < end}
        found = () if covering != set(hidden) else tuple(span for span in found if span not in covered)
    return tuple(dict.fromkeys(surface.text[start:end] for start, end in found))


def _counted(surface: Surface, terms: Sequence[str], exclude: Sequence[str], *, is_lead: bool) -> tuple[str, ...]:
    """The terms in a passage that count there."""
    standing = _standing(surface, terms, exclude)
    if not standing:
        return ()
    every_word_counts = is_lead or not any(map(is_common, standing)) or announces(surface.text)
    return _counting(standing, every_word_counts=every_word_counts)


def _counting(terms: tuple[str, ...], *, every_word_counts: bool) -> tuple[str, ...]:
    return terms if every_word_counts else tuple(term for term in terms if not is_common(term))


def _with_article(text: str, term: str) -> str:
    """A name with "the" where the text has it: says "the Middle East"."""
    at = text.find(term)
    before = text[max(0, at - 4) : at]
    return f"{before}{term}" if before.lower() == "the " and term[0].isupper() else term
