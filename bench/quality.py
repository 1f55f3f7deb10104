"""What other newsrooms would have put first: ROUGE of every engine's summaries of up to ten articles in 100 words.

    python -m bench.quality [ENGINE ...]

Samples, references and ROUGE are those of ../shared/tools/measure_summaries.py over ../shared/data. The articles are
given as text, a line each sentence, and every line of the summary counts, also where we cut a sentence further; the
tool itself takes whole given sentences only, and so loses one line in twenty. Summaries of the first 5, 3, 2 and 1 of
the articles are measured too. The figures measured last stand in bench/README.md under "Quality". sumy's own engines
take most of the time; name engines to run only those.
"""

import runpy
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import summaries
from summaries.prepared import forget

TOOL = Path(__file__).resolve().parents[2] / "shared" / "tools" / "measure_summaries.py"
NOT_HERE = ("sumy:edmundson",)  # looks for a topic's terms, and this measure has no topic
WORDS = 100
SIZES = (10, 5, 3, 2, 1)  # articles


def given(articles: list[list[str]]) -> list[summaries.Article]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        summaries.Article(
            text="\n".join(sentences),
            language="en",
            url=f"https://{number}.example/",
            published=start + timedelta(hours=number),
        )
        for number, sentences in enumerate(articles)
    ]


def measure(engine: str, samples: list[tuple[list[list[str]], list[str]]], recall: Any, size: int) -> str:
    """ROUGE-1, ROUGE-2, how many are over the budget, and the median of the processor's milliseconds."""
    scores, taken, over = [], [], 0
    for articles, references in samples:
        made = given(articles[:size])
        forget()
        started = time.process_time()
        points = summaries.summarize(made, words=WORDS, engine=engine).points
        taken.append(1000 * (time.process_time() - started))
        summary = " ".join(point.text for point in points)
        over += len(summary.split()) > WORDS
        scores.append((recall(summary, references, 1), recall(summary, references, 2)))
    first, second = (100 * statistics.fmean(column) for column in zip(*scores, strict=True))
    return f"{first:.2f}/{second:.2f} ({over} over, {statistics.median(taken):.1f} ms)"


def main() -> None:
    if not TOOL.is_file():
        sys.exit(f"{TOOL} is not there; the annotated sets are not part of this repository")
    tool = runpy.run_path(str(TOOL))
    samples = list(tool["samples"]())
    for engine in sys.argv[1:] or [engine for engine in summaries.ENGINES if engine not in NOT_HERE]:
        for size in SIZES if not engine.startswith("sumy:") else SIZES[:1]:
            print(f"{engine:15} {size:2} articles: {measure(engine, samples, tool['recall'], size)}", flush=True)


if __name__ == "__main__":
    main()
