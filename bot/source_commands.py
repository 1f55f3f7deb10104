"""`readout sources add|remove|test|import|export`: sources that people add from the terminal."""

import argparse
import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adding import Found, Step, add, baseline_words, bring_in, look, outlines_of, size_words
from bot.config import SHARED, Settings
from bot.corpus import opened
from bot.errors import ReadoutError, SourceError, UsageError
from bot.log import mask
from bot.screen import bar, say, write
from bot.sources.fetch import Fetcher
from bot.sources.opml import read_opml, write_opml
from bot.workers import Workers

QUOTED = 160  # characters of an article, as a proof of what is extracted


@dataclass(frozen=True, slots=True)
class SourceCommands:
    """The commands, over a store that is opened when one needs it."""

    settings: Settings

    async def run(self, options: argparse.Namespace) -> int:
        """Do what `options.action` says with `options.what`; the exit code. Raises ReadoutError."""
        if options.what is None:
            raise UsageError(f"readout sources {options.action} needs {_NEEDS[options.action]}")
        match options.action:
            case "test":
                return await self._test(options.what)
            case "add":
                return await self._add(options.what, options.name)
            case "remove":
                return await self._remove(options.what)
            case "import":
                return await self._import(Path(options.what))
            case _:
                return await self._export(options.what)

    async def _test(self, url: str) -> int:
        async with Fetcher(self.settings.fetch) as fetcher, Workers() as workers:
            workers.begin()
            try:
                found = await look(url, fetcher, work=workers.run, now=_now(), say=_say_step)
            except SourceError:
                return 1  # the last step has said why
        shown = mask(found.address)
        same = shown if shown == found.address else "and its whole address"
        say(_found_words(found) + f"Add it with: readout sources add {same}\n")
        return 0

    async def _add(self, url: str, name: str | None) -> int:
        async with Fetcher(self.settings.fetch) as fetcher, Workers() as workers:
            fetcher.remember()
            workers.begin()
            found = await look(url, fetcher, work=workers.run, now=_now())
            async with opened(self.settings) as store:
                source = await add(
                    found,
                    name=name,
                    space=SHARED,
                    store=store,
                    fetcher=fetcher,
                    settings=self.settings.fetch,
                    clock=_now,
                    work=workers.run,
                )
        say(_found_words(found))
        say(f"Added as {source.name}. {baseline_words(source.articles)}\n")
        return 0

    async def _remove(self, name: str) -> int:
        async with opened(self.settings) as store:
            if await store.remove_source(SHARED, name):
                say(f"Removed {name}. Its articles are kept, out of sight, and come back with it.\n")
                return 0
            configured = any(source.name == name for source in await store.sources(SHARED))
        if configured:
            raise ReadoutError(f"{name} is set in config.toml; remove it there")
        raise ReadoutError(f"there is no source {name}; readout sources lists them")

    async def _import(self, file: Path) -> int:
        outlines = read_opml(await asyncio.to_thread(_bytes_of, file))
        async with Fetcher(self.settings.fetch) as fetcher, Workers() as workers, opened(self.settings) as store:
            with bar(len(outlines), "Reading sources") as done:
                result = await bring_in(
                    outlines,
                    space=SHARED,
                    store=store,
                    fetcher=fetcher,
                    settings=self.settings.fetch,
                    clock=_now,
                    work=workers.run,
                    done=done,
                )
        say(f"{result}\n" + "".join(f"  {mask(one.url)}: {_reason(one.comment)}\n" for one in result.failed))
        if result.failed:
            left = file.with_name(f"{file.stem}-failed.opml")
            await asyncio.to_thread(_write, left, write_opml(result.failed, title="Not imported"))
            say(f"Those that failed are in {left}; import that file to try them again.\n")
        return 1 if result.failed and not result.added and not result.there else 0

    async def _export(self, what: str) -> int:
        async with opened(self.settings) as store:
            outlines = outlines_of(await store.sources(SHARED))
        text = write_opml(outlines, title="Readout")
        if what == "-":
            write(text)
            return 0
        await asyncio.to_thread(_write, Path(what), text)
        say(f"{len(outlines)} feeds are in {what}, with the keys and passwords that their addresses hold.\n")
        return 0


_NEEDS = {
    "add": "the address of a feed, a page or a site",
    "test": "the address of a feed, a page or a site",
    "remove": "the name of a source",
    "import": "an OPML file",
    "export": "a file to write, or - for the terminal",
}


def _say_step(step: Step) -> None:
    say(f"{'ok' if step.good else 'fault':<6} {step.name}: {step.outcome}\n")


def _now() -> datetime:
    return datetime.now(UTC)


def _found_words(found: Found) -> str:
    """What was found, and the last articles as they would be kept."""
    lines = [f"Found a {found.kind}: {found.title or 'without a title'}\n  {mask(found.address)}\n"]
    for number, article in enumerate(found.articles):
        when = f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "no date"
        words = " ".join(article.text.split())
        cut = f"{words[:QUOTED]}…" if len(words) > QUOTED else words
        size = size_words(article, teaser=number in found.teasers)
        lines.append(f"\n  {article.title or 'without a title'} ({when}, {size})\n    {cut}\n")
    return "".join(lines) + "\n"


def _reason(comment: str) -> str:
    """A reason without the address that stands before it already."""
    return comment.partition(": ")[2] if comment.startswith(("http://", "https://")) else comment


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ReadoutError(f"{file} cannot be read ({error.strerror}); check the path and its permissions") from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise ReadoutError(f"{file} cannot be written ({error.strerror}); check the path and its permissions") from None
