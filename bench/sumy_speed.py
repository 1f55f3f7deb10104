"""sumy's LexRank beside ours, from text to the order of the sentences and to the summary, in one run.

    python -m bench.sumy_speed [--sentences 1000] [--sentences 5000]

The sentences are drawn, with a fixed seed, from the English words of the sample articles as often as they stand there.
Both sides get the same words, stop words and stems and start with nltk imported; ours runs once with no stem known yet,
then seven times, of which the median counts. "ratings" is what sumy does too: sentences as text to their order. "The
whole call" is `summarize(engine="sumy:lexrank")` with its briefing, of an article that was never seen (`forget` before
each) or was read before. Times are of the processor, all threads, since machines are shared. "same order" compares the
two wherever sumy's ratings differ by more than 1e-9. sumy takes some three minutes for 5,000.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer

from summaries.briefing import summarize
from summaries.model import Article, Passage
from summaries.prepared import forget
from summaries.sample import sample_articles
from summaries.sentences import words
from summaries.sumy_engines import stop_words, sumy_ratings

RUNS = 7
SHORTEST, LONGEST = 8, 30  # words
TIE = 1e-9


class Words:
    """What sumy needs of a tokenizer."""

    to_words = staticmethod(words)


def drawn(count: int) -> list[str]:
    vocabulary = [word for article in sample_articles() if article.language == "en" for word in words(article.text)]
    chance = random.Random(count)
    return [" ".join(chance.choices(vocabulary, k=chance.randint(SHORTEST, LONGEST))) + "." for _ in range(count)]


def by_sumy(sentences: Sequence[str]) -> dict[int, float]:
    """The ratings by number of sentence, the best first."""
    summarizer = LexRankSummarizer(Stemmer("en"))
    summarizer.stop_words = stop_words("en")
    document = ObjectDocumentModel([Paragraph([Sentence(text, Words)]) for text in sentences])
    ranked: list[tuple[int, float]] = []

    def keep(infos: Sequence[tuple[object, int, float]]) -> Sequence[object]:
        ranked.extend((order, float(rating)) for _, order, rating in infos)
        return ()

    summarizer(document, keep)
    return dict(ranked)


def by_us(sentences: Sequence[str]) -> dict[int, float]:
    """The ratings by number of sentence, the best first."""
    article = Article(text="\n".join(sentences), language="en")
    passages, start = [], 0
    for number, text in enumerate(sentences):
        passages.append(Passage(article=article, start=start, end=start + len(text), position=number, block=number))
        start += len(text) + 1
    ratings = sumy_ratings("lexrank", passages, ())
    return {number: ratings[number] for number in sorted(range(len(ratings)), key=lambda at: -ratings[at])}


Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def whole_call(sentences: Sequence[str]) -> tuple[float, float]:
    """Seconds from an article as text to its summary in 100 words: never seen before, and read before."""
    article = Article(text="\n".join(sentences), language="en")
    unread, read = [], []
    for _ in range(RUNS):
        forget()
        unread.append(timed(lambda: summarize([article], engine="sumy:lexrank"))[0])
        read.append(timed(lambda: summarize([article], engine="sumy:lexrank"))[0])
    return statistics.median(unread), statistics.median(read)


def same_order(theirs: dict[int, float], ours: dict[int, float]) -> bool:
    """Whether no two neighbours in our order stand the other way round in theirs, but for ties."""
    ratings = [theirs[number] for number in ours]
    lowest = float("inf")
    for rating in ratings:
        if rating > lowest + TIE:
            return False
        lowest = min(lowest, rating)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, action="append")
    by_us(["Nltk is imported before the clock starts."])
    for count in parser.parse_args().sentences or [1000]:
        sentences = drawn(count)
        first, ours = timed(partial(by_us, sentences))
        median = statistics.median(timed(partial(by_us, sentences))[0] for _ in range(RUNS))
        unread, read = whole_call(sentences)
        sumy, theirs = timed(partial(by_sumy, sentences))
        furthest = max(abs(theirs[number] - ours[number]) for number in ours)
        print(f"{count} sentences: sumy {sumy:.2f} s", end="")
        for what, seconds in (
            ("ratings", median),
            ("at first", first),
            ("the whole call", unread),
            ("of an article read before", read),
        ):
            print(f"; {what} {seconds:.4f} s (x{sumy / seconds:.0f})", end="")
        print(f"; furthest {furthest:.0e}, same order {same_order(theirs, ours)}", flush=True)


if __name__ == "__main__":
    main()
