"""Who may ask what: Host, Origin, the own header, the key; each check alone."""

import asyncio
import json

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.web.site import KEY, Site, running_site

SAY = {"text": "/brief help"}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LocalHost"])
async def test_loopback_names_are_answered_with_any_port(site: Site, name: str) -> None:
    """The reader may write loopback as it is commonly written."""
    for host in (name, f"{name}:{site.port}", f"{name}:1"):
        assert (await site.get("/healthz", Host=host)).status == 200


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "127.0.0.1.attacker.example", "127.0.0.1@attacker.example", "127.0.0.2", "", "[", "a:b"],
)
async def test_every_other_name_is_refused(site: Site, host: str) -> None:
    """A foreign name that resolves to loopback (DNS rebinding) gets nothing, on no path."""
    for path in ("/", "/healthz", "/chat/chat.js", "/b/x", "/nowhere"):
        assert (await site.get(path, Host=host)).status == 421


async def test_a_request_without_a_host_is_refused(site: Site) -> None:
    """HTTP/1.0 allows leaving it out; we do not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 421 " in status


async def test_configured_names_are_answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    """`hosts` and the host of `public_url` are ours, with any port."""
    web = {"hosts": ["brief.lan"], "public_url": "https://readout.example/"}
    async with running_site(tmp_path_factory.mktemp("data"), settings={"web": web}, key=KEY) as site:
        for host in ("brief.lan", "brief.lan:8080", "readout.example"):
            assert (await site.get("/healthz", Host=host)).status == 200
        assert (await site.get("/healthz", Host="other.example")).status == 421


async def test_without_a_key_a_configured_name_opens_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Only loopback is open without a key: a proxy must not publish the chat by accident."""
    data = tmp_path_factory.mktemp("data")
    async with running_site(data, settings={"web": {"hosts": ["brief.lan"]}}) as site:
        assert (await site.get("/", Host="brief.lan")).status == 403
        assert (await site.get("/")).status == 200


async def test_a_change_from_our_own_page_is_done(site: Site) -> None:
    """Origin, own header and JSON together open the door."""
    assert (await site.post("/chat/say", SAY)).status == 200


@pytest.mark.parametrize("path", ["/chat/say", "/chat/press", "/chat/hello", "/chat/suggest"])
@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://attacker.example", "http://127.0.0.1", "http://localhost:{port}", "127.0.0.1:{port}"],
)
async def test_a_change_from_elsewhere_is_refused(site: Site, path: str, origin: str | None) -> None:
    """A missing or foreign Origin is refused before anything is read."""
    headers = {"X-Readout": "1"} | ({"Origin": origin.format(port=site.port)} if origin is not None else {})
    assert (await site.post(path, SAY, headers)).status == 403


@pytest.mark.parametrize("header", [None, "0", "yes"])
async def test_a_change_without_our_header_is_refused(site: Site, header: str | None) -> None:
    """A form or a plain fetch of another page cannot send the header."""
    headers = {"Origin": site.url} | ({"X-Readout": header} if header is not None else {})
    assert (await site.post("/chat/say", SAY, headers)).status == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_change_that_is_no_json_is_refused(site: Site, kind: str) -> None:
    """What a form can send is not taken for a change."""
    headers = site.own() | {"Content-Type": kind}
    response = await site.client.post(f"{site.url}/chat/say", data=json.dumps(SAY), headers=headers)
    assert response.status == 403


async def test_no_foreign_page_is_ever_allowed(site: Site) -> None:
    """There are no CORS headers, and a preflight is refused."""
    headers = {"Origin": "http://attacker.example", "Access-Control-Request-Method": "POST"}
    preflight = await site.client.options(f"{site.url}/chat/say", headers=headers)
    page = await site.get("/", Origin="http://attacker.example")
    assert preflight.status == 403
    assert not any(name.casefold().startswith("access-control") for name in (*preflight.headers, *page.headers))


@pytest.mark.parametrize("origin", [None, "http://attacker.example"])
async def test_a_stream_from_elsewhere_is_refused(site: Site, origin: str | None) -> None:
    """Browsers let any page open a WebSocket to us; its Origin gives it away."""
    headers = {"Origin": origin} if origin is not None else {}
    with pytest.raises(WSServerHandshakeError) as refusal:
        await site.client.ws_connect(f"{site.url}/chat/stream", headers=headers)
    assert refusal.value.status == 403


@pytest.mark.parametrize("path", ["/", "/chat/chat.js", "/healthz", "/nowhere", "/b/x", "/chat/say"])
async def test_every_answer_tells_the_browser_to_distrust(site: Site, path: str) -> None:
    """Also errors carry the policy: no inline script, no framing, no sniffing, no referrer to others."""
    headers = (await site.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


async def test_a_large_body_is_refused(site: Site) -> None:
    """Nobody types 100 kB."""
    assert (await site.post("/chat/say", {"text": "x" * 100_000})).status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"{}", b'{"text": 3}', b"[" * 50_000])
async def test_a_malformed_request_gets_one_clear_line(site: Site, body: bytes) -> None:
    """No traceback, no 500: what is wrong is said."""
    headers = site.own() | {"Content-Type": "application/json"}
    response = await site.client.post(f"{site.url}/chat/say", data=body, headers=headers)
    assert response.status == 400
    assert len((await response.text()).splitlines()) == 1


@pytest.mark.parametrize("path", ["/", "/sources", "/topics/taiwan", "/topics/taiwan.atom", "/chat/stream", "/metrics"])
async def test_with_a_key_pages_are_closed_until_it_is_given(locked_site: Site, path: str) -> None:
    """Scripts are told 401; a browser is sent to the form. /metrics alone is open to this machine."""
    expected = (200, 200) if path == "/metrics" else (401, 401) if path.endswith(".atom") else (401, 303)
    found = (
        (await locked_site.get(path)).status,
        (await locked_site.get(path, Accept="text/html")).status,
    )
    assert found == expected


async def test_with_a_key_changes_need_it_too(locked_site: Site) -> None:
    """The own header is no substitute for the key."""
    assert (await locked_site.post("/chat/say", SAY)).status == 401


async def test_the_key_as_bearer_opens_everything(locked_site: Site) -> None:
    """Scripts send the key with each request."""
    right = {"Authorization": f"Bearer {KEY}"}
    assert (await locked_site.get("/sources", **right)).status == 200
    assert (await locked_site.post("/chat/say", SAY, locked_site.own() | right)).status == 200
    assert (await locked_site.get("/sources", Authorization="Bearer wrong")).status == 401


@pytest.mark.parametrize("sign", ["X-Forwarded-For", "Forwarded"])
async def test_metrics_through_a_proxy_need_the_key(locked_site: Site, sign: str) -> None:
    """What a proxy passes on does not come from this machine."""
    headers = {sign: "for=203.0.113.5"}
    assert (await locked_site.get("/metrics", **headers)).status == 401
    assert (await locked_site.get("/metrics", Authorization=f"Bearer {KEY}", **headers)).status == 200


async def test_a_connection_that_sends_its_headers_drop_by_drop_is_closed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A slow peer holds its place for a limited time only."""
    async with running_site(tmp_path_factory.mktemp("data"), idle_seconds=0.3) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_fault_of_ours_is_told_without_its_inside(site: Site) -> None:
    """The traceback goes to the log, one sentence to the reader."""
    await site.store.close()
    async with ClientSession() as client:
        response = await client.get(f"{site.url}/b/any?t=any")
    assert response.status in {404, 500}
    assert "Traceback" not in await response.text()
