"""How long it takes to find 1,000 topics in 100,000 articles, all of them in one pass over each.

    python -m bench.topics [--articles 10000] [--topics 1000]

Articles of about 2,000 characters and topics of eight to ten terms, some of two words, are generated from a fixed seed:
60 % English, the rest Ukrainian, German, Arabic and Chinese; words by Zipf's law over 20,000 a language, the names of
the topics among the rarer ones. Prints the seconds of the processor for what was run, and for 100,000 articles in
proportion: each article is matched alone, so that the time grows with their number and nothing else.
"""

import argparse
import random
import statistics
import time
from itertools import accumulate

from summaries import Article, Topic, passages
from summaries.matcher import TopicMatcher

GOAL = 15.0  # seconds on one core for 1,000 topics and 100,000 articles
LENGTH = 2_000  # characters of an article
VOCABULARY = 20_000  # words of each language
RARE = 2_000  # the rank from which on words are names of topics
SHARES = {"en": 60, "uk": 10, "de": 10, "ar": 10, "zh": 10}
LETTERS = {  # what syllables are made of: how they begin, go on and end
    "en": ("b br c ch d f fl g gr h j k l m n p pr qu r s sh st t th tr v w", "a e i o u ea ou", " n r s t l nd st ck"),
    "uk": ("б в вр г гл д дн ж з к кр л м н п пр р с ст т тр х ц ч ш", "а е и і о у ю я", " в н р с т л й нь ск"),
    "de": ("b br d f fl g gr h k kl l m n p pf r s sch st t tr v w z", "a e i o u ei au", " n r s t l cht ng st"),
    "ar": ("ب ت ث ج ح خ د ر ز س ش ص ط ع غ ف ق ك ل م ن ه", "ا ي و", " ن ر س ت ل م د"),
}
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2_000)]


def syllables(language: str) -> list[str]:
    if language == "zh":
        return HAN
    begins, middles, ends = (letters.split(" ") for letters in LETTERS[language])
    return [begin + middle + end for begin in begins for middle in middles for end in ends]


def vocabulary(language: str, chance: random.Random) -> list[str]:
    """Words of one to three syllables, the frequent ones shorter; Chinese ones of one or two characters."""
    known, words = syllables(language), dict[str, None]()
    while len(words) < VOCABULARY:
        longest = 2 if language == "zh" or len(words) < VOCABULARY // 20 else 3
        words["".join(chance.choices(known, k=chance.randint(1, longest)))] = None
    return list(words)


def topics(count: int, words: dict[str, list[str]], chance: random.Random) -> tuple[Topic, ...]:
    """Each with three names of one word and one of two in English, and as many in the other languages together."""

    def name(language: str) -> str:
        return chance.choice([word for word in chance.choices(words[language][RARE:], k=9) if len(word) > 1])

    def topic(number: int) -> Topic:
        terms = [name("en") for _ in range(3)] + [f"{name('en')} {name('en')}"]
        terms += [name(language) for language in ("uk", "de", "ar", "zh")[: chance.randint(2, 4)]]
        return Topic(name=f"topic-{number}", terms=tuple(terms), related=(name("en"), f"{name('uk')} {name('uk')}"))

    return tuple(topic(number) for number in range(count))


def articles(count: int, words: dict[str, list[str]], chance: random.Random) -> list[Article]:
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    made: list[Article] = []
    for language in chance.choices(list(SHARES), list(SHARES.values()), k=count):
        drawn = chance.choices(words[language], cum_weights=weights, k=700)
        sentences = [drawn[at : at + 18] for at in range(0, len(drawn), 18)]
        joined = [("" if language == "zh" else " ").join(sentence).capitalize() for sentence in sentences]
        text = ("。" if language == "zh" else ". ").join(joined)[:LENGTH]
        made.append(Article(text=text, language=language, url=f"https://a.example/{len(made)}"))
    return made


def timed(matcher: TopicMatcher, some: list[Article]) -> float:
    """Seconds of the processor an article."""
    started = time.process_time()
    for article in some:
        matcher.namings(article)
    return (time.process_time() - started) / max(1, len(some))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--topics", type=int, default=1_000)
    asked = parser.parse_args()
    chance = random.Random(17)
    words = {language: vocabulary(language, chance) for language in SHARES}
    matcher = TopicMatcher(topics(asked.topics, words, chance))
    corpus = articles(asked.articles, words, chance)

    started = time.process_time()
    for language in SHARES:  # each language has an automaton of its own
        matcher.namings(next(article for article in corpus if article.language == language))
    built = time.process_time() - started
    seconds = [timed(matcher, corpus[at::5]) for at in range(5)]
    found = sum(len(matcher.namings(article)) for article in corpus[:1000]) / len(corpus[:1000])
    whole, best = statistics.median(seconds) * 100_000, min(seconds) * 100_000
    mean = statistics.mean(len(article.text) for article in corpus)
    print(f"{asked.topics} topics, {len(corpus)} articles of {mean:.0f} characters on average")
    print(f"built in {built:.2f} s; {found:.1f} topics named an article")
    print(f"100,000 articles: {whole + built:.1f} s (median of five parts; best {best + built:.1f})  goal {GOAL:.0f} s")

    by_language = {language: [one for one in corpus if one.language == language][:300] for language in SHARES}
    each = {language: min(timed(matcher, some) for _ in range(5)) * 1e6 for language, some in by_language.items()}
    print("one language alone, best of five:", *(f"{language} {time:.0f} us" for language, time in each.items()))

    started = time.process_time()
    few = corpus[:500]
    hits = sum(len(found) for article in few for _, found in matcher.hits(article, passages(article)))
    taken = (time.process_time() - started) / len(few)
    print(
        f"with sentences and the passages about each topic: {taken * 1e3:.2f} ms an article, {hits / len(few):.1f} hits"
    )


if __name__ == "__main__":
    main()
