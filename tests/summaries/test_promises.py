"""What holds for any text: bounded time, quotes byte for byte, the same answer in every process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import (
    Article,
    Briefing,
    Topic,
    ask,
    brief,
    clean_html,
    clean_text,
    forget,
    passages,
    split_sentences,
    stories,
    summarize,
)
from summaries.extent import MOST_PASSAGES, MOST_READ, beginning

TOPIC = Topic(name="gaza", terms=("gaza", "goals"), related=("rafah",))
SIZE = 250_000  # characters
MOST_SECONDS_OF_A_STAGE = 5.0  # of the processor, which is shared with other work
MOST_SECONDS = 30.0  # of the processor; what these tests guard against takes minutes, also on a quick machine

HOSTILE = {
    "one word": "a" * SIZE,
    "one word before a colon": f"Two goals of Gaza are {'a' * SIZE}: this.",
    "one-letter sentences": "a. " * (SIZE // 3),
    "marks alone": '"' * SIZE,
    "chinese sentences of one character": "中。" * (SIZE // 2),
    "a word a line": "word\n" * (SIZE // 5),
    "bullets": "- x\n" * (SIZE // 4),
    "numbers": "1, " * (SIZE // 3),
    "accents": "a" + "\u0301" * (SIZE // 2),
    "announcements": "Our goals: two goals are Rafah and Gaza.\n" * (SIZE // 40),
    "speakers": "Ann Lee said Bo Day, he said, said. " * (SIZE // 36),
}

FUNCTIONS: dict[str, Callable[[list[Article]], object]] = {
    "brief": lambda articles: brief(articles, TOPIC),
    "summarize": summarize,
    "ask": lambda articles: ask(articles, "What of the word?"),
    "stories": stories,
}

PIECES = (
    "The two goals are Gaza and Rafah. ",
    "“He said.” ",
    "中文。",
    "غزة ",
    "\u202e",
    "\0",
    "e\u0301",
    "\r\n",
    "\ud800",
    "5 ",
)

messy = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, untraced: coverage makes four seconds of one."""
    forget()
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        sys.settrace(tracer)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "text", ["one word", "one word before a colon", "chinese sentences of one character", "announcements", "speakers"]
)
def test_a_hostile_text_takes_bounded_time(text: str, function: str) -> None:
    articles = [Article(text=HOSTILE[text]), Article(text="Gaza has a word.", title="x")]
    assert seconds(lambda: FUNCTIONS[function](articles)) < MOST_SECONDS


TEN_MEGABYTES = {
    "chinese sentences of one character": "中。" * 5_000_000,
    "lines that all differ": "\n".join(f"Read aB: {at} of all the news" for at in range(340_000)),
    "ends of lines": "\n" * 10_000_000,
    "surrogates": "\ud800 x. " * 2_000_000,
}
STAGES: dict[str, Callable[[str], object]] = {
    "split_sentences": lambda text: split_sentences(text, "en"),
    "clean_text": clean_text,
    "clean_html": clean_html,
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("text", TEN_MEGABYTES)
def test_ten_hostile_megabytes_pass_each_stage_in_bounded_time(text: str, stage: str) -> None:
    """About a second each on a quiet machine; they took up to eighteen."""
    assert seconds(lambda: STAGES[stage](TEN_MEGABYTES[text])) < MOST_SECONDS_OF_A_STAGE


@pytest.mark.parametrize("text", ["a. ", "中。 ", "No end\u2028- x\n\n"])
def test_sentences_cover_every_character_however_many_there_are(text: str) -> None:
    """In order and without overlap, also past where each mark is looked at."""
    whole = text * (1_800_000 // len(text))
    spans = split_sentences(whole, "en")
    ends = [at for span in spans for at in span]
    assert ends == sorted(ends)
    covered = "".join(whole[slice(*span)] for span in spans)
    is_all = "".join(covered.split()) == "".join(whole.split())
    assert is_all


def test_a_text_too_long_to_be_cleaned_is_still_known_to_be_too_long() -> None:
    assert len(clean_text("Gaza has a bridge over the river. " * 100_000).text) > MOST_READ


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_becomes_so_many_passages(text: str) -> None:
    """As many as are looked at, each a slice of the article as it was given."""
    article = Article(text=HOSTILE[text])
    found = passages(article)
    assert len(found) <= MOST_PASSAGES
    assert all(passage.article is article for passage in found[:10])


def test_ten_megabytes_cost_no_more_than_what_is_read_of_them() -> None:
    """And the briefing says so."""
    text = "Gaza has a bridge. " * 500_000
    found = []
    assert seconds(lambda: found.append(brief([Article(text=text, outlet="A")], TOPIC))) < MOST_SECONDS
    assert found[0].notes[-1] == "A is too long: only its beginning was read."


def test_a_beginning_is_whole_lines_else_whole_words() -> None:
    line = "word " * 9 + "end\n"
    assert beginning(line) == line
    assert beginning(line * (MOST_READ // len(line) + 9)).endswith("end")
    assert beginning("word " * MOST_READ).endswith("word")
    assert beginning("a" * 2 * MOST_READ) == "a" * MOST_READ


def test_an_article_of_usual_length_is_read_in_full() -> None:
    assert brief([Article(text="Gaza has a bridge. " * 500)], TOPIC).notes == ()


@settings(max_examples=60)
@given(st.lists(messy, max_size=3))
def test_every_quote_stands_in_its_article(texts: list[str]) -> None:
    """Whatever characters it is made of: surrogates, nulls, marks of direction, accents of their own."""
    articles = [Article(text=text, outlet=f"Outlet {at}") for at, text in enumerate(texts)]
    text_of = {article.id: article.text for article in articles}
    for found in (brief(articles, TOPIC), summarize(articles), ask(articles, "Which goals?")):
        for citation in (citation for point in found.points for citation in point.citations):
            assert citation.quote == text_of[citation.article][citation.start : citation.end]


def messy_briefings() -> list[Briefing]:
    """Briefings of articles in which much is equal, and much is no text."""
    articles = [
        Article(
            text="\n".join(PIECES[at % 10] * 3 + f"Gaza has {at % 4} bridges. " * 2 for at in range(n, n + 12)),
            url=str(n),
        )
        for n in range(8)
    ]
    return [brief(articles, TOPIC), summarize(articles), ask(articles, "How many bridges has Gaza?")]


def test_messy_articles_give_the_same_in_every_process() -> None:
    """Whatever order Python's sets have there."""
    code = (
        "import json; from tests.summaries.test_promises import messy_briefings\n"
        "print(json.dumps([found.to_dict() for found in messy_briefings()]))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {(json.dumps([found.to_dict() for found in messy_briefings()]) + "\n").encode()}
