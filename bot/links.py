"""Links from messages to our own pages, where there is an address at which people reach them."""

from dataclasses import replace
from urllib.parse import quote

from bot.message import Link, Message
from bot.store import Store


async def with_link(message: Message, *, store: Store, space: str, public_url: str | None) -> Message:
    """The message with a way to its briefing's page, which opens by the random token in the link.

    Unchanged without a public address, and where it shows no briefing or several: a page is of one.
    """
    if public_url is None or message.briefing is None:
        return message
    try:
        token = await store.link_token(space, message.briefing)
    except KeyError:
        return message
    address = f"{public_url.rstrip('/')}/b/{quote(message.briefing)}?t={token}"
    return replace(message, footer=(*message.footer, (Link(text="Open as a page", url=address),)))
