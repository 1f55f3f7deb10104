"""Enumerations: found inline and in lists, completed by the stated number, aligned across articles."""

import pytest

from summaries import Article, passages
from summaries.lists import align, announces, enumerations


def items(text: str, language: str = "en") -> list[list[str]]:
    article = Article(text=text, language=language)
    return [[item.text for item in found.items] for found in enumerations(passages(article))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The three goals are peace, trade and travel.", ["peace", "trade", "travel"]),
        ("The three goals are peace, trade, and travel.", ["peace", "trade", "travel"]),
        (
            "The two sides have four tasks, namely, keeping peace, raising trade, and managing risk and cost.",
            [],
        ),
        (
            "The two sides have four tasks, namely, keeping peace, sharing trade and tax and managing risk, said Ann.",
            [],
        ),
        (
            "The two sides have three tasks, namely, keeping peace, sharing trade and tax and managing risk, said Ann.",
            ["keeping peace", "sharing trade and tax", "managing risk"],
        ),
        (
            "They set 3 priorities for the year: water; roads; schools and clinics.",
            ["water", "roads", "schools and clinics"],
        ),
        ("The plan has four goals: peace, trade and travel.", []),
        ("Five goals were scored before the break, three of them late.", []),
        ("The visit aims to keep dialogue, manage risk and widen trade.", []),
    ],
)
def test_an_inline_enumeration_has_as_many_items_as_it_says(text: str, expected: list[str]) -> None:
    """An "and" is cut where that makes up the number; without a number, or short of it, there is no enumeration."""
    assert items(text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("五个目标是：加深对话、管控分歧、扩大合作、增进互信、共担责任。", "zh", 5),
        ("П'ять цілей такі: довіра, діалог, торгівля, подорожі та спільна відповідальність.", "uk", 5),
    ],
)
def test_enumerations_are_found_in_other_languages(text: str, language: str, count: int) -> None:
    """With their numbers, commas and conjunctions."""
    assert [len(found) for found in items(text, language)] == [count]


def test_a_numbered_list_after_an_announcement_gives_its_labels_and_details() -> None:
    """ "Head: body" has the head as its label; an item without a head is its own label."""
    text = "The city set two goals:\n1. Clean water: Pipes are laid. Wells follow.\n2. Safe roads: Lamps are put up."
    (found,) = enumerations(passages(Article(text=text, language="en")))
    assert (found.noun, found.stated) == ("two goals", 2)
    assert [item.text for item in found.items] == ["Clean water", "Safe roads"]
    assert [[detail.text for detail in item.details] for item in found.items] == [
        ["Pipes are laid.", "Wells follow."],
        ["Lamps are put up."],
    ]


def test_details_of_an_inline_list_need_a_marker() -> None:
    """A paragraph that opens with "In terms of ..." belongs to its item; one without a marker to none."""
    text = (
        "The two goals are building trust and raising trade.\n"
        "In terms of building trust, the envoys will meet weekly. They begin in May.\n"
        "Trade was not mentioned again.\n"
        "On Monday, everybody went home."
    )
    (found,) = enumerations(passages(Article(text=text, language="en")))
    assert [[detail.text for detail in item.details] for item in found.items] == [
        ["In terms of building trust, the envoys will meet weekly.", "They begin in May."],
        [],
    ]
    (aligned,) = align([found])
    assert [item.text for item in aligned.without_detail()] == ["raising trade"]


def test_a_section_belongs_to_an_item_only_if_its_heading_says_nothing_else() -> None:
    """A heading that shares a word with an item opens a section on something else."""
    text = (
        "The two goals are a better management of differences and wider trade.\n"
        "Where the two sides differ\n"
        "Over the northern border the gap is wider than it was a year ago.\n"
        "Management of differences\n"
        "A telephone line between the two capitals is to be opened in May."
    )
    (found,) = enumerations(passages(Article(text=text, language="en")))
    assert [[detail.text for detail in item.details] for item in found.items] == [
        ["A telephone line between the two capitals is to be opened in May."],
        [],
    ]


def test_lists_of_two_articles_are_aligned_by_their_words_not_their_order() -> None:
    """The same items in another order and in other words make one list."""
    one = Article(
        text="The three goals are building trust, widening trade and easing travel.", language="en", outlet="A"
    )
    two = Article(text="Three goals were named: easier travel, more trust and wider trade.", language="en", outlet="B")
    three = Article(text="The three goals are clean water, safe roads and new schools.", language="en", outlet="C")
    aligned = align([found for article in (one, two, three) for found in enumerations(passages(article))])
    assert [[[item.text for item in row] for row in found.rows] for found in aligned] == [
        [["building trust", "more trust"], ["widening trade", "wider trade"], ["easing travel", "easier travel"]],
        [["clean water"], ["safe roads"], ["new schools"]],
    ]


def test_a_sentence_announces_with_number_noun_and_cue() -> None:
    """All three are needed."""
    assert announces("China has set five key goals:")
    assert announces("The seven points of consensus, namely, respect and trust")
    assert not announces("China will focus on five major goals during the visit.")
    assert not announces("The goals are peace and trade.")
