"""From articles as text to their summary: processor time and memory by size, beside sumy's LexRank, in one run.

    python -m bench.engine [--sentences 250 --sentences 2500 --sentences 20000]

The articles have 28 sentences in paragraphs of three: sentences of the English sample articles with half of their words
replaced by others of theirs, drawn with a fixed seed, so that some say nearly the same. Every size runs in a process
of its own, once to warm up and then five times. Articles are forgotten before each run; for "read before" they are not,
as where `prepare` read them when they came in. Times are of the processor, all threads; the memory is the most that the
process held while summarizing. sumy's LexRank ranks the same sentences, cut already, up to 1,000 of them.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from summaries import Article, Topic, brief, passages, summarize
from summaries.prepared import forget
from summaries.sample import sample_articles
from summaries.traits import traits

SIZES = (250, 2_500, 20_000)
GOALS = {250: (10.0, 4.0, None), 20_000: (1_000.0, None, 160.0)}  # milliseconds, of articles read before, MB
AN_ARTICLE, A_PARAGRAPH = 28, 3  # sentences
REPLACED = 0.5
RUNS = 5
MOST_FOR_SUMY = 1_000  # sentences; its time grows with their square
TALKS = Topic(name="talks", terms=("talks",), related=("session",))


def written(count: int) -> tuple[Article, ...]:
    """Articles that have as many sentences together."""
    chance = random.Random(count)
    models = [
        passage.text.rstrip(".").split()
        for article in sample_articles()
        if article.language == "en"
        for passage in passages(article)
        if passage.kind != "heading"
    ]
    vocabulary = [word for model in models for word in model[1:]]

    def sentence() -> str:
        first, *rest = chance.choice(models)
        return " ".join([first, *(chance.choice(vocabulary) if chance.random() < REPLACED else w for w in rest)]) + "."

    found = []
    for number, start in enumerate(range(0, count, AN_ARTICLE)):
        sentences = [sentence() for _ in range(min(AN_ARTICLE, count - start))]
        paragraphs = [" ".join(sentences[at : at + A_PARAGRAPH]) for at in range(0, len(sentences), A_PARAGRAPH)]
        published = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=number)
        found.append(
            Article(text="\n".join(paragraphs), language="en", outlet=f"Outlet {number % 20}", published=published)
        )
    return tuple(found)


def milliseconds(work: Callable[[], object], *, read_before: bool = False) -> float:
    work()
    taken = []
    for _ in range(RUNS):
        if not read_before:
            forget()
            traits.cache_clear()
        started = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - started))
    return statistics.median(taken)


def measure(count: int) -> dict[str, float]:
    """The figures of one size, in this process."""
    articles = written(count)
    summary = milliseconds(lambda: summarize(articles))
    figures = {
        "summarize": summary,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "summarize, read before": milliseconds(lambda: summarize(articles), read_before=True),
        "brief": milliseconds(lambda: brief(articles, TALKS)),
        "brief, read before": milliseconds(lambda: brief(articles, TALKS), read_before=True),
    }
    if count <= MOST_FOR_SUMY:
        from bench.sumy_speed import by_sumy

        sentences = [passage.text for article in articles for passage in passages(article)]
        figures["sumy"] = milliseconds(lambda: by_sumy(sentences))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, action="append")
    parser.add_argument("--json", action="store_true", help="measure one size in this process")
    given = parser.parse_args()
    sizes = given.sentences or SIZES
    if given.json:
        print(json.dumps(measure(sizes[0])))
        return
    for count in sizes:
        command = [sys.executable, "-m", "bench.engine", "--json", "--sentences", str(count)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{count} sentences: {', '.join(told(count, figures))}", flush=True)


def told(count: int, figures: Mapping[str, float]) -> Iterator[str]:
    time_goal, read_goal, memory_goal = GOALS.get(count, (None, None, None))
    for what, goal in (
        ("summarize", time_goal),
        ("summarize, read before", read_goal),
        ("brief", time_goal),
        ("brief, read before", read_goal),
    ):
        yield f"{what} {figures[what]:.1f} ms" + (f" (goal {goal:.0f})" if goal else "")
    yield f"at most {figures['memory']:.0f} MB" + (f" (goal {memory_goal:.0f})" if memory_goal else "")
    if "sumy" in figures:
        yield f"sumy's LexRank {figures['sumy']:.0f} ms"


if __name__ == "__main__":
    main()
