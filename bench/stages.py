"""How well and how fast pages are cleaned, cut into sentences and grouped into stories.

    python -m bench.stages [pages texts sentences stories]

Needs ../shared/tools/measure_stages.py and ../shared/data. The figures measured last and the machine
stand in bench/README.md under "Text stages".
"""

import runpy
import sys
from collections.abc import Hashable
from pathlib import Path

from summaries.clean import clean_html, clean_text
from summaries.model import Article
from summaries.sentences import split_sentences
from summaries.story import Stories

TOOL = Path(__file__).resolve().parents[2] / "shared" / "tools" / "measure_stages.py"


def extract(html: str) -> str:
    return clean_html(html).text


def clean(text: str) -> str:
    return clean_text(text).text


def split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


class _Clusterer:
    """Stories, fed with plain text whose first sentence stands for the title."""

    def __init__(self) -> None:
        self.stories = Stories()

    def add(self, text: str) -> Hashable:
        return self.stories.add(Article(title=text.split("\n", 1)[0], text=text, language="en"))


new_clusterer = _Clusterer


if __name__ == "__main__":
    if not TOOL.is_file():
        sys.exit(f"{TOOL} is not there; the annotated sets are not part of this repository")
    sys.argv = [str(TOOL), str(Path(__file__).resolve()), *sys.argv[1:]]
    runpy.run_path(str(TOOL), run_name="__main__")
