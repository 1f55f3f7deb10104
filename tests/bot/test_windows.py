"""Time words become windows, and windows become words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AskerError
from bot.windows import Since, next_wider, read_since, window_words

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # a Sunday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("word", "at", "words"),
    [
        ("24h", datetime(2026, 11, 21, 8, 30, tzinfo=UTC), "in the last 24 hours"),
        ("1h", datetime(2026, 11, 22, 7, 30, tzinfo=UTC), "in the last hour"),
        ("3D", datetime(2026, 11, 19, 8, 30, tzinfo=UTC), "in the last 3 days"),
        ("2w", datetime(2026, 11, 8, 8, 30, tzinfo=UTC), "in the last 2 weeks"),
        ("today", datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "today"),
        ("sun", datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "since Sun 22 Nov"),
        ("mon", datetime(2026, 11, 15, 23, 0, tzinfo=UTC), "since Mon 16 Nov"),
        ("thursday", datetime(2026, 11, 18, 23, 0, tzinfo=UTC), "since Thu 19 Nov"),
        ("2024-04-23", datetime(2024, 4, 22, 22, 0, tzinfo=UTC), "since 23 Apr 2024"),
        ("0001-01-01", datetime(1, 1, 1, 0, 0, tzinfo=UTC), "since 1 Jan 1"),
        ("all", None, "in everything I hold"),
        ("everything", None, "in everything I hold"),
    ],
)
def test_a_time_word_names_a_window(word: str, at: datetime | None, words: str) -> None:
    """Days begin at midnight in the reader's zone."""
    since = read_since(word, now=NOW, zone=BERLIN)
    assert since.at == at
    assert window_words(since.word, since.at, now=NOW, zone=BERLIN) == words


def test_last_is_the_readers_last_briefing() -> None:
    """`since:last` begins there, and is refused where there was none."""
    last = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert read_since("last", now=NOW, zone=BERLIN, last=last) == Since(word="last", at=last)
    assert window_words("last", last, now=NOW, zone=BERLIN) == "since the last briefing (Fri 20 Nov, 08:30)"
    with pytest.raises(AskerError, match="none was shown to you here yet"):
        read_since("last", now=NOW, zone=BERLIN)


@pytest.mark.parametrize("word", ["", "soon", "24", "h", "0h", "mo", "2024-02-30", "2999-01-01", "99999h", "24h" * 999])
def test_a_wrong_time_word_is_answered_with_the_right_ones(word: str) -> None:
    """The answer is short, whatever was typed."""
    with pytest.raises(AskerError) as refused:
        read_since(word, now=NOW, zone=BERLIN)
    assert len(str(refused.value)) < 200


@given(st.text(max_size=12))
def test_any_time_word_is_read_or_refused(word: str) -> None:
    """No word brings anything but a window or a clear refusal."""
    try:
        since = read_since(word, now=NOW, zone=BERLIN)
    except AskerError:
        return
    assert since.at is None or since.at <= NOW


@pytest.mark.parametrize(
    ("word", "wider"), [("1h", "24h"), ("24h", "3d"), ("2d", "3d"), ("7d", "30d"), ("30d", "all"), ("all", None)]
)
def test_each_window_has_a_next_wider_one(word: str, wider: str | None) -> None:
    """Up to everything, which has none."""
    assert next_wider(read_since(word, now=NOW, zone=BERLIN).at, NOW) == wider
