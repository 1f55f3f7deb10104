"""What can be typed in a terminal. --help and health answer from here; `terminal` is imported for the rest."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from bot.errors import ReadoutError, UsageError

FORMATS = ("text", "markdown", "json", "html")
SIZES = ("short", "normal", "long")
SOURCE_ACTIONS = ("add", "remove", "test", "import", "export")
DEFAULT_URL = "http://127.0.0.1:8080"


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code is 0 done, 1 a fault, 2 wrong usage."""
    try:
        options = _options(arguments)
        if options.command == "health":
            return _health(options)
        from bot import terminal

        return terminal.run(options)
    except ReadoutError as error:
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:  # `readout articles | head`
        sys.stdout = None
        return 0
    except Exception as error:
        if os.environ.get("READOUT_READOUT__LOG_LEVEL") == "debug":
            raise
        hint = "this is a fault of Readout; READOUT_READOUT__LOG_LEVEL=debug shows where it happened"
        _complain(f"{type(error).__name__}: {error} ({hint})")
        return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed. Raises UsageError. argparse takes optional words only where they stand together: those of
    `sources add --name wire URL` that it leaves are put in here."""
    parser = _parser()
    options, left = parser.parse_known_args(arguments)
    for name, choices in (("action", SOURCE_ACTIONS), ("what", ())):
        if left and not left[0].startswith("-") and getattr(options, name, "") is None:
            if choices and left[0] not in choices:
                listed = ", ".join(map(repr, choices))
                parser.error(f"argument {name}: invalid choice: {left[0]!r} (choose from {listed})")
            setattr(options, name, left.pop(0))
    if left:
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    return options


def _complain(words: str) -> None:
    """In one line, whatever a source or a library has put into it."""
    from bot.formats import shown

    print(f"readout: {shown(words)}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """argparse, whose complaint is one line of ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. Try: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    from bot import __version__

    parser = _Parser(
        prog="readout",
        description="Verbatim, cited briefings for team chat, on topics you choose, from sources you choose.",
    )
    parser.add_argument("--version", action="version", version=f"readout {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".")
        sub.set_defaults(command=name)
        if name != "health":
            sub.add_argument(
                "--config", type=Path, metavar="FILE", help="the settings (default: ./config.toml if there)"
            )
        return sub

    run = add("run", "serve the browser chat, connect to Slack and Discord, post digests")
    run.add_argument(
        "--role",
        choices=("all", "chat", "worker", "ingest"),
        default="all",
        help="what this process does: everything (default), or on PostgreSQL answer, post digests, or read sources",
    )
    run.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    run.add_argument("--port", type=_port, help="the port to listen on (default: 8080; 0 takes a free one)")

    brief = add("brief", "brief a topic, or any words")
    brief.add_argument("topics", nargs="+", metavar="TOPIC")
    brief.add_argument("--since", metavar="WHEN", help="24h, 3d, today, mon, 2024-04-23 (default: everything)")
    brief.add_argument("--size", choices=SIZES, help="3, 5 or 12 lines at most (default: normal)")
    summary = add("summary", "summarize everything, without a topic")
    ask = add("ask", "find the evidence for a question")
    ask.add_argument("question")
    for sub in (brief, summary, ask):
        sub.add_argument("--corpus", type=Path, action="append", metavar="PATH", help="read this folder or file alone")
        sub.add_argument("--words", type=_words, metavar="N", help="at most so many words")
        sub.add_argument("--now", type=_time, metavar="TIME", help="the time to take as now, as 2026-11-22T08:12Z")
        sub.add_argument("--format", choices=FORMATS, default="text")
    for sub in (brief, summary):
        sub.add_argument("--engine", metavar="NAME", help="concepts (default), centroid or sumy:lexrank, sumy:lsa, ...")

    for name, about in (
        ("topics", "list the topics"),
        ("sources", "list the sources and how they are; or add, remove, test, import (OPML) or export them"),
        ("ingest", "read every source that is due, then list them"),
        ("articles", "list the articles held"),
        ("status", "say what is configured, loaded and scheduled"),
    ):
        sub = add(name, about)
        sub.add_argument("--format", choices=("text", "json"), default="text")
        if name == "sources":
            sub.add_argument("action", nargs="?", choices=SOURCE_ACTIONS)
            sub.add_argument("what", nargs="?", metavar="URL|NAME|FILE", help="what it is done with")
            sub.add_argument("--name", help="add: what to call it (default: from its title)")
        if name == "ingest":
            sub.add_argument("--once", action="store_true", help="one pass, as without it; `readout run` keeps reading")
        if name == "articles":
            sub.add_argument(
                "--corpus", type=Path, action="append", metavar="PATH", help="read this folder or file alone"
            )

    add("check", "check settings, tokens, database and sources, and say the remedy of each fault")
    add("vacuum", "let go of what is older or larger than [database] allows, and free its space")
    add("login-link", "print a link that logs a browser in once")
    health = add("health", "exit 0 if a running Readout answers, else 1")
    health.add_argument("--url", default=None, help=f"where it runs (default: {DEFAULT_URL}, or READOUT_WEB__PORT)")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def _words(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of words; give one from 1 to 100000")
    return int(text)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 2026-11-22T08:12Z") from None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _health(options: argparse.Namespace) -> int:
    """Ask /healthz with the standard library alone: this runs every few seconds in a container."""
    import http.client
    from urllib.parse import urlsplit

    url = options.url or f"http://127.0.0.1:{os.environ.get('READOUT_WEB__PORT') or '8080'}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{url!r} is no address; write it as {DEFAULT_URL}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error)
        start = "start it with: readout run; or say where it runs with --url"
        raise ReadoutError(f"no Readout answers at {url} ({why}); {start}") from None
    finally:
        connection.close()
    if status != 200:
        raise ReadoutError(f"{url}/healthz answered {status}")
    return 0
