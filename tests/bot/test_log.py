"""What never gets into a log line or a message."""

import pytest

from bot.log import mask


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("https://ada:hunter22@feeds.example/a", "https://********@feeds.example/a"),
        ("https://only-a-token@feeds.example/a", "https://********@feeds.example/a"),
        ("https://feeds.example/a?x=1&token=abc", "https://feeds.example/a?x=1&********"),
        ("xoxb-1-2-abc and xapp-1-A-2", "******** and ********"),
        ("https://blog.example/@ada?mail=a@b", "https://blog.example/@ada?mail=a@b"),
    ],
)
def test_credentials_are_masked(told: str, shown: str) -> None:
    """Tokens, and what an address carries before its host or under a telling name; all else stays."""
    assert mask(told) == shown
