"""What can be set, and the one clear line for each way in which a value can be wrong."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, ValidationError, model_validator

from bot.entries import RESERVED, SourceSettings, SubscriptionSettings, TopicSettings
from bot.errors import ConfigError
from bot.fields import Address, Name, Port, Section, Target, Words, Zone, listed
from bot.origins import given
from summaries import Topic

__all__ = [
    "RESERVED",
    "SHARED",
    "BriefingSettings",
    "DatabaseSettings",
    "DeliverySettings",
    "DiscordSettings",
    "FetchSettings",
    "ReadoutSettings",
    "Settings",
    "SlackSettings",
    "SourceSettings",
    "SubscriptionSettings",
    "TopicSettings",
    "WebSettings",
    "load_settings",
]

SHARED = "shared"  # the space of the entries of config.toml, which every space sees


def _known_engine(name: str) -> str:
    from summaries import ENGINES

    if name not in ENGINES:
        raise ValueError(f"{name!r} is no engine; there are: {', '.join(ENGINES)}")
    return name


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


class ReadoutSettings(Section):
    """The bot as a whole."""

    data: Path = Path("data")  # the folder for the database, the key and the lock
    timezone: Zone = None
    languages: Words = ()
    managers: Annotated[tuple[Target, ...], BeforeValidator(listed)] = ("browser",)  # who is told what is amiss
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False


class SlackSettings(Section):
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


class DiscordSettings(Section):
    """The Discord connection; on when the token is there."""

    token: SecretStr | None = None
    api_url: Address = None
    gateway_url: Address = None
    guilds: Words = ()
    shard_count: Annotated[int, Field(ge=1, le=1000)] = 1

    @property
    def configured(self) -> bool:
        return self.token is not None


class WebSettings(Section):
    """The browser chat and the pages."""

    host: Name = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: Address = None
    key: SecretStr | None = None
    hosts: Words = ()


class DatabaseSettings(Section):
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


class FetchSettings(Section):
    """How sources are read."""

    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    max_bytes: Annotated[int, Field(ge=1000)] = 15_000_000
    delay_seconds: Annotated[float, Field(ge=0, le=600)] = 1
    interval_minutes: Annotated[float, Field(ge=1, le=1440)] = 15
    user_agent: Name = "Readout/0.1 (self-hosted briefing bot)"
    allow_networks: Annotated[Words, AfterValidator(_networks)] = ()
    ports: Annotated[tuple[Port, ...], BeforeValidator(listed)] = (80, 443, 8080, 8443)
    proxy: Address = None


class BriefingSettings(Section):
    """What a briefing is unless asked otherwise."""

    engine: Annotated[str, AfterValidator(_known_engine)] = "concepts"
    size: Literal["short", "normal", "long"] = "normal"
    words: Annotated[int | None, Field(ge=10, le=2000)] = None  # None: the size's own
    window: Annotated[str, AfterValidator(_a_window)] = "24h"


class DeliverySettings(Section):
    """How scheduled posts behave when it is uncertain whether one arrived, and after a pause."""

    on_unknown: Literal["skip", "repost"] = "skip"
    grace_hours: Annotated[float, Field(ge=0, le=168)] = 12
    alerts_a_day: Annotated[int, Field(ge=0, le=100)] = 3  # posts of one subscription; 0: none
    corrections: bool = True


class Settings(Section):
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
