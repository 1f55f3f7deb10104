"""A folder: which files it holds, which changed, and what is kept of them."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import structlog

from bot.errors import SourceError
from bot.sources.documents import Contents
from bot.sources.reading import named
from bot.store import FileRead, SourceState

log = structlog.get_logger(__name__)


def scan(folder: Path) -> dict[str, str]:
    """The files of a folder and its subfolders, by path inside it: their size and modification time.

    Hidden files are left out, and links that lead out of the folder are refused. Raises SourceError if there is no
    such folder or it may not be read.
    """
    try:
        root = folder.resolve(strict=True)
        if not root.is_dir():
            raise SourceError(f"{folder} is a file, not a folder; name the folder it is in")
        next(root.iterdir(), None)  # os.walk is silent about a folder it may not read
    except FileNotFoundError:
        raise SourceError(f"there is no folder {folder}; make it, or correct the source's path") from None
    except OSError as error:
        raise SourceError(f"{folder} cannot be read ({error.strerror}); check its permissions") from None
    return dict(sorted(_files(root)))


def changes(found: Mapping[str, str], known: Iterable[FileRead]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places to read, because they are new or changed, and those that are gone."""
    before = {file.place: file.stamp for file in known}
    return (
        tuple(place for place, stamp in found.items() if before.get(place) != stamp),
        tuple(place for place in before if place not in found),
    )


def size_of(stamp: str) -> int:
    """The size in bytes that a stamp of `scan` tells."""
    return int(stamp.partition(":")[0])


def kept(source: SourceState, place: str, stamp: str, contents: Contents, now: datetime) -> FileRead:
    """What the store keeps of a file that was read."""
    for part in contents.left_out:
        log.warning("part of a file skipped", source=source.name, reason=part)
    articles = tuple(named(one, source, now=now, fetched=one.fetched) for one in contents.articles)
    return FileRead(place=place, stamp=stamp, articles=articles, received=contents.received, error=contents.error)


def _files(root: Path) -> Iterator[tuple[str, str]]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in files:
            path = Path(folder, name)
            if name.startswith("."):
                continue
            try:
                if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
                    continue
                status = path.stat()
            except OSError:  # gone since it was listed, or a link to nowhere
                continue
            yield path.relative_to(root).as_posix(), f"{status.st_size}:{status.st_mtime_ns}"
