"""What a question asks for: its words without those that only ask, whether it wants a number, whom it names."""

import re

# Words that make a sentence a question, by script; what they ask for is not found by looking for them.
_LATIN = (
    r"who|whom|whose|what|which|when|where|why|how(?:\s+(?:many|much|long|far|often|old|large|big|high|\w+))?"
    r"|wer|wen|wem|wessen|wann|wo|woher|wohin|warum|wieso|weshalb|welche[rsnm]?|wie(?:\s*(?:viele?[nr]?|lange|oft|hoch|groß|weit))?"
    r"|qui[ée]n(?:es)?|cuándo|dónde|por\s+qué|cuánt[oa]s?|cuál(?:es)?|cómo"
    r"|qui|quand|où|pourquoi|combien|quels?|quelles?|comment|est-ce|qu['’]est-ce"
)
_CYRILLIC = (
    r"хто|кого|кому|коли|де|куди|звідки|чому|навіщо|який|яка|яке|які|скільки|як"
    r"|кто|когда|где|куда|откуда|почему|зачем|какой|какая|какое|какие|сколько|как"
)
_SEMITIC = "كم|متى|أين|من|ماذا|ما|لماذا|كيف|هل|מי|מה|מתי|איפה|למה|כמה|איך"
_SPACED = re.compile(rf"(?<!\w)(?:{_LATIN}|{_CYRILLIC}|{_SEMITIC})(?!\w)", re.IGNORECASE)
_HAN = re.compile(
    r"有?多少|什么时候|什麼時候|什么|什麼|怎么样|怎麼樣|怎么|怎麼|为什么|為什麼|哪里|哪裡|哪儿|哪些|哪个|何时|何時|谁|誰|几[个個名人次天年]|吗|嗎|呢"
)
_WANTS_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|long|far|often|old|large|big|high)\b|\bwie\s*(?:viele?|lange|oft|hoch|groß|weit)|\bcuánt[oa]s?\b"
    r"|\bcombien\b|скільки|сколько|\bكم\b|\bכמה\b|多少|几",
    re.IGNORECASE,
)
_GERMAN = re.compile(
    r"\s*(?:um\s+|an\s+|in\s+|für\s+|von\s+)?(?:w(?:er|en|em|as|ann|o|oher|ohin|arum|ie|elche\w?)|ist|hat|wird|wurde)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[\w,] )[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ][\w’'-]{2,}")


def looked_for(question: str) -> str:
    """The question without the words that only ask."""
    return _HAN.sub(" ", _SPACED.sub(" ", question))


def wants_number(question: str) -> bool:
    """Whether the answer is a number: "how many", "скільки"."""
    return _WANTS_NUMBER.search(question) is not None


def names_in(question: str) -> tuple[str, ...]:
    """The names in a question, as far as capitals inside it tell; none in German, which writes all nouns so."""
    return () if _GERMAN.match(question) else tuple(_CAPITAL.findall(question))
