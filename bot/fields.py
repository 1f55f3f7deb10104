"""Kinds of values that settings have, and the words for what they cannot be."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MAX_ENTRIES = 10_000  # of one array: a file that holds more is not a configuration


def listed(value: object) -> object:
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


def _http_address(value: str | None) -> str | None:
    if value is not None and (
        urlsplit(value).scheme not in {"http", "https", "ws", "wss"} or not urlsplit(value).hostname
    ):
        raise ValueError(f"{value!r} is no address; write it whole, as https://host/path")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; give it a value")
    return value.strip()


Words = Annotated[tuple[str, ...], BeforeValidator(listed), Field(max_length=MAX_ENTRIES)]
Zone = Annotated[str | None, AfterValidator(_known_zone)]
Address = Annotated[str | None, AfterValidator(_http_address)]
Name = Annotated[str, AfterValidator(_not_blank), Field(max_length=200)]
Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseModel):
    """Settings that belong together; what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Target = Annotated[str, Field(pattern=r"^(slack:[A-Z0-9]{3,}|discord:@?[0-9]{1,25}|browser)$")]
