"""Who may see more than a linked briefing: the key, one-use login links, and the sessions they open."""

import contextlib
import hashlib
import hmac
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from bot.errors import ConfigError

KEY_FILE = "web.key"
LINKS_FOLDER = "login-links"
LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
ATTEMPTS, ATTEMPTS_WITHIN = 10, timedelta(minutes=1)  # wrong keys, of one address
MAX_ADDRESSES = 10_000  # remembered for that


def load_or_make_key(data_folder: Path) -> str:
    """The key in the data folder, made at the first call and readable by its owner alone."""
    path = data_folder / KEY_FILE
    try:
        data_folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), _new_private_file(path) as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the key cannot be read or made ({error}); make the folder writable") from error
    if not key:
        raise ConfigError(f"{path} is empty; remove it and a new key is made at the next start")
    return key


def make_login_link(data_folder: Path, base_url: str, *, now: datetime | None = None) -> str:
    """An address that logs in one browser, once, within 15 minutes. The folder holds only the token's hash."""
    now = now or datetime.now(UTC)
    folder = data_folder / LINKS_FOLDER
    token = secrets.token_urlsafe(24)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in folder.iterdir():
            if _expiry(old) <= now:
                old.unlink(missing_ok=True)
        with _new_private_file(folder / _hash(token)) as file:
            file.write((now + LINK_LIFETIME).isoformat())
    except OSError as error:
        raise ConfigError(f"{folder}: no login link can be made ({error}); make the folder writable") from error
    return f"{base_url.rstrip('/')}/login?once={token}"


def use_login_token(data_folder: Path, token: str, *, now: datetime) -> bool:
    """Whether the token opens the door; it never does so again. Removing its file decides between two who try."""
    path = data_folder / LINKS_FOLDER / _hash(token)
    expiry = _expiry(path)
    try:
        path.unlink()
    except OSError:
        return False
    return now < expiry


class Login:
    """Knows the key and the sessions it signed: they need no row, outlive a restart, and end with the key."""

    def __init__(self, key: str, data_folder: Path, clock: Callable[[], datetime]) -> None:
        self._key = key
        # slow on purpose: a session or feed token must not help to guess a key that a person chose
        self._signing = hashlib.scrypt(key.encode(), salt=b"readout web", n=2**14, r=8, p=1)
        self._folder = data_folder
        self._clock = clock
        self._wrong: OrderedDict[str, list[datetime]] = OrderedDict()  # when each address gave a wrong key

    def is_key(self, given: str) -> bool:
        """Whether this is the key."""
        return _equal(self._key, given)

    def is_token(self, given: str) -> bool:
        """Whether a login link's token is good; using it spends it."""
        return use_login_token(self._folder, given, now=self._clock())

    def must_wait(self, address: str) -> bool:
        """Whether this address has given too many wrong keys within the last minute."""
        recent = self._recent(address)
        return len(recent) >= ATTEMPTS

    def count_wrong(self, address: str) -> None:
        """Remember a wrong key."""
        self._wrong[address] = [*self._recent(address), self._clock()]
        self._wrong.move_to_end(address)
        while len(self._wrong) > MAX_ADDRESSES:
            self._wrong.popitem(last=False)

    def _recent(self, address: str) -> list[datetime]:
        since = self._clock() - ATTEMPTS_WITHIN
        return [at for at in self._wrong.get(address, ()) if at > since]

    def new_session(self) -> str:
        """A random session, its end, and our signature below both: what the cookie holds."""
        ends = int((self._clock() + SESSION_LIFETIME).timestamp())
        words = f"{secrets.token_urlsafe(24)}.{ends}"
        return f"{words}.{self._sign('session', words)}"

    def is_session(self, cookie: str) -> bool:
        """Whether we signed that cookie and it has not ended."""
        words, _, signature = cookie.rpartition(".")
        if not _equal(self._sign("session", words), signature):
            return False
        return self._clock().timestamp() < int(words.rpartition(".")[2])

    def feed_token(self, topic: str) -> str:
        """What lets a feed reader, which cannot log in, read one topic's feed."""
        return self._sign("feed", topic)

    def is_feed_token(self, topic: str, given: str) -> bool:
        """Whether this is that topic's."""
        return _equal(self.feed_token(topic), given)

    def _sign(self, purpose: str, words: str) -> str:
        return hmac.new(self._signing, f"{purpose}\n{words}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _equal(known: str, given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))


def _new_private_file(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _expiry(path: Path) -> datetime:
    """When a login link ends; in the past if the file is gone or says nothing."""
    try:
        return datetime.fromisoformat(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
