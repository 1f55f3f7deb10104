"""Salience: what is typical of the articles and early in them ranks first; questions find what matches."""

import numpy as np
import pytest

from summaries import Article, passages
from summaries.choose import Candidate, cover, take
from summaries.rank import Floats, Sentences, centroid_scores, concept_scores, relevance, scaled
from summaries.readability import is_quoted_whole, is_readable, opens_with_reference
from summaries.tokens import count_words

ARTICLES = tuple(
    Article(text=text, language="en", url=f"https://{number}.example/")
    for number, text in enumerate(
        (
            "The council of Riverton closed the old bridge on Tuesday.\nA cat slept through the debate in the gallery.",
            "Riverton's old bridge was closed on Tuesday by the council.\nLunch was served late.",
            "The old bridge in Riverton is closed after a vote of the council.\nVisitors took photographs of the hall.",
        )
    )
)
SENTENCES = Sentences(tuple(passage for article in ARTICLES for passage in passages(article)))


@pytest.mark.parametrize("scores", [centroid_scores(SENTENCES), concept_scores(SENTENCES)])
def test_what_all_articles_say_outranks_what_one_says(scores: Floats) -> None:
    """The best score is 1, and every sentence on the event beats every aside."""
    assert scores.max() == 1.0
    assert scores[0::2].min() > scores[1::2].max()


def test_a_question_finds_the_passages_that_have_its_words() -> None:
    """Those that have none score nothing; so do those with too small a share, if one is asked for."""
    assert [score > 0 for score in relevance(SENTENCES, "Who slept in the gallery?")] == [False, True] + [False] * 4
    assert not any(relevance(SENTENCES, "Who painted the gallery in Prague?", least=0.6))
    assert not any(relevance(SENTENCES, "the of and"))
    assert relevance(Sentences(()), "anything").tolist() == []


def test_a_rare_word_does_not_stand_for_the_whole_question() -> None:
    """A line with the question's common word is found beside one with its rare word; the word after "how" is of no
    weight, wherever it stands."""
    assert [score > 0 for score in relevance(SENTENCES, "Which bridge was photographed?", least=0.4)] == [
        True,
        False,
        True,
        False,
        True,
        True,
    ]
    assert relevance(SENTENCES, "How old is the lunch?").tolist() == relevance(SENTENCES, "the lunch").tolist()


def test_scores_are_scaled_and_rounded() -> None:
    """Noise in the last bits decides nothing."""
    assert scaled([2.0, 1.0 + 1e-12, 0.0]).tolist() == [1.0, 0.5, 0.0]
    assert scaled([0.0, 0.0]).tolist() == [0.0, 0.0]


def test_covering_takes_a_concept_once_and_keeps_to_the_words() -> None:
    """The same sentence in another article adds nothing."""
    every = range(len(SENTENCES.passages))
    for max_words in (0, 5, 10, 15, 25, 100):
        chosen = cover(SENTENCES, every, max_words=max_words)
        assert sum(count_words(SENTENCES.passages[at].text) for at in chosen) <= max_words
        assert len(set(chosen)) == len(chosen)
    twice = Sentences(
        (*SENTENCES.passages, *passages(Article(text=ARTICLES[0].text, language="en", url="https://9.example/")))
    )
    assert len({twice.passages[at].text for at in cover(twice, range(8), max_words=100)}) == 6
    assert len(cover(twice, range(8), max_words=100)) == 6
    assert cover(SENTENCES, [], max_words=100) == []


def test_taking_prefers_new_outlets_and_new_words() -> None:
    """A weaker line of an outlet not heard yet goes before a slightly better one of the same outlet."""
    candidates = [
        Candidate(words=10, score=1.0, outlet="A"),
        Candidate(words=10, score=0.9, outlet="A"),
        Candidate(words=10, score=0.8, outlet="B"),
        Candidate(words=10, score=0.95, outlet="C"),
    ]
    cosines = np.eye(4)
    cosines[0, 3] = cosines[3, 0] = 1.0
    assert take(candidates, cosines.__getitem__, max_words=20) == [0, 2]
    assert take(candidates, cosines.__getitem__, max_words=100) == [0, 2, 1, 3]
    assert take(candidates, cosines.__getitem__, max_words=100, most_alike=0.8) == [0, 2, 1]
    assert take(candidates, cosines.__getitem__, max_words=100, max_lines=1) == [0]
    assert take(candidates, cosines.__getitem__, max_words=9) == []


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("The council of Riverton closed the old bridge on Tuesday.", True),
        ("But the council of Riverton closed the old bridge on Tuesday.", False),
        ("“They closed the old bridge of Riverton on Tuesday morning.", False),
        ("He closed the old bridge of Riverton on Tuesday.", False),
        ("The bridge closed.", False),
        ("The council of Riverton gave these reasons on Tuesday:", False),
        ("(The council of Riverton closed the old bridge on Tuesday.", False),
        ("a) The council of Riverton closed the old bridge (at last) on Tuesday.", True),
        (" ".join(["word"] * 46), False),
        ("他说中方将明确表明立场并提出要求。", False),
        ("中方将明确表明立场并提出要求，希望双方继续对话。", True),
    ],
)
def test_a_readable_sentence_stands_alone(text: str, readable: bool) -> None:
    """Good length, marks in pairs, no opening pronoun or connective, nothing announced."""
    assert is_readable(text, count_words(text)) is readable


@pytest.mark.parametrize(
    "whole",
    [
        '"The bridge is closed," she said.',
        "“The bridge,” she said, “is closed.”",
        "``The bridge,'' she said, ``is closed.''",
        "„Die Brücke ist zu“, sagte sie.",
        "„Most jest zamknięty” – powiedziała.",
        "”Bron är stängd”, sade hon.",
        "« Le pont est fermé », a-t-elle dit.",
        "»Die Brücke ist zu«, sagte sie.",
        "Газета «Міст „Північний“ зачинено» вийшла.",
        "她说：「新桥『北桥』已关闭。」",
        "‘The workers’ bridge isn’t open,’ she said.",
        "'The workers' bridge isn't open,' she said.",
        "'I am late,' she said.",
        "`The bridge is closed,' she said.",
        "The workers' union of the '90s didn't agree, nor did St James's.",
        "'s Avonds gaat de brug in 't dorp dicht.",
        'ארה"ב הודיעה כי הגשר נסגר.',
        'העיתון "הגשר" נסגר, וגם ה"תקווה".',
        "П'ять мостів зачинено.",
        "关于‘新桥’提出有几年了。",
        "She sent an 'Accept: *' header, and didn't look back.",
        "They 'll close it, and we 've been told.",
    ],
)
def test_a_quotation_that_ends_is_whole(whole: str) -> None:
    """In the marks of every language, and with apostrophes beside them."""
    assert is_quoted_whole(whole)


@pytest.mark.parametrize(
    "half",
    [
        '"The bridge is closed.',
        'The ferry goes," she said.',
        "“The bridge is closed.",
        "The ferry goes,” she said, “and the bridge is closed.”",
        "``The bridge is closed.",
        "The ferry goes,'' she said.",
        "„Die Brücke ist zu.",
        "Die Fähre fährt“, sagte sie.",
        "« Le pont est fermé.",
        "Паром ходить», — сказала вона.",
        "「新桥已关闭。",
        "‘The bridge isn’t open.",
        "The ferry goes,’ she said.",
        "'The bridge isn't open.",
        "The ferry goes,' she said.",
    ],
)
def test_a_quotation_that_is_cut_is_not_whole(half: str) -> None:
    """A sentence out of the middle of somebody's words."""
    assert not is_quoted_whole(half)


@pytest.mark.parametrize(
    ("language", "goes_on", "stands_alone"),
    [
        ("de", "Sie kündigte eine Fähre an.", "Das Rathaus kündigte eine Fähre an."),
        ("de", "Außerdem fährt eine Fähre.", "Die Fähre fährt am Montag."),
        ("fr", "C’est la mairie qui paie.", "Ce mardi, la mairie paie."),
        ("fr", "Elle a promis un bac.", "La maire a promis un bac."),
        ("es", "Él prometió un ferri.", "El alcalde prometió un ferri."),
        ("es", "También habrá un ferri.", "Este martes habrá un ferri."),
        ("pt", "Ele prometeu uma balsa.", "A balsa começa na segunda."),
        ("it", "Inoltre ci sarà un traghetto.", "Il traghetto parte lunedì."),
        ("nl", "Daarnaast komt er een veer.", "Het veer vaart op maandag."),
        ("pl", "Jednak prom nie kursuje.", "Prom kursuje w poniedziałek."),
        ("sv", "Hon lovade en färja.", "Staden lovade en färja."),
        ("tr", "Ayrıca bir vapur kalkacak.", "Bu yıl bir vapur kalkacak."),
        ("uk", "Проте паром не ходить.", "Паром ходить щогодини."),
        ("ru", "Затем мост закрыли.", "Мост закрыли во вторник."),
        ("ar", "لكنه وعد بعبّارة.", "وعد رئيس البلدية بعبّارة."),
        ("fa", "او قول یک کشتی داد.", "شهردار قول یک کشتی داد."),
        ("he", "אולם המעבורת אינה פועלת.", "המעבורת פועלת ביום שני."),
        ("ko", "그러나 배는 다니지 않는다.", "배는 월요일에 다닌다."),
        ("ja", "しかし船は出ない。", "他の船は月曜に出る。"),
        ("zh", "因此渡轮停运。", "渡轮周一开航。"),
        (None, "They promised a ferry.", "The city promised a ferry."),
        ("xx", "Але пором не ходить.", "It is a word of another language here."),
    ],
)
def test_an_opening_that_goes_on_is_known_in_its_language(
    language: str | None, goes_on: str, stands_alone: str
) -> None:
    """A word that is a pronoun in one language may be an article in another."""
    assert opens_with_reference(goes_on, language)
    assert not opens_with_reference(stands_alone, language)


def test_words_are_counted_as_a_reader_counts() -> None:
    """Runs between white space; two Han characters for a word."""
    assert count_words("five key goals, no more") == 5
    assert count_words("五个目标") == 3
    assert count_words("") == 0


def test_a_passage_that_shares_no_name_with_the_question_does_not_answer_it() -> None:
    """A name is what the passages write with a capital wherever no sentence begins, however the question writes it."""
    texts = (
        "The council of Riverton made its demands plain on Monday.",
        "Fares stay high, since the demand of tourists exceeds the seats.",
        "On Monday the mayor of Riverton spoke about the bridge.",
    )
    asked = Sentences(tuple(passage for text in texts for passage in passages(Article(text=text, language="en"))))
    for question in ("What did Riverton demand?", "what did riverton demand"):
        assert [score > 0 for score in relevance(asked, question)] == [True, False, True]
    assert [score > 0 for score in relevance(asked, "What do tourists demand?")] == [True, True, False]
