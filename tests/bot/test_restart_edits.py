"""A restart must not alert, edit or comment otherwise than once: a real process is killed around each call."""

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings, SourceSettings
from bot.digest import deliver
from bot.plans import parse_plan
from bot.store import SHARED, Store
from bot.tick import tick
from tests.bot.test_alerts import telling
from tests.bot.test_corrections import KILLED, NOW_17, article
from tests.bot.test_digest import NOW, SLOT, FakeChat


async def run(folder: Path, point: str, minutes: int) -> int:
    """The exit code of one life of the process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.mortal_edits", f"sqlite:///{folder / 'readout.db'}"),
        *(str(folder / "history"), point, (SLOT + timedelta(minutes=minutes)).isoformat()),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), timeout=60)


async def opened(folder: Path) -> tuple[Store, int]:
    """A store with one source and a subscription that asks for alerts."""
    store = await Store.open(f"sqlite:///{folder / 'readout.db'}")
    await store.sync_sources([SourceSettings(name="wire", kind="feed", url="https://wire.example/feed")], now=NOW)
    plan = parse_plan("gaza weekdays 08:30 alert min:3", timezone="Europe/Berlin", example="")
    await store.add_subscription(SHARED, name="Gaza", target="slack:C0123", plan=plan, owner="U1", now=NOW)
    (source,) = await store.sources(SHARED)
    return store, source.id


def history(folder: Path, what: str) -> list[str]:
    return [line for line in (folder / "history").read_text().splitlines() if line.startswith(what)]


@pytest.mark.parametrize("dies", ["before-post", "after-post"])
async def test_a_process_killed_around_an_alert_leaves_one_post(tmp_path: Path, dies: str) -> None:
    """Before the call, or before its confirmation: the channel holds the alert once."""
    store, source = await opened(tmp_path)
    await store.add_articles(source, telling([0, 1, 2], at=NOW), baseline=False, now=SLOT)
    await store.close()
    assert await run(tmp_path, dies, 1) == -signal.SIGKILL
    assert await run(tmp_path, "never", 3) == 0
    assert len(history(tmp_path, "post a:1:")) == 1
    assert len(history(tmp_path, "post")) == 1


@pytest.mark.parametrize("dies", ["before-edit", "after-edit", "before-comment", "after-comment"])
async def test_a_process_killed_around_a_correction_tells_of_it_once(tmp_path: Path, dies: str) -> None:
    """The comment stands there once; the edit is made until it is confirmed, and shows the same each time."""
    store, source = await opened(tmp_path)
    await store.add_articles(source, [article(KILLED)], baseline=False, now=NOW + timedelta(minutes=1))
    (key,) = await tick(store, now=SLOT, grace=timedelta(hours=12))
    await deliver(key, store=store, chats={"slack": FakeChat()}, settings=Settings(), clock=lambda: SLOT)
    await store.add_articles(source, [article(NOW_17)], baseline=False, now=SLOT)
    await store.close()
    assert await run(tmp_path, dies, 1) == -signal.SIGKILL
    assert await run(tmp_path, "never", 3) == 0
    assert len(history(tmp_path, "comment")) == 1
    assert set(history(tmp_path, "edit")) == {"edit m1 1"}
    assert len(history(tmp_path, "edit")) == (2 if dies == "after-edit" else 1)
