"""How much two sentences tell of the same matter, whatever their wording: the index behind contrast and novelty."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from heapq import nlargest
from itertools import pairwise
from math import fsum, log, sqrt

from summaries.number_words import cardinals, scales
from summaries.sentences import DEFAULT_LANGUAGE, stem_words, stop_words, words
from summaries.terms import fold

BACKGROUND = 10  # sentences of other matters that are thought beside few given ones, so that rarity means something
IN_ORDER = 0.1  # the part of the likeness that the order of the common words decides
RAREST = 8  # stems of a sentence by which like ones are looked up: what tells the same shares some of them
MOST_HOLDERS = 200  # newest sentences that one stem leads to
MOST_COMPARED = 24  # of those found, the ones sharing most are compared in full
OTHER_NAMES = 0.5  # what is left of the likeness where each names somebody or some place that the other does not

Content = tuple[str, ...]  # the stems of a sentence in order, without numbers, stop words and words of reporting


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


_REPORTING = _set(
    """
    said says say saying told tells according reported reports reporting added officials official spokesman
    spokeswoman spokesperson statement reporters news agency announced sagte sagten laut angaben mitteilte teilte
    según dijo dijeron informó selon déclaré indiqué annoncé сообщил сообщили сообщает заявил заявили словам
    данным повідомив повідомили повідомляє заявив заявили словами даними
    """
)
# Words that news put for each other, one group a line; the first stands for all.
_SYNONYMS = {
    "en": """
        killed dead died dies deaths death toll fatalities lives perished kills
        injured wounded hurt injuries casualties
        fire blaze inferno flames wildfire
        earthquake quake tremor temblor
        talks negotiations discussions negotiate
        agreement deal accord pact treaty agreed agree
        began begun begins start started starts opened launched commenced
        ended ends end concluded finished
        arrested detained custody held arrest
        strike walkout walkouts strikes
        vote ballot voted election polls
        rose rises increased increase climbed grew up jumped
        fell falls dropped decreased decline declined down
        resigned quit resigns resignation
        hospital hospitals clinic hospitalised hospitalized hospitalisation
        police officers
        approved passed adopted backed endorsed
        rejected refused dismissed turned
        ship vessel boat ferry
        plane aircraft jet airliner
        evacuated displaced evacuation evacuate fled flee
        storm hurricane typhoon cyclone
        flood floods flooding flooded floodwaters
        court judge tribunal
        lawmakers parliament legislators mps deputies
        workers employees staff
        price prices cost costs
        homes houses houses households
        bought buy acquired acquire acquisition purchase takeover
        plan plans planned intends intend
        company firm group
        children pupils schoolchildren students
        destroyed wrecked demolished razed
        rescuers rescue crews rescued
        blast explosion exploded
        attack strikes assault raid
        cancelled scrapped called
        delayed postponed
    """,
    "de": """
        tote getötet gestorben starben todesopfer tot
        verletzte verletzt verletzten
        brand feuer
        gespräche verhandlungen
        begonnen begannen gestartet begann beginnen
        festgenommen verhaftet
        beschlossen gebilligt verabschiedet angenommen
    """,
    "es": """
        muertos muerto murieron fallecidos fallecieron muertes murió
        heridos herido heridas
        incendio fuego
        conversaciones negociaciones diálogo
        comenzaron empezaron iniciaron comenzó comenzarán empezarán
        detenido arrestado detenidos arrestados
        aprobó adoptó
        terremoto sismo seísmo
    """,
    "fr": """
        morts mort tués tué décédés
        blessés blessé
        incendie feu
        pourparlers négociations discussions
        commencé débuté entamé commencer commenceront
        arrêté interpellé
        adopté approuvé
        séisme tremblement
    """,
    "ru": """
        погибли погибших погиб убиты убит умерли жертвами
        ранены раненых пострадали пострадавших
        переговоры переговоров
        начались начнутся стартовали начался
        задержан арестован задержали
        пожар пожара возгорание
    """,
    "uk": """
        загинули загинув загиблих убиті вбито померли
        поранені поранено постраждали травмовано поранень
        переговори переговорів
        розпочалися розпочнуться почалися почнуться
        затримано затримали заарештовано
        пожежа пожежі
    """,
}
_NAME = re.compile(r"(?<![\w.])[^\W\d_a-zа-яіїєґà-ÿ][\w’'-]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def content(text: str, language: str | None = None) -> Content:
    """What a sentence tells, as stems in order, with one word for those that news put for each other."""
    language = language or DEFAULT_LANGUAGE
    ignored = _ignored(language)
    kept = [word for word in words(fold(text)) if word not in ignored and not word[0].isdigit()]
    same = _synonyms(language)
    return tuple([same.get(stem, stem) for stem in stem_words(kept, language)])


def names(text: str, language: str | None = None) -> frozenset[str]:
    """The capitalised words inside a sentence, folded; none in German and in scripts without capitals.

    The first word counts only if another capitalised one follows: every sentence opens with a capital.
    """
    if language == "de":
        return frozenset()
    ignored = stop_words(language or DEFAULT_LANGUAGE)
    found = [(match.start(), match.end(), match[0].lower()) for match in _NAME.finditer(text)]
    following = {start for (_, end, _), (start, _, _) in pairwise(found) if start - end == 1}
    opening = len(text) - len(text.lstrip("\"'“”«»‘’([—– "))
    return frozenset(
        word.removesuffix("'s").removesuffix("’s")
        for start, end, word in found
        if word not in ignored and (start > opening or end + 1 in following)
    )


class Matters:
    """Sentences by number, to be looked up by what they tell.

    The likeness of two is the cosine of their stems, each weighted by its rarity (inverse document frequency, Spärck
    Jones 1972), a tenth of it decided by whether the common stems stand in the same order. Looking up costs the same
    however many sentences there are: a stem leads to at most the 200 newest.
    """

    def __init__(self, contents: Iterable[Content]) -> None:
        self.contents = list(contents)
        self._sets = [frozenset(one) for one in self.contents]
        self._frequency = Counter(stem for one in self._sets for stem in one)
        total = len(self.contents) + BACKGROUND
        self._idf = {stem: log(total / count) ** 2 for stem, count in self._frequency.items()}
        self._unknown = log(total) ** 2
        self._holders: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(self._sets):
            for stem in one:
                self._holders[stem].append(at)
        self._lengths = [self.weight(one) for one in self._sets]

    def weight(self, stems: Iterable[str]) -> float:
        """How much distinct stems say together: the rarer, the more."""
        idf, unknown = self._idf, self._unknown
        return fsum([idf.get(stem, unknown) for stem in stems])  # exact, so that the order of a set does not matter

    def near(self, asked: Content, most: int = MOST_COMPARED) -> list[int]:
        """The sentences that share most with one, the most first; of equals the newest."""
        distinct = set(asked)
        known = [stem for stem in distinct if stem in self._holders]
        rarest = sorted(known, key=lambda stem: (self._frequency[stem], stem))[:RAREST]
        shared: dict[int, float] = defaultdict(float)
        for stem in rarest:
            weight = self._idf[stem]
            for at in self._holders[stem][-MOST_HOLDERS:]:
                shared[at] += weight
        lengths = self._lengths
        best = nlargest(most, ((round(weight / sqrt(lengths[at]), 9), at) for at, weight in shared.items()))
        return [at for _, at in best]

    def likeness(self, asked: Content, at: int) -> float:
        """From 0 to 1: how much a sentence tells of the same as sentence number `at`."""
        common = self._sets[at].intersection(asked)
        if len(common) < 2:
            return 0.0
        length = self.weight(set(asked)) * self._lengths[at]
        cosine = self.weight(common) / sqrt(length) if length else 0.0
        order = _same_order(asked, self.contents[at], common) if len(common) > 2 else 1.0
        return round(cosine * (1 - IN_ORDER + IN_ORDER * order), 9)

    def share(self, asked: Content, at: int) -> float:
        """The part of a sentence that sentence number `at` holds, too."""
        distinct = set(asked)
        whole = self.weight(distinct)
        return self.weight(distinct & self._sets[at]) / whole if whole else 0.0


def name_factor(one: frozenset[str], other: frozenset[str]) -> float:
    """How far names let two sentences tell the same: less where each has one that the other lacks, and the less, the
    fewer they share."""
    if one <= other or other <= one:
        return 1.0
    shared = len(one & other) / min(len(one), len(other))
    return OTHER_NAMES + (1 - OTHER_NAMES) * shared


def _same_order(one: Sequence[str], other: Sequence[str], common: frozenset[str]) -> float:
    """The share of neighbouring common stems of the one that stand in the same order in the other."""
    place = {stem: at for at, stem in reversed(list(enumerate(other)))}
    places = [place[stem] for stem in dict.fromkeys(one) if stem in common]
    rising = sum(first < second for first, second in pairwise(places))
    return rising / (len(places) - 1)


@cache
def _ignored(language: str) -> frozenset[str]:
    return stop_words(language) | _REPORTING | cardinals(language).keys() | scales(language).keys()


@cache
def _synonyms(language: str) -> dict[str, str]:
    """For each stem the stem of the first word of its group."""
    found: dict[str, str] = {}
    for line in _SYNONYMS.get(language, "").strip().splitlines():
        first, *others = stem_words(line.split(), language)
        for stem in others:
            found.setdefault(stem, first)
    return found
