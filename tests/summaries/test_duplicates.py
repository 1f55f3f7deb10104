"""Near-copies of articles, and how many outlets use words of their own."""

from summaries import Article, near_duplicates, passages
from summaries.points import own_words
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
