"""The app manifest that people paste: it fits the code, and asks for no more than is used."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.chat.slack.api import NEEDED_SCOPES
from bot.config import SlackSettings

MANIFEST = Path(__file__).parents[3] / "docs" / "slack-manifest.yaml"


@pytest.fixture
def manifest() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return parsed


def test_the_manifest_has_our_command_and_nothing_else(manifest: dict[str, Any]) -> None:
    """The command is the one that the settings listen to by default."""
    (command,) = manifest["features"]["slash_commands"]

    assert command["command"] == SlackSettings().command
    assert len(command["description"]) <= 100
    assert len(manifest["display_information"]["description"]) <= 140


def test_the_manifest_asks_for_the_scopes_that_are_used(manifest: dict[str, Any]) -> None:
    """Each event has its scope, and no channel's history is read by default."""
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    needed_by = {"app_mention": "app_mentions:read", "message.im": "im:history"}
    needing_none = {"app_uninstalled", "tokens_revoked"}
    events = manifest["settings"]["event_subscriptions"]["bot_events"]

    assert sorted(events) == sorted(needing_none | set(needed_by))
    assert scopes == NEEDED_SCOPES | set(needed_by.values())


def test_the_manifest_turns_on_the_ways_we_are_reached_by(manifest: dict[str, Any]) -> None:
    """Socket Mode, buttons, and direct messages that can be written to."""
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
