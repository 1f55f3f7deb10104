"""How five languages and Chinese say who speaks: verbs of saying, pronouns, titles, and what is no person's name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_UPPER = "A-ZÀ-ÖØ-ÞĀŁŚŠŽČĆА-ЯЁІЇЄҐ"
_WORD = rf"[{_UPPER}][\w’ʼ'-]*"
_GAP = r"[^\S\n]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Patterns with the groups `name`, `pronoun` and `verb`; of a name only what `is_person` lets through counts."""

    before: re.Pattern[str]  # "Ann Lee sagte"
    after: re.Pattern[str]  # ", sagte Ann Lee"
    according: re.Pattern[str]  # "laut Ann Lee"
    titles: re.Pattern[str]  # a word before a name that makes a surname alone enough, and is no part of it
    no_name: re.Pattern[str]  # a word that no person's name has
    feminine: re.Pattern[str]  # pronouns and verb forms of a woman
    masculine: re.Pattern[str]
    articles: frozenset[str] = frozenset()  # which, before a name, must have a title between the two
    inflects: bool = False  # in "according to" a name has another form than the one to show


def _grammar(
    *,
    verbs: str,
    pronouns: str,
    titles: str,
    no_name: str,
    feminine: str,
    masculine: str,
    according: str,
    particles: str = "",
    aside: str = "",
    inverted: str = "",
    articles: str = "",
    inflects: bool = False,
) -> Grammar:
    """The patterns of one language. `aside` is what may stand between verb and name ("el presidente, ")."""
    name = rf"(?P<name>{_WORD}(?:{_GAP}(?:(?:{particles}){_GAP})?{_WORD}){{0,4}})" if particles else ""
    name = name or rf"(?P<name>{_WORD}(?:{_GAP}{_WORD}){{0,4}})"
    verb = rf"(?P<verb>{verbs})(?!\w)"
    pronoun = rf"(?P<pronoun>{pronouns})"
    return Grammar(
        before=re.compile(rf"(?<![\w’'-])(?:{pronoun}(?!\w)|{name}(?:,[^,.\n]{{1,80}},)?){_GAP}(?:\w+{_GAP})??{verb}"),
        after=re.compile(
            rf"(?<!\w)(?:{inverted or '(?!)'}|{verb}{_GAP}(?:{aside})?(?:{pronoun}(?!\w)|{name}))",
        ),
        according=re.compile(rf"(?<!\w)(?:{according}){_GAP}(?:{aside})?{name}"),
        titles=re.compile(titles, re.IGNORECASE),
        no_name=re.compile(no_name, re.IGNORECASE),
        feminine=re.compile(feminine),
        masculine=re.compile(masculine),
        articles=frozenset(articles.split()),
        inflects=inflects,
    )


_GERMAN = _grammar(
    verbs="sagte|sagt|erklärte|erklärt|betonte|betont|warnte|warnt|forderte|fordert|meinte|meint|ergänzte|schrieb|behauptete"
    "|versicherte|mahnte|bestätigte|kritisierte|unterstrich|bekräftigte|argumentierte|teilte|fügte|kündigte|räumte",
    pronouns="[Ee]r|[Ss]ie",
    titles=r"(?:\w*(?:minister|kanzler|präsident|sprecher|sekretär|botschafter|direktor|experte|forscher|meister|leiter"
    r"|vorsitzender?|chef|kommissar|general|könig|papst|analyst|anwalt|professor|abgeordneter?)(?:in)?|herr|frau|dr\.?|prof\.?)",
    no_name=r"(?:der|die|das|dem|den|des|ein|eine|einer|er|sie|es|wir|in|im|am|auf|bei|nach|vor|seit|und|aber|doch|auch|wenn|als|zudem|dabei"
    r"|danach|außerdem|laut|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|\w*(?:amt|ministerium|regierung|polizei|partei|union|bank|gericht|rat|verband|agentur|gesellschaft|zeitung|behörde"
    r"|bundestag|parlament|armee|kreml|konzern|institut|universität|nationen|staaten|ausschuss|gruppe|kommission|firma|nato"
    r"|sender|magazin|spiegel|presse)s?|deutsche[rn]?|europäische[rn]?|vereinte[n]?|auswärtige[sn]?|weiße[sn]?|rote[sn]?)",
    feminine=r"(?i)\bsie\b|\w+in$|\bfrau$",
    masculine=r"(?i)\ber\b|\bherr$",
    according=r"[Ll]aut|nach(?:{g})Angaben(?:{g})von|[Nn]ach{g}den{g}Worten{g}von|so".replace("{g}", r"\s+"),
    articles="der die das dem den des ein eine einer einem",
    particles="von|van|de|der|zu|von der|von den",
    aside=rf"(?:(?:der|die){_GAP}(?:[^\s,.]+{_GAP}){{0,3}}?)",
)
_SPANISH = _grammar(
    verbs="dijo|dice|afirmó|afirma|señaló|señala|declaró|declara|aseguró|asegura|añadió|añade|agregó|explicó|explica|advirtió"
    "|advierte|sostuvo|sostiene|indicó|indica|manifestó|anunció|subrayó|insistió|pidió|comentó|expresó|destacó|apuntó|reiteró|recordó",
    pronouns="[Éé]l|[Ee]lla",
    titles=r"(?:president[ea]|ministr[oa]|primer|canciller|portavoz|secretari[oa]|alcalde(?:sa)?|director[a]?|embajador[a]?|general"
    r"|papa|rey|reina|senador[a]?|diputad[oa]|doctor[a]?|profesor[a]?|señor[a]?|sr\.?|sra\.?|don|doña|líder|jef[ea]|experto|analista)",
    no_name=r"(?:el|la|los|las|un|una|en|de|del|por|para|según|pero|y|como|cuando|además|también|sin|con|tras|lunes|martes|miércoles"
    r"|jueves|viernes|sábado|domingo|gobierno|ministerio|policía|partido|unión|banco|tribunal|consejo|agencia|naciones|unidas"
    r"|estados|unidos|unidos|europea|casa|blanca|kremlin|comisión|congreso|senado|ejército|universidad|organización|asociación"
    r"|república|corte|cámara|fiscalía|pentágono|otan|onu|ue|eeuu|exteriores|interior|defensa|buenos|aires)",
    feminine=r"(?i)\bella\b|\b(?:presidenta|ministra|secretaria|alcaldesa|directora|embajadora|senadora|diputada|señora|sra\.?|doña|reina)$",
    masculine=r"(?i)\b[ée]l\b|\b(?:presidente|ministro|secretario|alcalde|director|embajador|senador|diputado|señor|sr\.?|don|rey|papa)$",
    according=r"[Ss]egún|[Dd]e acuerdo con|[Ee]n palabras de",
    particles="de|del|de la|de los|y",
    aside=rf"(?:el|la){_GAP}(?:[^,.\n]{{1,80}},{_GAP}|(?:(?!de\b|del\b)[a-záéíóúñü-]+{_GAP}){{1,3}})",
)
_FRENCH = _grammar(
    verbs=r"(?:a|avait)\s+(?:\w+\s+)?(?:dit|déclaré|affirmé|ajouté|indiqué|expliqué|estimé|souligné|annoncé|assuré|précisé|averti|rappelé"
    r"|insisté|martelé|soutenu|confirmé|regretté|répondu|écrit|jugé|fait valoir)|affirme|déclare|estime"
    r"|explique|ajoute|assure|souligne"
    r"|indique|précise|dit|juge|rappelle|prévient|insiste",
    pronouns="[Ii]l|[Ee]lle",
    titles=r"(?:président[e]?|ministre|premier|chancelier|chancelière|porte-parole|secrétaire|maire|directeur|directrice|ambassadeur"
    r"|ambassadrice|général|pape|roi|reine|sénateur|sénatrice|député[e]?|professeur[e]?|m\.|mme|dr|chef|cheffe|expert|analyste)",
    no_name=r"(?:le|la|les|l|un|une|des|du|de|en|dans|sur|pour|par|selon|mais|et|comme|quand|il|elle|ils|elles|ce|cette|après|avant|lundi"
    r"|mardi|mercredi|jeudi|vendredi|samedi|dimanche|gouvernement|ministère|police|parti|union|banque|tribunal|conseil|agence|nations"
    r"|unies|états-unis|états|unis|européenne|maison|blanche|kremlin|commission|congrès|sénat|armée|université|organisation"
    r"|association|république|cour|assemblée|parquet|pentagone|otan|onu|ue|élysée|matignon|quai)",
    feminine=r"(?i)\belle\b|\b(?:présidente|chancelière|directrice|ambassadrice|sénatrice|députée|mme|cheffe|reine)$",
    masculine=r"(?i)\bil\b|\b(?:président|chancelier|directeur|ambassadeur|sénateur|député|m\.|roi|pape)$",
    according=r"[Ss]elon|[Dd]['’]après",
    particles="de|du|de la|le|la|d'",
    aside=rf"(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|hier){_GAP})?"
    rf"(?:(?:l['’]|(?:le|la){_GAP})(?:[^,.\n]{{1,80}},{_GAP}|(?:(?!de\b|du\b|des\b)[a-zà-ÿ-]+{_GAP}){{1,3}}))?",
    inverted=r"(?:a-t-(?P<inverted>il|elle)\s+(?:\w+\s+)?\w+é\w?|a-t-(?:il|elle)\s+dit|\w+e?-t-(?P<present>il|elle))",
)
_RUSSIAN = _grammar(
    verbs="(?:сказал|заявил|отметил|подчеркнул|добавил|сообщил|пояснил|объяснил|предупредил|написал|признал|рассказал|уточнил|напомнил"
    "|призвал|указал|ответил)а?|говорит|утверждает|считает",
    pronouns="[Оо]н|[Оо]на",
    titles=r"(?:президент\w*|премьер(?:-министр)?|министр\w*|глава|пресс-секретар[ья]|представител[ья]|секретар[ья]|мэр|губернатор"
    r"|директор|посол|генерал|депутат|сенатор|канцлер|спикер|эксперт|аналитик|профессор|директор|руководитель|полковник)",
    no_name=r"(?:в|на|по|и|но|а|как|когда|если|что|он|она|они|это|этот|также|ранее|затем|после|при|для|понедельник|вторник|среда|четверг"
    r"|пятница|суббота|воскресенье|мид|мвд|фсб|нато|оон|сша|ес|рф|кремль|кремля|министерство|правительство|полиция|партия|совет|банк"
    r"|суд|агентство|дума|госдума|госдеп|белый|дом|комиссия|парламент|институт|университет|союз|комитет|минобороны|генштаб|пекин"
    r"|москва|киев|вашингтон|россия|украина|китай)",
    feminine=r"(?i)\bона\b|(?:ла|лась)$",
    masculine=r"(?i)\bон\b|[а-я]{3,}л$",
    according=r"[Пп]о словам|[Кк]ак (?:сказал|заявил|отметил|сообщил|пояснил)а?",
    aside=r"(?:[а-яё-]+\s+){1,4}",
    inflects=True,
)
_UKRAINIAN = _grammar(
    verbs="(?:сказа|заяви|наголоси|зазначи|дода|повідоми|підкресли|поясни|попереди|написа|заклика|розпові|уточни|нагада"
    "|визна|відпові|запевни)(?:в|ла)|каже|стверджує|вважає",
    pronouns="[Вв]ін|[Вв]она",
    titles=r"(?:президент\w*|прем['’ʼ]єр(?:-міністр)?|міністр\w*|глава|голова|речни[кц]\w*|представни[кц]\w*|секретар\w*|мер|губернатор"
    r"|директор\w*|посол|генерал|депутат\w*|сенатор|канцлер|спікер|експерт\w*|аналітик|професор|керівни[кц]\w*|очільни[кц]\w*|полковник)",
    no_name=r"(?:в|у|на|по|і|й|та|але|а|як|коли|якщо|що|він|вона|вони|це|цей|також|раніше|потім|після|при|для|понеділок|вівторок|середа"
    r"|четвер|п['’ʼ]ятниця|субота|неділя|мзс|мвс|сбу|нато|оон|сша|єс|рф|кремль|кремля|міністерство|уряд|поліція|партія|рада|банк|суд"
    r"|агентство|верховна|держдеп|білий|дім|комісія|парламент|інститут|університет|союз|комітет|міноборони|генштаб|пекін|москва"
    r"|київ|вашингтон|росія|україна|китай)",
    feminine=r"(?i)\bвона\b|ла$",
    masculine=r"(?i)\bвін\b|[а-яіїє]{3,}в$",
    according=r"[Зз]а словами|[Яя]к (?:сказа|заяви|зазначи|повідоми|поясни)(?:в|ла)",
    aside=r"(?:[а-яіїєґ'’ʼ-]+\s+){1,4}",
    inflects=True,
)
GRAMMARS: Mapping[str, Grammar] = {
    "de": _GERMAN,
    "es": _SPANISH,
    "fr": _FRENCH,
    "ru": _RUSSIAN,
    "uk": _UKRAINIAN,
}

_HAN_VERB = (
    "(?:说|表示|称|指出|强调|认为|宣布|透露|补充道|补充说|告诉|回应|回应称|坦言|警告|呼吁|說|稱|強調|認為|宣佈|指出)"
)
_HAN_TITLE = (
    "(?:发言人|部长|总统|主席|总理|司长|局长|教授|主任|市长|省长|书记|秘书长|大使|国务卿|首相|外长|议长|院长|研究员|董事长|总裁|专家|律师|代表"
    "|發言人|部長|總統|總理|司長|局長|市長|書記|秘書長|國務卿|議長|院長|研究員|董事長|總裁|專家|律師)"
)
_HAN_DAY = "周[一二三四五六日天]|今天|昨天|当天"
_HAN_BETWEEN = (
    rf"(?:[^，。；：“”\n]{{0,12}}?(?:日|时|上|中|后|前|{_HAN_DAY})?)?(?:在[^，。；：“”\n]{{1,20}}(?:上|时|中|后))?"
    "(?:也|还|则|再次|同时|并|对[^，。；：]{1,20})?"
)
_HAN_NAME_END = (
    rf"(?=\d|[一二三四五六七八九十]+日|{_HAN_DAY}|在|也|还|则|再次|对|接受|向|说|表示|称|指出|强调|认为|宣布|透露|补充|告诉|回应|坦言|警告|呼吁"
    "|說|稱|強調|認為|宣佈)"
)
HAN_TITLED = re.compile(
    rf"{_HAN_TITLE}(?P<name>[\u4e00-\u9fff]{{2,4}}?(?:·[\u4e00-\u9fff]{{1,6}}?)*){_HAN_NAME_END}{_HAN_BETWEEN}{_HAN_VERB}"
)
HAN_KNOWN = rf"{_HAN_NAME_END}{_HAN_BETWEEN}{_HAN_VERB}"
HAN_PRONOUN = re.compile(rf"(?:^|[，。；：”」])(?P<pronoun>他|她)(?:还|也|则|又|同时|并|再次)?{_HAN_VERB}")
