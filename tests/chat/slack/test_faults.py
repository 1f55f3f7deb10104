"""What Slack's replies are taken to mean."""

from datetime import timedelta

import pytest

from bot.chat.slack.faults import retry_after


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("1.5", timedelta(seconds=1.5)),
        ("1e300", timedelta(hours=1)),
        ("inf", timedelta(hours=1)),
        ("-inf", timedelta()),
        ("nan", timedelta(seconds=30)),
        ("soon", timedelta(seconds=30)),
    ],
)
def test_a_wait_that_no_clock_can_hold_is_an_hour(written: str, wait: timedelta) -> None:
    """And half a minute where none is named."""
    assert retry_after({"Retry-After": written}) == wait
