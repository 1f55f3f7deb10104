"""Why a line stands in its briefing, and where it comes from."""

from dataclasses import replace

from bot import explain
from bot.formats import as_text
from bot.message import plain
from summaries import Article, Beaten, ItemList, ListItem, Phrase, Why
from tests.bot.made import LINE, OTHER_LINE, briefing, citation, fields_of, horizon, point, unnamed


def test_why_names_the_words_the_carriers_the_rank_and_what_was_beaten() -> None:
    """Everything that put the line there, in words."""
    why = Why(terms=("Market",), score=0.4, rank=2, of=7, merged=1, beat="A weaker line.")
    line = replace(
        point(citation(), citation("The market shuts.", article="3", outlet="Harbour News"), why=why),
        speaker="Ann Lee",
        pronoun="she",
    )
    found = briefing(line)
    message = explain.why(found, line, 2, horizon())
    assert message.title == "Why line 2"
    assert fields_of(message) == {
        "Matched": "“Market”, for Market",
        "Speaker": "Ann Lee, who stands in it only as “she”",
        "Said by": "2 articles: The Lis Post, Harbour News; 2 outlets, 2 in their own words",
        "Put together with": "“The market shuts.” (Harbour News)",
        "Ranked": "2nd of 7 lines found, at 0.40 of the best one's weight",
        "Stands before": "“A weaker line.”, which was left out",
    }
    assert message.controls[0].value == found.id  # type: ignore[union-attr]


def test_why_names_the_phrases_that_counted_the_parts_of_the_score_and_why_others_were_left_out() -> None:
    """In words and whole numbers, as a reader can check them."""
    why = Why(
        terms=("Market",),
        score=1.0,
        rank=1,
        of=7,
        phrases=(Phrase(words="old square", weight=0.25, articles=3), Phrase(words="market", weight=0.5, articles=1)),
        position=1,
        corroboration=1.2,
        readability=0.5,
        beaten=(
            Beaten(passage=citation("A long one."), score=0.9, reason="room"),
            Beaten(passage=citation("A like one"), score=0.8, reason="said", line=2),
        ),
    )
    line = replace(point(citation(), why=why), was=citation("It was open."))
    message = explain.why(briefing(line), line, 1, horizon())
    fields = [(field.name, plain(field.value)) for section in message.sections for field in section.fields]
    assert fields[2:] == [
        ("Shown before", "“It was open.” (The Lis Post)"),
        ("What counted", "“market”, in 1 article (50% of its weight); “old square”, in 3 articles (25%)"),
        (
            "Ranked",
            (
                "1st of 7 lines found; it opens its article; 20% more because several outlets word it themselves;"
                " 50% less because it is hard to read alone"
            ),
        ),
        ("Left out", "“A long one.” (The Lis Post): 0.90 of the best one's weight, but no room for its words"),
        (
            "Left out",
            "“A like one” (The Lis Post): 0.80 of the best one's weight, but it says much the same as line 2",
        ),
    ]


def test_why_of_a_related_or_leaning_line_claims_no_name() -> None:
    """A line that does not name the topic is not said to."""
    related = replace(point(citation()), strength="related", reason="says “the stalls”, not Market")
    leaning = replace(point(citation(), why=Why()), kind="context")
    assert fields_of(explain.why(briefing(related), related, 1, horizon()))["Matched"] == (
        "only related: says “the stalls”, not Market"
    )
    assert "without the name" in fields_of(explain.why(briefing(leaning), leaning, 1, horizon()))["Matched"]


def test_why_of_a_list_item_shows_how_it_was_put_together() -> None:
    """Each wording with its carrier, and how many sentences stand under it."""
    item = ListItem(label="closing early", wordings=(citation("closing early"), unnamed("An Early Close")))
    found = replace(briefing(), lists=(ItemList(title="Two aims", stated=2, items=(item,)),), id="")
    assert fields_of(explain.why(found, item, 1, horizon())) == {
        "Listed as": "“closing early” (The Lis Post) · “An Early Close” (“A Market Without a Day”, no outlet)",
        "Put together": "the same item in every list: matched by their words and their place",
        "Under it": "no sentence that a source marks as being about it",
    }


def test_sources_show_the_stored_paragraph_around_each_quote() -> None:
    """With outlet, date, address or file name, when it was fetched, and the hash of the bytes."""
    text = f"A heading\nBefore. {LINE} After.\nNext paragraph."
    start = text.index(LINE)
    linked = replace(citation(printed_date="14:14, 23 April"), start=start, end=start + len(LINE))
    other = f"Start. {OTHER_LINE}"
    plain_page = replace(unnamed(), start=7, end=7 + len(OTHER_LINE))
    found = briefing(point(linked), point(plain_page))
    articles = {"1": Article(text=text, id="1"), "2": Article(text=other, id="2")}
    assert as_text(explain.proof((found,), articles, horizon())) == (
        "Sources · Market\n"
        "\n"
        "Market to close\n"
        "The Lis Post · 23 Apr 2024, 14:14 (time zone not given) · printed as “14:14, 23 April”\n"
        "https://post.example/market · fetched 09:12 · sha256 4ce518e5b853…\n"
        f"  ▏Before. {LINE} After.\n"
        "  line 1\n"
        "\n"
        "A Market Without a Day\n"
        "no outlet named · no date\n"
        "market.txt · fetched 09:12 · sha256 4ce518e5b853…\n"
        f"  ▏Start. {OTHER_LINE}\n"
        "  line 2\n"
        "\n"
        "as of 09:12 · 1 of 1 sources read\n"
    )


def test_sources_keep_the_quoted_words_where_the_article_changed() -> None:
    """A briefing stays true to what it quoted; that the page is another by now is said."""
    found = briefing(point(citation()))
    for articles in ({}, {"1": Article(text="Something else entirely stands here now.", id="1")}):
        line = explain.proof((found,), articles, horizon()).sections[0].lines[0]
        assert line.quotes[0].text == LINE
        assert plain(line.quotes[0].source).startswith("line 1 · the article has changed or gone since")


def test_a_long_paragraph_is_shown_around_the_quote() -> None:
    """The quote itself is never cut."""
    text = "x" * 5000 + LINE + "y" * 5000
    quoted = replace(citation(), start=5000, end=5000 + len(LINE))
    shown = explain.proof((briefing(point(quoted)),), {"1": Article(text=text, id="1")}, horizon()).sections[0].lines[0]
    assert shown.quotes[0].text == "…" + "x" * 400 + LINE + "y" * 400 + "…"
