"""Structured logging: one event a line, with its facts, and no secret in it."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

_unseen = "rich" not in sys.modules
if _unseen:  # structlog would import it, 6 MB for as long as we run, to draw tracebacks; ours are plain
    sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _unseen:
    del sys.modules["rich"]

# What Slack and Discord tokens look like, and the credentials and long values that addresses carry.
_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"
    r"|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}"
    r"|(?<=://)[^/\s@?#]+(?=@)"
    r"|(?<=[?&])(?:token|key|api_?key|secret|password|auth|sig|signature)=(?:[^&\s\"':]|:(?!\s|$))+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<=://)[^\s\"'<>]+")
# Of an address: values too long to be a choice (`feed=rss2`), and parts of the path that look drawn by lot: a UUID,
# letters and digits without a break, or of both cases.
_DRAWN = re.compile(
    r"(?<=[?&])[\w.-]+=(?:[^&\s*:]|:(?!\s|$)){8,}"
    r"|(?<=/)[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?<=/)(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{20,}(?![\w-])"
    r"|(?<=/)(?=[^/]{0,99}[A-Z])(?=[^/]{0,99}[a-z])(?=[^/]{0,99}\d)[\w-]{20,}"
)
MASK = "********"

# Below warnings these tell of every request, every statement (with what people asked) and every step.
_NOISY = (
    *("aiohttp.access", "aiosqlite", "alembic", "asyncio", "discord", "htmldate"),
    *("slack_bolt", "slack_sdk", "trafilatura"),
)


def mask(text: str) -> str:
    """The text with everything that looks like a token, a password or a key replaced by stars."""
    return _ADDRESS.sub(lambda found: _DRAWN.sub(MASK, found[0]), _SECRETS.sub(MASK, text))


def configure(*, level: str = "info", json: bool = False, secrets: Iterable[str] = ()) -> None:
    """Send every event of ours and of the libraries to stderr; the words of `secrets` never get there."""
    known = tuple(sorted((s for s in secrets if len(s) >= 6), key=len, reverse=True))

    def masked(value: Any) -> Any:
        if isinstance(value, str):
            for secret in known:
                value = value.replace(secret, MASK)
            return mask(value)
        if isinstance(value, dict):
            return {key: masked(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [masked(item) for item in value]
        return value if isinstance(value, (int, float, bool, type(None))) else masked(str(value))

    def hide_secrets(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {key: masked(value) if key[0] != "_" else value for key, value in event.items()}

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
