"""What other newsrooms would have put first: ROUGE of every engine's summaries of ten articles in 100 words.

    python -m bench.quality [ENGINE ...]

Needs ../shared/tools/measure_summaries.py and ../shared/data. The figures measured last stand in bench/README.md under
"Quality". The sumy engines take most of the time; name engines to run only those.
"""

import os
import runpy
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import summaries

TOOL = Path(__file__).resolve().parents[2] / "shared" / "tools" / "measure_summaries.py"
ENGINE = "READOUT_BENCH_ENGINE"
NOT_HERE = ("sumy:edmundson",)  # looks for a topic's terms, and this measure has no topic


def summarize(articles: list[list[str]], words: int) -> list[str]:
    """What the tool calls. A sentence is a line; the few that we would cut further are lost to the summary."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        summaries.Article(text="\n".join(sentences), language="en", published=start + timedelta(hours=number))
        for number, sentences in enumerate(articles)
    ]
    given = {sentence for sentences in articles for sentence in sentences}
    points = summaries.summarize(made, words=words, engine=os.environ[ENGINE]).points
    return [point.text for point in points if point.text in given]


def main() -> None:
    if not TOOL.is_file():
        sys.exit(f"{TOOL} is not there; the annotated sets are not part of this repository")
    if ENGINE in os.environ:
        sys.argv = [str(TOOL), str(Path(__file__).resolve())]
        runpy.run_path(str(TOOL), run_name="__main__")
        return
    for engine in sys.argv[1:] or [engine for engine in summaries.ENGINES if engine not in NOT_HERE]:
        command = [sys.executable, "-m", "bench.quality"]
        found = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, ENGINE: engine})
        print(f"{engine:15} {(found.stdout or found.stderr).strip().replace(chr(10), '; ')}", flush=True)


if __name__ == "__main__":
    main()
