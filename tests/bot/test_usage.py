"""What can be asked, and what cannot yet."""

import pytest

from bot.grammar import NOT_YET
from bot.message import plain
from bot.usage import not_yet, usage
from tests.bot.made import fields_of


@pytest.mark.parametrize(("platform", "written"), [("slack", "/news why 2"), ("discord", "/news why item:2")])
def test_help_is_written_as_the_platform_takes_it(platform: str, written: str) -> None:
    """With the command's own name."""
    assert written in fields_of(usage(platform, "/news"))


@pytest.mark.parametrize("word", sorted(NOT_YET))
def test_words_of_later_versions_say_what_to_do_instead(word: str) -> None:
    """One truthful line for each."""
    (line,) = not_yet(word).intro
    assert plain(line).startswith(f"{word} is not in this version yet. ")
