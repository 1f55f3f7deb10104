"""What a terminal shows: words in UTF-8, warnings, and signs of life where a person would wait."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.formats import shown, wrapped

_SPELLED_OUT = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}  # JSON spells out the lower ones itself


def fitting(text: str) -> str:
    """The text broken to the terminal's width; as it is where no terminal shows it."""
    return wrapped(text, shutil.get_terminal_size().columns) if sys.stdout.isatty() else text


def say(words: str) -> None:
    """Print lines for people; nothing in them is a command to the terminal."""
    write("\n".join(shown(line) for line in words.split("\n")))


def write(text: str) -> None:
    """Print for programs, just so, in UTF-8 whatever the terminal's encoding: quotes are of every script."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def write_json(content: object) -> None:
    """Print it indented, each script in its own letters, and what a terminal would obey spelled out."""
    write(json.dumps(content, ensure_ascii=False, indent=2).translate(_SPELLED_OUT) + "\n")


def warn(words: str) -> None:
    """Tell of what does not stop the command."""
    print(f"readout: warning: {shown(words)}", file=sys.stderr)


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """A sign of life on a terminal while something takes long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


@contextmanager
def bar(total: int, words: str) -> Iterator[Callable[[object], None]]:
    """A progress bar on a terminal, moved on by each call."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words, total=total)
        yield lambda _: progress.advance(task)
