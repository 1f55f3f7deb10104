"""Sentences, passages, words and stems: where they begin and end, and that nothing is lost between them."""

import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries.clean import clean_text
from summaries.model import Article, Passage
from summaries.sentences import passages, split_sentences, stems, stop_words, words

CORPUS = Path(__file__).parents[2] / "../shared/corpus"
LANGUAGES = ("en", "uk", "ar", "zh", "de", "fr", "es", "el", "hy", "xx")


def split(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["He left.", "She stayed."]),
        ("en", ["U.S. Secretary of State Ann Example met Gen. Smith in Washington, D.C., on Monday.", "They spoke."]),
        ("en", ["China-U.S. relations should stay steady.", "The U.S. side agreed."]),
        ("en", ['"Really?" he asked.', "Yes."]),
        ("en", ['She said: "We leave.', 'We do not come back."', "Then she left."]),
        ("en", ["He gave up the illusion of strength.”", "They went on."]),
        ("en", ["They met (it was late.)", "Nobody spoke."]),
        ("en", ["The talks were about relations.", "China said so at once."]),
        ("en", ["Prices rose 3.5 percent to $1,200.50 a ton.", "Then they fell."]),
        ("uk", ["Він народився на вул. Шевченка, 5.", "Потім переїхав до м. Київ."]),
        ("uk", ["«Ми не підемо.", "Ми залишимося», — сказав він."]),
        ("de", ["Am 3. Oktober ist z.B. frei.", "Alle gehen heim."]),
        ("fr", ["Il a dit : « Nous partons. »", "M. Martin est resté."]),
        ("es", ["¿Dónde está?", "¡Aquí!", "El Sr. García vino."]),
        ("ar", ["وصل الوفد مساء الاثنين.", "هل يعود غدا؟", "لا أحد يعرف."]),
        ("zh", ["他说：“我们走吧。”", "她没有回答！", "为什么？"]),
        ("ja", ["彼は「行こう。」と言った。", "雨だ。"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, sentences: list[str]) -> None:
    """Abbreviations, quotations, brackets, numbers and other scripts' full stops."""
    glue = "" if language in ("zh", "ja") else " "
    assert split(glue.join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["It rose 5 percent on Jan. 5, the U.S. Census Bureau said.", "Prices fell."]),
        ("en", ["See No. 5 on p. 12.", "No.", "I will not."]),
        ("en", ["He asked, “Why?”", "“I do not know,” she said.", "“Why?” Ann Example asked."]),
        ("en", ["They left (all of them).", "(Nobody knew.)", "We stayed."]),
        ("en", ["KYIV, Ukraine (AP) — Officials said Dr. J. R. Smith Jr. was there.", "He was not."]),
        ("en", ["Visit https://a.example/x.html?y=1.", "Then call."]),
        ("en", ["He works at Acme Inc. in Paris.", "It pays $3 vs. $2.", "Mr. and Mrs. Smith came at 5 p.m. Monday."]),
        ("en", ["What?!", "No way… he thought.", "OK :)", "We go."]),
        ("en", ["1. The first item", "2. The second item", "3. The third item"]),
        ("en", ["He meant that....", "She left . . . at last."]),
        ("en", ["The bridge at dawn", "Image: Ann Example."]),
        ("en", ["Ann Example of Harbour", "In the east she won."]),
        ("en", ["Sources agree.[3][4]", "So do we."]),
        ("de", ["Am 3. Oktober kam Dr. Müller.", "Er blieb bis 5. November."]),
        ("de", ["Es war z. B. kalt.", "1715 starb Ludwig XIV. von Beispiel.", "„Kommst du?“, fragte sie.", "»Ja.«"]),
        ("fr", ["M. Dupont et J.-P. Martin sont là.", "En 52 av. J.-C., César gagna.", "« Non ! » répondit-elle."]),
        ("es", ["EE. UU. ganó.", "Murió en 44 a. C.", "El imperio siguió.", "Véase pág. 12, núm. 5."]),
        ("it", ["Il sig. Rossi e il dott. Bianchi sono qui.", "Ha detto: «Andiamo».", "Poi è uscito."]),
        ("ru", ["Он жил на ул. Ленина, д. 5.", "— Ты где? — спросил он.", "Хлеб, соль и т. д.", "Всё было."]),
        ("ru", ["А. С. Пушкин родился в 1799 г. в Москве.", "«Нет!» — сказал И. И. Иванов.", "«Да».", "Точка."]),
        ("uk", ["Проф. Іваненко народився у 1990 р. в Україні.", "Хліб, сіль і т. д.", "Усе було."]),
        ("pl", ["Prof. Nowak mieszka tam np. latem.", "Było to w 1990 r.", "On zmarł 3. maja."]),
        ("el", ["Πού είσαι;", "Εδώ.", "Ο κ. Παπαδόπουλος ήρθε, π.χ. χθες."]),
        ("hy", ["Նա եկավ։", "Հետո գնաց։"]),
        ("ar", ["قال د. محمد: نعم.", "ثم ذهب؟", "لا!"]),
        ("he", ['ד"ר כהן הגיע.', 'צה"ל הודיע: "לא."', "א. ב. יהושע כתב."]),
        ("hi", ["वह घर गया।", "डॉ. शर्मा आए।", "क्या?"]),
        ("zh", ["他说：“走吧。", "我们去。”", "她笑了。", "“为什么？”他问。"]),
        ("ja", ["「行こう。", "早く。」と彼女は言った。", "これは3.5％だ。", "本当？", "はい。"]),
        ("ko", ["그는 갔다.", "“왜?”라고 물었다.", "아무도 없다."]),
        ("th", ["สภาเมืองประกาศว่า สะพานจะปิด"]),
    ],
)
def test_each_language_has_its_abbreviations_quotations_and_marks(language: str, sentences: list[str]) -> None:
    """Titles, ordinals, eras, initials, dialogue, lists, credits and headings run into the text."""
    glue = "" if language in ("zh", "ja") else " "
    assert split(glue.join(sentences), language) == sentences


def test_a_word_that_opens_sentences_ends_the_one_before() -> None:
    """The same abbreviation ends a sentence before "The" and goes on before a name."""
    assert split("He left the U.S. The embassy closed.") == ["He left the U.S.", "The embassy closed."]
    assert split("He left the U.S. Embassy in Rome.") == ["He left the U.S. Embassy in Rome."]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("uk", ["Ширина річки — до 18 км.", "Площа озера — 504 тис. кв. км.", "Довжина — 30 м.", "Почалося."]),
        ("uk", ["У 1990 р. Київ виріс.", "Він жив у с. Лісове."]),
        ("pl", ["Wieża ma 45 m.", "Woda płynie.", "Ważyła 5 kg.", "Dom stoi."]),
        ("en", ["The line carries 10 kV.", "Measurements went on."]),
        ("cs", ["Škola začíná v 8:00.", "Poslední vlak jede.", "Stojí 500 Kč.", "Ing. Novák platí."]),
    ],
)
def test_a_full_stop_after_a_measure_ends_the_sentence(language: str, sentences: list[str]) -> None:
    """Such signs are written without one; years are not: "in 1990 р. Kyiv"."""
    assert split(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["They won't.", "Nobody asked.", "It was built in the 1900's.", "Workers came."]),
        ("tr", ["Yetkilisi oldu o.", "Ankara'ya gitti.", "Yemek için bin yıllık Le Bastide’e.", "Otelde kaldı."]),
        ("he", ['הוא גר בארה"ב.', 'לא שמענו מהאו"ם.', "סוף."]),
        ("uk", ["Це місто XIII ст.", "Було важко.", "У XIX ст. Україна росла, див. ст. 5."]),
        ("vi", ["Bão ảnh hưởng tới doanh nghiệp lớn nhỏ.", "Thành phố bị ngập."]),
        ("sk", ["Firma sídli na území SR.", "Mestá rastú."]),
        ("en", ["Let N map onto the space V.", "Then V is open."]),
        ("es", ["Murió en 44 a. C.", "El imperio siguió."]),
        ("nl", ["Hij sprak met B. De Wever."]),
        ("de", ["Wir trafen Dr. med. Meyer.", "Er kam zu spät."]),
    ],
)
def test_short_words_are_not_taken_for_abbreviations(language: str, sentences: list[str]) -> None:
    """What follows an apostrophe, small letters that are words, words whose vowels bear accents, capitals."""
    assert split(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["They sold fish (bread etc.).", "Nobody came from the U.S.?", "Ann Example did."]),
        ("en", ["It really(!) works well (or does it?) in winter.", "See chap. 3 of it."]),
        ("en", ["The data are old.¹", "New ones came.²"]),
        ("en", ["She wrote `yes.`", "``No,´´ said he."]),
        ("en", ["He asked Messrs. Bay & Co. & their sons."]),
        ("uk", ["Сьогодні (у четвер. — Ред.) почався суд.", "8.1. Зачем це?"]),
        ("uk", ["Це було на поч. ХІІІ ст. у Києві.", "§2. Загальне."]),
        ("de", ["Er sagte (...) Anna die Wahrheit.", "So kam es (...).", "Nun gut."]),
        ("hi", ["यू.के. की कंपनी आई।", "फिर वह गई।"]),
        ("zh", ["我们去看《跑吧！孩子》好吗？", "好！"]),
        ("ja", ["これは例です...", "次の例です。"]),
    ],
)
def test_other_signs_at_a_full_stop_decide(language: str, sentences: list[str]) -> None:
    """A second mark behind a bracket, asides, raised digits, an editor's word, titles in Chinese."""
    glue = "" if language == "zh" else " "
    assert split(glue.join(sentences), language) == sentences


def test_glued_sentences_come_apart() -> None:
    """A scraper that lost the space between two paragraphs joins two sentences."""
    assert split("They spoke about relations.China said so. See Example.com now.") == [
        "They spoke about relations.",
        "China said so.",
        "See Example.com now.",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das ist Prof.Müller aus Bonn."),
        ("uk", "Він жив на вул.Сагайдачного в Києві."),
        ("pl", "Tak mówi prof.Nowak oraz inż.Kowalski dziś."),
        ("en", "See http://a.example/What.Is this, or the module parser.names.Property there."),
    ],
)
def test_an_abbreviation_or_an_address_is_no_glued_sentence(language: str, text: str) -> None:
    """Many write no space after an abbreviation."""
    assert split(text, language) == [text]


def test_sentences_glued_at_other_marks_and_before_small_words_come_apart() -> None:
    """After a question mark two letters are enough, and the next word may be one letter or have an apostrophe."""
    assert split("Is it?Yes, they know.I knew.Isn't it?") == ["Is it?", "Yes, they know.", "I knew.", "Isn't it?"]


def test_an_abbreviation_before_a_word_that_opens_sentences_is_the_end_of_one() -> None:
    """Also where the space between them is lost."""
    assert split("Mam już 20 mln.To mi wystarczy.", "pl") == ["Mam już 20 mln.", "To mi wystarczy."]


def test_marks_of_direction_do_not_hide_an_abbreviation() -> None:
    """Arabic pages set them around a full stop."""
    assert split("قال د\u202a.\u202c محمد ذلك.", "ar") == ["قال د\u202a.\u202c محمد ذلك."]


def test_a_line_end_ends_a_sentence() -> None:
    """Headings have no full stop."""
    assert split("The pillars\nThey are cracked") == ["The pillars", "They are cracked"]


def test_an_english_sentence_with_a_chinese_name_follows_english_rules() -> None:
    """A few characters do not make a line Chinese."""
    assert split("The term 台湾 stands in it, says Mr. Example. It is short.") == [
        "The term 台湾 stands in it, says Mr. Example.",
        "It is short.",
    ]


TROUBLE = "aB .!?\n\r\u2028\"“”«»。「」中'’)(1٣؟।:•…-\u00a0\u0000\ud800\udc00\u200f\u202e\u0301\u200d\ufe0f😀🏽"
PIECES = (
    "U.S. ",
    "z. B. ",
    "1. ",
    ". . . ",
    "e.g.",
    ' "No." ',
    "»Ja.« ",
    "— ",
    "[...] ",
    ":) ",
    "Photo: A",
    "www.a.b ",
)
texts = st.text(alphabet=st.sampled_from(TROUBLE) | st.characters(), max_size=200)
mixed = st.lists(texts | st.sampled_from(PIECES), max_size=30).map("".join)


@given(mixed, st.sampled_from(LANGUAGES))
def test_nothing_is_lost_between_sentences(text: str, language: str) -> None:
    """The slices are in order, do not overlap, hold every character that is not white space, and come again."""
    spans = split_sentences(text, language)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(start < end and text[start:end].strip() == text[start:end] for start, end in spans)
    gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
    assert all(not text[start:end].strip() for start, end in gaps)
    assert split_sentences(text, language) == spans


@given(mixed, st.sampled_from(LANGUAGES))
def test_no_sentence_ends_inside_a_letter_with_marks(text: str, language: str) -> None:
    """No sentence but the first of a line opens with what extends the character before it."""
    for _, end in split_sentences(text, language):
        following = text[end : end + 1]
        assert not following or not unicodedata.category(following).startswith("M")
        assert following not in ("\u200d", "🏽")


@pytest.mark.parametrize(
    "unit",
    ["x", ".", '"', "a. ", "A. ", ". ", '." ', '". ', "1. ", "• ", ": ", "://", "…", "。", "» ", ". » ", "😀", ". 😀",
     ".\u0301", "(", ".)", "[1]", ".[1] ", "Aa ", "? X ", "\n", "\u00a0", "- ", ". — ", ":) ", "www.", "Photo: A "],
)  # fmt: skip
def test_time_grows_with_length_and_no_faster(unit: str) -> None:
    """Ten times the text takes at most some twenty times the processor, on the worst of lines."""

    def seconds(length: int) -> float:
        line = "He left. " + unit * (length // len(unit))
        start = time.process_time()
        split_sentences(line, "en")
        return time.process_time() - start

    seconds(1000)
    short, long = min(seconds(10_000) for _ in range(3)), min(seconds(100_000) for _ in range(2))
    assert long <= 20 * short + 0.05


def found(text: str, language: str = "en") -> list[tuple[str, str, str | None]]:
    return [(p.kind, p.text, p.heading) for p in passages(Article(text=text, language=language))]


def test_labelled_items_stand_under_their_labels() -> None:
    """The label is a heading of its own, and every sentence of the item knows it."""
    text = "Two goals were named:\n1. Deeper Dialogue: They want to talk. They have begun.\n2. Less Noise: Quiet helps."
    assert found(text) == [
        ("sentence", "Two goals were named:", None),
        ("heading", "1. Deeper Dialogue:", None),
        ("sentence", "They want to talk.", "Deeper Dialogue"),
        ("sentence", "They have begun.", "Deeper Dialogue"),
        ("heading", "2. Less Noise:", None),
        ("sentence", "Quiet helps.", "Less Noise"),
    ]


def test_labels_in_a_row_need_no_number() -> None:
    """HTML loses the numbers of its lists; one line with a colon is only a sentence."""
    row = "Deeper dialogue: They want to talk.\nLess noise: Quiet is good."
    assert [kind for kind, _, _ in found(row)] == ["heading", "sentence", "heading", "sentence"]
    assert found("Yang said: They want to talk.") == [("sentence", "Yang said: They want to talk.", None)]


def test_items_without_a_label_are_items_under_the_section() -> None:
    """A bullet belongs to no sentence; the heading of the section holds until the next one."""
    text = (
        "The pillars\nEngineers found cracks in two of the seven pillars of the bridge.\n"
        "• eastern pillars\n(2) western ones\n"
        "The ferry\nA ferry will carry the lorries for as long as the work goes on."
    )
    assert found(text) == [
        ("heading", "The pillars", None),
        ("sentence", "Engineers found cracks in two of the seven pillars of the bridge.", "The pillars"),
        ("item", "eastern pillars", "The pillars"),
        ("item", "western ones", "The pillars"),
        ("heading", "The ferry", None),
        ("sentence", "A ferry will carry the lorries for as long as the work goes on.", "The ferry"),
    ]


@pytest.mark.parametrize(
    "note",
    [
        "(Photos: town)",
        "[Plan of the works]",
        "12, 30, 5, 8, 44",
        "$ bridge --close",
        "^ Town papers",
    ],
)
def test_a_note_between_paragraphs_is_no_section(note: str) -> None:
    """It is no sentence either, and what follows stands under the heading before."""
    text = f"The pillars\nEngineers found cracks in two of the seven pillars.\n{note}\nThey will be mended until May."
    assert found(text)[1:] == [
        ("sentence", "Engineers found cracks in two of the seven pillars.", "The pillars"),
        ("heading", note, None),
        ("sentence", "They will be mended until May.", "The pillars"),
    ]


@pytest.mark.parametrize("heading", ["«The pillars»", "2027 in figures", "【桥】", "¡Adiós, puente", "Міст"])
def test_a_heading_may_open_with_a_quotation_or_a_year(heading: str) -> None:
    """What stands under it knows it."""
    assert found(f"{heading}\nThe bridge of the town will close in May.")[-1][2] == heading


def test_passages_know_their_place() -> None:
    """Positions count passages, blocks count lines; a line of signs is no passage."""
    result = passages(Article(text="One is here. Two is here.\n* * *\nThree is here.", language="en"))
    assert [(p.position, p.block, p.text) for p in result] == [
        (0, 0, "One is here."),
        (1, 0, "Two is here."),
        (2, 2, "Three is here."),
    ]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder shared/corpus is not beside the checkout")
def test_the_five_goals_of_the_second_page_are_five_labels() -> None:
    """The numbered list of the scraped page, label by label, with its sentences under it."""
    article = clean_text(next(CORPUS.glob("001_*.txt")).read_text(encoding="utf-8"))
    result: tuple[Passage, ...] = passages(article)
    labels = [p.text for p in result if p.kind == "heading"]
    assert [label[:2] for label in labels] == ["1.", "2.", "3.", "4.", "5."]
    contention = next(p for p in result if p.text.startswith("Key areas of contention"))
    assert contention.heading == "Effectively Managing Disagreements"
    assert contention.text.endswith("South China Sea.")
    assert not any(p.text.startswith("S. relations") for p in result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China's U.S. policy, 1,200.5 tons", ("China's", "U.S.", "policy", "1,200.5", "tons")),
        ("state-of-the-art", ("state", "of", "the", "art")),
        ("п'ять цілей", ("п'ять", "цілей")),
        ("外交部 发言人", ("外交", "交部", "发言", "言人")),
        ("中 國", ("中", "國")),
        ("हिन्दी की", ("हिन्दी", "की")),
        ("cafe\u0301 snake_case", ("cafe\u0301", "snake", "case")),
        ("", ()),
    ],
)
def test_words_are_what_a_reader_counts(text: str, expected: tuple[str, ...]) -> None:
    """Abbreviations and numbers stay whole, marks stay on their letters, Chinese comes in pairs."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The goals of China’s relations", ("goal", "china", "relat")),
        ("uk", "президентського президента і Україні", ("президентськ", "президент", "україн")),
        ("de", "Die Brücken sind gesperrt", ("bruck", "gesperrt")),
        ("zh", "外交部", ("外交", "交部")),
        ("xx", "Unknown Words", ("unknown", "words")),
        ("en", "ＦＵＬＬ width", ("full", "width")),
    ],
)
def test_stems_are_what_two_wordings_share(language: str, text: str, expected: tuple[str, ...]) -> None:
    """Folded, without stop words, cut to the stem where the language has a stemmer."""
    assert stems(text, language) == expected


def test_stop_words_cover_the_small_words_of_the_main_languages() -> None:
    """sumy's lists lack common ones; an unknown language has none."""
    for language, small in {"en": "the", "uk": "і", "ru": "и", "es": "de", "fr": "de", "pt": "não", "ar": "من"}.items():
        assert small in stop_words(language)
    assert stop_words("xx") == frozenset()
