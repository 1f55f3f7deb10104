"""The pages that show what is held: briefings by link, topics with their feeds, sources."""

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from urllib.parse import quote

from aiohttp import web

from bot import explain, notices, present
from bot.commands import Brief, Caller, Desk, Sources
from bot.config import Settings
from bot.formats import as_markdown
from bot.horizon import Horizon
from bot.lines import numbered
from bot.message import Message
from bot.store import Store
from bot.web import pages
from bot.web.feed import atom
from bot.web.login import Login
from bot.web.security import MAY
from summaries import Briefing

SPACE = "browser:local"
MAX_TOPIC_LINKS = 12


class Views:
    """What the Desk and the store say, as pages. A page shows words that people wrote, so it needs the key, or the
    token that its link carries."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        render_html: Callable[[Message], str],
        *,
        settings: Settings,
        login: Login | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._desk = desk
        self._render = render_html
        self._login = login
        self._public_url = settings.web.public_url
        self._timezone = settings.readout.timezone or "UTC"
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/b/{id}.json", self._briefing_json),
            web.get("/b/{id}.md", self._briefing_markdown),
            web.get("/b/{id}", self._briefing),
            web.get("/topics/{name}.atom", self._feed),
            web.get("/topics/{name}", self._topic),
            web.get("/sources", self._sources),
        ]

    async def _briefing(self, request: web.Request) -> web.Response:
        """The frozen briefing, each quote in its stored paragraph, and behind a line to open why each line is there."""
        view = request.match_info["id"]
        space = await self._space(request, view)
        horizon, several = await self._horizon(space), await self._briefings(space, view)
        messages = [self._shown(found, horizon) for found in several]
        title = messages[0].title
        struck = await self._store.corrections_of(found.id for found in several)
        if struck:
            messages.insert(0, notices.above(struck, horizon))
        proof = await self._desk.press(_reader(space), "sources", view)
        body = "\n".join(self._render(replace(message, controls=())) for message in (*messages, proof))
        whys = "\n".join(self._render(replace(why, controls=())) for why in _whys(several, horizon))
        if whys:
            body += f"\n<details>\n<summary>Why these lines?</summary>\n{whys}\n</details>"
        links = [pages.link("Markdown", _beside(request, ".md")), pages.link("JSON", _beside(request, ".json"))]
        if request[MAY] and len(several) == 1:
            links.append(pages.link("Link for others", await self._link(space, view)))
        return pages.html(pages.page(title, body, links=links, at_home=request[MAY]))

    async def _briefing_json(self, request: web.Request) -> web.Response:
        space = await self._space(request, request.match_info["id"])
        found = await self._briefings(space, request.match_info["id"])
        content = found[0].to_dict() if len(found) == 1 else [briefing.to_dict() for briefing in found]
        return web.json_response(content, dumps=functools.partial(json.dumps, ensure_ascii=False, indent=1))

    async def _briefing_markdown(self, request: web.Request) -> web.Response:
        space = await self._space(request, request.match_info["id"])
        horizon = await self._horizon(space)
        found = await self._briefings(space, request.match_info["id"])
        text = "\n".join(as_markdown(self._shown(briefing, horizon)) for briefing in found)
        return web.Response(text=text, content_type="text/markdown")

    async def _topic(self, request: web.Request) -> web.Response:
        name = await self._topic_name(request)
        message = await self._desk.answer(_reader(SPACE), Brief(topic=name))
        feed = f"/topics/{quote(name)}.atom"
        if self._login is not None:
            feed += f"?t={self._login.feed_token(name)}"
        alternate = f'<link rel="alternate" type="application/atom+xml" href="{escape(feed)}">\n'
        body = self._render(replace(message, controls=()))
        return pages.html(pages.page(message.title, body, head=alternate, links=[pages.link("Atom feed", feed)]))

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if not request[MAY] and not (self._login and self._login.is_feed_token(name, request.query.get("t", ""))):
            raise web.HTTPUnauthorized(text="This feed's address needs its token: copy it from the topic's page.")
        name = await self._topic_name(request)
        message = await self._desk.answer(_reader(SPACE), Brief(topic=name))
        found = await self._store.briefing(SPACE, message.briefing) if message.briefing else None
        page = f"{self._origin(request)}/topics/{quote(name)}"
        content = atom(found, topic=name, page=page, address=f"{page}.atom")
        return web.Response(body=content, content_type="application/atom+xml", charset="utf-8")

    async def _sources(self, request: web.Request) -> web.Response:
        message = await self._desk.answer(_reader(SPACE), Sources())
        topics = await self._desk.suggest(_reader(SPACE), "")
        links = [pages.link(option.label, f"/topics/{quote(option.value)}") for option in topics[:MAX_TOPIC_LINKS]]
        return pages.html(pages.page(message.title, self._render(message), links=links))

    async def _space(self, request: web.Request, view: str) -> str:
        """Whose briefing it is: the link's token says so; without one, the reader of the chat's own."""
        token = request.query.get("t")
        space = await self._store.space_by_token(view, token) if token is not None else None
        if space is None and not request[MAY]:
            raise web.HTTPNotFound(text="There is no such briefing, or this link does not open it.")
        return space or SPACE

    async def _briefings(self, space: str, view: str) -> tuple[Briefing, ...]:
        """The briefing with that id, or the several that were shown together under that name."""
        found = await self._desk.shown.together(space, view)
        if not found:
            raise web.HTTPNotFound(text="There is no such briefing, or this link does not open it.")
        return found

    async def _horizon(self, space: str) -> Horizon:
        return Horizon(now=self._clock(), holdings=await self._store.holdings(space), timezone=self._timezone)

    def _shown(self, found: Briefing, horizon: Horizon) -> Message:
        return present.briefing(found, replace(horizon, now=found.generated or horizon.now))

    async def _link(self, space: str, briefing: str) -> str:
        return f"/b/{quote(briefing)}?t={await self._store.link_token(space, briefing)}"

    async def _topic_name(self, request: web.Request) -> str:
        name = request.match_info["name"]
        options = await self._desk.suggest(_reader(SPACE), name)
        if not any(option.value == name for option in options):
            raise web.HTTPNotFound(text="I follow no topic of that name.")
        return name

    def _origin(self, request: web.Request) -> str:
        return (self._public_url or str(request.url.origin())).rstrip("/")


def _reader(space: str) -> Caller:
    """A page's reader asks as nobody: what a page shows counts as seen by no person."""
    return Caller(platform="browser", space=space, channel=None, person="", can_post=False)


def _whys(several: Sequence[Briefing], horizon: Horizon) -> Iterator[Message]:
    """Why each line of briefings that are shown together stands there, numbered through."""
    every = [(found, line) for found in several for line in numbered(found)]
    return (explain.why(found, line, number, horizon) for number, (found, line) in enumerate(every, start=1))


def _beside(request: web.Request, ending: str) -> str:
    """The same briefing in another form, opened by the same token."""
    token = request.query.get("t")
    return f"/b/{quote(request.match_info['id'])}{ending}" + (f"?t={quote(token)}" if token is not None else "")
