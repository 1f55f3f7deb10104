"""HTML around what the chat's renderer makes: the shell of every page, the login form, one line for a fault."""

from collections.abc import Sequence
from html import escape

from aiohttp import web

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · Readout</title>
<link rel="icon" href="/chat/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/chat/message.css">
<link rel="stylesheet" href="/assets/site.css">
{head}<script type="module" src="/chat/times.js"></script>
</head>
<body>
<header class="bar"><p class="name">{name}</p>{links}</header>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str, *, head: str = "", links: Sequence[str] = (), at_home: bool = True) -> str:
    """A whole page. `title` is plain text; `body`, `head` and `links` are HTML that is safe already."""
    name = '<a href="/">Readout</a>' if at_home else "Readout"
    menu = f'<nav aria-label="Pages">{"".join(links)}</nav>' if links else ""
    return _SHELL.format(title=escape(title), body=body, head=head, links=menu, name=name)


def html(text: str, status: int = 200) -> web.Response:
    """A page as a response."""
    return web.Response(text=text, status=status, content_type="text/html")


def link(words: str, address: str) -> str:
    """A link within Readout."""
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def login_form(fault: str | None = None) -> str:
    """The page that asks for the key."""
    told = f'<p class="notice" role="alert">{escape(fault)}</p>' if fault else ""
    return page(
        "Log in",
        f"""<h1>Log in</h1>
{told}<form method="post" action="/login" class="login">
<label for="key">Key</label>
<input id="key" name="key" type="password" required autocomplete="current-password" autofocus>
<button type="submit" class="primary">Log in</button>
</form>
<p class="small">The key is in the file <code>web.key</code> in Readout's data folder, or in its settings.
<code>readout login-link</code> prints a link that logs a browser in once.</p>""",
        at_home=False,
    )


def welcome() -> str:
    """Where a login link leads. The way on starts from here: a browser sends the new cookie only with requests that
    a page of ours begins, and the link may have been clicked in a mail."""
    return page(
        "Logged in",
        '<h1>You are logged in</h1>\n<p><a href="/">Open the chat</a></p>',
        head='<meta http-equiv="refresh" content="0; url=/">\n',
        at_home=False,
    )
