"""Slack: the only package that knows it."""

from bot.chat.slack.connection import SlackChat

__all__ = ["SlackChat"]
