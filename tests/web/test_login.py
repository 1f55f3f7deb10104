"""The key, login links and sessions."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.web.login import (
    ATTEMPTS,
    LINK_LIFETIME,
    SESSION_LIFETIME,
    Login,
    load_or_make_key,
    make_login_link,
    use_login_token,
)
from tests.web.site import KEY, Site, running_site

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """A second start finds the first one's key; nobody else can read it."""
    data = tmp_path / "new" / "data"
    key = load_or_make_key(data)
    assert len(key) >= 40
    assert load_or_make_key(data) == key
    assert stat.S_IMODE((data / "web.key").stat().st_mode) == 0o600


def test_an_empty_key_file_is_said_clearly(tmp_path: Path) -> None:
    """An empty key would open the door to everybody."""
    (tmp_path / "web.key").write_text("\n")
    with pytest.raises(ConfigError, match=r"web\.key is empty; remove it"):
        load_or_make_key(tmp_path)


def test_a_key_that_cannot_be_made_is_said_clearly(tmp_path: Path) -> None:
    """The message names the file and the remedy."""
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(ConfigError, match="make the folder writable"):
        load_or_make_key(tmp_path / "data")


def test_a_login_link_opens_once(tmp_path: Path) -> None:
    """Whoever comes second is turned away."""
    token = make_login_link(tmp_path, "http://127.0.0.1:8080/", now=NOON).partition(
        "http://127.0.0.1:8080/login?once="
    )[2]
    assert use_login_token(tmp_path, token, now=NOON) is True
    assert use_login_token(tmp_path, token, now=NOON) is False


def test_a_login_link_ends_after_its_time(tmp_path: Path) -> None:
    """Fifteen minutes, and not one second more."""
    token = make_login_link(tmp_path, "", now=NOON).partition("once=")[2]
    assert use_login_token(tmp_path, token, now=NOON + LINK_LIFETIME) is False


def test_the_folder_does_not_give_the_token_away(tmp_path: Path) -> None:
    """Only a hash is stored, readable by its owner; old links are removed with the next."""
    token = make_login_link(tmp_path, "", now=NOON).partition("once=")[2]
    (stored,) = (tmp_path / "login-links").iterdir()
    assert token not in stored.name + stored.read_text()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    make_login_link(tmp_path, "", now=NOON + LINK_LIFETIME)
    assert not stored.exists()


@pytest.mark.parametrize("token", ["", "x", "../web.key", "\ud800", "a" * 5000])
def test_odd_tokens_open_nothing(tmp_path: Path, token: str) -> None:
    """No token is a path."""
    assert use_login_token(tmp_path, token, now=NOON) is False


def test_a_session_ends_with_its_time_and_with_its_key(tmp_path: Path) -> None:
    """It outlives a restart, and nothing else."""
    now = [NOON]
    session = Login(KEY, tmp_path, lambda: now[0]).new_session()
    restarted = Login(KEY, tmp_path, lambda: now[0])
    assert restarted.is_session(session)
    assert not Login("another key", tmp_path, lambda: now[0]).is_session(session)
    now[0] += SESSION_LIFETIME
    assert not restarted.is_session(session)


@pytest.mark.parametrize("cookie", ["", ".", "..", "a.b.c", "é", "x.99999999999."])
def test_a_forged_session_is_none(tmp_path: Path, cookie: str) -> None:
    """Only what we signed counts, whatever is sent."""
    assert not Login(KEY, tmp_path, lambda: NOON).is_session(cookie)


def test_a_session_cannot_be_made_longer(tmp_path: Path) -> None:
    """Its end is signed with it."""
    login = Login(KEY, tmp_path, lambda: NOON)
    nonce, end, signature = login.new_session().split(".")
    assert not login.is_session(f"{nonce}.{int(end) + 1}.{signature}")


def test_addresses_that_guess_must_wait_a_minute(tmp_path: Path) -> None:
    """Each address for itself, and only for that minute."""
    now = [NOON]
    login = Login(KEY, tmp_path, lambda: now[0])
    for _ in range(ATTEMPTS):
        assert not login.must_wait("203.0.113.5")
        login.count_wrong("203.0.113.5")
    assert login.must_wait("203.0.113.5")
    assert not login.must_wait("203.0.113.6")
    now[0] += timedelta(minutes=1)
    assert not login.must_wait("203.0.113.5")


async def test_the_form_lets_the_key_in(locked_site: Site) -> None:
    """A right key gives a session that no script can read and no other site can use."""
    assert 'name="key"' in await (await locked_site.get("/login")).text()
    response = await locked_site.client.post(
        f"{locked_site.url}/login",
        data={"key": f" {KEY}\n"},
        headers={"Origin": locked_site.url},
        allow_redirects=False,
    )
    cookie = response.headers["Set-Cookie"]
    assert response.status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert KEY not in cookie
    assert (await locked_site.get("/")).status == 200
    assert (await locked_site.post("/chat/say", {"text": "help"})).status == 200


async def test_the_cookie_is_secure_where_the_public_address_is(tmp_path: Path) -> None:
    """Behind a proxy with TLS, the session never travels without it."""
    settings = {"web": {"public_url": "https://readout.example"}}
    async with running_site(tmp_path, settings=settings, key=KEY) as site:
        headers = {"Host": "readout.example", "Origin": "https://readout.example"}
        response = await site.client.post(
            f"{site.url}/login", data={"key": KEY}, headers=headers, allow_redirects=False
        )
        assert "Secure" in response.headers["Set-Cookie"]


async def test_a_wrong_key_is_refused_and_guessing_is_slowed(locked_site: Site) -> None:
    """After ten wrong keys in a minute even the right one has to wait."""
    own = {"Origin": locked_site.url}
    for _ in range(ATTEMPTS):
        response = await locked_site.client.post(f"{locked_site.url}/login", data={"key": "no"}, headers=own)
        assert (response.status, "Set-Cookie" in response.headers) == (403, False)
    response = await locked_site.client.post(f"{locked_site.url}/login", data={"key": KEY}, headers=own)
    assert (response.status, response.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://attacker.example"}, {"Origin": "null"}])
async def test_no_other_site_can_log_a_browser_in(locked_site: Site, origin: dict[str, str]) -> None:
    """A form of another page is refused even with the right key."""
    response = await locked_site.client.post(f"{locked_site.url}/login", data={"key": KEY}, headers=origin)
    assert response.status == 403


async def test_a_login_link_logs_in_once(locked_site: Site) -> None:
    """The link that `readout login-link` prints, made by another process with nothing but the data folder."""
    link = make_login_link(locked_site.data, locked_site.url).removeprefix(locked_site.url)
    assert (await locked_site.client.head(locked_site.url + link)).status >= 400  # a preview must not spend it
    first = await locked_site.get(link)
    assert (first.status, "readout_session=" in first.headers["Set-Cookie"]) == (200, True)
    assert (await locked_site.get("/")).status == 200
    locked_site.client.cookie_jar.clear()
    second = await locked_site.get(link)
    assert (second.status, "Set-Cookie" in second.headers) == (403, False)
