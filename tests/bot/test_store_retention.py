"""What is let go of by age and size, and what never is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.cli import main
from bot.config import Settings, SourceSettings
from bot.store import SHARED, FileRead, LetGo, Lock, Store, tables
from summaries import Article, Topic, brief

NOW = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=800)
KEEP = timedelta(days=730)
TOPIC = Topic(name="gaza", terms=("gaza",))


async def with_feed(store: Store) -> int:
    await store.sync_sources([SourceSettings(name="a", kind="feed", url="https://a.example/feed")], now=OLD)
    (source,) = await store.sources(SHARED)
    return source.id


def made(number: int) -> Article:
    text = f"Aid convoy number {number} reached Gaza on Monday, the agency said."
    return Article(text=text, title=f"t{number}", url=f"https://a.example/{number}", sha256=f"h{number}")


async def titles(store: Store) -> set[str]:
    return {article.title for article in await store.articles(SHARED)}


async def test_old_articles_go_and_those_that_a_kept_briefing_cites_stay(store: Store) -> None:
    """With their received bytes; and a feed that still lists one does not bring it back."""
    source = await with_feed(store)
    for number in range(3):
        await store.add_articles(source, [made(number)], baseline=False, now=OLD, received=f"{number}".encode())
    await store.add_articles(source, [made(3)], baseline=False, now=NOW)
    cited = [article for article in await store.articles(SHARED) if article.title == "t1"]
    await store.freeze(brief(cited, TOPIC), space=SHARED, now=NOW)
    assert await store.let_go(now=NOW, keep=KEEP) == LetGo(articles=2, briefings=0)
    assert await titles(store) == {"t1", "t3"}
    assert await store.received(SHARED, "h0") is None
    assert await store.received(SHARED, "h1") == b"1"
    assert {article.title for article in await store.naming(SHARED, ["gaza"])} == {"t1", "t3"}
    again = await store.add_articles(source, [made(0)], baseline=False, now=NOW)
    assert (again.added, again.changed) == (0, 0)
    assert await titles(store) == {"t1", "t3"}
    (state,) = await store.sources(SHARED)
    assert state.articles == 2


async def test_a_briefing_that_is_old_itself_protects_nothing(store: Store) -> None:
    """It goes, and what it cited with it."""
    source = await with_feed(store)
    await store.add_articles(source, [made(0)], baseline=False, now=OLD)
    found = brief(await store.articles(SHARED), TOPIC)
    await store.freeze(found, space=SHARED, now=OLD)
    assert await store.let_go(now=NOW, keep=KEEP) == LetGo(articles=1, briefings=1)
    assert await store.briefing(SHARED, found.id) is None
    assert await titles(store) == set()


async def test_what_a_folder_holds_stays(store: Store) -> None:
    """However old: its files are the team's own, and only they let it go."""
    await store.sync_sources([SourceSettings(name="f", kind="folder", path=Path("/f"))], now=OLD)
    (source,) = await store.sources(SHARED)
    read = FileRead(place="x.txt", stamp="1", articles=(replace(made(0), url=None),))
    await store.add_files(source.id, [read], baseline=True, now=OLD)
    assert await store.let_go(now=NOW, keep=KEEP, max_bytes=1) == LetGo()
    assert await titles(store) == {"t0"}


async def test_the_longest_held_go_first_until_the_rest_fits(store: Store) -> None:
    """About as many as the size is over the bound."""
    source = await with_feed(store)
    for number in range(40):
        at = NOW - timedelta(hours=40 - number)
        await store.add_articles(source, [made(number)], baseline=False, now=at)
    size = await store.size()
    assert await store.let_go(now=NOW, keep=KEEP, max_bytes=size) == LetGo()
    gone = await store.let_go(now=NOW, keep=KEEP, max_bytes=size * 3 // 4)
    assert gone.articles == 10
    assert await titles(store) == {f"t{number}" for number in range(10, 40)}


async def test_vacuum_leaves_everything_as_it_was(store: Store) -> None:
    """And the store goes on afterwards."""
    source = await with_feed(store)
    await store.add_articles(source, [made(number) for number in range(5)], baseline=False, now=NOW)
    before = await store.articles(SHARED)
    await store.tidy()
    await store.vacuum()
    assert await store.articles(SHARED) == before
    assert len(await store.naming(SHARED, ["gaza"])) == 5
    await store.add_articles(source, [made(7)], baseline=False, now=NOW)
    async with store.reading() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(tables.search))).scalar_one() == 6


def test_vacuum_says_what_it_let_go_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command keeps the database within [database]; beside a running bot it refuses."""
    config = tmp_path / "config.toml"
    config.write_text(f'[readout]\ndata = "{tmp_path}"\n')
    assert main(["vacuum", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("0 articles and 0 briefings let go; the database has 0.")
    with Lock(tmp_path):
        assert main(["vacuum", "--config", str(config)]) == 1
    assert "already runs" in capsys.readouterr().err


def test_a_databases_password_is_a_secret() -> None:
    """The log hides it."""
    settings = Settings.model_validate({"database": {"url": "postgresql://u:hidden@h/db"}})
    assert settings.secrets() == ("hidden",)
