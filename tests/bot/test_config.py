"""Settings: where they come from, and the one line for each way they can be wrong."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Settings, SubscriptionSettings, load_settings
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SETTING = re.compile(r"^(# )?(?=\[\[?[a-z]|[a-z_]+ = )")


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def fault(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(write(folder, text), environ or {})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def uncommented() -> str:
    return "\n".join(SETTING.sub("", line) for line in EXAMPLE.read_text("utf-8").splitlines())


def test_the_example_file_is_the_defaults() -> None:
    """Copied as it stands, config.example.toml changes nothing."""
    assert load_settings(EXAMPLE, {}) == Settings()


def test_the_example_file_names_every_setting(tmp_path: Path) -> None:
    """With its commented lines switched on it loads, and no setting of the program is missing from it."""
    content = tomllib.loads(uncommented())
    load_settings(write(tmp_path, uncommented()), {})
    for name, field in Settings.model_fields.items():
        section = field.default if isinstance(field.default, BaseModel) else None
        if section is not None:
            assert set(type(section).model_fields) == set(content[name]), name
    shown = {key for source in content["sources"] for key in source}
    assert shown == {"name", "kind", "path", "url", "outlet", "language"}
    assert set(content["topics"][0]) == {"name", "title", "terms", "related", "exclude"}
    assert set(content["subscriptions"][0]) == set(SubscriptionSettings.model_fields)


def test_every_line_of_the_example_file_is_explained() -> None:
    """Each setting of a section carries its line of explanation."""
    tables = uncommented().split("[[sources]]")[0].splitlines()
    silent = [line for line in tables if re.match(r"[a-z_]+ = ", line) and "  # " not in line]
    assert silent == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[topics]]\nname = "a"\nterms = ["x"]\n[[topics]]\nname = "b"\nterms = []\n',
            "config.toml: topics[1].terms is empty; give at least one word",
        ),
        ('[web]\nhost = " "\n', "config.toml: web.host is empty; give it a value"),
        ("[web]\nprot = 8080\n", "config.toml: there is no setting web.prot; did you mean port?"),
        ("[web]\nport = 80800\n", "config.toml: web.port: input should be less than or equal to 65535"),
        ('[web]\nport = "x"\n', "config.toml: web.port: input should be a valid integer"),
        (
            '[briefing]\nwindow = "yesterday"\n',
            "config.toml: briefing.window: 'yesterday' is no window; write it as 24h, 3d, 2w or all",
        ),
        (
            '[fetch]\nallow_networks = ["intranet"]\n',
            "config.toml: fetch.allow_networks: 'intranet' is no network; write it as 192.168.0.0/16 or 127.0.0.1",
        ),
        ('[briefing]\nengine = "magic"\n', "config.toml: briefing.engine: 'magic' is no engine; there are: concepts"),
        ("[webb]\nport = 1\n", "config.toml: there is no setting webb; did you mean web?"),
        (
            '[[sources]]\nname = "s"\nkind = "feed"\n',
            'config.toml: sources[0]: source "s" is a feed: give url = "https://..." (and no path)',
        ),
        ('[[sources]]\nkind = "feed"\n', "config.toml: sources[0].name is missing; add it"),
        ('[[sources]]\nname = "s"\n', "config.toml: sources[0].kind is missing; add it: folder, feed or page"),
        (
            '[readout]\ntimezone = "Mars/Base"\n',
            "config.toml: readout.timezone: 'Mars/Base' is no time zone I know; write it as Europe/Berlin or UTC",
        ),
        (
            '[[topics]]\nname = "help"\nterms = ["x"]\n',
            "config.toml: topics[0].name: 'help' is a command word of /brief; choose another name",
        ),
        (
            '[[topics]]\nname = "a"\nterms = ["x"]\n[[topics]]\nname = "A"\nterms = ["x"]\n',
            "config.toml: two topics are named 'a'; give each its own name",
        ),
        (
            '[[subscriptions]]\nname = "m"\nto = "browser"\ntopics = ["mars"]\nwhen = "daily 8:00"\n',
            (
                "config.toml: subscription \"m\" names the topic 'mars', which is not configured;"
                " there are: gaza, goals, taiwan, ukraine"
            ),
        ),
        (
            '[[subscriptions]]\nname = "m"\nto = "browser"\ntopics = ["gaza"]\nwhen = "daily 8:00"\n',
            'config.toml: subscription "m" has no timezone; add timezone = "Europe/Berlin" (or yours)',
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path, text: str, expected: str) -> None:
    """One line says which file, which key, what is wrong and what to do."""
    found = fault(tmp_path, text)
    assert found == expected or found.startswith(expected + ",")


ENTRY = 'name = "m"\nto = "slack:C0123"\ntopics = ["gaza"]\nwhen = "daily 8:00"\ntimezone = "UTC"\n'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('quiet = "22"', ".quiet: '22' are no quiet hours; write them as 22-07 or 22:30-06:45"),
        ('quiet = "0-24"', ".quiet: '0-24' are no quiet hours; write them as 22-07 or 22:30-06:45"),
        ("min = 21", ".min: input should be less than or equal to 20"),
        ("alert = -1", ".alert: input should be greater than or equal to 0"),
        ('into = "roof"', ".into: input should be 'channel', 'thread' or 'forum'"),
        ('ping = "@everyone"', ".ping: '@everyone' is no role; write its id, as 123456789 or S0123"),
        ('ping = "123456789"', ': subscription "m": That is the role of another chat: '),
        ('into = "forum"', ': subscription "m": Slack has no forums. '),
        ("publish = true", ': subscription "m": Only Discord has announcement channels'),
        ("skip_emtpy = true", None),
    ],
)
def test_a_wrong_option_of_a_digest_is_named_with_its_remedy(tmp_path: Path, line: str, said: str | None) -> None:
    """By the number of the entry and its key; or by its name, where it does not fit where the digest goes."""
    found = fault(tmp_path, f"[[subscriptions]]\n{ENTRY}{line}\n")
    if said is None:
        assert found == "config.toml: there is no setting subscriptions[0].skip_emtpy; did you mean skip_empty?"
    else:
        assert found.startswith(f"config.toml: subscriptions[0]{said}")


@pytest.mark.parametrize("target", ["slack:U0123", "discord:@123"])
def test_a_digest_to_a_person_opens_no_thread_and_pings_nobody(tmp_path: Path, target: str) -> None:
    """As in chat."""
    entry = ENTRY.replace("slack:C0123", target)
    for line in ('into = "thread"', 'ping = "S0123"', "publish = true"):
        assert "these are of channels" in fault(tmp_path, f"[[subscriptions]]\n{entry}{line}\n")


def test_broken_toml_is_one_line_with_its_place(tmp_path: Path) -> None:
    """A syntax error names the line of the file."""
    assert "line 1" in fault(tmp_path, "[web\n")


def test_a_named_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    """--config never falls back to defaults in silence."""
    with pytest.raises(ConfigError, match="there is no such file"):
        load_settings(tmp_path / "none.toml", {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """READOUT_<SECTION>__<KEY> and the short names set what the file sets."""
    file = write(tmp_path, '[web]\nport = 1\n[discord]\ntoken = "from-file"\n')
    environ = {"READOUT_WEB__PORT": "2", "DISCORD_TOKEN": "from-env", "READOUT_READOUT__LANGUAGES": "en, uk"}
    settings = load_settings(file, environ)
    assert settings.web.port == 2
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() == "from-env"
    assert settings.readout.languages == ("en", "uk")


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    """..._FILE names the file that holds it, and its trailing newline does not count."""
    secret = tmp_path / "secret"
    secret.write_text("xoxb-1\n")
    settings = load_settings(write(tmp_path, ""), {"SLACK_BOT_TOKEN_FILE": str(secret)})
    assert settings.slack.bot_token is not None
    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"
    with pytest.raises(ConfigError, match=r"DISCORD_TOKEN_FILE: the file .* cannot be read"):
        load_settings(write(tmp_path, ""), {"DISCORD_TOKEN_FILE": str(tmp_path / "none")})


def test_a_wrong_variable_is_named_itself(tmp_path: Path) -> None:
    """The fault names the variable, since the file is innocent."""
    assert fault(tmp_path, "", {"READOUT_WEB__PORT": "x"}).startswith(
        "READOUT_WEB__PORT: input should be a valid integer"
    )
    assert fault(tmp_path, "", {"READOUT_WEB__HOST": " "}) == "READOUT_WEB__HOST is empty; give it a value"
    assert fault(tmp_path, "", {"READOUT_WBE__PORT": "1"}).startswith("READOUT_WBE__PORT: there is no section [wbe]")


def test_no_fault_shows_a_secret(tmp_path: Path) -> None:
    """Not the value that was refused, and not its repr."""
    assert "hush" not in fault(tmp_path, "[discord]\ntoken = ['hush-hush']\n")
    settings = load_settings(write(tmp_path, '[discord]\ntoken = "hush-hush"\n'), {})
    assert "hush" not in repr(settings)
    assert settings.secrets() == ("hush-hush",)


def test_a_folder_counts_from_the_configuration_file(tmp_path: Path) -> None:
    """A relative path means the same wherever the command is typed."""
    file = write(tmp_path, '[[sources]]\nname = "s"\nkind = "folder"\npath = "articles"\n')
    assert load_settings(file, {}).sources[0].path == tmp_path / "articles"


def test_requests_name_the_public_address_unless_told_otherwise(tmp_path: Path) -> None:
    """Whoever is asked for a feed can see who asks; a user agent of one's own wins."""
    file = tmp_path / "config.toml"
    file.write_text('[web]\npublic_url = "https://readout.example.org"\n')
    assert load_settings(file, {}).fetch.user_agent == "Readout/0.1 (+https://readout.example.org)"
    named = load_settings(file, {"READOUT_FETCH__USER_AGENT": "Mine/1.0"})
    assert named.fetch.user_agent == "Mine/1.0"
