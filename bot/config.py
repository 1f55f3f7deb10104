"""What can be set, and the one clear line for each way in which a value can be wrong."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.errors import ConfigError
from bot.origins import given
from summaries import Topic

SHARED = "shared"  # the space of the entries of config.toml, which every space sees
# Words of /brief, which no topic may be named.
RESERVED = frozenset(
    {"new", "ask", "why", "story", "compare", "follow", "following", "unfollow", "topics", "topic"}
    | {"sources", "source", "schedule", "setup", "status", "help", "now"}
)
MAX_ENTRIES = 10_000  # of one array: a file that holds more is not a configuration


def _words(value: object) -> object:
    """A list from the environment, where it is written with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is no time zone I know; write it as Europe/Berlin or UTC") from None
    return name


def _known_engine(name: str) -> str:
    from summaries import ENGINES

    if name not in ENGINES:
        raise ValueError(f"{name!r} is no engine; there are: {', '.join(ENGINES)}")
    return name


def _http_address(value: str | None) -> str | None:
    if value is not None and (
        urlsplit(value).scheme not in {"http", "https", "ws", "wss"} or not urlsplit(value).hostname
    ):
        raise ValueError(f"{value!r} is no address; write it whole, as https://host/path")
    return value


def _a_window(word: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,3}[hdw]|all", word):
        raise ValueError(f"{word!r} is no window; write it as 24h, 3d, 2w or all")
    return word


def _networks(names: tuple[str, ...]) -> tuple[str, ...]:
    import ipaddress

    for name in names:
        try:
            ipaddress.ip_network(name, strict=False)
        except ValueError:
            raise ValueError(f"{name!r} is no network; write it as 192.168.0.0/16 or 127.0.0.1") from None
    return names


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; give it a value")
    return value.strip()


Words = Annotated[tuple[str, ...], BeforeValidator(_words), Field(max_length=MAX_ENTRIES)]
Zone = Annotated[str | None, AfterValidator(_known_zone)]
Address = Annotated[str | None, AfterValidator(_http_address)]
Name = Annotated[str, AfterValidator(_not_blank), Field(max_length=200)]
Port = Annotated[int, Field(ge=1, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Target = Annotated[str, Field(pattern=r"^(slack:[A-Z0-9]{3,}|discord:@?[0-9]{1,25}|browser)$")]


class ReadoutSettings(_Section):
    """The bot as a whole."""

    data: Path = Path("data")  # the folder for the database, the key and the lock
    timezone: Zone = None
    languages: Words = ()
    managers: Annotated[tuple[Target, ...], BeforeValidator(_words)] = ("browser",)  # who is told what is amiss
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False


class SlackSettings(_Section):
    """The Slack connection; on when both tokens are there."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    api_url: Address = None
    command: Annotated[str, Field(pattern=r"^/[a-z0-9_-]{1,31}$")] = "/brief"
    workspaces: Words = ()

    @property
    def configured(self) -> bool:
        return self.bot_token is not None or self.app_token is not None


class DiscordSettings(_Section):
    """The Discord connection; on when the token is there."""

    token: SecretStr | None = None
    api_url: Address = None
    gateway_url: Address = None
    guilds: Words = ()
    shard_count: Annotated[int, Field(ge=1, le=1000)] = 1

    @property
    def configured(self) -> bool:
        return self.token is not None


class WebSettings(_Section):
    """The browser chat and the pages."""

    host: Name = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: Address = None
    key: SecretStr | None = None
    hosts: Words = ()


class DatabaseSettings(_Section):
    """Where state lives."""

    url: str | None = None  # None: readout.db in the data folder
    keep_days: Annotated[int, Field(ge=1, le=36500)] = 730
    max_megabytes: Annotated[int, Field(ge=10)] = 20_000

    @property
    def password(self) -> str | None:
        """The password in the address, as it is written there."""
        try:
            return urlsplit(self.url or "").password
        except ValueError:
            return None


class FetchSettings(_Section):
    """How sources are read."""

    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    max_bytes: Annotated[int, Field(ge=1000)] = 15_000_000
    delay_seconds: Annotated[float, Field(ge=0, le=600)] = 1
    interval_minutes: Annotated[float, Field(ge=1, le=1440)] = 15
    user_agent: Name = "Readout/0.1 (self-hosted briefing bot)"
    allow_networks: Annotated[Words, AfterValidator(_networks)] = ()
    ports: Annotated[tuple[Port, ...], BeforeValidator(_words)] = (80, 443, 8080, 8443)
    proxy: Address = None


class BriefingSettings(_Section):
    """What a briefing is unless asked otherwise."""

    engine: Annotated[str, AfterValidator(_known_engine)] = "concepts"
    size: Literal["short", "normal", "long"] = "normal"
    words: Annotated[int | None, Field(ge=10, le=2000)] = None  # None: the size's own
    window: Annotated[str, AfterValidator(_a_window)] = "24h"


class DeliverySettings(_Section):
    """How scheduled posts behave when it is uncertain whether one arrived, and after a pause."""

    on_unknown: Literal["skip", "repost"] = "skip"
    grace_hours: Annotated[float, Field(ge=0, le=168)] = 12
    alerts_a_day: Annotated[int, Field(ge=0, le=100)] = 3  # posts of one subscription; 0: none
    corrections: bool = True


class SourceSettings(_Section):
    """Where articles come from."""

    name: Name
    kind: Literal["folder", "feed", "page"]
    path: Path | None = None
    url: Address = None
    outlet: str | None = None
    language: str | None = None

    @model_validator(mode="after")
    def _has_its_place(self) -> Self:
        if self.kind == "folder":
            if self.path is None or self.url is not None:
                raise ValueError(f'source "{self.name}" is a folder: give path = "..." (and no url)')
        elif self.url is None or self.path is not None:
            raise ValueError(f'source "{self.name}" is a {self.kind}: give url = "https://..." (and no path)')
        elif urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError(f'source "{self.name}": url must begin with http:// or https://')
        return self

    @property
    def address(self) -> str:
        """The path or the URL."""
        return str(self.path) if self.path is not None else str(self.url)


def _topic_name(name: str) -> str:
    if not 1 <= len(name) <= 32 or not all(c.isalnum() or c in "_-" or ord(c) > 127 for c in name):
        raise ValueError(f"{name!r} is no topic name; use 1 to 32 letters, digits, - and _")
    if name.casefold() in RESERVED:
        raise ValueError(f"{name!r} is a command word of /brief; choose another name")
    return name


def _some_terms(terms: tuple[str, ...]) -> tuple[str, ...]:
    if not any(term.strip() for term in terms):
        raise ValueError("is empty; give at least one word")
    return terms


class TopicSettings(_Section):
    """A standing interest."""

    name: Annotated[str, AfterValidator(_topic_name)]
    title: str = ""
    terms: Annotated[Words, AfterValidator(_some_terms)]
    related: Words = ()
    exclude: Words = ()

    def topic(self) -> Topic:
        """The topic as the engine takes it."""
        return Topic(name=self.name, title=self.title, terms=self.terms, related=self.related, exclude=self.exclude)


class SubscriptionSettings(_Section):
    """A scheduled digest."""

    name: Name
    to: Target
    topics: Annotated[Words, AfterValidator(_some_terms)]
    when: Name
    timezone: Zone = None
    size: Literal["short", "normal", "long"] = "normal"


class Settings(_Section):
    """Every setting, checked. `Settings()` is the defaults."""

    readout: ReadoutSettings = ReadoutSettings()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    fetch: FetchSettings = FetchSettings()
    briefing: BriefingSettings = BriefingSettings()
    delivery: DeliverySettings = DeliverySettings()
    sources: tuple[SourceSettings, ...] = ()
    topics: tuple[TopicSettings, ...] = ()
    subscriptions: tuple[SubscriptionSettings, ...] = ()

    @property
    def database_url(self) -> str:
        """The database's address; a file in the data folder unless set."""
        return self.database.url or f"sqlite:///{(self.readout.data / 'readout.db').absolute()}"

    def secrets(self) -> tuple[str, ...]:
        """Every secret in use, for the log to hide."""
        found = (
            self.slack.bot_token,
            self.slack.app_token,
            self.slack.signing_secret,
            self.slack.client_secret,
            self.discord.token,
            self.web.key,
        )
        written = [secret.get_secret_value() for secret in found if secret is not None]
        if self.database.password:
            written.append(self.database.password)
        return tuple(written)

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        for kind, names in (
            ("sources", [source.name for source in self.sources]),
            ("topics", [topic.name.casefold() for topic in self.topics]),
            ("subscriptions", [subscription.name for subscription in self.subscriptions]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"two {kind} are named {twice[0]!r}; give each its own name")
        known = {topic.name.casefold() for topic in self.effective_topics()} if self.subscriptions else set()
        for subscription in self.subscriptions:
            for name in subscription.topics:
                if name.casefold() not in known:
                    raise ValueError(
                        f'subscription "{subscription.name}" names the topic {name!r}, which is not configured;'
                        f" there are: {', '.join(sorted(known))}"
                    )
            if subscription.timezone is None and self.readout.timezone is None:
                raise ValueError(
                    f'subscription "{subscription.name}" has no timezone; add timezone = "Europe/Berlin" (or yours)'
                )
        return self

    def effective_topics(self) -> tuple[Topic, ...]:
        """The configured topics; the bundled ones while none is configured."""
        if self.topics:
            return tuple(topic.topic() for topic in self.topics)
        from summaries import BUNDLED_TOPICS

        return BUNDLED_TOPICS


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings from the file and the environment; the environment wins.

    Raises ConfigError with one line that names the file or variable, the key and the remedy.
    """
    sections = {name for name, field in Settings.model_fields.items() if isinstance(field.default, BaseModel)}
    found = given(path, environ, sections)
    try:
        settings = Settings.model_validate(found.content)
    except ValidationError as error:
        raise ConfigError(found.fault(error, Settings)) from None
    settings = _introduced(settings)
    return _relative_to(found.file.parent, settings) if found.file is not None else settings


def _introduced(settings: Settings) -> Settings:
    """With a public address, requests for sources name it, unless a user agent is set: so who is asked can ask back."""
    if settings.web.public_url is None or "user_agent" in settings.fetch.model_fields_set:
        return settings
    agent = f"{settings.fetch.user_agent.split()[0]} (+{settings.web.public_url})"
    return settings.model_copy(update={"fetch": settings.fetch.model_copy(update={"user_agent": agent})})


def _relative_to(folder: Path, settings: Settings) -> Settings:
    """Relative paths of sources count from the configuration file, not from where the command was typed."""
    sources = tuple(
        source.model_copy(update={"path": folder / source.path}) if source.path is not None else source
        for source in settings.sources
    )
    return settings.model_copy(update={"sources": sources})
