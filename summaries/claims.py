"""What a sentence claims beside its content words: whether it denies, and how far the matter has come."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from summaries.sentences import DEFAULT_LANGUAGE

# By language: words that deny. What only looks so ("no fewer than") is taken out first.
_DENIALS = {
    "en": r"\b(?:not|no|never|none|neither|nor|without|cannot|denied|denies|deny|denying|refuted?|dismissed|untrue)\b"
    r"|n't\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|ohne|weder|bestreite\w*|bestritt\w*|dementier\w*|leugn\w*)\b",
    "es": r"\b(?:no|nunca|jamás|ni|sin|niega|niegan|negó|negaron|desmiente\w*|desmintió)\b",
    "fr": r"\b(?:ne|pas|jamais|sans|aucune?|nie|nient|nié|dément|démenti|démentent)\b|\bn['’]",
    "ru": r"\b(?:не|нет|никогда|без|ни|отрица\w*|опроверг\w*)\b",
    "uk": r"\b(?:не|ні|немає|ніколи|без|жоден|жодн\w*|запереч\w*|спростува\w*)\b",
    "zh": r"不|没|未|无|否认",
}
# Words that dispute what somebody says, not only deny a fact.
_DISPUTES = re.compile(
    r"\b(?:den(?:y|ied|ies|ying)|rejects?|rejected|dismiss(?:es|ed)?|refuted?|disputes?|disputed|contradicts?|untrue"
    r"|not true|false|bestreite\w*|bestritt\w*|dementier\w*|leugn\w*|niegan?|negó|negaron|desmiente\w*"
    r"|desmintió|nient|démenti?"
    r"|отрица\w*|опроверг\w*|запереч\w*|спростува\w*)\b|否认",
    re.IGNORECASE,
)
_SEEMING_DENIALS = re.compile(
    r"\b(?:no (?:fewer|less|more|longer) than|no longer|not only|no doubt|no\. ?\d|nicht nur|nicht weniger als"
    r"|no menos de|no sólo|no solo|pas moins de|ne pas seulement|не (?:менее|меньше|більше|более|менше|только"
    r"|лише|тільки))\b"
    r"|不少于|不超过|不仅|不断|无人机|未来|没收",
    re.IGNORECASE,
)

# By language and matter: the stages that a matter can have come to, each with the words that say so.
_STAGES: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "course": {
            "planned": r"(?:will|shall|due|set|expected|scheduled|about|going|plans?|planned|intends?|prepar\w+)"
            r" (?:to|for)"
            r"|will|to (?:begin|start|open|resume|meet|sign|vote|launch|visit|hold|reopen|close|strike|convene)",
            "begun": r"began|begun|begins|started|starts|opened|opens|kicked off|under ?way|launched|resumed"
            r"|took place",
            "ended": r"ended|ends|concluded|finished|completed|wrapped up|came to an end|closed",
            "off": r"cancell?ed|called off|scrapped|abandoned|postponed|delayed|put off|suspended|halted|shelved",
        },
        "law": {
            "suspected": r"suspected|suspects?|under investigation|questioned|wanted|accused",
            "held": r"arrested|detained|in custody|into custody",
            "charged": r"charged|indicted|indictment|arraigned",
            "tried": r"on trial|stood trial|pleaded|went on trial",
            "convicted": r"convicted|found guilty|sentenced|jailed|imprisoned",
            "freed": r"acquitted|cleared|released|freed|not guilty|dropped",
        },
        "deal": {
            "proposed": r"proposed|proposes|proposal|draft|considering|considers|weighing|mulls?|negotiating|seeks?",
            "agreed": r"agreed|agrees|approved|approves|passed|passes|adopted|adopts|ratified|accepted|accepts|backed"
            r"|endorsed|signed",
            "refused": r"rejected|rejects|vetoed|refused|refuses|collapsed|broke down|turned down|blocked|voted down",
        },
        "fate": {
            "missing": r"missing|feared dead|unaccounted|trapped|searching for|search for",
            "found": r"found (?:dead|alive|safe)|rescued|recovered|pulled",
        },
        "proof": {
            "unproven": r"unconfirmed|reportedly|alleged(?:ly)?|rumou?red|may have|might have|could have"
            r"|believed to have",
            "confirmed": r"confirmed|confirms|verified|admitted|acknowledged",
        },
        "force": {
            "raging": r"out of control|spreading|still burning|raging",
            "tamed": r"contained|under control|extinguished|put out",
        },
        "door": {"shut": r"shut|closed|closes|blocked", "open": r"reopened|reopens|open again|reopening"},
        "post": {
            "in": r"appointed|elected|sworn in|takes office",
            "out": r"resigned|resigns|stepped down|quit|sacked|ousted",
        },
    },
    "de": {
        "course": {
            "planned": r"sollen|soll|wird|werden|will|wollen|geplant|bevor",
            "begun": r"begonnen|begann|begannen|gestartet|eröffnet|läuft|laufen|angelaufen",
            "ended": r"beendet|endete|endeten|abgeschlossen|zu ende",
            "off": r"abgesagt|verschoben|ausgesetzt|abgebrochen|gestoppt",
        },
        "law": {
            "suspected": r"verdächtig\w*|verdacht",
            "held": r"festgenommen|verhaftet|untersuchungshaft",
            "charged": r"angeklagt|anklage",
            "convicted": r"verurteilt|schuldig gesprochen",
            "freed": r"freigesprochen|freigelassen",
        },
        "deal": {
            "proposed": r"vorgeschlagen|entwurf|erwägt|vorschlag",
            "agreed": r"beschlossen|gebilligt|verabschiedet|angenommen|zugestimmt|unterzeichnet|einigten|geeinigt",
            "refused": r"abgelehnt|gescheitert|zurückgewiesen",
        },
        "door": {"shut": r"gesperrt|geschlossen", "open": r"wieder (?:geöffnet|offen|frei)|freigegeben"},
    },
    "es": {
        "course": {
            "planned": r"comenzará\w*|empezará\w*|prevé\w*|previst\w+|va a|van a|se reunirán|iniciará\w*|planea\w*",
            "begun": r"comenzó|comenzaron|empezó|empezaron|inició|iniciaron|arrancó|han comenzado",
            "ended": r"terminó|terminaron|concluyó|concluyeron|finalizó|finalizaron",
            "off": r"cancel\w+|suspendi\w+|aplaz\w+",
        },
        "law": {
            "suspected": r"sospech\w+",
            "held": r"detenid\w+|arrestad\w+",
            "charged": r"acusad\w+ formalmente|imputad\w+|procesad\w+",
            "convicted": r"condenad\w+|culpable",
            "freed": r"absuelt\w+|liberad\w+",
        },
        "deal": {
            "proposed": r"propus\w+|propone|propuesta|estudia",
            "agreed": r"aprob\w+|acord\w+|firm(?:ó|aron)|acept\w+",
            "refused": r"rechaz\w+|fracas\w+",
        },
    },
    "fr": {
        "course": {
            "planned": r"doivent|doit|commencer(?:a|ont)|débuter(?:a|ont)|prévue?s?|vont|va",
            "begun": r"commencé|débuté|ouverts?|entamé\w*|a lieu",
            "ended": r"terminé\w*|achevé\w*|conclu\w*|pris fin",
            "off": r"annulé\w*|reporté\w*|suspendu\w*",
        },
        "law": {
            "suspected": r"soupçonné\w*|suspect\w*",
            "held": r"arrêté\w*|interpellé\w*|garde à vue",
            "charged": r"mise? en examen|inculpé\w*",
            "convicted": r"condamné\w*",
            "freed": r"acquitté\w*|relaxé\w*|libéré\w*",
        },
        "deal": {
            "proposed": r"proposé\w*|propose|projet de",
            "agreed": r"adopté\w*|approuvé\w*|signé\w*|accepté\w*",
            "refused": r"rejeté\w*|refusé\w*|échoué",
        },
    },
    "ru": {
        "course": {
            "planned": r"начн[её]тся|начнутся|будет|будут|пройд[её]т|пройдут|состоится|планиру\w+|намерен\w*|состоятся",
            "begun": r"начал\w*|стартовал\w*|открыл\w*|прошл[аои]|прош[её]л|состоял\w+",
            "ended": r"завершил\w*|закончил\w*|окончен\w*",
            "off": r"отмен\w+|перенес\w+|приостанов\w+|отложен\w*|отложил\w*",
        },
        "law": {
            "suspected": r"подозрева\w+|подозрени\w+",
            "held": r"задержан\w*|задержал\w*|арестован\w*",
            "charged": r"предъяв\w+|обвинени\w+",
            "convicted": r"осужд[её]н\w*|приговор\w+|виновн\w+",
            "freed": r"оправдан\w*|освобожд[её]н\w*|отпущен\w*",
        },
        "deal": {
            "proposed": r"предложил\w*|предлага\w+|проект",
            "agreed": r"принял\w*|одобрил\w*|подписал\w*|утвердил\w*|согласил\w*|ратифицир\w+",
            "refused": r"отклонил\w*|отверг\w*|отказал\w*|провалил\w*",
        },
    },
    "uk": {
        "course": {
            "planned": r"розпочн\w+|почн\w+|буде|будуть|відбудеться|відбудуться|плану\w+|має намір|мають розпоч\w+",
            "begun": r"розпочал\w*|почал\w*|стартувал\w*|відкрил\w*|відбул\w+|триває|тривають",
            "ended": r"завершил\w*|закінчил\w*",
            "off": r"скасу\w+|скасован\w*|перенес\w+|призупин\w+|відклал\w*|відкладен\w*",
        },
        "law": {
            "suspected": r"підозрю\w+",
            "held": r"затриман\w*|затримал\w*|заарештован\w*|заарештувал\w*",
            "charged": r"звинувачен\w+|обвинувачен\w+|підозру вручено|повідомил\w+ про підозру|пред'явил\w*",
            "convicted": r"засуд\w+|вирок\w*|винн\w+",
            "freed": r"виправда\w+|звільнен\w*|відпущен\w*",
        },
        "deal": {
            "proposed": r"запропон\w+|пропону\w+|проєкт\w*|проект\w*",
            "agreed": r"ухвал\w+|схвал\w+|підписал\w*|ратифік\w+|прийнял\w*|погодил\w*",
            "refused": r"відхил\w+|відмовил\w*|провалил\w*",
        },
    },
    "zh": {
        "course": {
            "planned": r"将|即将|计划|拟",
            "begun": r"已开始|已经开始|开始举行|举行了|启动了|开幕",
            "ended": r"结束|闭幕|完成",
            "off": r"取消|推迟|暂停|延期",
        },
        "law": {
            "suspected": r"涉嫌|嫌疑",
            "held": r"被捕|逮捕|拘留",
            "charged": r"起诉|被控",
            "convicted": r"判处|定罪|有罪|获刑",
            "freed": r"无罪|释放",
        },
        "deal": {
            "proposed": r"提议|草案|提出",
            "agreed": r"通过|批准|签署|同意",
            "refused": r"拒绝|否决|驳回|破裂",
        },
    },
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a sentence denies something, and the stages it names of each matter, with the words that name them."""

    denial: str | None
    stages: dict[str, dict[str, str]]  # matter -> stage -> the words

    def turned(self, newer: "Claim") -> tuple[str, str, str] | None:
        """The first matter of which `newer` names other stages, or one beyond all of these: the matter and the words
        of both; None if there is none."""
        for matter, stages in self.stages.items():
            later = newer.stages.get(matter)
            if not later:
                continue
            if stages.keys().isdisjoint(later) or _farthest(matter, later) > _farthest(matter, stages):
                return matter, stages[_last(matter, stages)], later[_last(matter, later)]
        return None


_ORDER = {matter: tuple(stages) for matter, stages in _STAGES["en"].items()}


def _farthest(matter: str, stages: Iterable[str]) -> int:
    return max(map(_ORDER[matter].index, stages))


def _last(matter: str, stages: Iterable[str]) -> str:
    return max(stages, key=_ORDER[matter].index)


def claim(text: str, language: str | None = None) -> Claim:
    """What the words of a sentence say of denial and of stages; nothing in languages that are not read here."""
    language = language or DEFAULT_LANGUAGE
    plain = text.replace("’", "'")
    denials = _denials(language)
    denied = denials.search(_SEEMING_DENIALS.sub(" ", plain)) if denials is not None else None
    stages: dict[str, dict[str, str]] = {}
    for matter, pattern in _patterns(language):
        for match in pattern.finditer(plain):
            stages.setdefault(matter, {}).setdefault(str(match.lastgroup), match[0])
    return Claim(denied[0] if denied is not None else None, stages)


def disputes(text: str) -> bool:
    """Whether a sentence says that somebody denies or disputes something."""
    return _DISPUTES.search(text) is not None


@cache
def _denials(language: str) -> re.Pattern[str] | None:
    return re.compile(_DENIALS[language], re.IGNORECASE) if language in _DENIALS else None


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    edge = "" if language == "zh" else r"\b"
    return tuple(
        (
            matter,
            re.compile(
                "|".join(f"(?P<{stage}>{edge}(?:{words}){edge})" for stage, words in stages.items()), re.IGNORECASE
            ),
        )
        for matter, stages in _STAGES.get(language, {}).items()
    )
