"""What Discord's replies are taken to mean."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.chat.discord.faults import retry_after


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("1.5", timedelta(seconds=1.5)),
        ("1e300", timedelta(days=1)),
        ("inf", timedelta(days=1)),
        ("-inf", timedelta()),
        ("nan", None),
        ("soon", None),
    ],
)
def test_a_wait_that_no_clock_can_hold_is_a_day(written: str, wait: timedelta | None) -> None:
    """Whatever stands between Discord and us may have written it."""
    assert retry_after(SimpleNamespace(status=429, headers={"Retry-After": written})) == wait
