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
        ("https://a.example/f?token=1:abc&key=2:d: HTTP 404", "https://a.example/f?********&********: HTTP 404"),
        ("https://a.example/f?token=abc: HTTP 404", "https://a.example/f?********: HTTP 404"),
        ("https://a.example/f?feed=rss2&hash=8f3a9c02d1&n=2", "https://a.example/f?feed=rss2&********&n=2"),
        ("https://a.example/private/8f3a9c02d1e4b5a6978012ab/rss", "https://a.example/private/********/rss"),
        ("https://a.example/f/123e4567-e89b-12d3-a456-426614174000", "https://a.example/f/********"),
        ("https://a.example/f/dGhpcyBpcyBh-c2VjcmV0_1x/rss", "https://a.example/f/********/rss"),
        (
            "https://a.example/2024/china-outlines-five-goals-2024",
            "https://a.example/2024/china-outlines-five-goals-2024",
        ),
        ("https://a.example/a/20240423141400", "https://a.example/a/20240423141400"),
        ("Which? hash=8f3a9c02d1 is none of an address", "Which? hash=8f3a9c02d1 is none of an address"),
    ],
)
def test_credentials_are_masked(told: str, shown: str) -> None:
    """Tokens, and what an address carries before its host, under a telling name, or as a long value; all else stays."""
    assert mask(told) == shown
