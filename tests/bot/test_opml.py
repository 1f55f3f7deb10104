"""OPML: titles and folders survive, entities do not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.sources.opml import MAX_BYTES, Outline, folder_path, folders_of, read_opml, write_opml

LIST = b"""<?xml version="1.0"?><opml version="1.1"><head><title>Mine</title></head><body>
<outline text="News"><outline text="World &amp; more">
<outline text="The Post" title="The Invented Post" type="rss" xmlUrl="https://post.example/rss?a=1&amp;b=2"/>
</outline><outline text="Gazette" XMLURL=" https://gazette.example/atom "/></outline>
<outline text="Loose" xmlUrl="https://loose.example/feed"/><outline text="Twice" xmlUrl="https://loose.example/feed"/>
<outline text="A note"/></body></opml>"""
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co", "Zs"]), min_size=1, max_size=20
)


def test_feeds_are_read_with_their_titles_and_folders() -> None:
    """In the file's order, each address once; the title wins over the text."""
    assert read_opml(LIST) == (
        Outline(url="https://post.example/rss?a=1&b=2", title="The Invented Post", folders=("News", "World & more")),
        Outline(url="https://gazette.example/atom", title="Gazette", folders=("News",)),
        Outline(url="https://loose.example/feed", title="Loose"),
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no OPML"),
        (b"hello", "no OPML"),
        (b"<rss/>", "no OPML"),
        (b"<opml><body/></opml>", "names no feed"),
        (b" " * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_list_says_so(data: bytes, says: str) -> None:
    """In one line, with what to do."""
    with pytest.raises(SourceError, match=says):
        read_opml(data)


def test_no_entity_is_expanded_and_no_file_read(tmp_path: Path) -> None:
    """A list from somewhere else may not read our files or fill our memory."""
    (tmp_path / "secret").write_text("hunter2")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f"""<!DOCTYPE opml [<!ENTITY s SYSTEM "file://{tmp_path}/secret"><!ENTITY l0 "l">{laughs}]>
<opml><body><outline text="a&s;b&l9;" xmlUrl="https://post.example/&s;"/></body></opml>"""
    try:
        found = read_opml(bomb.encode())
    except SourceError:
        found = ()
    assert "hunter2" not in repr(found)
    assert len(repr(found)) < 5_000


def test_folders_nested_without_end_do_no_harm() -> None:
    """What stands too deep stands in the last folder that counts."""
    deep = '<outline text="f">' * 200 + '<outline text="x" xmlUrl="https://post.example/"/>'
    (found,) = read_opml(f"<opml><body>{deep}".encode())
    assert len(found.folders) == 20


@given(
    st.lists(st.builds(Outline, url=words.map("https://h.example/{}".format), title=words, folders=st.tuples(words)))
)
def test_what_is_written_is_read_back(outlines: list[Outline]) -> None:
    """Every title and folder, whatever characters they have."""
    unique = {outline.url: outline for outline in reversed(outlines)}
    if unique:
        assert set(read_opml(write_opml(outlines, title="All").encode())) <= set(outlines)
        assert {one.url for one in read_opml(write_opml(outlines, title="All").encode())} == set(unique)


@given(st.lists(st.text(min_size=1), min_size=1).map(tuple))
def test_folders_come_back_from_the_store(folders: tuple[str, ...]) -> None:
    """Slashes in names included."""
    assert folders_of(folder_path(folders)) == folders
