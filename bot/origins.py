"""Where settings come from: a file and the environment; and the line that names the place of a wrong one."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError

PREFIX = "READOUT_"
CONFIG_VARIABLE = "READOUT_CONFIG"
SHORT_NAMES = {  # the common settings' own names in the environment
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_CLIENT_ID": ("slack", "client_id"),
    "SLACK_CLIENT_SECRET": ("slack", "client_secret"),
    "DISCORD_TOKEN": ("discord", "token"),
    "READOUT_DATABASE": ("database", "url"),
    "READOUT_DATA": ("readout", "data"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is set, not checked yet, and by what."""

    content: Mapping[str, Any]
    file: Path | None
    variables: Mapping[tuple[str, str], str]  # by (section, key): the variable that sets it

    def fault(self, error: ValidationError, settings: type[BaseModel]) -> str:
        """The first fault as `config.toml: topics[2].terms is empty; give at least one word`."""
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = fault["loc"]
        where = _dotted(place)
        message = fault["msg"].removeprefix("Value error, ")
        origin = self.file.name if self.file is not None else "settings"
        if len(place) == 2 and (str(place[0]), str(place[1])) in self.variables:
            origin, where = self.variables[str(place[0]), str(place[1])], ""
        named = f"{origin}: {where}" if where else origin
        match fault["type"]:
            case "extra_forbidden":
                return f"{origin}: there is no setting {_dotted(place)}; {_near(place, settings)}"
            case "missing":
                return f"{named} is missing; add it{_choices(place, settings)}"
            case "value_error" if message.startswith("is "):
                return f"{named} {message}"
            case "value_error":
                return f"{named}: {message}"
            case _:
                return f"{named}: {message[:1].lower()}{message[1:]}"


def given(path: Path | None, environ: Mapping[str, str], sections: Collection[str]) -> Given:
    """What the file and the environment set; the environment wins. Raises ConfigError."""
    file = _find(path, environ)
    content = _read(file) if file is not None else {}
    variables = _from_environment(environ, sections)
    for (section, key), (_, value) in variables.items():
        table = content.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{file}: {section} must be a table: write [{section}]")
        table[key] = value
    return Given(content=content, file=file, variables={place: name for place, (name, _) in variables.items()})


def _find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The configuration file: the one named must be there, the usual ones may be."""
    named = path or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    if named is not None:
        if not named.exists():
            raise ConfigError(f"{named}: there is no such file; copy config.example.toml there, or leave --config out")
        return named
    return next((file for file in (Path("config.toml"), Path("/etc/readout/config.toml")) if file.is_file()), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); check its permissions") from None


def _from_environment(environ: Mapping[str, str], sections: Collection[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(section, key) -> (the variable's name, its value). Empty variables count as not set."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name in sorted(environ):
        bare = name.removesuffix("_FILE")
        if bare in SHORT_NAMES:
            place = SHORT_NAMES[bare]
        elif bare.startswith(PREFIX) and "__" in bare:
            section, _, key = bare[len(PREFIX) :].lower().partition("__")
            if section not in sections:
                raise ConfigError(f"{name}: there is no section [{section}]; there are: {', '.join(sorted(sections))}")
            place = (section, key)
        else:
            continue
        if environ[name]:
            found[place] = (name, environ[name] if name == bare else _secret_in(environ[name], name))
    return found


def _secret_in(file: str, name: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{name}: the file {file} cannot be read; check the path and its permissions") from None


def _dotted(place: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _near(place: Sequence[int | str], settings: type[BaseModel]) -> str:
    """The names that would have been right, the nearest first."""
    import difflib

    names = list(getattr(_holder(place, settings), "model_fields", {}))
    close = difflib.get_close_matches(str(place[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"


def _choices(place: Sequence[int | str], settings: type[BaseModel]) -> str:
    """What a setting can be, if that is one of few words."""
    field = getattr(_holder(place, settings), "model_fields", {}).get(place[-1])
    words = get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()
    return f": {', '.join(map(str, words[:-1]))} or {words[-1]}" if words else ""


def _holder(place: Sequence[int | str], settings: type[BaseModel]) -> Any:
    """The model of the table in which a setting stands."""
    model: Any = settings
    for part in place[:-1]:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
        elif getattr(model, "__args__", None):
            model = model.__args__[0]
    return model
