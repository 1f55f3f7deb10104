"""Files, folders and feeds are read, and what cannot be read is named, with the reason and the remedy."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from summaries.feeds import Unreadable, parse_feed
from summaries.files import MAX_BYTES, load, load_file

BODY = "The harbour council said on Monday that the old bridge would be closed. A ferry will carry the lorries."
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour &amp; Hill</title><link>https://harbour.example/</link><language>en-gb</language>
<item><title>Bridge closed</title><link>/bridge</link><pubDate>Sun, 05 May 2024 09:30:00 +0100</pubDate>
<description>Teaser.</description>
<content:encoded><![CDATA[<h2>Bridge closed</h2><p>{BODY}</p><ul><li>east &amp; west</li></ul>
<p>Share on Facebook</p>]]></content:encoded>
</item>
<item><title>Ferry late</title><guid>f-2</guid>
<description>&lt;p&gt;The ferry was &lt;b&gt;late&lt;/b&gt;.&lt;/p&gt;</description></item>
<item></item>
</channel></rss>"""


@pytest.fixture
def warnings() -> list[str]:
    return []


def test_a_folder_gives_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Subfolders too; hidden files are passed over."""
    (tmp_path / "b.txt").write_text("B is here. It is the second one.", encoding="utf-8")
    (tmp_path / "a.md").write_text("# A\n\nA is here. It is the first one.", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.html").write_text("<p>C is here. It is the third one.</p>", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("Nobody reads me.", encoding="utf-8")
    assert [article.source for article in load(tmp_path)] == ["a.md", "b.txt", "c.html"]


def test_a_file_says_when_it_was_changed_and_what_its_bytes_were(tmp_path: Path) -> None:
    """The proof of a quote: the hash of the bytes, and the file's time in UTC to the second."""
    file = tmp_path / "page.txt"
    file.write_bytes(BODY.encode())
    os.utime(file, (1_713_881_640.9, 1_713_881_640.9))
    (article,) = load_file(file)
    assert article.fetched == datetime(2024, 4, 23, 14, 14, tzinfo=UTC)
    assert article.sha256 == hashlib.sha256(BODY.encode()).hexdigest()
    assert (article.source, article.outlet) == ("page.txt", None)


def test_front_matter_states_what_the_text_does_not(tmp_path: Path) -> None:
    """Fields between lines of dashes win over what is found in the text; unknown ones are left alone."""
    file = tmp_path / "page.txt"
    head = "---\ntitle: Bridge closed\noutlet: 'Harbour Daily'\nurl: https://harbour.example/bridge\n"
    file.write_text(
        f"{head}date: 2024-05-05 09:30\nlanguage: en\nmood: grey\n---\nBridge closed\n\n{BODY}\n", encoding="utf-8"
    )
    (article,) = load(file)
    assert (article.title, article.outlet) == ("Bridge closed", "Harbour Daily")
    assert (article.url, article.language) == ("https://harbour.example/bridge", "en")
    assert (article.published, article.printed_date) == (datetime(2024, 5, 5, 9, 30, tzinfo=UTC), "2024-05-05 09:30")
    assert article.text == BODY


@pytest.mark.parametrize("name", ["one.json", "many.json", "lines.jsonl"])
def test_json_holds_an_article_or_several(tmp_path: Path, name: str) -> None:
    """An object, a list, or one object a line; text may be HTML."""
    item = {
        "title": "Bridge",
        "text": f"<p>{BODY}</p>",
        "published": "2024-05-05T09:30:00Z",
        "outlet": "Harbour",
        "x": 1,
    }
    content = {
        "one.json": json.dumps(item),
        "many.json": json.dumps([item, {"text": "Plain one.\n\nPlain two."}]),
        "lines.jsonl": f"{json.dumps(item)}\n\n" + json.dumps({"text": "Plain one.\n\nPlain two."}),
    }
    (tmp_path / name).write_text(content[name], encoding="utf-8")
    first, *rest = load(tmp_path / name)
    assert (first.title, first.text, first.outlet) == ("Bridge", BODY, "Harbour")
    assert first.published == datetime(2024, 5, 5, 9, 30, tzinfo=UTC)
    assert [article.text for article in rest] == ([] if name == "one.json" else ["Plain one.\nPlain two."])


@pytest.mark.parametrize("name", ["feed", "feed.rdf", "index.php", "feed.json", "feed.XML"])
def test_a_feed_is_known_by_what_it_is(tmp_path: Path, name: str) -> None:
    """Programs save feeds under the last part of their address."""
    item = {"id": "1", "title": "Bridge closed", "content_text": BODY}
    json_feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "items": [item]})
    (tmp_path / name).write_text(json_feed if name.endswith(".json") else RSS, encoding="utf-8")
    first, *_ = load(tmp_path / name)
    assert (first.title, BODY in first.text) == ("Bridge closed", True)


@pytest.mark.parametrize("name", ["bridge-closed", "page.php", "page.xhtml", "20240505.1"])
def test_a_page_is_known_by_what_it_is(tmp_path: Path, name: str) -> None:
    """Browsers and wget save pages under the last part of their address."""
    page = f"<!DOCTYPE html><html><title>Bridge closed</title><body><p>{BODY}</p></body></html>"
    (tmp_path / name).write_text(f"\ufeff<?xml version='1.0'?>\n{page}", encoding="utf-8")
    (article,) = load(tmp_path)
    assert (article.title, article.text) == ("Bridge closed", BODY)


def test_a_bad_item_costs_only_itself(tmp_path: Path, warnings: list[str]) -> None:
    """The line is named by its number; the other lines are articles."""
    (tmp_path / "a.jsonl").write_text('{"text": "Good one."}\n{broken\n{"text": "Good two."}\n', encoding="utf-8")
    assert [article.text for article in load(tmp_path, warn=warnings.append)] == ["Good one.", "Good two."]
    assert len(warnings) == 1
    assert "a.jsonl: line 2 is no article" in warnings[0]


def test_many_bad_lines_are_told_in_one_warning(tmp_path: Path, warnings: list[str]) -> None:
    """The first are named by the lines of the file, empty ones counted."""
    lines = ['{"text": "Good one."}', "", *["{broken"] * 7, "", '{"text": " "}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert len(load(tmp_path, warn=warnings.append)) == 1
    (warning,) = warnings
    assert "a.jsonl: 8 lines are no articles and are left out (3, 4, 5, 6, 7 and 3 more); an article is" in warning


def test_a_line_separator_within_a_string_ends_no_line(tmp_path: Path, warnings: list[str]) -> None:
    """JSON lets it stand there as it is."""
    (tmp_path / "a.jsonl").write_text('{"text": "Good\u2028one.\x85"}\n{"text": "Good two."}\n', encoding="utf-8")
    assert len(load(tmp_path, warn=warnings.append)) == 2
    assert warnings == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "it is empty"),
        ("spaces.txt", b" \n\t\n", "it is empty"),
        ("binary.txt", b"\x7fELF\x00\x01\x02" * 100, "it is binary"),
        ("page.html", b"\x89PNG\r\n\x1a\n\x00\x00", "it is binary"),
        ("signs.txt", b"\x01\x02\x03\x04\x05\x06" * 50, "it is binary"),
        ("bad.json", b'{"text": ', "it is not valid JSON"),
        ("other.json", b'{"name": "x"}', "it has no article"),
        ("deep.json", b"[" * 100_000, "it is not valid JSON"),
        ("bad.xml", b"<rss><channel><item>", "there is no text in it"),
        ("page.xml", b"<html><body>hello</body></html>", "it is no RSS or Atom feed"),
        ("photo.png", b"\x89PNG", "such files are not read"),
        ("notes", b"<p>A piece of markup is no page.", "such files are not read"),
        ("blank.html", b"<html><body></body></html>", "there is no text in it"),
    ],
)
def test_a_bad_file_costs_one_sentence(
    tmp_path: Path, warnings: list[str], name: str, content: bytes, reason: str
) -> None:
    """The warning names the file, the reason and the remedy; the files beside it are read."""
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zgood.txt").write_text(BODY, encoding="utf-8")
    assert [article.source for article in load(tmp_path, warn=warnings.append)] == ["zgood.txt"]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{tmp_path / name}: {reason}")
    assert ";" in warnings[0]
    assert "\n" not in warnings[0]
    with pytest.raises(Unreadable, match=reason):
        load_file(tmp_path / name)


def test_an_oversized_file_is_not_even_opened(tmp_path: Path, warnings: list[str]) -> None:
    """A sparse file of the size of a film takes no time."""
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(2 * MAX_BYTES)
    assert load(tmp_path, warn=warnings.append) == ()
    assert warnings[0].endswith("it has 100 MB and the limit is 50 MB; split or remove it")


def test_links_are_followed_inside_the_folder_only(tmp_path: Path, warnings: list[str]) -> None:
    """A broken link and one that leads out are named; no secret is read through a link."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text(BODY, encoding="utf-8")
    (folder / "good.txt").write_text(BODY, encoding="utf-8")
    (folder / "again.txt").symlink_to(folder / "good.txt")
    (folder / "broken.txt").symlink_to(folder / "nowhere.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    assert [article.source for article in load(folder, warn=warnings.append)] == ["again.txt", "good.txt"]
    assert [("broken" in text, "leads out" in text) for text in warnings] == [(True, False), (False, True)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path, warnings: list[str]) -> None:
    """The reason is the system's own word."""
    (tmp_path / "closed.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "closed.txt").chmod(0)
    assert load(tmp_path, warn=warnings.append) == ()
    assert "cannot be opened (Permission denied)" in warnings[0]


def test_an_empty_folder_and_a_missing_path_are_faults(tmp_path: Path) -> None:
    """There is nothing to go on with, and the sentence says what to do."""
    with pytest.raises(Unreadable, match=r"is an empty folder; put \.txt, .* files into it"):
        load(tmp_path)
    with pytest.raises(Unreadable, match="does not exist; give the path"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "charset"), [("a.txt", "windows-1251"), ("a.txt", "utf-16"), ("a.txt", "utf-8-sig"), ("a.md", "koi8-u")]
)
def test_other_encodings_are_read(tmp_path: Path, name: str, charset: str) -> None:
    """Text files declare no charset; it is guessed from the bytes."""
    text = (
        "Міська рада повідомила в понеділок, що старий міст буде зачинено для вантажівок. "
        "Інженери знайшли тріщини у двох із семи опор і хочуть до зими оглянути решту."
    )
    (tmp_path / name).write_bytes(text.encode(charset))
    (article,) = load(tmp_path)
    assert article.text == text
    assert article.language == "uk"


def test_some_invalid_bytes_do_not_lose_a_file(tmp_path: Path) -> None:
    """One bad byte in a page of UTF-8 is not the end of it."""
    (tmp_path / "a.txt").write_bytes(BODY.encode() * 3 + b"\xff" + BODY.encode())
    (article,) = load(tmp_path)
    assert BODY in article.text


def test_a_feed_gives_its_entries_with_outlet_address_and_time() -> None:
    """The fullest content counts; titles and share lines are not text; relative links are made absolute."""
    feed = parse_feed(RSS.encode(), "https://harbour.example/feed.xml")
    assert (feed.title, feed.url, feed.language) == ("Harbour & Hill", "https://harbour.example/", "en")
    bridge, ferry, empty = feed.entries
    assert (bridge.title, bridge.outlet, bridge.language) == ("Bridge closed", "Harbour & Hill", "en")
    assert bridge.url == "https://harbour.example/bridge"
    assert bridge.published == datetime(2024, 5, 5, 8, 30, tzinfo=UTC)
    assert bridge.text.split("\n") == [BODY, "east & west"]
    assert (ferry.text, ferry.url, ferry.published) == ("The ferry was late.", None, None)
    assert (empty.title, empty.text) == ("", "")  # it is one of the feed's, but nothing to read


def test_an_entry_without_a_word_is_no_article(tmp_path: Path) -> None:
    """It is counted in its feed, and left out of what is loaded."""
    (tmp_path / "news.xml").write_text(RSS, encoding="utf-8")
    assert [article.title for article in load(tmp_path)] == ["Bridge closed", "Ferry late"]


def test_atom_and_damaged_rss_are_read() -> None:
    """A feed that breaks off keeps the entries before the break."""
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>Bridge</title>'
        '<link href="https://harbour.example/b"/><updated>2024-05-05T08:30:00Z</updated>'
        f'<content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content></entry></feed>'
    )
    (entry,) = parse_feed(atom.encode()).entries
    assert (entry.text, entry.published) == (BODY, datetime(2024, 5, 5, 8, 30, tzinfo=UTC))
    damaged = RSS[: RSS.index("<item></item>")]
    assert [article.title for article in parse_feed(damaged.encode()).entries] == ["Bridge closed", "Ferry late"]


def test_a_feed_without_entries_is_a_feed() -> None:
    """A new feed has nothing to say yet; that is no fault."""
    assert parse_feed(b'<rss version="2.0"><channel><title>New</title></channel></rss>').entries == ()


@pytest.mark.parametrize("data", [b"", b"hello", b"<html><body>hi</body></html>", b"\x00\x01\x02", b"{}"])
def test_what_is_no_feed_is_said_to_be_none(data: bytes) -> None:
    """One sentence, for a page that answers where a feed was."""
    with pytest.raises(Unreadable, match="no RSS or Atom feed"):
        parse_feed(data)
