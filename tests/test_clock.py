"""The finished bot as a process whose clock is set while it runs, by libfaketime (Debian's package faketime)."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import tick
from tests.fakes.slack import Channel, FakeSlack
from tests.installation import Installation, installed, until

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PATIENCE = 4  # times that a busy machine is given to start a process under the library, which is slower
HOURLY = '[[subscriptions]]\nname = "hourly"\nto = "slack:C0NEWS"\ntopics = ["harbour"]\nwhen = "0 * * * *"\n'


def put_under(own: Installation, clock: Path) -> None:
    """Let processes take the time of day from a file; the clock that is never set goes on."""
    own.environ |= {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(clock)}
    own.environ |= {"FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def set_to(clock: Path, at: datetime) -> None:
    """It is that time now, and goes on from there."""
    new = clock.with_suffix(".new")
    new.write_text(f"{(at - datetime.now(UTC)).total_seconds():+.0f}s\n", "ascii")
    new.replace(clock)


def keys(slack: FakeSlack) -> list[str]:
    """The deliveries whose digests stand in the channel."""
    bodies = [message.body for message in slack.channels["C0NEWS"].messages]
    return [body["metadata"]["event_payload"]["key"] for body in bodies]


@pytest.mark.timeout(300)
@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed: apt-get install faketime")
async def test_a_clock_that_is_set_back_and_forward_an_hour_repeats_and_loses_no_digest(tmp_path: Path) -> None:
    """Set back after the post, the hour comes again and posts nothing; set forward over a slot, it is posted once."""
    clock, slack = tmp_path / "clock", FakeSlack()
    slack.channels["C0NEWS"] = Channel()
    async with slack, installed(tmp_path / "bot", slack=slack, more=HOURLY) as own:
        own.write({"convoys.txt": "Two convoys with grain left the harbour before noon."})
        put_under(own, clock)
        set_to(clock, NOON - timedelta(minutes=30))
        running = await own.start()
        for _ in range(PATIENCE):
            with contextlib.suppress(TimeoutError):
                await running.holds(1)
                break
        set_to(clock, NOON)
        await until(lambda: len(keys(slack)) == 1, 60)
        for again in (NOON - HOUR, NOON):
            set_to(clock, again)
            await asyncio.sleep(3 * tick.EVERY.total_seconds())
        assert keys(slack) == ["d:1:20261123T120000Z:1"]
        set_to(clock, NOON + HOUR)
        await until(lambda: len(keys(slack)) == 2, 60)
        await asyncio.sleep(2 * tick.EVERY.total_seconds())
        assert (await running.stop())[0] == 0
    assert keys(slack) == ["d:1:20261123T120000Z:1", "d:1:20261123T130000Z:1"]
