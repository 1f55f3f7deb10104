"""Near-copies of articles, and how many outlets use words of their own."""

from hypothesis import given, settings
from hypothesis import strategies as st

from summaries import Article, near_duplicates, passages
from summaries.duplicates import copied_groups
from summaries.points import own_words
from summaries.sentences import words
from summaries.terms import fold
from summaries.topics import Hit

WIRE = (
    "The council voted on Tuesday to close the old bridge for repairs until the end of autumn. "
    "Engineers found cracks in two of its pillars during an inspection in March. "
    "Ferries will carry passengers across the river every ten minutes in the meantime. "
    "The mayor promised that no shop on the bank would lose its access road."
)


def article(text: str, outlet: str) -> Article:
    return Article(text=text, outlet=outlet, language="en", url=f"https://{outlet.lower()}.example/1")


def test_a_shortened_and_a_lengthened_copy_are_near_copies() -> None:
    """Whatever is cut off or added, most of the shorter text stands in the longer one."""
    short = article(WIRE[:170], "A")
    long = article(f"Our reporter writes from the river bank. {WIRE} Read more on our pages tomorrow.", "B")
    other = article("Rain is expected in the north on Friday, with strong wind along the coast at night.", "C")
    assert near_duplicates([other, article(WIRE, "D"), short, long]) == ((article(WIRE, "D"), short, long),)


def test_articles_without_words_copy_nobody() -> None:
    """Two empty texts have nothing in common."""
    assert near_duplicates([article("", "A"), article("", "B"), article("Yes.", "C")]) == ()


def test_boilerplate_that_many_articles_carry_makes_nobody_a_copy() -> None:
    """A notice longer than the news itself; true copies among them are still found."""
    notice = "Sign up for our letter, follow our reporters, and read how this site keeps what you tell it. " * 2
    texts = [f"alpha{at} beta{at} gamma{at} delta{at} epsilon{at} zeta{at}. {notice}" for at in range(120)]
    articles = [article(text, f"Outlet{at}") for at, text in enumerate(texts)]
    copy = article(f"{texts[0]} More soon.", "Wire")
    assert near_duplicates([*articles, copy]) == ((articles[0], copy),)


def test_a_copy_with_every_tenth_word_changed_is_a_near_copy() -> None:
    """Each changed word breaks three shingles in a row."""
    changed = " ".join("other" if at % 10 == 5 else word for at, word in enumerate(WIRE.split()))
    assert near_duplicates([article(WIRE, "A"), article(changed, "B")]) == (
        (article(WIRE, "A"), article(changed, "B")),
    )


def test_wire_copies_count_as_one_wording() -> None:
    """Four outlets, two in their own words."""
    sentence = "The council voted on Tuesday to close the old bridge."
    own = "On Tuesday the council voted: the old bridge will close. Our own story goes on quite differently here."
    texts = [WIRE, WIRE, f"{WIRE} More soon.", own]
    hits = tuple(
        Hit(passage=passages(article(text, f"Outlet{number}"))[0], strength="direct")
        for number, text in enumerate(texts)
    )
    assert own_words(hits) == 2
    assert own_words(hits[:3]) == 1
    assert own_words((Hit(passage=passages(Article(text=sentence))[0], strength="direct"),)) == 0


NOTICE = (
    "This letter reaches forty thousand readers every morning at six, costs nothing, shares no address with anybody, "
    "can be left at any time by one click below, and is written by the night desk of our house on the harbour."
)
SHORT_NEWS = (
    "Two goats were found on the roof of the town library on Sunday.",
    "The ferry to Northfield will leave an hour later from May.",
    "A bakery in Seaham sold its last loaf after ninety years.",
    "Rain flooded the cellar of the music school in Riverton.",
)


def test_a_notice_that_few_articles_carry_makes_nobody_a_copy() -> None:
    """However much longer than the news it is, whether one outlet carries it or several."""
    assert near_duplicates([article(f"{news} {NOTICE}", f"O{at}") for at, news in enumerate(SHORT_NEWS)]) == ()
    assert near_duplicates([article(f"{news} {NOTICE}", f"O{at}") for at, news in enumerate(SHORT_NEWS[:2])]) == ()


def test_one_outlets_notice_before_the_news_makes_nobody_a_copy() -> None:
    """Where one outlet wrote both, an ending must be shared too."""
    articles = [
        Article(text=f"{NOTICE} {news}", outlet="Harbour Post", url=f"https://a.example/{at}")
        for at, news in enumerate(SHORT_NEWS)
    ]
    assert near_duplicates(articles) == ()


def test_copies_are_found_among_articles_that_carry_the_same_notice() -> None:
    """The notice does not hide the wire text."""
    copies = [article(f"{WIRE} {NOTICE}", "A"), article(WIRE, "B"), article(f"From our desk by the river. {WIRE}", "C")]
    others = [article(f"{news} {NOTICE}", f"O{at}") for at, news in enumerate(SHORT_NEWS)]
    assert near_duplicates([*others, *copies]) == (tuple(copies),)


def test_a_wire_text_under_different_notices_is_one_own_wording() -> None:
    """And its own telling of the same under the same notice is another."""
    own = "On Tuesday the council voted: the old bridge will close. Our own story goes on quite differently here."
    texts = [f"{WIRE} {NOTICE}", f"{WIRE} Write to our desk, read our rules, and tell a friend.", f"{own} {NOTICE}"]
    hits = tuple(
        Hit(passage=passages(article(text, f"Outlet{number}"))[0], strength="direct")
        for number, text in enumerate(texts)
    )
    assert own_words(hits[:2]) == 1
    assert own_words(hits) == 2


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_are_grouped_without_loss(texts: list[str]) -> None:
    """Whatever their characters (null, halves of pairs): each at most once, equal long texts together."""
    articles = [Article(text=text, url=f"https://a.example/{at}") for at, text in enumerate([*texts, *texts])]
    groups = copied_groups(articles)
    assert sorted(at for group in groups for at in group) == list(range(len(articles)))
    for at, text in enumerate(texts):
        if len(words(fold(text))) >= 3:
            assert any({at, at + len(texts)} <= set(group) for group in groups)
